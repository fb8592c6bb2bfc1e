/* Owns: one measurement. Invariant: whatever it started ends with it: its processes are of one
 * group, its namespaces go with the last of them, its folder is removed. */
#include "tests/bench/sync/cell.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/mem.h"

#define READY_S 30.0
#define STEP_US 5000

static const struct radio_shape open_link = {.kbit = 0};

struct doing {
    const struct cell *cell;
    const char *folder; /* of this cell */
    double limit;
    struct radio *radio;
    struct result *out;
};

/* --- commands -----------------------------------------------------------------------------------
 */

/* Started by the shell in that side's namespace; output goes to the cell's log. */
static pid_t start(const struct doing *d, enum radio_side side, const char *command)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    char *log = mem_printf("%s/log", d->folder);
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644), none = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (setns(radio_namespace(d->radio, side), CLONE_NEWNET) != 0)
        _exit(126);
    dup2(none, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void stop(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(-pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* True when it ended by itself, and well, or when `settled` says that it has done its work. */
static bool finish(const struct doing *d, pid_t pid, double limit, bool (*settled)(const char *))
{
    int status = 1;
    double end = radio_now() + limit;
    pid_t ended = 0;
    bool done = false;
    while (!done && radio_now() < end && (ended = waitpid(pid, &status, WNOHANG)) == 0) {
        done = settled != NULL && settled(d->folder);
        usleep(STEP_US);
    }
    if (ended == 0 && !done)
        stop(pid);
    return done || (ended == pid && status == 0);
}

static bool run(const struct doing *d, enum radio_side side, const char *command)
{
    return command == NULL || finish(d, start(d, side, command), d->limit, NULL);
}

static bool answers(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(PEERS_PORT)};
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, RADIO_HUB, &at.sin_addr);
    bool ok = connect(s, (const struct sockaddr *)&at, sizeof at) == 0;
    close(s);
    return ok;
}

static bool wait_for_hub(void)
{
    double end = radio_now() + READY_S;
    while (!answers()) {
        if (radio_now() > end)
            return false;
        usleep(50000);
    }
    return true;
}

/* --- the measurement ----------------------------------------------------------------------------
 */

static void set_environment(const struct doing *d, const char *prepared)
{
    char *records = mem_printf("%s/%d", prepared, d->cell->records);
    char *n = mem_printf("%d", d->cell->records);
    setenv("SYNC_DIR", d->folder, 1);
    setenv("SYNC_FROM", records, 1);
    setenv("SYNC_N", n, 1);
    setenv("HOME", d->folder, 1);
    free(records);
    free(n);
}

static void trouble(struct doing *d, const char *what)
{
    snprintf(d->out->why, sizeof d->out->why, "%s (see %s/log)", what, d->folder);
}

static void measure(struct doing *d)
{
    const struct carrier *c = d->cell->carrier;
    struct radio_state *link = &d->out->link;
    usleep(500000); /* what the joining left in the air */
    radio_shape(d->radio, &d->cell->line->shape, (unsigned)d->cell->run);
    pid_t sender = start(d, RADIO_VILLAGE, c->send);
    bool done = finish(d, sender, d->limit, c->settled);
    double end = radio_now();
    if (c->settled != NULL && done)
        finish(d, sender, 2, NULL); /* its own goodbye */
    radio_read(d->radio, link);
    getloadavg(&d->out->load, 1);
    d->out->time = link->begun > 0 ? end - link->begun : 0;
    radio_shape(d->radio, &open_link, 0);
    d->out->done = done && run(d, RADIO_VILLAGE, c->check);
}

static void perform(struct doing *d)
{
    const struct carrier *c = d->cell->carrier;
    d->radio = radio_open(d->out->why, sizeof d->out->why);
    if (d->radio == NULL)
        return;
    if (!run(d, RADIO_VILLAGE, c->make)) {
        trouble(d, "its files could not be made");
        return;
    }
    pid_t hub = start(d, RADIO_AT_HUB, c->serve);
    if (!wait_for_hub())
        trouble(d, "its hub did not start");
    else if (!run(d, RADIO_VILLAGE, c->join))
        trouble(d, "it could not join");
    else
        measure(d);
    stop(hub);
    radio_close(d->radio);
}

static void remove_folder(const char *folder, bool keep)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    if (!keep && system(command) != 0)
        fprintf(stderr, "%s is left\n", folder);
    free(command);
}

void cell_run(const struct cell *c, const char *folder, double limit, struct result *out)
{
    struct result *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        abort();
    char *own =
        mem_printf("%s/%s-%s-%d-%d", folder, c->carrier->name, c->line->name, c->records, c->run);
    for (char *p = own + strlen(folder) + 1; *p != 0; p++)
        *p = *p == ' ' || *p == ',' ? '-' : *p;
    struct doing d = {.cell = c, .folder = own, .limit = limit, .out = shared};
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        mkdir(own, 0755);
        set_environment(&d, folder);
        perform(&d);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    *out = *shared;
    munmap(shared, sizeof *shared);
    remove_folder(own, out->why[0] != 0 || getenv("SYNC_KEEP") != NULL);
    free(own);
}
