/* Owns: the part of a village's page that suspends its service and resumes it. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/page.h"
#include "sync/hub/suspend.h"
#include "sync/hub/user.h"

void page_put_suspend(struct web *w, const json_t *site)
{
    const char *since = js_str(site, "suspended");
    char at[CLOCK_TEXT];
    if (since != NULL)
        page_put(&w->out, "<p><b class=\"bad\">%s %s</b></p>", _("Service suspended since"),
                 page_time(since, at));
    if (!hub_role_may(w->session.role, "officer"))
        return;
    page_put(&w->out,
             "<form class=\"decide\" method=\"post\" action=\"/sites/%s/suspend\"><label>%s"
             "<input name=\"reason\" maxlength=\"300\" required></label>",
             js_str(site, "site"), _("Reason"));
    page_csrf(w);
    page_put(&w->out, "<button name=\"kind\" value=\"%r\">%s</button></form>",
             since != NULL ? "resume" : "suspend",
             since != NULL ? _("Resume service") : _("Suspend service at once"));
}

void page_site_suspend(struct web *w)
{
    char text[600], here[64];
    char *kind = web_field(w, "kind"), *reason = web_field(w, "reason");
    bool known = kind != NULL && (strcmp(kind, "suspend") == 0 || strcmp(kind, "resume") == 0);
    enum err rc = !known || reason == NULL
                      ? err_set(ERR_FIELD_CHOICE, "kind", NULL)
                      : hub_suspend_order(w->hub, w->arg[0], kind, reason, w->session.name);
    if (rc == ERR_OK) {
        snprintf(here, sizeof here, "/sites/%s", w->arg[0]);
        web_redirect(w, here);
    } else {
        err_say(rc, text, sizeof text);
        page_message(w,
                     rc == ERR_NOT_FOUND ? MHD_HTTP_NOT_FOUND
                     : rc == ERR_STATE   ? MHD_HTTP_CONFLICT
                                         : MHD_HTTP_UNPROCESSABLE_CONTENT,
                     text);
    }
    free(kind);
    free(reason);
}
