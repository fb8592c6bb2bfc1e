/* The slip: what it carries, who can read it, and what it refuses. All persons are invented:
 * region 999, phones beginning 12. */
#include "tests/unit/unit.h"

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/slip.h"
#include "kiosk/rules/idno.h"

#define SITE "310118107201"
#define NAME "测试甲乙"
#define PHONE "12000000001"

static unsigned char site_pub[SIGN_PUB_BYTES], site_sec[SIGN_SEC_BYTES];
static unsigned char hub_pub[BOX_PUB_BYTES], hub_sec[BOX_SEC_BYTES];

static int keys(void **state)
{
    (void)state;
    assert_ok(secret_init());
    secret_sign_pair(site_pub, site_sec);
    secret_box_pair(hub_pub, hub_sec);
    return 0;
}

static const char *id_of(const char *first17)
{
    static char id[19];
    snprintf(id, sizeof id, "%s%c", first17, idno_digit(first17));
    return id;
}

static json_t *person(const char *name, const char *first17, const char *phone)
{
    return json_pack("{s:s, s:s, s:s}", "name", name, "id_no", id_of(first17), "phone", phone);
}

/* Eight papers, an agent with a relation: a usual large case. */
static json_t *with_agent(const char *name, const char *agent)
{
    json_t *a = person(agent, "99910119551231002", "02112345678");
    js_set_str(a, "relation", "邻居");
    return json_pack("{s:s, s:i, s:i, s:I, s:i, s:s, s:o, s:o, s:[sssss]}", "site", SITE, "epoch",
                     1, "seq", 57, "at", (json_int_t)1653008400000, "item", 61, "channel", "proxy",
                     "person", person(name, "99910119330704001", PHONE), "agent", a, "papers",
                     "original_seen", "copy_kept", "original_kept", "returned", "missing");
}

static void make(const json_t *what, struct buf *out)
{
    assert_ok(slip_make(what, site_sec, hub_pub, out));
    assert_true(out->len <= SLIP_MAX_BYTES);
}

static enum err read_it(const struct buf *slip, json_t **what)
{
    return slip_read(slip->data, slip->len, hub_pub, hub_sec, site_pub, what);
}

static void comes_back(const json_t *what)
{
    struct buf slip = BUF_INIT, digits = BUF_INIT, bytes = BUF_INIT;
    json_t *back = NULL;
    char site[13];
    make(what, &slip);
    slip_digits(slip.data, slip.len, &digits);
    assert_true(digits.len <= SLIP_MAX_DIGITS);
    assert_ok(slip_from_digits(buf_str(&digits), &bytes));
    assert_ok(slip_site(bytes.data, bytes.len, site));
    assert_string_equal(site, js_str(what, "site"));
    assert_ok(read_it(&bytes, &back));
    if (!json_equal(back, what))
        fail_msg("%s\n%s", json_dumps(what, 0), json_dumps(back, 0));
    json_decref(back);
    buf_fini(&slip);
    buf_fini(&digits);
    buf_fini(&bytes);
}

static void a_case_with_an_agent_comes_back_as_it_was(void **state)
{
    (void)state;
    json_t *what = with_agent(NAME, "示例丙丁");
    comes_back(what);
    json_decref(what);
}

static void a_case_without_agent_phone_and_id_number_comes_back(void **state)
{
    (void)state;
    json_t *what = with_agent("阿依古丽·测试", "示例");
    json_object_set_new(what, "agent", json_null());
    json_object_set_new(json_object_get(what, "person"), "phone", json_null());
    json_object_set_new(json_object_get(what, "person"), "id_no", json_null());
    json_object_set_new(what, "papers", json_array());
    js_set_str(what, "site", "010000000001");
    comes_back(what);
    json_decref(what);
}

static void every_channel_and_the_largest_numbers_come_back(void **state)
{
    (void)state;
    static const char *const channels[] = {"proxy",  "nearby",      "courier", "remote",
                                           "online", "appointment", "window"};
    json_t *what = with_agent(NAME, NAME);
    js_set_int(what, "epoch", 255);
    js_set_int(what, "seq", (1 << 28) - 1);
    js_set_int(what, "item", 4095);
    js_set_str(what, "site", "999999999999");
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        js_set_str(what, "channel", channels[i]);
        comes_back(what);
    }
    json_decref(what);
}

