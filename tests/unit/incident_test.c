/* An incident goes by its plan: every step from every state, deadlines, what closing needs. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"
#include "kiosk/desk/alarm.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/incident.h"
#include "kiosk/desk/plan.h"
#include "kiosk/desk/project.h"

#define YELLOW                                                                                     \
    "'health_code':'yellow','venue_code':true,'mask':true,"                                        \
    "'temperature':36.5,'test_at':'2022-05-19T10:00:00+08:00','test_result':'negative'"
#define MINUTE 60000LL

static int holding(void **state)
{
    clock_hold(DESK_DAY, 1000);
    return site_setup_epidemic(state);
}

static int held_ordinary(void **state)
{
    clock_hold(DESK_DAY, 1000);
    return site_setup(state);
}

static int let_go(void **state)
{
    clock_hold(CLOCK_NONE, 0);
    return site_teardown(state);
}

/* A yellow code at the door; "incident_step:ID" goes to what. */
static void open_one(char what[64])
{
    json_t *out = desk_do("visit", "{'person':" AMA ",'facts':{" YELLOW "}}");
    snprintf(what, 64, "incident_step:%s", js_str(out, "incident"));
    json_decref(out);
}

/* Each step with what it asks for. */
static const struct {
    const char *step, *in;
} steps[] = {
    {"isolated", "{'step':'isolated','place':'1'}"},
    {"leader_told", "{'step':'leader_told','to':'站长','by':'person'}"},
    {"town_told", "{'step':'town_told','to':'示例办','by':'phone','ref':'示-1'}"},
    {"district_told", "{'step':'district_told','to':'示例组','by':'group'}"},
    {"agency_told", "{'step':'agency_told','to':'示例机构','by':'phone'}"},
    {"verified", "{'step':'verified','to':'示例办','by':'phone'}"},
    {"handed_over", "{'step':'handed_over','to':'示例队'}"},
    {"data_error", "{'step':'data_error','to':'示例办','by':'phone'}"},
    {"cleared", "{'step':'cleared','to':'示例医生'}"},
    {"released", "{'step':'released'}"},
    {"closed", "{'step':'closed'}"},
};
#define STEPS (sizeof steps / sizeof *steps)

static const char *input_of(const char *step)
{
    for (size_t i = 0; i < STEPS; i++)
        if (strcmp(steps[i].step, step) == 0)
            return steps[i].in;
    fail_msg("%s", step);
    return NULL;
}

/* Takes steps named one behind the other: "town_told verified". */
static void take(const char *what, const char *names)
{
    char name[40];
    while (*names != 0) {
        size_t len = strcspn(names, " ");
        snprintf(name, sizeof name, "%.*s", (int)len, names);
        json_decref(desk_do(what, input_of(name)));
        names += len + strspn(names + len, " ");
    }
}

static json_t *row_of(const char *what)
{
    char view[64];
    snprintf(view, sizeof view, "incidents:%s", what + strlen("incident_step:"));
    json_t *list = desk_list(view), *row = json_incref(json_array_get(list, 0));
    assert_int_equal(json_array_size(list), 1);
    json_decref(list);
    return row;
}

static void assert_state(const char *what, const char *state)
{
    json_t *row = row_of(what);
    assert_string_equal(js_str(row, "state"), state);
    json_decref(row);
}

#define TOLD "isolated leader_told town_told district_told "

