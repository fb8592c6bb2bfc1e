/* Owns: notices, the site's own and the sub-centre's.
 * Invariant: a notice is public: its words stand in clear, are clean, and name nobody by number;
 * it is changed by none, only ended, with a reason (notice: R46). */
#include "kiosk/desk/notice.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/order.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

#define ID_DIGITS 17 /* of an ID number, before its check character */

static const struct member notice_shape[] = {
    {"title", MEMBER_TEXT, true, NOTICE_TITLE_MAX, NULL},
    {"text", MEMBER_TEXT, true, NOTICE_TEXT_MAX, NULL},
    {"until", MEMBER_DATE, false, 0, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};
static const struct member end_shape[] = {
    {"reason", MEMBER_TEXT, true, 200, NULL},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* --- said --------------------------------------------------------------------------------------
 */

static bool holds_id_no(const char *text)
{
    int run = 0;
    for (; *text != 0; text++) {
        run = isdigit((unsigned char)*text) ? run + 1 : 0;
        if (run == ID_DIGITS && (isdigit((unsigned char)text[1]) || toupper(text[1]) == 'X'))
            return true;
    }
    return false;
}

/* The words are hung up for all to see: a number that names a person has no place in them. */
static enum err check_words(const json_t *clean)
{
    static const char *const keys[] = {"title", "text"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (holds_id_no(js_str(clean, keys[i])))
            return err_set(ERR_CONSTRAINT, keys[i], "%s", _("an ID number is not for everybody"));
    return ERR_OK;
}

static enum err check_width(const char *text)
{
    if (utf8_width(text) <= NOTICE_COLUMNS)
        return ERR_OK;
    return err_set(ERR_TOO_LONG, "text", _("%d columns; a Chinese character takes two"),
                   NOTICE_COLUMNS);
}

static enum err check_until(const json_t *clean)
{
    int64_t day;
    const char *until = js_str(clean, "until");
    if (until == NULL || (clock_parse_date(until, &day) && day >= clock_day(clock_now())))
        return ERR_OK;
    return err_set(ERR_CONSTRAINT, "until", "%s", _("that day is over"));
}

enum err notice_check(const json_t *in, json_t **clean)
{
    enum err rc = input_check(notice_shape, in, clean);
    if (rc == ERR_OK)
        rc = check_words(*clean);
    if (rc == ERR_OK)
        rc = check_width(js_str(*clean, "text"));
    if (rc == ERR_OK)
        rc = check_until(*clean);
    if (rc != ERR_OK) {
        json_decref(*clean);
        *clean = NULL;
    }
    return rc;
}

enum err notice_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const keys[] = {"title", "text", "until", NULL};
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : notice_check(in, &clean);
    if (rc == ERR_OK)
        rc = action_append(s, (struct journal_new){.kind = "notice", .at = input_time(clean, "at")},
                           input_pick(clean, keys), NULL, out);
    json_decref(clean);
    return rc;
}

/* NULL and ERR_OK: it has no last day. */
static enum err last_day(const struct entry *e, json_t **until)
{
    int64_t day;
    const json_t *given = js_get(e->body, "until");
    *until = NULL;
    if (given == NULL)
        return ERR_OK;
    if (!json_is_string(given) || !clock_parse_date(json_string_value(given), &day))
        return err_set(ERR_DATE, "until", NULL);
    *until = json_integer(day + CLOCK_DAY_MS);
    return ERR_OK;
}

static enum err put_notice(struct store *s, const struct entry *e, const char *title,
                           const char *text, const json_t *until)
{
    return sql_put(s,
                   "INSERT INTO notice (id, epoch, seq, at, source, clerk, title, text, until)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,CAST(?9 AS INTEGER))",
                   "tiiittttj", e->id, e->epoch, e->seq, e->at, e->order ? "hub" : "site", e->clerk,
                   title, text, until);
}

static enum err short_enough(const char *title, const char *text)
{
    if (title == NULL || text == NULL)
        return err_set(ERR_FIELD_REQUIRED, title == NULL ? "title" : "text", NULL);
    if (utf8_count(title) > NOTICE_TITLE_MAX)
        return err_set(ERR_TOO_LONG, "title", NULL);
    if (utf8_count(text) > NOTICE_TEXT_MAX)
        return err_set(ERR_TOO_LONG, "text", NULL);
    return utf8_width(text) <= NOTICE_COLUMNS ? ERR_OK : err_set(ERR_TOO_LONG, "text", NULL);
}

/* The hub's words came from outside: what does not fit is kept and marked, not shown. */
enum err notice_project(struct store *s, const struct entry *e)
{
    json_t *until = NULL;
    char *title = order_words(e, "title"), *text = order_words(e, "text");
    enum err rc = e->order ? order_note(s, e, NULL, title) : ERR_OK;
    if (rc == ERR_OK) {
        enum err why = short_enough(title, text);
        if (why == ERR_OK)
            why = last_day(e, &until);
        rc = why == ERR_OK ? put_notice(s, e, title, text, until)
             : e->order    ? order_refuse(s, e, why)
                           : why;
    }
    json_decref(until);
    free(title);
    free(text);
    return rc;
}

/* --- ended -------------------------------------------------------------------------------------
 */

/* What the sub-centre said, only who leads here may take down. */
static enum err may_end(struct site *s, const char *id)
{
    bool found;
    char state[24];
    enum err rc =
        sql_text(s->j.store, &found, state, sizeof state,
                 "SELECT iif(ended IS NULL, source, 'ended') FROM notice WHERE id = ?1", "t", id);
    if (rc != ERR_OK)
        return rc;
    if (!found)
        return err_set(ERR_NOT_FOUND, "notice", NULL);
    if (strcmp(state, "ended") == 0)
        return err_set(ERR_STATE, "notice", "%s", _("it is ended already"));
    if (strcmp(state, "hub") == 0 && !clerk_may(s, "leader"))
        return err_set(ERR_ROLE, NULL, "leader");
    return ERR_OK;
}

enum err notice_end_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    static const char *const keys[] = {"reason", NULL};
    json_t *clean = NULL;
    enum err rc = input_check(end_shape, in, &clean);
    if (rc == ERR_OK)
        rc = may_end(s, arg);
    if (rc == ERR_OK)
        rc = action_append(s,
                           (struct journal_new){
                               .kind = "notice_end", .at = input_time(clean, "at"), .subject = arg},
                           json_object(), input_sealed(clean, keys), out);
    json_decref(clean);
    return rc;
}

enum err notice_end_project(struct store *s, const struct entry *e)
{
    return sql_put(s, "UPDATE notice SET ended = ?1, ender = ?2 WHERE id = ?3 AND ended IS NULL",
                   "itt", e->at, e->clerk, e->subject);
}
