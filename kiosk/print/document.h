/* What goes on paper: a table of documents, each a layout that is put on whatever there is.
 *
 * slip     a case handed on (seals.md); by the case's id or number
 * receipt  what was taken in, which papers are kept, the promised day; and once it was handed over,
 *          that it was; by the case
 * notice   one-time notice (一次性告知): what an item asks for, or what a case still misses; by the
 *          case, or the item's code
 * pledge   what a case was taken in without, to be brought by a day (容缺受理承诺书), to be signed
 *          in two copies; by the case. ERR_STATE: nothing is missing
 * courier  the list of papers that a courier carries (材料移交清单), with lines to sign and a
 *          symbol (site, list, number of papers); by the list's id or number
 * ticket   a number in the queue; by its id, or by the number of today
 * placard  a notice for the wall; by its id in the view "notices"
 * poster   the site's venue code; of nothing
 * report   the daily report; by the day, and behind a dot the revision as it was signed; "":
 * today's test     a page to try a printer with: Chinese, sizes, a ruler, a symbol; of nothing
 */
#ifndef KIOSK_PRINT_DOCUMENT_H
#define KIOSK_PRINT_DOCUMENT_H

#include "kiosk/desk/printjob.h"
#include "kiosk/print/layout.h"

struct document;

struct document_kind {
    const char *name, *word; /* N_() */
    const char *page;        /* "a5": what it is set on, where the paper is not said */
    int copies;              /* where the policy does not say ("slip_copies") */
    bool unique;             /* it stands for something: printed twice, it says so */
    enum err (*make)(struct site *s, const char *which, struct document *d);
    bool (*before)(struct site *s, const char *which); /* it is on paper already; may be NULL */
    /* Tells the journal what became of a job; NULL: it need not know. */
    enum err (*ended)(struct site *s, const struct printjob *job);
};
extern const struct document_kind document_kinds[]; /* ends with name NULL */

struct document {
    const struct document_kind *kind;
    char name[64]; /* for a file: KIND-WHICH, "receipt-101201-01-000057-3" */
    struct layout layout;
};

/* A document of the table. ERR_NOT_FOUND (no such document, case, item or list), ERR_CHECK_DIGIT.
 * document_fini it; on error it is empty. */
enum err document_make(struct site *s, const char *what, const char *which, struct document *out);
void document_fini(struct document *d);
/* What it is about, the same for each way of saying it. Borrowed. */
const char *document_which(const struct document *d);
/* Appends the bytes for a renderer of layout.h; page NULL: the document's own. layout_put's errors.
 */
enum err document_put(const struct document *d, const char *to, const char *page, struct buf *out);
/* Into DIR/out/NAME.EXT for a renderer of layout.h; *path is owned by the caller, NULL on error.
 * layout_put's errors, ERR_IO, ERR_DISK_FULL. */
enum err document_keep(struct site *s, const struct document *d, const char *to, char **path);
/* How many copies the policy in force wants. */
int document_copies(struct site *s, const struct document_kind *kind);
/* A document's word in the present language; `what` itself where there is none. */
const char *document_word(const char *what);
/* Whether the journal is told of such a job's end, and doing so. */
bool document_tells(const char *what);
enum err document_printed(struct site *s, const struct printjob *job);

#endif
