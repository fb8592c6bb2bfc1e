/* Definitions come from outside: damage of any kind is refused or harmless. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/policy.h"

static uint64_t seed;

static uint32_t dice(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void read_form(const json_t *json)
{
    struct form *f = NULL;
    json_t *clean = NULL, *empty = json_object();
    if (form_parse(json, "x", &f) == ERR_OK)
        form_check(f, empty, &clean);
    json_decref(empty);
    json_decref(clean);
    form_free(f);
}

static void read_policy(const json_t *json)
{
    struct policy *p = NULL;
    json_t *out = NULL, *empty = json_object();
    if (policy_parse(json, "x", &p) == ERR_OK)
        policy_decide(p, empty, &out);
    json_decref(empty);
    json_decref(out);
    policy_free(p);
}

static void read_catalogue(const json_t *json)
{
    struct catalogue *c = NULL;
    if (catalogue_parse(json, "x", &c) == ERR_OK)
        catalogue_match(catalogue_at(c, 0), "x");
    catalogue_free(c);
}

static void (*const readers[])(const json_t *) = {read_form, read_policy, read_catalogue};

/* Puts another value somewhere below `at`: each definition is wrong in one place. */
static void spoil(json_t *at)
{
    static const char *const values[] = {
        "null",        "-1",     "1e300", "\"\"", "\"{x}\"",
        "[]",          "{}",     "[[]]",  "true", "9223372036854775807",
        "\"\\u001b\"", "\"a(b\""};
    for (;;) {
        size_t n = json_is_array(at) ? json_array_size(at) : json_object_size(at), i = 0;
        if (n == 0)
            return;
        const char *text = values[dice(sizeof values / sizeof *values)];
        json_t *put = json_loads(text, JSON_DECODE_ANY, NULL);
        uint32_t which = dice((uint32_t)n);
        void *iter = json_object_iter(at);
        while (iter != NULL && i++ < which)
            iter = json_object_iter_next(at, iter);
        json_t *next = json_is_array(at) ? json_array_get(at, which) : json_object_iter_value(iter);
        if ((json_is_array(next) || json_is_object(next)) && dice(5) > 0) {
            json_decref(put);
            at = next;
            continue;
        }
        if (json_is_array(at))
            json_array_set_new(at, which, put);
        else
            json_object_iter_set_new(at, iter, put);
        return;
    }
}

static void each_value_of_a_definition_may_be_anything(void **state)
{
    (void)state;
    static const char *const folders[] = {"forms/", "policies/", "catalogue/"};
    const struct asset *a;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t f = 0; f < 3; f++)
        for (size_t i = 0; (a = asset_at(folders[f], i)) != NULL; i++)
            for (int n = 0; n < 40; n++) {
                json_t *json = NULL;
                assert_ok(js_parse(a->data, a->len, a->name, &json));
                spoil(json);
                for (size_t r = 0; r < 3; r++)
                    readers[r](json);
                json_decref(json);
            }
}

static void flipped_bytes_are_refused_or_harmless(void **state)
{
    (void)state;
    static const char *const names[] = {"forms/supplies.json", "policies/epidemic-2022.json"};
    for (size_t i = 0; i < 2; i++) {
        const struct asset *a = asset_find(names[i]);
        for (int n = 0; n < 400; n++) {
            char *text = mem_strndup(a->data, a->len);
            json_t *json = NULL;
            text[dice((uint32_t)a->len)] = (char)(0x20 + dice(0x5f));
            if (js_parse(text, a->len, "x", &json) == ERR_OK)
                readers[i](json);
            json_decref(json);
            free(text);
        }
    }
}

int main(void)
{
    const char *given = getenv("JIUJIN_TEST_SEED");
    seed = given != NULL ? strtoull(given, NULL, 10) : 20220518;
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_of_a_definition_may_be_anything),
        cmocka_unit_test(flipped_bytes_are_refused_or_harmless),
    };
    return cmocka_run_group_tests_name("definition", tests, NULL, NULL);
}
