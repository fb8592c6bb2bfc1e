/* Ledgers as they leave the house: rows of cells by an addressee's profile, and the account of what
 * was taken out. The files themselves are written by kiosk/print/sheet.h. */
#ifndef KIOSK_DESK_EXPORT_H
#define KIOSK_DESK_EXPORT_H

#include "kiosk/desk/site.h"
#include "kiosk/rules/cell.h"
#include "kiosk/rules/profile.h"

struct export_row {
    int64_t number; /* from 1 */
    int64_t at;     /* UTC ms: when it happened */
    const char *id; /* the entry */
    bool struck;    /* it was voided; such rows come only where the profile marks them */
    const struct cell *cells;
    size_t n_cells;
};
typedef enum err export_row_fn(void *to, const struct export_row *row);

/* The rows of a ledger (id or code) with from <= at < to (CLOCK_NONE: open), oldest first, as the
 * profile's columns; profile NULL: those of the definition, by its own id and with rows that were
 * struck out marked. `row` returns non-OK to stop. Personal cells are CELL_NONE unless somebody is
 * signed in. ERR_NOT_FOUND (no such ledger, no such profile, or it does not take the ledger),
 * ERR_DEFINITION. */
enum err export_each(struct site *s, const char *ledger, const char *profile, int64_t from,
                     int64_t to, export_row_fn *row, void *into);

/* The same by steps: what stands around the rows, then the rows. */
struct export;
enum err export_open(struct site *s, const char *ledger, const char *profile, int64_t from,
                     int64_t to, struct export **out);
void export_free(struct export *e); /* NULL is allowed */
/* Borrowed from the export. */
const struct table_head *export_head(const struct export *e);
const struct form *export_form(const struct export *e);
const struct profile *export_profile(const struct export *e);
/* What column i shows: a field's index in the form, or -1 with *computed (-1: blank). */
int export_field(const struct export *e, size_t i, int *computed);
enum err export_rows(struct export *e, export_row_fn *row, void *into);
/* The sums of what export_each gave: for each numeric field's id its sum, for each field with
 * choices {CHOICE: rows}, and "rows"; struck out rows and personal fields do not count. *out is
 * owned by the caller. */
enum err export_sums(struct site *s, const char *ledger, int64_t from, int64_t to, json_t **out);

/* A profile by its id (DIR/profiles/ID.json, else assets/profiles/ID.json), by a file's path, or
 * NULL: the definition's own columns. *out is owned (profile_free). */
enum err export_profile_read(struct site *s, const char *name, struct profile **out);
/* The ids of those that are there, as an array of strings owned by the caller. */
json_t *export_profile_ids(struct site *s);

#endif
