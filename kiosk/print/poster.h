/* The poster with the site's venue code (场所码), to be hung beside the door.
 *
 * What the symbol holds, the first that there is:
 *   - the text of a code that the city issued, given once with `jiujin poster --code` (a real
 *     venue code is issued by the city for a place: nobody else can make one);
 *   - "URL/v/SITE" of the sub-centre that the site has joined;
 *   - "jiujin:venue:SITE", SITE being the 12 digits.
 * In the latter two the poster says that the code is the site's own. */
#ifndef KIOSK_PRINT_POSTER_H
#define KIOSK_PRINT_POSTER_H

#include "kiosk/desk/site.h"
#include "kiosk/print/layout.h"

#define POSTER_CODE_MAX 300 /* bytes */

/* What the symbol holds; *issued: by the city. */
enum err poster_code(struct site *s, char code[POSTER_CODE_MAX + 1], bool *issued);
/* Keeps the city's code; "" forgets it. A leader's business. ERR_SIGN_IN, ERR_ROLE, ERR_NOT_UTF8,
 * ERR_CONTROL_CHARS, ERR_TOO_LONG. */
enum err poster_set_code(struct site *s, const char *code);

/* What stands on it: both languages. ERR_DEFINITION and others of site_policy; qr_make's. */
enum err poster_layout(struct site *s, struct layout *out);

#endif
