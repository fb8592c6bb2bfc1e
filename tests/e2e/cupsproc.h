/* A print scheduler of a test's own: cupsd in a folder of its own, behind a socket of its own, with
 * the queues "raw" and "pages". What a queue's printer gets is in a file. */
#ifndef TESTS_E2E_CUPSPROC_H
#define TESTS_E2E_CUPSPROC_H

#include <stdbool.h>
#include <sys/types.h>

#include "kiosk/base/buf.h"

struct cupsproc {
    pid_t pid;
    char *dir;
    char why_not[200]; /* it is not there */
};

/* Starts it and names it to this process and its children (CUPS_SERVER). False with why_not: there
 * is no cupsd here, or it cannot be started. */
bool cupsproc_start(struct cupsproc *c);
void cupsproc_end(struct cupsproc *c);
/* Appends what the queue's printer has got, and forgets it. */
void cupsproc_take(const struct cupsproc *c, const char *queue, struct buf *out);
/* Makes the queue anew, idle and empty. */
void cupsproc_queue(const struct cupsproc *c, const char *queue);
/* Runs one of CUPS's own commands of at most four words; the test fails where it fails. Its output
 * is owned by the caller. */
char *cupsproc_run(const char *program, const char *a, const char *b, const char *d);

#endif
