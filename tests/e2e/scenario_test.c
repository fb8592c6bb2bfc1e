/* A clerk's main job, by keys alone on an 80x24 terminal in Chinese, from the door to the decision
 * that comes back: two people at the door, a proxy case with its slip, a ledger row, the hub, its
 * page. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/idno.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/pin.h"
#include "tests/e2e/prog.h"

#define SITE "310118101201"
#define YELLOW "99901119700101001"
#define GREEN "99901119650101002"
#define WAIT 15000 /* ms; nothing takes so long on a machine that is not busy */

static struct hubproc hub;
static struct term *t;
static char *dir;

/* One value of a case as `jiujin show` prints it; the caller frees. */
static char *case_member(const char *key)
{
    json_t *row = NULL;
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "show", "cases");
    assert_int_equal(r.status, 0);
    assert_ok(js_parse(r.out, strcspn(r.out, "\n"), "case", &row));
    assert_non_null(js_str(row, key));
    char *value = mem_strdup(js_str(row, key));
    json_decref(row);
    ran_free(&r);
    return value;
}

static void make_village(void)
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "init", "--site", SITE,
                            "--name", "测试村", "--demo", "--policy", "epidemic-2022");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    pin_quick(dir);
    char *said = HUBPROC(&hub, "site", "add", SITE, "测试村");
    said[strcspn(said, "\n")] = 0;
    r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "enrol", hub.url, said);
    assert_int_equal(r.status, 0);
    ran_free(&r);
    free(said);
}

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    dir = prog_folder();
    make_village();
    t = desk_open(&(struct desk){.folder = dir});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    term_free(t);
    hubproc_free(&hub);
    prog_folder_remove(dir);
    return 0;
}

static const char *id_no(const char *first17)
{
    static char id[19];
    snprintf(id, sizeof id, "%.17s%c", first17, idno_digit(first17));
    return id;
}

/* Types as a person does: a scanner's speed would be taken for one. */
static void type(const char *keys)
{
    term_type_slowly(t, keys, 12);
}

static void type_line(const char *text)
{
    type(text);
    term_run(t, 60);
    term_type(t, T_ENTER);
    term_run(t, 60);
}

static void sign_in_as_window(void)
{
    term_wait(t, "窗口", WAIT);
    term_type(t, "3");
    term_wait(t, "口令", WAIT);
    type_line("1234");
    term_wait(t, "当前待办", WAIT);
}

/* Everything that the door asks, but the code's colour. */
static void at_the_door(const char *id, const char *name, const char *phone, const char *colour)
{
    term_type(t, "1");
    term_wait(t, "核酸报告时间", WAIT);
    type_line(id);
    type_line(name);
    type_line(phone);
    type_line("测试路1号");
    type_line("办理社保卡");
    type(colour);
    type("yy"); /* venue code, mask */
    type_line("36.5");
    type("1");      /* negative */
    type_line("."); /* test report: now */
    term_type(t, T_F2);
}

static void a_yellow_code_is_isolated_and_the_leader_is_to_be_told(void)
{
    at_the_door(id_no(YELLOW), "测试黄", "12000000001", "2");
    term_wait(t, "隔离", WAIT);
    term_wait(t, "测试黄", WAIT);
    term_wait(t, "值班领导", WAIT);
    term_wait(t, "防控办", WAIT);
    type("o");
    term_wait(t, "上报值班领导", WAIT);
    type("2"); /* the step of that number */
    term_wait(t, "报告给谁", WAIT);
    for (int i = 0; i < 20; i++)
        term_type(t, T_BACK); /* the post's holder was offered */
    type_line("值班站长");
    type("1"); /* by telephone */
    term_wait(t, "[x] 上报值班领导", WAIT);
    term_wait(t, "值班站长", WAIT);
    term_esc(t);
    term_wait(t, "新登记", WAIT);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
    term_wait(t, "!! ", WAIT); /* it stands among what is due */
}

static void a_green_code_is_admitted_and_goes_on_to_a_case(void)
{
    at_the_door(id_no(GREEN), "测试绿", "12000000002", "1");
    term_wait(t, "放行", WAIT);
    term_type(t, "i");
    term_wait(t, "办理方式", WAIT);
    assert_true(term_has(t, "测试绿")); /* nothing is typed again */
}

static void the_case_is_taken_in_with_an_agent_and_papers(void)
{
    type("sbk");
    term_wait(t, "社会保障卡申领", WAIT);
    term_type(t, T_ENTER);
    term_wait(t, "帮代办", WAIT);
    type("3"); /* proxy */
    type("1"); /* why not online: no smartphone */
    type("3"); /* why not by courier */
    type("y"); /* an agent: somebody known, found by the ID number */
    type_line(id_no(YELLOW));
    type_line("子女");
    term_type(t, T_ENTER); /* no end to the authorisation */
    type("113311");        /* four originals seen, two kept */
    term_type(t, T_F2);
    term_wait(t, "101201-01-", WAIT);
}

