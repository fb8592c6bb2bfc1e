/* A case: taken in with its papers, moved by one table, decided by the hub's orders. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/case.h"
#include "kiosk/desk/link.h"
#include "kiosk/print/issue.h"
#include "kiosk/print/slip.h"

#define ITEM "'item':'QP-MZ-01','channel':'proxy'"
#define AGENT                                                                                      \
    "{'person':{'name':'示例乙','id_no':'999101199001010017','phone':'12000000002'},"           \
    "'relation':'子女','until':'2030-01-01'}"

static const char *const states[] = {"taken_in", "accepted",  "supplement", "rejected",
                                     "done",     "withdrawn", "delivered",  "returned"};
static const char *const steps[] = {"say",    "paper",  "supplement", "withdraw", "deliver",
                                    "accept", "reject", "done",       "return",   "call",
                                    "attach", "send",   "again",      "answer",   "receive"};
#define STATES (sizeof states / sizeof states[0])
#define STEPS (sizeof steps / sizeof steps[0])

/* Orders and steps that bring a fresh case into each state. */
static const char *const way[STATES][3] = {
    {NULL},    {"+accept"},  {"+supplement"},      {"+reject"},
    {"+done"}, {"withdraw"}, {"+done", "deliver"}, {"+reject", "return"},
};

static char *open_case(void)
{
    json_t *out = desk_do("case", "{'person':" AMA "," ITEM "}");
    char *id = mem_strdup(js_str(out, "id"));
    json_decref(out);
    return id;
}

static enum err village_step(const char *id, const char *step)
{
    char what[64], in[400];
    json_t *out = NULL;
    snprintf(what, sizeof what, "case_step:%s", id);
    snprintf(in, sizeof in,
             "{'step':'%s','text':'测试','paper':'P01','state':'original_seen',"
             "'when':'2030-01-01T09:00:00+08:00','file':'a.png','way':'bundle',"
             "'hash':'%064d'}",
             step, 0);
    enum err rc = desk_try(what, in, &out);
    json_decref(out);
    return rc;
}

static void hub_step(const char *id, const char *step)
{
    char body[100];
    snprintf(body, sizeof body, "{'step':'%s','text':'words'}", step);
    desk_order("decision", id, body);
}

static char *state_of(const char *id)
{
    json_t *whole = NULL;
    assert_ok(view_case(site, id, &whole));
    char *state = mem_strdup(js_str(whole, "state"));
    json_decref(whole);
    return state;
}

static char *case_in(size_t state)
{
    char *id = open_case();
    for (size_t i = 0; i < 3 && way[state][i] != NULL; i++) {
        if (way[state][i][0] == '+')
            hub_step(id, way[state][i] + 1);
        else
            assert_ok(village_step(id, way[state][i]));
    }
    return id;
}

static void assert_state(const char *id, const char *expected)
{
    char *state = state_of(id);
    assert_string_equal(state, expected);
    free(state);
}

static void every_step_of_the_village_in_every_state_follows_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATES; i++)
        for (size_t k = 0; k < STEPS; k++) {
            char *id = case_in(i);
            assert_state(id, states[i]);
            const char *to = case_after(states[i], steps[k], false);
            enum err rc = village_step(id, steps[k]);
            if (to != NULL)
                assert_int_equal(rc, ERR_OK);
            else
                assert_true(rc == ERR_STATE || rc == ERR_FIELD_CHOICE);
            assert_state(id, to != NULL ? to : states[i]);
            free(id);
        }
    desk_replays();
}

static void every_order_of_the_hub_in_every_state_follows_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATES; i++)
        for (size_t k = 0; k < STEPS; k++) {
            char *id = case_in(i);
            const char *to = case_after(states[i], steps[k], true);
            int64_t refused = store_number(site->j.store, "SELECT count(*) FROM order_refused", -1);
            hub_step(id, steps[k]);
            assert_state(id, to != NULL ? to : states[i]);
            assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM order_refused", -1),
                             refused + (to == NULL));
            free(id);
        }
    desk_replays();
}

static void what_the_table_must_say(void **state)
{
    (void)state;
    assert_string_equal(case_after("taken_in", "accept", true), "accepted");
    assert_string_equal(case_after("supplement", "supplement", false), "taken_in");
    assert_string_equal(case_after("done", "deliver", false), "delivered");
    assert_null(case_after("taken_in", "deliver", false));
    assert_string_equal(case_after("done", "withdraw", false), "withdrawn");
    assert_null(case_after("withdrawn", "accept", true));
    assert_null(case_after("delivered", "reject", true));
    assert_null(case_after("taken_in", "accept", false)); /* the village does not decide */
    assert_string_equal(case_after("rejected", "return", false), "returned");
    assert_null(case_after("returned", "accept", true));
    assert_string_equal(case_after("withdrawn", "receive", true), "withdrawn");
    assert_null(case_after("lost", "say", true)); /* no such state */
}

