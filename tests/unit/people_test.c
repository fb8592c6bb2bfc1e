/* People at the hub: found by what is known of them, and by nobody who has the store alone. */
#include "tests/unit/hub.h"

#include "sync/hub/audit.h"
#include "sync/hub/person.h"
#include "sync/hub/scope.h"

#define JIA                                                                                        \
    "{'name':'测试甲','id_no':'999101194503150025','phone':'13800000001','address':'某路1号'}"
#define YI                                                                                         \
    "{'name':'测试乙','id_no':'999101195001010012','phone':'021-5000 0002','address':'某路2号'}"
#define JIA_AGAIN                                                                                  \
    "{'name':'测试甲','id_no':'999101194503150025','phone':'13800000009','address':'某路3号'}"
#define BODY "{'tag':null,'has_phone':true}"

static struct village own, neighbour;
static char code[WIRE_CODE_TEXT];

static int setup(void **state)
{
    if (hub_setup(state) != 0)
        return -1;
    const char *const sites[] = {VILLAGE, NEIGHBOUR};
    struct village *const villages[] = {&own, &neighbour};
    for (int i = 0; i < 2; i++) {
        village_init(villages[i], sites[i]);
        assert_ok(hub_site_add(hub, sites[i], sites[i], HUB_CODE_VALID_MS, code));
        assert_ok(village_join(villages[i], code));
    }
    return 0;
}

static int teardown(void **state)
{
    village_fini(&own);
    village_fini(&neighbour);
    return hub_teardown(state);
}

static void person(struct village *v, const char *sub, const char *sealed)
{
    unsigned char base[HASH_BYTES];
    memcpy(base, v->hash, HASH_BYTES);
    int64_t from = v->seq + 1;
    village_write(v, "person", sub, BODY, sealed);
    assert_ok(village_send(v, from, base));
}

/* What is given is wiped behind the call. */
static enum err keep_row(void *arg, const json_t *row)
{
    json_array_append_new(arg, json_deep_copy(row));
    return ERR_OK;
}

static json_t *find(const char *site, const char *text)
{
    int64_t left;
    json_t *rows = json_array();
    assert_ok(hub_people_find(hub, site, text, keep_row, rows, &left));
    assert_int_equal(left, 0);
    return rows;
}

static size_t found(const char *site, const char *text)
{
    json_t *rows = find(site, text);
    size_t n = json_array_size(rows);
    json_decref(rows);
    return n;
}

static void a_person_is_found_by_number_name_or_telephone(void **state)
{
    (void)state;
    person(&own, NULL, JIA);
    person(&own, NULL, YI);
    static const char *const texts[] = {"999101194503150025", "9991 0119 4503 150025", "测试甲",
                                        " 测试甲", "138-0000-0001"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *rows = find(NULL, texts[i]);
        assert_int_equal(json_array_size(rows), 1);
        assert_string_equal(js_str(json_array_get(rows, 0), "name"), "测试甲");
        assert_string_equal(js_str(json_array_get(rows, 0), "person"), "1.1");
        json_decref(rows);
    }
    assert_int_equal(found(NULL, "02150000002"), 1);
    assert_int_equal(found(NULL, "测试"), 0);
    assert_int_equal(found(NEIGHBOUR, "测试甲"), 0);
    int64_t left;
    assert_err(ERR_FIELD_REQUIRED, hub_people_find(hub, NULL, " -", keep_row, NULL, &left));
}

static void what_was_corrected_is_found_by_the_new_and_not_by_the_old(void **state)
{
    (void)state;
    person(&own, NULL, JIA);
    assert_int_equal(found(NULL, "13800000001"), 1);
    person(&own, "1.1", JIA_AGAIN);
    assert_int_equal(found(NULL, "13800000001"), 0);
    assert_int_equal(found(NULL, "13800000009"), 1);
}

