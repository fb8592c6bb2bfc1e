/* What the pages of the office share: people, ledgers, villages, users, audit. */
#ifndef SYNC_HUB_PAGE_OFFICE_H
#define SYNC_HUB_PAGE_OFFICE_H

#include "kiosk/print/sheet.h"
#include "sync/hub/page.h"

/* The links between the pages of administration; `here` is one's path. */
void page_admin_tabs(struct web *w, const char *here);
/* The head of a table; titles N_(), NULL ends them. */
void page_heads(struct web *w, const char *const *heads);
/* A cell with its title for narrow screens, and its text. */
void page_cell(struct web *w, const char *label, const char *text);
/* Text as the value of a query. */
void page_put_query(struct buf *out, const char *text);
/* A query's value; NULL when it is missing or empty. */
const char *page_chosen(const struct web *w, const char *name);
/* A trouble as a line above a form; nothing for NULL. */
void page_trouble(struct web *w, const char *text);
/* An error as a whole page, with the status that it deserves. */
void page_error(struct web *w, enum err rc);
unsigned page_status(enum err rc);
/* Ends the page with this status, or throws it away for the error's. */
void page_end_if(struct web *w, enum err rc, unsigned status);

/* A file that is made for one answer. Begin, sheet_row(f.out) for each row, then send. */
struct page_file {
    struct sheet_out *out; /* in memory: no file of it ever has a name */
    enum profile_format format;
};
/* `format`: "csv", "xlsx". */
enum err page_file_begin(struct page_file *f, const struct table_head *head, const char *format);
/* Makes the file the answer, or the error a page. */
void page_file_send(struct web *w, struct page_file *f, enum err rc);

#endif
