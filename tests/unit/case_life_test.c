/* What a case needs beside its state: a promised day, papers that are with somebody, a courier, an
 * authority that ends, an opinion, another way. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/due.h"
#include "kiosk/desk/paper.h"

/* QP-RS-05 is promised in one working day; QP-MZ-03's P10 may follow later. */
#define PROMISED "'item':'QP-RS-05','channel':'proxy'"
#define FRIDAY 1653019200000LL /* 2022-05-20 12:00 */
#define DAY CLOCK_DAY_MS

static json_t *whole_of(const char *id)
{
    json_t *whole = NULL;
    assert_ok(view_case(site, id, &whole));
    return whole;
}

static char *taken_in(const char *more)
{
    char *in = mem_printf("{'person':" AMA ",%s}", more);
    json_t *out = desk_do("case", in);
    char *id = mem_strdup(js_str(out, "id"));
    json_decref(out);
    free(in);
    return id;
}

static void step(const char *id, const char *in)
{
    char *what = mem_printf("case_step:%s", id);
    json_decref(desk_do(what, in));
    free(what);
}

static void step_refused(enum err code, const char *field, const char *id, const char *in)
{
    char *what = mem_printf("case_step:%s", id);
    desk_refused(code, field, what, in);
    free(what);
}

/* --- the promised day ------------------------------------------------------------------------- */

static void promised_days_are_working_days(void **state)
{
    (void)state;
    static const struct {
        int days;
        const char *due;
    } table[] = {{0, "2022-05-20"}, {1, "2022-05-23"}, {5, "2022-05-27"}, {6, "2022-05-30"}};
    char out[CLOCK_TEXT];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        json_t *item = json_pack("{s:i,s:s}", "days", table[i].days, "days_unit", "working_day");
        assert_string_equal(due_day(item, "days", NULL, FRIDAY, out), table[i].due);
        assert_null(due_day(item, "legal_days", NULL, FRIDAY, out));
        json_decref(item);
    }
    assert_int_equal(due_left("2022-05-20", NULL, FRIDAY), 0);
    assert_int_equal(due_left("2022-05-23", NULL, FRIDAY), 1);
    assert_int_equal(due_left("2022-05-23", NULL, FRIDAY + 2 * DAY), 1); /* a Sunday */
    assert_int_equal(due_left("2022-05-20", NULL, FRIDAY + 3 * DAY), -1);
    assert_int_equal(due_left("2022-05-20", NULL, FRIDAY + 10 * DAY), -6);
}

static void a_case_keeps_its_promised_day_and_is_overdue_behind_it(void **state)
{
    (void)state;
    clock_hold(FRIDAY, 1);
    char *id = taken_in(PROMISED), *never = taken_in("'item':'QP-MZ-01','channel':'proxy'");
    json_t *c = whole_of(id);
    assert_string_equal(js_str(c, "due"), "2022-05-23");
    assert_int_equal(js_int(c, "days_left", -9), 1);
    assert_false(js_bool(c, "overdue"));
    json_decref(c);
    clock_hold(FRIDAY + 4 * DAY, 2);
    c = whole_of(id);
    assert_true(js_bool(c, "overdue"));
    assert_int_equal(js_int(c, "days_left", -9), -1);
    json_decref(c);
    c = whole_of(never);
    assert_null(js_get(c, "due"));
    assert_null(js_get(c, "days_left"));
    assert_false(js_bool(c, "overdue"));
    json_decref(c);
    step(id, "{'step':'withdraw'}"); /* nobody is late with what is over */
    c = whole_of(id);
    assert_false(js_bool(c, "overdue"));
    json_decref(c);
    free(id), free(never);
    desk_replays();
}

