/* Readers at the door: what a line means, what a definition may not say, and what may pass of
 * whatever a reader sends. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/device.h"
#include "sync/reader/sieve.h"

#define NINE 1653008400000 /* 2022-05-20T09:00:00+08:00 */
#define GOOD "SZSB,999101195001011230,示例甲,G,20,-,36.5"

static int hold(void **state)
{
    (void)state;
    clock_hold(NINE, 1000000);
    return 0;
}

static int let_go(void **state)
{
    (void)state;
    clock_hold(CLOCK_NONE, 0);
    return 0;
}

static json_t *shipped(const char *id)
{
    char *name = mem_printf("devices/%s.json", id);
    const struct asset *a = asset_find(name);
    json_t *json = NULL;
    assert_non_null(a);
    assert_ok(js_parse(a->data, a->len, name, &json));
    free(name);
    return json;
}

static struct device *device(const char *id)
{
    struct device *d = NULL;
    json_t *json = shipped(id);
    assert_ok(device_parse(json, id, &d));
    json_decref(json);
    return d;
}

/* Compact JSON of what a line says; the error's word when it says nothing. The caller frees. */
static char *said(const struct device *d, const void *line, size_t len)
{
    json_t *out = NULL;
    enum err rc = device_line(d, line, len, &out);
    char *text = rc == ERR_OK ? js_dump(out) : mem_strdup(err_word(rc));
    json_decref(out);
    return text;
}

static void says(const char *id, const char *line, const char *want)
{
    struct device *d = device(id);
    char *got = said(d, line, strlen(line));
    assert_string_equal(got, want);
    free(got);
    device_free(d);
}

static void every_shipped_device_means_what_its_samples_say(void **state)
{
    (void)state;
    const struct asset *a;
    size_t n = 0;
    for (; (a = asset_at("devices/", n)) != NULL; n++) {
        json_t *json = NULL;
        struct device *d = NULL;
        assert_ok(js_parse(a->data, a->len, a->name, &json));
        assert_true(json_array_size(js_get(json, "samples")) >= 2);
        assert_non_null(js_get(json, "note"));
        assert_ok(device_parse(json, a->name, &d));
        device_free(d);
        json_decref(json);
    }
    assert_true(n >= 4);
}

static void a_line_becomes_facts_and_a_person(void **state)
{
    (void)state;
    says("sentinel", GOOD,
         "{\"facts\":{\"venue_code\":true,\"health_code\":\"green\",\"test_at\":"
         "\"2022-05-19T13:00:00+08:00\",\"test_result\":\"negative\",\"temperature\":36.5},"
         "\"person\":{\"id_no\":\"999101195001011230\",\"name\":\"示例甲\"}}");
    says("sentinel", "SZSB,,,N,,?,",
         "{\"facts\":{\"venue_code\":true,\"health_code\":\"none\","
         "\"test_result\":\"unknown\"},\"person\":{}}");
    says("thermometer", "T=37.3", "{\"facts\":{\"temperature\":37.3},\"person\":{}}");
    says("id_card", "999101195001011230",
         "{\"facts\":{},\"person\":{\"id_no\":\"999101195001011230\"}}");
    says("health_code", "JKM|Y||示例甲|202205190930",
         "{\"facts\":{\"health_code\":\"yellow\",\"test_at\":\"2022-05-19T09:30:00+08:00\"},"
         "\"person\":{\"name\":\"示例甲\"}}");
    says("health_code", "JKM|G|||202213450930",
         "{\"facts\":{\"health_code\":\"green\"},"
         "\"person\":{}}"); /* no such day: unknown */
}

static void what_no_row_matches_says_nothing(void **state)
{
    (void)state;
    says("sentinel", "", "not_found");
    says("sentinel", "SZSB,1234,x,G,20,-,36.5", "not_found");
    says("sentinel", GOOD ",and more", "not_found");
    says("sentinel", "xSZSB,,,G,,,", "not_found");
    says("thermometer", "T=3650", "not_found");
    says("id_card", "99910119500101123", "not_found");
}

static void hostile_lines_are_cleaned_or_refused(void **state)
{
    (void)state;
    struct device *d = device("id_card");
    char longest[DEVICE_LINE + 1], *got;
    memset(longest, '9', sizeof longest);
    got = said(d, longest, sizeof longest);
    assert_string_equal(got, "too_long");
    free(got);
    got = said(d, "\xff\xff\xff", 3);
    assert_string_equal(got, "not_utf8");
    free(got);
    /* control characters, a NUL, a bidi override between: left out */
    got = said(d,
               "\x02"
               "9991011950\0"
               "01011230,\xe2\x80\xae示例\x1b甲\x03",
               36);
    assert_non_null(strstr(got, "\"name\":\"示例甲\""));
    free(got);
    /* GB18030: 示例甲 */
    got = said(d, "999101195001011230,\xca\xbe\xc0\xfd\xbc\xd7", 25);
    assert_non_null(strstr(got, "示例甲"));
    free(got);
    for (int i = 0; i < 20000; i++) { /* any bytes at all */
        char bytes[64];
        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = (char)rand();
        free(said(d, bytes, (size_t)rand() % sizeof bytes));
    }
    device_free(d);
}

