/* Owns: overlays: a pack laid over the base pack for a season or an event.
 * Invariant: each rests on a superior's order and an approver, has a date of review, and stands
 * until somebody ends it by a further order: nothing lapses by itself (notice: R68). */
#include "kiosk/desk/overlay.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/library.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/policymerge.h"

/* --- what stands ------------------------------------------------------------------------------ */

enum err overlays_now(struct store *s, int64_t at, json_t **out)
{
    bool more = false;
    sqlite3_stmt *q = NULL;
    *out = json_array();
    enum err rc = sql_open(s, &q, "SELECT entry, id, version, starts FROM " OVERLAYS_NOW, "i", at);
    while (rc == ERR_OK && (rc = store_step(s, q, &more)) == ERR_OK && more)
        json_array_append_new(*out,
                              json_pack("{s:s,s:s,s:I,s:I}", "entry", store_text(q, 0), "id",
                                        store_text(q, 1), "version", (json_int_t)store_int(q, 2),
                                        "start", (json_int_t)store_int(q, 3)));
    return rc;
}

/* --- started ---------------------------------------------------------------------------------- */

static const struct member overlay_shape[] = {
    {"id", MEMBER_TEXT, true, 40, NULL},     {"version", MEMBER_COUNT, false, 1000000, NULL},
    {"order", MEMBER_TEXT, true, 60, NULL},  {"start", MEMBER_DATE, false, 0, NULL},
    {"review", MEMBER_DATE, false, 0, NULL}, {"approver", MEMBER_TEXT, true, 40, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static enum err read_pack(struct site *s, const json_t *clean, json_t **pack)
{
    struct edition e = {.version = js_int(clean, "version", 0)};
    snprintf(e.id, sizeof e.id, "%s", js_str(clean, "id"));
    enum err rc = e.version == 0 ? library_newest(s->j.store, "policy", e.id, &e) : ERR_OK;
    if (rc == ERR_OK)
        rc = library_read(s->j.store, "policy", &e, pack);
    if (rc == ERR_NOT_FOUND || (rc == ERR_OK && !policy_is_overlay(*pack)))
        rc = err_set(ERR_FIELD_CHOICE, "id", NULL);
    return rc;
}

/* Whether it can be joined with all that is in force now: better refused here than left out later.
 */
static enum err try_join(struct site *s, const json_t *pack)
{
    struct policy *now, *tried = NULL;
    size_t i;
    json_t *one, *overlays = json_array();
    enum err rc = site_policy(s, &now);
    if (rc == ERR_OK) {
        json_array_foreach(policy_layers(now), i,
                           one) if (i > 0 && strcmp(js_str(one, "id"), js_str(pack, "id")) != 0)
            json_array_append(overlays, one);
        json_array_append(overlays, (json_t *)(uintptr_t)pack);
        if (json_array_size(overlays) > POLICY_OVERLAYS_MAX)
            rc = err_set(ERR_FIELD_RANGE, "id", "%d", POLICY_OVERLAYS_MAX);
    }
    if (rc == ERR_OK)
        rc = policy_join(json_array_get(policy_layers(now), 0), overlays, NULL, js_str(pack, "id"),
                         &tried);
    policy_free(tried);
    json_decref(overlays);
    return rc;
}

/* Today is from now on: what was decided this morning was decided without it. */
static enum err settle_dates(const json_t *clean, const json_t *pack, int64_t *start,
                             int64_t *review)
{
    int64_t now = clock_now();
    const char *from = js_str(clean, "start"), *until = js_str(clean, "review");
    *start = now;
    if (from != NULL && !clock_parse_date(from, start))
        return err_set(ERR_DATE, "start", NULL);
    if (*start < clock_day(now))
        return err_set(ERR_FIELD_RANGE, "start", NULL);
    *start = *start < now ? now : *start;
    *review = clock_day(*start) + js_int(pack, "review_days", 1) * CLOCK_DAY_MS;
    if (until != NULL && !clock_parse_date(until, review))
        return err_set(ERR_DATE, "review", NULL);
    return *review > *start ? ERR_OK : err_set(ERR_FIELD_RANGE, "review", NULL);
}

static enum err append(struct site *s, const char *kind, const char *subject, const json_t *body,
                       json_t **out)
{
    int64_t seq;
    char id[ENTRY_ID];
    struct journal_new what = {.kind = kind, .at = CLOCK_NONE, .subject = subject, .body = body};
    enum err rc = journal_append(&s->j, &what, id, &seq);
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    return rc;
}

enum err overlay_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    char leader[CLERK_NAME];
    int64_t start, review;
    json_t *clean = NULL, *pack = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(overlay_shape, in, &clean);
    if (rc == ERR_OK)
        rc = clerk_answers(s, "leader", leader);
    if (rc == ERR_OK)
        rc = read_pack(s, clean, &pack);
    if (rc == ERR_OK)
        rc = settle_dates(clean, pack, &start, &review);
    if (rc == ERR_OK)
        rc = try_join(s, pack);
    if (rc == ERR_OK) {
        json_t *body =
            json_pack("{s:O,s:O,s:O,s:I,s:I,s:O,s:s}", "id", json_object_get(pack, "id"), "version",
                      json_object_get(pack, "version"), "order", json_object_get(clean, "order"),
                      "start", (json_int_t)start, "review", (json_int_t)review, "approver",
                      json_object_get(clean, "approver"), "answers", leader);
        rc = append(s, "overlay", NULL, body, out);
        json_decref(body);
    }
    json_decref(pack);
    json_decref(clean);
    return rc;
}

static enum err insert(struct store *s, const struct entry *e, const char *id, int64_t version,
                       int64_t start, int64_t review)
{
    const char *order = js_str(e->body, "order"), *approver = js_str(e->body, "approver");
    return sql_put(s,
                   "INSERT INTO overlay (n, entry, at, by, id, version, document, starts, review,"
                   " approver) VALUES ((SELECT coalesce(max(n), 0) + 1 FROM overlay),"
                   "?1,?2,?3,?4,?5,?6,?7,?8,?9)",
                   "tittitiit", e->id, e->at, e->clerk, id, version, order != NULL ? order : "",
                   start, review, approver != NULL ? approver : e->clerk);
}

/* --- started by the hub ------------------------------------------------------------------------
 */

/* A day ("2026-07-01"), or milliseconds. */
static enum err time_of(const struct entry *e, const char *key, int64_t otherwise, int64_t *out)
{
    const json_t *given = js_get(e->body, key);
    *out = otherwise;
    if (json_is_integer(given))
        *out = json_integer_value(given);
    else if (given != NULL &&
             (!json_is_string(given) || !clock_parse_date(json_string_value(given), out)))
        return err_set(ERR_DATE, key, NULL);
    return ERR_OK;
}

static enum err check_order(const struct entry *e, const json_t *pack, int64_t *start,
                            int64_t *review)
{
    struct policy *p = NULL;
    enum err rc = policy_parse(pack, "order", &p);
    policy_free(p);
    if (rc == ERR_OK && !policy_is_overlay(pack))
        rc = err_set(ERR_DEFINITION, "layer", NULL);
    if (rc == ERR_OK && js_str(e->body, "order") == NULL)
        rc = err_set(ERR_FIELD_REQUIRED, "order", NULL);
    if (rc == ERR_OK)
        rc = time_of(e, "start", e->heard, start);
    if (rc == ERR_OK)
        rc = time_of(e, "review", *start + js_int(pack, "review_days", 1) * CLOCK_DAY_MS, review);
    return rc;
}

static enum err take_order(struct store *s, const struct entry *e)
{
    int64_t start = 0, review = 0;
    char label[128] = "";
    bool refused = false;
    const json_t *pack = js_get(e->body, "definition");
    const char *id = js_str(pack, "id");
    int64_t version = js_int(pack, "version", 1);
    if (id != NULL)
        snprintf(label, sizeof label, "%.40s@%lld", id, (long long)version);
    enum err rc = order_note(s, e, NULL, id != NULL ? label : NULL);
    if (rc != ERR_OK)
        return rc;
    rc = check_order(e, pack, &start, &review);
    if (rc != ERR_OK)
        return order_refuse(s, e, rc);
    rc = definition_keep(s, e, "policy", start, pack, &refused);
    return rc == ERR_OK && !refused ? insert(s, e, id, version, start, review) : rc;
}

enum err overlay_project(struct store *s, const struct entry *e)
{
    if (e->order)
        return take_order(s, e);
    return insert(s, e, js_str(e->body, "id"), js_int(e->body, "version", 1),
                  js_int(e->body, "start", e->at), js_int(e->body, "review", e->at));
}

/* --- ended ------------------------------------------------------------------------------------ */

static const struct member end_shape[] = {
    {"id", MEMBER_TEXT, true, 40, NULL},
    {"order", MEMBER_TEXT, true, 60, NULL},
    {"reason", MEMBER_TEXT, true, 200, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* Of the starts that are not ended the last one: what ends is all of them. */
static enum err standing(struct store *s, const char *id, bool *found, char entry[ENTRY_ID])
{
    return sql_text(s, found, entry, ENTRY_ID,
                    "SELECT entry FROM overlay WHERE id = ?1 AND ended IS NULL"
                    " ORDER BY n DESC LIMIT 1",
                    "t", id);
}

enum err overlay_end_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    bool found;
    char leader[CLERK_NAME], subject[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(end_shape, in, &clean);
    if (rc == ERR_OK)
        rc = clerk_answers(s, "leader", leader);
    if (rc == ERR_OK)
        rc = standing(s->j.store, js_str(clean, "id"), &found, subject);
    if (rc == ERR_OK && !found)
        rc = err_set(ERR_NOT_FOUND, "id", NULL);
    if (rc == ERR_OK) {
        js_set_str(clean, "answers", leader);
        rc = append(s, "overlay_end", subject, clean, out);
    }
    json_decref(clean);
    return rc;
}

static enum err end_all(struct store *s, const struct entry *e, int64_t when)
{
    return sql_put(s,
                   "UPDATE overlay SET ended = ?1, end_entry = ?2, end_by = ?3, end_order = ?4,"
                   " end_reason = ?5 WHERE id = ?6 AND ended IS NULL",
                   "ittttt", when, e->id, e->clerk, js_str(e->body, "order"),
                   js_str(e->body, "reason"), js_str(e->body, "id"));
}

static enum err end_by_order(struct store *s, const struct entry *e)
{
    int64_t when = e->heard;
    bool found = false;
    char entry[ENTRY_ID];
    const char *id = js_str(e->body, "id");
    enum err rc = order_note(s, e, NULL, id);
    if (rc == ERR_OK && id != NULL)
        rc = standing(s, id, &found, entry);
    if (rc != ERR_OK)
        return rc;
    if (!found)
        return order_refuse(s, e, err_set(ERR_NOT_FOUND, "id", NULL));
    if (js_str(e->body, "order") == NULL)
        return order_refuse(s, e, err_set(ERR_FIELD_REQUIRED, "order", NULL));
    if (time_of(e, "effective", e->heard, &when) != ERR_OK)
        return order_refuse(s, e, err_last());
    return end_all(s, e, when);
}

enum err overlay_end_project(struct store *s, const struct entry *e)
{
    return e->order ? end_by_order(s, e) : end_all(s, e, e->at);
}
