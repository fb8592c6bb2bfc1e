/* Days of entries, corrections and late entries, by chance: the tally, a reckoning over the journal
 * and the rows that are shown come to the same. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/tally.h"

#define DAYS 6
#define STEPS 250

static uint32_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(seed >> 8) * n >> 24);
}
#define ONE_OF(...)                                                                                \
    ((const char *const[]){                                                                        \
        __VA_ARGS__}[below(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *))])

/* --- by chance ---------------------------------------------------------------------------------
 */

static json_t *some_row(const char *ledger)
{
    if (strcmp(ledger, "supplies") == 0)
        return json_pack("{s:s,s:s,s:s,s:i,s:s}", "item", ONE_OF("mask", "gloves"), "unit", "box",
                         "direction", ONE_OF("in", "in", "in", "out", "count", "discard"),
                         "quantity", (int)(1 + below(60)), "keeper", "admin");
    if (strcmp(ledger, "waste") == 0)
        return json_pack("{s:s,s:s,s:f,s:s,s:s,s:s}", "bin", ONE_OF("1", "2"), "kind",
                         ONE_OF("masks", "gloves", "other"), "quantity", (double)below(1000) / 100,
                         "treatment", ONE_OF("sealed", "dry"), "giver", "admin", "receiver",
                         "示例领用人");
    return json_pack("{s:s,s:[s],s:i,s:s}", "slot", ONE_OF("morning", "afternoon", "extra"), "area",
                     ONE_OF("hall", "office", "washroom"), "minutes", (int)below(100), "done_by",
                     "admin");
}

static int64_t some_time(void)
{
    return DESK_DAY - (int64_t)below(DAYS * 24 * 60) * 60000;
}

/* What is refused (less than nothing in stock, a row that was put right before) left nothing. */
static void do_some(const char *what, json_t *in)
{
    json_t *out = NULL;
    enum err rc = action_run(site, what, in, &out);
    if (rc != ERR_OK && rc != ERR_CONSTRAINT && rc != ERR_STATE)
        fail_msg("seed %u: %s: %s %s", seed, what, err_word(rc), err_field());
    json_decref(in);
    json_decref(out);
}

static void enter(const char *ledger)
{
    char what[64], at[CLOCK_TEXT];
    snprintf(what, sizeof what, "ledger:%s", ledger);
    do_some(what,
            json_pack("{s:o,s:s}", "row", some_row(ledger), "at", clock_iso(some_time(), at)));
}

static void put_right(const char *ledger)
{
    char what[64];
    snprintf(what, sizeof what, "ledger:%s", ledger);
    json_t *rows = desk_list(what);
    size_t n = json_array_size(rows);
    const char *id = n > 0 ? js_str(json_array_get(rows, below((uint32_t)n)), "id") : NULL;
    bool anew = below(2) == 0;
    if (id != NULL) {
        snprintf(what, sizeof what, "%s:%s", anew ? "ledger_correct" : "ledger_void", id);
        json_t *in = json_pack("{s:s}", "reason", "写错");
        if (anew)
            json_object_set_new(in, "row", some_row(ledger));
        do_some(what, in);
    }
    json_decref(rows);
}

static void knock(void)
{
    char at[CLOCK_TEXT];
    do_some("visit",
            json_pack("{s:s,s:s}", "purpose", "测试事项", "at", clock_iso(some_time(), at)));
}

static void some_days(void)
{
    for (int i = 0; i < STEPS; i++) {
        const char *ledger = ONE_OF("supplies", "waste", "ventilation");
        clock_hold(DESK_DAY + i * 60000, i);
        switch (below(5)) {
        case 0: put_right(ledger); break;
        case 1: knock(); break;
        default: enter(ledger); break;
        }
    }
}

/* --- three reckonings --------------------------------------------------------------------------
 */

/* {"DAY SERIES KEY":[n, millionths]} */
static void add(void *to, int64_t day, const char *series, const char *key, int64_t n,
                double amount)
{
    char *name = mem_printf("%lld %s %s", (long long)day, series, key);
    const json_t *pair = json_object_get(to, name);
    json_int_t sum = json_integer_value(json_array_get(pair, 1)) +
                     (json_int_t)(amount * 1e6 + (amount < 0 ? -0.5 : 0.5));
    n += json_integer_value(json_array_get(pair, 0));
    if (n == 0)
        json_object_del(to, name);
    else
        json_object_set_new(to, name, json_pack("[I,I]", (json_int_t)n, sum));
    free(name);
}

static enum err reckon(void *to, const struct journal_row *row)
{
    struct entry e;
    json_t *head = NULL;
    enum err rc = journal_parse(row, &e, &head);
    if (rc == ERR_OK && strcmp(e.kind, "ledger_void") == 0) {
        struct journal_row reversed;
        struct entry was;
        json_t *old = NULL;
        assert_ok(journal_read(site->j.store, e.subject, &reversed));
        assert_ok(journal_parse(&reversed, &was, &old));
        tally_undo(&was, add, to);
        json_decref(old);
        journal_row_fini(&reversed);
    } else if (rc == ERR_OK) {
        tally_of(&e, add, to);
    }
    json_decref(head);
    return rc;
}

