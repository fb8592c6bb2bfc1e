/* Definitions come from outside: of 500 damaged files each is refused with its file, line, column
 * and reason, or is a definition still; nothing is ever half installed. The same for workbooks. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/file.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/ownform.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/xlsform.h"
#include "tests/unit/desk.h"

#define FILES 500

static uint64_t seed;

static uint32_t dice(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* --- damage -----------------------------------------------------------------------------------
 */

static void damage_byte(struct buf *b)
{
    b->data[dice((uint32_t)b->len)] = (unsigned char)dice(256);
}

static void damage_end(struct buf *b)
{
    b->len = 1 + dice((uint32_t)b->len);
}

static void damage_gap(struct buf *b)
{
    size_t at = dice((uint32_t)b->len), n = 1 + dice(40);
    n = at + n > b->len ? b->len - at : n;
    memmove(b->data + at, b->data + at + n, b->len - at - n);
    b->len -= n;
}

static void put_in(struct buf *b, size_t at, size_t old, const char *text)
{
    struct buf made = BUF_INIT;
    buf_add(&made, b->data, at);
    buf_text(&made, text);
    buf_add(&made, b->data + at + old, b->len - at - old);
    buf_fini(b);
    *b = made;
}

/* One word for another, wherever it stands. */
static void damage_word(struct buf *b)
{
    static const char *const words[][2] = {
        {"\"choice\"", "\"chioce\""},
        {"\"integer\"", "\"text\""},
        {"\"text\"", "\"multi\""},
        {"\"max\": ", "\"max\": -"},
        {"\"required\": true", "\"required\": \"yes\""},
        {"\"id\"", "\"name\""},
        {"\"zh\"", "\"cn\""},
        {"\"label\"", "\"lable\""},
        {"\"version\": ", "\"version\": 0."},
        {"\"choices\": [", "\"choices\": \"nowhere\", \"x\": ["},
        {"\"default\": \"me\"", "\"default\": 7"},
        {"\"kind\": \"ledger\"", "\"kind\": 3"},
        {"\"in_force\": \"always\"", "\"in_force\": \"sometimes\""},
        {"\"feeds\": [", "\"feeds\": [\"dragons\","},
        {"IS NOT NULL", "IS NOT"},
        {" = ", " = ;"},
        {"\"relevant\": \"", "\"relevant\": \"(SELECT 1) AND "},
        {"\"calculate\": \"", "\"calculate\": \"later + "},
        {"\"message\"", "\"massage\""},
        {"\"copy\": \"last\"", "\"copy\": \"first\""},
        {"\"fields\": [", "\"fields\": {"},
    };
    size_t first = dice(sizeof words / sizeof *words);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *const *pair = words[(first + i) % (sizeof words / sizeof *words)];
        const char *found = strstr(buf_str(b), pair[0]);
        for (uint32_t skip = dice(4); found != NULL && skip > 0; skip--) {
            const char *next = strstr(found + 1, pair[0]);
            found = next != NULL ? next : found;
        }
        if (found == NULL)
            continue;
        put_in(b, (size_t)(found - buf_str(b)), strlen(pair[0]), pair[1]);
        return;
    }
}

/* A value of another type somewhere. */
static void damage_value(struct buf *b)
{
    static const char *const values[] = {"null", "-1", "1e300", "\"\"", "[]", "{}", "true"};
    for (int tries = 0; tries < 50; tries++) {
        const char *colon = strchr(buf_str(b) + dice((uint32_t)b->len), ':');
        if (colon == NULL || colon[1] != ' ')
            continue;
        const char *from = colon + 2;
        size_t len = *from == '"' ? strcspn(from + 1, "\"") + 2 : strcspn(from, ",}\n");
        put_in(b, (size_t)(from - buf_str(b)), len, values[dice(7)]);
        return;
    }
}

static void (*const damages[])(struct buf *) = {damage_byte, damage_end,   damage_gap,  damage_word,
                                                damage_word, damage_value, damage_value};

/* --- definitions -------------------------------------------------------------------------------
 */

static int64_t rows(const char *table)
{
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    return store_number(site->j.store, sql, -1);
}

