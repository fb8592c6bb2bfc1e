/* Owns: logging in and out. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "sync/hub/page.h"

static void login_form(struct web *w, unsigned status, const char *trouble)
{
    page_begin(w, _("Log in"), "");
    if (trouble != NULL)
        page_put(&w->out, "<p class=\"bad\" role=\"alert\">%s</p>", trouble);
    page_put(&w->out,
             "<form class=\"login\" method=\"post\" action=\"/login\">"
             "<label>%s<input name=\"name\" autocomplete=\"username\" required autofocus></label>"
             "<label>%s<input name=\"password\" type=\"password\" autocomplete=\"current-password\""
             " required></label><button>%s</button></form>",
             _("Name"), _("Password"), _("Log in"));
    page_end(w, status);
}

void page_login(struct web *w)
{
    if (w->signed_in)
        web_redirect(w, "/");
    else
        login_form(w, MHD_HTTP_OK, NULL);
}

static void give_cookie(struct web *w, const char *token, int64_t seconds)
{
    snprintf(w->cookie[0], sizeof w->cookie[0],
             "session=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s", token,
             (long long)seconds, w->tls ? "; Secure" : "");
}

void page_login_post(struct web *w)
{
    char token[HUB_TOKEN_TEXT], text[400];
    char *name = web_field(w, "name"), *password = web_field(w, "password");
    enum err rc = hub_log_in(w->hub, name != NULL ? name : "", password != NULL ? password : "",
                             w->address, token, &w->session);
    if (rc == ERR_OK) {
        give_cookie(w, token, HUB_SESSION_MS / 1000);
        web_redirect(w, "/");
    } else if (rc == ERR_PIN_LOCKED) {
        snprintf(text, sizeof text, _("Too many wrong passwords: wait %s, then try again."),
                 err_detail());
        login_form(w, MHD_HTTP_TOO_MANY_REQUESTS, text);
    } else if (rc == ERR_PIN_WRONG) {
        login_form(w, MHD_HTTP_FORBIDDEN, _("The name or the password is wrong."));
    } else {
        err_say(rc, text, sizeof text);
        login_form(w, MHD_HTTP_INTERNAL_SERVER_ERROR, text);
    }
    if (password != NULL)
        secret_wipe(password, strlen(password));
    secret_wipe(token, sizeof token);
    free(name);
    free(password);
}

void page_logout(struct web *w)
{
    hub_log_out(w->hub, w->token);
    give_cookie(w, "", 0);
    web_redirect(w, "/login");
}
