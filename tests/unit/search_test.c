/* Searching cases and people: the same rows as a look at each of them gives, by names, initials,
 * digits, items and numbers; and what the roll must not keep. */
#include "tests/unit/unit.h"

#include "kiosk/desk/roll.h"
#include "kiosk/rules/idno.h"
#include "kiosk/rules/initials.h"
#include "tests/unit/desk.h"

#define PEOPLE 120
#define CASES 400

static const char *const families[] = {"测试", "示例", "单", "解", "王"};
static const char *const given[] = {"甲", "乙", "芳", "国华"};
static const char *const items[] = {"QP-MZ-01", "QP-MZ-02", "QP-MZ-03"};
static char people[PEOPLE][ENTRY_ID];
static uint32_t seed = 20220518;

static uint32_t below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void enter_people(void)
{
    for (int i = 0; i < PEOPLE; i++) {
        char in[300], id_no[24];
        snprintf(id_no, sizeof id_no, "999%03d1950%02d%02d%03d", i + 1, i % 12 + 1, i % 28 + 1, i);
        id_no[17] = idno_digit(id_no);
        id_no[18] = 0;
        snprintf(in, sizeof in, "{'name':'%s%s','id_no':'%s','phone':'12%09d'}", families[below(5)],
                 given[below(4)], id_no, i * 7919);
        json_t *out = desk_do("person", in);
        snprintf(people[i], ENTRY_ID, "%s", js_str(out, "id"));
        json_decref(out);
    }
}

static void enter_cases(void)
{
    for (int i = 0; i < CASES; i++) {
        char in[300];
        snprintf(in, sizeof in,
                 "{'person':{'ref':'%s'},'item':'%s','channel':'proxy','agent':null,'papers':[],"
                 "'skipped':[],'at':'2022-05-%02uT09:00:00+08:00'}",
                 people[below(PEOPLE)], items[below(3)], below(20) + 1);
        json_decref(desk_do("case", in));
    }
}

static int setup(void **state)
{
    if (site_setup(state) != 0)
        return -1;
    seed = 20220518;
    enter_people();
    enter_cases();
    return 0;
}

static json_t *search(const char *what, const char *like, int64_t offset, int64_t limit)
{
    json_t *out = NULL;
    struct view_query q = VIEW_ALL;
    q.like = like;
    q.offset = offset;
    q.limit = limit;
    assert_ok(view_list(site, what, &q, &out));
    return out;
}

static bool holds(const json_t *row, const char *key, const char *like)
{
    const char *text = js_str(row, key);
    return text != NULL && strcasestr(text, like) != NULL;
}

/* A look at each row, over what the row shows and the person's whole data. */
static bool looks_right(const json_t *row, const char *like)
{
    json_t *whole = NULL;
    struct catalogue *c;
    char initials[64] = "", read[64] = "";
    assert_ok(view_person(site, js_str(row, "person"), &whole));
    assert_ok(site_catalogue(site, &c));
    initials_of(js_str(whole, "name"), 0, initials, sizeof initials);
    initials_of(js_str(whole, "name"), 1, read, sizeof read);
    bool letters = strspn(like, "abcdefghijklmnopqrstuvwxyz") == strlen(like);
    bool yes =
        holds(whole, "name", like) || holds(whole, "id_no", like) || holds(whole, "phone", like) ||
        (letters &&
         (strncmp(initials, like, strlen(like)) == 0 || strncmp(read, like, strlen(like)) == 0)) ||
        catalogue_match(catalogue_find(c, js_str(row, "item")), like);
    json_decref(whole);
    return yes;
}

static void a_search_gives_what_a_look_at_each_case_gives(void **state)
{
    (void)state;
    static const char *const likes[] = {"测试甲", "王",    "国华",     "csj",    "sgh",   "xf",
                                        "7919",   "99900", "QP-MZ-02", "无此人", "12000", "芳"};
    json_t *all = search("cases", NULL, 0, 0), *row;
    size_t i, k, found = 0;
    for (i = 0; i < sizeof likes / sizeof *likes; i++) {
        json_t *want = json_array(), *got = search("cases", likes[i], 0, 0);
        json_array_foreach(all, k, row) if (looks_right(row, likes[i]))
            json_array_append(want, row);
        if (!json_equal(want, got))
            fail_msg("%s: %zu rows, expected %zu", likes[i], json_array_size(got),
                     json_array_size(want));
        found += json_array_size(got);
        json_decref(want);
        json_decref(got);
    }
    assert_true(found > CASES / 2); /* the searches are about something */
    json_decref(all);
}

