/* Owns: a shift handed on. Invariant: what is handed over is counted here, never typed; and whoever
 * takes over has proved the own PIN. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

#define OPEN_CASES "state NOT IN ('delivered', 'withdrawn', 'returned', 'rejected')"

static const struct member handover_shape[] = {
    {"to", MEMBER_TEXT, true, 60, NULL},
    {"note", MEMBER_TEXT, false, 300, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static enum err list_incidents(struct store *s, json_t *out)
{
    bool more = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(
        s, &q, "SELECT id FROM incident WHERE state <> 'closed' ORDER BY at, epoch, seq", "");
    while (rc == ERR_OK && (rc = store_step(s, q, &more)) == ERR_OK && more)
        json_array_append_new(out, json_string(store_text(q, 0)));
    return rc;
}

/* What a shift leaves behind: {"incidents","cases","papers","unsent","last"}. */
static enum err count_all(struct site *s, json_t *out)
{
    struct link_state link;
    json_t *incidents = json_array();
    struct store *st = s->j.store;
    enum err rc = list_incidents(st, incidents);
    if (rc == ERR_OK)
        rc = link_read(st, s->j.site, &link);
    json_object_set_new(out, "incidents", incidents);
    if (rc != ERR_OK)
        return rc;
    js_set_int(out, "cases",
               store_number(st, "SELECT count(*) FROM case_file WHERE " OPEN_CASES, 0));
    js_set_int(out, "papers",
               store_number(st,
                            "SELECT count(*) FROM paper JOIN case_file ON id = case_id"
                            " WHERE paper.state IN ('original_kept', 'copy_kept')"
                            " AND case_file." OPEN_CASES,
                            0));
    js_set_int(out, "unsent", link.last - link.acked);
    js_set_int(out, "last", link.last);
    return ERR_OK;
}

static enum err check_taker(struct site *s, const char *to)
{
    enum err rc = clerk_known(s, to) == ERR_OK ? ERR_OK : err_set(ERR_NOT_FOUND, "to", NULL);
    if (rc == ERR_OK && strcmp(to, s->j.clerk) == 0)
        rc = err_set(ERR_CONSTRAINT, "to", "%s", to);
    if (rc == ERR_OK && !clerk_vouched(s, to))
        rc = err_set(ERR_VOUCH, "to", "%s", to);
    return rc;
}

enum err handover_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const closed[] = {"note", NULL};
    int64_t seq;
    char id[ENTRY_ID];
    json_t *clean = NULL, *sealed = NULL, *body = json_object();
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(handover_shape, in, &clean);
    if (rc == ERR_OK)
        rc = check_taker(s, js_str(clean, "to"));
    js_set_str(body, "from", s->j.clerk);
    js_set_str(body, "to", js_str(clean, "to"));
    if (rc == ERR_OK)
        rc = count_all(s, body);
    if (rc == ERR_OK) {
        sealed = input_sealed(clean, closed);
        json_object_set_new(body, "noted", json_boolean(sealed != NULL));
        struct journal_new what = {
            .kind = "handover", .at = CLOCK_NONE, .body = body, .sealed = sealed};
        rc = journal_append(&s->j, &what, id, &seq);
    }
    if (rc == ERR_OK) {
        *out = action_answer(id, seq);
        json_object_update_missing(*out, body);
    }
    json_decref(clean);
    json_decref(sealed);
    json_decref(body);
    return rc;
}

enum err handover_project(struct store *s, const struct entry *e)
{
    const json_t *b = e->body;
    return sql_put(s,
                   "INSERT INTO handover (id, epoch, seq, at, giver, taker, incidents, cases,"
                   " papers, unsent, last, noted) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
                   "tiiittjiiiib", e->id, e->epoch, e->seq, e->at, js_str(b, "from"),
                   js_str(b, "to"), js_get(b, "incidents"), js_int(b, "cases", 0),
                   js_int(b, "papers", 0), js_int(b, "unsent", 0), js_int(b, "last", 0),
                   (int)js_bool(b, "noted"));
}

/* --- shown -------------------------------------------------------------------------------------
 */

static json_t *make_handover(sqlite3_stmt *q)
{
    static const char *const numbers[] = {"cases", "papers", "unsent", "last"};
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    js_set_str(row, "from", store_text(q, 4));
    js_set_str(row, "to", store_text(q, 5));
    json_object_set_new(row, "incidents", sql_parsed(q, 6, json_array()));
    for (int i = 0; i < 4; i++)
        js_set_int(row, numbers[i], store_int(q, 7 + i));
    json_object_set_new(row, "noted", json_boolean(store_int(q, 11) != 0));
    return row;
}

static enum err fill_handover(struct site *s, json_t *row)
{
    json_t *sealed = NULL;
    enum err rc = ERR_OK;
    if (js_bool(row, "noted") && s->j.unlocked)
        rc = journal_unseal(&s->j, js_str(row, "id"), &sealed);
    js_set_str(row, "note", js_str(sealed, "note"));
    json_object_del(row, "noted");
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static const char *const handover_match[] = {"from", "to", NULL};
static const struct listing handover_listing = {
    .sql = "SELECT at, epoch, seq, id, giver, taker, incidents, cases, papers, unsent, last, noted"
           " FROM handover WHERE" LISTING_WINDOW LISTING_ORDER,
    .make = make_handover,
    .fill = fill_handover,
    .match = handover_match,
};

enum err handovers_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                        void *to)
{
    return listing_each(s, &handover_listing, arg, q, row, to);
}

/* One row: what would be handed over now. */
enum err shift_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    json_t *out = json_object();
    (void)arg;
    (void)q;
    enum err rc = count_all(s, out);
    if (rc == ERR_OK)
        rc = row(to, out);
    json_decref(out);
    return rc;
}
