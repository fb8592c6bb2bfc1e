/* Owns: the hub's sums. Invariant: the tally is what the stored entries count for up to the mark,
 * by the function of kiosk/desk/tally.h alone; nothing that a report says goes into it. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/tally.h"
#include "sync/hub/report.h"
#include "sync/hub/report_private.h"

#define MICRO 1e6
#define PIECE 500 /* entries read at a time */
#define SUMS 64   /* different ones held before they are written */

static int64_t micro_of(double amount)
{
    return (int64_t)(amount * MICRO + (amount < 0 ? -0.5 : 0.5));
}

/* --- what one entry counts for -----------------------------------------------------------------
 */

/* The entry of that id; *head (owned by the caller) is what *e borrows from. */
static enum err read_entry(struct hub *h, const char *site, const char *id, struct entry *e,
                           json_t **head)
{
    size_t len;
    struct hub_rows rows;
    struct journal_row row = {.seq = 0};
    *head = NULL;
    if (!hub_place(id, &row.epoch, &row.seq))
        return err_set(ERR_NOT_FOUND, "id", NULL);
    enum err rc =
        hub_ask(h->db, &rows, "SELECT head FROM entry WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                "sii", site, row.epoch, row.seq);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "id", NULL);
    const void *bytes = hub_blob(&rows, 0, &len);
    buf_add(&row.head, bytes, len);
    hub_done(&rows);
    rc = journal_parse(&row, e, head);
    buf_fini(&row.head);
    return rc;
}

/* Of two entries that strike out one row the first alone counts, as at the village. */
static enum err undo(struct hub *h, const char *site, const struct entry *e, tally_fn *fn, void *to)
{
    struct entry row;
    json_t *head = NULL;
    int64_t first = hub_number(h->db, 0,
                               "SELECT count(*) FROM ledger_row WHERE site = ?1 AND id = ?2"
                               " AND void = ?3",
                               "sss", site, e->subject, e->id);
    if (first == 0)
        return ERR_OK;
    enum err rc = read_entry(h, site, e->subject, &row, &head);
    if (rc == ERR_OK)
        tally_undo(&row, fn, to);
    json_decref(head);
    return rc == ERR_NOT_FOUND || rc == ERR_CORRUPT ? ERR_OK : rc;
}

enum err hub_tally_entry(struct hub *h, const char *site, const struct entry *e, tally_fn *fn,
                         void *to)
{
    if (strcmp(e->kind, "ledger_void") == 0)
        return undo(h, site, e, fn, to);
    tally_of(e, fn, to);
    return ERR_OK;
}

/* --- entries behind a place --------------------------------------------------------------------
 */

struct piece {
    struct journal_row *rows;
    size_t n;
};

static void piece_fini(struct piece *p)
{
    for (size_t i = 0; i < p->n; i++)
        buf_fini(&p->rows[i].head);
    free(p->rows);
}

/* Read first and used after: no question stays open while others are asked. */
static enum err read_piece(struct hub *h, const char *site, int64_t epoch, int64_t after,
                           struct piece *p)
{
    size_t len;
    struct hub_rows rows;
    p->n = 0;
    p->rows = mem_alloc(PIECE * sizeof *p->rows);
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT seq, head FROM entry WHERE site = ?1 AND epoch = ?2 AND seq > ?3"
                          " ORDER BY seq LIMIT ?4",
                          "siii", site, epoch, after, (int64_t)PIECE);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        struct journal_row *row = &p->rows[p->n++];
        const void *bytes = hub_blob(&rows, 1, &len);
        row->epoch = epoch;
        row->seq = hub_int(&rows, 0);
        buf_add(&row->head, bytes, len);
    }
    return rc;
}

/* What cannot be read counts for nothing here: where the village counted it, the sums differ. */
static enum err each_in(struct hub *h, const char *site, const struct piece *p, tally_fn *fn,
                        void *to)
{
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < p->n; i++) {
        struct entry e;
        json_t *head = NULL;
        if (journal_parse(&p->rows[i], &e, &head) == ERR_OK)
            rc = hub_tally_entry(h, site, &e, fn, to);
        json_decref(head);
    }
    return rc;
}

enum err hub_tally_behind(struct hub *h, const char *site, int64_t epoch, int64_t after,
                          tally_fn *fn, void *to, int64_t *last)
{
    enum err rc = ERR_OK;
    bool more = true;
    *last = after;
    while (rc == ERR_OK && more) {
        struct piece p = {NULL, 0};
        rc = read_piece(h, site, epoch, *last, &p);
        if (rc == ERR_OK)
            rc = each_in(h, site, &p, fn, to);
        if (p.n > 0)
            *last = p.rows[p.n - 1].seq;
        more = p.n == PIECE;
        piece_fini(&p);
    }
    return rc;
}

/* --- the table ---------------------------------------------------------------------------------
 */

/* Most entries of a frame count for the same few sums: these are written once. */
struct keeping {
    struct hub *h;
    const char *site;
    enum err rc;
    size_t n;
    struct sum {
        int64_t day, n, micro;
        char *series, *key;
    } sum[SUMS];
};

