/* Owns: taking a case in, and its row.
 * Invariant: a case's state is changed by the table of moves alone. */
#include "kiosk/desk/case.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/due.h"
#include "kiosk/desk/paper.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/suspend.h"
#include "kiosk/desk/visit.h"
#include "kiosk/rules/idno.h"

/* What a case needs beyond its own members, gathered before anything is written. */
struct intake {
    json_t *clean, *papers, *despite;
    const json_t *agent, *item;              /* borrowed */
    int version;                             /* of the catalogue */
    char due[CLOCK_TEXT], legal[CLOCK_TEXT]; /* "": no such day */
};

static void intake_fini(struct intake *in)
{
    json_decref(in->clean);
    json_decref(in->papers);
    json_decref(in->despite);
}

/* Open cases that were shown beside this one, and from which it was told apart. They are no part of
 * the form: *rest is the input without them. */
static enum err take_despite(struct site *s, const json_t *in, json_t **rest, json_t **despite)
{
    size_t i;
    json_t *one, *given = js_get(in, "despite");
    enum err rc = ERR_OK;
    *rest = json_is_object(in) ? json_copy((json_t *)(uintptr_t)in)
                               : json_incref((json_t *)(uintptr_t)in);
    *despite = json_array();
    if (json_is_object(in))
        json_object_del(*rest, "despite");
    if (given != NULL && !json_is_array(given))
        return err_set(ERR_FIELD_TYPE, "despite", NULL);
    json_array_foreach(given, i, one)
    {
        char id[ENTRY_ID];
        rc = json_is_string(one) ? case_find(s, json_string_value(one), id)
                                 : err_set(ERR_FIELD_TYPE, "despite", NULL);
        if (rc != ERR_OK)
            return err_set(rc, "despite", NULL);
        json_array_append_new(*despite, json_string(id));
    }
    return ERR_OK;
}

/* Both days are the catalogue's of today, and stay with the case when the catalogue changes. */
static void set_days(struct site *s, struct intake *out)
{
    const json_t *holidays = due_holidays(s);
    int64_t at = action_time(out->clean, "at");
    at = at != CLOCK_NONE ? at : clock_now();
    if (due_day(out->item, "days", holidays, at, out->due) == NULL)
        out->due[0] = 0;
    if (due_day(out->item, "legal_days", holidays, at, out->legal) == NULL)
        out->legal[0] = 0;
}

static const char *text_or_null(const char *text)
{
    return *text != 0 ? text : NULL;
}

/* Nobody takes a case in for somebody whose authority is over already. */
static enum err check_authority(const struct intake *in)
{
    char day[CLOCK_TEXT];
    const char *until = js_str(in->agent, "until");
    int64_t at = action_time(in->clean, "at");
    clock_date(at != CLOCK_NONE ? at : clock_now(), day);
    if (until == NULL || strcmp(until, day) >= 0)
        return ERR_OK;
    return err_set(ERR_CONSTRAINT, "agent.until", _("the authority ended on %s"), until);
}

static enum err check_intake(struct site *s, const json_t *in, struct intake *out)
{
    struct catalogue *c;
    json_t *rest = NULL;
    enum err rc = take_despite(s, in, &rest, &out->despite);
    if (rc == ERR_OK)
        rc = action_form(s, "case", rest, &out->clean);
    json_decref(rest);
    if (rc != ERR_OK)
        return rc;
    out->agent = js_get(out->clean, "agent");
    rc = check_authority(out);
    if (rc == ERR_OK)
        rc = action_item(s, js_str(out->clean, "item"), &out->item);
    if (rc == ERR_OK) {
        set_days(s, out);
        rc = paper_list(out->item, out->agent != NULL, js_get(out->clean, "papers"),
                        text_or_null(out->due), &out->papers);
    }
    if (rc == ERR_OK)
        rc = site_catalogue(s, &c);
    if (rc == ERR_OK)
        out->version = catalogue_version(c);
    return rc;
}

/* Always an array, so that a reader need not ask. */
static json_t *skipped_of(const struct intake *in)
{
    json_t *given = js_get(in->clean, "skipped");
    return given != NULL ? json_incref(given) : json_array();
}

static enum err append_case(struct site *s, const struct intake *in, const char *person,
                            const char *agent, char id[ENTRY_ID], int64_t *seq)
{
    json_t *body = json_object(), *sealed = json_object();
    js_set_str(body, "person", person);
    js_set_str(body, "agent", agent);
    js_set_str(body, "until", js_str(in->agent, "until"));
    js_set_str(body, "item", js_str(in->clean, "item"));
    js_set_int(body, "catalogue", in->version);
    js_set_str(body, "channel", js_str(in->clean, "channel"));
    json_object_set_new(body, "skipped", skipped_of(in));
    json_object_set(body, "papers", in->papers);
    js_set_str(body, "due", text_or_null(in->due));
    js_set_str(body, "legal", text_or_null(in->legal));
    if (json_array_size(in->despite) > 0)
        json_object_set(body, "despite", in->despite);
    if (js_str(in->agent, "relation") != NULL)
        js_set_str(sealed, "relation", js_str(in->agent, "relation"));
    if (js_str(in->agent, "scope") != NULL)
        js_set_str(sealed, "scope", js_str(in->agent, "scope"));
    if (js_str(in->clean, "note") != NULL)
        js_set_str(sealed, "note", js_str(in->clean, "note"));
    struct journal_new what = {.kind = "case",
                               .at = action_time(in->clean, "at"),
                               .body = body,
                               .sealed = json_object_size(sealed) > 0 ? sealed : NULL};
    enum err rc = journal_append(&s->j, &what, id, seq);
    json_decref(body);
    json_decref(sealed);
    return rc;
}

