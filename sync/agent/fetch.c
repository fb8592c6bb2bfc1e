/* Owns: how a journal comes back. Invariant: an entry is stored only with the hub's signature over
 * the chain that it belongs to; what is here and not there is set aside or sent, never overwritten.
 */
#include "sync/agent/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/renew.h"
#include "sync/agent/back.h"
#include "sync/agent/feed.h"
#include "sync/wire/api.h"
#include "sync/wire/pack.h"

struct epoch { /* an earlier one, as the hub has it */
    int64_t epoch, seq;
    unsigned char hash[HASH_BYTES];
};

struct fetching {
    struct talk *t;
    bool late; /* this machine is open: what comes waits in table branch for the replay */
    bool came; /* something did */
};

static void request_for(struct talk *t, const char *purpose, int64_t from,
                        const unsigned char base[HASH_BYTES], struct wire_request *asked)
{
    wire_request_init(asked, t->site->j.site, purpose);
    asked->epoch = t->link.epoch;
    asked->from = from;
    memcpy(asked->base, base, HASH_BYTES);
}

/* --- what the hub has ---------------------------------------------------------------------------
 */

static enum err ask_history(struct talk *t, int64_t of, int64_t lo, int64_t hi, json_t **answer)
{
    struct wire_request asked;
    char *path = mem_printf(
        WIRE_PATH_SITES "%s" WIRE_PATH_HISTORY "?epoch=%lld&of=%lld&lo=%lld&hi=%lld",
        t->site->j.site, (long long)t->link.epoch, (long long)of, (long long)lo, (long long)hi);
    request_for(t, "history", t->link.acked + 1, t->link.acked_hash, &asked);
    enum err rc = talk_ask(t, path, &asked, NULL, NULL, answer);
    free(path);
    return rc;
}

/* [..., hash]: the numbers before the hash go to `n`. */
static bool read_place(const json_t *one, int64_t *n, size_t count, unsigned char hash[HASH_BYTES])
{
    const char *text = json_string_value(json_array_get(one, count));
    for (size_t i = 0; i < count; i++) {
        n[i] = json_integer_value(json_array_get(one, i));
        if (n[i] < 0)
            return false;
    }
    return text != NULL && hex_decode(text, hash, HASH_BYTES) == 0;
}

static enum err own_hash(struct talk *t, int64_t epoch, int64_t seq, bool *same,
                         const unsigned char hash[HASH_BYTES])
{
    unsigned char first[HASH_BYTES];
    *same = false;
    if (seq == 0) {
        journal_first_hash(t->site->j.site, epoch, first);
        *same = memcmp(first, hash, HASH_BYTES) == 0;
        return ERR_OK;
    }
    enum err rc = link_own(t->site->j.store, epoch, seq, hash);
    *same = rc == ERR_OK;
    return rc == ERR_FORK || rc == ERR_OLD_COPY ? ERR_OK : rc;
}

/* The last number of an epoch up to which both have the same, somewhere in lo <= seq < hi. */
static enum err find_common(struct talk *t, int64_t epoch, int64_t *lo, int64_t hi)
{
    enum err rc = ERR_OK;
    while (rc == ERR_OK && hi - *lo > 1) {
        json_t *answer = NULL, *one;
        size_t i;
        int64_t was_lo = *lo, was_hi = hi;
        rc = ask_history(t, epoch, *lo, hi, &answer);
        json_array_foreach(json_object_get(answer, "hashes"), i, one)
        {
            int64_t seq = 0;
            bool same = false;
            unsigned char hash[HASH_BYTES];
            if (rc != ERR_OK || !read_place(one, &seq, 1, hash))
                break;
            rc = own_hash(t, epoch, seq, &same, hash);
            if (same && seq > *lo)
                *lo = seq;
            else if (!same && seq < hi && seq > *lo)
                hi = seq;
        }
        json_decref(answer);
        if (rc == ERR_OK && *lo == was_lo && hi == was_hi)
            rc = err_set(ERR_HUB_ANSWER, "hashes", NULL);
    }
    return rc;
}

/* --- entries down -------------------------------------------------------------------------------
 */

struct taking {
    struct fetching *f;
    int64_t epoch, seq; /* the last entry that is stored */
    unsigned char hash[HASH_BYTES];
    struct wire_unpack unpack;
    struct wire_decoder decoder;
};

