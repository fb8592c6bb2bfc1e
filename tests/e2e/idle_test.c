/* The screen for everybody, as it stands on a terminal at which no clerk sits. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/prog.h"
#include "tests/unit/picture.h"

#define WAIT 8000
#define ADDRESS "https://zwdt.sh.gov.cn"
#define ID_SCAN "999101195001011230\r"

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

/* Runs a command of the site; what it printed (the caller frees). */
static char *site_says(const char *input, const char *command, const char *what)
{
    struct ran r = prog_run(input, prog_path("jiujin"), "--dir", dir, command, what);
    if (r.status != 0)
        fail_msg("%s %s: %s%s", command, what, r.out, r.err);
    char *out = mem_strdup(r.out);
    ran_free(&r);
    return out;
}

static struct term *open_screen(struct desk d)
{
    d.folder = dir;
    if (!d.screen)
        d.screen = "idle";
    return desk_open(&d);
}

/* The symbol stands at the right edge, 33 modules wide with its quiet zone, from the second row. */
static void symbol_reads(struct term *t, const char *text)
{
    struct buf blocks = BUF_INIT;
    struct picture p;
    char *file = mem_printf("%s/idle.pgm", dir), glyph[4];
    for (int row = 1; row < 18; row++) {
        for (int col = 80 - 33; col < 80; col++) {
            uint32_t cp = term_cell(t, row, col, NULL);
            buf_add(&blocks, glyph, (size_t)utf8_put(cp ? cp : ' ', glyph));
        }
        buf_byte(&blocks, '\n');
    }
    picture_of_blocks(buf_str(&blocks), 6, &p);
    picture_save(&p, file);
    picture_reads(file, text);
    picture_fini(&p);
    buf_fini(&blocks);
    free(file);
}

static void no_block_character_stands(struct term *t, int rows, int cols)
{
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++) {
            uint32_t cp = term_cell(t, row, col, NULL);
            if (cp >= 0x2580 && cp <= 0x259f)
                fail_msg("U+%04X at %d,%d:\n%s", cp, row, col, term_screen(t));
        }
}

/* The same in plain characters: "##" is a dark module, a row of them a row of the screen. */
static void plain_symbol_reads(struct term *t, int cols, const char *text)
{
    struct buf halves = BUF_INIT;
    struct picture p;
    char *file = mem_printf("%s/plain.pgm", dir);
    for (int row = 1; row < 1 + 33; row++) {
        for (int col = cols - 2 * 33; col < cols; col++)
            buf_text(&halves, term_cell(t, row, col, NULL) == '#' ? "█" : " ");
        buf_byte(&halves, '\n');
    }
    picture_of_blocks(buf_str(&halves), 4, &p);
    picture_save(&p, file);
    picture_reads(file, text);
    picture_fini(&p);
    buf_fini(&halves);
    free(file);
}

static void without_block_characters_the_symbol_stands_in_plain_ones_and_is_read(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){.option = "--ascii", .rows = 44, .cols = 120});
    term_wait(t, "公告 1/", WAIT);
    term_wait(t, "####", WAIT);
    term_wait(t, "http", WAIT);
    term_quiet(t, 200);
    no_block_character_stands(t, 44, 120);
    plain_symbol_reads(t, 120, ADDRESS);
    desk_end(t);
}

/* The setting of the environment, on a screen that has no room for a plain symbol. */
static void where_a_plain_symbol_has_no_room_the_address_stands_in_words(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){.lang = "en", .env = "JIUJIN_ASCII=1"});
    term_wait(t, "Notice 1/", WAIT);
    term_wait(t, ADDRESS, WAIT);
    term_quiet(t, 200);
    no_block_character_stands(t, 24, 80);
    assert_false(term_has(t, "####"));
    desk_end(t);
}

static void the_idle_screen_stands_without_a_sign_in_and_its_symbol_is_read(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){0});
    term_wait(t, "公告 1/", WAIT);
    term_wait(t, "演示村", WAIT);
    term_wait(t, "随申办市民云", WAIT);
    term_wait(t, "08:30-11:30 13:00-16:30", WAIT);
    term_quiet(t, 200);
    symbol_reads(t, ADDRESS);
    desk_end(t);
}

