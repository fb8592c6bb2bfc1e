/* Notices as a clerk writes them: by keys on one terminal, read by everybody on another. */
#include "tests/unit/unit.h"

#include <glob.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/prog.h"
#include "tests/unit/picture.h"

#define WAIT 15000
#define SHOWN 1000 /* ms: on every terminal */

static char *dir;

static int setup(void **state)
{
    (void)state;
    dir = desk_site("epidemic-2022");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(dir);
    return 0;
}

/* The list of notices, signed in as that clerk of the demonstration. */
static struct term *desk(const char *lang, const char *type, const char *clerk)
{
    return desk_at(&(struct desk){.folder = dir, .lang = lang, .term = type, .screen = "notices"},
                   clerk, strcmp(lang, "en") == 0 ? "a write one" : "a 写公告");
}

static void paste(struct term *t, const char *text)
{
    char *keys = mem_printf("\033[200~%s\033[201~", text);
    term_type(t, keys);
    free(keys);
}

/* Writes one that ends on no day, and hangs it up. */
static void write_one(struct term *t, const char *title, const char *text)
{
    term_type(t, "a");
    term_wait(t, "F2", WAIT);
    paste(t, title);
    term_wait(t, title, WAIT);
    term_type(t, T_ENTER);
    paste(t, text);
    term_wait(t, text, WAIT);
    term_type(t, T_F2);
    term_wait_gone(t, "F2", WAIT);
}

static void throw_away(struct term *t, const char *question)
{
    term_type(t, T_F8);
    term_wait(t, question, WAIT);
    term_type(t, "y");
    term_wait_gone(t, question, WAIT);
}

/* The whole list as JSON lines; the caller frees. */
static char *said(void)
{
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "show", "notices");
    char *out = mem_strdup(r.out);
    assert_int_equal(r.status, 0);
    ran_free(&r);
    return out;
}

static void
what_one_terminal_hangs_up_stands_on_another_within_a_second_until_taken_down(void **state)
{
    (void)state;
    struct term *all = desk_open(&(struct desk){.folder = dir, .screen = "idle"}),
                *t = desk("zh_CN", NULL, "4");
    term_wait(all, "公告 1/", WAIT);
    write_one(t, "停水通知", "周五上午停水。");
    term_wait(all, "停水通知", SHOWN);
    term_wait(all, "周五上午停水。", SHOWN);
    term_wait(t, "展示中", WAIT);
    term_type(t, "x");
    term_wait(t, "撤下原因", WAIT);
    term_type(t, T_ENTER); /* without a reason nothing goes */
    term_wait_gone(t, "撤下原因", WAIT);
    term_quiet(t, 200);
    assert_true(term_has(t, "展示中"));
    term_type(t, "x");
    term_wait(t, "撤下原因", WAIT);
    paste(t, "已恢复供水");
    term_type(t, T_ENTER);
    term_wait_gone(all, "停水通知", SHOWN);
    term_wait(t, "已撤下，", WAIT);
    assert_true(strstr(term_row(t, term_find(t, "停水通知")), "已撤下") != NULL);
    desk_end(t);
    desk_end(all);
}

static void wrong_words_are_refused_beside_the_field_and_stay_typed(void **state)
{
    (void)state;
    static const char *const title =
        "关于本周五上午八点至十一点全村停水检修请各家各户提前储水的紧急通知";
    struct term *t = desk("zh_CN", NULL, "4");
    char *before = said();
    term_type(t, "a");
    term_wait(t, "F2", WAIT);
    paste(t, title); /* 33 characters */
    term_type(t, T_ENTER);
    term_wait(t, "! 文字太长", WAIT);
    term_wait(t, "紧急通知", WAIT);
    paste(t, "请联系999101195001011230");
    term_type(t, T_ENTER);
    term_wait(t, "! 通知给大家看，不能写身份证号", WAIT);
    term_wait(t, "请联系999101195001011230", WAIT);
    term_type(t, "20200101\r");
    term_wait(t, "! 这一天已经过去", WAIT);
    term_type(t, T_F2);
    term_quiet(t, 300);
    assert_true(term_has(t, "F2"));
    char *after = said();
    assert_string_equal(after, before);
    free(before);
    free(after);
    throw_away(t, "放弃已填内容吗");
    desk_end(t);
}

/* Typed, pasted, or sent by a script: no control character comes into a notice. */
static void control_characters_come_in_by_no_way(void **state)
{
    (void)state;
    struct term *t = desk("en", NULL, "4");
    term_type(t, "a");
    term_wait(t, "F2", WAIT);
    term_bytes_in(t, "Wa\x02\x07ter", 7);
    paste(t, " o\001f\x0f\xe2\x80\xae"
             "f");
    term_wait(t, "Water off", WAIT);
    term_type(t, T_ENTER "Friday." T_F2);
    term_wait_gone(t, "F2", WAIT);
    char *all = said();
    assert_non_null(strstr(all, "\"Water off\""));
    free(all);
    struct ran r = prog_run("{\"title\":\"a\\u0007b\",\"text\":\"c\"}\n", prog_path("jiujin"),
                            "--lang", "en", "--dir", dir, "add", "notice");
    assert_int_equal(r.status, 1);
    assert_non_null(strstr(r.out, "\"field\":\"title\",\"error\":\"control_chars\""));
    ran_free(&r);
    desk_end(t);
}

