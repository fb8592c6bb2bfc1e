/* Owns: the books and the judgement. Invariant: nothing here calls the agent or the hub's own
 * functions of sync: the stores are read by SQL of its own, so that a rule that is broken there is
 * not broken here too. */
#include "tests/sim/truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/store/store.h"
#include "tests/sim/world.h"

void truth_clear(struct truth *t)
{
    memset(t->n_ever, 0, sizeof t->n_ever);
    memset(t->n_acked, 0, sizeof t->n_acked);
    memset(t->n_orders, 0, sizeof t->n_orders);
    t->said = 0;
    memset(t->may_fork, 0, sizeof t->may_fork);
}

static struct store *hub_store(struct world *w)
{
    return w->hub->db->handle;
}

static const char *code_of(struct world *w, int village)
{
    return w->m[village == 0 ? VILLAGE_A : VILLAGE_B].site->j.site;
}

static bool blob(sqlite3_stmt *q, int i, unsigned char out[HASH_BYTES])
{
    bool whole = sqlite3_column_bytes(q, i) == HASH_BYTES;
    if (whole)
        memcpy(out, sqlite3_column_blob(q, i), HASH_BYTES);
    else
        memset(out, 0, HASH_BYTES);
    return whole;
}

static const struct known *find(const struct known *list, size_t n, int64_t epoch, int64_t seq,
                                const unsigned char hash[HASH_BYTES])
{
    for (size_t i = 0; i < n; i++)
        if (list[i].seq == seq && list[i].epoch == epoch &&
            memcmp(list[i].hash, hash, HASH_BYTES) == 0)
            return &list[i];
    return NULL;
}

static void keep(struct known *list, size_t *n, int64_t epoch, int64_t seq,
                 const unsigned char hash[HASH_BYTES])
{
    if (*n == TRUTH_MAX || find(list, *n, epoch, seq, hash) != NULL)
        return;
    list[*n] = (struct known){.epoch = epoch, .seq = seq};
    memcpy(list[(*n)++].hash, hash, HASH_BYTES);
}

/* --- a machine's journal ------------------------------------------------------------------------
 */

static bool row_at(struct store *s, const char *sql, int64_t a, int64_t b, const char *site,
                   unsigned char hash[HASH_BYTES])
{
    bool row = false;
    sqlite3_stmt *q = store_sql(s, sql);
    store_bind_int(q, 1, a);
    store_bind_int(q, 2, b);
    if (site != NULL)
        store_bind_text(q, 3, site);
    if (store_step(s, q, &row) == ERR_OK && row) {
        blob(q, 0, hash);
        sqlite3_reset(q);
    }
    return row;
}

static void still_there(struct machine *m)
{
    unsigned char hash[HASH_BYTES];
    const struct mirror *k = &m->mirror;
    if (k->tip > 0 &&
        (!row_at(m->site->j.store, "SELECT hash FROM entry WHERE epoch = ?1 AND seq = ?2", k->epoch,
                 k->tip, NULL, hash) ||
         memcmp(hash, k->hash[k->tip - 1], HASH_BYTES) != 0))
        wrong(m->w, "%s: entry %lld was saved, and is gone", m->name, (long long)k->tip);
}

static void read_more(struct machine *m)
{
    bool row = false;
    struct mirror *k = &m->mirror;
    struct truth *t = &m->w->truth;
    struct store *s = m->site->j.store;
    sqlite3_stmt *q =
        store_sql(s, "SELECT seq, hash FROM entry WHERE epoch = ?1 AND seq > ?2 ORDER BY seq");
    store_bind_int(q, 1, k->epoch);
    store_bind_int(q, 2, k->tip);
    while (store_step(s, q, &row) == ERR_OK && row && k->tip < TRUTH_MAX) {
        if (store_int(q, 0) != k->tip + 1)
            wrong(m->w, "%s: entry %lld is missing", m->name, (long long)k->tip + 1);
        blob(q, 1, k->hash[k->tip++]);
        keep(t->ever[m->village], &t->n_ever[m->village], k->epoch, k->tip, k->hash[k->tip - 1]);
    }
    if (row)
        sqlite3_reset(q);
}

