/* The roll (花名册): every person of the site, unsealed in memory while somebody is signed in, so
 * that names, ID numbers, phones and pinyin initials are searched at once. It is read in pieces,
 * follows what other terminals enter, and is overwritten with everything else at sign-out
 * (desk_forget). */
#ifndef KIOSK_DESK_ROLL_H
#define KIOSK_DESK_ROLL_H

#include "kiosk/desk/site.h"

/* Reads further persons for about `ms` milliseconds, a piece at least; 0: all of them. *whole tells
 * whether the roll has everybody. ERR_SIGN_IN, the store's errors, ERR_SEAL. */
enum err roll_read(struct site *s, int64_t ms, bool *whole);

/* Who answers to `like`: characters of the name, digits of ID number or phone, or initials (two
 * letters or more, from the first on). Newest first. `visit` gets the person's id and returns
 * non-OK to stop; that is passed on. Reads the whole roll first. */
enum err roll_each(struct site *s, const char *like, enum err (*visit)(void *arg, const char *id),
                   void *arg);

/* The ids that answered, kept for asking again and again. All zero is empty; roll_hits_fini it. */
struct roll_hits {
    char (*ids)[ENTRY_ID];
    size_t n, of;    /* so many answered, of so many */
    uint32_t *table; /* places in ids, 1-based; 0: free */
    size_t mask;
};
/* Also who booked at the sub-centre and was never here: by the booking's id. */
enum err roll_find(struct site *s, const char *like, struct roll_hits *out);
bool roll_hit(const struct roll_hits *hits, const char *id);
void roll_hits_fini(struct roll_hits *hits);

/* Overwrites and forgets it. */
void roll_forget(void);

#endif