static enum err store_one(struct taking *k, int64_t seq, const struct wire_entry *e,
                          const unsigned char before[HASH_BYTES])
{
    struct journal *j = &k->f->t->site->j;
    struct journal_row row = {.epoch = k->epoch, .seq = seq, .dropped = e->dropped};
    buf_add(&row.head, e->head, e->head_len);
    buf_add(&row.sealed, e->sealed, e->sealed_len);
    memcpy(row.sealed_hash, e->sealed_hash, HASH_BYTES);
    enum err rc = k->f->late ? journal_take_aside(j, &row, before) : journal_take(j, &row, before);
    journal_row_fini(&row);
    return rc;
}

static enum err take_frame(void *arg, const struct wire_frame *f)
{
    struct taking *k = arg;
    struct store *s = k->f->t->site->j.store;
    unsigned char hash[WIRE_FRAME_ENTRIES][HASH_BYTES];
    int64_t last = (int64_t)f->first + f->count - 1;
    if (f->first != k->seq + 1)
        return err_set(ERR_FRAME, "first", "%u does not follow", f->first);
    wire_chain(f, k->hash, hash);
    if (!wire_verify_tip(k->f->t->link.hub_sign, k->f->t->site->j.site, k->epoch, last,
                         hash[f->count - 1], f->sig))
        return err_set(ERR_SIGNATURE, "frame", "%u", f->first);
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    for (unsigned i = 0; rc == ERR_OK && i < f->count; i++)
        rc = store_one(k, k->seq + 1 + i, &f->entry[i], i == 0 ? k->hash : hash[i - 1]);
    rc = store_end(s, rc);
    if (rc == ERR_OK) {
        k->seq = last;
        memcpy(k->hash, hash[f->count - 1], HASH_BYTES);
        k->f->came = true;
    }
    return rc;
}

static enum err take_bytes(void *arg, const void *bytes, size_t len)
{
    struct taking *k = arg;
    return wire_decode(&k->decoder, bytes, len, take_frame, k);
}

/* One body, or what came of it before a cut: whole frames count. */
static enum err fetch_page(struct taking *k)
{
    struct talk *t = k->f->t;
    struct wire_request asked;
    struct buf came = BUF_INIT;
    json_t *answer = NULL;
    int64_t before = k->seq;
    char *path = mem_printf(WIRE_PATH_SITES "%s" WIRE_PATH_FETCH "?epoch=%lld&of=%lld",
                            t->site->j.site, (long long)t->link.epoch, (long long)k->epoch);
    request_for(t, "fetch", k->seq + 1, k->hash, &asked);
    struct talk_errand errand = {.path = path, .asked = &asked};
    enum err rc = talk_carry(t, &errand, &came), taken = ERR_OK;
    bool frames = came.len >= 4 && memcmp(came.data, "JWB1", 4) == 0;
    if (frames)
        taken = wire_unpack_add(&k->unpack, came.data, came.len, take_bytes, k);
    else if (rc == ERR_OK)
        rc = talk_answer(&came, t->status, t->link.hub_sign, &asked, &answer);
    if (rc == ERR_OK && !frames)
        rc = err_set(ERR_HUB_ANSWER, "fetch", NULL);
    if (frames && (taken != ERR_OK || rc == ERR_OK))
        rc = taken;
    if (rc == ERR_OK && k->seq == before)
        rc = err_set(ERR_HUB_ANSWER, "fetch", NULL);
    wire_unpack_fini(&k->unpack);
    wire_decoder_fini(&k->decoder);
    k->unpack = (struct wire_unpack){.zstd = NULL};
    memset(&k->decoder, 0, sizeof k->decoder);
    json_decref(answer);
    buf_fini(&came);
    free(path);
    return rc;
}

static enum err fetch_entries(struct fetching *f, const struct epoch *e)
{
    struct taking *k = mem_alloc(sizeof *k);
    struct journal *j = &f->t->site->j;
    k->f = f;
    k->epoch = e->epoch;
    enum err rc = journal_tip(j->store, j->site, e->epoch, &k->seq, k->hash);
    while (rc == ERR_OK && k->seq < e->seq)
        rc = fetch_page(k);
    free(k);
    return rc;
}

/* --- entries up ---------------------------------------------------------------------------------
 */

