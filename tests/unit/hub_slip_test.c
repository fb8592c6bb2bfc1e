/* Reading slips at the hub: each kind of paper has its own answer, and a case stays one case. */
#include "tests/unit/hub.h"

#include "kiosk/print/slip.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/slip_in.h"

/* What a slip of case 1.2 of that village says; `change` (text with ' for ") is put over it. */
static json_t *content(const char *site, const char *change)
{
    json_t *what =
        json_pack("{s:s,s:i,s:i,s:I,s:i,s:s,s:{s:s,s:s,s:s},s:n,s:[s,s]}", "site", site, "epoch", 1,
                  "seq", 2, "at", (json_int_t)1653004800000LL, "item", 1, "channel", "proxy",
                  "person", "name", "测试甲", "id_no", "999101194503150025", "phone", "12000000001",
                  "agent", "papers", "original_seen", "missing");
    char *text = mem_strdup(change);
    json_t *more = NULL;
    for (char *c = text; *c != 0; c++)
        if (*c == '\'')
            *c = '"';
    assert_ok(js_parse(text, strlen(text), "change", &more));
    json_object_update(what, more);
    json_decref(more);
    free(text);
    return what;
}

/* The digits of it, signed by that machine; the caller frees. */
static char *slip_by(const struct village *v, const unsigned char box[BOX_PUB_BYTES],
                     const char *change)
{
    struct buf bytes = BUF_INIT, digits = BUF_INIT;
    json_t *what = content(v->site, change);
    assert_ok(slip_make(what, v->sec, box, &bytes));
    slip_digits(bytes.data, bytes.len, &digits);
    json_decref(what);
    buf_fini(&bytes);
    return buf_take(&digits);
}

static char *slip_of(const struct village *v, const char *change)
{
    return slip_by(v, hub->keys.box_pub, change);
}

/* Reads it; the answer's word, or that of the error. Static. */
static const char *reads(const char *typed, json_t **what)
{
    static char word[32];
    json_t *own = NULL, **to = what != NULL ? what : &own;
    enum err rc = hub_slip_scan(hub, typed, "officer1", to);
    snprintf(word, sizeof word, "%s", rc == ERR_OK ? js_str(*to, "answer") : err_word(rc));
    json_decref(own);
    return word;
}

static const char *number(void)
{
    static char text[32];
    return idno_case_number(VILLAGE, 1, 2, text);
}

static void a_slip_is_recorded_once_and_a_second_reading_is_told(void **state)
{
    (void)state;
    struct village v;
    json_t *what = NULL;
    village_invite(&v, VILLAGE);
    char *digits = slip_of(&v, "{}");
    assert_string_equal(reads(digits, &what), "recorded");
    assert_string_equal(js_str(what, "number"), number());
    assert_string_equal(js_str(js_get(what, "person"), "name"), "测试甲");
    assert_null(js_get(what, "first"));
    json_decref(what);
    assert_string_equal(reads(digits, &what), "again");
    assert_string_equal(js_str(js_get(what, "first"), "by"), "officer1");
    assert_int_equal(hub_count("cases", VILLAGE), 1);
    assert_int_equal(hub_count("orders", VILLAGE), 1); /* received */
    json_decref(what);
    free(digits);
    digits = slip_of(&v, "{}"); /* printed again: sealed anew, so other bytes */
    assert_string_equal(reads(digits, NULL), "reprint");
    assert_string_equal(reads(digits, NULL), "again");
    assert_int_equal(hub_count("orders", VILLAGE), 1);
    free(digits);
    village_fini(&v);
}

static void the_network_first_and_the_slip_behind_it_make_one_case(void **state)
{
    (void)state;
    struct village v;
    json_t *what = NULL;
    village_invite(&v, VILLAGE);
    village_case(&v);
    char *digits = slip_of(&v, "{}");
    assert_string_equal(reads(digits, &what), "joined");
    assert_true(js_bool(what, "known"));
    assert_int_equal(hub_count("cases", VILLAGE), 1);
    assert_int_equal(hub_count("orders", VILLAGE), 1);
    json_decref(what);
    free(digits);
    village_fini(&v);
}

/* A case that has been withdrawn is not waited for: the paper is kept all the same. */
static void a_slip_of_a_withdrawn_case_is_kept_and_moves_nothing(void **state)
{
    (void)state;
    struct village v;
    unsigned char base[HASH_BYTES];
    village_invite(&v, VILLAGE);
    village_case(&v);
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "case_step", "1.2", "{'step':'withdraw','said':false}", NULL);
    assert_ok(village_send(&v, 3, base));
    char *digits = slip_of(&v, "{}");
    assert_string_equal(reads(digits, NULL), "joined");
    assert_string_equal(reads(digits, NULL), "again");
    free(digits);
    village_fini(&v);
}

