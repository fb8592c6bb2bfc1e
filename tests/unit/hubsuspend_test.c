/* The hub and what is grave: incidents by their own plan, suspensions reported and ordered. */
#include "tests/unit/hub.h"

#include "sync/hub/suspend.h"

#define PLAN                                                                                          \
    "'plan':[{'id':'town_told','zh':'报街镇','en':'town told'},{'id':'handed_over','zh':'移交'," \
    "'en':'handed over','state':'handed_over','frees':true},{'id':'closed','zh':'结案',"            \
    "'en':'closed','closes':true}]"

/* A head of the second version. */
static void write_v2(struct village *v, const char *kind, const char *sub, const char *body)
{
    char *json = mem_strdup(body);
    for (char *c = json; *c != 0; c++)
        if (*c == '\'')
            *c = '"';
    char *head = mem_printf(
        "{\"n\":%lld,\"heard\":%lld,\"term\":\"t\",\"by\":\"admin\",\"k\":\"%s\","
        "\"v\":2,%s%s%s\"body\":%s}",
        (long long)v->seq + 1, 1653004800000LL + v->seq, kind, sub != NULL ? "\"sub\":\"" : "",
        sub != NULL ? sub : "", sub != NULL ? "\"," : "", json);
    village_add(v, head, NULL, 0);
    free(head);
    free(json);
}

static void send_all(struct village *v, int64_t from, const unsigned char base[HASH_BYTES])
{
    assert_ok(village_send(v, from, base));
}

static json_t *only(const char *view)
{
    json_t *rows = hub_rows_of(view, VILLAGE), *row = json_incref(json_array_get(rows, 0));
    assert_int_equal(json_array_size(rows), 1);
    json_decref(rows);
    return row;
}

static void an_incident_takes_its_state_from_its_own_steps(void **state)
{
    (void)state;
    struct village v;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    memcpy(base, v.hash, HASH_BYTES);
    write_v2(&v, "incident", NULL,
             "{'visit':null,'person':null,'cause':'flood','named':{'zh':'水情','en':'flood'},"
             "'actions':[],'policy':'summer@1'," PLAN "}");
    write_v2(&v, "incident_step", "1.1", "{'step':'town_told','by':'phone','place':null}");
    write_v2(&v, "incident_step", "1.1",
             "{'step':'handed_over','by':null,'place':null,'state':'handed_over','frees':true}");
    send_all(&v, 1, base);
    json_t *row = only("incidents");
    assert_string_equal(js_str(row, "state"), "handed_over");
    assert_string_equal(js_str(js_get(row, "named"), "en"), "flood");
    assert_int_equal(json_array_size(js_get(row, "steps")), 2);
    assert_int_equal(json_array_size(js_get(row, "plan")), 3);
    json_decref(row);
    memcpy(base, v.hash, HASH_BYTES);
    write_v2(&v, "incident_step", "1.1",
             "{'step':'closed','by':null,'place':null,'closes':true,'answers':'lead'}");
    send_all(&v, 4, base);
    row = only("incidents");
    assert_string_equal(js_str(row, "state"), "closed");
    json_decref(row);
    village_fini(&v);
}

static void an_incident_from_before_plans_is_read_as_it_was(void **state)
{
    (void)state;
    struct village v;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "incident", NULL,
                  "{'visit':null,'person':null,'cause':'health_code','actions':[]}", NULL);
    village_write(&v, "incident_step", "1.1", "{'step':'town_told','by':'phone'}", NULL);
    village_write(&v, "incident_step", "1.1", "{'step':'data_error','by':null}", NULL);
    send_all(&v, 1, base);
    json_t *row = only("incidents");
    assert_string_equal(js_str(row, "state"), "data_error");
    json_decref(row);
    village_fini(&v);
}

