/* What the parts of the import share: which column is what, and how its words are read. */
#ifndef KIOSK_DESK_IMPORT_PRIVATE_H
#define KIOSK_DESK_IMPORT_PRIVATE_H

#include "kiosk/desk/csv_in.h"
#include "kiosk/desk/import.h"
#include "kiosk/rules/profile.h"

/* One word that stands for a choice (or for yes and no), whoever uses it. */
struct word {
    const char *text; /* borrowed from a definition */
    const char *id;
};

struct target {
    int field;        /* in the form; -1: none */
    int computed;     /* enum profile_computed; -1: none */
    const char *part; /* of a person; NULL: the name */
    struct word *words;
    size_t n_words;
};

struct import {
    struct site *s;
    struct form *form; /* its own */
    struct profile **profiles;
    size_t n_profiles;
    struct csv_file file;
    const struct import_wish *wish;
    long header; /* line of the titles; 0: not found yet */
    struct target targets[CSV_COLUMNS];
    char *titles[CSV_COLUMNS];
    size_t n; /* columns */
    /* what was counted */
    int64_t rows, struck, errors;
    int64_t from, to; /* of the rows' own times; CLOCK_NONE */
    json_t *told, *first;
    bool writing;
};

/* A row as it was read. */
struct imported {
    int64_t at;
    bool struck;
    json_t *row;
};

/* import_map.c: takes the line for titles when most of its cells are. */
bool import_titles(struct import *m, const struct csv_row *row);
/* How many cells of a line are titles. */
size_t import_known_titles(const struct import *m, const struct csv_row *row);
void import_map_fini(struct import *m);

/* import_row.c: reads a row. False: it has errors, told by import_tell; else *out, whose row is
 * owned by the caller. */
bool import_read(struct import *m, const struct csv_row *row, struct imported *out);

/* Keeps an error of line and column (0: of no column) for the noted error `rc`. */
void import_tell(struct import *m, long line, size_t column, enum err rc);

#endif
