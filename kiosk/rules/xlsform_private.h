/* What the files that read an XLSForm share. */
#ifndef KIOSK_RULES_XLSFORM_PRIVATE_H
#define KIOSK_RULES_XLSFORM_PRIVATE_H

#include <stdbool.h>

#include "kiosk/rules/workbook.h"
#include "kiosk/rules/xlsform.h"
#include "kiosk/rules/xpath.h"

#define XLS_COLUMNS 24
#define XLS_FIELDS 64
#define XLS_GROUPS 8

enum xcolumn { /* of any sheet */
               COL_TYPE,
               COL_NAME,
               COL_LABEL,
               COL_LABEL_ZH,
               COL_LABEL_EN,
               COL_HINT,
               COL_HINT_ZH,
               COL_HINT_EN,
               COL_REQUIRED,
               COL_RELEVANT,
               COL_CONSTRAINT,
               COL_MESSAGE,
               COL_MESSAGE_ZH,
               COL_MESSAGE_EN,
               COL_CALCULATION,
               COL_DEFAULT,
               COL_APPEARANCE,
               COL_READ_ONLY,
               COL_PERSONAL,
               COL_LIST,
               COL_TITLE,
               COL_ID,
               COL_VERSION,
               COL_LANGUAGE,
               COL_COUNT
};

struct table { /* a sheet with its head read */
    const struct sheet *sheet;
    int column[COL_COUNT]; /* from 1; 0: the sheet has none */
};

struct xlsform {
    const char *name; /* the file's */
    struct workbook *book;
    struct table survey, choices, settings;
    json_t *form, *fields, *lists;
    struct xfield known[XLS_FIELDS];
    int row_of[XLS_FIELDS]; /* the survey's row of each field */
    size_t n_known;
    char *groups[XLS_GROUPS]; /* relevance of the groups that are open; NULL: always */
    size_t n_groups;
    json_t *note; /* a note's words, for the next question */
};

/* ERR_DEFINITION at a cell; column 0: the whole row. */
enum err xls_fail(const struct xlsform *x, const struct table *t, int row, int column,
                  const char *why, ...) __attribute__((format(printf, 5, 6)));
/* Reads a sheet's head. */
enum err xls_table(const struct xlsform *x, const char *sheet, bool needed, struct table *out);
/* A cell by what it means; "" when there is none. */
const char *xls_text(const struct table *t, int row, enum xcolumn column);
/* {"zh","en"} of a label, hint or message; NULL when all are empty. `first` is its plain column,
 * the next two are those of the languages. */
json_t *xls_pair(const struct table *t, int row, enum xcolumn first);
/* A name as a definition may have it: small letters, '-' and '.' as '_'. False: it cannot be one.
 */
bool xls_name(const char *text, char out[48]);
/* rules/xlsrow.c: one row of the survey. */
enum err xls_row(struct xlsform *x, int row);

#endif
