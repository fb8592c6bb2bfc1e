/* What comes out on paper and screen, judged by decoders that are not ours. */
#include "tests/unit/unit.h"

#include "kiosk/print/layout.h"
#include "kiosk/print/slip.h"
#include "tests/unit/picture.h"

#define PAPER 384
#define EDGE 40 /* 58 mm paper is 464 dots wide */

static char dir[] = "/tmp/jiujin-print-XXXXXX";
static char file[64];
/* As many digits as a slip may have: the densest symbol. */
static char longest[SLIP_MAX_DIGITS + 1];
static struct qr dense;

static int prepare(void **state)
{
    (void)state;
    unsigned char bytes[SLIP_MAX_BYTES];
    struct buf digits = BUF_INIT;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 151 + 7);
    slip_digits(bytes, sizeof bytes, &digits);
    snprintf(longest, sizeof longest, "%s", buf_str(&digits));
    buf_fini(&digits);
    assert_int_equal(strlen(longest), SLIP_MAX_DIGITS);
    assert_non_null(mkdtemp(dir));
    snprintf(file, sizeof file, "%s/picture", dir);
    assert_ok(qr_make(longest, QR_M, &dense));
    return 0;
}

/* Lines, a symbol, lines on a strip; each may be NULL. */
static enum err strip(const char *const *above, const char *symbol, const char *const *below,
                      struct buf *out)
{
    struct layout l = {0};
    for (; above != NULL && *above != NULL; above++)
        layout_line(&l, LAYOUT_NORMAL, "%s", *above);
    if (symbol != NULL)
        assert_ok(layout_qr(&l, LAYOUT_CENTRE, 60, symbol, QR_M));
    for (; below != NULL && *below != NULL; below++)
        layout_line(&l, LAYOUT_NORMAL, "%s", *below);
    enum err rc = layout_put(&l, "escpos", NULL, out);
    layout_fini(&l);
    return rc;
}

static int tidy(void **state)
{
    (void)state;
    qr_fini(&dense);
    unlink(file);
    return rmdir(dir);
}

static void the_longest_slip_is_a_version_10_symbol(void **state)
{
    (void)state;
    assert_int_equal(dense.size, 57);
    assert_true(qr_dark(&dense, 0, 0));
    assert_false(qr_dark(&dense, -1, 0));
    assert_false(qr_dark(&dense, 0, 57));
}

static void two_decoders_read_the_png(void **state)
{
    (void)state;
    for (int dots = 4; dots <= 8; dots += 2) {
        struct buf png = BUF_INIT;
        assert_ok(qr_png(&dense, dots, &png));
        assert_ok(file_write(file, png.data, png.len, 0600));
        picture_reads(file, longest);
        buf_fini(&png);
    }
}

static void a_png_of_less_than_four_dots_a_module_is_refused(void **state)
{
    (void)state;
    struct buf png = BUF_INIT;
    assert_err(ERR_FIELD_RANGE, qr_png(&dense, 3, &png));
    assert_err(ERR_FIELD_RANGE, qr_png(&dense, 65, &png));
    assert_int_equal(png.len, 0);
}

static void two_decoders_read_what_an_escpos_printer_makes_of_the_bytes(void **state)
{
    (void)state;
    const char *above[] = {"青浦区示例村 就近办", "2022-05-20 09:00", NULL};
    const char *below[] = {"办件号 101201-01-000057-3", NULL};
    struct buf bytes = BUF_INIT, text = BUF_INIT, words = BUF_INIT;
    struct picture p;
    assert_ok(strip(above, longest, below, &bytes));
    picture_of_escpos(bytes.data, bytes.len, PAPER, EDGE, &p, &text);
    picture_save(&p, file);
    picture_reads(file, longest);
    assert_ok(gb18030_to(text.data, text.len, &words));
    assert_string_equal(buf_str(&words), "青浦区示例村 就近办\n2022-05-20 09:00\n"
                                         "办件号 101201-01-000057-3\n");
    picture_fini(&p);
    buf_fini(&bytes);
    buf_fini(&text);
    buf_fini(&words);
}

static void a_version_10_symbol_gets_six_dots_a_module_on_58_mm_paper(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    assert_ok(strip(NULL, longest, NULL, &bytes));
    const unsigned char *raster = memmem(bytes.data, bytes.len, "\x1dv0", 3);
    assert_non_null(raster);
    assert_int_equal(get_u16(raster + 4), PAPER / 8);
    assert_int_equal(get_u16(raster + 6), (57 + 8) * 6);
    buf_fini(&bytes);
}

static void a_symbol_too_dense_for_the_paper_is_refused(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    char many[2000];
    memset(many, '7', sizeof many);
    many[sizeof many - 1] = 0;
    assert_err(ERR_TOO_LONG, strip(NULL, many, NULL, &bytes));
    assert_int_equal(bytes.len, 0);
    buf_fini(&bytes);
}

static void no_control_byte_of_a_text_reaches_the_printer(void **state)
{
    (void)state;
    const char *above[] = {"a\x1b@b\x1dV\x42\x10\x04\x01"
                           "c\xff\xfe\xe2\x80\xae"
                           "d\r\n",
                           NULL};
    struct buf bytes = BUF_INIT, text = BUF_INIT;
    struct picture p;
    assert_ok(strip(above, NULL, NULL, &bytes));
    picture_of_escpos(bytes.data, bytes.len, PAPER, EDGE, &p, &text);
    assert_string_equal(buf_str(&text), "a@bVBcd\n");
    picture_fini(&p);
    buf_fini(&bytes);
    buf_fini(&text);
}