/* One side of a case: its state, and how much of the other's moves it has heard. */
struct side {
    const char *state;
    const char *sent[16];
    size_t n, heard;
};

static void take(struct side *to, const char *step, bool hub)
{
    const char *after = case_after(to->state, step, hub);
    to->state = after != NULL ? after : to->state;
}

/* The village hands papers in as "supplement" only when it was asked for them, as the action does.
 */
static void say(struct side *from, uint32_t r, bool hub)
{
    const char *step = steps[r % STEPS];
    bool unasked =
        !hub && strcmp(step, "supplement") == 0 && strcmp(from->state, "supplement") != 0;
    if (from->n == 16 || unasked || case_after(from->state, step, hub) == NULL)
        return;
    from->sent[from->n++] = step;
    take(from, step, hub);
}

static void hear(struct side *to, const struct side *from, bool hub)
{
    if (to->heard < from->n)
        take(to, from->sent[to->heard++], hub);
}

static void village_and_hub_end_in_the_same_state_whatever_the_order(void **state)
{
    (void)state;
    uint32_t r = 1;
    for (int run = 0; run < 50000; run++) {
        struct side village = {.state = "taken_in"}, hub = {.state = "taken_in"};
        for (int i = 0; i < 12; i++) {
            r = r * 1664525u + 1013904223u;
            switch (r >> 8 & 3) {
            case 0: say(&village, r >> 16, false); break;
            case 1: say(&hub, r >> 16, true); break;
            case 2: hear(&village, &hub, true); break;
            default: hear(&hub, &village, false); break;
            }
        }
        while (village.heard < hub.n)
            hear(&village, &hub, true);
        while (hub.heard < village.n)
            hear(&hub, &village, false);
        if (strcmp(village.state, hub.state) != 0) {
            for (size_t i = 0; i < hub.n; i++)
                print_message("hub %s\n", hub.sent[i]);
            for (size_t i = 0; i < village.n; i++)
                print_message("village %s\n", village.sent[i]);
            fail_msg("village %s, hub %s", village.state, hub.state);
        }
    }
}

static void an_impossible_step_names_the_possible_ones(void **state)
{
    (void)state;
    char *id = open_case(), what[64];
    snprintf(what, sizeof what, "case_step:%s", id);
    desk_refused(ERR_STATE, "step", what, "{'step':'deliver'}");
    assert_string_equal(
        err_detail(),
        "待受理；可以：supplement, withdraw, return, say, paper, call, attach, send, again");
    free(id);
}

static void a_refused_order_is_kept_and_shown(void **state)
{
    (void)state;
    char *id = case_in(5);
    hub_step(id, "accept");
    desk_order("decision", "1.999", "{'step':'accept'}");
    json_t *whole = NULL, *orders = desk_list("orders");
    assert_ok(view_case(site, id, &whole));
    json_t *all = js_get(whole, "steps"), *last = json_array_get(all, json_array_size(all) - 1);
    assert_true(js_bool(last, "refused"));
    assert_string_equal(js_str(last, "by"), "officer");
    assert_string_equal(js_str(json_array_get(orders, 0), "refused"), "not_found case");
    assert_string_equal(js_str(json_array_get(orders, 1), "refused"), "state withdrawn");
    json_decref(whole), json_decref(orders);
    free(id);
    desk_replays();
}

static void missing_papers_are_counted_and_handed_in(void **state)
{
    (void)state;
    char what[64];
    json_t *whole = NULL;
    json_t *out = desk_do("case", "{'person':" AMA ",'agent':" AGENT "," ITEM
                                  ",'papers':[{'paper':'P01','state':'original_seen'},"
                                  "{'paper':'P02','state':'missing'}]}");
    snprintf(what, sizeof what, "case_step:%s", js_str(out, "number"));
    assert_ok(view_case(site, js_str(out, "number"), &whole));
    assert_int_equal(json_array_size(js_get(whole, "papers")), 5);
    assert_int_equal(js_int(whole, "missing", -1), 4);
    assert_string_equal(js_str(js_get(whole, "agent"), "name"), "示例乙");
    assert_string_equal(js_str(js_get(whole, "agent"), "relation"), "子女");
    json_decref(whole);
    json_decref(desk_do(what, "{'step':'supplement','papers':[{'paper':'P02','state':'copy_kept'},"
                              "{'paper':'P05','state':'original_kept'}]}"));
    assert_ok(view_case(site, js_str(out, "id"), &whole));
    assert_int_equal(js_int(whole, "missing", -1), 2);
    json_decref(whole);
    json_decref(desk_do(what, "{'step':'paper','paper':'P01','state':'returned'}"));
    desk_refused(ERR_FIELD_CHOICE, "papers.paper", what,
                 "{'step':'paper','paper':'P99','state':'returned'}");
    desk_refused(ERR_FIELD_CHOICE, "state", what, "{'step':'paper','paper':'P01','state':'lost'}");
    desk_refused(ERR_FIELD_REQUIRED, "papers", what, "{'step':'paper'}");
    desk_refused(ERR_FIELD_REQUIRED, "text", what, "{'step':'say'}");
    json_decref(out);
    desk_replays();
}

