/* Reading a workbook (XLSX, ISO/IEC 29500): the texts of the cells of the sheets that are asked
 * for. It comes from outside: the file, what it unpacks to, its cells and its texts are all
 * bounded. */
#ifndef KIOSK_RULES_WORKBOOK_H
#define KIOSK_RULES_WORKBOOK_H

#include <stddef.h>

#include "kiosk/base/err.h"

#define WORKBOOK_FILE ((size_t)4 << 20) /* bytes of the file */
#define WORKBOOK_PART ((size_t)8 << 20) /* bytes that one part unpacks to */
#define WORKBOOK_TEXT                                                                              \
    ((size_t)2 << 20)        /* bytes of all texts of a sheet, and of the shared ones              \
                              */
#define WORKBOOK_CELLS 40000 /* of a sheet that are not empty; shared texts as well */
#define WORKBOOK_ROWS 5000   /* the last row that may hold something */
#define WORKBOOK_COLUMNS 128 /* and the last column */

struct cell {
    int row, column; /* from 1 */
    char *text;      /* clean UTF-8, trimmed, never empty */
};

struct sheet {
    char name[64]; /* in small letters */
    int rows, columns;
    struct cell *cells; /* by row, then column */
    size_t n_cells;
};

struct workbook {
    struct sheet *sheets;
    size_t n_sheets;
};

/* Reads the sheets named in `wanted` (small letters, NULL ends; others are passed over) out of the
 * bytes of a file. ERR_DEFINITION with `name` and the reason (no workbook, damaged, too large),
 * ERR_LIBRARY. *out is owned by the caller. */
enum err workbook_read(const void *bytes, size_t len, const char *name, const char *const *wanted,
                       struct workbook **out);
void workbook_free(struct workbook *w);
/* NULL when there is no sheet of that name. */
const struct sheet *workbook_sheet(const struct workbook *w, const char *name);
/* A cell's text; "" when it is empty. */
const char *sheet_text(const struct sheet *s, int row, int column);
/* 1 is "A", 27 is "AA"; `out` takes 8 bytes. */
const char *sheet_letters(int column, char *out);

#endif
