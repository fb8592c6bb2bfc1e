/* wear: how much of a 58 mm slip is still read when its paper has suffered. Twenty conditions, each
 * with WEAR_SEEDS pictures (5), all from seeds that are printed; read by ZXingReader. Beside the
 * slip as it is printed stands a plain symbol of 200 bytes, and what was tried and is not done.
 * Then what making a slip costs, and how much of that is the symbol. */
#include "tests/unit/unit.h"

#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/base/js.h"
#include "kiosk/print/layout.h"
#include "kiosk/print/slip.h"
#include "tests/bench/wear.h"

#define EDGE 40 /* dots of 58 mm paper at each side of the head */
#define SEED 20220518u
#define AIM                                                                                        \
    82.0 /* percent: what a plain 200-byte symbol of level M reached in the plan's trial           \
          */

static const struct wear conditions[] = {
    {"new", .4, 0, 0, 0, 0, 0, 0, 2},
    {"blur 0.8", .8, 0, 0, 0, 0, 0, 0, 4},
    {"blur 1.2", 1.2, 0, 0, 0, 0, 0, 0, 4},
    {"a dead column", .5, 1, 0, 0, 0, 0, 0, 4},
    {"dot gain 0.4", .5, 0, .4, 0, 0, 0, 0, 4},
    {"dot loss 0.4", .5, 0, -.4, 0, 0, 0, 0, 4},
    {"turned 5", .5, 0, 0, 5, 0, 0, 0, 4},
    {"turned 10", .5, 0, 0, 10, 0, 0, 0, 4},
    {"damage 1 %", .5, 0, 0, 0, .01, 0, 0, 4},
    {"damage 2 %", .5, 0, 0, 0, .02, 0, 0, 4},
    {"damage 3 %", .5, 0, 0, 0, .03, 0, 0, 4},
    {"low contrast", .5, 0, 0, 0, 0, 90, 180, 3},
    {"low contrast, turned 10", .8, 0, 0, 10, 0, 90, 180, 3},
    {"blur 1.2, dot gain", 1.2, 0, .4, 0, 0, 0, 0, 4},
    {"blur 1.2, turned 10", 1.2, 0, 0, 10, 0, 0, 0, 4},
    {"dot gain, turned 10, dead column", .8, 1, .4, 10, 0, 0, 0, 4},
    {"damage 3 %, dead column", .8, 1, 0, 0, .03, 0, 0, 4},
    {"damage 3 %, turned 10", .5, 0, 0, 10, .03, 0, 0, 4},
    {"damage 3 %, dot gain", .8, 0, .4, 0, .03, 0, 0, 4},
    {"all of it", 1.2, 1, .4, 10, .03, 90, 180, 3},
};
#define CONDITIONS (sizeof conditions / sizeof *conditions)

/* What is held against each other. digits 0: 200 bytes of text. dots 0: as our slips are printed.
 */
static const struct trial {
    const char *name;
    int digits;
    QRecLevel level;
    int dots;
} trials[] = {
    {"200 bytes M", 0, QR_ECLEVEL_M, 6},     {"slip 501", 501, QR_ECLEVEL_M, 0},
    {"slip 427", 427, QR_ECLEVEL_M, 0},      {"427 M, 7 dots", 427, QR_ECLEVEL_M, 7},
    {"427 Q, 6 dots", 427, QR_ECLEVEL_Q, 6}, {"501 Q, 5 dots", 501, QR_ECLEVEL_Q, 5},
    {"501 L, 7 dots", 501, QR_ECLEVEL_L, 7},
};
#define TRIALS (sizeof trials / sizeof *trials)

struct print {
    struct picture picture;
    int x, y, side; /* where the symbol lies */
    char text[SLIP_MAX_DIGITS + 1];
};

static char file[64];

/* --- prints ----------------------------------------------------------------------------------- */

static void make_text(const struct trial *t, uint32_t seed, char *out)
{
    int n = t->digits > 0 ? t->digits : 200;
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        out[i] = (char)(t->digits > 0 ? '0' + (seed >> 16) % 10 : 33 + (seed >> 16) % 90);
    }
    out[n] = 0;
}

/* As the program prints a slip: the bytes for a receipt printer, and what they make. */
static void print_ours(struct print *p)
{
    struct layout l = {0};
    struct buf bytes = BUF_INIT, words = BUF_INIT;
    layout_line(&l, LAYOUT_NORMAL, "%s", "凭条");
    assert_ok(layout_qr(&l, LAYOUT_CENTRE, 75, p->text, QR_M));
    layout_line(&l, LAYOUT_NORMAL, "%s", "101201-01-000057-3");
    assert_ok(layout_put(&l, "escpos", NULL, &bytes));
    picture_of_escpos(bytes.data, bytes.len, STRIP_58, EDGE, &p->picture, &words);
    layout_fini(&l);
    buf_fini(&bytes);
    buf_fini(&words);
}

static void print_trial(const struct trial *t, struct print *p)
{
    QRinput *in = QRinput_new2(0, t->level);
    QRinput_append(in, t->digits > 0 ? QR_MODE_NUM : QR_MODE_8, (int)strlen(p->text),
                   (const unsigned char *)p->text);
    QRcode *code = QRcode_encodeInput(in);
    int side = code->width * t->dots, left = (STRIP_58 - side) / 2 + EDGE, top = EDGE;
    p->picture.width = STRIP_58 + 2 * EDGE;
    picture_grow(&p->picture, side + 2 * EDGE);
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            p->picture.dark[(top + y) * p->picture.width + left + x] =
                code->data[y / t->dots * code->width + x / t->dots] & 1;
    QRcode_free(code);
    QRinput_free(in);
}

