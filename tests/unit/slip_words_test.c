/* What a finder of a lost slip can read: nothing of the person unless the policy says so. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"
#include "kiosk/desk/link.h"
#include "kiosk/print/handout.h"
#include "kiosk/rules/policy.h"

#define PERSON                                                                                     \
    "{'name':'测试甲','id_no':'999101194503150025','phone':'12000000001','address':'示例路1号'}"

static json_t *taken;

static int setup(void **state)
{
    unsigned char sign_pub[SIGN_PUB_BYTES], sign_sec[SIGN_SEC_BYTES];
    unsigned char box_pub[BOX_PUB_BYTES], box_sec[BOX_SEC_BYTES];
    if (site_setup(state) != 0)
        return -1;
    secret_sign_pair(sign_pub, sign_sec);
    secret_box_pair(box_pub, box_sec);
    assert_ok(link_joined(site, "http://localhost", sign_pub, box_pub));
    taken = desk_do("case", "{'person':" PERSON ",'agent':null,'item':'QP-MZ-01','channel':'proxy',"
                            "'skipped':[{'channel':'online','reason':'no_phone'}],'papers':[],"
                            "'note':''}");
    return 0;
}

static int teardown(void **state)
{
    json_decref(taken);
    return site_teardown(state);
}

static json_t *pack(void)
{
    json_t *out = NULL;
    const struct asset *a = asset_find("policies/ordinary.json");
    assert_ok(js_parse(a->data, a->len, a->name, &out));
    js_set_int(out, "version", 2);
    return out;
}

/* The sub-centre sends a pack with these words about slips; NULL: with none. */
static void policy_says(int64_t n, const char *slip)
{
    json_t *definition = pack(), *body;
    js_set_int(definition, "version", n + 1);
    if (slip != NULL)
        json_object_set_new(definition, "slip", desk_json(slip));
    else
        json_object_del(definition, "slip");
    body = json_pack("{s:o,s:n}", "definition", definition, "effective");
    char *text = js_dump(body);
    desk_order("policy", "o.1", text);
    free(text);
    json_decref(body);
}

/* The slip as text; the caller frees. */
static char *text_of_slip(void)
{
    struct handout h;
    struct buf out = BUF_INIT;
    assert_ok(handout_make(site, js_str(taken, "id"), &h));
    assert_ok(handout_put(&h, "text", &out));
    handout_fini(&h);
    return buf_take(&out);
}

/* All that is hidden on any slip; then what a policy may allow. */
static const char *const hidden[] = {"测试甲",  "测**",   "999101", "0025",
                                     "1200000", "示例路", "敬老卡", "帮代办"};

static void shows_none_of(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(text, hidden[i]) != NULL)
            fail_msg("%s in\n%s", hidden[i], text);
}

static void as_we_ship_it_a_slip_says_how_it_goes_and_names_neither_person_nor_item(void **state)
{
    (void)state;
    char *text = text_of_slip();
    shows_none_of(text, 7);
    assert_non_null(strstr(text, "帮代办"));
    assert_non_null(strstr(text, js_str(taken, "number")));
    free(text);
}

static void without_a_word_of_the_policy_a_slip_shows_number_village_and_day_alone(void **state)
{
    (void)state;
    policy_says(1, NULL);
    char *text = text_of_slip();
    shows_none_of(text, 8);
    assert_non_null(strstr(text, js_str(taken, "number")));
    free(text);
}

static void the_policy_lets_item_channel_and_the_first_sign_of_the_name_stand_there(void **state)
{
    (void)state;
    policy_says(1, "{'shows':['item'],'return':{'zh':'拾到请送分中心','en':'To the sub-centre'}}");
    char *text = text_of_slip();
    assert_non_null(strstr(text, "敬老卡"));
    assert_non_null(strstr(text, "拾到请送分中心"));
    assert_null(strstr(text, "测**"));
    free(text);
    policy_says(2, "{'shows':['channel','surname']}");
    text = text_of_slip();
    assert_non_null(strstr(text, "帮代办"));
    assert_non_null(strstr(text, "测**"));
    assert_null(strstr(text, "测试甲"));
    assert_null(strstr(text, "敬老卡"));
    free(text);
}

static void a_policy_that_would_print_more_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"{'shows':['name']}", "{'shows':['id_no']}", "{}",
                                        "{'shows':[],'phone':true}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct policy *p;
        json_t *definition = pack();
        json_object_set_new(definition, "slip", desk_json(wrong[i]));
        assert_err(ERR_DEFINITION, policy_parse(definition, "x.json", &p));
        json_decref(definition);
    }
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(as_we_ship_it_a_slip_says_how_it_goes_and_names_neither_person_nor_item),
        T(without_a_word_of_the_policy_a_slip_shows_number_village_and_day_alone),
        T(the_policy_lets_item_channel_and_the_first_sign_of_the_name_stand_there),
        T(a_policy_that_would_print_more_is_refused),
    };
    return cmocka_run_group_tests_name("slip_words", tests, NULL, NULL);
}
