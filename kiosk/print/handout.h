/* A slip that is handed out: the case read from the views, packed, signed and sealed, and put on
 * something. Screens and command line both do it through here; a slip counts as issued with
 * handout_done. */
#ifndef KIOSK_PRINT_HANDOUT_H
#define KIOSK_PRINT_HANDOUT_H

#include "kiosk/desk/site.h"
#include "kiosk/print/issue.h"
#include "kiosk/print/layout.h"

struct handout {
    char id[ENTRY_ID];        /* the case */
    char number[SLIP_NUMBER]; /* its number, to be typed by hand */
    struct buf digits;        /* what the symbol holds */
    struct layout layout;
    const struct qr *qr; /* the whole slip, in the layout */
};

/* The slip of a case, by id or number, for the signed-in clerk. handout_fini it. ERR_NOT_FOUND,
 * ERR_SIGN_IN, ERR_NOT_ENROLLED (a slip is sealed to the hub that was joined), ERR_SLIP_LONG,
 * ERR_FIELD_*. On error *out is empty. */
enum err handout_make(struct site *s, const char *which, struct handout *out);
void handout_fini(struct handout *h);
/* Appends the bytes for `to`: a renderer of layout.h, or "digits", or "png": the symbol alone, at 6
 * dots a module. layout_put's errors. */
enum err handout_put(const struct handout *h, const char *to, struct buf *out);
/* It came out: writes the entry, where `to` is what it was put on. */
enum err handout_done(struct site *s, const struct handout *h, const char *to);

#endif
