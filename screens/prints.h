/* What this desk gave to a printer: started, watched in the bottom line, and when something is
 * wrong, a screen (F7) that says what, and offers another way. Nothing here waits for a printer. */
#ifndef SCREENS_PRINTS_H
#define SCREENS_PRINTS_H

#include "screens/ui.h"

/* A document of the table (kiosk/print/document.h) onto the usual printer; where there is none, as
 * a page into the folder out. Says what happens. */
void prints_start(struct ui *ui, const char *what, const char *which);
/* The same as a file in the folder out, whether there is a printer or not. */
void prints_keep(struct ui *ui, const char *what, const char *which);
/* Shows in the bottom line what becomes of the job. */
void prints_watch(struct ui *ui, int64_t job);
/* Reads what became of the jobs; after every change of the database. */
void prints_read(struct ui *ui);
/* The line about them, "" when there is nothing to say; *bad: something is wrong (F7). */
const char *prints_line(const struct ui *ui, bool *bad);
/* Opens the list over this screen. */
void prints_open(struct ui *ui);

#endif
