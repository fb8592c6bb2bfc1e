/* Issuing a slip: the case read from the views, packed, signed and sealed, and put on something.
 * Screens and command line both do it through here; a slip counts as issued with issue_done. */
#ifndef KIOSK_PRINT_ISSUE_H
#define KIOSK_PRINT_ISSUE_H

#include "kiosk/desk/site.h"
#include "kiosk/print/qr.h"

#define ISSUE_LINES 8

struct issue {
    char id[ENTRY_ID];        /* the case */
    char number[32];          /* its number, to be typed by hand */
    struct buf digits;        /* what the symbol holds */
    struct qr qr;             /* the whole slip */
    char *above[ISSUE_LINES]; /* lines of text, end with NULL; owned */
    char *below[ISSUE_LINES];
};

/* One thing that a slip can be put on. */
struct issue_target {
    const char *name;
    enum err (*render)(const struct issue *i, struct buf *out);
};
/* "png", "escpos", "text" (half blocks, with the lines), "ascii" (the same without block
 * characters), "screen" (the symbol's half blocks alone), "digits". Ends with name NULL. */
extern const struct issue_target issue_targets[];

/* The slip of a case, by id or number, for the signed-in clerk. issue_fini it. ERR_NOT_FOUND,
 * ERR_SIGN_IN, ERR_NOT_ENROLLED (a slip is sealed to the hub that was joined), ERR_SLIP_LONG,
 * ERR_FIELD_*. On error *out is empty. */
enum err issue_make(struct site *s, const char *which, struct issue *out);
void issue_fini(struct issue *i);
/* Appends the bytes for the target `to`. ERR_NOT_FOUND: no such target. */
enum err issue_put(const struct issue *i, const char *to, struct buf *out);
/* It came out: writes the entry. */
enum err issue_done(struct site *s, const struct issue *i, const char *to);

#endif