/* The person's other open cases of this item, by their numbers: for whoever did not look before. */
static enum err add_duplicates(struct site *s, const char *id, const char *person, const char *item,
                               json_t *out)
{
    bool row = false;
    sqlite3_stmt *q;
    char number[32];
    json_t *list = json_array();
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT epoch, seq FROM case_file WHERE person = ?1 AND +item = ?2"
                           " AND id <> ?3 AND waits IS NOT NULL ORDER BY at LIMIT 20",
                           "ttt", person, item, id);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &row)) == ERR_OK && row)
        json_array_append_new(list, json_string(idno_case_number(s->j.site, store_int(q, 0),
                                                                 store_int(q, 1), number)));
    json_object_set_new(out, "duplicates", list);
    return rc;
}

static enum err write_case(struct site *s, const struct intake *in, json_t **out)
{
    int64_t seq;
    bool named, acted = false;
    char person[ENTRY_ID], agent[ENTRY_ID], id[ENTRY_ID], number[32];
    enum err rc = action_person(s, in->clean, "person", &named, person);
    if (rc == ERR_OK && !named)
        rc = err_set(ERR_FIELD_REQUIRED, "person", NULL);
    if (rc == ERR_OK && in->agent != NULL)
        rc = action_person(s, in->agent, "person", &acted, agent);
    if (rc == ERR_OK && acted && strcmp(agent, person) == 0)
        rc = err_set(ERR_CONSTRAINT, "agent", NULL);
    const char *channel = js_str(in->clean, "channel");
    if (rc == ERR_OK && channel != NULL && strcmp(channel, "nearby") == 0)
        rc = visit_gate(s, acted ? agent : person, action_time(in->clean, "at"));
    if (rc == ERR_OK)
        rc = append_case(s, in, person, acted ? agent : NULL, id, &seq);
    if (rc != ERR_OK)
        return rc;
    *out = action_answer(id, seq);
    js_set_str(*out, "number", idno_case_number(s->j.site, s->j.epoch, seq, number));
    js_set_str(*out, "person", person);
    js_set_str(*out, "agent", acted ? agent : NULL);
    js_set_str(*out, "due", text_or_null(in->due));
    return add_duplicates(s, id, person, js_str(in->clean, "item"), *out);
}

enum err case_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct intake intake = {.version = 0};
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : suspend_check(s);
    if (rc == ERR_OK)
        rc = check_intake(s, in, &intake);
    if (rc == ERR_OK)
        rc = write_case(s, &intake, out);
    intake_fini(&intake);
    return rc;
}

enum err case_project(struct store *s, const struct entry *e)
{
    enum err rc =
        sql_put(s,
                "INSERT INTO case_file (id, epoch, seq, at, clerk, person, agent, until,"
                " item, channel, skipped, state, missing, updated, due, legal, despite)"
                " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,'taken_in',0,?4,?12,?13,?14)",
                "tiiittttttjttj", e->id, e->epoch, e->seq, e->at, e->clerk,
                js_str(e->body, "person"), js_str(e->body, "agent"), js_str(e->body, "until"),
                js_str(e->body, "item"), js_str(e->body, "channel"), js_get(e->body, "skipped"),
                js_str(e->body, "due"), js_str(e->body, "legal"), js_get(e->body, "despite"));
    return rc == ERR_OK ? paper_keep(s, e, e->id, js_get(e->body, "papers")) : rc;
}

/* --- found -------------------------------------------------------------------------------------
 */

enum err case_id_named(const struct site *s, const char *which, char id[ENTRY_ID])
{
    char site6[7], own[32], own6[7];
    long long epoch, seq, mine_epoch, mine_seq;
    if (strchr(which, '.') != NULL) {
        snprintf(id, ENTRY_ID, "%s", which);
        return ERR_OK;
    }
    enum err rc = idno_case_parse(which, site6, &epoch, &seq);
    if (rc != ERR_OK)
        return err_set(rc, "case", NULL);
    idno_case_number(s->j.site, epoch, seq, own);
    if (idno_case_parse(own, own6, &mine_epoch, &mine_seq) != ERR_OK || strcmp(site6, own6) != 0)
        return err_set(ERR_NOT_FOUND, "case", NULL); /* another village's */
    snprintf(id, ENTRY_ID, "%lld.%lld", epoch, seq);
    return ERR_OK;
}

enum err case_find(struct site *s, const char *which, char id[ENTRY_ID])
{
    bool found;
    char wanted[ENTRY_ID];
    enum err rc = case_id_named(s, which, wanted);
    if (rc == ERR_OK)
        rc = sql_text(s->j.store, &found, id, ENTRY_ID, "SELECT id FROM case_file WHERE id = ?1",
                      "t", wanted);
    return rc != ERR_OK || found ? rc : err_set(ERR_NOT_FOUND, "case", NULL);
}