static void the_work_list_is_overdue_first_and_says_who_is_waited_for(void **state)
{
    (void)state;
    clock_hold(FRIDAY, 1);
    char *plain = taken_in("'item':'QP-MZ-01','channel':'proxy'");
    char *late = taken_in(PROMISED);
    clock_hold(FRIDAY + 5 * DAY, 2);
    char *soon = taken_in(PROMISED);
    json_t *all = desk_list("work"), *only = desk_list("work:overdue");
    assert_int_equal(json_array_size(all), 3);
    assert_string_equal(js_str(json_array_get(all, 0), "id"), late);
    assert_string_equal(js_str(json_array_get(all, 1), "id"), soon);
    assert_string_equal(js_str(json_array_get(all, 2), "id"), plain);
    assert_int_equal(json_array_size(only), 1);
    json_decref(all), json_decref(only);
    assert_string_equal(js_str(json_array_get(all = desk_list("work:citizen"), 0), "waits"),
                        "citizen"); /* its papers are missing */
    json_decref(all);
    desk_order("decision", plain, "{'step':'accept'}");
    desk_order("decision", late, "{'step':'reject','text':'no'}");
    assert_int_equal(json_array_size(all = desk_list("work:town")), 1);
    json_decref(all);
    assert_int_equal(json_array_size(all = desk_list("work:village")), 1);
    json_decref(all);
    step(late, "{'step':'return','text':'sent back'}");
    assert_int_equal(json_array_size(all = desk_list("work")), 2);
    json_decref(all);
    free(plain), free(late), free(soon);
    desk_replays();
}

/* --- papers ----------------------------------------------------------------------------------- */

static void only_a_paper_that_may_follow_has_a_day_and_not_behind_the_promised_one(void **state)
{
    (void)state;
    clock_hold(FRIDAY, 1);
    desk_refused(ERR_CONSTRAINT, "papers.until", "case",
                 "{'person':" AMA ",'item':'QP-MZ-01','channel':'proxy',"
                 "'papers':[{'paper':'P02','state':'missing','until':'2022-06-01'}]}");
    char *id = taken_in("'item':'QP-MZ-03','channel':'proxy',"
                        "'papers':[{'paper':'P10','state':'missing','until':'2022-06-01'}]");
    json_t *c = whole_of(id), *papers = js_get(c, "papers");
    size_t found = 0;
    for (size_t i = 0; i < json_array_size(papers); i++)
        found += js_str(json_array_get(papers, i), "until") != NULL;
    assert_int_equal(found, 1);
    json_decref(c);
    free(id);
    desk_replays();
}

static void a_deferred_paper_comes_on_the_promised_day_at_the_latest(void **state)
{
    (void)state;
    json_t *out = NULL,
           *given = desk_json("[{'paper':'P1','state':'missing','until':'2022-05-23'}]");
    json_t *item = desk_json("{'papers':[{'id':'P1','required':true,'can_defer':true}]}");
    assert_ok(paper_list(item, false, given, "2022-05-23", &out));
    json_decref(out);
    assert_err(ERR_CONSTRAINT, paper_list(item, false, given, "2022-05-22", &out));
    assert_null(out);
    assert_ok(paper_changes(item, false, given, NULL, &out)); /* nothing was promised */
    json_decref(out), json_decref(given), json_decref(item);
}

static const char *holder(const char *id, const char *paper, char out[32])
{
    json_t *c = whole_of(id), *papers = js_get(c, "papers");
    snprintf(out, 32, "none");
    for (size_t i = 0; i < json_array_size(papers); i++) {
        const json_t *p = json_array_get(papers, i);
        if (strcmp(js_str(p, "paper"), paper) == 0)
            snprintf(out, 32, "%s %s", js_str(p, "holder"), js_str(p, "entry"));
    }
    json_decref(c);
    return out;
}

static void it_is_always_known_who_has_a_paper_since_when_by_which_entry(void **state)
{
    (void)state;
    char now[32], expected[32], what[64];
    char *id =
        taken_in("'item':'QP-MZ-01','channel':'proxy',"
                 "'papers':[{'paper':'P01','state':'original_seen'},"
                 "{'paper':'P02','state':'copy_kept'},{'paper':'P03','state':'original_kept'}]");
    snprintf(expected, sizeof expected, "citizen %s", id);
    assert_string_equal(holder(id, "P01", now), expected);
    snprintf(expected, sizeof expected, "village %s", id);
    assert_string_equal(holder(id, "P02", now), expected);
    char *in = mem_printf("{'cases':['%s'],'carrier':'测试送'}", id);
    json_t *list = desk_do("courier", in), *lists;
    assert_int_equal(js_int(list, "papers", 0), 2);
    snprintf(expected, sizeof expected, "courier %s", js_str(list, "id"));
    assert_string_equal(holder(id, "P03", now), expected);
    desk_refused(ERR_STATE, "papers", "courier", in); /* nothing lies here any more */
    assert_int_equal(json_array_size(lists = desk_list("papers:courier")), 2);
    json_decref(lists);
    desk_order("courier_step", js_str(list, "id"), "{'step':'received'}");
    assert_string_equal(holder(id, "P03", now), "sub_centre o.1");
    lists = desk_list("couriers");
    assert_string_equal(js_str(json_array_get(lists, 0), "receiver"), "officer");
    assert_string_equal(js_str(json_array_get(lists, 0), "carrier"), "测试送");
    json_decref(lists);
    lists = desk_list("ledger:transfer_list"); /* the ledger of it writes itself */
    assert_int_equal(js_int(json_array_get(lists, 0), "paper_count", 0), 2);
    assert_string_equal(js_str(json_array_get(lists, 0), "carrier"), "测试送");
    json_decref(lists);
    snprintf(what, sizeof what, "courier_step:%s", js_str(list, "number"));
    desk_refused(ERR_STATE, "step", what, "{'step':'received'}");
    step(id, "{'step':'paper','paper':'P03','state':'returned','to':'测试甲','signed':'yes'}");
    assert_memory_equal(holder(id, "P03", now), "citizen ", 8);
    json_t *c = whole_of(id), *sent = js_get(c, "sent");
    assert_string_equal(js_str(json_array_get(sent, 0), "way"), "courier");
    json_decref(c), json_decref(list);
    free(in), free(id);
    desk_replays();
}

