/* The slip: whole, small, signed, silent to everybody but its hub. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/print/qr.h"
#include "kiosk/print/slip.h"
#include "kiosk/rules/idno.h"

static unsigned char hub_pub[BOX_PUB_BYTES], hub_sec[BOX_SEC_BYTES];
static unsigned char site_pub[SIGN_PUB_BYTES], site_sec[SIGN_SEC_BYTES];

static int make_keys(void **state)
{
    (void)state;
    if (secret_init() != ERR_OK)
        return -1;
    secret_box_pair(hub_pub, hub_sec);
    secret_sign_pair(site_pub, site_sec);
    return 0;
}

static void id_no(const char *first17, char out[19])
{
    memcpy(out, first17, 17);
    out[17] = idno_digit(first17);
    out[18] = 0;
}

/* The fullest case that a slip must carry: agent, long names, eight papers. */
static json_t *full_case(void)
{
    char a[19], b[19];
    id_no("99900119491231001", a);
    id_no("99900119750615002", b);
    return json_pack("{s:s,s:i,s:i,s:I,s:i,s:s,s:{s:s,s:s,s:s},s:{s:s,s:s,s:s,s:s},"
                     "s:[s,s,s,s,s,s,s,s]}",
                     "site", "310118101201", "epoch", 3, "seq", 1234567, "at",
                     (json_int_t)1700000040000, "item", 62, "channel", "proxy", "person", "name",
                     "测试甲乙", "id_no", a, "phone", "12000000001", "agent", "name", "示例丙丁",
                     "id_no", b, "phone", "021-59720000", "relation", "子女", "papers",
                     "original_seen", "copy_kept", "missing", "returned", "original_kept",
                     "missing", "missing", "copy_kept");
}

static enum err make(const json_t *what, struct buf *bytes)
{
    return slip_make(what, site_sec, hub_pub, bytes);
}

static enum err read_back(const struct buf *bytes, json_t **got)
{
    return slip_read(bytes->data, bytes->len, hub_pub, hub_sec, site_pub, got);
}

static void a_full_case_comes_back_to_the_same(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT, digits = BUF_INIT, again = BUF_INIT;
    json_t *what = full_case(), *got;
    assert_ok(make(what, &bytes));
    assert_true(bytes.len <= SLIP_MAX_BYTES);
    slip_digits(bytes.data, bytes.len, &digits);
    assert_true(digits.len <= SLIP_MAX_DIGITS);
    assert_ok(slip_from_digits(buf_str(&digits), &again));
    assert_int_equal(again.len, bytes.len);
    assert_memory_equal(again.data, bytes.data, bytes.len);
    assert_ok(read_back(&again, &got));
    assert_true(json_equal(what, got));
    json_decref(what);
    json_decref(got);
    buf_fini(&bytes);
    buf_fini(&digits);
    buf_fini(&again);
}

static void a_case_without_agent_and_numbers_comes_back_too(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    json_t *got,
        *what = json_pack("{s:s,s:i,s:i,s:I,s:i,s:s,s:{s:s,s:n,s:n},s:n,s:[]}", "site",
                          "310118101201", "epoch", 1, "seq", 1, "at", (json_int_t)1700000040000,
                          "item", 1, "channel", "nearby", "person", "name", "\xf0\xa0\xae\xb7",
                          "id_no", "phone", "agent", "papers");
    assert_ok(make(what, &bytes));
    assert_ok(read_back(&bytes, &got));
    assert_true(json_equal(what, got));
    json_decref(what);
    json_decref(got);
    buf_fini(&bytes);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    json_t *what = full_case();
    js_set_str(json_object_get(what, "person"), "name", "一二三四五六七八九十");
    assert_err(ERR_SLIP_LONG, make(what, &bytes));
    js_set_str(json_object_get(what, "person"), "name", "测试甲");
    js_set_str(json_object_get(what, "person"), "id_no", "999001194912310010");
    assert_err(ERR_ID_CHECK, make(what, &bytes));
    json_decref(what);
    assert_int_equal(bytes.len, 0);
    buf_fini(&bytes);
}

static void every_flipped_digit_is_found(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT, digits = BUF_INIT;
    json_t *what = full_case(), *got;
    assert_ok(make(what, &bytes));
    slip_digits(bytes.data, bytes.len, &digits);
    for (size_t i = 0; i < digits.len; i++) {
        struct buf flipped = BUF_INIT;
        unsigned char was = digits.data[i];
        digits.data[i] = was == '9' ? '0' : (unsigned char)(was + 1);
        if (slip_from_digits(buf_str(&digits), &flipped) == ERR_OK)
            assert_int_not_equal(read_back(&flipped, &got), ERR_OK);
        digits.data[i] = was;
        buf_fini(&flipped);
    }
    json_decref(what);
    buf_fini(&bytes);
    buf_fini(&digits);
}

