/* Text: its measures, and the cleaning of what comes from outside. */
#include "tests/unit/unit.h"

#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"

static void a_hanzi_is_three_bytes_one_point_two_columns(void **state)
{
    (void)state;
    uint32_t cp;
    assert_int_equal(utf8_next("张", 3, &cp), 3);
    assert_int_equal(cp, 0x5f20);
    assert_int_equal(utf8_count("张三a"), 3);
    assert_int_equal(utf8_width("张三a"), 5);
    assert_int_equal(utf8_width("\xf0\xa0\xae\xb7"), 2); /* U+20BB7, a name's rare character */
}

static void invalid_bytes_are_refused(void **state)
{
    (void)state;
    assert_false(utf8_valid("\xc0\xaf", 2));     /* overlong */
    assert_false(utf8_valid("\xed\xa0\x80", 3)); /* surrogate */
    assert_false(utf8_valid("\xf4\x90\x80\x80", 4));
    assert_false(utf8_valid("\xe5\xbc", 2)); /* cut short */
    assert_int_equal(utf8_check("\xff", 1), ERR_NOT_UTF8);
    assert_int_equal(utf8_check("a\x1b[31m", 5), ERR_CONTROL_CHARS);
}

static void text_is_never_cut_inside_a_glyph(void **state)
{
    (void)state;
    char cut[5] = "a\xe5\xbc"; /* as snprintf leaves it */
    utf8_trim(cut);
    assert_string_equal(cut, "a");
    assert_int_equal(utf8_fit("张三", 3), 3);
    assert_int_equal(utf8_fit("张三", 4), 6);
}

static void escape_sequences_and_bidi_overrides_are_cleaned_away(void **state)
{
    (void)state;
    char out[64];
    assert_int_equal(utf8_clean("\x1b[31m\xe2\x80\xae"
                                "abc\xc2\x9b\n",
                                out),
                     3);
    assert_string_equal(out, "[31mabc");
    assert_int_equal(utf8_clean("  a\tb \xff", out), 1);
    assert_string_equal(out, "a b");
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hanzi_is_three_bytes_one_point_two_columns),
        cmocka_unit_test(invalid_bytes_are_refused),
        cmocka_unit_test(text_is_never_cut_inside_a_glyph),
        cmocka_unit_test(escape_sequences_and_bidi_overrides_are_cleaned_away),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
