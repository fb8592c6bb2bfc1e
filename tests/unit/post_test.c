/* Posts: who is responsible for what, who leads on which day, what is vacant. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

/* One post as the view shows it; the caller frees. */
static json_t *post(const char *id, int64_t day)
{
    size_t i;
    json_t *rows = NULL, *one, *found = NULL;
    struct view_query q = VIEW_ALL;
    q.from = day;
    assert_ok(view_list(site, "posts", &q, &rows));
    json_array_foreach(rows, i, one) if (strcmp(js_str(one, "post"), id) == 0) found =
        json_incref(one);
    json_decref(rows);
    assert_non_null(found);
    return found;
}

static void holds(const char *id, int64_t day, const char *who)
{
    json_t *one = post(id, day);
    const char *holder = js_str(one, "holder");
    if (who == NULL)
        assert_null(holder);
    else
        assert_string_equal(holder != NULL ? holder : "nobody", who);
    assert_int_equal(js_bool(one, "vacant"), who == NULL);
    json_decref(one);
}

static void every_post_of_the_pack_is_vacant_until_it_is_given(void **state)
{
    (void)state;
    size_t i;
    json_t *rows = desk_list("posts"), *one;
    assert_int_equal(json_array_size(rows), 11);
    json_array_foreach(rows, i, one) assert_true(js_bool(one, "vacant"));
    json_decref(rows);
    json_decref(desk_do("post", "{'post':'DISINFECTION','clerk':'admin','phone':'12000000001'}"));
    holds("DISINFECTION", CLOCK_NONE, "admin");
    json_decref(desk_do("post", "{'post':'DISINFECTION'}"));
    holds("DISINFECTION", CLOCK_NONE, NULL);
    desk_replays();
}

static void a_name_and_a_number_are_sealed(void **state)
{
    (void)state;
    json_decref(desk_do("post", "{'post':'SUPPLIES','name':'测试物资员','phone':'12000000009'}"));
    assert_int_equal(store_number(site->j.store,
                                  "SELECT count(*) FROM entry WHERE head LIKE '%测试物资员%'"
                                  " OR head LIKE '%12000000009%'",
                                  -1),
                     0);
    json_t *one = post("SUPPLIES", CLOCK_NONE);
    assert_string_equal(js_str(one, "name"), "测试物资员");
    assert_string_equal(js_str(one, "phone"), "12000000009");
    json_decref(one);
    clerk_sign_out(site, "sign_out");
    one = post("SUPPLIES", CLOCK_NONE);
    assert_null(js_str(one, "phone"));
    assert_null(js_str(one, "holder"));
    assert_false(js_bool(one, "vacant"));
    json_decref(one);
}

static void a_leader_of_one_day_leads_that_day_alone(void **state)
{
    (void)state;
    char in[200], day[CLOCK_TEXT];
    int64_t tomorrow = clock_day(clock_now()) + CLOCK_DAY_MS;
    json_decref(desk_do("post", "{'post':'DUTY_LEADER','clerk':'admin'}"));
    snprintf(in, sizeof in, "{'post':'DUTY_LEADER','name':'测试领导','day':'%s'}",
             clock_date(tomorrow, day));
    json_decref(desk_do("post", in));
    holds("DUTY_LEADER", CLOCK_NONE, "admin");
    holds("DUTY_LEADER", tomorrow, "测试领导");
    holds("DUTY_LEADER", tomorrow + CLOCK_DAY_MS, "admin");
    json_t *rota = desk_list("rota");
    assert_int_equal(json_array_size(rota), 7);
    assert_string_equal(js_str(json_array_get(rota, 1), "holder"), "测试领导");
    assert_string_equal(js_str(json_array_get(rota, 1), "day"), day);
    json_decref(rota);
    snprintf(in, sizeof in, "{'post':'DUTY_LEADER','day':'%s'}", day); /* taken back */
    json_decref(desk_do("post", in));
    holds("DUTY_LEADER", tomorrow, "admin");
    desk_replays();
}

static void what_no_pack_and_no_day_allows_is_refused(void **state)
{
    (void)state;
    desk_refused(ERR_NOT_FOUND, "post", "post", "{'post':'KING','clerk':'admin'}");
    desk_refused(ERR_NOT_FOUND, "clerk", "post", "{'post':'SUPPLIES','clerk':'nobody'}");
    desk_refused(ERR_CONSTRAINT, "day", "post",
                 "{'post':'DUTY_LEADER','clerk':'admin','day':'2022-05-20'}");
    desk_refused(ERR_CONSTRAINT, "day", "post",
                 "{'post':'SUPPLIES','clerk':'admin','day':'2099-01-01'}");
    desk_refused(ERR_CONSTRAINT, "name", "post",
                 "{'post':'SUPPLIES','clerk':'admin','name':'测试甲'}");
    desk_refused(ERR_CONSTRAINT, "clerk", "post", "{'post':'TOWN_OFFICE','clerk':'admin'}");
    desk_refused(ERR_FIELD_REQUIRED, "phone", "post", "{'post':'TOWN_OFFICE','name':'测试办'}");
    desk_refused(ERR_FIELD_REQUIRED, "name", "post", "{'post':'SUPPLIES','phone':'12000000001'}");
    json_decref(desk_do("post", "{'post':'TOWN_OFFICE','phone':'021-00000000'}"));
    json_t *one = post("TOWN_OFFICE", CLOCK_NONE);
    assert_false(js_bool(one, "vacant"));
    assert_string_equal(js_str(one, "phone"), "021-00000000");
    json_decref(one);
}

static void only_a_leader_gives_posts(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "gate", "gate", "4321"));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "gate", "4321"));
    desk_refused(ERR_ROLE, NULL, "post", "{'post':'SUPPLIES','clerk':'gate'}");
}

int main(void)
{
    lang_init("zh_CN");
#define E(name) cmocka_unit_test_setup_teardown(name, site_setup_epidemic, site_teardown)
    const struct CMUnitTest tests[] = {
        E(every_post_of_the_pack_is_vacant_until_it_is_given),
        E(a_name_and_a_number_are_sealed),
        E(a_leader_of_one_day_leads_that_day_alone),
        E(what_no_pack_and_no_day_allows_is_refused),
        E(only_a_leader_gives_posts),
    };
    return cmocka_run_group_tests_name("post", tests, NULL, NULL);
}
