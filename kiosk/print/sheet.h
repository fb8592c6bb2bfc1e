/* Tables as files: CSV, XLSX, PDF, from the same rows of cells (kiosk/rules/cell.h). A file is
 * whole under a name of its own before it takes the place of another; what leaves a ledger is an
 * entry before that.
 *
 * CSV: RFC 4180, every cell quoted, CRLF; UTF-8 with the mark that spreadsheet programs want, or
 * GB18030. A text that a spreadsheet would take for a formula (it begins with = + - @ TAB CR LF,
 * also in full width) gets an apostrophe in front; one that it would take for a number or a date
 * (an ID number, "3-1") a TAB behind. celltext_plain takes both off again. */
#ifndef KIOSK_PRINT_SHEET_H
#define KIOSK_PRINT_SHEET_H

#include "kiosk/desk/export.h"

#define SHEET_HASH (2 * HASH_BYTES + 1) /* BLAKE2b-256 of a file, as text */
#define SHEET_ROWS 1048576              /* of an XLSX, with its three rows of titles */
#define SHEET_PDF_ROWS 20000            /* of a PDF: more is for a shorter period */

/* A file being written. */
struct sheet_out;

/* Begins `path`; "-" is standard output; NULL: in memory alone, for sheet_take. `head` is borrowed
 * until the end. ERR_IO, ERR_DISK_FULL, ERR_XLSXLIB, ERR_DRAWLIB, ERR_FONT. */
enum err sheet_begin(const struct table_head *head, enum profile_format format, bool gb18030,
                     const char *path, struct sheet_out **out);
/* One row of as many cells as the head has columns. ERR_TOO_LONG: more rows than the format holds.
 */
enum err sheet_row(struct sheet_out *o, const struct cell *cells);
/* All rows were given: the file is whole, under its temporary name. */
enum err sheet_finish(struct sheet_out *o, char hash[SHEET_HASH]);
/* Behind sheet_finish: appends the file's bytes. ERR_TOO_LONG: more than `limit`. */
enum err sheet_take(struct sheet_out *o, struct buf *into, size_t limit);
/* With ERR_OK the file takes its name (or goes to standard output), else it is removed. Frees.
 * Returns rc, or its own error. NULL is allowed. */
enum err sheet_close(struct sheet_out *o, enum err rc);

/* What is wanted of a ledger. */
struct sheet_wish {
    const char *profile; /* NULL: the definition's own columns */
    int64_t from, to;    /* CLOCK_NONE: open */
    enum profile_format format;
    const char *encoding; /* of CSV: "utf-8", "gb18030"; NULL: the profile's */
    const char *path;
};

/* Writes a ledger and appends the entry that says so. *out (owned by the caller) is
 * {"id","seq","rows","hash","file"}. ERR_FIELD_CHOICE (the addressee takes other formats),
 * ERR_ROLE, ERR_SIGN_IN and those above: then there is no file. */
enum err sheet_ledger(struct site *s, const char *ledger, const struct sheet_wish *wish,
                      json_t **out);

/* The format's name, "csv"..., as it is asked for. -1: there is none. */
int sheet_format(const char *name);

#endif
