/* The process that sends one print job, and the ways to a printer: a table by the scheme of the
 * address (kiosk/print/printer.h). Every wait has an end; a printer that answers is believed, one
 * that never does is sent to all the same. */
#ifndef SYNC_PRINTER_PRINTER_H
#define SYNC_PRINTER_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/err.h"
#include "kiosk/desk/site.h"

/* How it ended. */
enum sent {
    SENT_WHOLE,   /* the printer took all of it */
    SENT_NOTHING, /* nothing left this machine */
    SENT_PART,    /* it cannot be whole on paper */
    SENT_UNKNOWN, /* all of it left; what became of it nobody knows */
};

struct sending {
    const char *address; /* behind the scheme */
    const unsigned char *bytes;
    size_t len;
    bool pages;        /* PDF */
    bool mute;         /* never ask */
    const char *title; /* of a queue's job; no personal data */
    const char *why; /* out: what is wrong, a word of kiosk/print/printing.c; "" when nothing is */
    bool said;       /* out: the printer told that it came out */
    void (*trouble)(void *with, const char *why); /* told while it is waited for; may be NULL */
    void *with;
};

struct sending_way {
    const char *scheme; /* as in printer_ways */
    enum sent (*send)(struct sending *s);
};
extern const struct sending_way sending_ways[]; /* ends with scheme NULL */

/* The whole process: the job of this number, the bytes on standard input, the lock on descriptor
 * PRINTING_LOCK_FD. The outcome stands in the job; ERR_* only when not even that could be written.
 */
enum err printer_run(struct site *s, int64_t id);

/* Whether a queue of CUPS takes bytes as they are. ERR_PRINTER, ERR_NOT_FOUND: no such queue. */
enum err cups_is_raw(const char *queue, bool *raw);

/* Milliseconds of a wait; tests make all of them shorter (JIUJIN_PRINT_HASTE divides). */
int printer_ms(int ms);

/* --- between the files of this folder -------------------------------------------------------- */

/* An open line: bytes out, answers in. */
struct line {
    int fd;
    bool answers_never; /* a FIFO */
    bool tcp;
    bool said; /* it answered that all before the question is on paper */
};
enum sent line_send(struct sending *s, struct line *l); /* closes it */
enum sent cups_send(struct sending *s);
/* The word for errno. */
const char *why_errno(void);

#endif
