/* QR symbols by libqrencode and what they are drawn on. */
#ifndef KIOSK_PRINT_QR_H
#define KIOSK_PRINT_QR_H

#include <stdbool.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"
#include "kiosk/base/gb18030.h"

struct qr {
    int size;            /* modules a side, without quiet zone */
    unsigned char *dark; /* size*size, 1 dark; owned: qr_fini */
};
enum qr_level { QR_L, QR_M };

/* Digits only: numeric mode; else bytes. ERR_TOO_LONG when no version up to 40 holds it. */
enum err qr_make(const char *text, enum qr_level level, struct qr *out);
void qr_fini(struct qr *q);
bool qr_dark(const struct qr *q, int x, int y); /* false outside */

/* 1-bit PNG of the symbol with 4 modules of quiet zone, `dots` per module (>= 4). Appends. */
enum err qr_png(const struct qr *q, int dots, struct buf *out);
/* Lines of half blocks (two modules a row) with quiet zone, "\n" behind each; dark on light needs
 * the terminal's reverse. Appends. With `ascii`, "##" and "  ". */
void qr_blocks(const struct qr *q, bool ascii, struct buf *out);

#endif
