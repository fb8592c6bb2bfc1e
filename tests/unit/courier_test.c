/* Couriers' lists: all papers that lie here, or those that were named; what stays is still here. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

static char a[ENTRY_ID], b[ENTRY_ID]; /* two cases: two papers lie here of the first, one of b */

static void take_in(const char *papers, char id[ENTRY_ID])
{
    char in[600];
    snprintf(in, sizeof in,
             "{'person':" AMA ",'agent':null,'item':'QP-MZ-01','channel':'proxy','skipped':[],"
             "'papers':[%s]}",
             papers);
    json_t *out = desk_do("case", in);
    snprintf(id, ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(out);
}

static const char *paper_of(size_t i)
{
    struct catalogue *c;
    assert_ok(site_catalogue(site, &c));
    return js_str(json_array_get(js_get(catalogue_find(c, "QP-MZ-01"), "papers"), i), "id");
}

static int setup(void **state)
{
    char both[200], one[100];
    if (site_setup(state) != 0)
        return -1;
    snprintf(one, sizeof one, "{'paper':'%s','state':'original_kept'}", paper_of(0));
    snprintf(both, sizeof both, "%s,{'paper':'%s','state':'copy_kept'}", one, paper_of(1));
    take_in(both, a);
    take_in(one, b);
    return 0;
}

static const char *holder(const char *id, size_t paper)
{
    static char out[24];
    char what[48];
    size_t i;
    json_t *row;
    snprintf(what, sizeof what, "papers:%s", id);
    json_t *rows = desk_list(what);
    out[0] = 0;
    json_array_foreach(rows, i, row) if (strcmp(js_str(row, "paper"), paper_of(paper)) == 0)
        snprintf(out, sizeof out, "%s", js_str(row, "holder"));
    json_decref(rows);
    return out;
}

/* `papers` as [["CASE",PLACE],...] would be; here ready-made. */
static char *list_of(const char *cases, const char *papers)
{
    return mem_printf("{'cases':[%s],'carrier':'送信人'%s%s}", cases, papers[0] ? ",'papers':" : "",
                      papers);
}

static void papers_that_were_named_go_and_the_others_stay(void **state)
{
    (void)state;
    char *cases = mem_printf("'%s','%s'", a, b);
    char *papers = mem_printf("[{'case':'%s','paper':'%s'},{'case':'%s','paper':'%s'}]", a,
                              paper_of(1), b, paper_of(0));
    char *in = list_of(cases, papers);
    json_t *out = desk_do("courier", in);
    assert_int_equal(js_int(out, "papers", 0), 2);
    assert_string_equal(holder(a, 0), "village");
    assert_string_equal(holder(a, 1), "courier");
    assert_string_equal(holder(b, 0), "courier");
    char *step = mem_printf("courier_step:%s", js_str(out, "id"));
    json_decref(desk_do(step, "{'step':'received'}"));
    assert_string_equal(holder(a, 0), "village");
    assert_string_equal(holder(a, 1), "sub_centre");
    desk_replays();
    json_decref(out);
    free(step);
    free(in);
    free(papers);
    free(cases);
}

static void refused(enum err code, const char *cases, const char *papers)
{
    char *in = list_of(cases, papers);
    desk_refused(code, "papers", "courier", in);
    free(in);
}

static void a_paper_that_is_not_here_or_of_no_case_of_the_list_is_refused(void **state)
{
    (void)state;
    char *only_a = mem_printf("'%s'", a), *both = mem_printf("'%s','%s'", a, b);
    char *here = mem_printf("{'case':'%s','paper':'%s'}", a, paper_of(0));
    char *of_b = mem_printf("[{'case':'%s','paper':'%s'}]", b, paper_of(0));
    char *twice = mem_printf("[%s,%s]", here, here), *once = mem_printf("[%s]", here);
    char *missing = mem_printf("[{'case':'%s','paper':'no_such'}]", a);
    refused(ERR_FIELD_CHOICE, only_a, of_b);
    refused(ERR_DUPLICATE, only_a, twice);
    refused(ERR_STATE, only_a, missing);
    refused(ERR_FIELD_REQUIRED, both, once); /* none of the other's goes along */
    refused(ERR_FIELD_TYPE, only_a, "['x']");
    refused(ERR_FIELD_REQUIRED, only_a, "[]");
    char *in = list_of(only_a, once);
    json_decref(desk_do("courier", in));
    refused(ERR_STATE, only_a, once); /* it is on its way already */
    free(in);
    free(only_a);
    free(both);
    free(here);
    free(of_b);
    free(twice);
    free(once);
    free(missing);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(papers_that_were_named_go_and_the_others_stay),
        T(a_paper_that_is_not_here_or_of_no_case_of_the_list_is_refused),
    };
    return cmocka_run_group_tests_name("courier", tests, NULL, NULL);
}
