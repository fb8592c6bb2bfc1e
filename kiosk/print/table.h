/* A table on paper: title, columns' titles repeated on each sheet, cells that wrap, page numbers,
 * what it rests on, and a line for signatures behind the last row. */
#ifndef KIOSK_PRINT_TABLE_H
#define KIOSK_PRINT_TABLE_H

#include "kiosk/base/buf.h"
#include "kiosk/print/page.h"
#include "kiosk/rules/cell.h"

struct table_rows {
    const char *const *texts;   /* n rows of the head's columns, one behind the other */
    const unsigned char *right; /* for each text: it stands on the right */
    size_t n;
};

/* Appends the PDF. The columns share the width of the paper as their own widths tell; a row stands
 * on one sheet. ERR_FONT, ERR_DRAWLIB. */
enum err table_pdf(const struct table_head *head, const struct table_rows *rows, struct buf *out);

#endif
