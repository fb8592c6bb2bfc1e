/* A notice on paper: as a page and as a strip, with a printer and without. */
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/stat.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/print/document.h"
#include "kiosk/print/placard.h"
#include "kiosk/print/qr.h"
#include "tests/unit/site.h"

static json_t *notice(const char *id)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", id, "at", "2022-05-20T09:00:00+08:00", "title",
                     "停水通知", "text", "周五上午八点到十一点停水。", "until", "2022-05-27");
}

static bool printed(const struct buf *strip, const char *words)
{
    struct buf wanted = BUF_INIT;
    assert_ok(gb18030_from(words, &wanted));
    bool found = memmem(strip->data, strip->len, wanted.data, wanted.len) != NULL;
    buf_fini(&wanted);
    return found;
}

static enum err put(const json_t *n, const char *to, struct buf *out)
{
    struct layout l = {0};
    placard_layout(site, n, &l);
    enum err rc = layout_put(&l, to, NULL, out);
    layout_fini(&l);
    return rc;
}

static void a_strip_holds_title_text_site_and_last_day(void **state)
{
    (void)state;
    struct buf strip = BUF_INIT;
    json_t *n = notice("1.7");
    assert_ok(put(n, "escpos", &strip));
    assert_true(printed(&strip, "停水通知"));
    assert_true(printed(&strip, "周五上午八点到十一点停水"));
    assert_true(printed(&strip, "测试村"));
    assert_true(printed(&strip, "2022-05-27"));
    buf_fini(&strip);
    json_decref(n);
}

/* A pack's id is from outside. */
static void an_id_never_leads_out_of_the_folder(void **state)
{
    (void)state;
    char name[PLACARD_NAME];
    placard_name("../../key", name);
    assert_string_equal(name, "placard-.._.._key");
}

static void a_notice_that_is_in_force_is_kept_as_a_page_for_us_alone(void **state)
{
    (void)state;
    struct stat st;
    struct document d;
    char *path = NULL;
    json_t *out = NULL, *in = json_pack("{s:s,s:s}", "title", "停水通知", "text", "周五停水。");
    assert_ok(action_run(site, "notice", in, &out));
    assert_ok(document_make(site, "placard", js_str(out, "id"), &d));
    assert_ok(document_keep(site, &d, "pdf", &path));
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size > 1000);
    assert_int_equal(st.st_mode & 0077, 0);
    assert_int_equal(remove(path), 0);
    document_fini(&d);
    assert_err(ERR_NOT_FOUND, document_make(site, "placard", "9.9", &d));
    free(path);
    json_decref(in), json_decref(out);
}

static void the_longest_notice_fits_on_one_page(void **state)
{
    (void)state;
    struct buf title = BUF_INIT, text = BUF_INIT, page = BUF_INIT;
    for (int i = 0; i < 30; i++)
        buf_text(&title, "题");
    for (int i = 0; i < 120; i++)
        buf_text(&text, "文");
    json_t *n = notice("1.9");
    js_set_str(n, "title", buf_str(&title));
    js_set_str(n, "text", buf_str(&text));
    assert_ok(put(n, "png", &page));
    assert_err(ERR_NOT_FOUND, put(n, "gif", &page));
    buf_fini(&title);
    buf_fini(&text);
    buf_fini(&page);
    json_decref(n);
}

int main(void)
{
    lang_init("en");
#define E(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        E(a_strip_holds_title_text_site_and_last_day),
        E(an_id_never_leads_out_of_the_folder),
        E(a_notice_that_is_in_force_is_kept_as_a_page_for_us_alone),
        E(the_longest_notice_fits_on_one_page),
    };
    return cmocka_run_group_tests_name("placard", tests, NULL, NULL);
}
