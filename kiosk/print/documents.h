/* The rows of the table in document.c, for it alone. A maker puts what stands on paper into
 * d->layout and KIND-WHICH into d->name, with one WHICH however `which` named the case, item,
 * list... */
#ifndef KIOSK_PRINT_DOCUMENTS_H
#define KIOSK_PRINT_DOCUMENTS_H

#include <jansson.h>

#include "kiosk/print/document.h"

typedef enum err document_maker(struct site *s, const char *which, struct document *d);
document_maker document_notice, document_pledge, document_receipt, document_courier, document_slip,
    document_ticket, document_placard, document_poster, document_report, document_test;
typedef enum err document_ender(struct site *s, const struct printjob *job);
document_ender slip_ended, ticket_ended;
bool slip_before(struct site *s, const char *which);

/* What the documents share: a text of a row ("" when it has none); title, site and day; a line to
 * sign on. */
const char *document_text(const json_t *row, const char *key);
void document_head(struct document *d, struct site *s, const char *title);
void document_sign(struct document *d, const char *who);

#endif