/* What this machine has of an earlier epoch and the hub has not. */
static enum err send_rest(struct fetching *f, const struct epoch *e)
{
    struct talk *t = f->t;
    struct feed feed;
    struct wire_request asked;
    json_t *answer = NULL;
    char *path = mem_printf(WIRE_PATH_SITES "%s" WIRE_PATH_ENTRIES "?epoch=%lld&from=%lld",
                            t->site->j.site, (long long)e->epoch, (long long)e->seq + 1);
    request_for(t, "entries", e->seq + 1, e->hash, &asked);
    asked.epoch = e->epoch;
    struct link_state old = t->link;
    struct way_pace pace = t->way->pace;
    old.epoch = e->epoch;
    old.acked = e->seq;
    pace.fallen = FEED_FALLS; /* a hub that has lost something is leaned on by nothing */
    enum err rc = feed_init(&feed, &t->site->j, &old, t->sec, &pace);
    if (rc == ERR_OK)
        rc = talk_ask(t, path, &asked, feed_read, &feed, &answer);
    json_decref(answer);
    feed_fini(&feed);
    free(path);
    return rc;
}

/* --- epoch by epoch -----------------------------------------------------------------------------
 */

static enum err set_aside(struct fetching *f, int64_t epoch, int64_t after)
{
    int64_t n;
    f->came = true;
    return journal_aside(&f->t->site->j, epoch, after, &n);
}

/* Somewhere below what both have, the two are the same: at least at the beginning. */
static enum err divide(struct fetching *f, const struct epoch *e, int64_t last)
{
    int64_t lo = 0, hi = (last < e->seq ? last : e->seq) + 1;
    enum err rc = find_common(f->t, e->epoch, &lo, hi);
    return rc == ERR_OK ? set_aside(f, e->epoch, lo) : rc;
}

/* ERR_FORK from the hub: what is here does not lead to what it has. */
static enum err align(struct fetching *f, const struct epoch *e)
{
    bool same;
    int64_t last;
    unsigned char tip[HASH_BYTES];
    struct journal *j = &f->t->site->j;
    enum err rc = journal_tip(j->store, j->site, e->epoch, &last, tip);
    if (rc == ERR_OK && last >= e->seq) {
        rc = own_hash(f->t, e->epoch, e->seq, &same, e->hash);
        if (rc == ERR_OK && same)
            return last > e->seq ? send_rest(f, e) : ERR_OK;
    } else if (rc == ERR_OK) {
        rc = fetch_entries(f, e);
        if (rc != ERR_FORK)
            return rc;
        rc = ERR_OK;
    }
    if (rc == ERR_OK)
        rc = divide(f, e, last);
    return rc == ERR_OK ? fetch_entries(f, e) : rc;
}

static enum err align_all(struct fetching *f, const json_t *answer, int64_t *total)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    *total = 0;
    json_array_foreach(json_object_get(answer, "epochs"), i, one)
    {
        int64_t n[2] = {0, 0};
        struct epoch e;
        if (!read_place(one, n, 2, e.hash) || n[0] < 1 || n[0] >= f->t->link.epoch)
            return err_set(ERR_HUB_ANSWER, "epochs", NULL);
        e.epoch = n[0];
        e.seq = n[1];
        rc = align(f, &e);
        if (rc != ERR_OK)
            break;
        *total += e.seq;
    }
    return rc;
}

/* --- orders -------------------------------------------------------------------------------------
 */

/* A place that this journal has not is its end. */
static enum err order_place(struct talk *t, const json_t *order, int64_t place[2])
{
    int64_t last;
    unsigned char tip[HASH_BYTES];
    const json_t *after = json_object_get(order, "after");
    struct journal *j = &t->site->j;
    enum err rc = journal_tip(j->store, j->site, t->link.epoch, &last, tip);
    place[0] = json_integer_value(json_array_get(after, 0));
    place[1] = json_integer_value(json_array_get(after, 1));
    if (place[0] >= 1 && place[0] < t->link.epoch && place[1] >= 0)
        return rc;
    if (place[0] != t->link.epoch || place[1] < 0 || place[1] > last)
        place[1] = last;
    place[0] = t->link.epoch;
    return rc;
}

