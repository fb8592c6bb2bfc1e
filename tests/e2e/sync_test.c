/* The real agent and the real hub on loopback: joining, sending, cuts, restarts, decisions. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include <signal.h>

#include "kiosk/base/file.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/suspend.h"
#include "sync/agent/agent.h"
#include "sync/wire/api.h"
#include "sync/wire/pack.h"
#include "sync/wire/talk.h"
#include "tests/e2e/hubproc.h"

#define SITE "310118101201"

static struct hubproc hub;

static int setup(void **state)
{
    hubproc_make(&hub);
    hubproc_start(&hub);
    return site_setup_epidemic(state);
}

static int teardown(void **state)
{
    hubproc_free(&hub);
    return site_teardown(state);
}

static void invite(char code[WIRE_CODE_TEXT], const char *valid)
{
    char *said = HUBPROC(&hub, "site", "add", SITE, "测试村", "--valid", valid);
    snprintf(code, WIRE_CODE_TEXT, "%.39s", said);
    free(said);
}

static void join(const char *url)
{
    char code[WIRE_CODE_TEXT];
    invite(code, "7");
    assert_ok(agent_enrol(site, url, code));
}

static struct link_state link_now(void)
{
    struct link_state l;
    assert_ok(link_read(site->j.store, SITE, &l));
    return l;
}

static void write_visits(int n)
{
    for (int i = 0; i < n; i++) {
        char *in =
            mem_printf("{'person':null,'purpose':'咨询第%d件','facts':{'health_code':'green',"
                       "'venue_code':true,'mask':true,'temperature':36.5,"
                       "'test_at':'2022-05-20T08:00:00+08:00','test_result':'negative'},"
                       "'at':'2022-05-20T09:00:00+08:00'}",
                       i);
        json_decref(desk_do("visit", in));
        free(in);
    }
}

static json_t *take_case(void)
{
    return desk_do("case", "{'person':" AMA ",'agent':null,'item':'QP-MZ-01','channel':'proxy',"
                           "'skipped':[{'channel':'online','reason':'no_phone'}],'papers':[],"
                           "'note':'行动不便'}");
}

struct rows {
    json_t *hub;
    size_t i;
};

static enum err same_row(void *arg, const struct journal_row *row)
{
    struct rows *r = arg;
    char hash[2 * HASH_BYTES + 1];
    const json_t *there = json_array_get(r->hub, r->i++);
    hex_encode(row->hash, HASH_BYTES, hash);
    assert_int_equal(js_int(there, "epoch", 0), row->epoch);
    assert_int_equal(js_int(there, "seq", 0), row->seq);
    assert_string_equal(js_str(there, "hash"), hash);
    assert_null(js_str(there, "refused"));
    return ERR_OK;
}

/* Village and hub have the same, row for row, and each chain holds. */
static void both_agree(void)
{
    struct rows r = {HUBPROC_LINES(&hub, "show", "entries", "--site", SITE), 0};
    struct link_state l = link_now();
    assert_int_equal(l.acked, l.last);
    assert_int_equal(json_array_size(r.hub), l.last);
    assert_ok(journal_each(site->j.store, 1, 0, INT64_MAX, same_row, &r));
    assert_int_equal(r.i, l.last);
    json_decref(r.hub);
    free(HUBPROC(&hub, "verify"));
    desk_replays();
}

/* --- joining ---------------------------------------------------------------------------------- */

static void a_wrong_code_an_old_one_and_a_used_one_are_told_apart(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT], late[WIRE_CODE_TEXT];
    struct wire_code c;
    invite(late, "0");
    usleep(5000);
    assert_err(ERR_ENROL_EXPIRED, agent_enrol(site, hub.url, late));
    invite(code, "7");
    assert_ok(wire_code_read(code, &c));
    c.secret[3] ^= 1;
    char forged[WIRE_CODE_TEXT];
    wire_code_write(&c, forged);
    assert_err(ERR_ENROL_CODE, agent_enrol(site, hub.url, forged));
    assert_err(ERR_ENROL_CODE, agent_enrol(site, hub.url, "ABCD"));
    assert_false(link_now().enrolled);
    assert_ok(agent_enrol(site, hub.url, code));
    assert_true(link_now().enrolled);
    assert_err(ERR_ENROL_CODE, agent_enrol(site, hub.url, code));
    join(hub.url); /* the same machine, a new code */
}