/* What it takes for arrived; `news`: what it learnt since it was last looked at goes into the
 * books. */
static void read_acked(struct machine *m, bool news)
{
    struct truth *t = &m->w->truth;
    struct store *s = m->site->j.store;
    int64_t epoch = store_number(s, "SELECT value FROM meta WHERE key = 'acked_epoch'", 0);
    int64_t acked = store_number(s, "SELECT value FROM meta WHERE key = 'acked'", 0);
    if (epoch != m->mirror.epoch)
        acked = 0;
    if (acked > m->mirror.tip)
        wrong(m->w, "%s: %lld are said to have arrived of %lld", m->name, (long long)acked,
              (long long)m->mirror.tip);
    for (int64_t seq = m->mirror.acked + 1; news && seq <= acked && seq <= m->mirror.tip; seq++)
        keep(t->acked[m->village], &t->n_acked[m->village], epoch, seq, m->mirror.hash[seq - 1]);
    m->mirror.acked = acked;
}

static void follow(struct machine *m, bool news)
{
    if (m->mirror.epoch != m->site->j.epoch)
        m->mirror = (struct mirror){.epoch = m->site->j.epoch};
    still_there(m);
    read_more(m);
    read_acked(m, news);
}

void truth_follow(struct machine *m)
{
    follow(m, true);
}

void truth_replaced(struct machine *m)
{
    m->mirror.tip = 0;
    m->mirror.epoch = m->site->j.epoch;
    m->w->truth.may_fork[m->village] = true;
    follow(m, false);
}

/* --- the hub -------------------------------------------------------------------------------------
 */

static bool at_hub(struct world *w, int village, const struct known *k)
{
    unsigned char hash[HASH_BYTES];
    return row_at(hub_store(w),
                  "SELECT hash FROM entry WHERE epoch = ?1 AND seq = ?2 AND site = ?3", k->epoch,
                  k->seq, code_of(w, village), hash) &&
           memcmp(hash, k->hash, HASH_BYTES) == 0;
}

static bool set_aside(struct world *w, int village, const struct known *k)
{
    bool row = false;
    struct store *s = hub_store(w);
    sqlite3_stmt *q = store_sql(s, "SELECT 1 FROM fork WHERE site = ?1 AND epoch = ?2 AND seq = ?3"
                                   " AND hash = ?4");
    store_bind_text(q, 1, code_of(w, village));
    store_bind_int(q, 2, k->epoch);
    store_bind_int(q, 3, k->seq);
    store_bind_blob(q, 4, k->hash, HASH_BYTES);
    if (store_step(s, q, &row) == ERR_OK && row)
        sqlite3_reset(q);
    return row;
}

static void acked_are_there(struct world *w)
{
    for (int v = 0; v < VILLAGES; v++)
        for (size_t i = 0; i < w->truth.n_acked[v]; i++)
            if (!at_hub(w, v, &w->truth.acked[v][i]) &&
                !(w->truth.may_fork[v] && set_aside(w, v, &w->truth.acked[v][i]))) {
                wrong(w, "village %d: entry %lld was acknowledged, and the hub does not have it", v,
                      (long long)w->truth.acked[v][i].seq);
                return;
            }
}

/* --- orders --------------------------------------------------------------------------------------
 */

/* The words of an order end with its name. */
static int64_t name_of(const char *head)
{
    const char *at = head != NULL ? strchr(head, '#') : NULL;
    return at != NULL ? atoll(at + 1) : 0;
}

static struct given *find_order(struct truth *t, int village, int64_t name)
{
    for (size_t i = 0; i < t->n_orders[village]; i++)
        if (t->orders[village][i].name == name)
            return &t->orders[village][i];
    return NULL;
}

static void learn_order(struct truth *t, int village, int64_t name, bool lost)
{
    if (find_order(t, village, name) == NULL && t->n_orders[village] < TRUTH_ORDERS)
        t->orders[village][t->n_orders[village]++] = (struct given){.name = name, .lost = lost};
}