static void the_slip_is_read_by_an_independent_decoder(void)
{
    char digits[600];
    term_type(t, "p");
    term_wait(t, ".png", WAIT);
    char *number = case_member("number");
    char *png = mem_printf("%s/out/slip-%s.png", dir, number);
    struct ran r = prog_run(NULL, "/usr/bin/zbarimg", "-q", "--raw", png);
    assert_int_equal(r.status, 0);
    assert_true(strlen(r.out) > 300 && strlen(r.out) < sizeof digits);
    snprintf(digits, sizeof digits, "%s", r.out);
    ran_free(&r);
    /* and the hub, which alone can open it, finds the case in it */
    char *store = mem_strdup(hub.store);
    r = prog_run(digits, prog_path("jiujin-hub"), "slip", "--store", store);
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "测试绿"));
    assert_non_null(strstr(r.out, "子女"));
    ran_free(&r);
    free(store);
    free(png);
    free(number);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
}

static void a_disinfection_row_is_written(void)
{
    term_type(t, "4");
    term_wait(t, "L03", WAIT);
    term_type(t, "3");
    term_wait(t, "消毒区域", WAIT);
    term_type(t, "a");
    term_wait(t, "新增一行", WAIT);
    type("3");   /* evening */
    type("123"); /* floor, vents, entrances */
    term_type(t, T_ENTER);
    type("1"); /* chlorine */
    type_line("500");
    type("1"); /* wiping */
    type_line("30");
    term_type(t, T_F2);
    term_wait_gone(t, "检查人", WAIT);
    term_wait(t, "500", WAIT);
    term_esc(t);
    term_wait(t, "L03", WAIT);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
}

/* "已到 N / N": the two numbers are the same. */
static void everything_arrives_at_the_sub_centre(void)
{
    long long arrived = 0, of = -1;
    term_type(t, "5");
    term_wait(t, "立即", WAIT);
    term_type(t, "s");
    for (int i = 0; i < 100 && arrived != of; i++) {
        term_run(t, 150);
        const char *said = strstr(term_screen(t), "分中心已到 ");
        if (said == NULL || sscanf(said, "分中心已到 %lld / %lld", &arrived, &of) != 2)
            of = -1;
    }
    if (arrived != of)
        fail_msg("not all arrived:\n%s", term_screen(t));
    term_esc(t);
}

static void the_case_is_decided_on_the_hubs_page(void)
{
    struct browser b;
    char *id = case_member("id"), *path = mem_printf("/cases/" SITE "/%s", id);
    setenv("JIUJIN_HUB_PASSWORD", "a good password", 1);
    free(HUBPROC(&hub, "user", "add", "officer1", "--role", "officer"));
    unsetenv("JIUJIN_HUB_PASSWORD");
    browser_open(&b);
    browser_post(&b, &hub, "/login", "name=officer1&password=a+good+password");
    browser_get(&b, &hub, "/incidents");
    assert_non_null(strstr(b.page, "测试黄"));
    browser_get(&b, &hub, path);
    assert_non_null(strstr(b.page, "测试绿"));
    browser_post(&b, &hub, path, "step=accept&text=%E8%AF%B7%E4%B8%89%E6%97%A5%E5%86%85%E6%9D%A5");
    assert_int_equal(b.status, 200);
    browser_close(&b);
    free(path);
    free(id);
}

static void the_decision_is_seen_at_the_kiosk(void)
{
    term_wait(t, "当前待办", WAIT);
    term_type(t, "5");
    term_wait(t, "立即", WAIT);
    term_type(t, "s");
    term_run(t, 1500);
    term_esc(t);
    term_wait(t, "当前待办", WAIT);
    term_type(t, "3");
    term_wait(t, "测试绿", WAIT);
    term_wait(t, "受理", WAIT);
    term_type(t, T_ENTER);
    term_wait(t, "请三日内来", WAIT);
}

static void a_clerks_main_job_by_keys_alone_from_the_door_to_the_decision(void **state)
{
    (void)state;
    sign_in_as_window();
    a_yellow_code_is_isolated_and_the_leader_is_to_be_told();
    a_green_code_is_admitted_and_goes_on_to_a_case();
    the_case_is_taken_in_with_an_agent_and_papers();
    the_slip_is_read_by_an_independent_decoder();
    a_disinfection_row_is_written();
    everything_arrives_at_the_sub_centre();
    the_case_is_decided_on_the_hubs_page();
    the_decision_is_seen_at_the_kiosk();
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_clerks_main_job_by_keys_alone_from_the_door_to_the_decision, setup, teardown),
    };
    return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