static void a_hub_with_other_keys_than_the_codes_is_not_joined(void **state)
{
    (void)state;
    struct hubproc other;
    char code[WIRE_CODE_TEXT];
    invite(code, "7");
    hubproc_make(&other);
    hubproc_start(&other);
    assert_err(ERR_HUB_KEY, agent_enrol(site, other.url, code));
    assert_false(link_now().enrolled);
    json_t *sites = HUBPROC_LINES(&other, "show", "sites");
    assert_int_equal(json_array_size(sites), 0);
    json_decref(sites);
    assert_ok(agent_enrol(site, hub.url, code));
    hubproc_stop(&hub, SIGTERM); /* later somebody else sits at that address */
    hubproc_stop(&other, SIGTERM);
    other.port = hub.port;
    hubproc_start(&other);
    assert_int_not_equal(agent_once(site), ERR_OK);
    assert_int_equal(link_now().acked, 0);
    assert_true(link_now().trouble[0] != 0);
    hubproc_free(&other);
}

static void nobody_joins_without_signing_in_or_without_a_hub(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT];
    invite(code, "7");
    hubproc_stop(&hub, SIGTERM);
    assert_err(ERR_HUB_DOWN, agent_enrol(site, hub.url, code));
    assert_err(ERR_FIELD_TYPE, agent_enrol(site, "ftp://127.0.0.1/", code));
    clerk_sign_out(site, "sign_out");
    assert_err(ERR_SIGN_IN, agent_enrol(site, hub.url, code));
    assert_err(ERR_NOT_ENROLLED, agent_once(site));
}

/* --- sending ---------------------------------------------------------------------------------- */

static void everything_written_arrives_row_for_row(void **state)
{
    (void)state;
    join(hub.url);
    write_visits(120);
    json_decref(take_case());
    assert_ok(agent_once(site));
    both_agree();
    write_visits(3);
    assert_true(link_now().acked < link_now().last);
    assert_ok(agent_once(site));
    both_agree();
    assert_string_equal(link_now().trouble, "");
    assert_true(link_now().contact != CLOCK_NONE);
}

static void with_the_hub_down_all_stays_and_goes_later(void **state)
{
    (void)state;
    join(hub.url);
    write_visits(5);
    hubproc_stop(&hub, SIGTERM);
    assert_err(ERR_HUB_DOWN, agent_once(site));
    assert_int_equal(link_now().acked, 0);
    assert_true(link_now().trouble[0] != 0);
    hubproc_start(&hub);
    assert_ok(agent_once(site));
    both_agree();
}

static void a_line_cut_again_and_again_loses_and_doubles_nothing(void **state)
{
    (void)state;
    char url[64];
    struct proxy *p = proxy_start(hub.port, url);
    join(url);
    write_visits(600);
    proxy_cut_after(p, 9000, 5);
    enum err rc = agent_once(site);
    for (int i = 0; i < 5 && rc != ERR_OK; i++) /* the link may be given up in between */
        rc = agent_once(site);
    assert_ok(rc);
    assert_int_equal(proxy_cuts_left(p), 0);
    both_agree();
    proxy_free(p);
}

static void a_hub_killed_while_it_takes_goes_on_where_it_stood(void **state)
{
    (void)state;
    join(hub.url);
    write_visits(300);
    for (int i = 0; i < 4; i++) {
        pid_t killer = fork();
        if (killer == 0) {
            usleep((useconds_t)(3000 + 12000 * i));
            kill(hub.pid, SIGKILL);
            _exit(0);
        }
        agent_once(site);
        int64_t acked = link_now().acked;
        hubproc_stop(&hub, SIGKILL);
        hubproc_start(&hub);
        json_t *rows = HUBPROC_LINES(&hub, "show", "entries");
        assert_true((int64_t)json_array_size(rows) >= acked); /* what was acknowledged is there */
        json_decref(rows);
        write_visits(30);
    }
    assert_ok(agent_once(site));
    both_agree();
}

