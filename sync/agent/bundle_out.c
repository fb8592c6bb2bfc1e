/* Owns: writing bundles. Invariant: a file begins at the hash that the one before it (or the hub's
 * acknowledgement) ends with, and its name appears only when it is whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/desk/link.h"
#include "sync/agent/bundle.h"
#include "sync/wire/bundle.h"
#include "sync/wire/dict.h"
#include "sync/wire/frame.h"

#define FRAME_ENTRIES 50 /* the hub commits so many at once */
#define LEVEL 9          /* zstd: as an upload */
#define UNPACKED_MOST (WIRE_UNPACKED_MAX - 2 * WIRE_FRAME_MAX)

struct writing {
    struct site *site;
    struct bundle_out *out;
    struct stick stick;
    char name[STICK_NAME]; /* the file asked for; "": by our names */
    unsigned char sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES];
    int64_t epoch, last, sent, orders;
    unsigned char hash[HASH_BYTES]; /* of entry `sent` */
    struct wire_writer frame;
    struct wire_pack pack;
    struct buf body;
    size_t unpacked;
    bool full; /* the frame in hand takes no more */
};

static enum err take_row(void *arg, const struct journal_row *row)
{
    struct writing *w = arg;
    struct wire_entry e = {.head = row->head.data,
                           .head_len = row->head.len,
                           .sealed = row->sealed.len > 0 ? row->sealed.data : NULL,
                           .sealed_len = row->sealed.len,
                           .dropped = row->dropped};
    memcpy(e.sealed_hash, row->sealed_hash, HASH_BYTES);
    w->full = w->full || !wire_writer_fits(&w->frame, e.head_len, e.sealed_len);
    if (w->full || row->seq > w->last)
        return ERR_OK;
    enum err rc = wire_writer_add(&w->frame, row->seq, &e);
    if (rc == ERR_OK) {
        w->sent = row->seq;
        memcpy(w->hash, row->hash, HASH_BYTES);
    }
    return rc;
}

static enum err add_frame(struct writing *w)
{
    unsigned char sig[SIGN_BYTES];
    wire_writer_clear(&w->frame);
    w->full = false;
    enum err rc = journal_each(w->site->j.store, w->epoch, w->sent, FRAME_ENTRIES, take_row, w);
    if (rc != ERR_OK)
        return rc;
    if (w->frame.count == 0)
        return err_set(ERR_CORRUPT, "entry", "%lld", (long long)w->sent + 1);
    wire_sign_tip(w->sec, w->site->j.site, w->epoch, w->sent, w->hash, sig);
    wire_writer_end(&w->frame, sig);
    wire_pack_add(&w->pack, w->frame.bytes.data, w->frame.bytes.len, &w->body);
    w->unpacked += w->frame.bytes.len;
    if (w->out->progress != NULL)
        w->out->progress(w->out->arg, w->sent - w->out->from + 1, w->out->waiting);
    return ERR_OK;
}

static void file_name(const struct writing *w, const struct wire_bundle *head,
                      char name[STICK_NAME])
{
    if (w->name[0] == 0) {
        wire_bundle_name(head, name);
        return;
    }
    snprintf(name, STICK_NAME, "%s", w->name);
    size_t len = strlen(name);
    if (w->out->files > 0)
        snprintf(name + len, STICK_NAME - len, ".%lld", (long long)w->out->files + 1);
}

static enum err put_file(struct writing *w, const struct wire_bundle *head)
{
    struct stick_file f;
    struct buf top = BUF_INIT;
    char name[STICK_NAME];
    file_name(w, head, name);
    wire_bundle_write(head, w->sec, &top);
    enum err rc = stick_begin(&w->stick, &f);
    if (rc == ERR_OK)
        rc = stick_write(&f, top.data, top.len);
    if (rc == ERR_OK)
        rc = stick_write(&f, w->body.data, w->body.len);
    if (rc == ERR_OK)
        rc = stick_end(&f, name);
    if (rc == ERR_OK) {
        if (w->out->files++ == 0)
            memcpy(w->out->file, name, sizeof name);
        w->out->to = head->last;
        w->out->bytes += (int64_t)(top.len + w->body.len);
    }
    buf_fini(&top);
    return rc;
}

