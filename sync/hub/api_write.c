/* Owns: what a program may change. Invariant: each goes through the same function as the page and
 * the command for it, which checks, audits and commits. */
#include "sync/hub/api_write.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/hub/api_book.h"
#include "sync/hub/booking.h"
#include "sync/hub/casework.h"
#include "sync/hub/command.h"
#include "sync/hub/courier.h"
#include "sync/hub/site_admin.h"
#include "sync/hub/suspend.h"
#include "sync/hub/user_admin.h"

#define VALID_DAYS_MOST 90

/* Answers with `o`, which is used up, or with the error. */
static void answer(struct web *w, enum err rc, unsigned status, json_t *o)
{
    if (rc == ERR_OK)
        api_answer(w, status, o);
    else
        api_fail(w, rc);
    js_forget(o);
}

static enum err need(const json_t *in, const char *const *members)
{
    for (size_t i = 0; members[i] != NULL; i++)
        if (js_get(in, members[i]) == NULL)
            return err_set(ERR_FIELD_REQUIRED, members[i], NULL);
    return ERR_OK;
}

/* The body with these members, of which the first `needed` must be there. */
static enum err read_body(struct web *w, const char *const *members, size_t needed, json_t **in)
{
    const char *must[8] = {NULL};
    for (size_t i = 0; i < needed; i++)
        must[i] = members[i] + (*members[i] == '{' || *members[i] == '#');
    enum err rc = api_body(w, members, in);
    return rc == ERR_OK ? need(*in, must) : rc;
}

/* --- decide -----------------------------------------------------------------------------------
 */

void api_decide(struct web *w)
{
    static const char *const members[] = {"step", "text", NULL};
    json_t *in;
    enum err rc = read_body(w, members, 1, &in);
    const char *text = js_str(in, "text");
    if (rc == ERR_OK)
        rc = hub_case_decide(w->hub, w->arg[0], w->arg[1], js_str(in, "step"),
                             text != NULL ? text : "", w->caller);
    answer(w, rc, MHD_HTTP_CREATED, json_pack("{s:b}", "ok", 1));
    js_forget(in);
}

void api_suspension(struct web *w)
{
    static const char *const members[] = {"kind", "reason", NULL};
    json_t *in;
    enum err rc = read_body(w, members, 2, &in);
    const char *kind = js_str(in, "kind");
    if (rc == ERR_OK && strcmp(kind, "suspend") != 0 && strcmp(kind, "resume") != 0)
        rc = err_set(ERR_FIELD_CHOICE, "kind", "suspend, resume");
    if (rc == ERR_OK)
        rc = hub_suspend_order(w->hub, w->arg[0], kind, js_str(in, "reason"), w->caller);
    answer(w, rc, MHD_HTTP_CREATED, json_pack("{s:b}", "ok", 1));
    js_forget(in);
}

void api_courier(struct web *w)
{
    static const char *const members[] = {"number", NULL};
    json_t *in;
    enum err rc = read_body(w, members, 1, &in);
    if (rc == ERR_OK)
        rc = hub_courier_receive(w->hub, w->arg[0], js_str(in, "number"), w->caller);
    answer(w, rc, MHD_HTTP_CREATED, json_pack("{s:b}", "ok", 1));
    js_forget(in);
}

/* --- villages ---------------------------------------------------------------------------------
 */

static enum err read_valid(const json_t *in, int64_t *ms)
{
    int64_t days = js_int(in, "valid_days", HUB_CODE_VALID_MS / CLOCK_DAY_MS);
    if (days < 1 || days > VALID_DAYS_MOST)
        return err_set(ERR_FIELD_RANGE, "valid_days", "1-%d", VALID_DAYS_MOST);
    *ms = days * CLOCK_DAY_MS;
    return ERR_OK;
}

static void answer_code(struct web *w, enum err rc, char code[WIRE_CODE_TEXT], int64_t valid)
{
    json_t *o = json_object();
    if (rc == ERR_OK) {
        js_set_str(o, "code", code);
        js_set_time(o, "until", clock_now() + valid);
    }
    answer(w, rc, MHD_HTTP_CREATED, o);
    secret_wipe(code, WIRE_CODE_TEXT);
}

void api_site_add(struct web *w)
{
    static const char *const members[] = {"site", "name", "#valid_days", NULL};
    int64_t valid = 0;
    char code[WIRE_CODE_TEXT];
    json_t *in;
    enum err rc = read_body(w, members, 2, &in);
    if (rc == ERR_OK)
        rc = read_valid(in, &valid);
    if (rc == ERR_OK)
        rc = hub_site_add(w->hub, js_str(in, "site"), js_str(in, "name"), valid, code);
    answer_code(w, rc, code, valid);
    json_decref(in);
}

void api_site_code(struct web *w)
{
    static const char *const members[] = {"#valid_days", NULL};
    int64_t valid = 0;
    char code[WIRE_CODE_TEXT];
    json_t *in;
    enum err rc = read_body(w, members, 0, &in);
    if (rc == ERR_OK)
        rc = read_valid(in, &valid);
    if (rc == ERR_OK)
        rc = hub_site_code(w->hub, w->arg[0], valid, code);
    answer_code(w, rc, code, valid);
    json_decref(in);
}

