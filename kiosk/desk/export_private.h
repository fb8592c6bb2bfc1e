/* What the parts of the export share: a row as it was read, and how a column shows it. */
#ifndef KIOSK_DESK_EXPORT_PRIVATE_H
#define KIOSK_DESK_EXPORT_PRIVATE_H

#include "kiosk/desk/export.h"

/* A row of a ledger as it was read, whoever fed it. Borrowed for the call. */
struct source {
    int64_t at, heard;
    const char *id, *clerk;
    bool struck, has_balance;
    double balance;
    const json_t *open, *sealed; /* fields; sealed NULL: none, or nobody is signed in */
};
typedef enum err source_fn(void *to, const struct source *row);

/* How one column is made. */
struct maker {
    int field;        /* in the form, -1: none */
    int computed;     /* enum profile_computed, -1: none */
    const char *part; /* of a person */
    struct field fd;  /* the field in the table's language: choices and reasons are owned */
    const char *title;
    int width;
};

struct export
{
    struct site *s;
    struct form *form; /* its own: the site's may be replaced meanwhile */
    struct profile *profile;
    struct profile_sheet sheet;
    int64_t from, to;
    struct table_head head;
    struct buf period, range;
    const char **sign;
    struct cell_column *columns;
    struct maker *makers;
    struct cell *cells;
    size_t *starts; /* of each cell's text in `text` */
    size_t n;
    struct buf text; /* of the present row; wiped at the end */
    int64_t number;
};

/* The rows from <= at < to of a ledger, oldest first. */
enum err source_each(struct site *s, const struct form *f, int64_t from, int64_t to, source_fn *row,
                     void *into);
/* export_cell.c: makes e->cells of a row. */
void export_fill(struct export *e, const struct source *row);

#endif
