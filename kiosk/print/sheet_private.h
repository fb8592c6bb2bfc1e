/* What the formats of a sheet share. */
#ifndef KIOSK_PRINT_SHEET_PRIVATE_H
#define KIOSK_PRINT_SHEET_PRIVATE_H

#include "kiosk/print/sheet.h"

struct sheet_out {
    const struct table_head *head;
    const struct sheet_format_row *format;
    bool gb18030;
    char *path;    /* as wanted; "-"; "": stays in memory */
    char *working; /* the file that is written */
    bool stream;   /* what is wanted is no file: it is copied there at the end */
    int fd;        /* of `working` */
    int64_t rows;
    bool whole;  /* finish was reached */
    void *state; /* the format's own */
};

struct sheet_format_row {
    enum err (*begin)(struct sheet_out *o);
    enum err (*row)(struct sheet_out *o, const struct cell *cells);
    enum err (*end)(struct sheet_out *o); /* writes what is left */
    void (*drop)(struct sheet_out *o);    /* frees the state, wiped; after end or in its place */
};

extern const struct sheet_format_row sheet_csv, sheet_xlsx, sheet_pdf;

/* Writes to the working file. ERR_IO, ERR_DISK_FULL. */
enum err sheet_write(struct sheet_out *o, const void *bytes, size_t len);

#endif