/* One file: as much as fits. */
static enum err one_file(struct writing *w)
{
    enum err rc = ERR_OK;
    struct wire_bundle head = {
        .epoch = w->epoch, .from = w->sent + 1, .time = clock_now(), .orders = w->orders};
    memcpy(head.site, w->site->j.site, sizeof head.site);
    memcpy(head.base, w->hash, HASH_BYTES);
    buf_clear(&w->body);
    w->unpacked = 0;
    w->pack = (struct wire_pack){.zstd = NULL};
    wire_pack_begin(&w->pack, LEVEL, wire_dictionary(0), &w->body);
    while (rc == ERR_OK && w->sent < w->last && w->body.len < w->out->split &&
           w->unpacked < UNPACKED_MOST)
        rc = add_frame(w);
    if (rc == ERR_OK)
        wire_pack_end(&w->pack, &w->body);
    wire_pack_fini(&w->pack);
    head.last = w->sent;
    return rc == ERR_OK ? put_file(w, &head) : rc;
}

/* This machine's own, but for those just written. */
static bool replaced(const void *arg, const char *name)
{
    const struct writing *w = arg;
    int64_t epoch, from;
    return wire_bundle_own_name(name, w->site->j.site, &epoch, &from) && epoch == w->epoch &&
           (from < w->out->from || from > w->out->to + 1);
}

/* All that older files hold has arrived, or is in the new ones. */
static void clear_older(struct writing *w)
{
    char(*names)[STICK_NAME];
    size_t n = stick_list(&w->stick, replaced, w, &names);
    for (size_t i = 0; i < n; i++)
        stick_remove(&w->stick, names[i]);
    free(names);
}

static enum err prepare(struct writing *w, const char *where)
{
    struct link_state link;
    struct bundle_out *b = w->out;
    if (b->split == 0)
        b->split = BUNDLE_SPLIT;
    if (b->split > BUNDLE_SPLIT_MOST)
        return err_set(ERR_FIELD_RANGE, "--split", "1-%zu", BUNDLE_SPLIT_MOST >> 20);
    enum err rc = link_read(w->site->j.store, w->site->j.site, &link);
    if (rc == ERR_OK && !link.enrolled)
        rc = err_set(ERR_NOT_ENROLLED, NULL, NULL);
    if (rc != ERR_OK)
        return rc;
    w->epoch = link.epoch;
    w->last = link.last;
    w->sent = link.acked;
    w->orders = link.orders;
    memcpy(w->hash, link.acked_hash, HASH_BYTES);
    b->from = link.acked + 1;
    b->to = link.acked;
    b->waiting = link.last - link.acked;
    rc = site_sign_key(w->site, w->sec, w->pub);
    return rc == ERR_OK ? stick_open_for(where, &w->stick, w->name) : rc;
}

enum err agent_bundle_out(struct site *s, const char *where, struct bundle_out *b)
{
    struct writing w = {.site = s, .out = b, .stick = {.fd = -1}};
    enum err rc = prepare(&w, where);
    do
        rc = rc == ERR_OK ? one_file(&w) : rc;
    while (rc == ERR_OK && w.sent < w.last);
    if (rc == ERR_OK && w.name[0] == 0)
        clear_older(&w);
    if (b->files > 0) {
        enum err noted = link_stick(s->j.store, LINK_STICK_OUT, clock_now());
        rc = rc == ERR_OK ? noted : rc;
    }
    stick_close(&w.stick);
    secret_wipe(w.sec, sizeof w.sec);
    buf_fini(&w.frame.bytes);
    buf_fini(&w.body);
    return rc;
}
