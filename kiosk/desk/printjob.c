/* Owns: the table of print jobs. Invariant: a job ends once, and what has ended stays as it is. */
#include "kiosk/desk/printjob.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/sql.h"

#define LIST_MAX 500 /* rows of the view, where no limit is given */

enum err printjob_add(struct store *s, const struct printjob *row, int64_t *id)
{
    enum err rc =
        sql_put(s,
                "INSERT INTO print_job (what, which, printer, again_of, marked, copies, at, clerk,"
                " terminal, state) VALUES (?1,?2,?3,nullif(?4,0),?5,?6,?7,?8,?9,'waiting')",
                "tttibiitt", row->what, row->which, row->printer, row->again_of, row->marked,
                (int64_t)row->copies, row->at, row->clerk, row->terminal);
    *id = sqlite3_last_insert_rowid(store_handle(s));
    return rc;
}

static void take(char *to, size_t size, sqlite3_stmt *q, int column)
{
    snprintf(to, size, "%s", store_text(q, column));
}

static void fill(sqlite3_stmt *q, struct printjob *out)
{
    *out = (struct printjob){.id = store_int(q, 0), .again_of = store_int(q, 4)};
    take(out->what, sizeof out->what, q, 1);
    take(out->which, sizeof out->which, q, 2);
    take(out->printer, sizeof out->printer, q, 3);
    out->marked = store_int(q, 5) != 0;
    out->copies = (int)store_int(q, 6);
    out->at = store_int(q, 7);
    take(out->clerk, sizeof out->clerk, q, 8);
    take(out->terminal, sizeof out->terminal, q, 9);
    take(out->state, sizeof out->state, q, 10);
    take(out->why, sizeof out->why, q, 11);
    out->begun = store_int(q, 12) != 0;
    out->said = store_int(q, 13) != 0;
    out->ended = sql_time(q, 14);
    out->told = store_int(q, 15) != 0;
}

#define COLUMNS                                                                                    \
    "SELECT id, what, which, printer, again_of, marked, copies, at, clerk, terminal, state, why,"  \
    " begun, said, ended, told FROM print_job"

enum err printjob_read(struct store *s, int64_t id, struct printjob *out)
{
    bool row = false;
    sqlite3_stmt *q = NULL;
    enum err rc = sql_open(s, &q, COLUMNS " WHERE id = ?1", "i", id);
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc == ERR_OK && !row)
        rc = err_set(ERR_NOT_FOUND, "print job", NULL);
    if (rc != ERR_OK)
        return rc;
    fill(q, out);
    sqlite3_reset(q);
    return ERR_OK;
}

/* What was written is one row, or the job was not in the state for it. */
static enum err changed(struct store *s, enum err rc)
{
    if (rc == ERR_OK && sqlite3_changes(store_handle(s)) != 1)
        rc = err_set(ERR_STATE, "print job", NULL);
    return rc;
}

enum err printjob_begin(struct store *s, int64_t id)
{
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    rc = sql_put(s, "UPDATE print_job SET state = 'printing' WHERE id = ?1 AND state = 'waiting'",
                 "i", id);
    return store_end(s, changed(s, rc));
}

enum err printjob_note(struct store *s, int64_t id, const char *why)
{
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    rc = sql_put(s, "UPDATE print_job SET why = ?2 WHERE id = ?1 AND ended IS NULL", "it", id, why);
    return store_end(s, changed(s, rc));
}

enum err printjob_end(struct store *s, int64_t id, const char *state, const char *why, bool begun,
                      bool said)
{
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    rc = sql_put(s,
                 "UPDATE print_job SET state = ?2, why = ?3, begun = ?4, said = ?5, ended = ?6"
                 " WHERE id = ?1 AND ended IS NULL",
                 "ittbbi", id, state, why, begun, said, clock_now());
    return store_end(s, changed(s, rc));
}

enum err printjob_told(struct store *s, int64_t id)
{
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    rc = sql_put(s, "UPDATE print_job SET told = 1 WHERE id = ?1", "i", id);
    return store_end(s, rc);
}

size_t printjob_open(struct store *s, int64_t ids[PRINTJOB_OPEN_MAX])
{
    bool row = true;
    size_t n = 0;
    sqlite3_stmt *q = store_sql(s, "SELECT id FROM print_job WHERE told = 0 ORDER BY id");
    while (q != NULL && store_step(s, q, &row) == ERR_OK && row && n < PRINTJOB_OPEN_MAX)
        ids[n++] = store_int(q, 0);
    if (q != NULL)
        sqlite3_reset(q);
    return n;
}

bool printjob_before(struct store *s, const char *what, const char *which)
{
    bool found = false;
    sql_text(s, &found, NULL, 0,
             "SELECT 1 FROM print_job WHERE what = ?1 AND which = ?2 AND"
             " (state IN ('printed', 'unsure') OR begun = 1)",
             "tt", what, which);
    return found;
}

/* --- the view ----------------------------------------------------------------------------------
 */

static json_t *json_of(const struct printjob *j)
{
    json_t *out = json_object();
    js_set_int(out, "job", j->id);
    js_set_time(out, "at", j->at);
    js_set_str(out, "document", j->what);
    js_set_str(out, "which", j->which);
    js_set_str(out, "printer", j->printer);
    js_set_str(out, "state", j->state);
    js_set_str(out, "why", j->why[0] != 0 ? j->why : NULL);
    json_object_set_new(out, "begun", json_boolean(j->begun));
    json_object_set_new(out, "said", json_boolean(j->said));
    json_object_set_new(out, "reprint", json_boolean(j->marked));
    json_object_set_new(out, "again_of",
                        j->again_of != 0 ? json_integer(j->again_of) : json_null());
    js_set_int(out, "copies", j->copies);
    js_set_str(out, "clerk", j->clerk);
    js_set_str(out, "terminal", j->terminal);
    js_set_time(out, "ended", j->ended);
    return out;
}

enum err printjobs_each(struct site *s, const char *arg, const struct view_query *q,
                        enum err (*row)(void *to, json_t *object), void *to)
{
    bool more = true;
    struct printjob job;
    sqlite3_stmt *rows = NULL;
    (void)arg;
    enum err rc = sql_open(
        s->j.store, &rows,
        COLUMNS " WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR state = ?3) ORDER BY id DESC"
                " LIMIT ?4 OFFSET ?5",
        "iitii", q->from, q->to == CLOCK_NONE ? INT64_MAX : q->to, q->state,
        q->limit > 0 ? q->limit : (int64_t)LIST_MAX, q->offset);
    while (rc == ERR_OK && (rc = store_step(s->j.store, rows, &more)) == ERR_OK && more) {
        fill(rows, &job);
        json_t *object = json_of(&job);
        rc = row(to, object);
        json_decref(object);
    }
    if (rows != NULL)
        sqlite3_reset(rows);
    return rc;
}
