/* Two terminals of one site: what is grave at one shows and sounds at the other within a second,
 * whatever stands there, and takes nothing away that was typed. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/prog.h"

#define WAIT 8000
#define AT_ONCE 1000 /* the second */
#define ID_GOOD "999101195001011230"

static char *folder;

static int setup(void **state)
{
    (void)state;
    folder = desk_site("epidemic-2022");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(folder);
    return 0;
}

static struct term *sign_in(const char *terminal, const char *clerk, const char *term_name,
                            const char *quiet)
{
    return desk_at(
        &(struct desk){
            .folder = folder, .lang = "en", .terminal = terminal, .term = term_name, .env = quiet},
        clerk, "Due now");
}

/* As the clerk of the gate on the command line. */
static char *add(const char *what, const char *json)
{
    static const char *const env[] = {"JIUJIN_USER=站长", "JIUJIN_PIN=1234", NULL};
    struct ran r = prog_run_with(
        env, json, (const char *const[]){prog_path("jiujin"), "--dir", folder, "add", what, NULL});
    if (r.status != 0)
        fail_msg("%s: %s%s", what, r.out, r.err);
    json_t *out = NULL;
    assert_int_equal(js_parse(r.out, strlen(r.out), NULL, &out), ERR_OK);
    char *id = strdup(js_str(out, "incident") ? js_str(out, "incident") : js_str(out, "id"));
    json_decref(out);
    ran_free(&r);
    return id;
}

static void close_incident(char *id)
{
    char what[64];
    snprintf(what, sizeof what, "incident_step:%s", id);
    free(add(what, "{\"step\":\"closed\",\"reason\":\"演练\"}"));
    free(id);
}

static int bells(struct term *t)
{
    size_t len;
    int n = 0;
    const unsigned char *raw = term_raw(t, &len);
    for (size_t i = 0; i < len; i++)
        n += raw[i] == 7;
    return n;
}

/* The cells of row 1, where the alarm stands. */
static bool banner(struct term *t, const char *text)
{
    return strstr(term_row(t, 1), text) != NULL;
}

static void red_at(struct term *t)
{
    term_type(t, "1");
    term_wait(t, "ID number", WAIT);
    term_type(t, ID_GOOD "\r");
    term_type(t, "示例戊\r12000000011\r\r\r");
    term_type(t, "3");
    term_quiet(t, 100);
    term_type(t, T_F2);
}

/* The last incident of the site. */
static char *last_incident(void)
{
    static const char *const env[] = {"JIUJIN_USER=站长", "JIUJIN_PIN=1234", NULL};
    struct ran r = prog_run_with(
        env, NULL,
        (const char *const[]){prog_path("jiujin"), "--dir", folder, "show", "incidents", NULL});
    json_t *row = NULL;
    r.out[strcspn(r.out, "\n")] = 0;
    assert_int_equal(js_parse(r.out, strlen(r.out), NULL, &row), ERR_OK);
    char *id = strdup(js_str(row, "id"));
    json_decref(row);
    ran_free(&r);
    return id;
}

static void a_red_code_at_one_terminal_alarms_the_other_within_a_second(void **state)
{
    (void)state;
    struct term *a = sign_in("t1", "2", NULL, NULL), *b = sign_in("t2", "3", NULL, NULL);
    term_type(b, "2"); /* in the middle of a case */
    term_wait(b, "Take in a case", WAIT);
    term_type(b, ID_GOOD);
    term_wait(b, ID_GOOD, WAIT);
    int before = bells(b);
    red_at(a);
    term_wait(a, "ISOLATE", WAIT);
    term_wait(b, "F9 !! NEW INCIDENT", AT_ONCE);
    assert_true(banner(b, "health code"));
    assert_true(banner(b, "limited"));
    assert_false(term_has(b, "示例戊")); /* no name on a screen that anybody sees */
    assert_int_equal(bells(b), before + 1);
    assert_true(banner(a, "NEW INCIDENT"));
    term_type(b, T_F9);
    term_wait(b, "led to the isolation area", WAIT);
    term_wait(b, "示例戊", WAIT);
    term_run(b, 1200);
    assert_int_equal(bells(b), before + 1); /* painting again does not ring again */
    term_esc(b);
    term_quiet(b, 100);
    term_esc(b);
    term_wait(b, "Draft to go on with", WAIT);
    close_incident(last_incident());
    term_wait_gone(b, "NEW INCIDENT", AT_ONCE);
    desk_end(a);
    desk_end(b);
}

static void a_step_noted_at_one_terminal_goes_off_the_other(void **state)
{
    (void)state;
    struct term *a = sign_in("t1", "2", NULL, NULL);
    char *id = add("visit", "{\"facts\":{\"health_code\":\"yellow\"}}");
    term_wait(a, "NEW INCIDENT", AT_ONCE);
    term_type(a, T_F9);
    term_wait(a, "1 [ ] led to the isolation area", WAIT);
    term_type(a, "1");
    term_wait(a, "At which place", WAIT);
    term_type(a, "2\r");
    term_wait(a, "[x] led to the isolation area", WAIT);
    term_wait_gone(a, "NEW INCIDENT", WAIT);
    term_type(a, "3");
    term_wait(a, "Who was told", WAIT);
    for (int i = 0; i < 40; i++)
        term_type(a, T_BACK);
    term_type(a, "示例办\r");
    term_wait(a, "1 by telephone", WAIT);
    assert_false(term_has(a, "in person")); /* by telephone or group, and no other way */
    term_type(a, "1");
    term_wait(a, "Their reference", WAIT);
    term_type(a, "SL-7\r");
    term_wait(a, "示例办 by telephone", WAIT);
    term_wait(a, "#SL-7", WAIT);
    term_type(a, "b"); /* closing is asked for too early */
    term_wait(a, "Not every step is done", WAIT);
    term_esc(a);
    term_quiet(a, 100);
    close_incident(id);
    desk_end(a);
}

