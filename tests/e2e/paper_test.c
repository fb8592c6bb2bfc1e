/* The exact loop: a case's slip as bytes for a receipt printer, as a page, as a picture and on a
 * screen; what comes of each as a picture, read by two decoders that are not ours; the digits typed
 * into the hub; the same case. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/qr.h"
#include "kiosk/print/slip.h"
#include "kiosk/rules/idno.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/village.h"
#include "tests/unit/picture.h"

#define WAIT 15000 /* ms; nothing takes so long on a machine that is not busy */
#define STRIP 384  /* dots of a 58 mm printer's head */
#define EDGE 40    /* of the paper at each side of it */
#define ROWS 44    /* of a screen that shows the whole slip */
#define COLS 100
#define CELL_DOTS 4 /* of the picture, a module of the screen */

static struct hubproc hub;
static struct village v;
static char *id;      /* of the case */
static char file[96]; /* what a slip is put into */
static char look[96]; /* and what it looks like */

static void take_in(void)
{
    json_t *answer = NULL;
    char *line = mem_printf(
        "{\"person\":{\"name\":\"测试甲\",\"id_no\":\"99901119650101002%c\",\"phone\":"
        "\"12000000001\"},\"agent\":{\"person\":{\"name\":\"示例丙\",\"id_no\":"
        "\"99901119880101003%c\",\"phone\":\"12000000002\"},\"relation\":\"子女\",\"until\":"
        "\"2099-01-01\"},\"item\":\"QP-MZ-01\",\"channel\":\"proxy\",\"skipped\":[{\"channel\":"
        "\"online\",\"reason\":\"no_phone\"}],\"papers\":[],\"note\":\"\"}\n",
        idno_digit("99901119650101002"), idno_digit("99901119880101003"));
    char *out = VILLAGE(&v, line, "add", "case");
    assert_ok(js_parse(out, strcspn(out, "\n"), "case", &answer));
    id = mem_strdup(js_str(answer, "id"));
    json_decref(answer);
    free(line), free(out);
}

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&v, &hub);
    free(VILLAGE(&v, NULL, "sync", "--once"));
    hubproc_stop(&hub, 15); /* paper alone from here on */
    take_in();
    snprintf(file, sizeof file, "%s/slip", hub.dir);
    snprintf(look, sizeof look, "%s/look", hub.dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(file), unlink(look);
    free(id);
    village_free(&v);
    hubproc_free(&hub);
    return 0;
}

/* Both decoders read the same digits from the picture, and the hub finds our case in them. */
static void leads_to_the_case(const char *picture, const char *answer)
{
    const char *const zbar[] = {"zbarimg",         "-q",    "--raw", "-Sdisable",
                                "-Sqrcode.enable", picture, NULL};
    const char *const zxing[] = {"ZXingReader", "-bytes", "-format", "QRCode", picture, NULL};
    struct buf one = BUF_INIT, two = BUF_INIT;
    json_t *said = NULL;
    picture_ask(zbar, &one);
    picture_ask(zxing, &two);
    assert_string_equal(buf_str(&one), buf_str(&two));
    assert_in_range(one.len, 300, SLIP_MAX_DIGITS);
    buf_byte(&one, '\n');
    struct ran r = prog_run(buf_str(&one), prog_path("jiujin-hub"), "slip", "--store", hub.store);
    assert_int_equal(r.status, 0);
    assert_ok(js_parse(r.out, strcspn(r.out, "\n"), "slip", &said));
    assert_string_equal(js_str(said, "answer"), answer);
    assert_string_equal(js_str(said, "id"), id);
    assert_string_equal(js_str(js_get(said, "person"), "name"), "测试甲");
    assert_string_equal(js_str(js_get(said, "agent"), "relation"), "子女");
    json_decref(said);
    ran_free(&r);
    buf_fini(&one), buf_fini(&two);
}

static void from_a_receipt_printer_to_the_hubs_case(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT, text = BUF_INIT, words = BUF_INIT;
    struct picture p;
    free(VILLAGE(&v, NULL, "slip", id, "--escpos", file));
    assert_ok(file_read(file, &bytes, 1 << 20));
    picture_of_escpos(bytes.data, bytes.len, STRIP, EDGE, &p, &text);
    picture_save(&p, look);
    leads_to_the_case(look, "recorded");
    assert_ok(gb18030_to(text.data, text.len, &words));
    assert_null(strstr(buf_str(&words), "测试甲")); /* a lost slip names nobody */
    assert_null(strstr(buf_str(&words), "示例丙"));
    assert_null(strstr(buf_str(&words), "1200000000"));
    assert_non_null(strstr(buf_str(&words), "101201-01-"));
    picture_fini(&p);
    buf_fini(&bytes), buf_fini(&text), buf_fini(&words);
}