static void a_long_line_is_broken_between_characters_at_the_papers_width(void **state)
{
    (void)state;
    const char *above[] = {"一二三四五六七八九十一二三四五六七八九十", "", NULL};
    struct buf bytes = BUF_INIT, text = BUF_INIT, words = BUF_INIT;
    struct picture p;
    assert_ok(strip(above, NULL, NULL, &bytes));
    picture_of_escpos(bytes.data, bytes.len, PAPER, EDGE, &p, &text);
    assert_ok(gb18030_to(text.data, text.len, &words));
    assert_string_equal(buf_str(&words), "一二三四五六七八九十一二三四五六\n七八九十\n\n");
    picture_fini(&p);
    buf_fini(&bytes);
    buf_fini(&text);
    buf_fini(&words);
}

static void two_decoders_read_the_half_blocks_of_a_screen(void **state)
{
    (void)state;
    struct buf blocks = BUF_INIT;
    struct picture p;
    int lines = 0;
    qr_blocks(&dense, false, &blocks);
    for (size_t i = 0; i < blocks.len; i++)
        lines += blocks.data[i] == '\n';
    assert_int_equal(lines, 33);
    picture_of_blocks(buf_str(&blocks), 4, &p);
    picture_save(&p, file);
    picture_reads(file, longest);
    picture_fini(&p);
    buf_fini(&blocks);
}

static void the_ascii_blocks_are_the_modules(void **state)
{
    (void)state;
    struct buf blocks = BUF_INIT;
    qr_blocks(&dense, true, &blocks);
    size_t line = (size_t)(dense.size + 8) * 2 + 1;
    assert_int_equal(blocks.len, line * (size_t)(dense.size + 8));
    for (int y = 0; y < dense.size; y++)
        for (int x = 0; x < dense.size; x++) {
            const unsigned char *at = blocks.data + (size_t)(y + 4) * line + (size_t)(x + 4) * 2;
            assert_int_equal(at[0] == '#' && at[1] == '#', qr_dark(&dense, x, y));
        }
    buf_fini(&blocks);
}

static void text_that_is_no_number_is_read_too(void **state)
{
    (void)state;
    struct qr q;
    struct buf png = BUF_INIT;
    assert_ok(qr_make("https://hub.example/enrol?c=ABCD-1234", QR_L, &q));
    assert_ok(qr_png(&q, 5, &png));
    assert_ok(file_write(file, png.data, png.len, 0600));
    picture_reads(file, "https://hub.example/enrol?c=ABCD-1234");
    qr_fini(&q);
    buf_fini(&png);
}

static void what_no_symbol_holds_is_refused(void **state)
{
    (void)state;
    struct qr q;
    char many[8000];
    memset(many, '7', sizeof many);
    many[sizeof many - 1] = 0;
    assert_err(ERR_TOO_LONG, qr_make(many, QR_M, &q));
    assert_err(ERR_FIELD_REQUIRED, qr_make("", QR_M, &q));
}

static void gb18030_goes_both_ways(void **state)
{
    (void)state;
    struct buf gb = BUF_INIT, back = BUF_INIT;
    assert_ok(gb18030_from("张A𠮷", &gb));
    assert_int_equal(gb.len, 2 + 1 + 4);
    assert_memory_equal(gb.data,
                        "\xd5\xc5"
                        "A\x95\x34\xb2\x35",
                        7);
    assert_ok(gb18030_to(gb.data, gb.len, &back));
    assert_string_equal(buf_str(&back), "张A𠮷");
    buf_fini(&gb);
    buf_fini(&back);
}

static void what_gb18030_has_not_becomes_a_question_mark_and_is_told(void **state)
{
    (void)state;
    struct buf gb = BUF_INIT, back = BUF_INIT;
    assert_err(ERR_FIELD_TYPE, gb18030_from("a\xff"
                                            "b",
                                            &gb));
    assert_string_equal(buf_str(&gb), "a?b");
    assert_err(ERR_FIELD_TYPE, gb18030_to("a\xff"
                                          "b\x81",
                                          4, &back));
    assert_string_equal(buf_str(&back), "a?b?");
    buf_fini(&gb);
    buf_fini(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_slip_is_a_version_10_symbol),
        cmocka_unit_test(two_decoders_read_the_png),
        cmocka_unit_test(a_png_of_less_than_four_dots_a_module_is_refused),
        cmocka_unit_test(two_decoders_read_what_an_escpos_printer_makes_of_the_bytes),
        cmocka_unit_test(a_version_10_symbol_gets_six_dots_a_module_on_58_mm_paper),
        cmocka_unit_test(a_symbol_too_dense_for_the_paper_is_refused),
        cmocka_unit_test(no_control_byte_of_a_text_reaches_the_printer),
        cmocka_unit_test(a_long_line_is_broken_between_characters_at_the_papers_width),
        cmocka_unit_test(two_decoders_read_the_half_blocks_of_a_screen),
        cmocka_unit_test(the_ascii_blocks_are_the_modules),
        cmocka_unit_test(text_that_is_no_number_is_read_too),
        cmocka_unit_test(what_no_symbol_holds_is_refused),
        cmocka_unit_test(gb18030_goes_both_ways),
        cmocka_unit_test(what_gb18030_has_not_becomes_a_question_mark_and_is_told),
    };
    return cmocka_run_group_tests(tests, prepare, tidy);
}
