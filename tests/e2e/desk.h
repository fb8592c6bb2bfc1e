/* A desk of a site in a test: the demonstration site made, `jiujin` opened in a terminal of it, a
 * clerk signed in. What goes wrong in here fails the cmocka test. */
#ifndef TESTS_E2E_DESK_H
#define TESTS_E2E_DESK_H

#include "tests/e2e/term.h"

/* What is NULL or 0 is not said to the program, which takes its own choice. */
struct desk {
    const char *folder; /* the site's */
    const char *lang;   /* NULL: zh_CN */
    const char *terminal, *screen, *option;
    const char *term; /* TERM */
    const char *env;  /* one "NAME=VALUE" */
    int rows, cols;
};

/* A new folder with the demonstration site, under this policy (NULL: the one it chooses). Its
 * clerks by the digits of the sign-in: 1 the administrator, 2 the gate, 3 the window, 4 the
 * ledgers, 5 the leader; the PIN of each is 1234. prog_folder_remove when it is done. */
char *desk_site(const char *policy);

/* Opened, whatever stands there; and opened up to the sign-in's list of names. */
struct term *desk_open(const struct desk *d);
struct term *desk_names(const struct desk *d);
/* From the list of names: the clerk by a digit, the PIN; then waits until `seen` stands there. */
void desk_sign_in(struct term *t, const char *clerk, const char *seen);
/* Opened and signed in. */
struct term *desk_at(const struct desk *d, const char *clerk, const char *seen);
/* Hangs up, waits for the program's end and frees. */
void desk_end(struct term *t);

#endif
