/* Owns: a number on its way to the person who waits.
 * Invariant: the write gate is never held while a printer is waited for; after a failure the number
 * is void. */
#include "kiosk/print/ticket.h"

#include <stdio.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/ticket.h"
#include "kiosk/print/device.h"

_Static_assert(DEVICE_LIMIT_MS < TICKET_PRINT_MS, "a number could be called while it is printed");

void ticket_layout(struct site *s, const json_t *ticket, struct layout *out)
{
    char at[CLOCK_TEXT], day[CLOCK_TEXT];
    int64_t now = clock_now();
    layout_line(out, LAYOUT_CENTRE, "%s", s->name);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_LARGE, "%s",
                lang_pick(ticket_service(s, js_str(ticket, "service"))));
    layout_line(out, LAYOUT_CENTRE | LAYOUT_HUGE, "%s", js_str(ticket, "number"));
    layout_line(out, LAYOUT_CENTRE, _("%lld before you"), (long long)js_int(ticket, "before", 0));
    layout_line(out, LAYOUT_CENTRE, "%s %s", clock_date(now, day), clock_hhmm(now, at));
    layout_line(out, LAYOUT_CENTRE, "%s", _("Please listen for your number."));
    layout_line(out, LAYOUT_CENTRE, "%s", _("Missed it? Tell us at the window."));
}

static enum err print(struct site *s, const char *path, const json_t *ticket)
{
    struct buf bytes = BUF_INIT;
    struct layout sheet = {0};
    ticket_layout(s, ticket, &sheet);
    enum err rc = layout_put(&sheet, "escpos", NULL, &bytes);
    if (rc == ERR_OK)
        rc = device_send(path, bytes.data, bytes.len);
    layout_fini(&sheet);
    buf_fini(&bytes);
    return rc;
}

static enum err make_void(struct site *s, json_t *ticket, const char *why)
{
    char what[16 + ENTRY_ID], reason[200];
    json_t *out = NULL, *in = json_object();
    snprintf(what, sizeof what, "ticket_step:%s", js_str(ticket, "id"));
    snprintf(reason, sizeof reason, "%s: %s", err_word(ERR_PRINTER), why);
    js_set_str(in, "step", "void");
    js_set_str(in, "reason", reason);
    enum err rc = action_run(s, what, in, &out);
    json_decref(in);
    json_decref(out);
    return rc;
}

enum err ticket_hand_out(struct site *s, const json_t *in, bool paper, json_t **out)
{
    char path[256];
    *out = NULL;
    snprintf(path, sizeof path, "%s", device_path(s));
    paper = paper && *path != 0;
    if (store_depth(s->j.store) != 0)
        return err_set(ERR_INTERNAL, "ticket", "printing inside of a transaction");
    json_t *asked = json_copy((json_t *)(uintptr_t)in);
    json_object_set_new(asked, "paper", json_boolean(paper));
    enum err rc = action_run(s, "ticket", asked, out);
    json_decref(asked);
    if (rc != ERR_OK)
        return rc;
    bool printed = paper && print(s, path, *out) == ERR_OK;
    json_object_set_new(*out, "printed", json_boolean(printed));
    if (!paper || printed)
        return ERR_OK;
    js_set_str(*out, "trouble", err_detail());
    return make_void(s, *out, js_str(*out, "trouble"));
}
