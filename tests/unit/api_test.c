/* The API for other programs: its description holds what the routes do, each token has its scopes,
 * lists come whole in pages, and who looks at a person or decides stands in the audit. */
#include "tests/unit/web.h"

#include "kiosk/base/asset.h"
#include "sync/hub/api_read.h"
#include "sync/hub/booking.h"
#include "sync/hub/rate.h"

static const char *const scopes[] = {"read", "decide", "book", "admin"};

/* --- the description --------------------------------------------------------------------------
 */

static json_t *description(void)
{
    json_t *o = NULL;
    const struct asset *a = asset_find("web/openapi.json");
    assert_non_null(a);
    assert_ok(js_parse((const char *)a->data, a->len, "openapi.json", &o));
    return o;
}

/* "/api/v1/cases/{site}/{case}" as routes have it: "/api/v1/cases/:/:". */
static void pattern_of(const char *path, char out[200])
{
    size_t n = 0;
    for (; *path != 0; path++) {
        out[n++] = *path == '{' ? ':' : *path;
        if (*path == '{')
            path = strchr(path, '}');
    }
    out[n] = 0;
}

static const struct web_route *route_of(const char *method, const char *pattern)
{
    for (const struct web_route *r = web_routes; r->method != NULL; r++)
        if (strcasecmp(r->method, method) == 0 && strcmp(r->pattern, pattern) == 0)
            return r;
    return NULL;
}

static void every_route_is_described_with_its_scope_and_nothing_else_is(void **state)
{
    (void)state;
    char pattern[200];
    const char *path, *method;
    json_t *o = description(), *item, *op;
    size_t described = 0, routes = 0;
    json_object_foreach(js_get(o, "paths"), path, item)
    {
        pattern_of(path, pattern);
        json_object_foreach(item, method, op)
        {
            const struct web_route *r = route_of(method, pattern);
            const char *scope = js_str(op, "x-scope");
            if (r == NULL)
                fail_msg("%s %s is described and not there", method, path);
            if ((scope == NULL) != (r->scope == NULL) ||
                (scope != NULL && strcmp(scope, r->scope) != 0))
                fail_msg("%s %s: another scope", method, path);
            assert_non_null(js_str(op, "operationId"));
            described++;
        }
    }
    for (const struct web_route *r = web_routes; r->method != NULL; r++)
        routes += strncmp(r->pattern, "/api/", 5) == 0;
    print_message("%zu operations\n", described);
    assert_int_equal(described, routes);
    json_decref(o);
}

/* --- asking -----------------------------------------------------------------------------------
 */

/* Asks with a token and gives the status; *out is the JSON of the answer, or NULL. */
static int ask(const char *token, const char *method, const char *path, const char *body,
               json_t **out)
{
    struct buf answer = BUF_INIT;
    char *request = mem_printf("%s %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                               "Accept-Language: en\r\nAuthorization: Bearer %s\r\n"
                               "Content-Length: %zu\r\n\r\n%s",
                               method, path, token, strlen(body), body);
    int status = status_of(request, &answer);
    const char *head_end = strstr(buf_str(&answer), "\r\n\r\n");
    if (out != NULL && head_end != NULL)
        js_parse(head_end + 4, strlen(head_end + 4), NULL, out);
    buf_fini(&answer);
    free(request);
    return status;
}

static void path_of(const char *pattern, char out[200])
{
    size_t n = 0;
    for (int args = 0; *pattern != 0; pattern++)
        n += (size_t)snprintf(out + n, 200 - n, "%.*s", *pattern == ':' ? 12 : 1,
                              *pattern != ':' ? pattern
                              : args++ == 0   ? VILLAGE
                                              : "1.2");
}

static void refused(const struct web_route *r, const char *token, int wanted)
{
    char path[200];
    json_t *answer = NULL;
    path_of(r->pattern, path);
    int status = ask(token, r->method, path, "", &answer);
    if (status != wanted || js_str(answer, "error") == NULL || js_str(answer, "message") == NULL)
        fail_msg("%s %s: %d", r->method, r->pattern, status);
    json_decref(answer);
}

static void a_token_opens_what_its_scope_says_and_nothing_more(void **state)
{
    (void)state;
    char token[4][HUB_HOLD], revoked[HUB_HOLD], path[200];
    int asked = 0;
    for (int i = 0; i < 4; i++)
        assert_ok(hub_token_add_for(hub, scopes[i], scopes[i], token[i]));
    assert_ok(hub_token_add_for(hub, "old", "read decide book admin", revoked));
    assert_ok(hub_token_revoke(hub, "old"));
    for (const struct web_route *r = web_routes; r->method != NULL; r++) {
        if (r->scope == NULL)
            continue;
        refused(r, "nobodys", 401);
        refused(r, revoked, 401);
        path_of(r->pattern, path);
        for (int i = 0; i < 4; i++, asked++) {
            if (strcmp(r->scope, scopes[i]) != 0) {
                refused(r, token[i], 403);
                continue;
            }
            int status = ask(token[i], r->method, path, "", NULL);
            if (status == 401 || status == 403 || status >= 500 || status == 0)
                fail_msg("%s %s with its scope: %d", r->method, r->pattern, status);
        }
    }
    print_message("%d requests\n", asked);
    assert_true(asked > 100);
    assert_err(ERR_FIELD_CHOICE, hub_token_add_for(hub, "x", "read all", revoked));
    assert_err(ERR_FIELD_CHOICE, hub_token_add_for(hub, "x", "", revoked));
}

