/* Owns: table ahead. Invariant: a row is an entry that the hub has acknowledged by its hash, and
 * whose number the mark has not reached. */
#include "kiosk/desk/ahead.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"

static bool listed(const struct ahead *a, int64_t seq)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->seq[i] == seq)
            return true;
    return false;
}

static void list(struct store *s, int64_t epoch, int64_t seq, int64_t whose, struct ahead *a)
{
    if (listed(a, seq) || ahead_has(s, epoch, seq))
        return;
    a->whose[a->n] = whose;
    a->seq[a->n++] = seq;
}

/* The newest entry about a person. The plus keeps SQLite from walking back the numbers instead of
 * asking the index of subjects. */
static int64_t person_seq(struct store *s, int64_t epoch, const char *person)
{
    bool row = false;
    int64_t seq = 0;
    sqlite3_stmt *q = store_sql(s, "SELECT max(+seq) FROM entry WHERE subject = ?1 AND epoch = ?2"
                                   " AND kind = 'person'");
    if (q == NULL)
        return 0;
    store_bind_text(q, 1, person);
    store_bind_int(q, 2, epoch);
    if (store_step(s, q, &row) == ERR_OK && row)
        seq = store_int(q, 0);
    sqlite3_reset(q);
    return seq;
}

/* The person goes first: the hub shows a name only with that entry. */
static enum err list_person(struct store *s, int64_t epoch, int64_t acked, int64_t seq,
                            struct ahead *a)
{
    char id[ENTRY_ID];
    struct entry e;
    json_t *head = NULL;
    struct journal_row row = {.epoch = epoch};
    enum err rc = journal_read(s, journal_id(false, epoch, seq, id), &row);
    if (rc == ERR_OK)
        rc = journal_parse(&row, &e, &head);
    const char *person = rc == ERR_OK ? js_str(e.body, "person") : NULL;
    int64_t at = person != NULL ? person_seq(s, epoch, person) : 0;
    if (at > acked)
        list(s, epoch, at, seq, a);
    json_decref(head);
    journal_row_fini(&row);
    return rc;
}

/* Up to `most` numbers of kinds that overtake. */
static enum err find_kinds(struct store *s, int64_t epoch, int64_t after, const char *only,
                           int64_t *found, size_t most, size_t *n, int64_t *looked)
{
    bool row = false;
    sqlite3_stmt *q =
        store_sql(s, "SELECT seq, kind FROM entry WHERE epoch = ?1 AND seq > ?2 ORDER BY seq");
    *n = 0;
    *looked = after;
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, after);
    enum err rc = store_step(s, q, &row);
    for (; rc == ERR_OK && row; rc = store_step(s, q, &row)) {
        const struct kind *kind = kind_find(store_text(q, 1));
        *looked = store_int(q, 0);
        if (kind != NULL && kind->express && (only == NULL || strcmp(kind->name, only) == 0))
            found[(*n)++] = *looked;
        if (*n == most)
            break;
    }
    sqlite3_reset(q);
    return rc;
}

enum err ahead_find(struct store *s, int64_t epoch, int64_t acked, int64_t after, const char *only,
                    struct ahead *out)
{
    size_t n;
    int64_t found[AHEAD_MOST / 2]; /* each may bring a person along */
    out->n = 0;
    enum err rc =
        find_kinds(s, epoch, after, only, found, sizeof found / sizeof *found, &n, &out->looked);
    out->more = n == sizeof found / sizeof *found;
    for (size_t i = 0; rc == ERR_OK && i < n; i++) {
        if (ahead_has(s, epoch, found[i]))
            continue;
        rc = list_person(s, epoch, acked, found[i], out);
        list(s, epoch, found[i], found[i], out);
    }
    return rc;
}

static enum err run(struct store *s, sqlite3_stmt *q, int64_t epoch, int64_t seq)
{
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, seq);
    return store_run(s, q);
}

enum err ahead_note(struct store *s, int64_t epoch, int64_t seq)
{
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    return store_end(
        s, run(s, store_sql(s, "INSERT OR IGNORE INTO ahead VALUES (?1, ?2)"), epoch, seq));
}

bool ahead_has(struct store *s, int64_t epoch, int64_t seq)
{
    bool row = false;
    sqlite3_stmt *q = store_sql(s, "SELECT 1 FROM ahead WHERE epoch = ?1 AND seq = ?2");
    if (q == NULL)
        return false;
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, seq);
    if (store_step(s, q, &row) == ERR_OK && row)
        sqlite3_reset(q);
    return row;
}

enum err ahead_settle(struct store *s, int64_t epoch, int64_t before, int64_t acked)
{
    int64_t upto = acked >= before ? acked : INT64_MAX;
    return run(s, store_sql(s, "DELETE FROM ahead WHERE epoch < ?1 OR (epoch = ?1 AND seq <= ?2)"),
               epoch, upto);
}