static const char *differs(const char *field)
{
    static char text[128];
    size_t i;
    json_t *d, *c = NULL;
    assert_ok(hub_case_whole(hub, VILLAGE, "1.2", &c));
    snprintf(text, sizeof text, "%zu differ", json_array_size(js_get(c, "differs")));
    json_array_foreach(js_get(c, "differs"), i, d)
    {
        if (strcmp(js_str(d, "field"), field) == 0)
            snprintf(text, sizeof text, "%s/%s",
                     js_str(d, "slip") != NULL ? js_str(d, "slip") : "-",
                     js_str(d, "entry") != NULL ? js_str(d, "entry") : "-");
    }
    json_decref(c);
    return text;
}

/* Entries that say what the slip says, but for what is put in. */
static void write_case(struct village *v, const char *person, const char *channel,
                       const char *paper)
{
    unsigned char base[HASH_BYTES];
    char *body = mem_printf("{'person':'1.1','agent':null,'item':'QP-MZ-01','channel':'%s',"
                            "'skipped':[],'papers':[{'paper':'ID','state':'%s',"
                            "'until':null,'needed':true}]}",
                            channel, paper);
    memcpy(base, v->hash, HASH_BYTES);
    village_write(v, "person", NULL, "{'tag':null,'has_phone':true}", person);
    village_write(v, "case", NULL, body, "{'note':null}");
    /* the case is taken in at the minute that the slip says */
    assert_ok(village_send(v, 1, base));
    free(body);
}

static void what_slip_and_entries_say_otherwise_is_shown_in_either_order(void **state)
{
    (void)state;
    for (int slip_first = 0; slip_first < 2; slip_first++) {
        struct village v;
        village_invite(&v, VILLAGE);
        char *digits = slip_of(&v, "{'papers':['missing','missing'],'channel':'nearby'}");
        if (slip_first)
            assert_string_equal(reads(digits, NULL), "recorded");
        write_case(&v,
                   "{'name':'测试甲','id_no':'999101194503150025','phone':'12000000009',"
                   "'address':null}",
                   "proxy", "missing");
        if (!slip_first)
            assert_string_equal(reads(digits, NULL), "joined");
        assert_string_equal(differs("phone"), "12000000001/12000000009");
        assert_string_equal(differs("channel"), "nearby/proxy");
        assert_string_not_equal(differs("name"), "测试甲/测试甲");
        free(digits);
        village_fini(&v);
        hub_teardown(NULL);
        assert_int_equal(hub_setup(NULL), 0);
    }
}

static void a_forged_slip_is_told_and_records_nothing(void **state)
{
    (void)state;
    struct village v, thief;
    village_invite(&v, VILLAGE);
    village_init(&thief, VILLAGE);
    char *digits = slip_of(&thief, "{}");
    assert_string_equal(reads(digits, NULL), "slip_forged");
    assert_int_equal(hub_count("cases", VILLAGE), 0);
    assert_int_equal(hub_count("orders", VILLAGE), 0);
    free(digits);
    village_fini(&v), village_fini(&thief);
}

static void a_slip_cut_at_any_digit_is_told_and_records_nothing(void **state)
{
    (void)state;
    struct village v;
    village_invite(&v, VILLAGE);
    char *digits = slip_of(&v, "{}");
    for (size_t n = strlen(digits) - 1; n >= 34; n--) { /* 14 bytes: the header is there */
        digits[n] = 0;
        if (strcmp(reads(digits, NULL), "slip_cut") != 0)
            fail_msg("%zu digits: %s", n, reads(digits, NULL));
    }
    assert_int_equal(hub_count("cases", VILLAGE), 0);
    free(digits);
    village_fini(&v);
}

static void a_slip_for_another_hub_is_foreign(void **state)
{
    (void)state;
    struct village v;
    unsigned char pub[BOX_PUB_BYTES], sec[BOX_SEC_BYTES];
    int foreign = 0;
    village_invite(&v, VILLAGE);
    for (int i = 0; i < 8; i++) { /* one key in 256 has our key's one byte: then it does not open */
        secret_box_pair(pub, sec);
        char *digits = slip_by(&v, pub, "{}");
        const char *said = reads(digits, NULL);
        assert_true(strcmp(said, "slip_foreign") == 0 || strcmp(said, "slip_cut") == 0);
        foreign += strcmp(said, "slip_foreign") == 0;
        free(digits);
    }
    assert_true(foreign >= 6);
    assert_int_equal(hub_count("cases", VILLAGE), 0);
    village_fini(&v);
}