static void write_sums(struct keeping *k)
{
    for (size_t i = 0; i < k->n; i++) {
        struct sum *s = &k->sum[i];
        if (k->rc == ERR_OK)
            k->rc =
                hub_run(k->h->db,
                        "INSERT INTO tally (site, day, series, key, n, micro)"
                        " VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT (site, day, series, key) DO UPDATE"
                        " SET n = tally.n + excluded.n, micro = tally.micro + excluded.micro",
                        "sissii", k->site, s->day, s->series, s->key, s->n, s->micro);
        free(s->series);
        free(s->key);
    }
    k->n = 0;
}

static void keep(void *to, int64_t day, const char *series, const char *key, int64_t n,
                 double amount)
{
    size_t i = 0;
    struct keeping *k = to;
    while (i < k->n && (k->sum[i].day != day || strcmp(k->sum[i].key, key) != 0 ||
                        strcmp(k->sum[i].series, series) != 0))
        i++;
    if (i == SUMS) {
        write_sums(k);
        i = 0;
    }
    struct sum *s = &k->sum[i];
    if (i == k->n) {
        *s = (struct sum){day, 0, 0, mem_strdup(series), mem_strdup(key)};
        k->n++;
    }
    s->n += n;
    s->micro += micro_of(amount);
}

static enum err each_fresh(struct keeping *k, const struct hub_fresh *fresh, int64_t after)
{
    enum err rc = ERR_OK;
    for (int64_t i = after + 1 - fresh->first; rc == ERR_OK && i < fresh->n; i++)
        if (fresh->e[i].kind != NULL)
            rc = hub_tally_entry(k->h, k->site, &fresh->e[i], keep, k);
    return rc;
}

enum err hub_tally_keep(struct hub *h, const char *site, int64_t epoch,
                        const struct hub_fresh *fresh)
{
    enum err rc;
    struct keeping k = {.h = h, .site = site, .rc = ERR_OK};
    int64_t last,
        after = hub_number(h->db, 0, "SELECT seq FROM tally_mark WHERE site = ?1 AND epoch = ?2",
                           "si", site, epoch);
    if (fresh != NULL && fresh->first <= after + 1) {
        last = fresh->first + fresh->n - 1;
        rc = each_fresh(&k, fresh, after);
    } else {
        rc = hub_tally_behind(h, site, epoch, after, keep, &k, &last);
    }
    write_sums(&k);
    if (rc == ERR_OK)
        rc = k.rc;
    if (rc == ERR_OK && last > after)
        rc = hub_run(h->db,
                     "INSERT INTO tally_mark (site, epoch, seq) VALUES (?1,?2,?3)"
                     " ON CONFLICT (site, epoch) DO UPDATE SET seq = excluded.seq",
                     "sii", site, epoch, last);
    return rc;
}

/* --- sums as JSON ------------------------------------------------------------------------------
 */

struct taking {
    json_t *sums; /* {SERIES:{KEY:[n, micro]}} */
    int64_t day;
};

static void add(json_t *sums, const char *series, const char *key, int64_t n, int64_t micro)
{
    json_t *keys = json_object_get(sums, series);
    if (keys == NULL) {
        keys = json_object();
        json_object_set_new(sums, series, keys);
    }
    const json_t *there = json_object_get(keys, key);
    n += (int64_t)json_integer_value(json_array_get(there, 0));
    micro += (int64_t)json_integer_value(json_array_get(there, 1));
    json_object_set_new(keys, key, json_pack("[I,I]", (json_int_t)n, (json_int_t)micro));
}

static void take_off(void *to, int64_t day, const char *series, const char *key, int64_t n,
                     double amount)
{
    struct taking *t = to;
    if (day == t->day)
        add(t->sums, series, key, -n, -micro_of(amount));
}

/* Without what came to nothing, and with amounts as the village writes them. */
static json_t *plain(const json_t *sums)
{
    const char *series, *key;
    json_t *keys, *pair, *out = json_object();
    json_object_foreach((json_t *)(uintptr_t)sums, series, keys)
    {
        json_t *kept = json_object();
        json_object_foreach(keys, key, pair)
        {
            json_int_t n = json_integer_value(json_array_get(pair, 0));
            json_int_t micro = json_integer_value(json_array_get(pair, 1));
            if (n != 0 || micro != 0)
                json_object_set_new(kept, key, json_pack("[I,f]", n, (double)micro / MICRO));
        }
        if (json_object_size(kept) > 0)
            json_object_set(out, series, kept);
        json_decref(kept);
    }
    return out;
}

enum err hub_report_sums(struct hub *h, const char *site, int64_t day, int64_t epoch, int64_t upto,
                         json_t **out)
{
    struct hub_rows rows;
    struct taking t = {json_object(), day};
    int64_t last;
    *out = NULL;
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT series, key, n, micro FROM tally WHERE site = ?1 AND day = ?2"
                          " ORDER BY series, key",
                          "si", site, day);
    while (rc == ERR_OK && hub_next(&rows, &rc))
        add(t.sums, hub_text(&rows, 0), hub_text(&rows, 1), hub_int(&rows, 2), hub_int(&rows, 3));
    if (rc == ERR_OK && upto != HUB_REPORT_ALL)
        rc = hub_tally_behind(h, site, epoch, upto, take_off, &t, &last);
    if (rc == ERR_OK)
        *out = plain(t.sums);
    json_decref(t.sums);
    return rc;
}
