/* A notice on paper: a page for the wall, or a strip of the receipt printer. */
#ifndef KIOSK_PRINT_PLACARD_H
#define KIOSK_PRINT_PLACARD_H

#include <jansson.h>

#include "kiosk/desk/site.h"
#include "kiosk/print/layout.h"

#define PLACARD_NAME 64

/* A row of the view "notices" on paper. The notice's words stand as they were written, what is
 * around them in the present language. */
void placard_layout(struct site *s, const json_t *notice, struct layout *out);

/* What its file is called. */
void placard_name(const char *id, char name[PLACARD_NAME]);

#endif
