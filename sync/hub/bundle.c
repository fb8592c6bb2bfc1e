/* Owns: the way of a bundle into the store. Invariant: the same as an upload's: header and frames
 * are verified before anything is stored, and the answer says what is stored, not what was brought.
 */
#include "sync/hub/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/hub/api.h"
#include "sync/hub/order.h"
#include "sync/hub/sites.h"
#include "sync/hub/take.h"
#include "sync/wire/bundle.h"
#include "sync/wire/pack.h"

#define CHUNK ((size_t)64 << 10)
#define ORDERS_MOST ((size_t)2 << 20) /* bytes of orders that one answer carries, about */

struct reading {
    struct hub *hub;
    struct hub_bundle *out;
    const char *answer; /* beside a file of this name; NULL: under our own name */
    int fd;
    struct wire_bundle head;
    struct hub_take take;
    struct wire_unpack unpack;
    struct wire_decoder decoder;
    struct buf bytes;
    int64_t before; /* the mark, before anything was taken */
};

/* --- who wrote it --------------------------------------------------------------------------------
 */

static enum err unknown(struct reading *r)
{
    bool known = hub_number(r->hub->db, 0, "SELECT count(*) FROM site WHERE site = ?1", "s",
                            r->head.site) > 0;
    return known ? err_set(ERR_BUNDLE_EPOCH, r->head.site, "%lld", (long long)r->head.epoch)
                 : err_set(ERR_BUNDLE_SITE, r->head.site, NULL);
}

static enum err know(struct reading *r, size_t used)
{
    struct hub_mark mark;
    enum err rc = hub_mark_read(r->hub, r->head.site, r->head.epoch, &mark);
    if (rc == ERR_NOT_ENROLLED)
        return unknown(r);
    if (rc != ERR_OK)
        return rc;
    if (!wire_bundle_verify(r->bytes.data, used, mark.pub))
        return err_set(ERR_BUNDLE_FORGED, r->head.site, NULL);
    if (mark.revoked)
        return err_set(ERR_BUNDLE_REVOKED, r->head.site, NULL);
    memcpy(r->out->site, r->head.site, sizeof r->out->site);
    r->out->epoch = r->head.epoch;
    r->out->from = r->head.from;
    r->out->last = r->head.last;
    r->before = mark.seq;
    return ERR_OK;
}

static enum err fill(struct reading *r, size_t *n)
{
    enum err rc = stick_next(r->fd, r->out->file, buf_room(&r->bytes, CHUNK), CHUNK, n);
    r->bytes.len += *n;
    return rc;
}

/* The header: all before the body, which stays in r->bytes. */
static enum err read_top(struct reading *r)
{
    size_t n = 1, used;
    enum err rc = ERR_OK;
    while (rc == ERR_OK && n > 0 && r->bytes.len < WIRE_BUNDLE_TOP)
        rc = fill(r, &n);
    if (rc == ERR_OK)
        rc = wire_bundle_read(r->bytes.data, r->bytes.len, &r->head, &used);
    if (rc == ERR_OK)
        rc = know(r, used);
    if (rc == ERR_OK)
        buf_drop(&r->bytes, used);
    return rc;
}

/* --- what is in it -------------------------------------------------------------------------------
 */

static enum err take_frame(void *arg, const struct wire_frame *f)
{
    struct reading *r = arg;
    return hub_take_frame(&r->take, f);
}

static enum err take_bytes(void *arg, const void *bytes, size_t len)
{
    struct reading *r = arg;
    return wire_decode(&r->decoder, bytes, len, take_frame, r);
}

static enum err begin(struct reading *r)
{
    struct wire_request asked;
    wire_request_init(&asked, r->head.site, "entries");
    asked.epoch = r->head.epoch;
    asked.from = r->head.from;
    memcpy(asked.base, r->head.base, HASH_BYTES);
    enum err rc = hub_take_begin(r->hub, &asked, &r->take);
    if (rc == ERR_OK && r->take.aside && r->head.last < r->head.from)
        rc = err_set(ERR_FORK, NULL, NULL); /* no frame will tell it */
    return rc;
}

static enum err body(struct reading *r)
{
    size_t n = 1;
    enum err rc = begin(r);
    while (rc == ERR_OK && r->bytes.len > 0) {
        rc = wire_unpack_add(&r->unpack, r->bytes.data, r->bytes.len, take_bytes, r);
        buf_clear(&r->bytes);
        if (rc == ERR_OK)
            rc = fill(r, &n);
    }
    if (rc != ERR_OK)
        return rc;
    bool whole = wire_unpack_done(&r->unpack) && wire_decoder_idle(&r->decoder) &&
                 r->take.seq == r->head.last;
    return whole ? ERR_OK : err_set(ERR_BUNDLE_TORN, NULL, NULL);
}

/* What an upload calls it, in the words for a stick: the place is told in entries. */
static enum err in_words(const struct reading *r, enum err rc)
{
    static const struct {
        enum err from, to;
    } words[] = {
        {ERR_STATE, ERR_BUNDLE_GAP},           {ERR_FORK, ERR_BUNDLE_FORK},
        {ERR_PREFIX, ERR_BUNDLE_NEWER},        {ERR_FRAME, ERR_BUNDLE_DAMAGED},
        {ERR_TOO_LONG, ERR_BUNDLE_DAMAGED},    {ERR_SIGNATURE, ERR_BUNDLE_FORGED},
        {ERR_HUB_REFUSED, ERR_BUNDLE_REVOKED}, {ERR_BUNDLE_TORN, ERR_BUNDLE_TORN},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].from == rc)
            return err_set(words[i].to, r->head.site, "%lld-%lld", (long long)r->head.from,
                           (long long)r->head.last);
    return rc;
}