void api_site_revoke(struct web *w)
{
    enum err rc = hub_site_revoke(w->hub, w->arg[0]);
    answer(w, rc, MHD_HTTP_OK, json_pack("{s:b}", "ok", 1));
}

void api_site_rename(struct web *w)
{
    static const char *const members[] = {"name", NULL};
    json_t *in;
    enum err rc = read_body(w, members, 1, &in);
    if (rc == ERR_OK)
        rc = hub_site_rename(w->hub, w->arg[0], js_str(in, "name"));
    answer(w, rc, MHD_HTTP_OK, json_pack("{s:b}", "ok", 1));
    json_decref(in);
}

void api_machine_revoke(struct web *w)
{
    enum err rc = hub_machine_revoke(w->hub, w->arg[0], strtoll(w->arg[1], NULL, 10));
    answer(w, rc, MHD_HTTP_OK, json_pack("{s:b}", "ok", 1));
}

/* --- definitions and notices ------------------------------------------------------------------
 */

void api_push(struct web *w)
{
    static const char *const members[] = {"kind",  "{definition", "site",     "effective",
                                          "order", "review",      "approver", NULL};
    json_t *in;
    enum err rc = read_body(w, members, 2, &in);
    struct command_line line = {.site = js_str(in, "site"),
                                .effective = js_str(in, "effective"),
                                .order = js_str(in, "order"),
                                .review = js_str(in, "review"),
                                .approver = js_str(in, "approver")};
    if (rc == ERR_OK)
        rc = command_push_definition(w->hub, &line, js_str(in, "kind"), js_get(in, "definition"));
    answer(w, rc, MHD_HTTP_CREATED, json_pack("{s:b}", "ok", 1));
    json_decref(in);
}

void api_notice(struct web *w)
{
    static const char *const members[] = {"title", "text", "until", "site", NULL};
    json_t *in;
    enum err rc = read_body(w, members, 2, &in);
    struct command_line line = {.word = {js_str(in, "title"), js_str(in, "text")},
                                .words = 2,
                                .until = js_str(in, "until"),
                                .site = js_str(in, "site")};
    if (rc == ERR_OK)
        rc = command_notice(w->hub, &line);
    answer(w, rc, MHD_HTTP_CREATED, json_pack("{s:b}", "ok", 1));
    json_decref(in);
}

/* --- users and tokens -------------------------------------------------------------------------
 */

void api_user_add(struct web *w)
{
    static const char *const members[] = {"name", "role", "password", NULL};
    json_t *in;
    enum err rc = read_body(w, members, 3, &in);
    if (rc == ERR_OK)
        rc = hub_user_add(w->hub, js_str(in, "name"), js_str(in, "role"), js_str(in, "password"));
    answer(w, rc, MHD_HTTP_CREATED, json_pack("{s:b}", "ok", 1));
    js_forget(in);
}

/* Each that is named is changed, in this order. */
void api_user_change(struct web *w)
{
    static const char *const members[] = {"name", "role", "sites", "password", "disabled", NULL};
    json_t *in;
    enum err rc = read_body(w, members, 1, &in);
    const char *name = js_str(in, "name"), *disabled = js_str(in, "disabled");
    if (rc == ERR_OK && disabled != NULL && strcmp(disabled, "yes") != 0 &&
        strcmp(disabled, "no") != 0)
        rc = err_set(ERR_FIELD_CHOICE, "disabled", "yes, no");
    if (rc == ERR_OK && js_str(in, "role") != NULL)
        rc = hub_user_role(w->hub, name, js_str(in, "role"));
    if (rc == ERR_OK && js_str(in, "sites") != NULL)
        rc = hub_user_sites(w->hub, name, js_str(in, "sites"));
    if (rc == ERR_OK && js_str(in, "password") != NULL)
        rc = hub_user_password(w->hub, name, NULL, js_str(in, "password"));
    if (rc == ERR_OK && disabled != NULL)
        rc = hub_user_disable(w->hub, name, strcmp(disabled, "yes") == 0);
    answer(w, rc, MHD_HTTP_OK, json_pack("{s:b}", "ok", 1));
    js_forget(in);
}

void api_token_add(struct web *w)
{
    static const char *const members[] = {"name", "scopes", NULL};
    char token[HUB_HOLD];
    json_t *in, *o = json_object();
    enum err rc = read_body(w, members, 2, &in);
    if (rc == ERR_OK)
        rc = hub_token_add_for(w->hub, js_str(in, "name"), js_str(in, "scopes"), token);
    if (rc == ERR_OK)
        js_set_str(o, "token", token);
    answer(w, rc, MHD_HTTP_CREATED, o);
    secret_wipe(token, sizeof token);
    json_decref(in);
}

void api_token_revoke(struct web *w)
{
    enum err rc = hub_token_revoke(w->hub, w->arg[0]);
    answer(w, rc, MHD_HTTP_OK, json_pack("{s:b}", "ok", 1));
}
