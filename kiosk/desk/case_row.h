/* Rows of cases, as every list of cases shows them. */
#ifndef KIOSK_DESK_CASE_ROW_H
#define KIOSK_DESK_CASE_ROW_H

#include "kiosk/desk/site.h"

#define CASE_COLUMNS                                                                               \
    "SELECT at, epoch, seq, id, person, agent, item, channel, state, missing, updated, until,"     \
    " skipped, clerk, deciding, due, legal, waits, received, rated, grade, despite FROM case_file"

/* What every list of cases can be narrowed by. */
#define CASE_FILTER " (:state IS NULL OR state = :state) AND (:item IS NULL OR item = :item) AND"
enum { CASE_COL_PERSON = 4, CASE_COL_ITEM = 6, CASE_COL_DUE = 15 };

/* A row out of CASE_COLUMNS; a new reference. */
json_t *case_make(sqlite3_stmt *q);
/* Puts in what the catalogue, the link, the calendar and the sealed parts know. */
enum err case_fill(struct site *s, json_t *row);

#endif
