/* The poster of the venue code and the pages it is set on, judged by programs that are not ours. */
#include "tests/unit/unit.h"

#include "kiosk/desk/link.h"
#include "kiosk/print/document.h"
#include "kiosk/print/poster.h"
#include "tests/unit/picture.h"
#include "tests/unit/site.h"

#define OWN "jiujin:venue:310118101201"
#define CITY "https://s.sh.gov.cn/SZFW/310118/测试码?c=1&d=2"

static enum err poster_put(struct site *of, const char *to, struct buf *out)
{
    struct document d;
    enum err rc = document_make(of, "poster", "", &d);
    if (rc == ERR_OK)
        rc = document_put(&d, to, NULL, out);
    if (rc == ERR_OK)
        document_fini(&d);
    return rc;
}

static char *file_of(const char *ext)
{
    return mem_printf("%s/poster.%s", site_dir, ext);
}

static char *write_poster(const char *to)
{
    struct buf bytes = BUF_INIT;
    char *path = file_of(to);
    assert_ok(poster_put(site, to, &bytes));
    assert_ok(file_write(path, bytes.data, bytes.len, 0600));
    buf_fini(&bytes);
    return path;
}

static void drop(char *path)
{
    remove(path);
    free(path);
}

/* The PDF as poppler prints it on a printer of `dpi`. */
static char *render(const char *pdf, const char *dpi)
{
    char *base = mem_printf("%s/sheet", site_dir);
    const char *const argv[] = {"pdftoppm", "-r", dpi, "-gray", "-singlefile", pdf, base, NULL};
    struct buf said = BUF_INIT;
    picture_ask(argv, &said);
    buf_fini(&said);
    free(base);
    return mem_printf("%s/sheet.pgm", site_dir);
}

static void two_decoders_read_the_poster_as_a_picture(void **state)
{
    (void)state;
    char *png = write_poster("png");
    picture_reads(png, OWN);
    drop(png);
}

static void two_decoders_read_the_pdf_at_the_resolution_of_any_printer(void **state)
{
    (void)state;
    static const char *const dpi[] = {"72", "150", "203", "600"};
    char *pdf = write_poster("pdf");
    for (size_t i = 0; i < sizeof dpi / sizeof *dpi; i++) {
        char *picture = render(pdf, dpi[i]);
        picture_reads(picture, OWN);
        drop(picture);
    }
    drop(pdf);
}

static void the_words_of_the_pdf_are_text_in_both_languages(void **state)
{
    (void)state;
    static const char *const words[] = {"测试村",       "场所码", "Venue code", "310118101201",
                                        "请用手机扫码", "phone",  "自编"};
    char *pdf = write_poster("pdf");
    const char *const argv[] = {"pdftotext", pdf, "-", NULL};
    struct buf said = BUF_INIT;
    picture_ask(argv, &said);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(buf_str(&said), words[i]) == NULL)
            fail_msg("%s is not in:\n%s", words[i], buf_str(&said));
    buf_fini(&said);
    drop(pdf);
}

static bool black(const unsigned char *row, int x)
{
    return row[x] < 128; /* PDF numbers have three digits: an edge may be a hair of grey */
}

static int run_of(const unsigned char *row, int x, int wide)
{
    int n = 0;
    while (x + n < wide && black(row, x + n) == black(row, x))
        n++;
    return n;
}

/* At 300 dots an inch every run of a row of the symbol is as long as whole modules. */
static void the_symbols_edges_fall_on_whole_dots(void **state)
{
    (void)state;
    int wide, high, used = 0, runs = 0;
    struct buf bytes = BUF_INIT;
    char *pdf = write_poster("pdf"), *picture = render(pdf, "300");
    assert_ok(file_read(picture, &bytes, FILE_LIMIT));
    assert_int_equal(sscanf(buf_str(&bytes), "P5 %d %d 255%n", &wide, &high, &used), 2);
    assert_in_range(wide, 2479, 2481);
    const unsigned char *row = bytes.data + used + 1 + (size_t)1000 * (size_t)wide;
    int x = run_of(row, 0, wide), module = run_of(row, x, wide) / 7; /* a finder's upper edge */
    assert_true(module >= 20);
    for (int n; (n = run_of(row, x, wide)) < wide - x; x += n, runs++)
        if (n % module != 0)
            fail_msg("a run of %d dots at %d, a module has %d", n, x, module);
    assert_true(runs > 3);
    buf_fini(&bytes);
    drop(picture), drop(pdf);
}

static void a_receipt_printer_gets_the_same_symbol(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT, text = BUF_INIT, words = BUF_INIT;
    struct picture p;
    char *path = file_of("pgm");
    assert_ok(poster_put(site, "escpos", &bytes));
    picture_of_escpos(bytes.data, bytes.len, 384, 40, &p, &text);
    picture_save(&p, path);
    picture_reads(path, OWN);
    assert_ok(gb18030_to(text.data, text.len, &words));
    assert_non_null(strstr(buf_str(&words), "测试村"));
    picture_fini(&p);
    buf_fini(&bytes), buf_fini(&text), buf_fini(&words);
    drop(path);
}