static void a_village_that_never_joined_and_one_that_is_shut_out_have_their_answers(void **state)
{
    (void)state;
    struct village v, stranger;
    village_invite(&v, VILLAGE);
    village_init(&stranger, NEIGHBOUR);
    char *theirs = slip_of(&stranger, "{}"), *ours = slip_of(&v, "{}");
    assert_string_equal(reads(theirs, NULL), "slip_site");
    assert_ok(hub_site_revoke(hub, VILLAGE));
    assert_string_equal(reads(ours, NULL), "slip_revoked");
    assert_int_equal(hub_count("cases", NULL), 0);
    free(ours), free(theirs);
    village_fini(&v), village_fini(&stranger);
}

/* A case that is here stays readable when its village is shut out later. */
static void a_slip_that_was_read_is_still_shown_when_its_village_is_shut_out(void **state)
{
    (void)state;
    struct village v;
    json_t *c = NULL;
    village_invite(&v, VILLAGE);
    char *digits = slip_of(&v, "{}");
    assert_string_equal(reads(digits, NULL), "recorded");
    assert_ok(hub_site_revoke(hub, VILLAGE));
    assert_ok(hub_case_whole(hub, VILLAGE, "1.2", &c));
    assert_string_equal(js_str(c, "name"), "测试甲");
    json_decref(c);
    free(digits);
    village_fini(&v);
}

static void a_slip_of_the_machine_before_the_present_one_is_taken(void **state)
{
    (void)state;
    struct village old, new;
    char code[WIRE_CODE_TEXT];
    village_invite(&old, VILLAGE);
    char *digits = slip_of(&old, "{}");
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
    village_init(&new, VILLAGE);
    new.epoch = 2;
    journal_first_hash(VILLAGE, 2, new.hash);
    assert_ok(village_join(&new, code));
    assert_string_equal(reads(digits, NULL), "recorded");
    free(digits);
    village_fini(&old), village_fini(&new);
}

static void a_typed_case_number_answers_too(void **state)
{
    (void)state;
    struct village v;
    json_t *what = NULL;
    char wide[128] = "", wrong[40];
    village_invite(&v, VILLAGE);
    assert_string_equal(reads(number(), NULL), "case_unknown");
    village_case(&v);
    assert_string_equal(reads(number(), &what), "found");
    assert_string_equal(js_str(what, "id"), "1.2");
    assert_string_equal(js_str(what, "name"), "测试甲");
    json_decref(what);
    for (const char *c = number(); *c != 0; c++) /* an input method that types full-width digits */
        snprintf(wide + strlen(wide), sizeof wide - strlen(wide), *c == '-' ? "-" : "\xef\xbc%c",
                 0x90 + *c - '0');
    assert_string_equal(reads(wide, NULL), "found");
    snprintf(wrong, sizeof wrong, "%s", number());
    wrong[12] = wrong[12] == '9' ? '8' : '9';
    assert_string_equal(reads(wrong, NULL), "check_digit");
    assert_string_equal(reads("你好", NULL), "slip");
    assert_string_equal(reads("", NULL), "slip");
    village_fini(&v);
}

static void every_reading_is_noted_with_its_answer(void **state)
{
    (void)state;
    struct village v;
    village_invite(&v, VILLAGE);
    char *digits = slip_of(&v, "{}");
    reads(digits, NULL), reads(digits, NULL), reads("123456789012345678901234567890", NULL);
    json_t *rows = hub_rows_of("slips", NULL);
    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(js_str(json_array_get(rows, 0), "answer"), "slip");
    assert_null(js_str(json_array_get(rows, 0), "number"));
    assert_string_equal(js_str(json_array_get(rows, 1), "answer"), "again");
    assert_string_equal(js_str(json_array_get(rows, 2), "answer"), "recorded");
    assert_string_equal(js_str(json_array_get(rows, 2), "number"), number());
    assert_string_equal(js_str(json_array_get(rows, 2), "by"), "officer1");
    json_decref(rows);
    free(digits);
    village_fini(&v);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)
    const struct CMUnitTest tests[] = {
        T(a_slip_is_recorded_once_and_a_second_reading_is_told),
        T(the_network_first_and_the_slip_behind_it_make_one_case),
        T(a_slip_of_a_withdrawn_case_is_kept_and_moves_nothing),
        T(what_slip_and_entries_say_otherwise_is_shown_in_either_order),
        T(a_forged_slip_is_told_and_records_nothing),
        T(a_slip_cut_at_any_digit_is_told_and_records_nothing),
        T(a_slip_for_another_hub_is_foreign),
        T(a_village_that_never_joined_and_one_that_is_shut_out_have_their_answers),
        T(a_slip_that_was_read_is_still_shown_when_its_village_is_shut_out),
        T(a_slip_of_the_machine_before_the_present_one_is_taken),
        T(a_typed_case_number_answers_too),
        T(every_reading_is_noted_with_its_answer),
    };
    return cmocka_run_group_tests_name("hub_slip", tests, NULL, NULL);
}