static void every_step_is_taken_from_every_state_or_refused_as_the_plan_says(void **state)
{
    static const struct {
        const char *before, *state, *may;
    } cases[] = {
        {"", "open", " isolated leader_told town_told district_told agency_told "},
        {"leader_told", "open",
         " isolated leader_told town_told district_told agency_told cleared "},
        {"town_told", "open",
         " isolated leader_told town_told district_told agency_told verified data_error "},
        {TOLD, "open",
         " isolated leader_told town_told district_told agency_told verified data_error cleared "},
        {TOLD "verified", "verified",
         " isolated leader_told town_told district_told agency_told handed_over data_error "
         "cleared "},
        {TOLD "data_error", "data_error",
         " isolated leader_told town_told district_told agency_told verified cleared released "},
        {TOLD "cleared", "cleared",
         " isolated leader_told town_told district_told agency_told verified data_error released "},
        {TOLD "verified handed_over", "handed_over",
         " isolated leader_told town_told district_told agency_told verified data_error cleared"
         " closed "},
        {TOLD "data_error released", "released",
         " isolated leader_told town_told district_told agency_told verified data_error cleared"
         " closed "},
        {TOLD "data_error released verified", "verified",
         " isolated leader_told town_told district_told agency_told handed_over data_error "
         "cleared "},
        {TOLD "data_error released closed", "closed", " "},
    };
    char what[64], word[48];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < STEPS; k++) {
            open_one(what);
            take(what, cases[i].before);
            assert_state(what, cases[i].state);
            snprintf(word, sizeof word, " %s ", steps[k].step);
            if (strstr(cases[i].may, word) != NULL)
                json_decref(desk_do(what, steps[k].in));
            else
                desk_refused(ERR_STATE, "step", what, steps[k].in);
        }
    desk_replays();
}

static void a_step_needs_what_it_asks_for(void **state)
{
    char what[64];
    (void)state;
    open_one(what);
    desk_refused(ERR_FIELD_REQUIRED, "place", what, "{'step':'isolated'}");
    desk_refused(ERR_FIELD_REQUIRED, "to", what, "{'step':'town_told','by':'phone'}");
    desk_refused(ERR_FIELD_REQUIRED, "by", what, "{'step':'town_told','to':'示例办'}");
    desk_refused(ERR_FIELD_CHOICE, "by", what, "{'step':'town_told','to':'甲','by':'person'}");
    desk_refused(ERR_FIELD_CHOICE, "by", what, "{'step':'town_told','to':'甲','by':'dove'}");
    desk_refused(ERR_FIELD_CHOICE, "step", what, "{'step':'vanished'}");
    desk_refused(ERR_NOT_FOUND, "incident", "incident_step:1.999", "{'step':'released'}");
}

static void nothing_closes_without_its_steps_or_a_leaders_reason(void **state)
{
    char what[64];
    (void)state;
    open_one(what);
    take(what, "isolated leader_told town_told data_error released");
    desk_refused(ERR_STATE, "step", what, "{'step':'closed'}");
    assert_non_null(strstr(err_detail(), "district_told"));
    assert_null(strstr(err_detail(), "town_told,"));
    snprintf(site->j.role, sizeof site->j.role, "gate");
    desk_refused(ERR_VOUCH, NULL, what, "{'step':'closed','reason':'区里已知'}");
    snprintf(site->j.role, sizeof site->j.role, "leader");
    json_decref(desk_do(what, "{'step':'closed','reason':'区里已知'}"));
    json_t *row = row_of(what);
    json_t *last = json_array_get(js_get(row, "steps"), 5);
    assert_string_equal(js_str(row, "state"), "closed");
    assert_string_equal(js_str(row, "answers"), site->j.clerk);
    assert_string_equal(js_str(last, "reason"), "区里已知");
    assert_string_equal(js_str(last, "answers"), site->j.clerk);
    json_decref(row);
    desk_replays();
}

static void with_all_steps_done_nobody_need_answer_for_the_closing(void **state)
{
    char what[64];
    (void)state;
    open_one(what);
    take(what, TOLD "cleared released");
    snprintf(site->j.role, sizeof site->j.role, "gate");
    take(what, "closed");
    json_t *row = row_of(what);
    assert_true(json_is_null(json_object_get(row, "answers")));
    json_decref(row);
}

/* R40: the town office reports an error of the data upward; the clerk only notes what it said. */
static void a_data_error_gives_the_clerk_nothing_to_report_upward(void **state)
{
    char what[64];
    size_t i;
    json_t *step;
    (void)state;
    open_one(what);
    take(what, "town_told data_error");
    json_t *row = row_of(what), *missing = js_get(row, "missing");
    json_array_foreach(js_get(row, "plan"), i, step)
    {
        json_t *after = js_get(step, "after");
        const char *behind = json_string_value(json_array_get(after, 0));
        if (behind != NULL && strstr(behind, "data_error") != NULL)
            assert_null(js_get(step, "contact")); /* nobody is to be told behind it */
    }
    for (i = 0; i < json_array_size(missing); i++)
        assert_null(strstr(json_string_value(json_array_get(missing, i)), "data"));
    const json_t *said = js_get(plan_step(js_get(row, "plan"), "data_error"), "note");
    assert_non_null(strstr(js_str(said, "en"), "You report nothing upward"));
    json_decref(row);
}

