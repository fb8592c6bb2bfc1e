/* A proxy case from the door to a satisfied citizen: two terminals of one village, a supplement, a
 * courier, and the decisions of the sub-centre; what comes too late is refused and shown; a slip
 * and the network make one case. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/idno.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/pin.h"
#include "tests/e2e/village.h"

#define WAIT 15000 /* ms; nothing takes so long on a machine that is not busy */
#define RESIDENT "99901119650101002"
#define AGENT "99901119880101003"

static struct hubproc hub;

static const char *id_no(const char *first17)
{
    static char id[19];
    snprintf(id, sizeof id, "%.17s%c", first17, idno_digit(first17));
    return id;
}

/* --- the whole way ---------------------------------------------------------------------------- */

static struct term *one, *two;
static char *dir;
static struct browser officer;
static char *page; /* the case's page at the hub */

static void jiujin(const char *a, const char *b)
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, a, b);
    if (r.status != 0)
        fail_msg("jiujin %s: %s", a, r.err);
    ran_free(&r);
}

static json_t *the_case(void)
{
    json_t *row = NULL;
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "show", "cases");
    assert_int_equal(r.status, 0);
    assert_ok(js_parse(r.out, strcspn(r.out, "\n"), "case", &row));
    ran_free(&r);
    return row;
}

static void make_village(void)
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "init", "--site", VILLAGE_SITE,
                            "--name", "测试村", "--demo", "--policy", "epidemic-2022");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    pin_quick(dir);
    char *code = HUBPROC(&hub, "site", "add", VILLAGE_SITE, "测试村");
    code[strcspn(code, "\n")] = 0;
    r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "enrol", hub.url, code);
    assert_int_equal(r.status, 0);
    ran_free(&r);
    free(code);
    char *agent = mem_printf("{\"name\":\"测试代\",\"id_no\":\"%s\",\"phone\":\"12000000009\"}\n",
                             id_no(AGENT));
    r = prog_run(agent, prog_path("jiujin"), "--dir", dir, "add", "person");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    free(agent);
}

static struct term *desk(const char *name)
{
    return desk_open(&(struct desk){.folder = dir, .terminal = name});
}

static void type(struct term *t, const char *keys)
{
    term_type_slowly(t, keys, 12);
}

static void type_line(struct term *t, const char *text)
{
    type(t, text);
    term_run(t, 60);
    term_type(t, T_ENTER);
    term_run(t, 60);
}

static void sign_in(struct term *t, const char *digit)
{
    term_wait(t, "窗口", WAIT);
    term_type(t, digit);
    term_wait(t, "口令", WAIT);
    type_line(t, "1234");
    term_wait(t, "当前待办", WAIT);
}

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    dir = prog_folder();
    make_village();
    setenv("JIUJIN_HUB_PASSWORD", "a good password", 1);
    free(HUBPROC(&hub, "user", "add", "officer1", "--role", "officer"));
    unsetenv("JIUJIN_HUB_PASSWORD");
    browser_open(&officer);
    browser_post(&officer, &hub, "/login", "name=officer1&password=a+good+password");
    one = desk("one");
    two = desk("two");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    term_free(one);
    term_free(two);
    browser_close(&officer);
    hubproc_free(&hub);
    prog_folder_remove(dir);
    free(page);
    return 0;
}

static void a_resident_comes_in_at_the_first_terminal(void)
{
    sign_in(one, "3");
    term_type(one, "1");
    term_wait(one, "核酸报告时间", WAIT);
    type_line(one, id_no(RESIDENT));
    type_line(one, "测试绿");
    type_line(one, "12000000002");
    type_line(one, "测试路1号");
    type_line(one, "办理社保卡");
    type(one, "1");  /* green */
    type(one, "yy"); /* venue code, mask */
    type_line(one, "36.5");
    type(one, "1");      /* negative */
    type_line(one, "."); /* test report: now */
    term_type(one, T_F2);
    term_wait(one, "放行", WAIT);
    term_type(one, "i");
    term_wait(one, "办理方式", WAIT);
}

