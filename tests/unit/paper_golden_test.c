/* All papers as they stand on a roll of 58 and of 80 mm, in Chinese, beside what was read once and
 * kept (golden/paper). Symbols are named, not drawn: tests/e2e/paper_test.c has them read.
 * JIUJIN_GOLDEN=write makes the goldens anew: read them before they are kept. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/base/buf.h"
#include "kiosk/base/file.h"
#include "kiosk/desk/link.h"
#include "kiosk/print/centre.h"
#include "kiosk/print/document.h"

/* As a line: its size changes with its version only. */
static void name_symbols(struct layout *l)
{
    for (size_t i = 0; i < l->n; i++) {
        struct layout_item *item = &l->items[i];
        if (item->kind != LAYOUT_QR)
            continue;
        item->text[0] = mem_printf("[%d x %d]", item->qr.size, item->qr.size);
        qr_fini(&item->qr);
        item->kind = LAYOUT_LINE;
    }
}

static void as_it_was_kept(const char *name, int mm, const struct buf *text)
{
    struct buf want = BUF_INIT;
    char *file = mem_printf("tests/unit/golden/paper/%s-%d.txt", name, mm);
    const char *mode = getenv("JIUJIN_GOLDEN");
    if (mode != NULL && strcmp(mode, "write") == 0)
        assert_ok(file_write(file, text->data, text->len, 0644));
    assert_ok(file_read(file, &want, FILE_LIMIT));
    if (strcmp(buf_str(text), buf_str(&want)) != 0)
        fail_msg("%s is now\n%s", file, buf_str(text));
    buf_fini(&want);
    free(file);
}

static void both_rolls(const char *name, struct layout *l)
{
    static const struct {
        int mm, columns;
    } rolls[] = {{58, 32}, {80, 48}};
    name_symbols(l);
    for (size_t i = 0; i < 2; i++) {
        struct buf text = BUF_INIT;
        assert_ok(layout_put(l, "ascii", &(struct layout_how){.columns = rolls[i].columns}, &text));
        as_it_was_kept(name, rolls[i].mm, &text);
        buf_fini(&text);
    }
}

static void document(const char *what, const char *which, const char *name)
{
    struct document d;
    assert_ok(document_make(site, what, which, &d));
    both_rolls(name, &d.layout);
    document_fini(&d);
}

static void join(void)
{
    unsigned char sign_pub[SIGN_PUB_BYTES], sign_sec[SIGN_SEC_BYTES];
    unsigned char box_pub[BOX_PUB_BYTES], box_sec[BOX_SEC_BYTES];
    secret_sign_pair(sign_pub, sign_sec);
    secret_box_pair(box_pub, box_sec);
    assert_ok(link_joined(site, "https://hub.example", sign_pub, box_pub));
}

static char *id_of(const char *what, const char *in)
{
    json_t *out = desk_do(what, in);
    char *id = mem_strdup(js_str(out, "id"));
    json_decref(out);
    return id;
}

static char *case_of(void)
{
    return id_of("case", "{'person':" AMA ",'item':'QP-MZ-01','channel':'proxy','papers':"
                         "[{'paper':'P01','state':'original_kept'},"
                         "{'paper':'P02','state':'copy_kept'}]}");
}

static void papers_of_a_case_are_as_they_were_read_and_kept(void **state)
{
    (void)state;
    join();
    char *id = case_of();
    document("slip", id, "slip");
    document("receipt", id, "receipt");
    document("notice", id, "notice-case");
    document("notice", "QP-MZ-01", "notice-item");
    document("pledge", id, "pledge");
    char *in = mem_printf("{'carrier':'示例递送','cases':['%s']}", id);
    char *list = id_of("courier", in);
    document("courier", list, "courier");
    free(list);
    free(in);
    free(id);
}

static void papers_of_the_desk_are_as_they_were_read_and_kept(void **state)
{
    (void)state;
    char *number = id_of("ticket", "{'service':'window'}");
    document("ticket", number, "ticket");
    document("poster", "", "poster");
    document("report", "", "report");
    document("test", "", "test");
    free(number);
}

static void the_sub_centres_papers_are_as_they_were_read_and_kept(void **state)
{
    (void)state;
    struct layout l = {.title = NULL}, a = {.title = NULL};
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    struct buf digits = BUF_INIT;
    struct ack ack = {.site = "310118101201", .epoch = 1, .seq = 57, .at = DESK_DAY};
    secret_sign_pair(pub, sec);
    assert_ok(centre_enrolment("310118101201", "测试村", "BBA5-4E1P-WD96-DEXR-HJM3-19AW-QF4Z-1RF7",
                               DESK_DAY, &l));
    both_rolls("enrolment", &l);
    assert_ok(ack_make(&ack, sec, &digits));
    assert_ok(centre_ack(&ack, buf_str(&digits), &a));
    both_rolls("ack", &a);
    buf_fini(&digits);
    layout_fini(&l);
    layout_fini(&a);
}

static int hold(void **state)
{
    clock_hold(DESK_DAY, 0);
    return site_setup_epidemic(state);
}

static int let_go(void **state)
{
    clock_hold(CLOCK_NONE, 0);
    return site_teardown(state);
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, hold, let_go)
    const struct CMUnitTest tests[] = {
        T(papers_of_a_case_are_as_they_were_read_and_kept),
        T(papers_of_the_desk_are_as_they_were_read_and_kept),
        T(the_sub_centres_papers_are_as_they_were_read_and_kept),
    };
    return cmocka_run_group_tests_name("paper_golden", tests, NULL, NULL);
}