static void told_with_file_line_column_and_reason(enum err rc, const char *name)
{
    long line, column;
    int n = 0;
    if (rc == ERR_NOT_UTF8) {
        assert_string_equal(err_field(), name);
        return;
    }
    if ((rc != ERR_DEFINITION && rc != ERR_JSON) || strcmp(err_field(), name) != 0 ||
        sscanf(err_detail(), "line %ld, column %ld: %n", &line, &column, &n) < 2 || n == 0 ||
        strlen(err_detail() + n) < 3 || line < 1)
        fail_msg("%s: %s %s: %s", name, err_word(rc), err_field(), err_detail());
}

/* Whether it was taken or not, all of it was or nothing. */
static bool installed(const char *text, size_t len)
{
    json_t *definition = NULL, *out = NULL;
    struct form *f;
    int64_t entries = rows("entry"), kept = rows("definition"), force = rows("in_force");
    if (js_parse(text, len, "x", &definition) != ERR_OK)
        return false;
    json_t *in = json_pack("{s:O}", "definition", definition);
    enum err rc = action_run(site, "form", in, &out);
    int more = rc == ERR_OK;
    assert_int_equal(rows("entry"), entries + more);
    assert_int_equal(rows("in_force"), force + more);
    assert_int_equal(rows("definition"), kept + more);
    if (more)
        assert_ok(site_form(site, js_str(definition, "id"), &f));
    json_decref(out);
    json_decref(in);
    json_decref(definition);
    return more;
}

static const struct asset *some_form(void)
{
    size_t n = 0;
    while (asset_at("forms/", n) != NULL)
        n++;
    return asset_at("forms/", dice((uint32_t)n));
}

/* A definition of one's own: the shipped ones are the superior's. */
static void own_copy(struct buf *b, int n)
{
    char id[32];
    const struct asset *a = some_form();
    buf_add(b, a->data, a->len);
    const char *found = strstr(buf_str(b), "\"id\": \"");
    snprintf(id, sizeof id, "\"id\": \"own_%d_", n);
    put_in(b, (size_t)(found - buf_str(b)), 7, id);
    const char *code = strstr(buf_str(b), "\"code\": \"L");
    if (code != NULL)
        put_in(b, (size_t)(code - buf_str(b)), 10, "\"code\": \"M");
}

static void each_of_500_damaged_definitions_is_refused_with_its_place_or_is_one_still(void **state)
{
    (void)state;
    int refused = 0, good = 0, taken = 0;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < FILES; i++) {
        char name[32];
        struct buf b = BUF_INIT;
        snprintf(name, sizeof name, "own%d.json", i);
        own_copy(&b, i);
        assert_ok(def_read(buf_str(&b), b.len, name, ownform_check));
        damages[(size_t)i % (sizeof damages / sizeof *damages)](&b);
        buf_byte(&b, 0);
        b.len--; /* damage leaves no NUL behind */
        enum err rc = def_read((const char *)b.data, b.len, name, ownform_check);
        if (rc != ERR_OK)
            told_with_file_line_column_and_reason(rc, name);
        refused += rc != ERR_OK;
        good += rc == ERR_OK;
        bool in = installed((const char *)b.data, b.len);
        assert_true(!in || rc == ERR_OK);
        taken += in;
        buf_fini(&b);
    }
    print_message("%d refused, %d still definitions, %d of them ledgers and taken\n", refused, good,
                  taken);
    assert_int_equal(refused + good, FILES);
    assert_true(refused > FILES / 2 && taken > 0);
    desk_replays();
}

static void the_place_is_that_of_the_mistake(void **state)
{
    (void)state;
    static const char text[] =
        "{\"schema\":\"jiujin.form/1\",\"id\":\"x\",\"version\":1,\n"
        " \"kind\":\"ledger\",\"title\":{\"zh\":\"表\",\"en\":\"T\"},\n"
        " \"fields\":[\n"
        "  {\"id\":\"a\",\"type\":\"text\",\"label\":{\"zh\":\"甲\",\"en\":\"A\"}},\n"
        "  {\"id\":\"b\",\"label\":{\"zh\":\"乙\",\"en\":\"B\"},\"type\":\"txt\"}]}\n";
    assert_err(ERR_DEFINITION, def_read(text, sizeof text - 1, "x.json", ownform_check));
    assert_string_equal(err_field(), "x.json");
    assert_string_equal(err_detail(), "line 5, column 48: fields[1].type: unknown type 'txt'");
}