static sqlite3_stmt *hub_orders(struct world *w, int village)
{
    sqlite3_stmt *q =
        store_sql(hub_store(w), "SELECT n, head FROM orders WHERE site = ?1 ORDER BY n");
    store_bind_text(q, 1, code_of(w, village));
    return q;
}

/* All that is known is there, once, unless a village is to bring it back; what is new is learnt. */
static void orders_at_hub(struct world *w, int village)
{
    bool row = false;
    struct truth *t = &w->truth;
    int times[TRUTH_ORDERS] = {0};
    sqlite3_stmt *q = hub_orders(w, village);
    while (store_step(hub_store(w), q, &row) == ERR_OK && row) {
        int64_t name = name_of(sqlite3_column_blob(q, 1));
        learn_order(t, village, name, false);
        struct given *known = find_order(t, village, name);
        if (known == NULL)
            continue;
        known->lost = false;
        times[known - t->orders[village]]++;
    }
    for (size_t i = 0; i < t->n_orders[village]; i++)
        if (times[i] != (t->orders[village][i].lost ? 0 : 1))
            wrong(w, "village %d: order #%lld was given, and the hub has it %d times", village,
                  (long long)t->orders[village][i].name, times[i]);
}

void truth_hub(struct world *w)
{
    acked_are_there(w);
    for (int v = 0; v < VILLAGES; v++)
        orders_at_hub(w, v);
}

static void held_by(struct machine *m)
{
    bool row = false;
    sqlite3_stmt *q = store_sql(m->site->j.store, "SELECT head FROM orders");
    while (store_step(m->site->j.store, q, &row) == ERR_OK && row)
        learn_order(&m->w->truth, m->village, name_of(store_text(q, 0)), true);
}

void truth_hub_replaced(struct world *w)
{
    memset(w->truth.n_acked, 0, sizeof w->truth.n_acked);
    memset(w->truth.n_orders, 0, sizeof w->truth.n_orders);
    for (size_t i = 0; i < MACHINES; i++)
        if (w->m[i].exists)
            held_by(&w->m[i]);
    truth_hub(w);
}

void truth_ordered(struct world *w, int village)
{
    orders_at_hub(w, village);
}

void truth_mark(struct world *w, int village, int64_t *seq, unsigned char hash[HASH_BYTES])
{
    bool row = false;
    struct store *s = hub_store(w);
    sqlite3_stmt *q =
        store_sql(s, "SELECT seq, hash FROM site_epoch WHERE site = ?1 ORDER BY epoch");
    store_bind_text(q, 1, code_of(w, village));
    if (store_step(s, q, &row) == ERR_OK && row) {
        *seq = store_int(q, 0);
        blob(q, 1, hash);
        sqlite3_reset(q);
    }
}

/* --- the judgement -------------------------------------------------------------------------------
 */

/* An entry's hash from its bytes, by the rule of journal.h. */
static void hash_of(const unsigned char before[HASH_BYTES], sqlite3_stmt *q,
                    unsigned char out[HASH_BYTES])
{
    unsigned char sealed[HASH_BYTES] = {0};
    if (sqlite3_column_bytes(q, 2) > 0)
        secret_hash_once(sqlite3_column_blob(q, 2), (size_t)sqlite3_column_bytes(q, 2), sealed);
    journal_hash(before, sqlite3_column_blob(q, 1), (size_t)sqlite3_column_bytes(q, 1), sealed,
                 out);
}

/* The hub cannot use what speaks of things that it has never heard of; the scene writes ratings of
 * cases that there are not. */
static bool unusable(const char *kind)
{
    return strcmp(kind, "rating") == 0;
}

struct tally {
    int64_t incidents, persons;
};

