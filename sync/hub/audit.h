/* The audit: who did what at the hub, in rows that are only added, each linked to the one before.
 *
 * Whatever changes something, leaves the hub, or shows a resident to somebody writes its row first:
 * what could not be written is not done. Residents' data never stands in it, only ids. */
#ifndef SYNC_HUB_AUDIT_H
#define SYNC_HUB_AUDIT_H

#include "sync/hub/hub.h"

#define AUDIT_TEXT 600 /* bytes of a name, a subject or a note; what is longer is cut */

/* Who asks now: set before a request or a command is run, kept in the hub. NULL: "". */
void hub_audit_by(struct hub *h, const char *who, const char *role, const char *address);

/* Adds a row, in the caller's transaction when there is one. `who` NULL: the one who asks now;
 * another name (a token's, "web") stands without a role. site, subject, note may be NULL. */
enum err hub_audit(struct hub *h, const char *who, const char *what, const char *site,
                   const char *subject);
enum err hub_audit_note(struct hub *h, const char *who, const char *what, const char *site,
                        const char *subject, const char *note);

struct hub_audit_query { /* NULL, CLOCK_NONE and 0: all */
    const char *who, *what, *site, *subject;
    int64_t from, to; /* UTC ms; `to` is not of it */
    int64_t limit;
};
/* The rows, newest first: {"n","at","who","role","address","what","site","site_name","subject",
 * "note"}; `row` returns non-OK to stop. */
enum err hub_audit_each(struct hub *h, const struct hub_audit_query *q,
                        enum err (*row)(void *arg, const json_t *row), void *arg);
/* Walks the whole chain; *n is how many. ERR_CORRUPT with the number of the first row that does not
 * fit. */
enum err hub_audit_check(struct hub *h, int64_t *n);

/* The words of "what", in the order in which they are offered; ends with code NULL. */
struct hub_audit_word {
    const char *code, *label; /* label: N_() */
};
extern const struct hub_audit_word hub_audit_words[];
/* Translated; the code itself when it is none of them. */
const char *hub_audit_word(const char *code);

#endif
