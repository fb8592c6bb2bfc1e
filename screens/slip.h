/* Slips from the screens: to a file of the site's folder, or as a symbol on the screen. */
#ifndef SCREENS_SLIP_H
#define SCREENS_SLIP_H

#include "screens/ui.h"

/* Puts the slip of a case (id or number) into DIR/out/slip-NUMBER.EXT as the target `to` ("png",
 * "escpos"), enters it as issued and says where it is; or says what is wrong. */
void slip_write(struct ui *ui, const char *which, const char *to, const char *ext);
/* Opens the symbol over this screen. */
void slip_show(struct ui *ui, const char *which, const char *number);

#endif