static void a_phone_keeps_its_leading_zero_and_an_id_number_its_x(void **state)
{
    (void)state;
    static const char *const phones[] = {"12999999999", "059912345678", "02100000000", "0100000000",
                                         "59720000",    "021-59720000", NULL};
    json_t *what = with_agent(NAME, NAME), *p = json_object_get(what, "person");
    for (int i = 0; phones[i] != NULL; i++) {
        js_set_str(p, "phone", phones[i]);
        comes_back(what);
    }
    char first17[18] = "99910119330704000";
    while (idno_digit(first17) != 'X')
        first17[16]++;
    js_set_str(p, "id_no", id_of(first17));
    comes_back(what);
    json_decref(what);
}

static void seconds_are_left_out_of_the_time(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT;
    json_t *what = with_agent(NAME, NAME), *back;
    js_set_int(what, "at", 1653008459999);
    make(what, &slip);
    assert_ok(read_it(&slip, &back));
    assert_int_equal(js_int(back, "at", 0), 1653008400000);
    json_decref(back);
    json_decref(what);
    buf_fini(&slip);
}

static void names_of_four_rare_hanzi_fit_with_an_agent(void **state)
{
    (void)state;
    /* U+20BB7, U+2A6A5: four bytes each in GB18030 */
    json_t *what = with_agent("𠮷𪚥𠮷𪚥", "𪚥𠮷𪚥𠮷");
    comes_back(what);
    json_decref(what);
}

static void what_does_not_fit_is_refused_and_nothing_is_appended(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    json_t *what = with_agent("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", "𪚥𪚥𪚥𪚥𪚥𪚥𪚥");
    assert_err(ERR_SLIP_LONG, slip_make(what, site_sec, hub_pub, &out));
    json_t *p = json_object_get(what, "person");
    js_set_str(p, "name", "测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试");
    assert_err(ERR_SLIP_LONG, slip_make(what, site_sec, hub_pub, &out));
    assert_int_equal(out.len, 0);
    json_decref(what);
}

static void the_longest_slip_that_fits_is_206_bytes_and_501_digits(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT, digits = BUF_INIT;
    char name[64] = "";
    size_t longest = 0;
    for (int i = 0; i < 31; i++) {
        strcat(name, "a");
        buf_clear(&slip);
        json_t *what = with_agent(name, "sixteen letters.");
        js_set_str(json_object_get(what, "agent"), "relation", "sixteen letters.");
        if (slip_make(what, site_sec, hub_pub, &slip) == ERR_OK)
            longest = slip.len;
        json_decref(what);
    }
    assert_int_equal(longest, SLIP_MAX_BYTES);
    unsigned char most[SLIP_MAX_BYTES];
    memset(most, 0xff, sizeof most);
    slip_digits(most, sizeof most, &digits);
    assert_int_equal(digits.len, SLIP_MAX_DIGITS);
    buf_fini(&slip);
    buf_fini(&digits);
}

static void refuses(const char *path, const char *key, json_t *value, enum err code)
{
    struct buf out = BUF_INIT;
    json_t *what = with_agent(NAME, NAME);
    json_object_set_new(*path != 0 ? json_object_get(what, path) : what, key, value);
    assert_err(code, slip_make(what, site_sec, hub_pub, &out));
    char field[64];
    snprintf(field, sizeof field, "%s%s%s", path, *path != 0 ? "." : "", key);
    assert_string_equal(err_field(), field);
    json_decref(what);
}

static void each_wrong_field_is_named(void **state)
{
    (void)state;
    refuses("", "site", json_string("12345"), ERR_FIELD_TYPE);
    refuses("", "site", json_string("31011810720x"), ERR_FIELD_TYPE);
    refuses("", "epoch", json_integer(256), ERR_FIELD_RANGE);
    refuses("", "seq", json_integer(-1), ERR_FIELD_RANGE);
    refuses("", "seq", json_string("57"), ERR_FIELD_TYPE);
    refuses("", "at", json_null(), ERR_FIELD_TYPE);
    refuses("", "at", json_integer(INT64_MAX), ERR_FIELD_RANGE);
    refuses("", "item", json_null(), ERR_FIELD_TYPE);
    refuses("", "channel", json_string("pigeon"), ERR_FIELD_CHOICE);
    refuses("", "person", json_null(), ERR_FIELD_REQUIRED);
    refuses("", "agent", json_string("x"), ERR_FIELD_TYPE);
    refuses("", "papers", json_pack("[s]", "lost"), ERR_FIELD_CHOICE);
    refuses("person", "name", json_string(""), ERR_FIELD_REQUIRED);
    refuses("person", "name", json_string("a\x1b[2J"), ERR_CONTROL_CHARS);
    refuses("person", "name", json_integer(5), ERR_FIELD_TYPE);
    refuses("person", "id_no", json_string("999101193307040011"), ERR_ID_CHECK);
    refuses("person", "id_no", json_string("12"), ERR_ID_FORM);
    refuses("agent", "phone", json_string("110"), ERR_PHONE);
}

