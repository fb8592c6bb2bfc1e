/* The makers of documents, for the table in document.c alone: each puts what stands on it into
 * d->layout and a file's name into d->name. `which` names the case, item, list... */
#ifndef KIOSK_PRINT_DOCUMENTS_H
#define KIOSK_PRINT_DOCUMENTS_H

#include <jansson.h>

#include "kiosk/print/document.h"

typedef enum err document_maker(struct site *s, const char *which, struct document *d);
document_maker document_notice, document_pledge, document_receipt, document_courier;

/* What the documents share: a text of a row ("" when it has none); title, site and day; a line to
 * sign on. */
const char *document_text(const json_t *row, const char *key);
void document_head(struct document *d, struct site *s, const char *title);
void document_sign(struct document *d, const char *who);

#endif
