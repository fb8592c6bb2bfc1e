/* Owns: what the sub-centre was told of the half hours, and places passed on to it.
 * Invariant: a share that the hub was told of counts as the hub's until a plan that takes it back
 * has arrived there. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/slot.h"
#include "kiosk/desk/sql.h"

/* --- told --------------------------------------------------------------------------------------
 */

static const json_t *group_of(const json_t *plan, const char *id)
{
    size_t i;
    json_t *group;
    json_array_foreach(js_get(plan, "groups"), i,
                       group) if (strcmp(js_str(group, "id") != NULL ? js_str(group, "id") : "",
                                         id) == 0) return group;
    return NULL;
}

/* The most that the hub may give by any of them, and the latest moment at which it stops. A plan
 * without the group limits nothing there. */
static void take_plan(const json_t *plan, const char *group, bool first, struct slots_plan *p)
{
    struct slots_plan told = slots_plan_read(plan);
    const json_t *of_group = group != NULL ? group_of(plan, group) : NULL;
    if (of_group != NULL)
        told = slots_plan_of(&told, of_group);
    if (first || told.hub > p->hub)
        p->hub = told.hub;
    if (first || told.cutoff < p->cutoff)
        p->cutoff = told.cutoff;
}

enum err slot_told(struct site *s, const char *group, struct slots_plan *p)
{
    sqlite3_stmt *q;
    struct link_state link;
    bool row = false, first = true;
    p->hub = 0;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK)
        rc = sql_open(s->j.store, &q,
                      "SELECT plan FROM slot_plan WHERE epoch > ?1 OR (epoch = ?1 AND seq > ?2)"
                      " OR id = (SELECT id FROM slot_plan WHERE epoch < ?1"
                      "  OR (epoch = ?1 AND seq <= ?2) ORDER BY epoch DESC, seq DESC LIMIT 1)",
                      "ii", link.epoch, link.acked);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &row)) == ERR_OK && row) {
        json_t *plan = sql_parsed(q, 0, json_object());
        take_plan(plan, group, first, p);
        json_decref(plan);
        first = false;
    }
    return rc;
}

static enum err last_told(struct store *s, json_t **plan)
{
    sqlite3_stmt *q;
    bool row = false;
    *plan = NULL;
    enum err rc =
        sql_open(s, &q, "SELECT plan FROM slot_plan ORDER BY epoch DESC, seq DESC LIMIT 1", "");
    if (rc == ERR_OK)
        rc = store_step(s, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    *plan = sql_parsed(q, 0, NULL);
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err tell(struct site *s)
{
    json_t *now = NULL, *told = NULL;
    enum err rc = slot_policy(s, &now);
    if (rc == ERR_OK)
        rc = last_told(s->j.store, &told);
    if (rc == ERR_OK && !json_equal(now, told)) {
        struct journal_new what = {.kind = "slot_plan", .at = CLOCK_NONE, .body = now};
        rc = journal_append(&s->j, &what, NULL, NULL);
    }
    json_decref(now);
    json_decref(told);
    return rc;
}

enum err slot_tell(struct site *s)
{
    struct link_state link;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc != ERR_OK || !link.enrolled)
        return rc;
    rc = journal_begin(&s->j);
    return rc == ERR_OK ? journal_end(&s->j, tell(s)) : rc;
}

enum err slot_plan_project(struct store *s, const struct entry *e)
{
    return sql_put(s, "INSERT INTO slot_plan (id, epoch, seq, at, plan) VALUES (?1,?2,?3,?4,?5)",
                   "tiiij", e->id, e->epoch, e->seq, e->at, e->body);
}

/* --- passed on ---------------------------------------------------------------------------------
 */

#define PASS_MAX 50

static const struct member pass_shape[] = {
    {"from", MEMBER_TIME, true, 0, NULL},
    {"places", MEMBER_COUNT, true, PASS_MAX, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

struct wanted {
    char from[CLOCK_TEXT];
    int64_t free; /* -1: no such half hour */
};

static enum err find_free(void *arg, json_t *row)
{
    struct wanted *w = arg;
    if (strcmp(js_str(row, "from"), w->from) == 0)
        w->free = js_int(row, "free", 0);
    return ERR_OK;
}

/* Only what is the village's to give, of a half hour that lies ahead. */
static enum err check_pass(struct site *s, const json_t *clean)
{
    int64_t from = input_time(clean, "from"), places = js_int(clean, "places", 0);
    struct wanted w = {.free = -1};
    struct view_query day = {.from = from, .to = CLOCK_NONE};
    clock_iso(from, w.from);
    enum err rc = view_each(s, "slots", &day, find_free, &w);
    if (rc != ERR_OK)
        return rc;
    struct link_state link;
    rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK && !link.enrolled)
        rc = err_set(ERR_NOT_ENROLLED, NULL, NULL);
    if (rc != ERR_OK)
        return rc;
    if (w.free < 0 || from <= clock_now())
        return err_set(ERR_CONSTRAINT, "from", NULL);
    if (places < 1 || places > w.free)
        return err_set(ERR_FIELD_RANGE, "places", "1-%lld", (long long)w.free);
    return ERR_OK;
}

enum err slot_pass_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    int64_t seq;
    char id[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(pass_shape, in, &clean);
    if (rc == ERR_OK)
        rc = check_pass(s, clean);
    if (rc == ERR_OK) {
        js_set_int(clean, "from", input_time(clean, "from"));
        struct journal_new what = {.kind = "slot_pass", .at = CLOCK_NONE, .body = clean};
        rc = journal_append(&s->j, &what, id, &seq);
    }
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    json_decref(clean);
    return rc;
}

enum err slot_pass_project(struct store *s, const struct entry *e)
{
    return sql_put(
        s, "INSERT INTO slot_pass (id, at, clerk, starts, places) VALUES (?1,?2,?3,?4,?5)", "titii",
        e->id, e->at, e->clerk, js_int(e->body, "from", 0), js_int(e->body, "places", 0));
}