static void copy(const char *from, const char *to)
{
    struct buf b = BUF_INIT;
    assert_ok(file_read(from, &b, (size_t)64 << 20));
    assert_ok(file_write(to, b.data, b.len, 0600));
    buf_fini(&b);
}

static void a_hub_that_came_back_from_a_backup_is_given_the_rest_again(void **state)
{
    (void)state;
    join(hub.url);
    write_visits(20);
    assert_ok(agent_once(site));
    hubproc_stop(&hub, SIGTERM); /* the last one to close writes the WAL back */
    char *db = mem_printf("%s/hub.db", hub.dir), *old = mem_printf("%s/old.db", hub.dir);
    copy(db, old);
    hubproc_start(&hub);
    write_visits(20);
    assert_ok(agent_once(site));
    int64_t acked = link_now().acked;
    hubproc_stop(&hub, SIGTERM);
    copy(old, db);
    hubproc_start(&hub);
    write_visits(1);
    assert_ok(agent_once(site));
    assert_true(link_now().acked > acked);
    both_agree();
    free(db);
    free(old);
}

static void a_village_that_came_back_from_a_backup_is_found_out(void **state)
{
    (void)state;
    char *db = mem_printf("%s/jiujin.db", site_dir), *old = mem_printf("%s/jiujin.old", site_dir);
    join(hub.url);
    assert_ok(store_copy(site->j.store, old));
    write_visits(5);
    assert_ok(agent_once(site));
    site_close(site);
    char *wal = mem_printf("%s-wal", db);
    remove(wal);
    copy(old, db);
    assert_ok(site_open(site_dir, "desk-1", &site));
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    write_visits(2);
    assert_err(ERR_OLD_COPY, agent_once(site));
    assert_true(link_now().trouble[0] != 0);
    json_t *forks = HUBPROC_LINES(&hub, "show", "forks");
    assert_true(json_array_size(forks) > 0);
    json_decref(forks);
    remove(old);
    free(db);
    free(old);
    free(wal);
}

static void a_revoked_site_is_told_so(void **state)
{
    (void)state;
    join(hub.url);
    free(HUBPROC(&hub, "site", "revoke", SITE));
    assert_err(ERR_HUB_REFUSED, agent_once(site));
    assert_int_equal(link_now().acked, 0);
}

static enum err gather(void *arg, const void *bytes, size_t len)
{
    buf_add(arg, bytes, len);
    return ERR_OK;
}

/* The frames of the (one) upload in what went over the wire: out of its chunks, unpacked. */
static void frames_of(const unsigned char *seen, size_t len, struct buf *out)
{
    struct wire_unpack u = {0};
    const unsigned char *post = memmem(seen, len, WIRE_PATH_ENTRIES, strlen(WIRE_PATH_ENTRIES));
    assert_non_null(post);
    const unsigned char *p = memmem(post, len - (size_t)(post - seen), "\r\n\r\n", 4);
    assert_non_null(p);
    for (p += 4;;) {
        char *data;
        unsigned long n = strtoul((const char *)p, &data, 16);
        if (n == 0)
            break;
        assert_ok(wire_unpack_add(&u, data + 2, n, gather, out));
        p = (const unsigned char *)data + 2 + n + 2;
    }
    assert_true(wire_unpack_done(&u));
    wire_unpack_fini(&u);
}

static void nothing_about_people_is_in_clear_on_the_wire_or_in_the_hub(void **state)
{
    (void)state;
    static const char *const planted[] = {"测试甲", "999101194503150025", "12000000001",
                                          "行动不便"};
    static const char *const files[] = {"hub.db", "hub.db-wal"};
    char url[64];
    struct proxy *p = proxy_start(hub.port, url);
    join(url);
    json_decref(take_case());
    assert_ok(agent_once(site));
    both_agree();
    size_t len;
    const unsigned char *seen = proxy_seen(p, &len);
    struct buf frames = BUF_INIT;
    frames_of(seen, len, &frames);
    assert_non_null(memmem(frames.data, frames.len, "QP-MZ-01", 8)); /* the rest is in clear */
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        assert_null(memmem(seen, len, planted[i], strlen(planted[i])));
        assert_null(memmem(frames.data, frames.len, planted[i], strlen(planted[i])));
        for (size_t k = 0; k < 2; k++) {
            struct buf b = BUF_INIT;
            char *path = mem_printf("%s/%s", hub.dir, files[k]);
            assert_ok(file_read(path, &b, FILE_LIMIT));
            assert_null(memmem(b.data, b.len, planted[i], strlen(planted[i])));
            buf_fini(&b);
            free(path);
        }
    }
    buf_fini(&frames);
    proxy_free(p);
}