/* A definition of one line: MATCH and VALUE of a fact "f". */
static void refused(const char *key, const char *value, const char *where)
{
    struct device *d = NULL;
    char say[512];
    json_t *json = shipped("thermometer"), *line = json_array_get(js_get(json, "lines"), 0);
    json_t *put = json_loads(value, JSON_DECODE_ANY, NULL);
    json_object_del(json, "samples");
    assert_non_null(put);
    if (strcmp(key, "value") == 0)
        json_object_set_new(js_get(line, "facts"), "f", put);
    else if (strcmp(key, "match") == 0)
        json_object_set_new(line, "match", put);
    else
        json_object_set_new(json, key, put);
    if (device_parse(json, "x.json", &d) != ERR_DEFINITION)
        fail_msg("%s %s was taken", key, value);
    assert_null(d);
    err_say(ERR_DEFINITION, say, sizeof say);
    if (strstr(say, "x.json") == NULL || strstr(say, where) == NULL)
        fail_msg("%s %s: %s", key, value, say);
    json_decref(json);
}

static void a_wrong_definition_is_refused_with_its_place(void **state)
{
    (void)state;
    refused("schema", "\"jiujin.form/1\"", "schema");
    refused("id", "\"a b\"", "id");
    refused("version", "0", "version");
    refused("ways", "[]", "ways");
    refused("ways", "[\"usb\"]", "ways");
    refused("baud", "7", "baud");
    refused("lines", "[]", "lines");
    refused("colour", "1", "colour");
    refused("match", "\"^(\"", "lines[0].match");
    refused("match", "\"^a($\"", "lines[0].match");
    refused("match", "\"a\"", "lines[0].match");
    refused("match", "\"^(a)\\\\1$\"", "lines[0].match");
    refused("match", "\"^(a{200}){200}$\"", "lines[0].match");
    refused("match", "\"^a{1,9999}$\"", "lines[0].match");
    refused("match", "\"^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)$\"", "lines[0].match");
    refused("value", "{}", "lines[0].facts.f");
    refused("value", "{\"group\":4}", "lines[0].facts.f");
    refused("value", "{\"group\":0}", "lines[0].facts.f");
    refused("value", "{\"group\":1,\"value\":1}", "lines[0].facts.f");
    refused("value", "{\"group\":1,\"type\":\"colour\"}", "lines[0].facts.f");
    refused("value", "{\"group\":1,\"type\":\"text\",\"map\":{}}", "lines[0].facts.f");
    refused("value", "{\"group\":1,\"map\":{\"a\":[1]}}", "lines[0].facts.f");
    refused("value", "{\"value\":{\"a\":1}}", "lines[0].facts.f");
    refused("samples", "[{\"line\":\"T=36.5\",\"facts\":{\"temperature\":36.6}}]", "samples[0]");
    refused("samples", "[{\"line\":\"no\"}]", "samples[0]");
}

/* Puts another value somewhere into the definition. */
static void spoil(json_t *at)
{
    static const char *const values[] = {"null", "-1",   "\"\"", "[]",       "{}",
                                         "[[]]", "true", "1e99", "\"^(.$\"", "\"\\u001b\""};
    for (;;) {
        size_t n = json_is_array(at) ? json_array_size(at) : json_object_size(at), i = 0;
        if (n == 0)
            return;
        size_t which = (size_t)rand() % n;
        void *iter = json_object_iter(at);
        while (iter != NULL && i++ < which)
            iter = json_object_iter_next(at, iter);
        json_t *next = json_is_array(at) ? json_array_get(at, which) : json_object_iter_value(iter);
        if ((json_is_array(next) || json_is_object(next)) && rand() % 4 > 0) {
            at = next;
            continue;
        }
        json_t *put = json_loads(values[(size_t)rand() % 10], JSON_DECODE_ANY, NULL);
        if (json_is_array(at))
            json_array_set_new(at, which, put);
        else
            json_object_iter_set_new(at, iter, put);
        return;
    }
}

static void any_value_in_a_definition_is_refused_or_harmless(void **state)
{
    (void)state;
    const struct asset *a;
    srand(20220518);
    for (size_t i = 0; (a = asset_at("devices/", i)) != NULL; i++)
        for (int n = 0; n < 250; n++) {
            json_t *json = NULL;
            struct device *d = NULL;
            assert_ok(js_parse(a->data, a->len, a->name, &json));
            spoil(json);
            if (device_parse(json, a->name, &d) == ERR_OK)
                free(said(d, GOOD, strlen(GOOD)));
            else
                assert_int_equal(err_last(), ERR_DEFINITION);
            device_free(d);
            json_decref(json);
        }
}

/* --- the sieve --- */

static void feed(struct sieve *s, const char *bytes, int64_t now)
{
    sieve_bytes(s, bytes, strlen(bytes), now);
}

