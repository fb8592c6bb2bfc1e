/* The table of triage cases (tests/unit/triage.json), for the engine and for `jiujin triage`.
 *
 * A row: what it is called, the packs ("epidemic-2022" when none is named, "ordinary+heat"), what a
 * point adapted of them, the facts that differ from the packs' base ("-": left out), and either the
 * outcome with its rules (and, where it matters, the actions), or the error and the field that is
 * refused. */
#ifndef TESTS_UNIT_TRIAGE_H
#define TESTS_UNIT_TRIAGE_H

#include "tests/unit/unit.h"

#include <stdbool.h>

#include "kiosk/base/js.h"

#define TRIAGE_TABLE "tests/unit/triage.json"
#define TRIAGE_LEAST 400

static inline const char *triage_pack(const json_t *row)
{
    const char *pack = js_str(row, "policy");
    return pack != NULL ? pack : "epidemic-2022";
}

/* The base facts with what the row changes; owned by the caller. */
static inline json_t *triage_facts(const json_t *table, const json_t *row)
{
    json_t *base = json_object_get(json_object_get(table, "base"), triage_pack(row));
    json_t *facts = json_deep_copy(base), *value;
    const char *key;
    void *next;
    assert_non_null(facts);
    json_object_update(facts, json_object_get(row, "facts"));
    json_object_foreach_safe(facts, next, key, value)
    {
        if (json_is_string(value) && strcmp(json_string_value(value), "-") == 0)
            json_object_del(facts, key);
    }
    return facts;
}

/* The rules of a decision, an array of their ids; owned by the caller. */
static inline json_t *triage_rules(const json_t *decision)
{
    json_t *rules = json_array(), *one;
    size_t i;
    json_array_foreach(json_object_get(decision, "reasons"), i, one)
    {
        assert_true(js_str(one, "text") != NULL && *js_str(one, "text") != 0);
        json_array_append(rules, json_object_get(one, "rule"));
    }
    return rules;
}

/* True when the decision is what the row expects. */
static inline bool triage_same(const json_t *row, const json_t *decision)
{
    const json_t *actions = json_object_get(row, "actions");
    json_t *rules = triage_rules(decision);
    bool same = json_equal(json_object_get(row, "outcome"), json_object_get(decision, "outcome")) &&
                json_equal(json_object_get(row, "reasons"), rules) &&
                (actions == NULL || json_equal(actions, json_object_get(decision, "actions")));
    json_decref(rules);
    return same;
}

/* True when the row expects this refusal. */
static inline bool triage_refused(const json_t *row, const char *error, const char *field)
{
    const char *want = js_str(row, "error"), *where = js_str(row, "field");
    return want != NULL && where != NULL && strcmp(want, error) == 0 && strcmp(where, field) == 0;
}

#endif
