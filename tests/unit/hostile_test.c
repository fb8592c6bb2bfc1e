/* Hostile expressions: however they are made, each is refused or stopped within EXPR_LIMIT_MS. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/expr.h"

#define ROOM 3990

static const char *const names[] = {"t", "u", "p", "n", "s"};

/* Texts as long as may be, and patterns that make a simple matcher go back and back. */
static json_t *facts_with(const char *pattern)
{
    char text[8001], part[4001], digits[8001], chinese[6001];
    memset(text, 'a', 8000);
    memset(part, 'a', 4000);
    memset(digits, '7', 8000);
    for (int i = 0; i < 6000; i += 3)
        memcpy(chinese + i, "就", 3);
    part[3999] = 'b';
    text[8000] = part[4000] = digits[8000] = chinese[6000] = 0;
    return json_pack("{s:s,s:s,s:s,s:s,s:s}", "t", text, "u", part, "n", digits, "s", chinese, "p",
                     pattern);
}

/* max(0 one one .., 0 one one .., ..): as many as the limits of depth and of arguments let in. */
static void sums(struct buf *sql, const char *one)
{
    buf_text(sql, "max(0");
    for (int k = 1; k < 15 * 40 && sql->len + strlen(one) < ROOM; k++)
        buf_printf(sql, "%s%s", one, k % 40 == 0 ? ",0" : "");
    buf_text(sql, ",1)");
}

static void list(struct buf *sql, const char *one)
{
    buf_text(sql, "t IN (1");
    while (sql->len + strlen(one) < ROOM)
        buf_printf(sql, ",%s", one);
    buf_text(sql, ")");
}

static void cases(struct buf *sql, const char *one)
{
    buf_text(sql, "CASE");
    while (sql->len + strlen(one) + 20 < ROOM)
        buf_printf(sql, " WHEN %s THEN 1", one);
    buf_text(sql, " END");
}

static void nested(struct buf *sql, const char *one)
{
    int deep = 0;
    for (; deep < 20 && sql->len + 3 * strlen(one) < ROOM; deep++)
        buf_printf(sql, "max(%s,%s,", one, one);
    buf_text(sql, "1");
    while (deep-- > 0)
        buf_text(sql, ")");
}

static void (*const shapes[])(struct buf *, const char *) = {sums, list, cases, nested};

/* Milliseconds from the text to the answer; the outcome too. */
static int64_t spend(const char *sql, const json_t *facts, enum err *rc)
{
    struct expr_set *set = expr_new(names, sizeof names / sizeof *names);
    json_t *value = NULL;
    int id;
    int64_t before = clock_mono();
    *rc = expr_add(set, "when", sql, &id);
    if (*rc == ERR_OK)
        *rc = expr_eval(set, id, facts, &value);
    int64_t took = clock_mono() - before;
    json_decref(value);
    expr_free(set);
    return took;
}

/* The least of many: another program may have had the machine in between. */
static int64_t least(const char *sql, const json_t *facts, enum err *rc)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < 25 && best >= EXPR_LIMIT_MS; i++) {
        if (i > 0)
            usleep(20000); /* let it have its turn */
        int64_t took = spend(sql, facts, rc);
        best = took < best ? took : best;
    }
    return best;
}

