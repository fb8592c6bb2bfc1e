/* Owns: table express. Invariant: what stands in it was signed by the site's machine under that
 * number, and leaves it only for its place in the chain. */
#include "sync/hub/express.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/hub/project.h"
#include "sync/wire/pack.h"

struct coming {
    struct hub *hub;
    const char *site;
    int64_t epoch, seq;
    const struct wire_entry *w;
    const unsigned char *hash;
    struct entry e;
    enum err readable;
};

/* A person travels with what names it: its projection goes by the newest entry, whenever it came.
 */
static bool may_overtake(const char *kind)
{
    const struct kind *k = kind_find(kind);
    return strcmp(kind, "person") == 0 || (k != NULL && k->express);
}

/* The hash that the number has here, in the chain or ahead of it; ERR_NOT_FOUND. */
static enum err hash_here(const struct coming *c, unsigned char out[HASH_BYTES])
{
    struct hub_rows rows;
    enum err rc = hub_ask(c->hub->db, &rows,
                          "SELECT hash FROM entry WHERE site = ?1 AND epoch = ?2 AND seq = ?3"
                          " UNION ALL"
                          " SELECT hash FROM express WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                          "sii", c->site, c->epoch, c->seq);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "seq", NULL);
    bool ok = hub_bytes(&rows, 0, out, HASH_BYTES);
    hub_done(&rows);
    return ok ? ERR_OK : err_set(ERR_CORRUPT, "express", NULL);
}

static enum err keep_fork(const struct coming *c)
{
    return hub_run(c->hub->db,
                   "INSERT INTO fork (site, epoch, seq, hash, head, sealed, arrived)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO NOTHING",
                   "siibbbi", c->site, c->epoch, c->seq, c->hash, (size_t)HASH_BYTES, c->w->head,
                   c->w->head_len, c->w->sealed, c->w->sealed_len, clock_now());
}

static enum err insert(const struct coming *c)
{
    bool sealed = c->w->dropped || c->w->sealed_len > 0;
    return hub_run(c->hub->db,
                   "INSERT INTO express (site, epoch, seq, kind, at, heard, arrived, head, sealed,"
                   " sealed_hash, hash) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
                   "siisiiibbbb", c->site, c->epoch, c->seq, c->e.kind, c->e.at, c->e.heard,
                   clock_now(), c->w->head, c->w->head_len, c->w->sealed, c->w->sealed_len,
                   sealed ? c->w->sealed_hash : NULL, (size_t)HASH_BYTES, c->hash,
                   (size_t)HASH_BYTES);
}

/* As in the stream: what cannot be used is kept and marked, a failing store fails the frame. */
static enum err project(const struct coming *c)
{
    char why[400];
    enum err rc = hub_begin(c->hub->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_end(c->hub->db, hub_project(c->hub, c->site, &c->e));
    if (rc == ERR_OK || hub_store_failed(rc))
        return rc;
    err_say(rc, why, sizeof why);
    return hub_run(c->hub->db,
                   "UPDATE express SET refused = ?4 WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                   "siis", c->site, c->epoch, c->seq, why);
}

static enum err take_new(const struct coming *c, bool *taken)
{
    *taken = c->readable == ERR_OK && may_overtake(c->e.kind);
    if (!*taken)
        return ERR_OK;
    int64_t wait =
        hub_number(c->hub->db, 0, "SELECT count(*) FROM express WHERE site = ?1", "s", c->site);
    if (wait >= HUB_EXPRESS_MAX)
        return err_set(ERR_BUSY, "express", NULL);
    enum err rc = insert(c);
    return rc == ERR_OK ? project(c) : rc;
}

/* Inside the transaction; *fork: the number is another entry's. */
static enum err take(const struct coming *c, bool *taken, bool *fork)
{
    unsigned char here[HASH_BYTES];
    enum err rc = hash_here(c, here);
    if (rc == ERR_NOT_FOUND)
        return take_new(c, taken);
    *fork = rc == ERR_OK && memcmp(here, c->hash, HASH_BYTES) != 0;
    *taken = rc == ERR_OK && !*fork;
    return *fork ? keep_fork(c) : rc;
}

static enum err check(const struct hub_mark *who, const struct wire_frame *f,
                      unsigned char hash[HASH_BYTES])
{
    unsigned char own[1][HASH_BYTES];
    if (who->revoked)
        return err_set(ERR_HUB_REFUSED, "site", "revoked");
    if (!f->alone || f->count != 1)
        return err_set(ERR_FRAME, "express", "%u entries", f->count);
    wire_chain(f, f->before, own);
    memcpy(hash, own[0], HASH_BYTES);
    return wire_verify_tip(who->pub, who->site, who->epoch, f->first, hash, f->sig)
               ? ERR_OK
               : err_set(ERR_SIGNATURE, "express", "%u", f->first);
}

enum err hub_express_take(struct hub *h, const struct hub_mark *who, const struct wire_frame *f,
                          unsigned char hash[HASH_BYTES], bool *taken)
{
    bool fork = false;
    json_t *head = NULL;
    struct coming c = {h, who->site, who->epoch, f->first, f->entry, hash, {0}, ERR_OK};
    struct journal_row row = {.epoch = who->epoch, .seq = f->first};
    *taken = false;
    enum err rc = check(who, f, hash);
    if (rc != ERR_OK)
        return rc;
    buf_add(&row.head, f->entry->head, f->entry->head_len);
    c.readable = journal_parse(&row, &c.e, &head);
    rc = hub_begin(h->db);
    if (rc == ERR_OK)
        hub_lock(h->db, who->site);
    if (rc == ERR_OK)
        rc = hub_end(h->db, take(&c, taken, &fork));
    if (rc == ERR_OK && fork)
        rc = err_set(ERR_FORK, NULL, "%u", f->first);
    json_decref(head);
    buf_fini(&row.head);
    return rc;
}

/* --- a whole request --------------------------------------------------------------------------
 */

struct lane {
    struct hub *hub;
    struct hub_mark who;
    struct wire_decoder decoder;
    json_t *told;
};

static enum err take_frame(void *arg, const struct wire_frame *f)
{
    struct lane *l = arg;
    bool taken;
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    enum err rc = hub_express_take(l->hub, &l->who, f, hash, &taken);
    if (!taken)
        return rc;
    hex_encode(hash, HASH_BYTES, hex);
    json_array_append_new(l->told,
                          json_pack("{s:I,s:s}", "seq", (json_int_t)f->first, "hash", hex));
    return rc;
}

static enum err take_bytes(void *arg, const void *bytes, size_t len)
{
    struct lane *l = arg;
    return wire_decode(&l->decoder, bytes, len, take_frame, l);
}

/* Whatever was said of a single entry, the others stay; when the store fails, none does. */
static enum err commit(struct hub *h, enum err rc, json_t *told)
{
    bool store = rc != ERR_BUSY && hub_store_failed(rc);
    enum err ended = hub_end(h->db, store ? rc : ERR_OK);
    if (store || ended != ERR_OK)
        json_array_clear(told);
    return ended != ERR_OK ? ended : rc;
}

enum err hub_express_body(struct hub *h, const struct wire_request *asked, const void *bytes,
                          size_t len, json_t **told)
{
    struct lane l = {.hub = h, .told = json_array()};
    struct wire_unpack unpack = {.lane = WIRE_LANE_EXPRESS};
    enum err rc = hub_mark_read(h, asked->site, asked->epoch, &l.who);
    if (rc == ERR_OK)
        rc = hub_begin(h->db); /* one commit for all of it */
    if (rc == ERR_OK) {
        hub_lock(h->db, asked->site);
        rc = wire_unpack_add(&unpack, bytes, len, take_bytes, &l);
        rc = commit(h, rc, l.told);
    }
    if (rc == ERR_OK && (!wire_unpack_done(&unpack) || !wire_decoder_idle(&l.decoder)))
        rc = err_set(ERR_FRAME, "express", "cut short");
    wire_unpack_fini(&unpack);
    wire_decoder_fini(&l.decoder);
    *told = l.told;
    return rc;
}

/* --- the stream comes after it ----------------------------------------------------------------
 */

enum err hub_express_meet(struct hub *h, const struct hub_mark *who, int64_t first, unsigned count,
                          unsigned char (*hash)[HASH_BYTES], bool *waits)
{
    struct hub_rows rows;
    unsigned char here[HASH_BYTES];
    *waits = false;
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT seq, hash FROM express WHERE site = ?1 AND epoch = ?2"
                          " AND seq BETWEEN ?3 AND ?4",
                          "siii", who->site, who->epoch, first, first + (int64_t)count - 1);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        int64_t seq = hub_int(&rows, 0);
        *waits = true;
        if (hub_bytes(&rows, 1, here, HASH_BYTES) &&
            memcmp(here, hash[seq - first], HASH_BYTES) == 0)
            continue;
        hub_done(&rows);
        return err_set(ERR_FORK, NULL, "%lld", (long long)seq);
    }
    return rc;
}

/* What was told then stays told: when it arrived, and why it could not be used. */
enum err hub_express_settle(struct hub *h, const struct hub_mark *who, int64_t seq, bool *settled)
{
    *settled = hub_number(h->db, 0,
                          "SELECT count(*) FROM express WHERE site = ?1 AND epoch = ?2"
                          " AND seq = ?3",
                          "sii", who->site, who->epoch, seq) > 0;
    if (!*settled)
        return ERR_OK;
    enum err rc =
        hub_run(h->db,
                "INSERT INTO entry (site, epoch, seq, kind, at, heard, arrived, head, sealed,"
                " sealed_hash, hash, refused) SELECT site, epoch, seq, kind, at, heard, arrived,"
                " head, sealed, sealed_hash, hash, refused FROM express"
                " WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                "sii", who->site, who->epoch, seq);
    return rc == ERR_OK
               ? hub_run(h->db, "DELETE FROM express WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                         "sii", who->site, who->epoch, seq)
               : rc;
}