/* Where the person is, since when, until when. */
static void the_place_in_the_isolation_area_is_kept_until_the_person_leaves(void **state)
{
    char what[64];
    (void)state;
    open_one(what);
    clock_hold(DESK_DAY + MINUTE, 2000);
    take(what, "isolated");
    clock_hold(DESK_DAY + 2 * MINUTE, 3000);
    json_decref(desk_do(what, "{'step':'isolated','place':'3'}"));
    json_t *row = row_of(what);
    assert_string_equal(js_str(row, "place"), "3");
    assert_string_equal(js_str(row, "since"), "2022-05-20T08:01:00+08:00");
    assert_true(json_is_null(json_object_get(row, "freed")));
    json_decref(row);
    take(what, "leader_told cleared");
    clock_hold(DESK_DAY + 30 * MINUTE, 4000);
    take(what, "released");
    row = row_of(what);
    assert_string_equal(js_str(row, "freed"), "2022-05-20T08:30:00+08:00");
    json_decref(row);
    desk_replays();
}

static size_t alarms_at(int64_t at, const char *kind, int64_t *next)
{
    size_t i, n = 0;
    json_t *one, *rows = NULL;
    assert_ok(alarm_list(site, at, &rows, next));
    json_array_foreach(rows, i, one)
    {
        n += strcmp(js_str(one, "alarm"), kind) == 0;
    }
    json_decref(rows);
    return n;
}

static void a_step_is_overdue_at_its_minute_and_not_a_moment_before(void **state)
{
    char what[64];
    int64_t next;
    (void)state;
    open_one(what);
    assert_int_equal(alarms_at(DESK_DAY, "new", &next), 1);
    assert_int_equal(next, DESK_DAY + 5 * MINUTE);
    assert_int_equal(alarms_at(DESK_DAY + 5 * MINUTE - 1, "overdue", &next), 0);
    assert_int_equal(alarms_at(DESK_DAY + 5 * MINUTE, "overdue", &next), 4);
    assert_int_equal(next, CLOCK_NONE);
    assert_int_equal(alarms_at(DESK_DAY + 5 * MINUTE, "new", NULL), 0);
    take(what, "isolated leader_told");
    assert_int_equal(alarms_at(DESK_DAY, "new", &next), 0);
    assert_int_equal(next, DESK_DAY + 5 * MINUTE);
    assert_int_equal(alarms_at(DESK_DAY + 5 * MINUTE, "overdue", NULL), 2);
    take(what, "town_told district_told");
    assert_int_equal(alarms_at(DESK_DAY + CLOCK_DAY_MS, "overdue", &next), 0);
    assert_int_equal(next, CLOCK_NONE);
}

static void a_closed_incident_alarms_nobody(void **state)
{
    char what[64];
    (void)state;
    open_one(what);
    json_decref(desk_do(what, "{'step':'closed','reason':'演练'}"));
    assert_int_equal(alarms_at(DESK_DAY + CLOCK_DAY_MS, "overdue", NULL), 0);
    assert_int_equal(alarms_at(DESK_DAY, "new", NULL), 0);
}