/* Today's free places are those of the view, whatever the hour is: the next ones, as many as fit.
 */
#define PLACES_SHOWN 12
static void todays_free_places_are_shown(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){.lang = "en"});
    char *rows = site_says(NULL, "show", "slots");
    int64_t end_at;
    int shown = 0;
    term_wait(t, "Free to book today", WAIT);
    for (char *line = strtok(rows, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *row = NULL;
        assert_ok(js_parse(line, strlen(line), "slots", &row));
        assert_true(clock_parse(js_str(row, "to"), &end_at));
        if (end_at > clock_now() + 2000 && shown < PLACES_SHOWN) {
            char cell[32];
            snprintf(cell, sizeof cell, "%.5s %d", js_str(row, "from") + 11,
                     (int)js_int(row, "free", -1));
            term_wait(t, cell, WAIT);
            shown++;
        }
        json_decref(row);
    }
    if (shown == 0)
        term_wait(t, "none any more", WAIT);
    free(rows);
    desk_end(t);
}

static void a_new_notice_of_another_program_shows_within_a_second(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){0});
    term_wait(t, "公告 1/", WAIT);
    term_quiet(t, 200);
    free(site_says("{\"title\":\"停水通知\",\"text\":\"周五上午停水。\"}\n", "add", "notice"));
    term_wait(t, "停水通知", 1000);
    term_wait(t, "周五上午停水", 1000);
    term_quiet(t, 200);
    assert_true(term_find(t, "公告 1/") == term_find(t, "停水通知"));
    desk_end(t);
}

/* Everybody in the demonstration site is looked for: names, numbers, telephones. */
static void nothing_on_it_names_anybody(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){0});
    static const char *const keys[] = {"name", "id_no", "phone"};
    char *people = site_says(NULL, "show", "people");
    int looked = 0;
    term_wait(t, "公告 1/", WAIT);
    term_quiet(t, 300);
    for (char *line = strtok(people, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *row = NULL;
        assert_ok(js_parse(line, strlen(line), "people", &row));
        for (size_t i = 0; i < 3; i++) {
            const char *value = js_str(row, keys[i]);
            looked += value != NULL;
            if (value && term_has(t, value))
                fail_msg("%s stands on the screen:\n%s", value, term_screen(t));
        }
        json_decref(row);
    }
    assert_true(looked > 10);
    assert_false(term_has(t, "管理员"));
    free(people);
    desk_end(t);
}

static void any_key_opens_the_sign_in(void **state)
{
    (void)state;
    static const char *const keys[] = {"x", "1", T_ENTER, T_F1, T_F10, T_DOWN, " "};
    struct term *t = open_screen((struct desk){0});
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        term_wait(t, "公告 1/", WAIT);
        term_type(t, keys[i]);
        term_wait(t, "请选择您的姓名", WAIT);
        term_run(t, 200);
        term_type(t, "i");
    }
    term_wait(t, "公告 1/", WAIT);
    term_esc(t);
    term_wait(t, "请选择您的姓名", WAIT);
    desk_end(t);
}

/* Its first digit wakes the screen; the rest must choose no clerk and try no PIN. */
static void a_scan_at_the_idle_screen_does_nothing_but_wake_it(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){.lang = "en"});
    term_wait(t, "Notice 1/", WAIT);
    term_type(t, ID_SCAN ID_SCAN);
    term_wait(t, "Who are you?", WAIT);
    term_quiet(t, 300);
    assert_true(term_has(t, "Who are you?"));
    assert_false(term_has(t, "wrong"));
    term_type(t, "2");
    term_wait(t, "PIN", WAIT);
    desk_end(t);
}

