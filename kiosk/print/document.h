/* What a resident or a courier is given on paper beside the slip: a table of documents, each put on
 * whatever a slip can be put on.
 *
 * notice   one-time notice (一次性告知): what an item asks for, or what a case still misses; by the
 *          case's id or number, or the item's code
 * pledge   what a case was taken in without, to be brought by a day (容缺受理承诺书), to be signed
 *          in two copies; by the case. ERR_STATE: nothing is missing
 * receipt  what was taken in, which papers are kept, the promised day; and once it was handed over,
 *          that it was; by the case
 * courier  the list of papers that a courier carries (材料移交清单), with lines to sign and a
 * symbol (site, list, number of papers); by the list's id or number */
#ifndef KIOSK_PRINT_DOCUMENT_H
#define KIOSK_PRINT_DOCUMENT_H

#include "kiosk/desk/site.h"
#include "kiosk/print/layout.h"

struct document {
    char name[48]; /* for a file: "receipt-101201-01-000057-3" */
    struct layout layout;
};

/* A document of the table. ERR_NOT_FOUND (no such document, case, item or list), ERR_CHECK_DIGIT.
 * document_fini it; on error it is empty. */
enum err document_make(struct site *s, const char *what, const char *which, struct document *out);
void document_fini(struct document *d);
/* Appends the bytes for a renderer of layout.h; layout_put's errors. */
enum err document_put(const struct document *d, const char *to, struct buf *out);
/* On the site's receipt printer. ERR_PRINTER, also when there is none. */
enum err document_print(struct site *s, const struct document *d);

#endif
