/* What the two files that read a workbook share. */
#ifndef KIOSK_RULES_WORKBOOK_PRIVATE_H
#define KIOSK_RULES_WORKBOOK_PRIVATE_H

#include <stdbool.h>

#include "kiosk/base/buf.h"
#include "kiosk/rules/workbook.h"
#include "kiosk/rules/ziplib.h"

struct reading;
struct part { /* how one part's elements are taken */
    enum err (*begin)(struct reading *r, const char *name, const char *const *list);
    enum err (*end)(struct reading *r, const char *name); /* NULL: nothing */
};

struct found { /* a sheet that the book names */
    char name[64], id[64], path[160];
};

struct reading {
    const char *name; /* the file's */
    const struct ziplib *lib;
    zip_t *zip;
    XML_Parser parser;
    const struct part *part;
    enum err rc;
    int depth;
    bool in_text, phonetic;
    struct buf text, run; /* of the element, and of the cell or shared text so far */
    size_t bytes;         /* of all texts kept from this part */
    char **shared;
    size_t n_shared;
    struct found *found;
    size_t n_found;
    struct sheet *sheet; /* being read */
    int row, column;     /* of the cell being read */
    int last_row, last_column;
    char type[12];
};

enum err workbook_bad(const struct reading *r, const char *why);
const char *workbook_attribute(const char *const *list, const char *name);
enum err workbook_part(struct reading *r, const char *path, const struct part *part);
/* rules/workcell.c: the shared texts (there may be none), and a sheet's cells into r->sheet. */
enum err workbook_shared(struct reading *r);
enum err workbook_cells(struct reading *r, const char *path);

#endif
