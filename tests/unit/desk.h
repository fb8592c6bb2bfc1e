/* What the tests of the desk share: actions in one line, one row of a view, a replay. */
#ifndef TESTS_UNIT_DESK_H
#define TESTS_UNIT_DESK_H

#include "tests/unit/site.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"

/* 2022-05-20, nine in the morning. */
#define DESK_DAY 1653004800000LL
#define AMA "{'name':'测试甲','id_no':'999101194503150025','phone':'12000000001'}"

static json_t *desk_json(const char *text)
{
    char *json = mem_strdup(text);
    json_t *out = NULL;
    bool quoted = strchr(json, '"') != NULL;
    for (char *c = json; !quoted && *c != 0; c++)
        if (*c == '\'')
            *c = '"';
    assert_ok(js_parse(json, strlen(json), "test", &out));
    free(json);
    return out;
}

/* Runs an action over JSON written with ' for ". */
static inline enum err desk_try(const char *what, const char *in, json_t **out)
{
    json_t *json = desk_json(in);
    enum err rc = action_run(site, what, json, out);
    json_decref(json);
    return rc;
}

static inline json_t *desk_do(const char *what, const char *in)
{
    json_t *out = NULL;
    assert_ok(desk_try(what, in, &out));
    return out;
}

/* Refused with this code and field, and nothing was written. */
static inline void desk_refused(enum err code, const char *field, const char *what, const char *in)
{
    int64_t before = store_number(site->j.store, "SELECT count(*) FROM entry", -1);
    json_t *out = NULL;
    enum err rc = desk_try(what, in, &out);
    if (rc != code)
        fail_msg("%s %s -> %s, expected %s", what, in, err_word(rc), err_word(code));
    if (field != NULL)
        assert_string_equal(err_field(), field);
    assert_null(out);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM entry", -2), before);
}

static inline json_t *desk_list(const char *what)
{
    json_t *out = NULL;
    assert_ok(view_list(site, what, &VIEW_ALL, &out));
    return out;
}

static inline void desk_order(const char *kind, const char *subject, const char *body)
{
    json_t *b = desk_json(body);
    int64_t n = journal_last_order(site->j.store) + 1;
    json_t *head = json_pack("{s:I,s:I,s:s,s:s,s:i,s:s,s:o}", "n", (json_int_t)n, "at",
                             (json_int_t)clock_now(), "by", "officer", "k", kind, "v", 1, "sub",
                             subject, "body", b);
    char *text = js_dump(head);
    assert_ok(journal_order(&site->j, n, text, strlen(text), NULL, 0));
    free(text);
    json_decref(head);
}

/* The projections are what a replay makes of the journal. */
static inline void desk_replays(void)
{
    int64_t entries;
    assert_ok(journal_verify(&site->j, &entries));
    assert_true(entries > 0);
}

#endif