static void found_recorded_and_told_are_three_times(void **state)
{
    (void)state;
    json_t *out = desk_do("incident", "{'person':" AMA ",'cause':'symptom','note':'咳嗽',"
                                      "'at':'2022-05-20T07:00:00+08:00'}");
    char what[64];
    snprintf(what, sizeof what, "incident_step:%s", js_str(out, "id"));
    json_decref(desk_do(what, "{'step':'leader_told','to':'站长','by':'phone',"
                              "'at':'2022-05-20T07:20:00+08:00'}"));
    json_t *row = row_of(what), *step = json_array_get(js_get(row, "steps"), 0);
    assert_string_equal(js_str(row, "at"), "2022-05-20T07:00:00+08:00");
    assert_string_equal(js_str(row, "heard"), "2022-05-20T08:00:00+08:00");
    assert_string_equal(js_str(row, "cause_name"), "feels ill");
    assert_string_equal(js_str(row, "note"), "咳嗽");
    assert_string_equal(js_str(step, "at"), "2022-05-20T07:20:00+08:00");
    assert_string_equal(js_str(step, "heard"), "2022-05-20T08:00:00+08:00");
    json_decref(out), json_decref(row);
    desk_replays();
}

static void the_plan_of_its_opening_holds_whatever_is_in_force_later(void **state)
{
    char what[64];
    struct buf body = BUF_INIT;
    const struct asset *pack = asset_find("policies/ordinary.json");
    (void)state;
    open_one(what);
    buf_printf(&body, "{\"definition\":%s,\"effective\":null}", pack->data);
    desk_order("policy", "o.1", buf_str(&body));
    buf_fini(&body);
    desk_refused(ERR_FIELD_CHOICE, "step", what, "{'step':'settled'}");
    take(what, TOLD "verified handed_over closed");
    assert_state(what, "closed");
    json_t *out = desk_do("incident", "{'cause':'fall'}");
    snprintf(what, sizeof what, "incident_step:%s", js_str(out, "id"));
    desk_refused(ERR_FIELD_CHOICE, "step", what, "{'step':'town_told','to':'甲','by':'phone'}");
    json_decref(out);
    desk_replays();
}

static void the_ordinary_day_has_a_plain_plan(void **state)
{
    char what[64];
    (void)state;
    json_t *out = desk_do("incident", "{'cause':'quarrel','note':'两人争执'}");
    snprintf(what, sizeof what, "incident_step:%s", js_str(out, "id"));
    desk_refused(ERR_STATE, "step", what, "{'step':'closed'}");
    json_decref(desk_do(what, "{'step':'settled'}"));
    desk_refused(ERR_STATE, "step", what, "{'step':'closed'}");
    json_decref(desk_do(what, "{'step':'leader_told','to':'站长','by':'person'}"));
    json_decref(desk_do(what, "{'step':'closed'}"));
    assert_state(what, "closed");
    desk_refused(ERR_FIELD_CHOICE, "cause", "incident", "{'cause':'ufo'}");
    json_decref(out);
    desk_replays();
}

/* As journals from before plans hold them. */
static void an_entry_without_a_plan_still_goes_its_old_way(void **state)
{
    struct entry e = {.epoch = 9,
                      .seq = 1,
                      .at = DESK_DAY,
                      .heard = DESK_DAY,
                      .clerk = "admin",
                      .kind = "incident",
                      .version = 1,
                      .id = "9.1",
                      .subject = "9.1"};
    struct incident_now now;
    json_t *body = desk_json("{'visit':null,'person':null,'cause':'health_code','actions':[]}");
    (void)state;
    e.body = body;
    assert_ok(incident_project(site->j.store, &e));
    const char *old[] = {"leader_told", "data_error", "verified", "closed"};
    for (int i = 0; i < 4; i++) {
        json_t *step = json_pack("{s:s,s:s}", "step", old[i], "by", "phone");
        struct entry t = {.epoch = 9,
                          .seq = 2 + i,
                          .at = DESK_DAY,
                          .heard = DESK_DAY,
                          .clerk = "admin",
                          .kind = "incident_step",
                          .version = 1,
                          .subject = "9.1",
                          .body = step};
        snprintf(t.id, sizeof t.id, "9.%d", 2 + i);
        assert_ok(incident_step_project(site->j.store, &t));
        json_decref(step);
    }
    assert_ok(incident_read(site->j.store, "9.1", &now));
    assert_string_equal(now.state, "closed");
    incident_fini(&now);
    json_decref(body);
}