static void judge_row(struct world *w, int village, sqlite3_stmt *q, int64_t epoch, int64_t seq,
                      unsigned char hash[HASH_BYTES], struct tally *sums)
{
    unsigned char chain[HASH_BYTES], kept[HASH_BYTES];
    const char *kind = store_text(q, 4);
    struct truth *t = &w->truth;
    hash_of(hash, q, chain);
    blob(q, 3, kept);
    memcpy(hash, kept, HASH_BYTES);
    if (store_int(q, 0) != seq)
        wrong(w, "hub, village %d: entry %lld is missing or twice", village, (long long)seq);
    if (memcmp(chain, kept, HASH_BYTES) != 0)
        wrong(w, "hub, village %d: the chain breaks at %lld", village, (long long)seq);
    if (find(t->ever[village], t->n_ever[village], epoch, seq, kept) == NULL)
        wrong(w, "hub, village %d: nobody wrote entry %lld", village, (long long)seq);
    if (unusable(kind) == (sqlite3_column_type(q, 5) == SQLITE_NULL))
        wrong(w, "hub, village %d: entry %lld (%s) is %smarked", village, (long long)seq, kind,
              unusable(kind) ? "not " : "");
    sums->incidents += strcmp(kind, "incident") == 0;
    sums->persons += strcmp(kind, "person") == 0;
}

static int64_t count(struct world *w, int village, const char *sql)
{
    bool row = false;
    struct store *s = hub_store(w);
    sqlite3_stmt *q = store_sql(s, sql);
    store_bind_text(q, 1, code_of(w, village));
    int64_t n = store_step(s, q, &row) == ERR_OK && row ? store_int(q, 0) : -1;
    if (row)
        sqlite3_reset(q);
    return n;
}

static void judge_epoch(struct world *w, int village, int64_t epoch, struct tally *sums)
{
    bool row = false;
    int64_t seq = 0;
    unsigned char hash[HASH_BYTES], mark[HASH_BYTES];
    struct store *s = hub_store(w);
    sqlite3_stmt *q = store_sql(s, "SELECT seq, head, sealed, hash, kind, refused FROM entry"
                                   " WHERE epoch = ?1 AND site = ?2 ORDER BY seq");
    journal_first_hash(code_of(w, village), epoch, hash);
    store_bind_int(q, 1, epoch);
    store_bind_text(q, 2, code_of(w, village));
    while (store_step(s, q, &row) == ERR_OK && row)
        judge_row(w, village, q, epoch, ++seq, hash, sums);
    if (!row_at(s, "SELECT hash FROM site_epoch WHERE epoch = ?1 AND seq = ?2 AND site = ?3", epoch,
                seq, code_of(w, village), mark) ||
        memcmp(mark, hash, HASH_BYTES) != 0)
        wrong(w, "hub, village %d: the mark is not at %lld", village, (long long)seq);
}

static void judge_forks(struct world *w, int village)
{
    bool row = false;
    struct truth *t = &w->truth;
    struct store *s = hub_store(w);
    unsigned char hash[HASH_BYTES];
    sqlite3_stmt *q = store_sql(s, "SELECT epoch, seq, hash FROM fork WHERE site = ?1");
    store_bind_text(q, 1, code_of(w, village));
    while (store_step(s, q, &row) == ERR_OK && row) {
        blob(q, 2, hash);
        if (find(t->ever[village], t->n_ever[village], store_int(q, 0), store_int(q, 1), hash) ==
            NULL)
            wrong(w, "hub, village %d: nobody wrote %lld of the fork", village,
                  (long long)store_int(q, 1));
        if (!t->may_fork[village])
            wrong(w, "hub, village %d: a fork that there is not", village);
    }
}

/* What overtook the stream has its place by now, unless the stream took another one there. */
static void judge_express(struct world *w, int village, struct tally *sums)
{
    bool row = false;
    struct truth *t = &w->truth;
    struct store *s = hub_store(w);
    unsigned char hash[HASH_BYTES];
    sqlite3_stmt *q = store_sql(s, "SELECT epoch, seq, hash, kind FROM express WHERE site = ?1");
    store_bind_text(q, 1, code_of(w, village));
    while (store_step(s, q, &row) == ERR_OK && row) {
        blob(q, 2, hash);
        if (!t->may_fork[village] || find(t->ever[village], t->n_ever[village], store_int(q, 0),
                                          store_int(q, 1), hash) == NULL)
            wrong(w, "hub, village %d: %lld overtook, and is nowhere", village,
                  (long long)store_int(q, 1));
        sums->incidents += strcmp(store_text(q, 3), "incident") == 0;
        sums->persons += strcmp(store_text(q, 3), "person") == 0;
    }
}