static json_t *by_journal(void)
{
    json_t *sums = json_object();
    assert_ok(journal_each(site->j.store, site->j.epoch, 0, INT64_MAX, reckon, sums));
    return sums;
}

static json_t *by_table(void)
{
    json_t *sums = json_object();
    sqlite3_stmt *q = store_sql(site->j.store, "SELECT day, series, key, n, amount FROM tally");
    bool row;
    while (store_step(site->j.store, q, &row) == ERR_OK && row)
        add(sums, store_int(q, 0), store_text(q, 1), store_text(q, 2), store_int(q, 3),
            sqlite3_column_double(q, 4));
    return sums;
}

/* One value of a row as the definition has it, by hand. */
static void add_value(json_t *sums, int64_t day, const char *series, const struct field *fd,
                      const json_t *value)
{
    char key[128];
    if (json_is_number(value))
        add(sums, day, series, fd->id, 1, json_number_value(value));
    for (size_t i = 0; fd->n_choices > 0 && i < (json_is_array(value) ? json_array_size(value) : 1);
         i++) {
        const json_t *one = json_is_array(value) ? json_array_get(value, i) : value;
        if (!json_is_string(one))
            continue;
        snprintf(key, sizeof key, "%s=%s", fd->id, json_string_value(one));
        add(sums, day, series, key, 1, 0);
    }
}

static void by_rows(const char *ledger, json_t *sums)
{
    size_t i;
    json_t *row;
    struct form *f;
    char what[64];
    snprintf(what, sizeof what, "ledger:%s", ledger);
    assert_ok(site_form(site, ledger, &f));
    json_t *rows = desk_list(what);
    json_array_foreach(rows, i, row)
    {
        int64_t at;
        assert_true(clock_parse(js_str(row, "at"), &at));
        if (js_bool(row, "void"))
            continue;
        add(sums, tally_day(at), what, "", 1, 0);
        for (size_t k = 0; k < f->n_fields; k++)
            add_value(sums, tally_day(at), what, &f->fields[k], js_get(row, f->fields[k].id));
    }
    json_decref(rows);
}

/* What the table has of ledgers alone. */
static json_t *ledgers_of(json_t *sums)
{
    const char *name;
    json_t *pair, *out = json_object();
    json_object_foreach(sums, name, pair) if (strstr(name, " ledger:") != NULL)
        json_object_set(out, name, pair);
    return out;
}

static void assert_same(const json_t *a, const json_t *b, const char *what, uint32_t first)
{
    if (json_equal(a, b))
        return;
    const char *name;
    json_t *pair;
    json_object_foreach((json_t *)(uintptr_t)a, name, pair)
    {
        char *x = js_dump(pair), *y = js_dump(json_object_get(b, name));
        if (strcmp(x, y != NULL ? y : "") != 0)
            fail_msg("seed %u: %s: %s is %s, not %s", first, what, name, x, y != NULL ? y : "-");
        free(x), free(y);
    }
    fail_msg("seed %u: %s: the other has more", first, what);
}

static void check(uint32_t first)
{
    json_t *journal = by_journal(), *table = by_table(), *own = ledgers_of(table);
    json_t *rows = json_object();
    by_rows("supplies", rows);
    by_rows("waste", rows);
    by_rows("ventilation", rows);
    assert_same(table, journal, "tally and journal", first);
    assert_same(own, rows, "tally and rows", first);
    json_decref(journal), json_decref(table), json_decref(own), json_decref(rows);
}

static void any_days_come_to_the_same_three_ways(void **state)
{
    (void)state;
    for (uint32_t first = 1; first <= 3; first++) {
        seed = first * 20220518;
        printf("seed %u\n", seed);
        some_days();
        check(first);
    }
    desk_replays();
    clock_hold(CLOCK_NONE, 0);
}

static int64_t sum_of(const char *what, const char *key)
{
    size_t i;
    json_t *row, *rows = desk_list(what);
    int64_t n = 0;
    json_array_foreach(rows, i, row) n += js_int(row, key, 0);
    json_decref(rows);
    return n;
}

static void days_weeks_and_months_come_to_the_same(void **state)
{
    (void)state;
    static const char *const ledgers[] = {"supplies", "waste", "ventilation", "visitors"};
    seed = 7;
    some_days();
    for (size_t i = 0; i < 4; i++) {
        char day[64], week[64], month[64], rows[64];
        size_t k;
        json_t *row;
        int64_t standing = 0;
        snprintf(day, sizeof day, "sums:%s:day", ledgers[i]);
        snprintf(week, sizeof week, "sums:%s:week", ledgers[i]);
        snprintf(month, sizeof month, "sums:%s:month", ledgers[i]);
        snprintf(rows, sizeof rows, "ledger:%s", ledgers[i]);
        json_t *all = desk_list(rows);
        json_array_foreach(all, k, row) standing += !js_bool(row, "void");
        assert_true(standing > 0);
        assert_int_equal(sum_of(day, "rows"), standing);
        assert_int_equal(sum_of(week, "rows"), standing);
        assert_int_equal(sum_of(month, "rows"), standing);
        json_decref(all);
    }
    clock_hold(CLOCK_NONE, 0);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(any_days_come_to_the_same_three_ways),
        T(days_weeks_and_months_come_to_the_same),
    };
    return cmocka_run_group_tests_name("reckon", tests, NULL, NULL);
}
