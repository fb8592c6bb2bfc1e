/* Owns: numbers given out: who goes to which service, in which order.
 * Invariant: a number is given out once a day; whom the door did not admit gets none for a service
 * inside, whom it isolated gets none at all. */
#include "kiosk/desk/ticket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/suspend.h"

const json_t *ticket_service(struct site *s, const char *id)
{
    size_t i;
    json_t *one;
    struct policy *p;
    if (id == NULL || site_policy(s, &p) != ERR_OK)
        return NULL;
    json_array_foreach(js_get(policy_json(p), "services"), i,
                       one) if (strcmp(js_str(one, "id"), id) == 0) return one;
    return NULL;
}

int64_t ticket_param(struct site *s, const char *id, int64_t otherwise)
{
    struct policy *p;
    if (site_policy(s, &p) != ERR_OK)
        return otherwise;
    const json_t *value = policy_param(p, id);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* --- whether --------------------------------------------------------------------------------- */

static enum err check_visit(struct site *s, const char *visit, const json_t *service)
{
    bool found;
    char outcome[16];
    if (visit == NULL)
        return ERR_OK;
    enum err rc = sql_text(s->j.store, &found, outcome, sizeof outcome,
                           "SELECT outcome FROM visit WHERE id = ?1", "t", visit);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "visit", NULL);
    if (strcmp(outcome, "admit") == 0)
        return ERR_OK;
    if (strcmp(outcome, "deny") == 0 && !js_bool(service, "inside"))
        return ERR_OK;
    return err_set(ERR_STATE, "visit", "%s", _("the door did not admit this person"));
}

static enum err check_person(struct site *s, const char *person)
{
    bool found;
    if (person == NULL)
        return ERR_OK;
    enum err rc =
        sql_text(s->j.store, &found, NULL, 0, "SELECT id FROM person WHERE id = ?1", "t", person);
    return rc != ERR_OK || found ? rc : err_set(ERR_NOT_FOUND, "person", NULL);
}

static enum err check_ticket(struct site *s, const json_t *clean, const json_t **service)
{
    *service = ticket_service(s, js_str(clean, "service"));
    if (*service == NULL)
        return err_set(ERR_FIELD_CHOICE, "service", NULL);
    enum err rc = check_visit(s, js_str(clean, "visit"), *service);
    return rc == ERR_OK ? check_person(s, js_str(clean, "person")) : rc;
}

/* --- the number ------------------------------------------------------------------------------ */

static enum err count(struct site *s, int64_t *n, const char *sql, const char *a, const char *b)
{
    bool found;
    char text[24];
    enum err rc = sql_text(s->j.store, &found, text, sizeof text, sql, "tt", a, b);
    *n = rc == ERR_OK && found ? strtoll(text, NULL, 10) : 0;
    return rc;
}

static enum err next_number(struct site *s, const char *day, const char *letter,
                            char out[TICKET_NUMBER])
{
    int64_t last;
    enum err rc = count(s, &last,
                        "SELECT coalesce(max(CAST(substr(number, 2) AS INTEGER)), 0) FROM ticket"
                        " WHERE day = ?1 AND substr(number, 1, 1) = ?2",
                        day, letter);
    snprintf(out, TICKET_NUMBER, "%s%03lld", letter, (long long)(last + 1));
    return rc;
}

int64_t ticket_before(struct site *s, const char *id)
{
    char n[24] = "0";
    bool found;
    sql_text(s->j.store, &found, n, sizeof n,
             "SELECT count(*) FROM ticket t JOIN ticket mine ON mine.id = ?1 AND t.day = mine.day"
             " AND t.service = mine.service WHERE t.state = 'waiting'"
             " AND (t.epoch, t.seq) < (mine.epoch, mine.seq)",
             "t", id);
    return strtoll(n, NULL, 10);
}

static enum err append_ticket(struct site *s, const json_t *clean, const char *day,
                              const char *number, char id[ENTRY_ID], int64_t *seq)
{
    json_t *body = json_object();
    js_set_str(body, "service", js_str(clean, "service"));
    js_set_str(body, "day", day);
    js_set_str(body, "number", number);
    js_set_str(body, "visit", js_str(clean, "visit"));
    js_set_str(body, "person", js_str(clean, "person"));
    json_object_set_new(body, "paper", json_boolean(js_bool(clean, "paper")));
    struct journal_new what = {.kind = "ticket", .at = CLOCK_NONE, .body = body};
    enum err rc = journal_append(&s->j, &what, id, seq);
    json_decref(body);
    return rc;
}

static enum err give_out(struct site *s, const json_t *clean, const json_t *service, json_t **out)
{
    int64_t seq, before = 0;
    char day[CLOCK_TEXT], number[TICKET_NUMBER], id[ENTRY_ID];
    clock_date(clock_now(), day);
    enum err rc = next_number(s, day, js_str(service, "letter"), number);
    if (rc == ERR_OK)
        rc = count(s, &before,
                   "SELECT count(*) FROM ticket WHERE day = ?1 AND service = ?2"
                   " AND state = 'waiting'",
                   day, js_str(service, "id"));
    if (rc == ERR_OK)
        rc = append_ticket(s, clean, day, number, id, &seq);
    if (rc != ERR_OK)
        return rc;
    *out = action_answer(id, seq);
    js_set_str(*out, "number", number);
    js_set_str(*out, "service", js_str(service, "id"));
    js_set_int(*out, "before", before);
    return ERR_OK;
}

enum err ticket_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const struct member shape[] = {
        {"service", MEMBER_TEXT, true, 40, NULL},
        {"visit", MEMBER_TEXT, false, ENTRY_ID, NULL},
        {"person", MEMBER_TEXT, false, ENTRY_ID, NULL},
        {"paper", MEMBER_FLAG, false, 0, NULL},
        {NULL, MEMBER_TEXT, false, 0, NULL},
    };
    const json_t *service;
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(shape, in, &clean);
    if (rc == ERR_OK)
        rc = suspend_check(s);
    if (rc == ERR_OK)
        rc = check_ticket(s, clean, &service);
    if (rc == ERR_OK)
        rc = give_out(s, clean, service, out);
    json_decref(clean);
    return rc;
}

enum err ticket_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO ticket (id, epoch, seq, at, clerk, day, number, service, visit,"
                   " person, paper, state, since, first, calls)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,'waiting',?4,0,0)",
                   "tiiittttttb", e->id, e->epoch, e->seq, e->at, e->clerk, js_str(e->body, "day"),
                   js_str(e->body, "number"), js_str(e->body, "service"), js_str(e->body, "visit"),
                   js_str(e->body, "person"), (int)js_bool(e->body, "paper"));
}
