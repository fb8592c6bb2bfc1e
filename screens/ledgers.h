/* What the pages of the screen "ledgers" share: the ledger that is open, the rows that are looked
 * at, and the rows that are being written. A file a page: the list (ledgers.c), rows
 * (ledgers_rows.c), new rows as form and grid (ledgers_new.c, ledgers_grid.c), correction
 * (ledgers_fix.c), sums (ledgers_sums.c), one entry (ledgers_entry.c), files in and out
 * (ledgers_in.c, ledgers_out.c). */
#ifndef SCREENS_LEDGERS_H
#define SCREENS_LEDGERS_H

#include "kiosk/rules/form.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"
#include "screens/widgets/pager.h"
#include "screens/widgets/wform.h"

#define LEDGER_COLUMNS 48 /* fields of a ledger that a table shows */
#define LEDGER_NEW 40     /* new rows in hand at once */

enum {
    PAGE_LEDGERS,
    PAGE_ROWS,
    PAGE_FORM,
    PAGE_GRID,
    PAGE_FIX,
    PAGE_SUMS,
    PAGE_ENTRY,
    PAGE_IN,
    PAGE_OUT,
};

/* A field as a column of a table. */
struct ledger_column {
    char field[48], title[64];
    int width;
};

/* Where a page of rows begins: before a time, behind a row of that time. */
struct ledger_turn {
    int64_t to; /* CLOCK_NONE: at the newest */
    char behind[ENTRY_ID];
};

/* The rows that are looked at: a page of them, and the way back to the pages before. */
struct ledger_rows {
    json_t *rows;
    bool more; /* older ones stand behind them */
    struct list list;
    struct ledger_turn *turns;
    size_t n_turns;
    int64_t from, to;           /* of a sum; CLOCK_NONE: open */
    char field[48], choice[48]; /* of a sum: only rows with this choice */
    struct ledger_column columns[LEDGER_COLUMNS];
    size_t n_columns, first; /* the first column shown */
};

/* A row that is not saved yet. */
struct ledger_new {
    struct wform *w;
    bool typed; /* by a person: what was only carried forward is no row */
};

struct ledger_sums {
    json_t *periods; /* as the view, newest first */
    int by;          /* day, week, month */
    struct list list;
    size_t what, n_what; /* the number that is shown, of how many */
};

struct ledgers {
    struct ui *ui;
    json_t *all; /* [{"id","code","title"}] */
    struct list list;
    char id[48];   /* the ledger that is open */
    char back[16]; /* the screen to go to behind a save; "": the rows */
    struct ledger_rows seen;
    struct ledger_new news[LEDGER_NEW];
    size_t n_news, cur; /* the new row in hand */
    size_t up;          /* in the grid: so many saved rows above the new ones; 0: in those */
    struct wform *fix;  /* the correction in hand */
    json_t *fix_row;    /* of this row */
    struct ledger_sums sums;
    char entry[ENTRY_ID];
    struct pager pager;
    json_t *found; /* what an import would bring in */
    char path[820];
    bool again; /* also a file that was brought in before */
    struct wform *out;
};

const char *ledgers_text(const json_t *row, const char *key); /* "" when there is none */
const char *ledgers_title(const struct ledgers *l);
/* The definition of the ledger that is open, borrowed until the next call; NULL: not in force. */
struct form *ledgers_form(struct ui *ui);
void ledgers_open(struct ui *ui, const char *id);

/* Rows */
extern const struct key_row ledgers_row_keys[];
void ledgers_rows_load(struct ui *ui);
/* From the newest row, or those of a sum. */
void ledgers_rows_begin(struct ui *ui);
void ledgers_rows_of(struct ui *ui, int64_t from, int64_t to, const char *field,
                     const char *choice);
const json_t *ledgers_row(const struct ledgers *l); /* the marked one; NULL: none */
/* What stands in a cell; `out` takes 256 bytes. */
const char *ledgers_shown(struct ui *ui, const char *field, const json_t *value, char *out);
void ledgers_rows_draw(struct ui *ui, struct area where);
unsigned ledgers_rows_key(struct ui *ui, uint32_t key);
void ledgers_rows_free(struct ledger_rows *r);

/* New rows */
extern const struct key_row ledgers_form_keys[], ledgers_grid_keys[];
/* From the draft, or one empty row with `values` (NULL: none) and what is carried forward. */
void ledgers_new_begin(struct ui *ui, int page, const json_t *values);
/* One more behind the last. False: there are LEDGER_NEW of them. */
bool ledgers_new_add(struct ui *ui);
void ledgers_new_drop(struct ledgers *l, size_t i);
void ledgers_new_free(struct ledgers *l);
void ledgers_new_keep(struct ui *ui);
void ledgers_new_save(struct ui *ui);
/* Keys that form and grid answer alike: save, copy, empty, back. */
unsigned ledgers_new_key(struct ui *ui, uint32_t key);
/* What a key did to the new row in hand. */
void ledgers_new_did(struct ui *ui, unsigned did);
/* True for a field that may be taken from another row when a clerk asks for it: not where each row
 * is a confirmation of its own (health, rounds), but for what the definition copies. */
bool ledgers_may_copy(const struct form *f, const char *field);
/* Takes what may be copied from a saved row, or from another new one, where nothing stands yet.
 * `all`: beside what the definition copies. */
void ledgers_copy_row(struct ui *ui, struct wform *to, const json_t *from, bool all);
void ledgers_copy_new(struct ui *ui, struct wform *to, const struct wform *from, bool all);
/* Puts a value of the model into a field. */
void ledgers_put(struct ui *ui, struct wform *w, const char *field, const json_t *value);
/* An empty row of the ledger that is open. */
struct wform *ledgers_new_form(struct ui *ui);
unsigned ledgers_form_key(struct ui *ui, uint32_t key);
void ledgers_form_draw(struct ui *ui, struct area where);
void ledgers_grid_draw(struct ui *ui, struct area where);
unsigned ledgers_grid_key(struct ui *ui, uint32_t key);

/* Correction */
extern const struct key_row ledgers_fix_keys[];
void ledgers_fix_begin(struct ui *ui, const json_t *row);
void ledgers_fix_of(struct ui *ui, const char *id); /* a row of the ledger that is open */
void ledgers_fix_free(struct ledgers *l);
void ledgers_fix_keep(struct ui *ui);
unsigned ledgers_fix_key(struct ui *ui, uint32_t key);
void ledgers_fix_draw(struct ui *ui, struct area where);

/* Sums */
extern const struct key_row ledgers_sum_keys[];
void ledgers_sums_open(struct ui *ui);
void ledgers_sums_load(struct ui *ui);
void ledgers_sums_draw(struct ui *ui, struct area where);
unsigned ledgers_sums_key(struct ui *ui, uint32_t key);

/* One entry */
extern const struct key_row ledgers_entry_keys[];
void ledgers_entry_open(struct ui *ui, const char *id);
void ledgers_entry_load(struct ui *ui);
void ledgers_entry_draw(struct ui *ui, struct area where);
unsigned ledgers_entry_key(struct ui *ui, uint32_t key);

/* An old ledger in, and files out */
extern const struct key_row ledgers_in_keys[], ledgers_out_keys[];
void ledgers_in_begin(struct ui *ui);
void ledgers_in_draw(struct ui *ui, struct area where);
unsigned ledgers_in_key(struct ui *ui, uint32_t key);
void ledgers_out_begin(struct ui *ui);
void ledgers_out_draw(struct ui *ui, struct area where);
unsigned ledgers_out_key(struct ui *ui, uint32_t key);

#endif