static void a_list_comes_whole_in_pages_and_as_a_file(void **state)
{
    (void)state;
    char token[HUB_HOLD], *path = mem_strdup("/api/v1/entries?limit=2");
    struct village v;
    int pages = 0;
    int64_t last = 0;
    assert_ok(hub_token_add_for(hub, "reader", "read", token));
    village_invite(&v, VILLAGE);
    for (int i = 0; i < 5; i++)
        village_write(&v, "sign_out", NULL, "{'why':'idle'}", NULL);
    unsigned char base[HASH_BYTES];
    journal_first_hash(VILLAGE, 1, base);
    assert_ok(village_send(&v, 1, base));
    while (path != NULL) {
        size_t i;
        json_t *answer = NULL, *row;
        assert_int_equal(ask(token, "GET", path, "", &answer), 200);
        json_array_foreach(js_get(answer, "rows"), i, row)
            assert_int_equal(js_int(row, "seq", 0), ++last);
        free(path);
        const char *next = js_str(answer, "next");
        path = next != NULL ? mem_printf("/api/v1/entries?limit=2&after=%s", next) : NULL;
        json_decref(answer);
        pages++;
    }
    assert_int_equal(last, 5);
    assert_int_equal(pages, 3);
    assert_int_equal(ask(token, "GET", "/api/v1/entries?limit=0", "", NULL), 422);
    assert_int_equal(ask(token, "GET", "/api/v1/entries?limit=2x", "", NULL), 422);
    assert_int_equal(ask(token, "GET", "/api/v1/entries?after=-1", "", NULL), 422);
    assert_int_equal(ask(token, "GET", "/api/v1/entries?format=xml", "", NULL), 422);
    village_fini(&v);
}

static void a_file_has_a_head_line_quotes_and_no_formula(void **state)
{
    (void)state;
    char token[HUB_HOLD];
    struct buf answer = BUF_INIT;
    assert_ok(hub_token_add_for(hub, "=1+1", "read", token));
    assert_ok(hub_run(hub->db,
                      "INSERT INTO site (site, name, state, added, code_until, epoch, trouble,"
                      " drift, orders) VALUES (?1, ?2, 'joined', 1, 0, 0, '', -5, 0)",
                      "ss", VILLAGE, "=HYPERLINK(\"x\")"));
    char *request =
        mem_printf(GET("/api/v1/sites?format=csv", "Authorization: Bearer %s\r\n"), token);
    assert_int_equal(status_of(request, &answer), 200);
    assert_non_null(strstr(buf_str(&answer), "\r\n\r\nsite,name,state,"));
    assert_non_null(strstr(buf_str(&answer), "\"'=HYPERLINK(\"\"x\"\")\",\"joined\""));
    assert_int_equal(hub_number(hub->db, 0, "SELECT count(*) FROM audit WHERE what = 'export'", ""),
                     1);
    free(request);
    buf_fini(&answer);
}

static int64_t audited(const char *what)
{
    return hub_number(hub->db, 0, "SELECT count(*) FROM audit WHERE who = 'office' AND what = ?1",
                      "s", what);
}

