/* Owns: the bytes that a receipt printer is sent. Invariant: text goes out cleaned and in GB18030,
 * the symbol as a raster (GS v 0, understood by more printers than the native QR command), never
 * rescaled. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/print/qr.h"

#define DOTS_LEAST 4
#define QUIET 4
#define COLUMN_DOTS 12 /* of the printer's font A; a hanzi takes two */

/* Epson's ESC/POS: initialise; two-byte Chinese on. Chinese off; four lines for those who tear by
 * hand; cut. */
static const unsigned char escpos_start[] = {0x1b, '@', 0x1c, '&'};
static const unsigned char escpos_finish[] = {0x1c, '.', 0x1b, 'd', 4, 0x1d, 'V', 66, 0};

/* Broken here and not by the printer, which may break inside a character. */
static void put_line(const char *line, int columns, struct buf *out)
{
    char *clean = mem_alloc(strlen(line) + 1), *rest = clean;
    size_t fit;
    utf8_clean(line, clean);
    do {
        fit = utf8_fit(rest, columns);
        char *part = mem_strndup(rest, fit);
        gb18030_from(part, out); /* a "?" on paper is better than no paper */
        buf_byte(out, '\n');
        free(part);
        rest += fit;
    } while (fit > 0 && *rest != 0);
    free(clean);
}

static void put_lines(const char *const *lines, int columns, struct buf *out)
{
    for (; lines != NULL && *lines != NULL; lines++)
        put_line(*lines, columns, out);
}

/* One line of dots, as wide as the paper; the paper's own margin is the quiet zone at the sides. */
static void put_row(const struct qr *q, int y, int dots, int paper, struct buf *out)
{
    int left = (paper - q->size * dots) / 2;
    for (int byte = 0; byte < paper / 8; byte++) {
        unsigned v = 0;
        for (int bit = 0; bit < 8; bit++) {
            int x = byte * 8 + bit - left;
            v = v << 1 | (x >= 0 && qr_dark(q, x / dots, y));
        }
        buf_byte(out, (unsigned char)v);
    }
}

static enum err put_symbol(const struct qr *q, int paper, struct buf *out)
{
    int dots = paper / (q->size + 2), rows = (q->size + 2 * QUIET) * dots;
    if (dots < DOTS_LEAST)
        return err_set(ERR_TOO_LONG, "qr", "%d modules on %d dots", q->size, paper);
    static const unsigned char raster[] = {0x1d, 'v', '0', 0};
    buf_add(out, raster, sizeof raster);
    buf_u16(out, (uint16_t)(paper / 8));
    buf_u16(out, (uint16_t)rows);
    for (int row = 0; row < rows; row++)
        put_row(q, row / dots - QUIET, dots, paper, out);
    return ERR_OK;
}

void escpos_begin(struct buf *out)
{
    buf_add(out, escpos_start, sizeof escpos_start);
}

void escpos_end(struct buf *out)
{
    buf_add(out, escpos_finish, sizeof escpos_finish);
}

/* GS ! enlarges ASCII, and hanzi with most makers; the others want FS !, which knows only double.
 */
void escpos_text(const char *line, int times, int paper_dots, struct buf *out)
{
    unsigned char size = (unsigned char)((times - 1) << 4 | (times - 1));
    unsigned char hanzi = times > 1 ? 0x0c : 0;
    const unsigned char large[] = {0x1b, 'a', 1, 0x1d, '!', size, 0x1c, '!', hanzi};
    static const unsigned char plain[] = {0x1d, '!', 0, 0x1c, '!', 0, 0x1b, 'a', 0};
    buf_add(out, large, sizeof large);
    put_line(line, paper_dots / COLUMN_DOTS / times, out);
    buf_add(out, plain, sizeof plain);
}

enum err escpos_sheet(const struct sheet *sheet, int paper_dots, struct buf *out)
{
    size_t before = out->len;
    int columns = paper_dots / COLUMN_DOTS;
    escpos_begin(out);
    put_lines(sheet->above, columns, out);
    enum err rc = sheet->qr != NULL ? put_symbol(sheet->qr, paper_dots, out) : ERR_OK;
    put_lines(sheet->below, columns, out);
    escpos_end(out);
    if (rc != ERR_OK)
        out->len = before;
    return rc;
}
