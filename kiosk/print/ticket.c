/* Owns: a number on its way to the person who waits.
 * Invariant: the write gate is never held while a printer is waited for; a number that did not come
 * out is void. */
#include "kiosk/print/ticket.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/ticket.h"
#include "kiosk/print/documents.h"
#include "kiosk/print/printing.h"

static void lay_out(struct site *s, const struct ticket_now *t, int64_t before, struct layout *out)
{
    char at[CLOCK_TEXT], day[CLOCK_TEXT];
    int64_t now = clock_now();
    layout_title(out, t->number);
    layout_line(out, LAYOUT_CENTRE, "%s", s->name);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_LARGE, "%s", lang_pick(ticket_service(s, t->service)));
    layout_line(out, LAYOUT_CENTRE | LAYOUT_HUGE, "%s", t->number);
    layout_line(out, LAYOUT_CENTRE, _("%lld before you"), (long long)before);
    layout_line(out, LAYOUT_CENTRE, "%s %s", clock_date(now, day), clock_hhmm(now, at));
    layout_line(out, LAYOUT_CENTRE, "%s", _("Please listen for your number."));
    layout_line(out, LAYOUT_CENTRE, "%s", _("Missed it? Tell us at the window."));
}

enum err document_ticket(struct site *s, const char *which, struct document *d)
{
    struct ticket_now t;
    enum err rc = ticket_find(s, which, &t);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "ticket-%s", t.id);
    lay_out(s, &t, ticket_before(s, t.id), &d->layout);
    return ERR_OK;
}

/* --- handed out --------------------------------------------------------------------------------
 */

static enum err make_void(struct site *s, const char *id, const char *why)
{
    char what[16 + ENTRY_ID], reason[200];
    json_t *out = NULL, *in = json_object();
    snprintf(what, sizeof what, "ticket_step:%s", id);
    snprintf(reason, sizeof reason, "%s: %s", err_word(ERR_PRINTER), why);
    js_set_str(in, "step", "void");
    js_set_str(in, "reason", reason);
    enum err rc = action_run(s, what, in, &out);
    json_decref(in);
    json_decref(out);
    return rc;
}

/* Nobody calls a number that nobody may hold; a sheet that comes out after all is void, too, and
 * the clerk is told so. One that has moved on by itself is nobody's business any more. */
enum err ticket_ended(struct site *s, const struct printjob *job)
{
    if (strcmp(job->state, "printed") == 0)
        return ERR_OK;
    enum err rc = make_void(s, job->which, printing_why(job->why));
    return rc == ERR_STATE || rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

enum err ticket_hand_out(struct site *s, const json_t *in, bool paper, json_t **out)
{
    int64_t job;
    *out = NULL;
    if (store_depth(s->j.store) != 0)
        return err_set(ERR_INTERNAL, "ticket", "printing inside of a transaction");
    paper = paper && printer_any(s);
    json_t *asked = json_copy((json_t *)(uintptr_t)in);
    json_object_set_new(asked, "paper", json_boolean(paper));
    enum err rc = action_run(s, "ticket", asked, out);
    json_decref(asked);
    if (rc != ERR_OK || !paper)
        return rc;
    struct printing p = {.what = "ticket", .which = js_str(*out, "id")};
    if (printing_start(s, &p, &job) == ERR_OK) {
        js_set_int(*out, "job", job);
        return ERR_OK;
    }
    char why[200];
    snprintf(why, sizeof why, "%s", err_what(err_last()));
    js_set_str(*out, "trouble", why);
    return make_void(s, js_str(*out, "id"), why);
}

enum err ticket_printed(struct site *s, json_t *ticket, int ms)
{
    struct printjob job = {.ended = CLOCK_NONE};
    int64_t id = js_int(ticket, "job", 0);
    enum err rc = id != 0 ? printing_wait(s, id, ms, &job) : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    json_object_set_new(ticket, "printed", json_boolean(strcmp(job.state, "printed") == 0));
    if (job.ended != CLOCK_NONE && strcmp(job.state, "printed") != 0)
        js_set_str(ticket, "trouble", printing_why(job.why));
    return ERR_OK;
}