static void a_list_that_arrives_twice_has_arrived_once(void **state)
{
    (void)state;
    char what[64];
    char *id = taken_in("'item':'QP-MZ-01','channel':'proxy',"
                        "'papers':[{'paper':'P02','state':'copy_kept'}]");
    char *in = mem_printf("{'cases':['%s'],'carrier':'测试送'}", id);
    json_t *list = desk_do("courier", in);
    snprintf(what, sizeof what, "courier_step:%s", js_str(list, "id"));
    json_decref(desk_do(what, "{'step':'received'}"));
    step(id, "{'step':'paper','paper':'P02','state':'copy_kept'}"); /* it came back */
    desk_order("courier_step", js_str(list, "id"), "{'step':'received'}");
    char now[32];
    assert_memory_equal(holder(id, "P02", now), "village ", 8);
    desk_order("courier_step", "1.999", "{'step':'received'}");
    json_t *orders = desk_list("orders");
    assert_string_equal(js_str(json_array_get(orders, 0), "refused"), "not_found courier");
    json_decref(orders), json_decref(list);
    free(in), free(id);
    desk_replays();
}

static void a_scan_stands_with_the_case_by_name_and_hash_and_the_name_is_sealed(void **state)
{
    (void)state;
    char *id = taken_in("'item':'QP-MZ-01','channel':'proxy'");
    step_refused(ERR_FIELD_REQUIRED, "hash", id, "{'step':'attach','file':'测试甲.png'}");
    step_refused(ERR_FIELD_TYPE, "hash", id, "{'step':'attach','file':'a.png','hash':'beef'}");
    char *in = mem_printf("{'step':'attach','file':'测试甲.png','size':12,'hash':'%064d'}", 7);
    step(id, in);
    json_t *c = whole_of(id), *steps = js_get(c, "steps");
    const json_t *last = json_array_get(steps, json_array_size(steps) - 1);
    assert_string_equal(js_str(last, "file"), "测试甲.png");
    assert_int_equal(js_int(last, "size", 0), 12);
    assert_int_equal(
        store_number(site->j.store, "SELECT count(*) FROM entry WHERE head LIKE '%测试甲%'", -1),
        0);
    json_decref(c);
    free(in), free(id);
    desk_replays();
}

/* --- people ----------------------------------------------------------------------------------- */

static void an_authority_that_ended_is_refused_at_a_step_and_shown(void **state)
{
    (void)state;
    clock_hold(FRIDAY, 1);
    char *id = taken_in("'agent':{'person':{'name':'示例乙'},'relation':'子女',"
                        "'scope':'只代领敬老卡','until':'2022-05-21'},"
                        "'item':'QP-MZ-01','channel':'proxy'");
    step(id, "{'step':'paper','paper':'P01','state':'original_seen','by':'agent'}");
    clock_hold(FRIDAY + 2 * DAY, 2);
    step_refused(ERR_CONSTRAINT, "by", id, "{'step':'withdraw','by':'agent'}");
    json_t *c = whole_of(id), *agent = js_get(c, "agent");
    assert_true(js_bool(agent, "expired"));
    assert_string_equal(js_str(agent, "scope"), "只代领敬老卡");
    json_decref(c);
    step(id, "{'step':'withdraw','by':'person'}"); /* the person may always */
    free(id);
    desk_refused(ERR_CONSTRAINT, "agent.until", "case",
                 "{'person':" AMA ",'agent':{'person':{'name':'示例乙'},'relation':'子女',"
                 "'until':'2022-05-21'},'item':'QP-MZ-01','channel':'proxy'}");
    id = taken_in("'item':'QP-MZ-01','channel':'proxy'");
    step_refused(ERR_CONSTRAINT, "by", id, "{'step':'withdraw','by':'agent'}");
    free(id);
    desk_replays();
}