/* --- the answer ----------------------------------------------------------------------------------
 */

/* Orders behind what the village knows, as many as one answer carries. */
static enum err put_orders(struct reading *r, json_t *answer)
{
    json_t *all = json_array(), *some = NULL;
    int64_t at = r->head.orders;
    enum err rc = ERR_OK;
    size_t n = 1, bytes = 0;
    while (rc == ERR_OK && n > 0 && bytes < ORDERS_MOST) {
        rc = hub_orders_since(r->hub, r->head.site, at, &some);
        n = json_array_size(some);
        if (n > 0)
            at = js_int(json_array_get(some, n - 1), "n", at);
        bytes += json_dumpb(some, NULL, 0, JSON_COMPACT);
        json_array_extend(all, some);
        json_decref(some);
        some = NULL;
    }
    json_object_set_new(answer, "orders", all);
    json_object_set_new(answer, "more", json_boolean(n > 0));
    return rc;
}

static enum err make_answer(struct reading *r, enum err trouble, json_t *answer)
{
    struct hub_mark mark;
    char hash[2 * HASH_BYTES + 1], why[400];
    err_say(trouble, why, sizeof why);
    enum err rc = hub_mark_read(r->hub, r->head.site, r->head.epoch, &mark);
    if (rc != ERR_OK)
        return rc;
    hex_encode(mark.hash, HASH_BYTES, hash);
    js_set_str(answer, "site", r->head.site);
    js_set_int(answer, "epoch", r->head.epoch);
    js_set_int(answer, "at", clock_now());
    js_set_int(answer, "ack", mark.seq);
    js_set_str(answer, "hash", hash);
    if (trouble != ERR_OK) {
        js_set_str(answer, "error", err_word(trouble));
        js_set_str(answer, "why", why);
    }
    r->out->ack = mark.seq;
    r->out->taken = mark.seq - r->before;
    rc = api_put_refused(r->hub, r->head.site, r->head.epoch, answer);
    r->out->refused = (int64_t)json_array_size(js_get(answer, "refused"));
    return rc == ERR_OK ? put_orders(r, answer) : rc;
}

static enum err put_answer(struct reading *r, const struct stick *s, const json_t *answer)
{
    struct stick_file f;
    struct buf bytes = BUF_INIT;
    char name[STICK_NAME];
    wire_bundle_answer_name(r->head.site, name);
    if (r->answer != NULL &&
        snprintf(name, sizeof name, "%s" WIRE_ANSWER_SUFFIX, r->answer) >= STICK_NAME)
        return err_set(ERR_TOO_LONG, r->out->file, NULL);
    wire_bundle_answer_write(answer, r->hub->keys.sign_sec, &bytes);
    enum err rc = stick_begin(s, &f);
    if (rc == ERR_OK)
        rc = stick_write(&f, bytes.data, bytes.len);
    if (rc == ERR_OK)
        rc = stick_end(&f, name);
    if (rc == ERR_OK)
        memcpy(r->out->answer, name, sizeof name);
    buf_fini(&bytes);
    return rc;
}

/* A store that fails is not told to the village: the stick is taken again. */
static bool answered(enum err rc)
{
    return rc == ERR_OK || rc == ERR_BUNDLE_GAP || rc == ERR_BUNDLE_FORK || rc == ERR_BUNDLE_TORN ||
           rc == ERR_BUNDLE_DAMAGED;
}

static enum err give_answer(struct reading *r, const struct stick *s, enum err trouble)
{
    json_t *answer = json_object();
    char field[64], detail[128];
    snprintf(field, sizeof field, "%s", err_field());
    snprintf(detail, sizeof detail, "%s", err_detail());
    enum err rc = make_answer(r, trouble, answer);
    if (rc == ERR_OK)
        rc = put_answer(r, s, answer);
    json_decref(answer);
    return rc == ERR_OK && trouble != ERR_OK ? err_set(trouble, field, "%s", detail) : rc;
}

enum err hub_bundle_import(struct hub *h, const struct stick *s, const char *name,
                           const char *answer, struct hub_bundle *out)
{
    struct reading r = {.hub = h, .out = out, .answer = answer, .fd = -1};
    *out = (struct hub_bundle){.epoch = 0};
    snprintf(out->file, sizeof out->file, "%s", name);
    enum err rc = stick_open_file(s, name, WIRE_BUNDLE_TOP + WIRE_PACKED_MAX, &r.fd);
    if (rc == ERR_OK)
        rc = read_top(&r);
    if (rc == ERR_OK) {
        rc = in_words(&r, body(&r));
        if (answered(rc))
            rc = give_answer(&r, s, rc);
    }
    if (out->site[0] != 0)
        hub_site_carried(h, out->site, (int64_t)r.unpack.in, rc != ERR_OK);
    if (r.fd >= 0)
        close(r.fd);
    wire_unpack_fini(&r.unpack);
    wire_decoder_fini(&r.decoder);
    buf_fini(&r.bytes);
    return rc;
}

bool hub_bundle_ours(const char *name)
{
    return wire_bundle_is_name(name);
}

static bool is_bundle(const void *arg, const char *name)
{
    (void)arg;
    return wire_bundle_is_name(name);
}

size_t hub_bundle_list(const struct stick *s, char (**names)[STICK_NAME])
{
    return stick_list(s, is_bundle, NULL, names);
}