static void whoever_sees_a_name_or_decides_stands_in_the_audit(void **state)
{
    (void)state;
    char token[HUB_HOLD];
    struct village v;
    json_t *answer = NULL;
    assert_ok(hub_token_add_for(hub, "office", "decide", token));
    village_invite(&v, VILLAGE);
    village_case(&v);
    assert_int_equal(ask(token, "GET", "/api/v1/cases/" VILLAGE "/1.2", "", &answer), 200);
    assert_string_equal(js_str(answer, "name"), "测试甲");
    json_decref(answer);
    answer = NULL;
    assert_int_equal(ask(token, "GET", "/api/v1/people/" VILLAGE "/1.1?why=call", "", &answer),
                     200);
    assert_string_equal(js_str(answer, "id_no"), "999101194503150025");
    json_decref(answer);
    assert_int_equal(ask(token, "GET", "/api/v1/people/" VILLAGE "/1.1", "", NULL), 422);
    assert_int_equal(audited("look_person"), 2);
    answer = NULL;
    assert_int_equal(ask(token, "POST", "/api/v1/people",
                         "{\"q\":\"999101194503150025\",\"why\":\"call\"}", &answer),
                     200);
    const json_t *found = json_array_get(js_get(answer, "rows"), 0);
    assert_string_equal(js_str(found, "person"), "1.1");
    assert_null(strstr(js_str(found, "id_no"), "19450315"));
    assert_int_equal(audited("search_person"), 1);
    json_decref(answer);
    assert_int_equal(
        ask(token, "POST", "/api/v1/cases/" VILLAGE "/1.2/steps", "{\"step\":\"reject\"}", NULL),
        422); /* it needs words */
    assert_int_equal(ask(token, "POST", "/api/v1/cases/" VILLAGE "/1.2/steps",
                         "{\"step\":\"accept\",\"more\":\"x\"}", NULL),
                     422);
    assert_int_equal(
        ask(token, "POST", "/api/v1/cases/" VILLAGE "/1.2/steps", "{\"step\":\"accept\"}", NULL),
        201);
    assert_int_equal(audited("decide"), 1);
    assert_int_equal(ask(token, "POST", "/api/v1/sites/" VILLAGE "/suspension",
                         "{\"kind\":\"suspend\",\"reason\":\"water\"}", NULL),
                     201);
    assert_int_equal(ask(token, "POST", "/api/v1/sites/" VILLAGE "/suspension",
                         "{\"kind\":\"suspend\",\"reason\":\"water\"}", NULL),
                     409);
    assert_int_equal(audited("suspend"), 1);
    village_fini(&v);
}

static void a_program_that_asks_too_often_is_told_to_wait(void **state)
{
    (void)state;
    char token[HUB_HOLD], other[HUB_HOLD];
    rate_forget();
    assert_ok(hub_token_add_for(hub, "busy", "read", token));
    assert_ok(hub_token_add_for(hub, "calm", "read", other));
    for (int i = 0; i < RATE_CALLS - 1; i++)
        assert_true(rate_allows_call("tbusy"));
    assert_int_equal(ask(token, "GET", "/api/v1/sites", "", NULL), 200);
    json_t *answer = NULL;
    assert_int_equal(ask(token, "GET", "/api/v1/sites", "", &answer), 429);
    assert_string_equal(js_str(answer, "error"), "busy");
    json_decref(answer);
    assert_int_equal(ask(other, "GET", "/api/v1/sites", "", NULL), 200);
    rate_forget();
}

static void an_administrators_program_adds_villages_users_and_tokens(void **state)
{
    (void)state;
    char token[HUB_HOLD];
    struct village v;
    json_t *answer = NULL;
    assert_ok(hub_token_add_for(hub, "root", "admin", token));
    assert_int_equal(ask(token, "POST", "/api/v1/sites",
                         "{\"site\":\"" VILLAGE "\",\"name\":\"测试村\",\"valid_days\":3}",
                         &answer),
                     201);
    village_init(&v, VILLAGE);
    assert_ok(village_join(&v, js_str(answer, "code")));
    json_decref(answer);
    answer = NULL;
    assert_int_equal(ask(token, "POST", "/api/v1/notices",
                         "{\"title\":\"Water\",\"text\":\"Off at nine.\"}", NULL),
                     201);
    assert_int_equal(ask(token, "POST", "/api/v1/definitions",
                         "{\"kind\":\"policy\",\"definition\":{\"id\":\"x\"}}", NULL),
                     422);
    assert_int_equal(ask(token, "POST", "/api/v1/users",
                         "{\"name\":\"mary\",\"role\":\"viewer\",\"password\":\"short\"}", NULL),
                     422);
    assert_int_equal(
        ask(token, "POST", "/api/v1/tokens", "{\"name\":\"late\",\"scopes\":\"read\"}", &answer),
        201);
    assert_int_equal(ask(js_str(answer, "token"), "GET", "/api/v1/sites", "", NULL), 200);
    assert_int_equal(ask(token, "DELETE", "/api/v1/tokens/late", "", NULL), 200);
    assert_int_equal(ask(js_str(answer, "token"), "GET", "/api/v1/sites", "", NULL), 401);
    assert_int_equal(ask(token, "DELETE", "/api/v1/sites/" VILLAGE, "", NULL), 200);
    json_decref(answer);
    village_fini(&v);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described_with_its_scope_and_nothing_else_is),
        WEB_TEST(a_token_opens_what_its_scope_says_and_nothing_more),
        WEB_TEST(a_list_comes_whole_in_pages_and_as_a_file),
        WEB_TEST(a_file_has_a_head_line_quotes_and_no_formula),
        WEB_TEST(whoever_sees_a_name_or_decides_stands_in_the_audit),
        WEB_TEST(a_program_that_asks_too_often_is_told_to_wait),
        WEB_TEST(an_administrators_program_adds_villages_users_and_tokens),
    };
    return cmocka_run_group_tests_name("api", tests, NULL, NULL);
}