static void the_case_is_taken_in_for_an_agent(void)
{
    type(one, "sbk");
    term_wait(one, "社会保障卡申领", WAIT);
    term_type(one, T_ENTER);
    term_wait(one, "帮代办", WAIT);
    type(one, "3"); /* proxy */
    type(one, "1"); /* why not online */
    type(one, "3"); /* why not by courier */
    type(one, "y");
    type_line(one, id_no(AGENT));
    type_line(one, "邻居");
    type_line(one, "20301231"); /* authorised until */
    type(one, "113311");        /* four originals seen, two kept */
    type_line(one, "只代领社保卡");
    term_type(one, T_F2);
    term_wait(one, "101201-01-", WAIT);
    json_t *c = the_case();
    page = mem_printf("/cases/" VILLAGE_SITE "/%s", js_str(c, "id"));
    json_decref(c);
    term_esc(one);
    term_wait(one, "当前待办", WAIT);
}

static void the_sub_centre_receives_it_and_asks_for_a_paper(void)
{
    jiujin("sync", "--once");
    browser_get(&officer, &hub, page);
    assert_non_null(strstr(officer.page, "测试代"));
    assert_non_null(strstr(officer.page, "只代领社保卡"));
    browser_post(&officer, &hub, page, "step=receive&text=");
    assert_int_equal(officer.status, 200);
    browser_post(&officer, &hub, page,
                 "step=supplement&text=%E8%AF%B7%E8%A1%A5%E7%85%A7%E7%89%87"); /* 请补照片 */
    assert_int_equal(officer.status, 200);
    jiujin("sync", "--once");
}

static void the_agent_brings_it_to_the_second_terminal_and_it_goes_by_courier(void)
{
    sign_in(two, "5");
    term_type(two, "3");
    term_wait(two, "测试绿", WAIT);
    term_type(two, T_ENTER);
    term_wait(two, "请补照片", WAIT);
    term_wait(two, "等待：群众", WAIT);
    type(two, "h");
    term_wait(two, "谁在柜台前", WAIT);
    type(two, "2");
    term_wait(two, "补交", WAIT);
    type_line(two, "照片一张");
    term_wait(two, "待受理", WAIT);
    type(two, "c");
    term_wait(two, "带 * 的材料", WAIT);
    type(two, T_F2);
    term_wait(two, "送件人是谁", WAIT);
    type_line(two, "测试送");
    term_wait(two, "courier-101201-01-", WAIT); /* the list is in the folder out */
    term_wait(two, "送件人处", WAIT);
}

static void the_courier_arrives_and_the_sub_centre_decides(void)
{
    char list[40] = "";
    jiujin("sync", "--once");
    browser_get(&officer, &hub, page);
    assert_non_null(strstr(officer.page, "照片一张"));
    const char *at = strstr(officer.page, "name=\"text\" value=\"");
    assert_non_null(at);
    sscanf(at, "name=\"text\" value=\"%39[0-9.]", list);
    char *fields = mem_printf("step=courier&text=%s", list);
    browser_post(&officer, &hub, page, fields);
    free(fields);
    assert_int_equal(officer.status, 200);
    browser_post(&officer, &hub, page, "step=accept&text=");
    assert_int_equal(officer.status, 200);
    browser_post(&officer, &hub, page, "step=done&text=%E5%B7%B2%E5%88%B6%E5%8D%A1"); /* 已制卡 */
    assert_int_equal(officer.status, 200);
    browser_post(&officer, &hub, page, "step=supplement&text=late"); /* not in that state */
    assert_int_equal(officer.status, 409);
    jiujin("sync", "--once");
    term_wait(two, "已制卡", WAIT); /* without a key */
    term_wait(two, "等待：本点", WAIT);
    term_wait(two, "在分中心", WAIT);
}

