/* Owns the processes of this terminal's readers and their pipes. Invariant: none outlives the
 * screen that started it, and nothing here waits for one. */
#include "screens/readers.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "screens/ui.h"

#define HELD_MAX 8192 /* a line of a reader is shorter */

struct one {
    pid_t pid;
    int fd; /* -1: ended */
    enum reader_state state;
    char device[48], title[80];
    struct buf held;
};

struct readers {
    struct one all[READERS_MAX];
    size_t n;
};

/* ---- started and ended ---- */

static void run(const struct ui *ui, const char *name, int out)
{
    sigset_t none;
    char *argv[] = {"jiujin",
                    "--dir",
                    (char *)(uintptr_t)ui->s->dir,
                    "--terminal",
                    (char *)(uintptr_t)ui->s->j.terminal,
                    "reader",
                    (char *)(uintptr_t)name,
                    NULL};
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    execv("/proc/self/exe", argv);
    _exit(127);
}

static void start_one(struct ui *ui, const struct reader_row *row)
{
    struct one *one = &ui->readers->all[ui->readers->n++];
    struct device *d = NULL;
    int ends[2];
    *one = (struct one){.fd = -1, .state = READER_GONE};
    snprintf(one->device, sizeof one->device, "%s", row->device);
    snprintf(one->title, sizeof one->title, "%s", row->device);
    if (reader_device(ui->s, row->device, &d) == ERR_OK)
        snprintf(one->title, sizeof one->title, "%s", device_title(d));
    utf8_trim(one->title);
    device_free(d);
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    fcntl(ends[1], F_SETFL, 0); /* the reader's end waits */
    one->pid = fork();
    if (one->pid == 0)
        run(ui, row->name, ends[1]);
    close(ends[1]);
    one->fd = ends[0];
    one->state = READER_GOOD;
}

void readers_start(struct ui *ui)
{
    struct reader_row rows[READERS_MAX];
    size_t n = reader_rows(ui->s, rows);
    readers_stop(ui);
    if (n == 0)
        return;
    ui->readers = mem_alloc(sizeof *ui->readers);
    for (size_t i = 0; i < n; i++)
        start_one(ui, &rows[i]);
}

static void end_one(struct one *one)
{
    if (one->fd >= 0)
        close(one->fd);
    one->fd = -1;
    if (one->pid > 0) {
        kill(one->pid, SIGKILL);
        waitpid(one->pid, NULL, 0);
    }
    one->pid = 0;
    buf_wipe(&one->held);
}

void readers_stop(struct ui *ui)
{
    for (size_t i = 0; ui->readers && i < ui->readers->n; i++)
        end_one(&ui->readers->all[i]);
    free(ui->readers);
    ui->readers = NULL;
}

/* ---- heard ---- */

void readers_poll(const struct ui *ui, struct pollfd fds[READERS_MAX])
{
    for (size_t i = 0; i < READERS_MAX; i++)
        fds[i] =
            (struct pollfd){.fd = ui->readers && i < ui->readers->n ? ui->readers->all[i].fd : -1,
                            .events = POLLIN};
}

/* A screen may have another one over it: it is the lower one that listens. */
static void tell(struct ui *ui, const struct reading *reading)
{
    const struct screen *screen = ui->places[0].screen;
    int depth = ui->depth;
    if (!screen || !screen->heard)
        return;
    ui->depth = 0;
    screen->heard(ui, reading);
    ui->depth = depth;
}

static void take_line(struct ui *ui, struct one *one, const char *line, size_t len)
{
    json_t *said = NULL;
    if (js_parse(line, len, NULL, &said) != ERR_OK)
        return;
    const char *trouble = js_str(said, "trouble");
    bool good = !trouble;
    one->state = good ? READER_GOOD : strcmp(trouble, "babble") == 0 ? READER_BABBLES : READER_GONE;
    if (js_get(said, "facts"))
        tell(ui, &(struct reading){one->device, one->title, js_get(said, "facts"),
                                   js_get(said, "person")});
    json_decref(said);
}

static void take_lines(struct ui *ui, struct one *one)
{
    const unsigned char *end;
    while (one->held.len && (end = memchr(one->held.data, '\n', one->held.len)) != NULL) {
        size_t len = (size_t)(end - one->held.data);
        take_line(ui, one, (const char *)one->held.data, len);
        buf_drop(&one->held, len + 1);
    }
    if (one->held.len > HELD_MAX)
        buf_clear(&one->held);
}

static void read_one(struct ui *ui, struct one *one)
{
    char bytes[4096];
    ssize_t n = read(one->fd, bytes, sizeof bytes);
    if (n > 0) {
        buf_add(&one->held, bytes, (size_t)n);
        explicit_bzero(bytes, (size_t)n);
        take_lines(ui, one);
    } else if (n == 0) {
        end_one(one);
        one->state = READER_GONE;
    }
}

void readers_read(struct ui *ui, const struct pollfd fds[READERS_MAX])
{
    for (size_t i = 0; ui->readers && i < ui->readers->n; i++)
        if (fds[i].fd >= 0 && fds[i].fd == ui->readers->all[i].fd && fds[i].revents)
            read_one(ui, &ui->readers->all[i]);
}

bool readers_at(const struct ui *ui, size_t i, const char **title, enum reader_state *state)
{
    if (!ui->readers || i >= ui->readers->n)
        return false;
    *title = ui->readers->all[i].title;
    *state = ui->readers->all[i].state;
    return true;
}

/* ---- typed ---- */

bool readers_typed(struct ui *ui, const char *text, struct device **device, json_t **said,
                   struct reading *reading)
{
    json_t *ids = reader_devices(ui->s), *id;
    size_t i;
    *device = NULL;
    *said = NULL;
    json_array_foreach(ids, i, id)
    {
        struct device *d = NULL;
        if (*said || reader_device(ui->s, json_string_value(id), &d) != ERR_OK)
            continue;
        if (device_has_way(d, "keyboard") && device_line(d, text, strlen(text), said) == ERR_OK)
            *device = d;
        else
            device_free(d);
    }
    json_decref(ids);
    if (*said)
        *reading = (struct reading){device_id(*device), device_title(*device),
                                    js_get(*said, "facts"), js_get(*said, "person")};
    return *said != NULL;
}
