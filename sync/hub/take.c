/* Owns: how entries get into the store. Invariant: the mark moves only along a chain whose every
 * link was computed here and whose tip the site signed; what is stored under a number stays. */
#include "sync/hub/take.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "sync/hub/back.h"
#include "sync/hub/express.h"
#include "sync/hub/project.h"
#include "sync/hub/report.h"

#define FORK_MAX 100000 /* entries of other chains kept for a site */

enum err hub_hash_at(struct hub *h, const char *site, int64_t epoch, int64_t seq,
                     unsigned char out[HASH_BYTES])
{
    struct hub_rows rows;
    if (seq == 0) {
        journal_first_hash(site, epoch, out);
        return ERR_OK;
    }
    enum err rc =
        hub_ask(h->db, &rows, "SELECT hash FROM entry WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                "sii", site, epoch, seq);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "seq", NULL);
    bool ok = hub_bytes(&rows, 0, out, HASH_BYTES);
    hub_done(&rows);
    return ok ? ERR_OK : err_set(ERR_CORRUPT, "entry", NULL);
}

enum err hub_take_begin(struct hub *h, const struct wire_request *asked, struct hub_take *t)
{
    struct hub_mark mark;
    unsigned char ours[HASH_BYTES];
    memset(t, 0, sizeof *t);
    enum err rc = hub_mark_read(h, asked->site, asked->epoch, &mark);
    if (rc == ERR_OK && mark.revoked)
        rc = err_set(ERR_HUB_REFUSED, "site", "revoked");
    if (rc == ERR_OK && (asked->from < 1 || asked->from - 1 > mark.seq))
        rc = err_set(ERR_STATE, "from", NULL);
    if (rc == ERR_OK)
        rc = hub_hash_at(h, asked->site, asked->epoch, asked->from - 1, ours);
    if (rc != ERR_OK)
        return rc;
    t->hub = h;
    memcpy(t->site, asked->site, sizeof t->site);
    t->epoch = asked->epoch;
    memcpy(t->pub, mark.pub, sizeof t->pub);
    t->seq = asked->from - 1;
    memcpy(t->hash, asked->base, HASH_BYTES);
    t->aside = memcmp(ours, asked->base, HASH_BYTES) != 0;
    return ERR_OK;
}

/* NULL when there never was a sealed part. */
static const void *sealed_hash_of(const struct wire_entry *w)
{
    return w->dropped || w->sealed_len > 0 ? w->sealed_hash : NULL;
}

static enum err insert_entry(struct hub_take *t, int64_t seq, const struct wire_entry *w,
                             const unsigned char hash[HASH_BYTES], const struct entry *e)
{
    return hub_run(t->hub->db,
                   "INSERT INTO entry (site, epoch, seq, kind, at, heard, arrived, head, sealed,"
                   " sealed_hash, hash) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
                   "siisiiibbbb", t->site, t->epoch, seq, e != NULL ? e->kind : "",
                   e != NULL ? e->at : (int64_t)0, e != NULL ? e->heard : (int64_t)0, clock_now(),
                   w->head, w->head_len, w->sealed, w->sealed_len, sealed_hash_of(w),
                   (size_t)HASH_BYTES, hash, (size_t)HASH_BYTES);
}

/* What the village's clerk reads beside the entry. */
static enum err mark_refused(struct hub_take *t, int64_t seq, enum err why)
{
    char text[400];
    err_say(why, text, sizeof text);
    return hub_run(t->hub->db,
                   "UPDATE entry SET refused = ?4 WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                   "siis", t->site, t->epoch, seq, text);
}

/* A projection that fails takes only itself back. A full disk or a broken store is no fault of the
 * entry: the frame fails, and comes again. Few do, and a savepoint an entry costs as much as
 * the entry: a frame goes without them first, and with them when it stumbled. */
static enum err project(struct hub_take *t, int64_t seq, const struct entry *e)
{
    enum err rc = t->careful ? hub_begin(t->hub->db) : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    rc = hub_project(t->hub, t->site, e);
    if (t->careful)
        rc = hub_end(t->hub->db, rc);
    if (rc == ERR_OK || hub_store_failed(rc))
        return rc;
    t->stumbled = !t->careful;
    return t->careful ? mark_refused(t, seq, rc) : rc;
}

/* What a frame's heads say, read once for all who want it. */
struct reading {
    struct entry e[WIRE_FRAME_ENTRIES]; /* kind NULL: it cannot be read, or was here before */
    json_t *head[WIRE_FRAME_ENTRIES];
};

static enum err read_head(struct hub_take *t, int64_t seq, const struct wire_entry *w,
                          struct entry *e, json_t **head)
{
    struct journal_row row = {.epoch = t->epoch, .seq = seq};
    buf_add(&row.head, w->head, w->head_len);
    enum err rc = journal_parse(&row, e, head);
    if (rc != ERR_OK)
        e->kind = NULL;
    buf_fini(&row.head);
    return rc;
}

static void reading_free(struct reading *r)
{
    for (unsigned i = 0; i < WIRE_FRAME_ENTRIES; i++)
        json_decref(r->head[i]);
    free(r);
}

static enum err store_entry(struct hub_take *t, int64_t seq, const struct wire_entry *w,
                            const unsigned char hash[HASH_BYTES], const struct entry *e,
                            enum err readable)
{
    enum err rc = insert_entry(t, seq, w, hash, readable == ERR_OK ? e : NULL);
    if (rc == ERR_OK)
        rc = readable == ERR_OK ? project(t, seq, e) : mark_refused(t, seq, readable);
    return rc;
}

static enum err store_fork(struct hub_take *t, const struct wire_frame *f, unsigned from,
                           unsigned char (*hash)[HASH_BYTES])
{
    enum err rc = ERR_OK;
    int64_t n =
        hub_number(t->hub->db, 0, "SELECT count(*) FROM fork WHERE site = ?1", "s", t->site);
    for (unsigned i = from; rc == ERR_OK && i < f->count && n < FORK_MAX; i++, n++)
        rc = hub_run(t->hub->db,
                     "INSERT INTO fork (site, epoch, seq, hash, head, sealed, arrived, sealed_hash)"
                     " VALUES (?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT DO NOTHING",
                     "siibbbib", t->site, t->epoch, (int64_t)f->first + i, hash[i],
                     (size_t)HASH_BYTES, f->entry[i].head, f->entry[i].head_len, f->entry[i].sealed,
                     f->entry[i].sealed_len, clock_now(), sealed_hash_of(&f->entry[i]),
                     (size_t)HASH_BYTES);
    t->aside = true;
    return rc;
}

/* Stores what follows the mark; one that overtook the stream only gets its place. */
static enum err place_entry(struct hub_take *t, const struct hub_mark *mark, bool waits,
                            int64_t seq, const struct wire_entry *w,
                            const unsigned char hash[HASH_BYTES], const struct entry *e,
                            enum err readable)
{
    bool settled = false;
    enum err rc = waits ? hub_express_settle(t->hub, mark, seq, &settled) : ERR_OK;
    return rc != ERR_OK || settled ? rc : store_entry(t, seq, w, hash, e, readable);
}

/* Inside the transaction: passes over what is here, stores what follows the mark. */
static enum err store_frame(struct hub_take *t, const struct wire_frame *f,
                            unsigned char (*hash)[HASH_BYTES], struct reading *r)
{
    bool waits = false, orders = hub_orders_wait(t->hub, t->site);
    struct hub_mark mark;
    unsigned char ours[HASH_BYTES];
    enum err rc = hub_lock(t->hub->db, t->site);
    if (rc == ERR_OK)
        rc = hub_mark_read(t->hub, t->site, t->epoch, &mark);
    if (rc == ERR_OK && mark.revoked)
        rc = err_set(ERR_HUB_REFUSED, "site", "revoked");
    if (rc == ERR_OK)
        rc = hub_express_meet(t->hub, &mark, f->first, f->count, hash, &waits);
    if (rc == ERR_FORK)
        return store_fork(t, f, 0, hash);
    for (unsigned i = 0; rc == ERR_OK && i < f->count && !t->aside; i++) {
        int64_t seq = (int64_t)f->first + i;
        if (seq > mark.seq) {
            if (orders)
                rc = hub_orders_settle(t->hub, t->site, t->epoch, seq - 1, true);
            enum err readable = read_head(t, seq, &f->entry[i], &r->e[i], &r->head[i]);
            if (rc == ERR_OK)
                rc = place_entry(t, &mark, waits, seq, &f->entry[i], hash[i], &r->e[i], readable);
            continue;
        }
        rc = hub_hash_at(t->hub, t->site, t->epoch, seq, ours);
        if (rc == ERR_OK && memcmp(ours, hash[i], HASH_BYTES) != 0)
            rc = store_fork(t, f, i, hash);
    }
    int64_t last = (int64_t)f->first + f->count - 1;
    if (rc == ERR_OK && !t->aside && last > mark.seq)
        rc = hub_run(t->hub->db,
                     "UPDATE site_epoch SET seq = ?3, hash = ?4 WHERE site = ?1 AND epoch = ?2",
                     "siib", t->site, t->epoch, last, hash[f->count - 1], (size_t)HASH_BYTES);
    if (rc == ERR_OK && orders)
        rc = hub_orders_settle(t->hub, t->site, t->epoch, last, false);
    if (rc == ERR_OK && !t->aside && last > mark.seq)
        rc = hub_report_follow(
            t->hub, t->site, t->epoch,
            &(struct hub_fresh){mark.seq + 1, last - mark.seq, r->e + (mark.seq + 1 - f->first)});
    return rc;
}

struct taking {
    struct hub_take *t;
    const struct wire_frame *f;
    unsigned char (*hash)[HASH_BYTES];
    bool aside;   /* it left our chain before this frame */
    bool careful; /* it stumbled already */
};

static enum err take_in(void *arg)
{
    struct taking *k = arg;
    struct hub_take *t = k->t;
    struct reading *r = mem_alloc(sizeof *r);
    t->aside = k->aside;
    t->careful = k->careful;
    t->stumbled = false;
    k->careful = true;
    enum err rc = t->aside ? store_fork(t, k->f, 0, k->hash) : store_frame(t, k->f, k->hash, r);
    reading_free(r);
    return rc;
}

enum err hub_take_frame(struct hub_take *t, const struct wire_frame *f)
{
    unsigned char hash[WIRE_FRAME_ENTRIES][HASH_BYTES];
    int64_t last = (int64_t)f->first + f->count - 1;
    if (f->alone)
        return err_set(ERR_FRAME, "frame", "it stands alone");
    if (f->first != t->seq + 1)
        return err_set(ERR_FRAME, "first", "%u does not follow", f->first);
    wire_chain(f, t->hash, hash);
    if (!wire_verify_tip(t->pub, t->site, t->epoch, last, hash[f->count - 1], f->sig))
        return err_set(ERR_SIGNATURE, "frame", "%u", f->first);
    struct taking k = {t, f, hash, t->aside, false};
    enum err rc = hub_transact(t->hub->db, take_in, &k);
    if (t->stumbled)
        rc = hub_transact(t->hub->db, take_in, &k);
    if (rc != ERR_OK) {
        t->aside = k.aside;
        return rc;
    }
    t->seq = last;
    memcpy(t->hash, hash[f->count - 1], HASH_BYTES);
    t->frames++;
    return t->aside ? err_set(ERR_FORK, NULL, NULL) : ERR_OK;
}