static void more_papers_than_a_slip_counts_are_refused(void **state)
{
    (void)state;
    json_t *papers = json_array();
    for (int i = 0; i < 32; i++)
        json_array_append_new(papers, json_string("missing"));
    refuses("", "papers", papers, ERR_SLIP_LONG);
}

static void another_hubs_slip_is_foreign(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT;
    unsigned char pub[BOX_PUB_BYTES], sec[BOX_SEC_BYTES], a[HASH_BYTES], b[HASH_BYTES];
    json_t *what = with_agent(NAME, NAME), *back;
    secret_hash_once(hub_pub, sizeof hub_pub, a);
    do {
        secret_box_pair(pub, sec);
        secret_hash_once(pub, sizeof pub, b);
    } while (a[0] == b[0]);
    make(what, &slip);
    assert_err(ERR_SLIP_FOREIGN, slip_read(slip.data, slip.len, pub, sec, site_pub, &back));
    do {
        secret_box_pair(pub, sec);
        secret_hash_once(pub, sizeof pub, b);
    } while (a[0] != b[0]);
    /* Even where the one byte of the header happens to be the same. */
    assert_err(ERR_SLIP_CUT, slip_read(slip.data, slip.len, pub, sec, site_pub, &back));
    assert_null(back);
    json_decref(what);
    buf_fini(&slip);
}

static void a_slip_of_another_signer_is_refused(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT;
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    json_t *what = with_agent(NAME, NAME), *back;
    secret_sign_pair(pub, sec);
    assert_ok(slip_make(what, sec, hub_pub, &slip));
    assert_err(ERR_SLIP_FORGED, read_it(&slip, &back));
    json_decref(what);
    buf_fini(&slip);
}

static void a_slip_opened_and_sealed_anew_for_another_hub_is_refused(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT, plain = BUF_INIT, again = BUF_INIT;
    unsigned char pub[BOX_PUB_BYTES], sec[BOX_SEC_BYTES], hash[HASH_BYTES];
    json_t *what = with_agent(NAME, NAME), *back;
    make(what, &slip);
    assert_ok(secret_box_open(hub_pub, hub_sec, slip.data + 8, slip.len - 8, &plain));
    secret_box_pair(pub, sec);
    secret_hash_once(pub, sizeof pub, hash);
    slip.data[7] = hash[0];
    buf_add(&again, slip.data, 8);
    secret_box_seal(pub, plain.data, plain.len, &again);
    assert_err(ERR_SLIP_FORGED, slip_read(again.data, again.len, pub, sec, site_pub, &back));
    json_decref(what);
    buf_fini(&slip);
    buf_fini(&plain);
    buf_fini(&again);
}

static void a_swapped_site_is_refused(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT;
    json_t *what = with_agent(NAME, NAME), *back;
    char site[13];
    make(what, &slip);
    slip.data[6] ^= 1;
    assert_ok(slip_site(slip.data, slip.len, site));
    assert_string_not_equal(site, SITE);
    assert_err(ERR_SLIP_FORGED, read_it(&slip, &back));
    json_decref(what);
    buf_fini(&slip);
}

static bool refused(const char *digits)
{
    struct buf bytes = BUF_INIT;
    json_t *back = NULL;
    enum err rc = slip_from_digits(digits, &bytes);
    if (rc == ERR_OK)
        rc = read_it(&bytes, &back);
    json_decref(back);
    buf_fini(&bytes);
    return rc == ERR_SLIP || rc == ERR_SLIP_CUT || rc == ERR_SLIP_FOREIGN || rc == ERR_SLIP_FORGED;
}

