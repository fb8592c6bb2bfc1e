/* The table of triage cases through the built `jiujin triage`: without a site over the packs by
 * their names, and at sites that adapted them. */
#include "tests/unit/triage.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"
#include "tests/e2e/pin.h"
#include "tests/e2e/prog.h"

static json_t *table;

static int load(void **state)
{
    (void)state;
    setenv("JIUJIN_USER", "admin", 1);
    setenv("JIUJIN_PIN", "1234", 1);
    return js_load(TRIAGE_TABLE, &table) == ERR_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    json_decref(table);
    return 0;
}

static void add_line(struct buf *in, const json_t *row, bool named)
{
    json_t *facts = triage_facts(table, row);
    if (named)
        js_set_str(facts, "policy", triage_pack(row));
    else
        json_object_del(facts, "policy");
    char *text = js_dump(facts);
    buf_text(in, text);
    buf_text(in, "\n");
    free(text);
    json_decref(facts);
}

static bool answers(const json_t *row, const char *line, size_t len)
{
    json_t *said = NULL;
    assert_ok(js_parse(line, len, "answer", &said));
    bool same = js_str(said, "error") != NULL
                    ? triage_refused(row, js_str(said, "error"), js_str(said, "field"))
                    : triage_same(row, said);
    if (!same)
        print_error("%s: %.*s\n", js_str(row, "case"), (int)len, line);
    json_decref(said);
    return same;
}

/* Asks for all rows at once; how many were answered otherwise than the table says. */
static size_t run_rows(const char *folder, const json_t *rows, bool named)
{
    size_t i, wrong = 0;
    json_t *row;
    struct buf in = BUF_INIT;
    json_array_foreach(rows, i, row) add_line(&in, row, named);
    struct ran r =
        prog_run(buf_str(&in), prog_path("jiujin"), "--lang", "en", "--dir", folder, "triage");
    const char *line = r.out;
    json_array_foreach(rows, i, row)
    {
        size_t len = strcspn(line, "\n");
        wrong += !answers(row, line, len);
        line += len + (line[len] == '\n');
    }
    assert_string_equal(line, "");
    ran_free(&r);
    buf_fini(&in);
    return wrong;
}

static void the_built_program_decides_as_the_table_says(void **state)
{
    (void)state;
    size_t i;
    json_t *row, *rows = json_array();
    char *folder = prog_folder();
    json_array_foreach(json_object_get(table, "cases"), i,
                       row) if (json_object_get(row, "adapt") == NULL) json_array_append(rows, row);
    print_message("%zu cases\n", json_array_size(rows));
    assert_true(json_array_size(rows) > 300);
    assert_int_equal(run_rows(folder, rows, true), 0);
    json_decref(rows);
    prog_folder_remove(folder);
}

/* --- at points that adapted their packs ---------------------------------------------------------
 */

static void add(const char *folder, const char *what, const json_t *in)
{
    char *text = js_dump(in), *line = mem_printf("%s\n", text);
    struct ran r = prog_run(line, prog_path("jiujin"), "--dir", folder, "add", what);
    if (r.status != 0)
        fail_msg("%s: %s%s", text, r.out, r.err);
    ran_free(&r);
    free(text);
    free(line);
}

/* A site under "BASE+OVERLAY+..." that adapted these. */
static char *site_with(const char *packs, const json_t *adapt)
{
    const char *key;
    json_t *value;
    char *folder = prog_folder(), *base = mem_strndup(packs, strcspn(packs, "+"));
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", folder, "init", "--site",
                            "310118101201", "--name", "测试村", "--policy", base);
    if (r.status != 0)
        fail_msg("%s", r.err);
    ran_free(&r);
    pin_quick(folder);
    free(base);
    for (const char *at = strchr(packs, '+'); at != NULL; at = strchr(at + 1, '+')) {
        json_t *in = json_pack("{s:s#,s:s,s:s}", "id", at + 1, (int)strcspn(at + 1, "+"), "order",
                               "1", "approver", "x");
        add(folder, "overlay", in);
        json_decref(in);
    }
    json_object_foreach((json_t *)(uintptr_t)adapt, key, value)
    {
        json_t *in = json_pack("{s:s,s:O,s:s,s:s}", "param", key, "new", value, "reason", "x",
                               "approver", "x");
        add(folder, "adaptation", in);
        json_decref(in);
    }
    return folder;
}

static bool same_point(const json_t *a, const json_t *b)
{
    return strcmp(triage_pack(a), triage_pack(b)) == 0 &&
           json_equal(json_object_get(a, "adapt"), json_object_get(b, "adapt"));
}

static void a_point_that_adapted_its_packs_decides_as_the_table_says(void **state)
{
    (void)state;
    size_t i, points = 0;
    json_t *row, *left = json_array();
    json_array_foreach(json_object_get(table, "cases"), i,
                       row) if (json_object_get(row, "adapt") != NULL) json_array_append(left, row);
    for (; json_array_size(left) > 0; points++) {
        json_t *first = json_incref(json_array_get(left, 0)), *rows = json_array();
        for (i = 0; i < json_array_size(left);)
            if (same_point(first, json_array_get(left, i))) {
                json_array_append(rows, json_array_get(left, i));
                json_array_remove(left, i);
            } else {
                i++;
            }
        char *folder = site_with(triage_pack(first), json_object_get(first, "adapt"));
        assert_int_equal(run_rows(folder, rows, false), 0);
        prog_folder_remove(folder);
        json_decref(first);
        json_decref(rows);
    }
    print_message("%zu points\n", points);
    assert_true(points >= 5);
    json_decref(left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_program_decides_as_the_table_says),
        cmocka_unit_test(a_point_that_adapted_its_packs_decides_as_the_table_says),
    };
    return cmocka_run_group_tests_name("triage", tests, load, unload);
}