static void next_is(struct sieve *s, int64_t now, const char *what)
{
    json_t *out = sieve_next(s, now);
    char *text = out != NULL ? js_dump(out) : mem_strdup("nothing");
    if (strstr(text, what) == NULL)
        fail_msg("%s, expected %s", text, what);
    free(text);
    json_decref(out);
}

static void halves_are_joined_but_not_for_ever(void **state)
{
    (void)state;
    struct sieve s;
    struct device *d = device("thermometer");
    sieve_init(&s, d);
    feed(&s, "T=3", 1000);
    next_is(&s, 1000, "nothing");
    assert_int_equal(sieve_wait(&s, 1500), SIEVE_HALF_MS - 500);
    feed(&s, "6.5\r\n", 1500);
    next_is(&s, 1500, "36.5");
    feed(&s, "T=3", 2000);
    feed(&s, "6.6\n", 2000 + SIEVE_HALF_MS);
    next_is(&s, 5000, "nothing");
    feed(&s, "T=3", 6000);
    sieve_cut(&s);
    feed(&s, "6.6\n", 6000);
    next_is(&s, 6000, "nothing");
    feed(&s, "T=36.7\n", 6000);
    next_is(&s, 6000, "36.7");
    sieve_fini(&s);
    device_free(d);
}

static void of_a_flood_five_lines_a_second_pass_and_the_latest_wins(void **state)
{
    (void)state;
    struct sieve s;
    struct device *d = device("thermometer");
    char line[16];
    int out = 0;
    sieve_init(&s, d);
    for (int ms = 0; ms < 10000; ms++) {
        snprintf(line, sizeof line, "T=%d.%d\n", 30 + ms / 1000, ms / 100 % 10);
        for (int i = 0; i < 20; i++)
            feed(&s, line, 1000 + ms);
        json_t *said_now = sieve_next(&s, 1000 + ms);
        out += said_now != NULL;
        json_decref(said_now);
    }
    assert_in_range(out, 40, 51);
    next_is(&s, 20000, "39.9");
    next_is(&s, 30000, "nothing");
    sieve_fini(&s);
    device_free(d);
}

static void what_was_held_back_goes_out_at_a_cut_and_not_behind_it(void **state)
{
    (void)state;
    struct sieve s;
    struct device *d = device("thermometer");
    sieve_init(&s, d);
    feed(&s, "T=36.5\n", 1000);
    next_is(&s, 1000, "36.5");
    feed(&s, "T=36.6\n", 1010);
    next_is(&s, 1010, "nothing"); /* its time has not come */
    json_t *rest = sieve_rest(&s);
    char *text = js_dump(rest);
    assert_non_null(strstr(text, "36.6"));
    next_is(&s, 9000, "nothing");
    assert_null(sieve_rest(&s));
    free(text);
    json_decref(rest);
    sieve_fini(&s);
    device_free(d);
}

static void babble_is_told_once_until_something_good_comes(void **state)
{
    (void)state;
    struct sieve s;
    struct device *d = device("thermometer");
    char junk[8193];
    memset(junk, 'x', sizeof junk - 1);
    junk[sizeof junk - 1] = 0;
    sieve_init(&s, d);
    feed(&s, junk, 1000);
    assert_true(s.len <= DEVICE_LINE);
    next_is(&s, 1000, "babble");
    for (int i = 0; i < 1280; i++) /* ten megabytes */
        feed(&s, junk, 1001);
    next_is(&s, 1001, "nothing");
    feed(&s, "\nT=36.5\n", 1002);
    next_is(&s, 1002, "36.5");
    for (int i = 0; i < SIEVE_LINES - 1; i++)
        feed(&s, "?\n", 2000);
    next_is(&s, 2000, "nothing");
    feed(&s, "?\n", 2000);
    next_is(&s, 2000, "babble");
    feed(&s, "T=36.5\n", 3000);
    next_is(&s, 3000, "36.5");
    for (int i = 0; i < SIEVE_LINES; i++) /* a stray line now and then is none */
        feed(&s, "?\n", 4000 + i * (SIEVE_CALM_MS + 1LL));
    next_is(&s, 900000, "nothing");
    sieve_fini(&s);
    device_free(d);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_device_means_what_its_samples_say),
        cmocka_unit_test_setup_teardown(a_line_becomes_facts_and_a_person, hold, let_go),
        cmocka_unit_test(what_no_row_matches_says_nothing),
        cmocka_unit_test(hostile_lines_are_cleaned_or_refused),
        cmocka_unit_test(a_wrong_definition_is_refused_with_its_place),
        cmocka_unit_test(any_value_in_a_definition_is_refused_or_harmless),
        cmocka_unit_test(halves_are_joined_but_not_for_ever),
        cmocka_unit_test(of_a_flood_five_lines_a_second_pass_and_the_latest_wins),
        cmocka_unit_test(what_was_held_back_goes_out_at_a_cut_and_not_behind_it),
        cmocka_unit_test(babble_is_told_once_until_something_good_comes),
    };
    return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