static void one_wrong_digit_at_any_place_is_refused(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT, digits = BUF_INIT;
    json_t *what = with_agent(NAME, NAME);
    make(what, &slip);
    slip_digits(slip.data, slip.len, &digits);
    assert_false(refused(buf_str(&digits)));
    for (size_t i = 0; i < digits.len; i++) {
        unsigned char was = digits.data[i];
        for (int by = 1; by < 10; by++) {
            digits.data[i] = (unsigned char)('0' + (was - '0' + by) % 10);
            if (!refused(buf_str(&digits)))
                fail_msg("digit %zu", i);
        }
        digits.data[i] = was;
    }
    json_decref(what);
    buf_fini(&slip);
    buf_fini(&digits);
}

static void a_slip_cut_anywhere_or_with_more_behind_it_is_refused(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT;
    json_t *what = with_agent(NAME, NAME), *back;
    make(what, &slip);
    for (size_t n = 0; n < slip.len; n++)
        if (slip_read(slip.data, n, hub_pub, hub_sec, site_pub, &back) !=
            (n < 8 ? ERR_SLIP : ERR_SLIP_CUT)) /* without its header it is nothing at all */
            fail_msg("%zu bytes", n);
    buf_byte(&slip, 0);
    assert_err(ERR_SLIP_CUT, read_it(&slip, &back));
    json_decref(what);
    buf_fini(&slip);
}

static void other_versions_and_suites_are_refused(void **state)
{
    (void)state;
    static const unsigned char others[] = {0x01, 0x21, 0x12, 0x10, 0xff};
    struct buf slip = BUF_INIT;
    json_t *what = with_agent(NAME, NAME), *back;
    make(what, &slip);
    for (size_t i = 0; i < sizeof others; i++) {
        slip.data[1] = others[i];
        assert_err(ERR_SLIP, read_it(&slip, &back));
    }
    json_decref(what);
    buf_fini(&slip);
}

static void every_length_of_bytes_comes_back_from_its_digits(void **state)
{
    (void)state;
    unsigned char bytes[SLIP_MAX_BYTES];
    for (size_t len = 1; len <= sizeof bytes; len++) {
        struct buf digits = BUF_INIT, back = BUF_INIT;
        memset(bytes, len % 2 ? 0xff : 0, len);
        bytes[len / 2] = (unsigned char)len;
        slip_digits(bytes, len, &digits);
        assert_ok(slip_from_digits(buf_str(&digits), &back));
        assert_int_equal(back.len, len);
        assert_memory_equal(back.data, bytes, len);
        buf_fini(&digits);
        buf_fini(&back);
    }
}

static void spaces_and_line_ends_in_digits_are_passed_over(void **state)
{
    (void)state;
    struct buf back = BUF_INIT;
    assert_ok(slip_from_digits(" 2 5\r\n5\n", &back));
    assert_int_equal(back.len, 1);
    assert_int_equal(back.data[0], 255);
    buf_fini(&back);
}

static void digits_that_no_bytes_give_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "-12", "99999999999999999", "12345a", NULL};
    static const char *const cut[] = {"1", "256", "999", "65536", "1234", "12345678901", NULL};
    struct buf back = BUF_INIT;
    for (int i = 0; wrong[i] != NULL; i++)
        assert_err(ERR_SLIP, slip_from_digits(wrong[i], &back));
    for (int i = 0; cut[i] != NULL; i++)
        assert_err(ERR_SLIP_CUT, slip_from_digits(cut[i], &back));
    char many[600];
    memset(many, '0', sizeof many);
    many[510] = 0; /* 30 whole groups */
    assert_err(ERR_SLIP, slip_from_digits(many, &back));
    assert_int_equal(back.len, 0);
    buf_fini(&back);
}

static bool has(const struct buf *hay, const void *needle, size_t len)
{
    return memmem(hay->data, hay->len, needle, len) != NULL;
}

static void a_stolen_slip_tells_nothing_of_the_person(void **state)
{
    (void)state;
    struct buf slip = BUF_INIT, digits = BUF_INIT;
    json_t *what = with_agent(NAME, NAME);
    static const unsigned char name_gb[] = {0xb2, 0xe2, 0xca, 0xd4}; /* 测试 */
    make(what, &slip);
    slip_digits(slip.data, slip.len, &digits);
    assert_false(has(&slip, NAME, 3));
    assert_false(has(&slip, name_gb, sizeof name_gb));
    assert_false(has(&slip, PHONE, 6));
    assert_false(has(&slip, "99910119330704001", 6));
    assert_false(has(&digits, PHONE, 11));
    assert_false(has(&digits, "99910119330704001", 17));
    json_decref(what);
    buf_fini(&slip);
    buf_fini(&digits);
}