/* --- workbooks ---------------------------------------------------------------------------------
 */

static const char *const cells[] = {"text",
                                    "integer",
                                    "select_one l",
                                    "select_multiple l",
                                    "date",
                                    "note",
                                    "calculate",
                                    "a",
                                    "b",
                                    "c_1",
                                    "名",
                                    "yes",
                                    "no",
                                    "${a} = 1",
                                    "${zz}",
                                    ". > 0",
                                    "selected(${b}, 'x')",
                                    "today()",
                                    "((((",
                                    "'",
                                    "begin_group",
                                    "end_group",
                                    "1",
                                    "-3",
                                    "x y",
                                    "regex(., '[0-9]+')",
                                    "1 div 0"};

static void random_book(const char *path)
{
    static const char *const head[] = {"type",       "name",       "label",   "required",
                                       "relevant",   "constraint", "default", "calculation",
                                       "appearance", "read_only"};
    static const char *const lists[][3] = {
        {"list_name", "name", "label"}, {"l", "x", "X"}, {"l", "y", "Y"}};
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *survey = workbook_add_worksheet(book, "survey");
    lxw_worksheet *choices = workbook_add_worksheet(book, "choices");
    for (lxw_col_t c = 0; c < 10; c++)
        worksheet_write_string(survey, 0, c, head[c], NULL);
    for (lxw_row_t r = 1; r < 5; r++) {
        char name[8];
        snprintf(name, sizeof name, "%c", 'a' + (int)r - 1);
        worksheet_write_string(survey, r, 0, cells[dice(7)], NULL);
        worksheet_write_string(survey, r, 1, dice(8) ? name : cells[dice(27)], NULL);
        for (lxw_col_t c = 3; c < 10; c++)
            if (dice(5) == 0)
                worksheet_write_string(survey, r, c, cells[dice(27)], NULL);
    }
    for (lxw_row_t r = 0; r < 3; r++)
        for (lxw_col_t c = 0; c < 3; c++)
            worksheet_write_string(choices, r, c, lists[r][c], NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
}

static bool read_book(struct buf *b)
{
    json_t *out = NULL;
    enum err rc = xlsform_read(b->data, b->len, "book.xlsx", &out);
    if (rc != ERR_OK &&
        (rc != ERR_DEFINITION || strcmp(err_field(), "book.xlsx") != 0 || strlen(err_detail()) < 3))
        fail_msg("%s %s: %s", err_word(rc), err_field(), err_detail());
    if (rc == ERR_OK)
        assert_ok(ownform_check(out, "book.xlsx"));
    json_decref(out);
    return rc == ERR_OK;
}

static void each_of_500_damaged_workbooks_is_refused_or_a_definition(void **state)
{
    (void)state;
    int good = 0, bad_cells = 0;
    char path[64];
    snprintf(path, sizeof path, "/tmp/jiujin-mutation-%d.xlsx", (int)getpid());
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 100; i++) {
        struct buf b = BUF_INIT;
        random_book(path);
        assert_ok(file_read(path, &b, FILE_LIMIT));
        bool ok = read_book(&b); /* the cells are damaged */
        good += ok;
        if (!ok && strstr(err_detail(), "sheet ") == NULL)
            fail_msg("no place: %s", err_detail());
        bad_cells += !ok;
        for (int k = 0; k < 4; k++) { /* and now the file */
            struct buf c = BUF_INIT;
            buf_add(&c, b.data, b.len);
            damages[k == 3 ? 0 : (size_t)k](&c);
            if (k == 3)
                damage_byte(&c);
            good += read_book(&c);
            buf_fini(&c);
        }
        buf_fini(&b);
    }
    unlink(path);
    print_message("%d of 500 are definitions still; %d of 100 refused by their cells\n", good,
                  bad_cells);
    assert_true(bad_cells > 20);
}

int main(void)
{
    const char *given = getenv("JIUJIN_TEST_SEED");
    seed = given != NULL ? strtoull(given, NULL, 10) : 20220518;
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(each_of_500_damaged_definitions_is_refused_with_its_place_or_is_one_still),
        T(the_place_is_that_of_the_mistake),
        T(each_of_500_damaged_workbooks_is_refused_or_a_definition),
    };
    return cmocka_run_group_tests_name("form_mutation", tests, NULL, NULL);
}