static void a_slip_printed_from_the_command_line_is_issued_and_leads_to_the_case(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT, text = BUF_INIT;
    struct picture p;
    char address[120];
    snprintf(address, sizeof address, "file:%s", file);
    unlink(file);
    char *said = VILLAGE(&v, NULL, "slip", id, "--copies", "1", "--print", address);
    assert_non_null(strstr(said, "\"state\":\"printed\""));
    assert_ok(file_read(file, &bytes, 1 << 20));
    picture_of_escpos(bytes.data, bytes.len, STRIP, EDGE, &p, &text);
    picture_save(&p, look);
    leads_to_the_case(look, "reprint");
    free(said);
    said = VILLAGE(&v, NULL, "case", id);
    assert_int_equal(prog_lines(said, "\"to\":\"escpos\""), 1);
    free(said);
    picture_fini(&p);
    buf_fini(&bytes), buf_fini(&text);
}

static void from_a_page_at_203_dots_an_inch_to_the_hubs_case(void **state)
{
    (void)state;
    char picture[128];
    free(VILLAGE(&v, NULL, "slip", id, "--pdf", file));
    struct ran r =
        prog_run(NULL, "/usr/bin/pdftoppm", "-r", "203", "-gray", "-singlefile", file, look);
    assert_int_equal(r.status, 0);
    ran_free(&r);
    snprintf(picture, sizeof picture, "%s.pgm", look);
    leads_to_the_case(picture, "reprint");
    unlink(picture);
}

static void from_a_picture_to_the_hubs_case(void **state)
{
    (void)state;
    free(VILLAGE(&v, NULL, "slip", id, "--png", file));
    leads_to_the_case(file, "reprint");
}

/* The cells of a row that hold half blocks, from the screen's own left edge on. */
static bool cells(struct term *t, int row, struct buf *line)
{
    bool any = false;
    for (int col = 2; col < COLS - 2; col++) {
        int width;
        uint32_t c = term_cell(t, row, col, &width);
        any = any || c == 0x2580 || c == 0x2584 || c == 0x2588;
        buf_text(line, c == 0x2580 ? "▀" : c == 0x2584 ? "▄" : c == 0x2588 ? "█" : " ");
    }
    buf_byte(line, '\n');
    return any;
}

static void from_the_cells_of_a_screen_to_the_hubs_case(void **state)
{
    (void)state;
    struct desk d = {.folder = v.dir, .lang = "en", .screen = "cases", .rows = ROWS, .cols = COLS};
    struct buf blocks = BUF_INIT, line = BUF_INIT;
    struct picture p;
    struct term *t = desk_names(&d);
    desk_sign_in(t, "1", "101201-01-");
    term_type(t, T_ENTER);
    term_quiet(t, 300);
    term_type(t, "q");
    term_wait(t, "▀", WAIT);
    term_quiet(t, 200);
    for (int row = 0; row < ROWS; row++) {
        buf_clear(&line);
        if (cells(t, row, &line))
            buf_text(&blocks, buf_str(&line));
    }
    desk_end(t);
    picture_of_blocks(buf_str(&blocks), CELL_DOTS, &p);
    picture_grow(&p, 4 * CELL_DOTS); /* the quiet zone below; that above is nothing but air */
    picture_save(&p, look);
    leads_to_the_case(look, "reprint");
    picture_fini(&p);
    buf_fini(&blocks), buf_fini(&line);
}

int main(void)
{
    lang_init("zh_CN");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_a_receipt_printer_to_the_hubs_case),
        cmocka_unit_test(a_slip_printed_from_the_command_line_is_issued_and_leads_to_the_case),
        cmocka_unit_test(from_a_page_at_203_dots_an_inch_to_the_hubs_case),
        cmocka_unit_test(from_a_picture_to_the_hubs_case),
        cmocka_unit_test(from_the_cells_of_a_screen_to_the_hubs_case),
    };
    return cmocka_run_group_tests_name("paper", tests, setup, teardown);
}
