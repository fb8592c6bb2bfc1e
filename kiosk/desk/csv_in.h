/* A CSV as it comes from outside: any size, UTF-8 or GB18030, read by rows. */
#ifndef KIOSK_DESK_CSV_IN_H
#define KIOSK_DESK_CSV_IN_H

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"
#include "kiosk/secret/secret.h"

#define CSV_COLUMNS 200
#define CSV_CELL_MAX                                                                               \
    ((size_t)1 << 20) /* bytes of one cell: more is a quote that was not closed                    \
                       */

enum csv_encoding { CSV_DETECT, CSV_UTF8, CSV_GB18030 };

struct csv_row {
    long line; /* where it begins, from 1 */
    size_t n;
    char *const *cells; /* UTF-8, NUL-terminated; U+FFFD where a character cannot be read */
};
typedef enum err csv_row_fn(void *to, const struct csv_row *row);

struct csv_file {
    const char *path;
    enum csv_encoding encoding; /* CSV_DETECT becomes what it is */
    int64_t size;
    char hash[2 * HASH_BYTES + 1]; /* BLAKE2b-256, known behind the last row */
};

/* "utf-8", "gb18030", or NULL for CSV_DETECT. ERR_FIELD_CHOICE. */
enum err csv_encoding_named(const char *name, enum csv_encoding *out);
const char *csv_encoding_name(enum csv_encoding encoding);
/* The rows that are not empty, one after the other. ERR_IO; ERR_CSV with line, column and
 * reason in the note: it is no CSV, a quote is not closed, too many columns; what `row` returns. */
enum err csv_in_each(struct csv_file *file, csv_row_fn *row, void *to);

#endif
