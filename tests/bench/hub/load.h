/* Many connections to one hub from one thread: each carries one request at a time, whose bytes were
 * made beforehand. */
#ifndef TESTS_BENCH_HUB_LOAD_H
#define TESTS_BENCH_HUB_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load_job {
    const void *bytes; /* the whole request; borrowed until done */
    size_t len;
    size_t cut; /* the connection dies after so many of them; 0: it does not */
    void *tag;
};
struct load_answer {
    int status; /* 0: there was none, the connection ended */
    const unsigned char *body;
    size_t len;
    int64_t us; /* since the connection was asked for */
};
enum load_next {
    LOAD_JOB,  /* *job is filled */
    LOAD_WAIT, /* nothing is due yet */
    LOAD_END,  /* nothing will come by itself; the load ends when all say so at rest */
};
struct load {
    int port, connections;
    bool keep; /* a connection is used again; else each job has one of its own */
    /* Of line 0, 1... of the connections. */
    enum load_next (*next)(void *arg, int line, struct load_job *job);
    void (*done)(void *arg, const struct load_job *job, const struct load_answer *a);
    void *arg;
};
/* Drives until all lines say LOAD_END and no job is under way. Ends the program with words when the
 * machine does not give it what it needs. */
void load_run(const struct load *l);

/* `n` connections to the port that say nothing; *fds is the caller's. */
void load_hold(int port, int n, int **fds);
/* The first half of a request, on one of them. */
void load_send_half(int fd, const void *bytes, size_t len);
void load_let_go(int *fds, int n);

int64_t load_now_us(void); /* steady */

#endif