static enum err take_order(struct talk *t, const json_t *order)
{
    int64_t n = 0, place[2];
    struct buf head = BUF_INIT, sealed = BUF_INIT;
    enum err rc = wire_order_read(order, t->link.hub_sign, t->site->j.site, &n, &head, &sealed);
    if (rc == ERR_OK)
        rc = order_place(t, order, place);
    if (rc == ERR_OK)
        rc = journal_take_order(&t->site->j, n, head.data, head.len, sealed.data, sealed.len,
                                place[0], place[1]);
    if (rc == ERR_OK)
        rc = back_keep(t->site->j.store, n, order);
    buf_fini(&head);
    buf_fini(&sealed);
    return rc;
}

static enum err take_orders(struct talk *t, const json_t *answer)
{
    size_t i;
    json_t *one;
    enum err rc = store_begin(t->site->j.store);
    if (rc != ERR_OK)
        return rc;
    json_array_foreach(json_object_get(answer, "orders"), i, one)
    {
        rc = take_order(t, one);
        if (rc != ERR_OK)
            break;
    }
    return store_end(t->site->j.store, rc);
}

static enum err fetch_orders(struct talk *t, int64_t last)
{
    enum err rc = ERR_OK;
    for (int64_t have; rc == ERR_OK && (have = journal_last_order(t->site->j.store)) < last;) {
        struct wire_request asked;
        json_t *answer = NULL;
        char *path = mem_printf(WIRE_PATH_SITES "%s" WIRE_PATH_ORDERS
                                                "?epoch=%lld&since=%lld&places=1&whole=1",
                                t->site->j.site, (long long)t->link.epoch, (long long)have);
        request_for(t, "orders", have, t->link.acked_hash, &asked);
        rc = talk_ask(t, path, &asked, NULL, NULL, &answer);
        if (rc == ERR_OK)
            rc = take_orders(t, answer);
        if (rc == ERR_OK && journal_last_order(t->site->j.store) <= have)
            rc = err_set(ERR_HUB_ANSWER, "orders", NULL);
        json_decref(answer);
        free(path);
    }
    return rc;
}

/* --- all of it ----------------------------------------------------------------------------------
 */

/* Into the journal and the tables at once; what the tables cannot take stays aside, for people. */
static enum err adopt(struct talk *t)
{
    enum err rc = store_begin(t->site->j.store);
    if (rc != ERR_OK)
        return rc;
    for (int64_t e = 1, n; rc == ERR_OK && e < t->link.epoch; e++)
        rc = journal_adopt(&t->site->j, e, &n);
    if (rc == ERR_OK)
        rc = renew_replay(t->site);
    rc = store_end(t->site->j.store, rc);
    return rc == ERR_IO || rc == ERR_DISK_FULL || rc == ERR_BUSY ? rc : ERR_OK;
}

static enum err note_older(struct talk *t, int64_t total)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)total);
    return site_set(t->site->j.store, "older", text);
}

enum err fetch_all(struct talk *t)
{
    int64_t total = 0;
    json_t *answer = NULL;
    struct fetching f = {.t = t, .late = journal_closed(t->site->j.store, NULL) != ERR_FETCHING};
    enum err rc = ask_history(t, 0, 0, 0, &answer);
    if (rc == ERR_OK)
        rc = align_all(&f, answer, &total);
    if (rc == ERR_OK && !f.late)
        rc = fetch_orders(t, js_int(answer, "last_order", 0));
    if (rc == ERR_OK && !f.late)
        rc = renew_end(t->site);
    else if (rc == ERR_OK && f.came)
        rc = adopt(t);
    if (rc == ERR_OK)
        rc = note_older(t, total);
    json_decref(answer);
    return rc == ERR_OK ? link_read(t->site->j.store, t->site->j.site, &t->link) : rc;
}

enum err fetch_others(struct talk *t, const json_t *answer)
{
    struct store *s = t->site->j.store;
    enum err rc = ERR_OK;
    if (js_int(answer, "newest", 0) > t->link.epoch)
        rc = renew_close(t->site, ERR_REPLACED);
    if (rc == ERR_OK)
        rc = site_set(s, "forked", json_is_true(json_object_get(answer, "fork")) ? "1" : "");
    if (rc == ERR_OK && js_int(answer, "newest", 0) <= t->link.epoch &&
        js_int(answer, "older", 0) != atoll(site_get(s, "older")))
        rc = fetch_all(t);
    return rc;
}