static void the_same_number_in_another_village_is_told(void **state)
{
    (void)state;
    person(&own, NULL, JIA);
    person(&neighbour, NULL, JIA_AGAIN);
    assert_int_equal(found(NULL, "测试甲"), 2);
    json_t *rows = json_array();
    assert_ok(hub_people_same(hub, VILLAGE, "1.1", keep_row, rows));
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(js_str(json_array_get(rows, 0), "site"), NEIGHBOUR);
    json_decref(rows);
}

static void an_officer_of_one_village_finds_nobody_of_another(void **state)
{
    (void)state;
    person(&own, NULL, JIA);
    person(&neighbour, NULL, JIA);
    assert_ok(hub_run(hub->db, "INSERT INTO officer_site (officer, site) VALUES ('li', ?1)", "s",
                      NEIGHBOUR));
    hub_audit_by(hub, "li", "officer", "");
    hub_scope_by(hub, true);
    assert_int_equal(found(NULL, "测试甲"), 1);
    assert_int_equal(found(VILLAGE, "测试甲"), 0);
}

/* The tags are keyed: another hub's differ, and nothing of the text stands in the store. */
static void the_store_alone_finds_nobody(void **state)
{
    (void)state;
    person(&own, NULL, JIA);
    assert_int_equal(found(NULL, "999101194503150025"), 1);
    rnd_bytes(hub->keys.box_sec, sizeof hub->keys.box_sec);
    int64_t left;
    json_t *rows = json_array();
    assert_ok(hub_people_find(hub, NULL, "999101194503150025", keep_row, rows, &left));
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
    assert_int_equal(
        hub_number(hub->db, -1, "SELECT count(*) FROM person_tag WHERE length(tag) <> 32", ""), 0);
}

static void many_that_came_are_searched_in_turns(void **state)
{
    int64_t left;
    (void)state;
    for (int i = 0; i < 5; i++)
        person(&own, NULL, JIA);
    assert_ok(hub_people_index(hub, 3, &left));
    assert_int_equal(left, 2);
    assert_ok(hub_people_index(hub, 3, &left));
    assert_int_equal(left, 0);
    assert_int_equal(found(NULL, "测试甲"), 5);
}

static void what_there_is_of_a_person_is_told_newest_first(void **state)
{
    (void)state;
    person(&own, NULL, JIA);
    assert_ok(hub_run(hub->db,
                      "INSERT INTO visit (site, id, at, clerk, person, policy, outcome, reasons)"
                      " VALUES (?1, '1.2', 1000, 'c', '1.1', 'p', 'admit', '[]')",
                      "s", VILLAGE));
    assert_ok(hub_run(hub->db,
                      "INSERT INTO case_file (site, id, number, at, arrived, clerk, person, item,"
                      " channel, state, missing, updated)"
                      " VALUES (?1, '1.3', '7', 2000, 2000, 'c', '1.1', 'x', 'proxy', 'taken_in',"
                      " 0, 2000)",
                      "s", VILLAGE));
    json_t *rows = json_array();
    assert_ok(hub_people_past(hub, VILLAGE, "1.1", keep_row, rows));
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(js_str(json_array_get(rows, 0), "kind"), "case");
    assert_string_equal(js_str(json_array_get(rows, 1), "state"), "admit");
    json_decref(rows);
}

static void a_masked_name_keeps_its_first_sign(void **state)
{
    char out[200];
    (void)state;
    assert_string_equal(hub_name_masked("测试甲", out), "测**");
    assert_string_equal(hub_name_masked("", out), "**");
}

int main(void)
{
    lang_init("en");
#define H(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        H(a_person_is_found_by_number_name_or_telephone),
        H(what_was_corrected_is_found_by_the_new_and_not_by_the_old),
        H(the_same_number_in_another_village_is_told),
        H(an_officer_of_one_village_finds_nobody_of_another),
        H(the_store_alone_finds_nobody),
        H(many_that_came_are_searched_in_turns),
        H(what_there_is_of_a_person_is_told_newest_first),
        H(a_masked_name_keeps_its_first_sign),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