/* --- decisions -------------------------------------------------------------------------------- */

static void log_in(struct browser *b)
{
    setenv("JIUJIN_HUB_PASSWORD", "a good password", 1);
    free(HUBPROC(&hub, "user", "add", "officer1", "--role", "officer"));
    free(HUBPROC(&hub, "user", "add", "viewer1", "--role", "viewer"));
    unsetenv("JIUJIN_HUB_PASSWORD");
    browser_open(b);
    browser_post(b, &hub, "/login?lang=en", "name=officer1&password=a+good+password");
    assert_string_equal(b->went, "/");
}

static void a_decision_on_the_page_reaches_the_village(void **state)
{
    (void)state;
    struct browser b;
    char path[80];
    json_t *made, *seen = NULL;
    join(hub.url);
    made = take_case();
    assert_ok(agent_once(site));
    log_in(&b);
    browser_get(&b, &hub, "/sites");
    assert_non_null(strstr(b.page, "测试村"));
    browser_get(&b, &hub, "/cases");
    assert_non_null(strstr(b.page, js_str(made, "number")));
    assert_non_null(strstr(b.page, "测试甲"));
    snprintf(path, sizeof path, "/cases/" SITE "/%s", js_str(made, "id"));
    browser_get(&b, &hub, path);
    assert_null(strstr(b.page, "999101194503150025")); /* masked */
    assert_non_null(strstr(b.page, "999101********0025"));
    browser_post(&b, &hub, path, "step=supplement&text=%E7%BC%BA%E6%88%B7%E5%8F%A3%E7%B0%BF");
    assert_int_equal(b.status, 200);
    assert_non_null(strstr(b.page, "缺户口簿"));
    assert_ok(agent_once(site));
    assert_ok(view_case(site, js_str(made, "number"), &seen));
    assert_string_equal(js_str(seen, "state"), "supplement");
    char *whole = js_dump(seen);
    assert_non_null(strstr(whole, "缺户口簿"));
    free(whole);
    json_decref(seen);
    json_t *there = HUBPROC_LINES(&hub, "show", "cases"), *here = desk_list("cases");
    static const char *const same[] = {"id", "number", "item", "channel", "state"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(js_str(json_array_get(there, 0), same[i]),
                            js_str(json_array_get(here, 0), same[i]));
    assert_int_equal(js_int(json_array_get(there, 0), "missing", -1),
                     js_int(json_array_get(here, 0), "missing", -2));
    json_decref(there);
    json_decref(here);
    json_decref(made);
    browser_close(&b);
    both_agree();
}

static void a_decision_without_the_forms_token_or_the_role_is_refused(void **state)
{
    (void)state;
    struct browser b;
    char path[80];
    join(hub.url);
    json_t *made = take_case();
    assert_ok(agent_once(site));
    snprintf(path, sizeof path, "/cases/" SITE "/%s", js_str(made, "id"));
    log_in(&b);
    browser_get(&b, &hub, "/style.css"); /* a page without a token */
    browser_post(&b, &hub, path, "step=accept&text=");
    assert_int_equal(b.status, 403);
    browser_post(&b, &hub, path, "step=accept&text=&csrf=0000");
    assert_int_equal(b.status, 403);
    browser_get(&b, &hub, path);
    browser_post(&b, &hub, path, "step=reject&text=");
    assert_int_equal(b.status, 422); /* why? */
    browser_post(&b, &hub, path, "step=say&text=%FF");
    assert_int_equal(b.status, 422);
    browser_close(&b);
    browser_open(&b);
    browser_get(&b, &hub, path);
    assert_string_equal(b.went, "/login");
    browser_post(&b, &hub, "/login", "name=viewer1&password=a+good+password");
    browser_get(&b, &hub, path);
    assert_null(strstr(b.page, "value=\"accept\""));
    browser_post(&b, &hub, path, "step=accept&text=");
    assert_int_equal(b.status, 403);
    browser_close(&b);
    json_t *orders = HUBPROC_LINES(&hub, "show", "orders");
    assert_int_equal(json_array_size(orders), 0);
    json_decref(orders);
    json_decref(made);
}

static void a_policy_that_is_pushed_comes_into_force(void **state)
{
    (void)state;
    struct policy *p;
    join(hub.url);
    assert_ok(site_policy(site, &p));
    assert_string_equal(policy_id(p), "epidemic-2022");
    free(HUBPROC(&hub, "push", "policy", "assets/policies/ordinary.json"));
    assert_ok(agent_once(site));
    assert_ok(site_policy(site, &p));
    assert_string_equal(policy_id(p), "ordinary");
    int status;
    free(hubproc_run(&hub, &status,
                     (const char *const[]){"push", "policy", "assets/catalogue/items.json", NULL}));
    assert_int_equal(status, 1); /* a definition with a mistake goes nowhere */
}

/* R65: the hub may order either; the village's own word goes back to it. */
static void a_suspension_by_order_takes_effect_and_its_end_goes_back(void **state)
{
    (void)state;
    bool suspended;
    struct browser b;
    char *path = mem_printf("/sites/%s", site->j.site), *form = mem_printf("%s/suspend", path);
    join(hub.url);
    free(HUBPROC(&hub, "suspend", site->j.site, "停电", "--as", "officer1"));
    assert_ok(agent_once(site));
    assert_ok(suspend_now(site, &suspended, NULL));
    assert_true(suspended);
    json_t *rows = desk_list("suspension"), *row = json_array_get(rows, 0);
    assert_string_equal(js_str(row, "who"), "hub");
    assert_string_equal(js_str(row, "reason"), "停电");
    json_decref(desk_do("resume", "{'reason':'来电'}"));
    assert_ok(agent_once(site));
    char *sites = HUBPROC(&hub, "show", "sites");
    assert_non_null(strstr(sites, "\"suspended\":null"));
    setenv("JIUJIN_HUB_PASSWORD", "a good password", 1);
    free(HUBPROC(&hub, "user", "add", "officer9", "--role", "officer"));
    unsetenv("JIUJIN_HUB_PASSWORD");
    browser_open(&b);
    browser_post(&b, &hub, "/login", "name=officer9&password=a+good+password");
    browser_get(&b, &hub, path);
    browser_post(&b, &hub, form, "kind=suspend&reason=%E5%81%9C%E6%B0%B4");
    browser_get(&b, &hub, path);
    assert_non_null(strstr(b.page, "value=\"resume\""));
    assert_ok(agent_once(site));
    assert_ok(suspend_now(site, &suspended, NULL));
    assert_true(suspended);
    browser_close(&b);
    json_decref(rows);
    free(path), free(form), free(sites);
}

#define SYNC_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        SYNC_TEST(a_wrong_code_an_old_one_and_a_used_one_are_told_apart),
        SYNC_TEST(a_hub_with_other_keys_than_the_codes_is_not_joined),
        SYNC_TEST(nobody_joins_without_signing_in_or_without_a_hub),
        SYNC_TEST(everything_written_arrives_row_for_row),
        SYNC_TEST(with_the_hub_down_all_stays_and_goes_later),
        SYNC_TEST(a_line_cut_again_and_again_loses_and_doubles_nothing),
        SYNC_TEST(a_hub_killed_while_it_takes_goes_on_where_it_stood),
        SYNC_TEST(a_hub_that_came_back_from_a_backup_is_given_the_rest_again),
        SYNC_TEST(a_village_that_came_back_from_a_backup_is_found_out),
        SYNC_TEST(a_revoked_site_is_told_so),
        SYNC_TEST(nothing_about_people_is_in_clear_on_the_wire_or_in_the_hub),
        SYNC_TEST(a_decision_on_the_page_reaches_the_village),
        SYNC_TEST(a_decision_without_the_forms_token_or_the_role_is_refused),
        SYNC_TEST(a_policy_that_is_pushed_comes_into_force),
        SYNC_TEST(a_suspension_by_order_takes_effect_and_its_end_goes_back),
    };
    return cmocka_run_group_tests_name("sync", tests, NULL, NULL);
}