static void the_result_is_handed_over_at_the_first_terminal_and_the_resident_is_content(void)
{
    term_type(one, "3");
    term_wait(one, "测试绿", WAIT);
    type(one, "j"); /* what waits for us */
    term_wait(one, "本点", WAIT);
    term_wait(one, "测试绿", WAIT);
    term_type(one, T_ENTER);
    term_wait(one, "已制卡", WAIT);
    type(one, "d");
    term_wait(one, "交给群众了吗", WAIT);
    type(one, "y");
    term_wait(one, "谁在柜台前", WAIT);
    type(one, "1");
    term_wait(one, "交付给谁", WAIT);
    type_line(one, "测试绿");
    term_wait(one, "receipt-101201-01-", WAIT);
    type(one, "v");
    term_wait(one, "请评价", WAIT);
    type(one, "5");
    term_wait(one, "理由", WAIT);
    type_line(one, "不用跑镇上");
    term_wait(one, "非常满意", WAIT);
    type(one, "v"); /* asked once */
    term_wait(one, "请评价", WAIT);
    type(one, "1");
    term_wait(one, "理由", WAIT);
    term_type(one, T_ENTER);
    term_wait(one, "每件只评一次", WAIT);
    term_wait(two, "非常满意", WAIT); /* and the other terminal shows it */
}

static void both_sides_say_the_same(void)
{
    jiujin("sync", "--once");
    browser_get(&officer, &hub, page);
    assert_non_null(strstr(officer.page, "class=\"state delivered\""));
    assert_non_null(strstr(officer.page, "不用跑镇上"));
    json_t *c = the_case();
    assert_string_equal(js_str(c, "state"), "delivered");
    assert_int_equal(js_int(c, "grade", 0), 5);
    json_decref(c);
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "verify");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    free(HUBPROC(&hub, "verify"));
}

static void a_proxy_case_goes_from_the_door_to_a_satisfied_citizen(void **state)
{
    (void)state;
    a_resident_comes_in_at_the_first_terminal();
    the_case_is_taken_in_for_an_agent();
    the_sub_centre_receives_it_and_asks_for_a_paper();
    the_agent_brings_it_to_the_second_terminal_and_it_goes_by_courier();
    the_courier_arrives_and_the_sub_centre_decides();
    the_result_is_handed_over_at_the_first_terminal_and_the_resident_is_content();
    both_sides_say_the_same();
}

/* --- by commands alone ------------------------------------------------------------------------ */

static struct village v;

static int make(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&v, &hub);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    village_free(&v);
    hubproc_free(&hub);
    return 0;
}

#define CASE                                                                                          \
    "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"999101194503150025\",\"phone\":\"12000000001\"}" \
    ","                                                                                               \
    "\"item\":\"QP-MZ-01\",\"channel\":\"proxy\",\"papers\":[{\"paper\":\"P02\",\"state\":"           \
    "\"copy_kept\"}]}\n"

static char *take_in(void)
{
    json_t *out = NULL;
    char *said = VILLAGE(&v, CASE, "add", "case");
    assert_ok(js_parse(said, strcspn(said, "\n"), "case", &out));
    char *id = mem_strdup(js_str(out, "id"));
    json_decref(out);
    free(said);
    return id;
}

static json_t *case_of(const char *id)
{
    json_t *c = NULL;
    char *said = VILLAGE(&v, NULL, "case", id);
    assert_ok(js_parse(said, strcspn(said, "\n"), "case", &c));
    free(said);
    return c;
}

static void step(const char *id, const char *name, const char *words)
{
    free(VILLAGE(&v, NULL, "case", id, name, words));
}

static json_t *hub_case(const char *id)
{
    size_t i;
    json_t *row, *found = NULL, *rows = HUBPROC_LINES(&hub, "show", "cases");
    json_array_foreach(rows, i, row)
    {
        if (strcmp(js_str(row, "id"), id) == 0) {
            assert_null(found); /* one case, once */
            found = json_incref(row);
        }
    }
    json_decref(rows);
    assert_non_null(found);
    return found;
}

static void refused(const char *id, const char *name, const char *words, const char *reason)
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--lang", "en", "--dir", v.dir, "case", id,
                            name, words);
    assert_int_equal(r.status, 1);
    if (strstr(r.err, reason) == NULL)
        fail_msg("%s %s: %s", name, words, r.err);
    ran_free(&r);
}

