/* The screens: the whole front on one terminal, from sign-in to hang-up. */
#ifndef SCREENS_SCREENS_H
#define SCREENS_SCREENS_H

#include <stdbool.h>

#include "kiosk/desk/site.h"

struct screens_options {
    const char *screen; /* name of the screen that follows sign-in; NULL: home */
    const char *user;   /* a fixed clerk: only the PIN is asked; NULL: a list */
    const char *role;   /* a fixed desk: only clerks who may do this role's work; NULL: all */
    bool ascii;         /* a terminal without block characters */
    int idle_seconds;   /* lock after so long; 0: JIUJIN_IDLE_SECONDS, else 300 */
    int esc_delay;      /* ms that a sequence may take; 0: ESCDELAY, else 25 */
};

/* Runs until the clerk quits or the terminal is gone. The site stays the caller's; nobody is signed
 * in when it returns. Returns an exit status: 0, or 1 when the terminal cannot be used or
 * o->screen is unknown (the reason is on standard error). */
int screens_run(struct site *s, const struct screens_options *o);

/* The name of the i-th screen, NULL behind the last: for the command line's help. */
const char *screens_name(int i);

#endif
