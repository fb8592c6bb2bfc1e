/* A table as it leaves the house: cells with a kind, columns with the superior's titles. Whoever
 * makes rows of cells can have them written as CSV, XLSX or PDF (kiosk/print/sheet.h). */
#ifndef KIOSK_RULES_CELL_H
#define KIOSK_RULES_CELL_H

#include <stdbool.h>
#include <stddef.h>

enum cell_kind {
    CELL_NONE,   /* nothing is known */
    CELL_TEXT,   /* never a number, whatever it looks like: ID numbers, phones */
    CELL_NUMBER, /* `number` */
    CELL_DATE,   /* `number`: days since 1899-12-30, as spreadsheets count them */
    CELL_TIME,   /* `number`: part of a day */
    CELL_MOMENT, /* `number`: both together */
};

struct cell {
    enum cell_kind kind;
    const char *text; /* as it is shown, "" for CELL_NONE; borrowed for the call */
    double number;
};

struct cell_column {
    const char *title; /* the superior's own */
    int width;         /* columns of a terminal */
};

/* What stands around the rows. Texts are borrowed; "" or NULL where there is none. */
struct table_head {
    const char *title;     /* of the ledger, as the superior calls it */
    const char *place;     /* the site's name */
    const char *addressee; /* whom it is for */
    const char *period;
    const char *range; /* what of the journal it rests on, and the last hash */
    const struct cell_column *columns;
    size_t n_columns;
    const char *const *sign; /* who signs below, on paper */
    size_t n_sign;
    bool landscape;
    bool a3;                 /* else A4 */
    const char *date_format; /* a spreadsheet's: "yyyy-mm-dd"; NULL: that */
    bool english;            /* the words of the table; else Chinese */
};

#endif