static void a_resident_is_asked_once_when_the_case_is_over_and_may_decline(void **state)
{
    (void)state;
    char what[64];
    char *id = taken_in("'item':'QP-MZ-01','channel':'proxy'");
    snprintf(what, sizeof what, "rating:%s", id);
    desk_refused(ERR_STATE, "rating", what, "{'grade':5}");
    desk_order("decision", id, "{'step':'done'}");
    desk_refused(ERR_STATE, "rating", what, "{'grade':5}"); /* not yet in the resident's hands */
    step(id, "{'step':'deliver','to':'测试甲','signed':'yes'}");
    desk_refused(ERR_FIELD_REQUIRED, "grade", what, "{}");
    desk_refused(ERR_FIELD_RANGE, "grade", what, "{'grade':0}");
    desk_refused(ERR_FIELD_RANGE, "grade", what, "{'grade':6}");
    desk_refused(ERR_CONSTRAINT, "grade", what, "{'grade':5,'wanted':'no'}");
    json_decref(desk_do(what, "{'grade':4,'reason':'快'}"));
    desk_refused(ERR_STATE, "rating", what, "{'grade':5}");
    json_t *c = whole_of(id);
    assert_int_equal(js_int(c, "grade", 0), 4);
    json_decref(c);
    free(id);
    id = taken_in("'item':'QP-MZ-01','channel':'proxy'");
    snprintf(what, sizeof what, "rating:%s", id);
    step(id, "{'step':'withdraw'}");
    json_decref(desk_do(what, "{'wanted':'no'}"));
    desk_refused(ERR_STATE, "rating", what, "{'grade':5}");
    c = whole_of(id);
    assert_true(js_bool(c, "rated"));
    assert_null(js_get(c, "grade"));
    json_decref(c);
    free(id);
    desk_replays();
}

static void a_call_is_asked_for_with_a_time_and_answered(void **state)
{
    (void)state;
    char *id = taken_in("'item':'QP-MZ-01','channel':'remote'");
    step_refused(ERR_FIELD_REQUIRED, "when", id, "{'step':'call'}");
    step(id, "{'step':'call','when':'2030-01-02T09:00:00+08:00','phone':'12000000001'}");
    desk_order("decision", id, "{'step':'answer','text':'nine will do'}");
    desk_order("decision", id, "{'step':'receive'}");
    json_t *c = whole_of(id), *steps = js_get(c, "steps");
    assert_string_equal(js_str(json_array_get(steps, 0), "when"), "2030-01-02T09:00:00+08:00");
    assert_string_equal(js_str(json_array_get(steps, 0), "phone"), "12000000001");
    assert_string_equal(js_str(json_array_get(steps, 1), "text"), "nine will do");
    assert_string_equal(js_str(c, "state"), "taken_in");
    assert_non_null(js_str(c, "received"));
    json_decref(c);
    free(id);
    desk_replays();
}

/* --- ways ------------------------------------------------------------------------------------- */

static void open_cases_of_the_same_person_and_item_are_shown_and_told_apart(void **state)
{
    (void)state;
    char *id = taken_in("'item':'QP-MZ-01','channel':'proxy'"), *in, *what;
    free(taken_in("'item':'QP-MZ-02','channel':'proxy'"));
    json_t *c = whole_of(id), *found;
    what = mem_printf("duplicates:%s:QP-MZ-01", js_str(c, "person"));
    assert_int_equal(json_array_size(found = desk_list(what)), 1);
    assert_string_equal(js_str(json_array_get(found, 0), "id"), id);
    json_decref(found);
    in = mem_printf("{'person':" AMA ",'item':'QP-MZ-01','channel':'proxy','despite':['%s']}",
                    js_str(c, "number"));
    json_t *out = desk_do("case", in), *second;
    assert_int_equal(json_array_size(js_get(out, "duplicates")), 1);
    second = whole_of(js_str(out, "id"));
    assert_string_equal(json_string_value(json_array_get(js_get(second, "despite"), 0)), id);
    json_decref(second);
    desk_refused(ERR_NOT_FOUND, "despite", "case",
                 "{'person':" AMA ",'item':'QP-MZ-01','channel':'proxy','despite':['9.9']}");
    step(id, "{'step':'withdraw'}");
    assert_int_equal(json_array_size(found = desk_list(what)), 1); /* the second alone */
    json_decref(found);
    step(js_str(out, "id"), "{'step':'again'}"); /* asked again: no further case */
    json_decref(c), json_decref(out);
    free(id), free(in), free(what);
    desk_replays();
}

