/* Every route of the hub, as its table has them, asked by everybody: nobody signed in, and each of
 * the roles; with a form's token and without. A route that is added is walked too. */
#include "tests/unit/web.h"

#include "sync/hub/serve.h"

static const char *const roles[] = {NULL, "viewer", "officer", "admin"};
#define ROLES (sizeof roles / sizeof *roles)

struct who {
    const char *role; /* NULL: nobody */
    char token[HUB_TOKEN_TEXT];
    struct hub_session session;
};

static void sign_in(const char *role, struct who *out)
{
    memset(out, 0, sizeof *out);
    out->role = role;
    if (role == NULL)
        return;
    assert_ok(hub_user_add(hub, role, role, "goodgood99"));
    assert_ok(hub_log_in(hub, role, "goodgood99", "192.0.2.1", out->token, &out->session));
}

/* The path of a route with something plausible at each ':'. */
static void path_of(const char *pattern, char out[200])
{
    size_t n = 0;
    for (int args = 0; *pattern != 0; pattern++)
        n += (size_t)snprintf(out + n, 200 - n, "%.*s", *pattern == ':' ? 12 : 1,
                              *pattern != ':' ? pattern
                              : args++ == 0   ? VILLAGE
                                              : "1.2");
}

static int ask(const struct web_route *r, const struct who *who, const char *csrf)
{
    char path[200], *body = csrf != NULL ? mem_printf("csrf=%s", csrf) : mem_strdup("");
    path_of(r->pattern, path);
    char *request = mem_printf(
        "%s %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\nCookie: session=%s\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
        r->method, path, who->token, strlen(body), body);
    int status = status_of(request, NULL);
    free(request);
    free(body);
    return status;
}

static void say(const struct web_route *r, const struct who *who, const char *how, int status)
{
    fail_msg("%s %s by %s %s: %d", r->method, r->pattern, who->role != NULL ? who->role : "nobody",
             how, status);
}

static void every_route_is_shut_to_the_roles_below_its_own(void **state)
{
    (void)state;
    int asked = 0;
    struct who who;
    for (size_t i = 0; i < ROLES; i++) {
        sign_in(roles[i], &who);
        for (const struct web_route *r = web_routes; r->method != NULL; r++) {
            if (r->role == NULL || strcmp(r->pattern, "/logout") == 0)
                continue;
            bool may = who.role != NULL && hub_role_may(who.role, r->role);
            int status = ask(r, &who, who.session.csrf), shut = who.role == NULL ? 303 : 403;
            if (!may && status != shut)
                say(r, &who, "below the role", status);
            if (may && (status == 403 || status == 401))
                say(r, &who, "of the role", status);
            asked++;
        }
    }
    print_message("%d requests\n", asked);
    assert_true(asked > 60);
}

/* Another session's token, none, and an empty one. */
static void every_form_needs_the_token_of_its_own_session(void **state)
{
    (void)state;
    static char other[HUB_TOKEN_TEXT];
    const char *const wrong[] = {NULL, "", other};
    int asked = 0;
    struct who who;
    memset(other, '7', sizeof other - 1);
    sign_in("admin", &who);
    for (const struct web_route *r = web_routes; r->method != NULL; r++) {
        if (strcmp(r->method, "GET") == 0 || r->role == NULL)
            continue;
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++, asked++) {
            int status = ask(r, &who, wrong[i]);
            if (status != 403)
                say(r, &who, "without its token", status);
        }
    }
    print_message("%d requests\n", asked);
    assert_true(asked > 10);
}

/* What needs no role: the log-in, the style, the public's bookings, and what asks for a token. */
static void what_is_open_to_everybody_is_known(void **state)
{
    (void)state;
    static const char *const open[] = {"/style.css", "/live.js", "/icon.svg", "/healthz",
                                       "/login",     "/book",    "/api/",     "/v1/"};
    for (const struct web_route *r = web_routes; r->method != NULL; r++) {
        size_t i = 0, n = sizeof open / sizeof *open;
        while (r->role == NULL && i < n && strncmp(r->pattern, open[i], strlen(open[i])) != 0)
            i++;
        if (i == n)
            fail_msg("%s %s is open to everybody", r->method, r->pattern);
    }
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        WEB_TEST(every_route_is_shut_to_the_roles_below_its_own),
        WEB_TEST(every_form_needs_the_token_of_its_own_session),
        WEB_TEST(what_is_open_to_everybody_is_known),
    };
    return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