static void two_slips_of_one_case_have_nothing_in_common_but_the_header(void **state)
{
    (void)state;
    struct buf a = BUF_INIT, b = BUF_INIT;
    json_t *what = with_agent(NAME, NAME);
    make(what, &a);
    make(what, &b);
    assert_memory_equal(a.data, b.data, 8);
    for (size_t i = 8; i + 8 <= a.len; i++)
        assert_false(has(&b, a.data + i, 8));
    json_decref(what);
    buf_fini(&a);
    buf_fini(&b);
}

/* Signed and sealed as it should be, but with a payload that no packing makes. */
static enum err forged(const unsigned char *payload, size_t len)
{
    unsigned char header[8] = {'J', 0x11, 0x48, 0x34, 0x5d, 0x8e, 0x31, 0}, hash[HASH_BYTES];
    unsigned char sig[SIGN_BYTES];
    struct buf whole = BUF_INIT, plain = BUF_INIT, slip = BUF_INIT;
    json_t *back = NULL;
    secret_hash_once(hub_pub, sizeof hub_pub, hash);
    header[7] = hash[0];
    buf_add(&whole, header, 8);
    buf_add(&whole, hub_pub, sizeof hub_pub);
    buf_add(&whole, payload, len);
    secret_sign(site_sec, whole.data, whole.len, sig);
    buf_add(&plain, payload, len);
    buf_add(&plain, sig, sizeof sig);
    buf_add(&slip, header, 8);
    secret_box_seal(hub_pub, plain.data, plain.len, &slip);
    enum err rc = read_it(&slip, &back);
    json_decref(back);
    buf_fini(&whole);
    buf_fini(&plain);
    buf_fini(&slip);
    return rc;
}

static void a_signed_payload_of_nonsense_is_refused_and_never_crashes(void **state)
{
    (void)state;
    unsigned char noise[86];
    uint32_t seed = 20220518;
    memset(noise, 0xff, sizeof noise);
    assert_err(ERR_SLIP_CUT, forged(noise, 0));
    for (size_t n = 1; n <= sizeof noise; n++)
        assert_err(ERR_SLIP, forged(noise, n));
    for (int i = 0; i < 2000; i++) {
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (unsigned char)((seed = seed * 1664525 + 1013904223) >> 24);
        assert_err(ERR_SLIP, forged(noise, 1 + (size_t)i % 86));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_with_an_agent_comes_back_as_it_was),
        cmocka_unit_test(a_case_without_agent_phone_and_id_number_comes_back),
        cmocka_unit_test(every_channel_and_the_largest_numbers_come_back),
        cmocka_unit_test(a_phone_keeps_its_leading_zero_and_an_id_number_its_x),
        cmocka_unit_test(seconds_are_left_out_of_the_time),
        cmocka_unit_test(names_of_four_rare_hanzi_fit_with_an_agent),
        cmocka_unit_test(what_does_not_fit_is_refused_and_nothing_is_appended),
        cmocka_unit_test(the_longest_slip_that_fits_is_206_bytes_and_501_digits),
        cmocka_unit_test(each_wrong_field_is_named),
        cmocka_unit_test(more_papers_than_a_slip_counts_are_refused),
        cmocka_unit_test(another_hubs_slip_is_foreign),
        cmocka_unit_test(a_slip_of_another_signer_is_refused),
        cmocka_unit_test(a_slip_opened_and_sealed_anew_for_another_hub_is_refused),
        cmocka_unit_test(a_swapped_site_is_refused),
        cmocka_unit_test(one_wrong_digit_at_any_place_is_refused),
        cmocka_unit_test(a_slip_cut_anywhere_or_with_more_behind_it_is_refused),
        cmocka_unit_test(other_versions_and_suites_are_refused),
        cmocka_unit_test(every_length_of_bytes_comes_back_from_its_digits),
        cmocka_unit_test(spaces_and_line_ends_in_digits_are_passed_over),
        cmocka_unit_test(digits_that_no_bytes_give_are_refused),
        cmocka_unit_test(a_stolen_slip_tells_nothing_of_the_person),
        cmocka_unit_test(two_slips_of_one_case_have_nothing_in_common_but_the_header),
        cmocka_unit_test(a_signed_payload_of_nonsense_is_refused_and_never_crashes),
    };
    return cmocka_run_group_tests(tests, keys, NULL);
}
