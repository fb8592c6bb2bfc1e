/* Owns: the bytes that a receipt printer is sent. Invariant: text goes out cleaned and in GB18030,
 * the symbol as a raster (GS v 0, understood by more printers than the native QR command), never
 * rescaled. */
#include <string.h>

#include "kiosk/base/utf8.h"
#include "kiosk/print/qr.h"

#define DOTS_LEAST 4
#define QUIET 4

/* Epson's ESC/POS: initialise; two-byte Chinese on; feed and cut. */
static const unsigned char escpos_start[] = {0x1b, '@', 0x1c, '&'};
static const unsigned char escpos_cut[] = {0x1d, 'V', 66, 0};

static enum err put_line(const char *line, struct buf *out)
{
    struct buf clean = BUF_INIT;
    utf8_clean(line, (char *)buf_room(&clean, strlen(line) + 1));
    enum err rc = gb18030_from(buf_str(&clean), out);
    buf_byte(out, '\n');
    buf_fini(&clean);
    return rc == ERR_FIELD_TYPE ? ERR_OK : rc; /* a "?" on paper is better than no paper */
}

static enum err put_lines(const char *const *lines, struct buf *out)
{
    enum err rc = ERR_OK;
    for (; lines != NULL && *lines != NULL && rc == ERR_OK; lines++)
        rc = put_line(*lines, out);
    return rc;
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

enum err escpos_sheet(const struct sheet *sheet, int paper_dots, struct buf *out)
{
    buf_add(out, escpos_start, sizeof escpos_start);
    enum err rc = put_lines(sheet->above, out);
    if (rc == ERR_OK && sheet->qr != NULL)
        rc = put_symbol(sheet->qr, paper_dots, out);
    if (rc == ERR_OK)
        rc = put_lines(sheet->below, out);
    buf_add(out, escpos_cut, sizeof escpos_cut);
    return rc;
}
