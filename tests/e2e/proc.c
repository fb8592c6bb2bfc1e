/* Owns: the children of a test program. Invariant: none of them outlives it. */
#include "tests/e2e/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"

#define CHUNK ((size_t)65536)

static char folder[256];

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "proc: %s: %s\n", what, strerror(errno));
    exit(3);
}

const char *proc_path(const char *program)
{
    static char path[4][512];
    static unsigned turn;
    const char *build = getenv("JIUJIN_BUILD");
    char *to = path[turn++ % 4];
    snprintf(to, sizeof path[0], "%s/%s", build != NULL ? build : "build", program);
    return to;
}

static void become(const char *const *argv, int in, int out, bool merge)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(merge ? out : nowhere, STDERR_FILENO);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

void proc_start(struct proc *p, const char *const *argv, bool merge)
{
    int in[2], out[2];
    signal(SIGPIPE, SIG_IGN);
    must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipe");
    p->pid = fork();
    must(p->pid >= 0, "fork");
    if (p->pid == 0)
        become(argv, in[0], out[1], merge);
    close(in[0]);
    close(out[1]);
    p->in = in[1];
    p->out = out[0];
}

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void proc_end_input(struct proc *p)
{
    shut(&p->in);
}

static int status_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int proc_wait(struct proc *p)
{
    int status = 0;
    while (waitpid(p->pid, &status, 0) < 0)
        must(errno == EINTR, "waitpid");
    p->pid = 0;
    shut(&p->in);
    shut(&p->out);
    return status_of(status);
}

void proc_kill(struct proc *p)
{
    if (p->pid <= 0)
        return;
    kill(p->pid, SIGKILL);
    proc_wait(p);
}

bool proc_ended(struct proc *p, int *status)
{
    if (p->pid <= 0 || waitpid(p->pid, status, WNOHANG) != p->pid)
        return false;
    *status = status_of(*status);
    p->pid = 0;
    return true;
}

/* Feeds what the pipe takes now; closes the input behind the last byte. */
static void feed(struct proc *p, const struct buf *input, size_t *fed)
{
    ssize_t n = write(p->in, input->data + *fed, input->len - *fed);
    if (n > 0)
        *fed += (size_t)n;
    if (*fed == input->len || (n < 0 && errno != EAGAIN && errno != EINTR))
        shut(&p->in);
}

/* False at the end of its output. */
static bool drain(struct proc *p, struct buf *out)
{
    ssize_t n = read(p->out, buf_room(out, CHUNK), CHUNK);
    if (n > 0)
        out->len += (size_t)n;
    buf_add(out, "", 0);
    return n > 0 || (n < 0 && errno == EINTR);
}

int proc_run(const char *const *argv, const struct buf *input, struct buf *out)
{
    struct proc p;
    struct buf unread = BUF_INIT;
    size_t fed = 0;
    bool more = true;
    proc_start(&p, argv, false);
    fcntl(p.in, F_SETFL, O_NONBLOCK);
    if (input == NULL || input->len == 0)
        shut(&p.in);
    while (more) {
        struct pollfd fds[2] = {{.fd = p.out, .events = POLLIN}, {.fd = p.in, .events = POLLOUT}};
        must(poll(fds, 2, -1) >= 0 || errno == EINTR, "poll");
        if (fds[1].revents != 0)
            feed(&p, input, &fed);
        if (fds[0].revents != 0)
            more = drain(&p, out != NULL ? out : &unread);
    }
    buf_fini(&unread);
    return proc_wait(&p);
}

bool proc_line(struct proc *p, struct buf *line, int ms)
{
    int64_t end = clock_mono() + ms;
    buf_clear(line);
    for (;;) {
        char c;
        struct pollfd fd = {.fd = p->out, .events = POLLIN};
        int64_t left = end - clock_mono();
        if (left <= 0 || poll(&fd, 1, (int)left) <= 0 || read(p->out, &c, 1) != 1)
            return false;
        if (c == '\n')
            return true;
        buf_byte(line, (unsigned char)c);
    }
}

void proc_hub(struct proc *p, const char *store, int *port)
{
    char listen[64];
    struct buf line = BUF_INIT;
    snprintf(listen, sizeof listen, "127.0.0.1:%d", *port);
    proc_start(p, PROC("jiujin-hub", "serve", "--store", store, "--listen", listen), false);
    must(proc_line(p, &line, 20000), "the hub did not say where it listens");
    const char *colon = strrchr(buf_str(&line), ':');
    must(colon != NULL, buf_str(&line));
    *port = atoi(colon + 1);
    buf_fini(&line);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_folder(void)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *proc_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    if (folder[0] != 0)
        return folder;
    snprintf(folder, sizeof folder, "%s/jiujin-XXXXXX", tmp != NULL ? tmp : "/tmp");
    must(mkdtemp(folder) != NULL, folder);
    atexit(remove_folder);
    return folder;
}
