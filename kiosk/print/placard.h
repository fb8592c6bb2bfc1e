/* A notice on paper: a page for the wall, or a strip of the receipt printer. */
#ifndef KIOSK_PRINT_PLACARD_H
#define KIOSK_PRINT_PLACARD_H

#include <jansson.h>

#include "kiosk/desk/site.h"
#include "kiosk/print/layout.h"

/* A row of the view "notices" on paper. The notice's words stand as they were written, what is
 * around them in the present language. */
void placard_layout(struct site *s, const json_t *notice, struct layout *out);
/* Appends its bytes for a renderer of layout.h. layout_put's errors. */
enum err placard_put(struct site *s, const json_t *notice, const char *to, struct buf *out);
/* On the site's receipt printer, *path is NULL then; where the site has none, as DIR/out/NAME.pdf
 * and NAME.png, and *path (owned by the caller) is the first. ERR_PRINTER, ERR_IO, ERR_DISK_FULL,
 * page_pdf's errors. */
enum err placard_print(struct site *s, const json_t *notice, char **path);

#endif
