/* Owns: the child processes of tests that need no terminal. Invariant: a pipe is read while it is
 * written, so that no amount of output stops a test. */
#include "tests/e2e/prog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"

const char *prog_path(const char *name)
{
    static char paths[4][4096];
    static int next;
    const char *build = getenv("JIUJIN_BUILD");
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", build != NULL ? build : "build", name);
    return path;
}

void ran_free(struct ran *r)
{
    free(r->out);
    free(r->err);
    *r = (struct ran){0, NULL, NULL};
}

/* --- starting and ending ---------------------------------------------------------------------- */

/* Of the short runs one in so many is looked at for leaks under sanitizers. */
static int leaks_every = 8;

void prog_leaks(int every)
{
    leaks_every = every;
}

/* The environment of a child: this one's, then `more` in front, which therefore counts. */
static const char **environment(const char *const *more, bool leaks)
{
    static char brief[512];
    const char **env, *asan = getenv("ASAN_OPTIONS");
    size_t n = 0;
    for (size_t i = 0; environ[i] != NULL; i++)
        n++;
    for (size_t i = 0; more != NULL && more[i] != NULL; i++)
        n++;
    env = mem_alloc((n + 2) * sizeof *env);
    n = 0;
    for (; more != NULL && *more != NULL; more++)
        env[n++] = *more;
    if (asan != NULL && !leaks) {
        snprintf(brief, sizeof brief, "ASAN_OPTIONS=%s:detect_leaks=0:malloc_context_size=0", asan);
        env[n++] = brief;
    }
    for (char **one = environ; *one != NULL; one++)
        env[n++] = *one;
    return env;
}

/* After vfork: nothing here may change what the parent sees. */
_Noreturn static void become(const char **env, const char *const *argv, const int fds[3])
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid(); /* no terminal that could be asked for a PIN */
    for (int i = 0; i < 3; i++)
        dup2(fds[i], i);
    close_range(3, ~0u, 0);
    execve(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
    _exit(127);
}

/* By vfork, for a sanitized test is a big thing to copy; a function of its own, for vfork's sake.
 */
static pid_t begin(const char **env, const char *const *argv, const int fds[3])
{
    pid_t pid = vfork();
    if (pid == 0)
        become(env, argv, fds);
    return pid;
}

static pid_t spawn(const char *const *more, const char *const *argv, const int fds[3], bool leaks)
{
    const char **env = environment(more, leaks);
    fflush(NULL);
    pid_t pid = begin(env, argv, fds);
    assert_true(pid > 0);
    free(env);
    for (int i = 0; i < 3; i++)
        if (fds[i] > 2)
            close(fds[i]);
    return pid;
}

static int status_of(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void make_pipe(int ends[2])
{
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
}

/* --- to its end ------------------------------------------------------------------------------- */

static void take(struct pollfd *p, struct buf *into)
{
    ssize_t n = read(p->fd, buf_room(into, 65536), 65536);
    if (n <= 0) {
        close(p->fd);
        p->fd = -1;
    } else
        into->len += (size_t)n;
}

static void give(struct pollfd *p, const char *input, size_t len, size_t *given)
{
    ssize_t n = write(p->fd, input + *given, len - *given);
    *given += n > 0 ? (size_t)n : 0;
    if (*given == len || (n < 0 && errno != EINTR)) {
        close(p->fd);
        p->fd = -1;
    }
}

static void pump(int in, int out, int err, const char *input, struct buf texts[2])
{
    size_t len = input != NULL ? strlen(input) : 0, given = 0;
    struct pollfd p[3] = {{in, POLLOUT, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}};
    if (len == 0) {
        close(in);
        p[0].fd = -1;
    } else
        fcntl(in, F_SETFL, O_NONBLOCK);
    while (p[1].fd >= 0 || p[2].fd >= 0) {
        if (poll(p, 3, -1) < 0)
            continue;
        if (p[0].fd >= 0 && p[0].revents != 0)
            give(&p[0], input, len, &given);
        for (int i = 1; i < 3; i++)
            if (p[i].fd >= 0 && p[i].revents != 0)
                take(&p[i], &texts[i - 1]);
    }
    if (p[0].fd >= 0)
        close(p[0].fd);
}

struct ran prog_run_with(const char *const *env, const char *input, const char *const *argv)
{
    static int runs;
    int in[2], out[2], err[2];
    struct buf texts[2] = {BUF_INIT, BUF_INIT};
    signal(SIGPIPE, SIG_IGN);
    make_pipe(in);
    make_pipe(out);
    make_pipe(err);
    pid_t pid = spawn(env, argv, (const int[]){in[0], out[1], err[1]}, runs++ % leaks_every == 0);
    pump(in[1], out[0], err[0], input, texts);
    struct ran r = {.status = status_of(pid)};
    buf_add(&texts[0], "", 0);
    buf_add(&texts[1], "", 0);
    r.out = buf_take(&texts[0]);
    r.err = buf_take(&texts[1]);
    return r;
}

/* --- left running ----------------------------------------------------------------------------- */

struct running prog_start(const char *const *argv)
{
    int in[2], out[2];
    signal(SIGPIPE, SIG_IGN);
    make_pipe(in);
    make_pipe(out);
    struct running p = {.in = in[1], .out = out[0]};
    p.pid = spawn(NULL, argv, (const int[]){in[0], out[1], 2}, true);
    return p;
}

/* False at the end. */
static bool read_more(struct running *p, int ms, struct buf *so_far)
{
    struct pollfd wait = {p->out, POLLIN, 0};
    if (poll(&wait, 1, ms) <= 0)
        fail_msg("no line within %d ms, only \"%s\"", ms, buf_str(so_far));
    ssize_t n = read(p->out, p->read, sizeof p->read);
    p->at = 0;
    p->end = n > 0 ? (size_t)n : 0;
    return n > 0;
}

char *prog_line(struct running *p, int ms)
{
    struct buf line = BUF_INIT;
    bool whole = false;
    buf_add(&line, "", 0);
    while (!whole && (p->at < p->end || read_more(p, ms, &line))) {
        const char *from = p->read + p->at, *end = memchr(from, '\n', p->end - p->at);
        size_t n = end != NULL ? (size_t)(end - from) + 1 : p->end - p->at;
        buf_add(&line, from, n);
        p->at += n;
        whole = end != NULL;
    }
    return buf_take(&line);
}

int prog_end(struct running *p, int signal_number)
{
    if (signal_number != 0)
        kill(p->pid, signal_number);
    close(p->in);
    int status = status_of(p->pid);
    close(p->out);
    return status;
}

/* --- folders, ports, lines -------------------------------------------------------------------- */

char *prog_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    char *folder = mem_printf("%s/jiujin-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st;
    (void)flag;
    (void)at;
    remove(path);
    return 0;
}

void prog_folder_remove(char *folder)
{
    nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

const char *prog_port(void)
{
    static char text[8];
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    close(fd);
    snprintf(text, sizeof text, "%d", ntohs(a.sin_port));
    return text;
}

int prog_lines(const char *text, const char *what)
{
    int n = 0;
    while (*text != 0) {
        size_t len = strcspn(text, "\n");
        n += memmem(text, len, what, strlen(what)) != NULL;
        text += len + (text[len] == '\n');
    }
    return n;
}
