/* Letters and digits five lines high, for who reads them from across the hall. Drawn as reversed
 * blanks: any terminal can. */
#ifndef SCREENS_WIDGETS_BIG_H
#define SCREENS_WIDGETS_BIG_H

#include <stdbool.h>

#define BIG_ROWS 5
#define BIG_COLS 12 /* of each character, with its gap */

/* True when all of `text` has a large form: A to Z, 0 to 9. */
bool big_has(const char *text);
/* Draws at most `width` columns; what has no large form is left blank. Returns the columns used. */
int big_draw(int row, int col, int width, const char *text);

#endif