static void the_ledgers_of_incidents_and_reports_fill_themselves(void **state)
{
    char what[64];
    (void)state;
    open_one(what);
    take(what, TOLD "data_error");
    json_t *rows = desk_list("ledger:L06"), *row = json_array_get(rows, 0);
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(row, "name"), "测试甲");
    assert_string_equal(js_str(row, "phone"), "12000000001");
    assert_string_equal(js_str(row, "cause_name"), "health code");
    assert_string_equal(js_str(row, "town_told"), "2022-05-20T08:00:00+08:00");
    assert_string_equal(js_str(row, "town_told_by"), "phone");
    assert_string_equal(js_str(row, "leader_told_to"), "站长");
    assert_string_equal(js_str(row, "state"), "data_error");
    json_t *told = desk_list("ledger:L07");
    assert_int_equal(json_array_size(told), 4);
    assert_string_equal(js_str(json_array_get(told, 0), "to"), "示例办");
    assert_string_equal(js_str(json_array_get(told, 2), "ref"), "示-1");
    json_decref(rows), json_decref(told);
}

static void a_plan_that_cannot_be_followed_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *incident, *place;
    } bad[] = {
        {"{'steps':[{'id':'a','zh':'甲','en':'a','after':['b'],'closes':true}]}", "steps[0].after"},
        {"{'steps':[{'id':'a','zh':'甲','en':'a'}]}", "incident.steps"},
        {"{'steps':[{'id':'a','zh':'甲','en':'a','minutes':'nothing','closes':true}]}",
         "steps[0].minutes"},
        {"{'steps':[{'id':'a','zh':'甲','en':'a','minutes':-1,'closes':true}]}",
         "steps[0].minutes"},
        {"{'steps':[{'id':'a','zh':'甲','en':'a','asks':['age'],'closes':true}]}", "steps[0].asks"},
        {"{'steps':[{'id':'a','zh':'甲','en':'a','means':['dove'],'closes':true}]}",
         "steps[0].means"},
        {"{'steps':[{'id':'a','zh':'甲','closes':true}]}", "steps[0].en"},
        {"{'steps':[{'id':'a','zh':'甲','en':'a','shout':1}]}", "shout"},
        {"{'causes':{'x':3}}", "incident.causes"},
        {"{'kinds':[{'id':'a'}]}", "kinds[0]"},
        {"{'songs':[]}", "songs"},
    };
    const struct asset *asset = asset_find("policies/ordinary.json");
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *pack = NULL;
        struct policy *p = NULL;
        assert_ok(js_parse(asset->data, asset->len, "ordinary", &pack));
        json_object_set_new(pack, "incident", desk_json(bad[i].incident));
        assert_int_equal(policy_parse(pack, "ordinary", &p), ERR_DEFINITION);
        if (strstr(err_detail(), bad[i].place) == NULL)
            fail_msg("%s: %s", bad[i].place, err_detail());
        json_decref(pack);
    }
}

int main(void)
{
    lang_init("en");
#define E(name) cmocka_unit_test_setup_teardown(name, holding, let_go)
#define T(name) cmocka_unit_test_setup_teardown(name, held_ordinary, let_go)
    const struct CMUnitTest tests[] = {
        E(every_step_is_taken_from_every_state_or_refused_as_the_plan_says),
        E(a_step_needs_what_it_asks_for),
        E(nothing_closes_without_its_steps_or_a_leaders_reason),
        E(with_all_steps_done_nobody_need_answer_for_the_closing),
        E(a_data_error_gives_the_clerk_nothing_to_report_upward),
        E(the_place_in_the_isolation_area_is_kept_until_the_person_leaves),
        E(a_step_is_overdue_at_its_minute_and_not_a_moment_before),
        E(a_closed_incident_alarms_nobody),
        E(found_recorded_and_told_are_three_times),
        E(the_plan_of_its_opening_holds_whatever_is_in_force_later),
        T(the_ordinary_day_has_a_plain_plan),
        T(an_entry_without_a_plan_still_goes_its_old_way),
        E(the_ledgers_of_incidents_and_reports_fill_themselves),
        cmocka_unit_test(a_plan_that_cannot_be_followed_is_refused_with_its_place),
    };
    return cmocka_run_group_tests_name("incident", tests, NULL, NULL);
}
