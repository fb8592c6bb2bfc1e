/* Pages of A4 for walls, files and superiors: one layout, drawn as PDF or as a picture. */
#ifndef KIOSK_PRINT_PAGE_H
#define KIOSK_PRINT_PAGE_H

#include <stdbool.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"
#include "kiosk/print/qr.h"

#define PAGE_FONT 64

enum page_kind {
    PAGE_TEXT, /* a paragraph, broken at the margins; size in points */
    PAGE_RULE, /* a line from margin to margin */
    PAGE_GAP,  /* size in millimetres */
    PAGE_QR,   /* a symbol with its quiet zone, at most `size` millimetres a side */
};

struct page_item {
    enum page_kind kind;
    int size;
    bool centre;
    const char *text;    /* PAGE_TEXT */
    const struct qr *qr; /* PAGE_QR */
};

struct page {
    const char *title; /* of the document */
    const struct page_item *items;
    size_t n;
};

/* Appends the PDF: as many sheets as the items need, from above; an item stands on one sheet. Text
 * stays text; a symbol is drawn in rectangles of whole dots (1/300 inch), never as a bitmap.
 * ERR_FONT, ERR_DRAWLIB; ERR_TOO_LONG: a symbol with less than 4 dots a module. */
enum err page_pdf(const struct page *p, struct buf *out);
/* Appends a PNG of 300 dots an inch (2480x3508). The same errors; ERR_TOO_LONG also when it does
 * not fit on one sheet. */
enum err page_png(const struct page *p, struct buf *out);
/* The family that pages are set in: the system's choice for simplified Chinese. ERR_FONT: it has
 * none that has the characters. */
enum err page_font(char family[PAGE_FONT]);

#endif