static void nobody_at_the_sign_in_brings_it_by_itself_and_a_pin_left_half_is_gone(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){.screen = "home", .env = "JIUJIN_IDLE_SHOW=1"});
    term_wait(t, "请选择您的姓名", WAIT);
    term_wait(t, "公告 1/", WAIT);
    term_type(t, "x");
    term_wait(t, "请选择您的姓名", WAIT);
    term_run(t, 200);
    term_type(t, "2");
    term_wait(t, "口令", WAIT);
    term_type(t, "99");
    term_wait(t, "公告 1/", WAIT);
    term_type(t, "x");
    term_wait(t, "请选择您的姓名", WAIT);
    term_run(t, 200);
    desk_sign_in(t, "2", "当前待办");
    desk_end(t);
}

static void who_signs_in_from_it_comes_to_the_home_screen(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){.lang = "en"});
    term_wait(t, "Notice 1/", WAIT);
    term_type(t, "x");
    term_wait(t, "Who are you?", WAIT);
    term_run(t, 200);
    desk_sign_in(t, "2", "Due now");
    desk_end(t);
}

static void it_stands_in_english_and_on_a_vt100_for_few_bytes(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){.lang = "en", .term = "vt100"});
    term_wait(t, "Notice 1/", WAIT);
    term_wait(t, "Suishenban", WAIT);
    term_quiet(t, 300);
    symbol_reads(t, ADDRESS);
    assert_in_range(term_bytes(t), 1, 4800); /* five seconds at 9600 baud, once */
    size_t before = term_bytes(t);
    free(site_says("{\"title\":\"Water\",\"text\":\"No water on Friday.\"}\n", "add", "notice"));
    term_wait(t, "No water on Friday.", 1000);
    term_quiet(t, 300);
    assert_in_range(term_bytes(t) - before, 1, 960); /* one second */
    desk_end(t);
}

static void a_suspension_shows_within_a_second_and_nothing_is_offered(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){0});
    term_wait(t, "今日可预约", WAIT);
    term_quiet(t, 200);
    free(site_says("{\"reason\":\"演练\"}\n", "add", "suspend"));
    term_wait(t, "暂停对外服务", 1000);
    term_wait_gone(t, "今日可预约", 1000);
    assert_false(term_has(t, "演练"));
    free(site_says("{\"reason\":\"演练结束\"}\n", "add", "resume"));
    term_wait(t, "今日可预约", 1000);
    term_wait_gone(t, "暂停对外服务", 1000);
    desk_end(t);
}

/* The terminal calls the staff, and keeps to itself of what. */
static void an_incident_calls_the_staff_without_a_word_of_it(void **state)
{
    (void)state;
    struct term *t = open_screen((struct desk){0});
    term_wait(t, "公告 1/", WAIT);
    free(site_says("{\"cause\":\"health_code\",\"facts\":{\"health_code\":\"red\"}}\n", "add",
                   "incident"));
    term_wait(t, "请工作人员立即登录处理", 1000);
    assert_false(term_has(t, "红码"));
    assert_false(term_has(t, "F9"));
    desk_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_idle_screen_stands_without_a_sign_in_and_its_symbol_is_read),
        cmocka_unit_test(without_block_characters_the_symbol_stands_in_plain_ones_and_is_read),
        cmocka_unit_test(where_a_plain_symbol_has_no_room_the_address_stands_in_words),
        cmocka_unit_test(todays_free_places_are_shown),
        cmocka_unit_test(a_new_notice_of_another_program_shows_within_a_second),
        cmocka_unit_test(nothing_on_it_names_anybody),
        cmocka_unit_test(any_key_opens_the_sign_in),
        cmocka_unit_test(a_scan_at_the_idle_screen_does_nothing_but_wake_it),
        cmocka_unit_test(nobody_at_the_sign_in_brings_it_by_itself_and_a_pin_left_half_is_gone),
        cmocka_unit_test(who_signs_in_from_it_comes_to_the_home_screen),
        cmocka_unit_test(a_suspension_shows_within_a_second_and_nothing_is_offered),
        cmocka_unit_test(an_incident_calls_the_staff_without_a_word_of_it),
        cmocka_unit_test(it_stands_in_english_and_on_a_vt100_for_few_bytes),
    };
    return cmocka_run_group_tests_name("idle", tests, setup, teardown);
}