static void papers_that_an_item_can_do_without_are_not_missing(void **state)
{
    (void)state;
    json_t *whole = NULL;
    json_t *out = desk_do("case", "{'person':" AMA ",'item':'QP-RS-01','channel':'nearby',"
                                  "'papers':[{'paper':'P01','state':'original_seen'}]}");
    assert_ok(view_case(site, js_str(out, "id"), &whole));
    assert_int_equal(json_array_size(js_get(whole, "papers")), 4);
    assert_int_equal(js_int(whole, "missing", -1), 1);
    json_decref(whole), json_decref(out);
}

static void a_case_with_a_wrong_part_is_refused_whole(void **state)
{
    (void)state;
    desk_refused(ERR_FIELD_CHOICE, "item", "case",
                 "{'person':" AMA ",'item':'NO-SUCH','channel':'proxy'}");
    desk_refused(ERR_FIELD_CHOICE, "channel", "case",
                 "{'person':" AMA ",'item':'QP-MZ-01','channel':'pigeon'}");
    desk_refused(ERR_FIELD_CHOICE, "papers.paper", "case",
                 "{'person':" AMA "," ITEM ",'papers':[{'paper':'P99','state':'missing'}]}");
    desk_refused(ERR_FIELD_REQUIRED, "person", "case", "{" ITEM "}");
    desk_refused(ERR_CONSTRAINT, "agent", "case",
                 "{'person':" AMA ",'agent':{'person':" AMA ",'relation':'本人'}," ITEM "}");
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM person", -1), 0);
}

static void a_message_of_the_hub_stands_with_the_case(void **state)
{
    (void)state;
    json_t *whole = NULL;
    char *id = open_case();
    desk_order("message", id, "{'text':'bring the\\u202e original'}");
    assert_ok(village_step(id, "say"));
    assert_ok(view_case(site, id, &whole));
    json_t *messages = js_get(whole, "messages");
    assert_int_equal(json_array_size(messages), 2);
    assert_string_equal(js_str(json_array_get(messages, 0), "text"), "bring the original");
    assert_string_equal(js_str(json_array_get(messages, 0), "who"), "hub");
    assert_string_equal(js_str(json_array_get(messages, 1), "text"), "测试");
    assert_string_equal(js_str(json_array_get(messages, 1), "who"), "village");
    json_decref(whole);
    free(id);
    desk_replays();
}

static void a_case_is_found_by_number_name_and_item(void **state)
{
    (void)state;
    json_t *out = desk_do("case", "{'person':" AMA "," ITEM "}"), *other;
    other = desk_do("case", "{'person':{'name':'示例乙'},'item':'QP-MZ-02','channel':'nearby'}");
    const char *const likes[] = {"测试甲", "敬老卡", "jlk", js_str(out, "number"), "1945"};
    for (size_t i = 0; i < 5; i++) {
        struct view_query q = VIEW_ALL;
        json_t *found = NULL;
        q.like = likes[i];
        assert_ok(view_list(site, "cases", &q, &found));
        assert_int_equal(json_array_size(found), 1);
        assert_string_equal(js_str(json_array_get(found, 0), "id"), js_str(out, "id"));
        json_decref(found);
    }
    json_t *whole = NULL;
    assert_err(ERR_NOT_FOUND, view_case(site, "1.1", &whole));
    assert_err(ERR_CHECK_DIGIT, view_case(site, "101201-01-000057-0", &whole));
    json_decref(out), json_decref(other);
}

static void lists_page_newest_first_and_filter_by_state(void **state)
{
    (void)state;
    for (int i = 0; i < 150; i++)
        free(open_case());
    char *id = case_in(1);
    struct view_query q = VIEW_ALL;
    json_t *page = NULL;
    q.offset = 100;
    q.limit = 10;
    assert_ok(view_list(site, "cases", &q, &page));
    assert_int_equal(json_array_size(page), 10);
    json_t *all = desk_list("cases");
    assert_int_equal(json_array_size(all), 151);
    assert_string_equal(js_str(json_array_get(all, 0), "id"), id);
    assert_string_equal(js_str(json_array_get(all, 100), "id"),
                        js_str(json_array_get(page, 0), "id"));
    json_decref(page);
    q = VIEW_ALL;
    q.state = "accepted";
    assert_ok(view_list(site, "cases", &q, &page));
    assert_int_equal(json_array_size(page), 1);
    assert_string_equal(js_str(json_array_get(page, 0), "id"), id);
    json_decref(page), json_decref(all);
    free(id);
}