static void who_is_shown_another_way_is_linked_to_the_visit_of_that_day(void **state)
{
    (void)state;
    json_t *visit = desk_do("visit", "{'person':" AMA ",'purpose':'养老','facts':{}}");
    json_decref(desk_do("guidance", "{'person':" AMA ",'item':'QP-RS-01','channel':'online'}"));
    json_decref(desk_do("guidance", "{'item':'QP-RS-01','channel':'online'}"));
    json_t *rows = desk_list("guidance");
    assert_null(js_str(json_array_get(rows, 0), "visit")); /* nobody was named */
    assert_string_equal(js_str(json_array_get(rows, 1), "visit"), js_str(visit, "id"));
    json_decref(rows);
    json_decref(visit);
    desk_replays();
}

static void each_way_passed_over_is_counted_by_day_channel_and_reason(void **state)
{
    (void)state;
#define THEN "'at':'2022-05-20T09:00:00+08:00'"
    free(taken_in(THEN ",'item':'QP-MZ-01','channel':'proxy','skipped':"
                       "[{'channel':'online','reason':'no_phone'},"
                       "{'channel':'courier','reason':'refused'}]"));
    free(taken_in(THEN ",'item':'QP-MZ-01','channel':'nearby','skipped':"
                       "[{'channel':'online','reason':'no_phone'}]"));
    json_decref(desk_do("guidance", "{" THEN ",'item':'QP-RS-01','channel':'online'}"));
    desk_refused(ERR_FIELD_CHOICE, "channel", "guidance", "{'item':'QP-RS-01','channel':'proxy'}");
    json_t *rows = desk_list("channels"), *online = NULL;
    for (size_t i = 0; i < json_array_size(rows); i++)
        if (strcmp(js_str(json_array_get(rows, i), "channel"), "online") == 0)
            online = json_array_get(rows, i);
    assert_int_equal(json_array_size(rows), 4);
    assert_string_equal(js_str(online, "day"), "2022-05-20");
    assert_int_equal(js_int(online, "guided", -1), 1);
    assert_int_equal(js_int(online, "cases", -1), 0);
    assert_int_equal(js_int(js_get(online, "skipped"), "no_phone", -1), 2);
    json_decref(rows);
    rows = desk_list("ledger:guidance_log"); /* and nobody writes the ledger by hand */
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "item"), "QP-RS-01");
    json_decref(rows);
    desk_replays();
}

static int let_go(void **state)
{
    clock_hold(CLOCK_NONE, 0);
    return site_teardown(state);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, let_go)
    const struct CMUnitTest tests[] = {
        T(promised_days_are_working_days),
        T(a_case_keeps_its_promised_day_and_is_overdue_behind_it),
        T(the_work_list_is_overdue_first_and_says_who_is_waited_for),
        T(only_a_paper_that_may_follow_has_a_day_and_not_behind_the_promised_one),
        T(a_deferred_paper_comes_on_the_promised_day_at_the_latest),
        T(it_is_always_known_who_has_a_paper_since_when_by_which_entry),
        T(a_list_that_arrives_twice_has_arrived_once),
        T(a_scan_stands_with_the_case_by_name_and_hash_and_the_name_is_sealed),
        T(an_authority_that_ended_is_refused_at_a_step_and_shown),
        T(a_resident_is_asked_once_when_the_case_is_over_and_may_decline),
        T(a_call_is_asked_for_with_a_time_and_answered),
        T(open_cases_of_the_same_person_and_item_are_shown_and_told_apart),
        T(who_is_shown_another_way_is_linked_to_the_visit_of_that_day),
        T(each_way_passed_over_is_counted_by_day_channel_and_reason),
    };
    return cmocka_run_group_tests_name("case_life", tests, NULL, NULL);
}
