/* A full-screen program measured from outside, through a pty: times and bytes. The program counts
 * as done with painting when it has been quiet for a while; the time is that of its last byte. */
#ifndef TESTS_BENCH_PTY_H
#define TESTS_BENCH_PTY_H

#include <stddef.h>
#include <sys/types.h>

struct pty {
    pid_t pid;
    int fd;
};

struct pty_seen {
    size_t bytes;
    double first_ms, last_ms; /* of the first and the last byte, since the start or the key */
};

struct pty_memory {
    long peak, rss, pss; /* kB: VmHWM, VmRSS, Pss */
};

/* Starts argv on 80x24, xterm-256color, and waits for its first paint. */
struct pty_seen pty_start(struct pty *p, const char *const *argv);
/* Sends keys and takes in what comes back until it is quiet. */
struct pty_seen pty_keys(struct pty *p, const char *keys);
struct pty_memory pty_memory(const struct pty *p);
void pty_end(struct pty *p); /* SIGKILL */

#endif