static void judge_village(struct world *w, int village)
{
    struct tally sums = {0, 0};
    int64_t epochs = count(w, village, "SELECT max(epoch) FROM site_epoch WHERE site = ?1");
    for (int64_t e = 1; e <= epochs; e++)
        judge_epoch(w, village, e, &sums);
    judge_forks(w, village);
    judge_express(w, village, &sums);
    if (count(w, village, "SELECT count(*) FROM incident WHERE site = ?1") != sums.incidents)
        wrong(w, "hub, village %d: incidents are lost or doubled", village);
    if (count(w, village, "SELECT count(*) FROM person WHERE site = ?1") != sums.persons)
        wrong(w, "hub, village %d: persons are lost or doubled", village);
}

static void judge_journal(struct machine *m)
{
    struct world *w = m->w;
    for (int64_t seq = 1; seq <= m->mirror.tip; seq++) {
        struct known k = {.epoch = m->mirror.epoch, .seq = seq};
        memcpy(k.hash, m->mirror.hash[seq - 1], HASH_BYTES);
        if (at_hub(w, m->village, &k) || (m->forked && set_aside(w, m->village, &k)))
            continue;
        wrong(w, "%s: entry %lld is not at the hub%s", m->name, (long long)seq,
              m->forked ? ", nor set aside" : "");
        return;
    }
}

/* Under each number both have the same, and nothing is missing. */
static void judge_orders(struct machine *m)
{
    bool row = false, there = false;
    int64_t n = 0;
    struct world *w = m->w;
    struct store *s = m->site->j.store;
    sqlite3_stmt *at_hub = hub_orders(w, m->village);
    sqlite3_stmt *q = store_sql(s, "SELECT n, head FROM orders ORDER BY n");
    while (store_step(s, q, &row) == ERR_OK && row) {
        const char *head = store_text(q, 1);
        n++;
        if (store_step(hub_store(w), at_hub, &there) != ERR_OK || !there)
            there = false;
        if (!there || store_int(q, 0) != n || store_int(at_hub, 0) != n ||
            (size_t)sqlite3_column_bytes(at_hub, 1) != strlen(head) ||
            memcmp(sqlite3_column_blob(at_hub, 1), head, strlen(head)) != 0)
            wrong(w, "%s: order %lld is not what the hub has", m->name, (long long)n);
        if (find_order(&w->truth, m->village, name_of(head)) == NULL)
            wrong(w, "%s: nobody gave order %lld", m->name, (long long)n);
    }
    sqlite3_reset(at_hub);
    if (n != (int64_t)w->truth.n_orders[m->village])
        wrong(w, "%s: %lld of %lld orders are here", m->name, (long long)n,
              (long long)w->truth.n_orders[m->village]);
    if (store_number(s, "SELECT count(*) FROM hub_order", -1) != n)
        wrong(w, "%s: orders are shown twice or not at all", m->name);
}

static void none_is_lost(struct world *w)
{
    for (int v = 0; v < VILLAGES; v++)
        for (size_t i = 0; i < w->truth.n_orders[v]; i++)
            if (w->truth.orders[v][i].lost)
                wrong(w, "village %d: order #%lld did not come back to the hub", v,
                      (long long)w->truth.orders[v][i].name);
}

static void judge_marks(struct machine *m)
{
    struct store *s = m->site->j.store;
    int64_t want = store_number(
        s,
        "SELECT count(*) FROM entry WHERE kind = 'rating' AND epoch = (SELECT value FROM meta"
        " WHERE key = 'epoch')",
        -1);
    if (store_number(s, "SELECT count(*) FROM refusal", -2) != want)
        wrong(m->w, "%s: what the hub refused is not marked", m->name);
}

void truth_settled(struct world *w)
{
    truth_hub(w);
    none_is_lost(w);
    for (int v = 0; v < VILLAGES; v++)
        judge_village(w, v);
    for (size_t i = 0; i < MACHINES; i++) {
        struct machine *m = &w->m[i];
        if (!m->exists)
            continue;
        judge_journal(m);
        if (!m->forked) {
            judge_orders(m);
            judge_marks(m);
        }
    }
}