/* The words are not drawn in these pictures: what is dark is the symbol. */
static void find_symbol(struct print *p)
{
    int right = 0, bottom = 0;
    p->x = p->picture.width, p->y = p->picture.height;
    for (int y = 0; y < p->picture.height; y++)
        for (int x = 0; x < p->picture.width; x++)
            if (p->picture.dark[y * p->picture.width + x]) {
                p->x = x < p->x ? x : p->x, p->y = y < p->y ? y : p->y;
                right = x > right ? x : right, bottom = y;
            }
    p->side = (right - p->x < bottom - p->y ? right - p->x : bottom - p->y) + 1;
}

static void print_it(const struct trial *t, uint32_t seed, struct print *p)
{
    *p = (struct print){.x = 0};
    make_text(t, seed, p->text);
    if (t->dots == 0)
        print_ours(p);
    else
        print_trial(t, p);
    find_symbol(p);
}

static bool is_read(const struct print *p, const struct wear *w, uint32_t seed)
{
    const char *const zxing[] = {"ZXingReader", "-bytes", "-format", "QRCode", file, NULL};
    struct grey g;
    struct buf said = BUF_INIT;
    wear_photograph(&p->picture, p->x, p->y, p->side, w, seed, &g);
    wear_save(&g, file);
    picture_ask(zxing, &said);
    bool good = strcmp(buf_str(&said), p->text) == 0;
    buf_fini(&said);
    free(g.grey);
    return good;
}

static void wear_table(int seeds)
{
    int total[TRIALS] = {0};
    struct print prints[TRIALS];
    printf(
        "\nSlips on worn 58 mm paper: pictures of %d that ZXingReader reads (seeds from %u)\n%-34s",
        seeds, SEED, "");
    for (size_t t = 0; t < TRIALS; t++) {
        print_it(&trials[t], SEED + (uint32_t)t, &prints[t]);
        printf("%15s", trials[t].name);
    }
    printf("\n");
    for (size_t c = 0; c < CONDITIONS; c++) {
        printf("%-34s", conditions[c].name);
        for (size_t t = 0; t < TRIALS; t++) {
            int good = 0;
            for (int s = 0; s < seeds; s++)
                good +=
                    is_read(&prints[t], &conditions[c], SEED + (uint32_t)(100 * c) + (uint32_t)s);
            total[t] += good;
            printf("%15d", good);
        }
        printf("\n");
        fflush(stdout);
    }
    printf("%-34s", "read, percent");
    for (size_t t = 0; t < TRIALS; t++) {
        printf("%15.1f", 100.0 * total[t] / ((int)CONDITIONS * seeds));
        picture_fini(&prints[t].picture);
    }
    printf("\n  aim of the slips: %.0f %% (issue 6)\n", AIM);
}

/* --- making one ------------------------------------------------------------------------------- */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void make_digits(const json_t *what, const unsigned char *sec, const unsigned char *hub,
                        struct buf *digits)
{
    struct buf bytes = BUF_INIT;
    assert_ok(slip_make(what, sec, hub, &bytes));
    slip_digits(bytes.data, bytes.len, digits);
    buf_fini(&bytes);
}

static void cost(void)
{
    enum { TIMES = 200 };
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES], box[BOX_PUB_BYTES], open[BOX_SEC_BYTES];
    double digits_ms = 0, qr_ms = 0, bytes_ms = 0;
    json_t *what = json_pack(
        "{s:s,s:i,s:i,s:I,s:i,s:s,s:{s:s,s:s,s:s},s:{s:s,s:s,s:s,s:s},"
        "s:[s,s,s]}",
        "site", "310118101201", "epoch", 1, "seq", 57, "at", (json_int_t)1653008400000LL, "item",
        61, "channel", "proxy", "person", "name", "测试甲", "id_no", "999101194503150025", "phone",
        "12000000001", "agent", "name", "示例丙", "id_no", "999101194503150033", "phone",
        "12000000002", "relation", "子女", "papers", "original_seen", "copy_kept", "missing");
    secret_sign_pair(pub, sec);
    secret_box_pair(box, open);
    size_t n = 0;
    for (int i = 0; i < TIMES; i++) {
        struct layout l = {0};
        struct buf digits = BUF_INIT, bytes = BUF_INIT;
        double start = now_ms();
        make_digits(what, sec, box, &digits);
        double made = now_ms();
        assert_ok(layout_qr(&l, LAYOUT_CENTRE, 75, buf_str(&digits), QR_M));
        double drawn = now_ms();
        assert_ok(layout_put(&l, "escpos", NULL, &bytes));
        bytes_ms += now_ms() - drawn, qr_ms += drawn - made, digits_ms += made - start;
        n = digits.len;
        layout_fini(&l);
        buf_fini(&digits);
        buf_fini(&bytes);
    }
    printf("\nMaking a slip with an agent, %zu digits, for a receipt printer\n", n);
    printf("%-46s %10.2f ms         5 (issue 6)\n", "all of it",
           (digits_ms + qr_ms + bytes_ms) / TIMES);
    printf("%-46s %10.2f ms\n", "  packed, signed, sealed, as digits", digits_ms / TIMES);
    printf("%-46s %10.2f ms\n", "  the symbol (libqrencode)", qr_ms / TIMES);
    printf("%-46s %10.2f ms\n", "  the printer's bytes", bytes_ms / TIMES);
    json_decref(what);
}

int main(void)
{
    const char *seeds = getenv("WEAR_SEEDS");
    if (secret_init() != ERR_OK)
        return 1;
    snprintf(file, sizeof file, "/tmp/jiujin-wear-%ld.pgm", (long)getpid());
    wear_table(seeds != NULL ? atoi(seeds) : 5);
    cost();
    unlink(file);
    return 0;
}
