/* Owns: the far end of a pty, for measuring. */
#include "tests/bench/pty.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUIET_PAINT_MS 150
#define QUIET_KEY_MS 60
#define NOTHING_MS 2000 /* a key that paints nothing, or a program that does not start */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

/* A program that asks what terminal it is must not wait for an answer. */
static void answer(int fd, const char *said)
{
    static const char *const talk[][2] = {{"\033[c", "\033[?62;22c"},
                                          {"\033[0c", "\033[?62;22c"},
                                          {"\033[6n", "\033[1;1R"},
                                          {"\033[5n", "\033[0n"}};
    for (size_t i = 0; i < sizeof talk / sizeof *talk; i++)
        if (strstr(said, talk[i][0]) != NULL && write(fd, talk[i][1], strlen(talk[i][1])) < 0)
            return;
}

static struct pty_seen take(int fd, double start, int quiet)
{
    struct pty_seen seen = {0, 0, 0};
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char part[65536];
    while (poll(&wait, 1, seen.bytes > 0 ? quiet : NOTHING_MS) > 0) {
        ssize_t n = read(fd, part, sizeof part - 1);
        if (n <= 0)
            break;
        seen.last_ms = now_ms() - start;
        if (seen.bytes == 0)
            seen.first_ms = seen.last_ms;
        seen.bytes += (size_t)n;
        part[n] = 0;
        answer(fd, part);
    }
    return seen;
}

struct pty_seen pty_start(struct pty *p, const char *const *argv)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    double start = now_ms();
    p->pid = forkpty(&p->fd, NULL, NULL, &size);
    if (p->pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        execv(argv[0], (char *const *)(size_t)argv);
        _exit(127);
    }
    return take(p->fd, start, QUIET_PAINT_MS);
}

struct pty_seen pty_keys(struct pty *p, const char *keys)
{
    double start = now_ms();
    if (write(p->fd, keys, strlen(keys)) < 0)
        return (struct pty_seen){0, 0, 0};
    return take(p->fd, start, QUIET_KEY_MS);
}

static void read_kb(pid_t pid, const char *file, const char *name, long *out)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            *out = strtol(line + strlen(name), NULL, 10);
    if (f != NULL)
        fclose(f);
}

struct pty_memory pty_memory(const struct pty *p)
{
    struct pty_memory m = {0, 0, 0};
    read_kb(p->pid, "status", "VmHWM:", &m.peak);
    read_kb(p->pid, "status", "VmRSS:", &m.rss);
    read_kb(p->pid, "smaps_rollup", "Pss:", &m.pss);
    return m;
}

void pty_end(struct pty *p)
{
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    close(p->fd);
}