static void whatever_it_asks_for_it_ends_within_50_ms(void **state)
{
    (void)state;
    static const char *const ones[] = {
        "+(t LIKE p)",
        "+(t NOT LIKE p)",
        " OR t LIKE p",
        " AND NOT (t LIKE p)",
        "+like(p,t)",
        "+(s LIKE p)",
        "+ifnull(t LIKE p,1)",
        "+instr(t,u)",
        "+instr(s,t)",
        "+instr(n,u)",
        "+instr(s,substr(s,2))",
        "+length(upper(t))",
        "+length(lower(s))",
        "+(t=u||u)",
        "+(u||u>t)",
        "+n",
        "+n*n",
        "+n/3.0",
        "+max(t,u,n,p)",
        "||u",
        "+length(u||p)",
        "+(t COLLATE NOCASE=u)",
        "+round(n,30)",
        "+abs(n)",
        "+CAST(n AS REAL)",
        "+CAST(t AS INTEGER)",
        "+substr(t,8000)",
        "+unicode(s)",
        "+(t BETWEEN u AND n)",
        "+(t IN (u,n,s,p))",
        "+iif(t LIKE p,1,2)",
        "+coalesce(NULL,t LIKE p)",
        "+9223372036854775807",
        "+1e999",
        "+(t IS NOT u)",
        "+nullif(t,u)",
        "+min(n,t)",
        "+typeof(n+n)",
        "+length(substr(s,1999))",
        "+(n=n+0.0)",
    };
    static const char *const patterns[] = {
        "%aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
        "%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%b",
        "%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_a%_b",
        "________________________________________________________%b",
    };
    int64_t worst = 0;
    size_t stopped = 0, refused = 0, n = 0;
    for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        json_t *facts = facts_with(patterns[p]);
        for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
            for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++, n++) {
                enum err rc;
                struct buf sql = BUF_INIT;
                shapes[k](&sql, k == 0 ? ones[i] : ones[i] + (ones[i][0] != ' '));
                int64_t took = least(buf_str(&sql), facts, &rc);
                worst = took > worst ? took : worst;
                stopped += rc == ERR_RULE_SLOW;
                refused += rc != ERR_OK && rc != ERR_RULE_SLOW;
                if (took >= EXPR_LIMIT_MS)
                    fail_msg("%d ms: %.60s...", (int)took, buf_str(&sql));
                buf_fini(&sql);
            }
        json_decref(facts);
    }
    print_message("%zu expressions: %zu refused, %zu stopped, the slowest %d ms\n", n, refused,
                  stopped, (int)worst);
    assert_true(stopped > 0 && refused > 0);
}

/* Each below the limit, all together far above it. */
static void many_slow_ones_have_the_time_of_one(void **state)
{
    (void)state;
    struct expr_set *set = expr_new(names, sizeof names / sizeof *names);
    json_t *facts = facts_with("%aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    static const char sql[] = "(t LIKE p)+(t LIKE p)+(t LIKE p)+(t LIKE p)+(t LIKE p)";
    enum err rc = ERR_OK;
    int id;
    assert_ok(expr_add(set, "when", sql, &id));
    expr_begin(set);
    int64_t before = clock_mono();
    for (int i = 0; i < 1000 && rc == ERR_OK; i++) {
        bool truth;
        rc = expr_true(set, id, facts, &truth);
    }
    int64_t took = clock_mono() - before;
    expr_end(set);
    assert_int_equal(rc, ERR_RULE_SLOW);
    print_message("stopped after %d ms\n", (int)took);
    assert_true(took < 4 * EXPR_LIMIT_MS);
    json_decref(facts);
    expr_free(set);
}

static void like_and_instr_say_what_sqlites_own_say(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        int value;
    } rows[] = {
        {"'abc' LIKE 'a%'", 1},
        {"'abc' LIKE 'A_C'", 1},
        {"'abc' LIKE 'a'", 0},
        {"'abc' LIKE '%'", 1},
        {"'' LIKE '%'", 1},
        {"'' LIKE ''", 1},
        {"'' LIKE '_'", 0},
        {"'就近办' LIKE '就_办'", 1},
        {"'就近办' LIKE '%_办'", 1},
        {"'就近办' LIKE '___'", 1},
        {"'就近办' LIKE '____'", 0},
        {"'aab' LIKE '%ab'", 1},
        {"'abab' LIKE '%ab%ab'", 1},
        {"'ababc' LIKE '%ab%ab'", 0},
        {"'a%' LIKE 'a%%'", 1},
        {"12 LIKE '1%'", 1},
        {"instr('就近办', '近')", 2},
        {"instr('abc', 'c')", 3},
        {"instr('abc', '')", 1},
        {"instr('abc', 'd')", 0},
        {"instr('', 'a')", 0},
        {"instr(123, 3)", 3},
        {"instr('办就近', '办')", 1},
        {"(NULL LIKE 'a') IS NULL", 1},
        {"('a' LIKE NULL) IS NULL", 1},
        {"instr(NULL, 'a') IS NULL", 1},
    };
    struct expr_set *set = expr_new(names, 1);
    json_t *none = json_object();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *value;
        int id;
        assert_ok(expr_add(set, "when", rows[i].sql, &id));
        assert_ok(expr_eval(set, id, none, &value));
        if (json_integer_value(value) != rows[i].value)
            fail_msg("%s: %d", rows[i].sql, (int)json_integer_value(value));
        json_decref(value);
    }
    json_decref(none);
    expr_free(set);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_it_asks_for_it_ends_within_50_ms),
        cmocka_unit_test(many_slow_ones_have_the_time_of_one),
        cmocka_unit_test(like_and_instr_say_what_sqlites_own_say),
    };
    return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
