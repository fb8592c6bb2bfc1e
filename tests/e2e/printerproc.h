/* A receipt printer for tests: a process behind a TCP port or a pty that takes ESC/POS, answers as
 * a printer does, and can be given faults in the middle of a sheet. What came out is known. */
#ifndef TESTS_E2E_PRINTERPROC_H
#define TESTS_E2E_PRINTERPROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum printer_fault {
    FAULT_NONE,
    FAULT_SLOW,    /* pauses while it takes bytes */
    FAULT_SILENT,  /* never answers, prints all the same */
    FAULT_STALLED, /* takes no more from some byte on */
    FAULT_CUT,     /* the line is cut at some byte */
    FAULT_PAPER,   /* its roll ends at some byte */
    FAULT_COVER,   /* its cover is opened at some byte */
    FAULT_EMPTY,   /* no paper from the beginning */
    FAULT_COUNT
};

#define PIECES_MAX 64

/* What lies below the printer; in memory that both processes see. */
struct printer_tray {
    volatile int fault;
    volatile int resets; /* switched off and on: what it held is gone */
    volatile size_t at;  /* of the bytes of the next sheet */
    volatile int n;      /* pieces of paper, whole or not */
    volatile bool whole[PIECES_MAX], marked[PIECES_MAX];
};

struct printerproc {
    pid_t pid;
    int fd; /* the listener, or the pty's far end that is held open */
    char address[96];
    struct printer_tray *tray;
};

/* Fails the test when it cannot be started. */
void printerproc_start(struct printerproc *p, bool pty);
void printerproc_end(struct printerproc *p);
/* The fault that the next sheet meets; FAULT_NONE: somebody put it right, and switched it on anew.
 */
void printerproc_set(struct printerproc *p, enum printer_fault fault, size_t at);

#endif