static void a_village_that_suspends_shows_among_the_sites(void **state)
{
    (void)state;
    struct village v;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "suspend", NULL, "{'scope':'window:2','answers':'lead'}", NULL);
    send_all(&v, 1, base);
    json_t *site = only("sites");
    assert_null(js_str(site, "suspended")); /* one window is not the site */
    json_decref(site);
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "suspend", NULL, "{'scope':'site','answers':'lead'}", NULL);
    send_all(&v, 2, base);
    site = only("sites");
    assert_string_equal(js_str(site, "suspended"), "2022-05-20T08:00:00.001+08:00");
    json_decref(site);
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "resume", NULL, "{'scope':'site','answers':'lead'}", NULL);
    send_all(&v, 3, base);
    site = only("sites");
    assert_null(js_str(site, "suspended"));
    assert_int_equal(hub_count("suspensions", VILLAGE), 2);
    json_decref(site);
    village_fini(&v);
}

static void an_officers_order_suspends_with_its_reason_sealed(void **state)
{
    (void)state;
    struct village v;
    json_t *orders = NULL, *sealed = NULL;
    village_invite(&v, VILLAGE);
    assert_int_equal(hub_suspend_order(hub, VILLAGE, "suspend", "", "officer1"),
                     ERR_FIELD_REQUIRED);
    assert_int_equal(hub_suspend_order(hub, VILLAGE, "resume", "恢复", "officer1"), ERR_STATE);
    assert_int_equal(hub_suspend_order(hub, NEIGHBOUR, "suspend", "停电", "officer1"),
                     ERR_NOT_FOUND);
    assert_ok(hub_suspend_order(hub, VILLAGE, "suspend", "停电", "officer1"));
    assert_int_equal(hub_suspend_order(hub, VILLAGE, "suspend", "停电", "officer1"), ERR_STATE);
    json_t *site = only("sites");
    assert_non_null(js_str(site, "suspended"));
    assert_ok(hub_orders_since(hub, VILLAGE, 0, &orders));
    assert_int_equal(json_array_size(orders), 1);
    char *text = js_dump(orders);
    assert_null(strstr(text, "停电"));
    assert_ok(hub_unseal(hub, VILLAGE, "o.1", &sealed));
    assert_string_equal(js_str(sealed, "reason"), "停电");
    assert_ok(hub_suspend_order(hub, VILLAGE, "resume", "来电", "officer1"));
    json_t *row = only("suspensions");
    assert_string_equal(js_str(row, "who"), "hub");
    assert_string_equal(js_str(row, "ended"), "o.2");
    assert_string_equal(js_str(row, "ended_by"), "officer1");
    free(text);
    json_decref(site), json_decref(orders), json_decref(sealed), json_decref(row);
    village_fini(&v);
}

/* Said by both at once: one suspension, and one resumption ends it. */
static void village_and_hub_may_say_it_at_the_same_time(void **state)
{
    (void)state;
    struct village v;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    memcpy(base, v.hash, HASH_BYTES);
    assert_ok(hub_suspend_order(hub, VILLAGE, "suspend", "停电", "officer1"));
    village_write(&v, "suspend", NULL, "{'scope':'site','answers':'lead'}", NULL);
    village_write(&v, "resume", NULL, "{'scope':'site','answers':'lead'}", NULL);
    village_write(&v, "resume", NULL, "{'scope':'site','answers':'lead'}", NULL);
    send_all(&v, 1, base);
    json_t *site = only("sites"), *row = only("suspensions");
    assert_null(js_str(site, "suspended"));
    assert_string_equal(js_str(row, "ended_by"), "lead");
    json_decref(site), json_decref(row);
    village_fini(&v);
}

int main(void)
{
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)
    const struct CMUnitTest tests[] = {
        T(an_incident_takes_its_state_from_its_own_steps),
        T(an_incident_from_before_plans_is_read_as_it_was),
        T(a_village_that_suspends_shows_among_the_sites),
        T(an_officers_order_suspends_with_its_reason_sealed),
        T(village_and_hub_may_say_it_at_the_same_time),
    };
    return cmocka_run_group_tests_name("hubsuspend", tests, NULL, NULL);
}
