/* Numbers with a check: the vectors of GB 11643-1999's annex, and what must be refused. */
#include "tests/unit/unit.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/idno.h"

static void the_standards_own_numbers_are_accepted(void **state)
{
    (void)state;
    char out[19];
    assert_ok(idno_check("11010519491231002X", out));
    assert_ok(idno_check("440524188001010014", out));
    assert_int_equal(idno_digit("11010519491231002"), 'X');
}

static void a_number_is_the_same_however_it_was_typed(void **state)
{
    (void)state;
    char out[19];
    assert_ok(idno_check(" 110105 19491231 002x ", out));
    assert_string_equal(out, "11010519491231002X");
    assert_ok(idno_check("１１０１０５１９４９１２３１００２ｘ", out));
    assert_string_equal(out, "11010519491231002X");
}

static void every_single_wrong_digit_is_found(void **state)
{
    (void)state;
    char out[19], id[19] = "";
    for (int i = 0; i < 17; i++)
        for (char d = '0'; d <= '9'; d++) {
            memcpy(id, "440524188001010014", 18);
            if (id[i] == d)
                continue;
            id[i] = d;
            assert_int_not_equal(idno_check(id, out), ERR_OK);
        }
    assert_err(ERR_ID_CHECK, idno_check("110105194912310021", out));
}

static void what_is_not_an_id_number_has_its_own_error(void **state)
{
    (void)state;
    char out[19];
    assert_err(ERR_ID_FORM, idno_check("", out));
    assert_err(ERR_ID_FORM, idno_check("1101051949123100", out));
    assert_err(ERR_ID_FORM, idno_check("11010519491231002XX", out));
    assert_err(ERR_ID_FORM, idno_check("1101051949123100XX", out));
    assert_err(ERR_ID_FORM, idno_check("11010519491231002Y", out));
    assert_err(ERR_ID_FORM, idno_check("010105194912310021", out));
    assert_err(ERR_ID_FORM, idno_check("1101051949123100\xff", out));
    assert_err(ERR_ID_FORM, idno_check("11010519491231002\x1b", out));
}

static void a_birth_date_must_exist(void **state)
{
    (void)state;
    char out[19], id[19] = "99901119910229001";
    id[17] = idno_digit(id); /* 1991 was no leap year */
    assert_err(ERR_ID_DATE, idno_check(id, out));
    memcpy(id, "99901119921301001", 18);
    id[17] = idno_digit(id);
    assert_err(ERR_ID_DATE, idno_check(id, out));
    memcpy(id, "99901117991231001", 18);
    id[17] = idno_digit(id);
    assert_err(ERR_ID_DATE, idno_check(id, out));
    memcpy(id, "99901120920229001", 18);
    id[17] = idno_digit(id);
    assert_err(ERR_ID_DATE, idno_check(id, out));
    memcpy(id, "99901119920229001", 18);
    id[17] = idno_digit(id);
    assert_ok(idno_check(id, out));
}

static void a_clock_set_back_refuses_nobody(void **state)
{
    (void)state;
    char out[19], id[19] = "99901120230515001";
    id[17] = idno_digit(id);
    clock_hold(0, 0); /* 1970, as after an empty battery */
    enum err rc = idno_check(id, out);
    clock_hold(CLOCK_NONE, 0);
    assert_int_equal(rc, ERR_OK);
}

static void a_mask_shows_the_region_and_the_last_four(void **state)
{
    (void)state;
    char out[19];
    assert_string_equal(idno_masked("11010519491231002X", out), "110105********002X");
    assert_string_equal(idno_masked("12345", out), "********");
    assert_string_equal(idno_masked("", out), "");
    assert_string_equal(idno_masked(NULL, out), "");
}

static void phones_are_mobiles_landlines_and_eight_digits(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        {"12000000001", "12000000001"},          {"+86 120-0000-0001", "12000000001"},
        {"１２０００００００01", "12000000001"}, {"021-59700000", "02159700000"},
        {"(0512)1234567", "05121234567"},        {"59700000", "59700000"}};
    static const char *const bad[] = {
        "",           "1200000000",    "120000000011", "2345678",
        "abcdefghij", "12000000001;x", "00212345678",  "1200000000\xff"};
    char out[24];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_ok(idno_phone(good[i][0], out));
        assert_string_equal(out, good[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_err(ERR_PHONE, idno_phone(bad[i], out));
}

static void a_case_number_comes_back_from_paper(void **state)
{
    (void)state;
    char out[32], site[7];
    long long epoch, seq;
    assert_int_equal(idno_mod11_10("0794"), '5'); /* the standard's worked example */
    idno_case_number("310118101201", 1, 57, out);
    assert_memory_equal(out, "101201-01-000057-", 17);
    assert_ok(idno_case_parse(out, site, &epoch, &seq));
    assert_string_equal(site, "101201");
    assert_int_equal(epoch, 1);
    assert_int_equal(seq, 57);
    idno_case_number("310118101201", 12, 1234567, out);
    assert_ok(idno_case_parse(out, site, &epoch, &seq));
    assert_int_equal(epoch, 12);
    assert_int_equal(seq, 1234567);
}

static void one_wrong_or_two_swapped_digits_of_a_case_number_are_found(void **state)
{
    (void)state;
    char out[32], bad[32], site[7];
    long long epoch, seq;
    idno_case_number("310118101201", 1, 57, out);
    for (size_t i = 0; out[i] != 0; i++)
        for (char d = '0'; d <= '9'; d++) {
            memcpy(bad, out, sizeof bad);
            if (bad[i] == d || bad[i] == '-')
                continue;
            bad[i] = d;
            assert_err(ERR_CHECK_DIGIT, idno_case_parse(bad, site, &epoch, &seq));
        }
    assert_err(ERR_FIELD_TYPE, idno_case_parse("101201-01-57", site, &epoch, &seq));
    assert_err(ERR_FIELD_TYPE, idno_case_parse("101201-01-00005a-3", site, &epoch, &seq));
    assert_err(ERR_FIELD_TYPE, idno_case_parse("", site, &epoch, &seq));
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standards_own_numbers_are_accepted),
        cmocka_unit_test(a_number_is_the_same_however_it_was_typed),
        cmocka_unit_test(every_single_wrong_digit_is_found),
        cmocka_unit_test(what_is_not_an_id_number_has_its_own_error),
        cmocka_unit_test(a_birth_date_must_exist),
        cmocka_unit_test(a_clock_set_back_refuses_nobody),
        cmocka_unit_test(a_mask_shows_the_region_and_the_last_four),
        cmocka_unit_test(phones_are_mobiles_landlines_and_eight_digits),
        cmocka_unit_test(a_case_number_comes_back_from_paper),
        cmocka_unit_test(one_wrong_or_two_swapped_digits_of_a_case_number_are_found),
    };
    return cmocka_run_group_tests_name("idno", tests, NULL, NULL);
}