static void every_truncation_is_found(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    json_t *what = full_case(), *got;
    assert_ok(make(what, &bytes));
    for (size_t n = 0; n < bytes.len; n++)
        assert_int_not_equal(slip_read(bytes.data, n, hub_pub, hub_sec, site_pub, &got), ERR_OK);
    json_decref(what);
    buf_fini(&bytes);
}

static void another_hub_and_another_site_are_told_apart(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    unsigned char other_pub[BOX_PUB_BYTES], other_sec[BOX_SEC_BYTES], pub[SIGN_PUB_BYTES],
        sec[SIGN_SEC_BYTES];
    json_t *what = full_case(), *got;
    assert_ok(make(what, &bytes));
    do /* a hub whose key id differs, which is so in 255 of 256 */
        secret_box_pair(other_pub, other_sec);
    while (slip_read(bytes.data, bytes.len, other_pub, other_sec, site_pub, &got) !=
           ERR_SLIP_FOREIGN);
    secret_sign_pair(pub, sec);
    assert_err(ERR_SIGNATURE, slip_read(bytes.data, bytes.len, hub_pub, hub_sec, pub, &got));
    bytes.data[6] ^= 1; /* the site's code in the clear header */
    assert_err(ERR_SIGNATURE, read_back(&bytes, &got));
    json_decref(what);
    buf_fini(&bytes);
}

static void a_stolen_slip_tells_nothing(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT, again = BUF_INIT, gb = BUF_INIT;
    json_t *what = full_case();
    assert_ok(make(what, &bytes));
    assert_ok(make(what, &again));
    assert_memory_not_equal(bytes.data + 8, again.data + 8, bytes.len - 8);
    assert_ok(gb18030_from("测试甲乙", &gb));
    assert_null(memmem(bytes.data, bytes.len, gb.data, gb.len));
    assert_null(memmem(bytes.data, bytes.len, "12000000001", 11));
    json_decref(what);
    buf_fini(&bytes);
    buf_fini(&again);
    buf_fini(&gb);
}

static void only_digits_of_the_right_lengths_are_bytes(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    assert_err(ERR_SLIP, slip_from_digits("", &b));
    assert_err(ERR_SLIP, slip_from_digits("12", &b));
    assert_err(ERR_SLIP, slip_from_digits("256", &b));
    assert_err(ERR_SLIP, slip_from_digits("12a", &b));
    assert_err(ERR_SLIP, slip_from_digits("99999999999999999", &b));
    buf_clear(&b);
    assert_ok(slip_from_digits(" 2 5\r\n5 ", &b));
    assert_int_equal(b.len, 1);
    assert_int_equal(b.data[0], 255);
    buf_fini(&b);
}

static void the_longest_slip_is_one_symbol_of_version_10(void **state)
{
    (void)state;
    unsigned char most[SLIP_MAX_BYTES];
    struct buf digits = BUF_INIT, escpos = BUF_INIT;
    struct qr q;
    memset(most, 0xff, sizeof most);
    slip_digits(most, sizeof most, &digits);
    assert_int_equal(digits.len, SLIP_MAX_DIGITS);
    assert_ok(qr_make(buf_str(&digits), QR_M, &q));
    assert_int_equal(q.size, 57);
    struct sheet sheet = {NULL, &q, NULL};
    assert_ok(escpos_sheet(&sheet, 384, &escpos));
    assert_err(ERR_TOO_LONG, escpos_sheet(&sheet, 200, &escpos)); /* under 4 dots a module */
    qr_fini(&q);
    buf_fini(&digits);
    buf_fini(&escpos);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_case_comes_back_to_the_same),
        cmocka_unit_test(a_case_without_agent_and_numbers_comes_back_too),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(every_flipped_digit_is_found),
        cmocka_unit_test(every_truncation_is_found),
        cmocka_unit_test(another_hub_and_another_site_are_told_apart),
        cmocka_unit_test(a_stolen_slip_tells_nothing),
        cmocka_unit_test(only_digits_of_the_right_lengths_are_bytes),
        cmocka_unit_test(the_longest_slip_is_one_symbol_of_version_10),
    };
    return cmocka_run_group_tests_name("slip", tests, make_keys, NULL);
}
