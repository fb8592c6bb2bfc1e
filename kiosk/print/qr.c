/* Owns: QR symbols (ISO/IEC 18004, by libqrencode) and how they become a picture or text.
 * Invariant: a module is a whole number of dots, and the quiet zone is 4 modules (the standard's).
 */
#include "kiosk/print/qr.h"

#include <errno.h>
#include <png.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"

#define QUIET 4
#define DOTS_MOST 64
#define DOTS_LEAST 4 /* below this a worn print head makes a symbol unreadable (seals.md) */

static bool digits_only(const char *text)
{
    return *text != 0 && text[strspn(text, "0123456789")] == 0;
}

enum err qr_make(const char *text, enum qr_level level, struct qr *out)
{
    *out = (struct qr){0, NULL};
    if (*text == 0)
        return err_set(ERR_FIELD_REQUIRED, "qr", NULL);
    QRinput *in = QRinput_new2(0, level == QR_L ? QR_ECLEVEL_L : QR_ECLEVEL_M);
    QRencodeMode mode = digits_only(text) ? QR_MODE_NUM : QR_MODE_8;
    QRcode *code = NULL;
    if (in != NULL && QRinput_append(in, mode, (int)strlen(text), (const unsigned char *)text) == 0)
        code = QRcode_encodeInput(in);
    int why = errno;
    QRinput_free(in);
    if (code == NULL)
        return err_set(why == ERANGE ? ERR_TOO_LONG : ERR_INTERNAL, "qr", NULL);
    out->size = code->width;
    size_t n = (size_t)code->width * (size_t)code->width;
    out->dark = mem_alloc(n);
    for (size_t i = 0; i < n; i++)
        out->dark[i] = code->data[i] & 1;
    QRcode_free(code);
    return ERR_OK;
}

void qr_fini(struct qr *q)
{
    free(q->dark);
    *q = (struct qr){0, NULL};
}

bool qr_dark(const struct qr *q, int x, int y)
{
    return x >= 0 && y >= 0 && x < q->size && y < q->size && q->dark[y * q->size + x] != 0;
}

enum err qr_png(const struct qr *q, int dots, struct buf *out)
{
    if (dots < DOTS_LEAST || dots > DOTS_MOST)
        return err_set(ERR_FIELD_RANGE, "dots", "%d to %d", DOTS_LEAST, DOTS_MOST);
    static const unsigned char palette[2][3] = {{255, 255, 255}, {0, 0, 0}};
    int side = (q->size + 2 * QUIET) * dots;
    unsigned char *pixels = mem_alloc((size_t)side * (size_t)side);
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            pixels[y * side + x] = qr_dark(q, x / dots - QUIET, y / dots - QUIET);
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)side,
                       .height = (png_uint_32)side,
                       .format = PNG_FORMAT_RGB_COLORMAP, /* two colours: libpng takes 1 bit */
                       .colormap_entries = 2};
    size_t room = PNG_IMAGE_PNG_SIZE_MAX(image);
    unsigned char *to = buf_room(out, room);
    bool ok = png_image_write_to_memory(&image, to, &room, 0, pixels, side, palette) != 0;
    free(pixels);
    if (!ok)
        return err_set(ERR_INTERNAL, "png", "%s", image.message);
    out->len += room;
    out->data[out->len] = 0;
    return ERR_OK;
}

/* Two modules share a cell of text: upper and lower half. */
static const char *cell(bool upper, bool lower)
{
    static const char *const glyphs[] = {" ", "▄", "▀", "█"};
    return glyphs[2 * upper + lower];
}

void qr_blocks(const struct qr *q, bool ascii, struct buf *out)
{
    int step = ascii ? 1 : 2;
    for (int y = -QUIET; y < q->size + QUIET; y += step) {
        for (int x = -QUIET; x < q->size + QUIET; x++)
            buf_text(out, ascii ? qr_dark(q, x, y) ? "##" : "  "
                                : cell(qr_dark(q, x, y), qr_dark(q, x, y + 1)));
        buf_byte(out, '\n');
    }
}