static void an_overdue_step_shows_in_words_and_the_key_opens_it(void **state)
{
    (void)state;
    struct term *a = sign_in("t1", "2", "vt100", NULL);
    int before = bells(a);
    char *id =
        add("visit", "{\"facts\":{\"health_code\":\"red\",\"at\":\"2022-05-20T09:00:00+08:00\"}}");
    term_wait(a, "OVERDUE", AT_ONCE);
    assert_int_equal(bells(a), before + 1);
    term_type(a, T_F9);
    term_wait(a, "OVERDUE, due 05-20 09:05", WAIT);
    close_incident(id);
    term_wait_gone(a, "F9 !! ", WAIT);
    desk_end(a);
}

static void quiet_is_quiet_and_the_words_stay(void **state)
{
    (void)state;
    struct term *a = sign_in("t1", "2", NULL, "JIUJIN_QUIET=1");
    char *id = add("incident", "{\"cause\":\"other\"}");
    term_wait(a, "NEW INCIDENT", AT_ONCE);
    assert_int_equal(bells(a), 0);
    close_incident(id);
    desk_end(a);
}

static void a_suspension_stops_a_form_in_its_middle_and_keeps_the_draft(void **state)
{
    (void)state;
    struct term *a = sign_in("t1", "5", NULL, NULL), *b = sign_in("t2", "2", NULL, NULL);
    term_type(b, "1");
    term_wait(b, "ID number", WAIT);
    term_type(b, ID_GOOD T_DOWN "示例庚"); /* the field is not left */
    term_wait(b, "示例庚", WAIT);
    int before = bells(b);
    term_type(a, "8");
    term_wait(a, "Suspension of service", WAIT);
    term_type(a, "s");
    term_wait(a, "Service is open.", WAIT);
    term_type(a, "s");
    term_wait(a, "Why is service suspended?", WAIT);
    term_type(a, "发现疫情\r");
    term_wait(b, "SERVICE SUSPENDED", AT_ONCE);
    term_wait(b, "Your draft is kept", AT_ONCE);
    term_wait(b, "Open cases: ", WAIT);
    assert_true(banner(b, "suspended"));
    assert_false(term_has(b, "示例庚"));
    assert_int_equal(bells(b), before + 1);
    term_wait(a, "Suspended. Every terminal shows it.", WAIT);
    term_type(a, "r");
    term_wait(a, "Why may service be resumed?", WAIT);
    term_type(a, "街镇同意\r");
    term_wait(b, "示例庚", AT_ONCE); /* the form is back, as it was */
    term_wait(b, ID_GOOD, WAIT);
    assert_false(banner(b, "suspended"));
    desk_end(a);
    desk_end(b);
}

static void while_suspended_the_door_admits_nobody_and_no_case_is_taken(void **state)
{
    (void)state;
    free(add("suspend", "{\"reason\":\"停电\"}"));
    struct term *b = sign_in("t2", "3", NULL, NULL);
    term_wait(b, "SERVICE SUSPENDED", WAIT);
    static const char *const env[] = {"JIUJIN_USER=站长", "JIUJIN_PIN=1234", NULL};
    struct ran r = prog_run_with(
        env,
        "{\"person\":{\"name\":\"示例辛\",\"id_no\":\"" ID_GOOD
        "\"},\"item\":\"QP-MZ-01\",\"channel\":\"proxy\"}",
        (const char *const[]){prog_path("jiujin"), "--dir", folder, "add", "case", NULL});
    assert_int_equal(r.status, 1);
    assert_non_null(strstr(r.out, "suspended"));
    ran_free(&r);
    r = prog_run(NULL, prog_path("jiujin"), "--dir", folder, "show", "status");
    assert_non_null(strstr(r.out, "\"suspended\":true"));
    ran_free(&r);
    free(add("resume", "{\"reason\":\"来电\"}"));
    term_wait_gone(b, "SERVICE SUSPENDED", AT_ONCE);
    desk_end(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_red_code_at_one_terminal_alarms_the_other_within_a_second),
        cmocka_unit_test(a_step_noted_at_one_terminal_goes_off_the_other),
        cmocka_unit_test(an_overdue_step_shows_in_words_and_the_key_opens_it),
        cmocka_unit_test(quiet_is_quiet_and_the_words_stay),
        cmocka_unit_test(a_suspension_stops_a_form_in_its_middle_and_keeps_the_draft),
        cmocka_unit_test(while_suspended_the_door_admits_nobody_and_no_case_is_taken),
    };
    return cmocka_run_group_tests_name("alarm", tests, setup, teardown);
}