static void a_slip_carries_the_case_to_the_hub_it_is_sealed_for(void **state)
{
    (void)state;
    char number[SLIP_NUMBER], what[64];
    struct buf digits = BUF_INIT, bytes = BUF_INIT;
    unsigned char sign_pub[SIGN_PUB_BYTES], sign_sec[SIGN_SEC_BYTES], site_sec[SIGN_SEC_BYTES];
    unsigned char site_pub[SIGN_PUB_BYTES], box_pub[BOX_PUB_BYTES], box_sec[BOX_SEC_BYTES];
    json_t *read = NULL, *whole = NULL;
    json_t *out = desk_do("case", "{'person':" AMA ",'agent':" AGENT "," ITEM "}");
    assert_err(ERR_NOT_ENROLLED, slip_issue(site, js_str(out, "id"), &digits, number));
    secret_sign_pair(sign_pub, sign_sec);
    secret_box_pair(box_pub, box_sec);
    assert_ok(link_joined(site, "http://localhost", sign_pub, box_pub));
    assert_ok(slip_issue(site, js_str(out, "id"), &digits, number));
    assert_string_equal(number, js_str(out, "number"));
    assert_ok(slip_from_digits(buf_str(&digits), &bytes));
    assert_ok(site_sign_key(site, site_sec, site_pub));
    assert_ok(slip_read(bytes.data, bytes.len, box_pub, box_sec, site_pub, &read));
    assert_string_equal(js_str(js_get(read, "person"), "name"), "测试甲");
    assert_string_equal(js_str(js_get(read, "agent"), "id_no"), "999101199001010017");
    assert_int_equal(json_array_size(js_get(read, "papers")), 5);
    snprintf(what, sizeof what, "slip:%s", js_str(out, "id"));
    json_decref(desk_do(what, "{'to':'png'}"));
    desk_refused(ERR_FIELD_CHOICE, "to", what, "{'to':'stone'}");
    assert_ok(view_case(site, js_str(out, "id"), &whole));
    assert_int_equal(json_array_size(js_get(whole, "slips")), 1);
    assert_false(js_bool(json_array_get(js_get(whole, "slips"), 0), "reprint"));
    json_decref(read), json_decref(whole), json_decref(out);
    buf_fini(&digits), buf_fini(&bytes);
    desk_replays();
}

static void a_slip_that_is_printed_again_is_an_entry_that_says_so(void **state)
{
    (void)state;
    char what[64];
    json_t *whole = NULL, *out = desk_do("case", "{'person':" AMA ",'agent':null," ITEM "}");
    snprintf(what, sizeof what, "slip:%s", js_str(out, "id"));
    json_decref(desk_do(what, "{'to':'escpos','copies':2}"));
    json_decref(desk_do(what, "{'to':'escpos','reprint':true}"));
    assert_ok(view_case(site, js_str(out, "id"), &whole));
    const json_t *slips = js_get(whole, "slips");
    assert_int_equal(json_array_size(slips), 2);
    assert_false(js_bool(json_array_get(slips, 0), "reprint"));
    assert_int_equal(js_int(json_array_get(slips, 0), "copies", 0), 2);
    assert_true(js_bool(json_array_get(slips, 1), "reprint"));
    json_decref(whole), json_decref(out);
    desk_replays();
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(every_step_of_the_village_in_every_state_follows_the_table),
        T(every_order_of_the_hub_in_every_state_follows_the_table),
        T(what_the_table_must_say),
        cmocka_unit_test(village_and_hub_end_in_the_same_state_whatever_the_order),
        T(an_impossible_step_names_the_possible_ones),
        T(a_refused_order_is_kept_and_shown),
        T(missing_papers_are_counted_and_handed_in),
        T(papers_that_an_item_can_do_without_are_not_missing),
        T(a_case_with_a_wrong_part_is_refused_whole),
        T(a_message_of_the_hub_stands_with_the_case),
        T(a_case_is_found_by_number_name_and_item),
        T(lists_page_newest_first_and_filter_by_state),
        T(a_slip_carries_the_case_to_the_hub_it_is_sealed_for),
        T(a_slip_that_is_printed_again_is_an_entry_that_says_so),
    };
    return cmocka_run_group_tests_name("case", tests, NULL, NULL);
}