static void pages_of_a_search_join_without_gap_or_double(void **state)
{
    (void)state;
    json_t *all = search("cases", "测试", 0, 0), *pages = json_array();
    for (int64_t at = 0; at < (int64_t)json_array_size(all); at += 7) {
        json_t *page = search("cases", "测试", at, 7);
        json_array_extend(pages, page);
        json_decref(page);
    }
    assert_true(json_array_size(all) > 20);
    assert_true(json_equal(all, pages));
    json_decref(all);
    json_decref(pages);
}

static void a_state_and_days_narrow_a_search(void **state)
{
    (void)state;
    json_t *mine = search("cases", "测试", 0, 0), *out = NULL;
    const json_t *first = json_array_get(mine, 0);
    char step[64];
    snprintf(step, sizeof step, "case_step:%s", js_str(first, "id"));
    json_decref(desk_do(step, "{'step':'withdraw','text':'不办了'}"));
    struct view_query q = VIEW_ALL;
    q.like = "测试";
    q.state = "withdrawn";
    assert_ok(view_list(site, "cases", &q, &out));
    assert_int_equal(json_array_size(out), 1);
    assert_string_equal(js_str(json_array_get(out, 0), "id"), js_str(first, "id"));
    json_decref(out);
    q.state = NULL;
    assert_true(clock_parse("2022-05-10T00:00:00+08:00", &q.from));
    assert_true(clock_parse("2022-05-11T00:00:00+08:00", &q.to));
    assert_ok(view_list(site, "cases", &q, &out));
    assert_true(json_array_size(out) > 0 && json_array_size(out) < json_array_size(mine));
    for (size_t i = 0; i < json_array_size(out); i++)
        assert_int_equal(strncmp(js_str(json_array_get(out, i), "at"), "2022-05-10", 10), 0);
    json_decref(out);
    json_decref(mine);
}

/* Every combination of turn, item, state, days and text: the rows that a look at each gives, in the
 * list's order. */
static bool passes(const json_t *row, const char *who, const struct view_query *q)
{
    int64_t at;
    assert_true(clock_parse(js_str(row, "at"), &at));
    const char *waits = js_str(row, "waits");
    return (who == NULL || (waits != NULL && strcmp(waits, who) == 0)) &&
           (q->item == NULL || strcmp(js_str(row, "item"), q->item) == 0) &&
           (q->state == NULL || strcmp(js_str(row, "state"), q->state) == 0) &&
           (q->from == CLOCK_NONE || at >= q->from) &&
           (q->like == NULL || looks_right(row, q->like));
}

static void narrowed(const json_t *all, const char *view, const char *who,
                     const struct view_query *q)
{
    size_t i;
    json_t *row, *want = json_array(), *got = NULL;
    json_array_foreach((json_t *)(uintptr_t)all, i, row) if (passes(row, who, q))
        json_array_append(want, row);
    assert_ok(view_list(site, view, q, &got));
    if (!json_equal(want, got))
        fail_msg("%s %s %s %s: %zu rows, expected %zu", view, q->item ? q->item : "-",
                 q->state ? q->state : "-", q->like ? q->like : "-", json_array_size(got),
                 json_array_size(want));
    json_decref(want);
    json_decref(got);
}

static void end_every_third(void)
{
    char step[64];
    json_t *all = search("cases", NULL, 0, 0);
    for (size_t i = 0; i < json_array_size(all); i += 3) {
        snprintf(step, sizeof step, "case_step:%s", js_str(json_array_get(all, i), "id"));
        json_decref(desk_do(step, "{'step':'withdraw','text':'不办了'}"));
    }
    json_decref(all);
}

static void turn_item_state_days_and_text_narrow_a_list_together(void **state)
{
    (void)state;
    static const char *const items_of[] = {NULL, "QP-MZ-02"}, *const states[] = {NULL, "taken_in"},
                             *const likes[] = {NULL, "测试", "csj", "7919"};
    static const struct {
        const char *view, *base, *who;
    } lists[] = {{"cases", "cases", NULL},
                 {"work", "work", NULL},
                 {"work:citizen", "work", "citizen"},
                 {"work:town", "work", "town"}};
    end_every_third();
    for (unsigned i = 0; i < 4 * 2 * 2 * 2 * 4; i++) {
        struct view_query q = VIEW_ALL;
        json_t *all = search(lists[i % 4].base, NULL, 0, 0);
        q.item = items_of[i / 4 % 2];
        q.state = states[i / 8 % 2];
        q.like = likes[i / 32];
        if (i / 16 % 2)
            assert_true(clock_parse("2022-05-10T00:00:00+08:00", &q.from));
        narrowed(all, lists[i % 4].view, lists[i % 4].who, &q);
        json_decref(all);
    }
}

