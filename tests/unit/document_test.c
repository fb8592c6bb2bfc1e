/* Papers for people: the one-time notice, the receipt, the courier's list. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/print/document.h"

static char *text_of(const char *what, const char *which)
{
    struct document d;
    struct buf out = BUF_INIT;
    assert_ok(document_make(site, what, which, &d));
    assert_ok(document_put(&d, "ascii", NULL, &out));
    document_fini(&d);
    return buf_take(&out);
}

static char *new_case(void)
{
    json_t *out = desk_do("case", "{'person':" AMA ",'item':'QP-MZ-01','channel':'proxy','papers':"
                                  "[{'paper':'P01','state':'original_seen'},"
                                  "{'paper':'P02','state':'copy_kept'}]}");
    char *id = mem_strdup(js_str(out, "id"));
    json_decref(out);
    return id;
}

static void a_notice_names_what_is_missing_or_all_that_an_item_asks_for(void **state)
{
    (void)state;
    char *id = new_case(), *of_case = text_of("notice", id),
         *of_item = text_of("notice", "QP-MZ-01");
    assert_non_null(strstr(of_case, "申请登记表"));
    assert_null(strstr(of_case, "身份证"));
    assert_non_null(strstr(of_item, "身份证"));
    assert_non_null(strstr(of_item, "委托他人代办时"));
    free(of_case), free(of_item), free(id);
}

static void a_pledge_names_what_follows_and_is_signed_in_two_copies(void **state)
{
    (void)state;
    struct document d;
    char *id = new_case(), *text = text_of("pledge", id), what[64];
    assert_non_null(strstr(text, "容缺受理承诺书"));
    assert_non_null(strstr(text, "申请登记表"));
    assert_non_null(strstr(text, "一式两份"));
    assert_null(strstr(text, "999101"));
    snprintf(what, sizeof what, "case_step:%s", id);
    json_decref(desk_do(what, "{'step':'paper','papers':[{'paper':'P03','state':'copy_kept'}]}"));
    assert_err(ERR_STATE, document_make(site, "pledge", id, &d));
    free(text), free(id);
}

static void a_receipt_names_the_papers_and_nobody(void **state)
{
    (void)state;
    char *id = new_case(), *text = text_of("receipt", id);
    assert_non_null(strstr(text, "已收复印件"));
    assert_null(strstr(text, "测试甲"));
    assert_null(strstr(text, "999101"));
    free(text), free(id);
}

static void
a_couriers_list_has_lines_to_sign_and_a_symbol_that_says_site_list_and_count(void **state)
{
    (void)state;
    struct document d;
    struct buf out = BUF_INIT;
    char *id = new_case(), *in = mem_printf("{'cases':['%s'],'carrier':'测试送'}", id);
    json_t *list = desk_do("courier", in);
    assert_ok(document_make(site, "courier", js_str(list, "number"), &d));
    const struct qr *symbol = NULL;
    for (size_t i = 0; i < d.layout.n; i++)
        if (d.layout.items[i].kind == LAYOUT_QR)
            symbol = &d.layout.items[i].qr;
    assert_non_null(symbol);
    struct qr expected;
    char *said = mem_printf("%s %s 1", site->j.site, js_str(list, "id"));
    assert_ok(qr_make(said, QR_M, &expected));
    assert_int_equal(expected.size, symbol->size);
    assert_memory_equal(expected.dark, symbol->dark, (size_t)(symbol->size * symbol->size));
    assert_ok(document_put(&d, "escpos", NULL, &out));
    assert_true(out.len > 1000);
    buf_clear(&out);
    assert_ok(document_put(&d, "text", NULL, &out));
    assert_non_null(strstr(buf_str(&out), "接收人 ____"));
    assert_err(ERR_NOT_FOUND, document_put(&d, "stone", NULL, &out));
    qr_fini(&expected), buf_fini(&out), document_fini(&d);
    json_decref(list);
    free(said), free(in), free(id);
}

static void what_is_not_there_gives_no_paper(void **state)
{
    (void)state;
    struct document d;
    assert_err(ERR_NOT_FOUND, document_make(site, "poem", "1.1", &d));
    assert_err(ERR_NOT_FOUND, document_make(site, "receipt", "1.1", &d));
    assert_err(ERR_NOT_FOUND, document_make(site, "courier", "1.1", &d));
    assert_int_equal(d.layout.n, 0);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(a_notice_names_what_is_missing_or_all_that_an_item_asks_for),
        T(a_pledge_names_what_follows_and_is_signed_in_two_copies),
        T(a_receipt_names_the_papers_and_nobody),
        T(a_couriers_list_has_lines_to_sign_and_a_symbol_that_says_site_list_and_count),
        T(what_is_not_there_gives_no_paper),
    };
    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