static void the_citys_code_is_kept_by_a_leader_and_printed_as_given(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "gate", "gate", "4321"));
    assert_ok(poster_set_code(site, CITY));
    char *png = write_poster("png"), *pdf = write_poster("pdf");
    picture_reads(png, CITY);
    const char *const argv[] = {"pdftotext", pdf, "-", NULL};
    struct buf said = BUF_INIT;
    picture_ask(argv, &said);
    assert_null(strstr(buf_str(&said), "自编")); /* it is the city's */
    buf_fini(&said);
    clerk_sign_out(site, "sign_out");
    assert_err(ERR_SIGN_IN, poster_set_code(site, "x"));
    assert_ok(clerk_sign_in(site, "gate", "4321"));
    assert_err(ERR_ROLE, poster_set_code(site, "x"));
    drop(png), drop(pdf);
}

static void a_code_that_no_phone_could_take_is_refused(void **state)
{
    (void)state;
    char longer[POSTER_CODE_MAX + 2];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    assert_err(ERR_TOO_LONG, poster_set_code(site, longer));
    assert_err(ERR_CONTROL_CHARS, poster_set_code(site, "a\nb"));
    assert_err(ERR_NOT_UTF8, poster_set_code(site, "a\xff"));
    assert_ok(poster_set_code(site, longer + 1));
    char code[POSTER_CODE_MAX + 1];
    bool issued;
    assert_ok(poster_code(site, code, &issued));
    assert_string_equal(code, longer + 1);
    assert_ok(poster_set_code(site, ""));
    assert_ok(poster_code(site, code, &issued));
    assert_string_equal(code, OWN);
    assert_false(issued);
}

static void a_site_that_joined_a_hub_has_the_hubs_address_on_it(void **state)
{
    (void)state;
    unsigned char sign[SIGN_PUB_BYTES] = {1}, box[BOX_PUB_BYTES] = {2};
    char code[POSTER_CODE_MAX + 1];
    bool issued;
    assert_ok(link_joined(site, "https://hub.example.cn/", sign, box));
    assert_ok(poster_code(site, code, &issued));
    assert_string_equal(code, "https://hub.example.cn/v/310118101201");
    char *png = write_poster("png");
    picture_reads(png, "https://hub.example.cn/v/310118101201");
    drop(png);
}

static void a_long_name_still_leaves_one_sheet(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    snprintf(site->name, sizeof site->name, "%s",
             "很长很长很长很长很长很长很长很长很长很长很长很长很长很长的村");
    assert_ok(poster_set_code(site, CITY CITY CITY CITY));
    assert_ok(poster_put(site, "png", &bytes)); /* a picture is one sheet or refused */
    buf_fini(&bytes);
}

/* Reports will be set on the same pages. */
static void items_flow_over_as_many_sheets_as_they_need(void **state)
{
    (void)state;
    struct layout l = {0};
    struct buf bytes = BUF_INIT, said = BUF_INIT;
    char *path = file_of("pdf");
    for (int i = 0; i < 40; i++)
        layout_line(&l, LAYOUT_LARGE, "一行文字");
    assert_ok(layout_put(&l, "pdf", NULL, &bytes));
    assert_ok(file_write(path, bytes.data, bytes.len, 0600));
    const char *const argv[] = {"pdfinfo", path, NULL};
    picture_ask(argv, &said);
    assert_non_null(strstr(buf_str(&said), "Pages:           3"));
    assert_non_null(strstr(buf_str(&said), "(A4)"));
    buf_clear(&bytes);
    assert_err(ERR_TOO_LONG, layout_put(&l, "png", NULL, &bytes));
    assert_int_equal(bytes.len, 0);
    buf_fini(&bytes), buf_fini(&said), layout_fini(&l);
    drop(path);
}

static void a_symbol_too_dense_for_its_room_is_refused(void **state)
{
    (void)state;
    struct layout l = {0};
    struct buf bytes = BUF_INIT;
    assert_ok(layout_qr(&l, LAYOUT_CENTRE, 15, CITY CITY CITY CITY, QR_M));
    assert_err(ERR_TOO_LONG, layout_put(&l, "pdf", NULL, &bytes));
    assert_int_equal(bytes.len, 0);
    buf_fini(&bytes), layout_fini(&l);
}

int main(void)
{
    lang_init("en");
#define E(name) cmocka_unit_test_setup_teardown(name, site_setup_epidemic, site_teardown)
    const struct CMUnitTest tests[] = {
        E(two_decoders_read_the_poster_as_a_picture),
        E(two_decoders_read_the_pdf_at_the_resolution_of_any_printer),
        E(the_words_of_the_pdf_are_text_in_both_languages),
        E(the_symbols_edges_fall_on_whole_dots),
        E(a_receipt_printer_gets_the_same_symbol),
        E(the_citys_code_is_kept_by_a_leader_and_printed_as_given),
        E(a_code_that_no_phone_could_take_is_refused),
        E(a_site_that_joined_a_hub_has_the_hubs_address_on_it),
        E(a_long_name_still_leaves_one_sheet),
        E(items_flow_over_as_many_sheets_as_they_need),
        E(a_symbol_too_dense_for_its_room_is_refused),
    };
    return cmocka_run_group_tests_name("poster", tests, NULL, NULL);
}