static void a_case_is_found_by_its_number_with_or_without_dashes(void **state)
{
    (void)state;
    json_t *all = search("cases", NULL, 0, 3);
    const char *number = js_str(json_array_get(all, 1), "number");
    char bare[32] = "";
    for (const char *p = number; *p != 0; p++)
        if (*p != '-')
            strncat(bare, p, 1);
    const char *const typed[] = {number, bare};
    for (int i = 0; i < 2; i++) {
        json_t *got = search("cases", typed[i], 0, 0);
        assert_int_equal(json_array_size(got), 1);
        assert_string_equal(js_str(json_array_get(got, 0), "number"), number);
        json_decref(got);
    }
    json_decref(all);
}

static void a_corrected_name_is_found_and_the_old_one_is_not(void **state)
{
    (void)state;
    char what[64];
    json_decref(desk_do("person", "{'name':'错写丙','id_no':'999101194503150025'}"));
    json_t *got = search("people", "错写丙", 0, 0);
    assert_int_equal(json_array_size(got), 1);
    snprintf(what, sizeof what, "person:%s", js_str(json_array_get(got, 0), "id"));
    json_decref(got);
    json_decref(desk_do(what, "{'name':'改正丁','id_no':'999101194503150025'}"));
    got = search("people", "改正丁", 0, 0);
    assert_int_equal(json_array_size(got), 1);
    json_decref(got);
    got = search("people", "错写丙", 0, 0);
    assert_int_equal(json_array_size(got), 0);
    json_decref(got);
}

static void people_answer_newest_first_and_by_pages(void **state)
{
    (void)state;
    json_t *all = search("people", "王", 0, 0), *two = search("people", "王", 1, 2);
    assert_true(json_array_size(all) > 4);
    assert_int_equal(json_array_size(two), 2);
    assert_true(json_equal(json_array_get(all, 1), json_array_get(two, 0)));
    assert_true(json_equal(json_array_get(all, 2), json_array_get(two, 1)));
    assert_null(js_str(json_array_get(all, 0), "sealed"));
    assert_non_null(strchr(js_str(json_array_get(all, 0), "id_no"), '*')); /* masked */
    json_decref(all);
    json_decref(two);
}

static enum err never(void *arg, const char *id)
{
    (void)arg;
    fail_msg("%s is still there", id);
    return ERR_OK;
}

static void nobody_is_found_after_sign_out(void **state)
{
    (void)state;
    bool whole;
    assert_ok(roll_read(site, 0, &whole));
    assert_true(whole);
    clerk_sign_out(site, "sign_out");
    assert_err(ERR_SIGN_IN, roll_each(site, "王", never, NULL));
    assert_ok(clerk_sign_in(site, "admin", "1234"));
}

static void the_roll_is_read_in_pieces(void **state)
{
    (void)state;
    bool whole = false;
    int pieces = 0;
    roll_forget();
    clock_hold(DESK_DAY, 1000); /* time is over at once: a piece each */
    while (!whole && pieces++ < 100)
        assert_ok(roll_read(site, -1, &whole));
    clock_hold(CLOCK_NONE, CLOCK_NONE);
    assert_true(whole);
    assert_in_range(pieces, 2, 10);
}

static void initials_follow_the_order_of_gb_2312(void **state)
{
    (void)state;
    static const struct {
        const char *text, *plain, *surname;
    } rows[] = {{"测试甲", "csj", "csj"}, {"单国华", "dgh", "sgh"},
                {"解芳", "jf", "xf"},     {"啊", "a", "a"},
                {"座", "z", "z"},         {"王Xiao1", "wxiao1", "wxiao1"},
                {"喆", "*", "*"},         {"", "", ""},
                {"·", "*", "*"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char plain[32] = "", surname[32] = "";
        initials_of(rows[i].text, 0, plain, sizeof plain);
        initials_of(rows[i].text, 1, surname, sizeof surname);
        assert_string_equal(plain, rows[i].plain);
        assert_string_equal(surname, rows[i].surname);
    }
}

#define WITH_SITE(name) cmocka_unit_test_setup_teardown(name, setup, site_teardown)

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_search_gives_what_a_look_at_each_case_gives),
        WITH_SITE(pages_of_a_search_join_without_gap_or_double),
        WITH_SITE(a_state_and_days_narrow_a_search),
        WITH_SITE(turn_item_state_days_and_text_narrow_a_list_together),
        WITH_SITE(a_case_is_found_by_its_number_with_or_without_dashes),
        WITH_SITE(a_corrected_name_is_found_and_the_old_one_is_not),
        WITH_SITE(people_answer_newest_first_and_by_pages),
        WITH_SITE(nobody_is_found_after_sign_out),
        WITH_SITE(the_roll_is_read_in_pieces),
        cmocka_unit_test(initials_follow_the_order_of_gb_2312),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