static void impossible_moves_are_refused_on_the_command_line_with_the_reason(void **state)
{
    (void)state;
    char *id = take_in();
    refused(id, "deliver", "somebody", "taken in; possible: supplement, withdraw, return");
    refused(id, "rate", "5", "asked when the case is over");
    refused(id, "accept", "", "not one of the choices"); /* the village does not decide */
    refused(id, "call", "tomorrow", "no such time");
    step(id, "withdraw", "no need any more");
    refused(id, "supplement", "late", "withdrawn; possible: say, paper");
    refused(id, "return", "again", "withdrawn; possible");
    json_t *c = case_of(id);
    assert_string_equal(js_str(c, "state"), "withdrawn");
    assert_int_equal(json_array_size(js_get(c, "steps")), 1);
    json_decref(c);
    free(id);
}

static void an_order_that_comes_too_late_is_refused_kept_and_shown(void **state)
{
    (void)state;
    int status;
    char *id = take_in();
    free(VILLAGE(&v, NULL, "sync", "--once"));
    step(id, "withdraw", "no need any more"); /* the hub does not know yet */
    free(HUBPROC(&hub, "case", id, "accept"));
    free(VILLAGE(&v, NULL, "sync", "--once"));
    json_t *c = case_of(id), *steps = js_get(c, "steps");
    const json_t *last = json_array_get(steps, json_array_size(steps) - 1);
    assert_string_equal(js_str(c, "state"), "withdrawn");
    assert_string_equal(js_str(last, "step"), "accept");
    assert_true(js_bool(last, "refused"));
    char *orders = VILLAGE(&v, NULL, "show", "orders");
    assert_non_null(strstr(orders, "state withdrawn"));
    json_t *there = hub_case(id); /* and both ended in the same state */
    assert_string_equal(js_str(there, "state"), "withdrawn");
    free(hubproc_run(&hub, &status, (const char *const[]){"case", id, "done", NULL}));
    assert_int_equal(status, 1); /* now the hub knows, and refuses itself */
    json_decref(c), json_decref(there);
    free(orders), free(id);
}

static void a_case_handed_over_by_slip_and_synced_later_is_one_case(void **state)
{
    (void)state;
    hubproc_stop(&hub, SIGTERM); /* no network */
    char *id = take_in(), *digits = VILLAGE(&v, NULL, "slip", id, "--digits");
    struct ran r = prog_run(digits, prog_path("jiujin-hub"), "slip", "--store", hub.store);
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "\"known\":false"));
    ran_free(&r);
    json_t *there = hub_case(id);
    assert_string_equal(js_str(there, "state"), "taken_in");
    assert_true(js_bool(there, "by_slip"));
    json_decref(there);
    free(HUBPROC(&hub, "case", id, "accept"));
    hubproc_start(&hub);
    free(VILLAGE(&v, NULL, "sync", "--once"));
    there = hub_case(id);
    json_t *here = case_of(id);
    assert_string_equal(js_str(there, "state"), "accepted");
    assert_string_equal(js_str(here, "state"), "accepted");
    assert_non_null(js_str(here, "received"));
    r = prog_run(digits, prog_path("jiujin-hub"), "slip", "--store", hub.store); /* once more */
    assert_non_null(strstr(r.out, "\"known\":true"));
    ran_free(&r);
    json_t *again = hub_case(id);
    json_decref(again), json_decref(there), json_decref(here);
    free(digits), free(id);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_proxy_case_goes_from_the_door_to_a_satisfied_citizen,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            impossible_moves_are_refused_on_the_command_line_with_the_reason, make, drop),
        cmocka_unit_test_setup_teardown(an_order_that_comes_too_late_is_refused_kept_and_shown,
                                        make, drop),
        cmocka_unit_test_setup_teardown(a_case_handed_over_by_slip_and_synced_later_is_one_case,
                                        make, drop),
    };
    return cmocka_run_group_tests_name("proxy_case", tests, NULL, NULL);
}
