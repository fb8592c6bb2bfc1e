/* A slip that is handed out: the case read from the views, packed, signed and sealed, and put on
 * something. Screens and command line both do it through here; a slip counts as issued with
 * handout_done. */
#ifndef KIOSK_PRINT_HANDOUT_H
#define KIOSK_PRINT_HANDOUT_H

#include "kiosk/desk/site.h"
#include "kiosk/print/issue.h"
#include "kiosk/print/qr.h"

#define HANDOUT_LINES 8

struct handout {
    char id[ENTRY_ID];          /* the case */
    char number[SLIP_NUMBER];   /* its number, to be typed by hand */
    struct buf digits;          /* what the symbol holds */
    struct qr qr;               /* the whole slip */
    char *above[HANDOUT_LINES]; /* lines of text, end with NULL; owned */
    char *below[HANDOUT_LINES];
};

/* One thing that a slip can be put on. */
struct handout_target {
    const char *name;
    const char *entered; /* the word that the entry has for it */
    enum err (*render)(const struct handout *h, struct buf *out);
};
/* "png", "escpos", "text" (half blocks, with the lines), "ascii" (the same without block
 * characters), "screen" (the symbol's half blocks alone), "digits". Ends with name NULL. */
extern const struct handout_target handout_targets[];

/* The slip of a case, by id or number, for the signed-in clerk. handout_fini it. ERR_NOT_FOUND,
 * ERR_SIGN_IN, ERR_NOT_ENROLLED (a slip is sealed to the hub that was joined), ERR_SLIP_LONG,
 * ERR_FIELD_*. On error *out is empty. */
enum err handout_make(struct site *s, const char *which, struct handout *out);
void handout_fini(struct handout *h);
/* Appends the bytes for the target `to`. ERR_NOT_FOUND: no such target. */
enum err handout_put(const struct handout *h, const char *to, struct buf *out);
/* It came out: writes the entry. */
enum err handout_done(struct site *s, const struct handout *h, const char *to);

#endif