static void a_notice_half_written_is_there_again_after_a_hang_up(void **state)
{
    (void)state;
    struct term *t = desk("en", NULL, "4");
    term_type(t, "a");
    term_wait(t, "F2", WAIT);
    term_type(t, "Half a notice" T_ENTER);
    term_quiet(t, 300);
    desk_end(t);
    t = desk("en", NULL, "4");
    term_type(t, "a");
    term_wait(t, "Half a notice", WAIT);
    throw_away(t, "y/n");
    term_wait_gone(t, "Half a notice", WAIT);
    desk_end(t);
}

/* --- on paper ---------------------------------------------------------------------------------
 */

/* Of a file that libpng reads whole: the page has both paper and ink. */
static void page_is_drawn(const char *path)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    bool light = false, dark = false;
    if (png_image_begin_read_from_file(&image, path) == 0)
        fail_msg("%s: %s", path, image.message);
    image.format = PNG_FORMAT_GRAY;
    assert_int_equal(image.width, 2480);
    assert_int_equal(image.height, 3508);
    unsigned char *grey = mem_alloc(PNG_IMAGE_SIZE(image));
    assert_int_not_equal(png_image_finish_read(&image, NULL, grey, 0, NULL), 0);
    for (size_t i = 0; i < PNG_IMAGE_SIZE(image); i++) {
        light = light || grey[i] > 250;
        dark = dark || grey[i] < 50;
    }
    free(grey);
    assert_true(light && dark);
}

/* What stands in the site's folder for it. */
static char *path_of(const char *ext)
{
    glob_t found;
    char *pattern = mem_printf("%s/out/placard-*.%s", dir, ext);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    char *path = mem_strdup(found.gl_pathv[0]);
    globfree(&found);
    free(pattern);
    return path;
}

static void without_a_printer_a_page_to_hang_up_is_made_and_the_ledger_is_one_key_away(void **state)
{
    (void)state;
    struct term *t = desk("zh_CN", NULL, "4");
    write_one(t, "停电通知", "周六下午停电。");
    term_type(t, "p");
    term_wait(t, "已张贴？按 l 登记", WAIT);
    term_settle(t);
    char *png = path_of("png"), *pdf = path_of("pdf");
    page_is_drawn(png);
    const char *const argv[] = {"pdftotext", pdf, "-", NULL};
    struct buf words = BUF_INIT;
    picture_ask(argv, &words);
    assert_non_null(strstr(buf_str(&words), "停电通知"));
    assert_non_null(strstr(buf_str(&words), "周六下午停电。"));
    assert_non_null(strstr(buf_str(&words), "演示村"));
    buf_fini(&words);
    free(png);
    free(pdf);
    term_type(t, "l");
    term_wait(t, "宣传记录", WAIT);
    term_wait(t, "海报", WAIT);
    desk_end(t);
}

static void a_printer_that_is_not_there_is_told_in_words(void **state)
{
    (void)state;
    struct ran r =
        prog_run(NULL, prog_path("jiujin"), "--dir", dir, "printer", "set", "/nowhere/lp0");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    struct term *t = desk("en", NULL, "4");
    term_type(t, "p");
    term_wait(t, "it is not there", WAIT);
    desk_end(t);
    r = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "printer", "set", "none");
    assert_int_equal(r.status, 0);
    ran_free(&r);
}

static void what_the_policy_says_is_not_taken_down_here(void **state)
{
    (void)state;
    struct term *t = desk("en", NULL, "4");
    term_type(t, T_END);
    term_quiet(t, 100);
    term_type(t, "x");
    term_wait(t, "It stands in the policy and goes with it.", WAIT);
    desk_end(t);
}

/* Whose work is the ledgers alone comes to the home screen and finds the notices from there. */
static void a_clerk_of_the_ledgers_finds_them_on_the_screen_of_the_site(void **state)
{
    (void)state;
    struct term *t = desk_at(&(struct desk){.folder = dir, .lang = "en"}, "4", "8  The site");
    term_type(t, "8");
    term_wait(t, "n  Notices", WAIT);
    assert_false(term_has(t, "Suspend"));
    term_type(t, "n");
    term_wait(t, "a write one", WAIT);
    desk_end(t);
}

static void it_works_in_english_on_a_vt100_and_from_the_site_menu(void **state)
{
    (void)state;
    struct term *t = desk("en", "vt100", "4");
    write_one(t, "Road works", "The bridge is closed on Monday.");
    term_wait(t, "on show", WAIT);
    term_esc(t);
    term_wait(t, "n  Notices", WAIT);
    term_type(t, "n");
    term_wait(t, "Road works", WAIT);
    term_type(t, T_F1);
    term_wait(t, "Take down the notice that is marked", WAIT);
    desk_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_one_terminal_hangs_up_stands_on_another_within_a_second_until_taken_down),
        cmocka_unit_test(wrong_words_are_refused_beside_the_field_and_stay_typed),
        cmocka_unit_test(control_characters_come_in_by_no_way),
        cmocka_unit_test(a_notice_half_written_is_there_again_after_a_hang_up),
        cmocka_unit_test(
            without_a_printer_a_page_to_hang_up_is_made_and_the_ledger_is_one_key_away),
        cmocka_unit_test(a_printer_that_is_not_there_is_told_in_words),
        cmocka_unit_test(what_the_policy_says_is_not_taken_down_here),
        cmocka_unit_test(a_clerk_of_the_ledgers_finds_them_on_the_screen_of_the_site),
        cmocka_unit_test(it_works_in_english_on_a_vt100_and_from_the_site_menu),
    };
    return cmocka_run_group_tests_name("notices", tests, setup, teardown);
}
