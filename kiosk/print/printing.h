/* A document on its way to a printer. Nobody waits for it: a process of its own sends it, and what
 * becomes of it is read from its job (kiosk/desk/printjob.h).
 *
 * What to print stands in the job, never the bytes: those go to that process through memory alone.
 * A job whose process died is found by the lock that died with it. What is printed a second time,
 * or may be, says so at its top: 重打 REPRINT. */
#ifndef KIOSK_PRINT_PRINTING_H
#define KIOSK_PRINT_PRINTING_H

#include "kiosk/desk/printjob.h"
#include "kiosk/print/printer.h"

struct printing {
    const char *what, *which; /* a row of the table of documents (kiosk/print/document.h) */
    const char *printer;      /* printer_find; NULL: the usual one */
    int copies;               /* 0: as the document and the printer have it */
    int64_t again_of;         /* the job that it repeats; 0: none */
};

/* Starts it. ERR_PRINTER: none is set; document_make's, layout_put's and the store's errors. Not
 * inside of a transaction. */
enum err printing_start(struct site *s, const struct printing *p, int64_t *id);
/* The same once more, to `printer` (NULL: where it went; "" the usual one). Only of one that has
 * ended: ERR_STATE. */
enum err printing_again(struct site *s, int64_t id, const char *printer, int64_t *again);
/* Takes a waiting job back. ERR_STATE: it is not waiting. */
enum err printing_cancel(struct site *s, int64_t id);
/* Waits until it has ended, at most `ms`; *out is how it stands then. */
enum err printing_wait(struct site *s, int64_t id, int ms, struct printjob *out);
/* Finds jobs whose process died, and tells the journal of those that ended: a slip that came out is
 * issued, a number that did not is void. Called after every change; writes only when there is
 * something to write. */
void printing_look(struct site *s);

/* For the words of a clerk: what is wrong ("out of paper"); a state ("waiting"). Static. */
const char *printing_why(const char *why);
const char *printing_state(const char *state);
/* One line about a job: "Slip 101201-01-000057-3: out of paper". */
void printing_say(const struct printjob *job, char *out, size_t size);

/* For the process that sends a job: DIR's lock file, on which a job's byte is locked while its
 * process lives, and a printer's while it prints. */
#define PRINTING_LOCK_FD 3 /* in that process */

#endif
