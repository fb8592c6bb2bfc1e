/* What was given to a printer: a table of this machine, no part of the journal.
 *
 * waiting   its turn has not come
 * printing  its process sends it
 * printed   the printer took all of it (said: and told that it came out)
 * failed    it did not come out whole; begun: a part of it may have
 * unsure    nobody knows: the line, or its process, ended when all of it may have been printed
 *
 * An ended job never changes again; printing it again is a further job that names it. */
#ifndef KIOSK_DESK_PRINTJOB_H
#define KIOSK_DESK_PRINTJOB_H

#include "kiosk/desk/site.h"
#include "kiosk/desk/view.h"

#define PRINTJOB_OPEN_MAX 64

struct printjob {
    int64_t id;
    char what[24], which[64], printer[200];
    int64_t again_of; /* 0: of none */
    bool marked;      /* it says that it is a reprint */
    int copies;
    int64_t at, ended; /* UTC ms; ended: CLOCK_NONE */
    char clerk[CLERK_NAME], terminal[32];
    char state[12];
    char why[24]; /* a word of printing_why; "" */
    bool begun, said, told;
};

/* A new one, waiting; `row`'s state and id are not read. */
enum err printjob_add(struct store *s, const struct printjob *row, int64_t *id);
/* ERR_NOT_FOUND. */
enum err printjob_read(struct store *s, int64_t id, struct printjob *out);
/* From waiting to printing. ERR_STATE: it is not waiting any more. */
enum err printjob_begin(struct store *s, int64_t id);
/* What is wrong while it is printed: "" when nothing is. */
enum err printjob_note(struct store *s, int64_t id, const char *why);
/* Ends it, once. ERR_STATE: it has ended. */
enum err printjob_end(struct store *s, int64_t id, const char *state, const char *why, bool begun,
                      bool said);
enum err printjob_told(struct store *s, int64_t id);
/* Those that have not ended, or that the journal does not know of yet: oldest first, at most
 * PRINTJOB_OPEN_MAX. Returns how many. */
size_t printjob_open(struct store *s, int64_t ids[PRINTJOB_OPEN_MAX]);
/* Whether the same was printed before, or may have been. */
bool printjob_before(struct store *s, const char *what, const char *which);
/* The view "print_jobs". */
enum err printjobs_each(struct site *s, const char *arg, const struct view_query *q,
                        enum err (*row)(void *to, json_t *object), void *to);

#endif
