/* Owns: the way of a document to its printer, as far as this process goes. Invariant: a job is in
 * the table before its process is born, and its byte of the lock file is locked from before that
 * until the process has died: whatever happens, a job is found and nobody takes a living one for
 * dead. */
#include "kiosk/print/printing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/print/document.h"

#define PAUSE_MS 20
#define COPIES_MOST 9

/* --- words -------------------------------------------------------------------------------------
 */

static const struct {
    const char *why, *words;
} whys[] = {
    {"paper", N_("out of paper")},
    {"cover", N_("its cover is open")},
    {"cutter", N_("its cutter is stuck")},
    {"error", N_("it reports an error")},
    {"silent", N_("no answer")},
    {"gone", N_("it is not there")},
    {"cut", N_("it was unplugged, or switched off, while it printed")},
    {"rights", N_("we may not write to it")},
    {"busy", N_("another program holds it")},
    {"device", N_("this is not a printer's device")},
    {"queue", N_("its queue is stopped")},
    {"refused", N_("the queue refused it")},
    {"cups", N_("CUPS is not installed")},
    {"full", N_("the disk is full")},
    {"cancelled", N_("taken back")},
    {"stopped", N_("the program was stopped before it was sent")},
    {"lost", N_("the program was stopped while it was printed")},
};

const char *printing_why(const char *why)
{
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++)
        if (strcmp(whys[i].why, why) == 0)
            return _(whys[i].words);
    return why;
}

static const struct {
    const char *state, *words;
} states[] = {
    {"waiting", N_("waiting for its turn")},
    {"printing", N_("being printed")},
    {"printed", N_("printed")},
    {"failed", N_("not printed")},
    {"unsure", N_("not known whether it was printed: look at the printer")},
};

const char *printing_state(const char *state)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].state, state) == 0)
            return _(states[i].words);
    return state;
}

void printing_say(const struct printjob *job, char *out, size_t size)
{
    const char *why = job->why[0] != 0 ? printing_why(job->why) : "";
    snprintf(out, size, "%s%s%s: %s%s%s%s", document_word(job->what), *job->which ? " " : "",
             job->which, printing_state(job->state), *why != 0 ? " (" : "", why,
             *why != 0 ? ")" : "");
}

/* --- the lock file -----------------------------------------------------------------------------
 */

static int lock_open(struct site *s)
{
    char *path = mem_printf("%s/print.lock", s->dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(path);
    return fd;
}

/* Locks of an open file: they pass to the child, and end when nobody holds the file open. */
static bool lock_byte(int fd, int64_t byte)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(fd, F_OFD_SETLK, &l) == 0;
}

static bool alive(int fd, int64_t byte)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

/* --- the process -------------------------------------------------------------------------------
 */

static int memory_of(const struct buf *bytes)
{
    int fd = memfd_create("print", MFD_CLOEXEC);
    size_t at = 0;
    while (fd >= 0 && at < bytes->len) {
        ssize_t n = write(fd, bytes->data + at, bytes->len - at);
        if (n < 0 && errno != EINTR) {
            close(fd);
            return -1;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

/* It lives on when the terminal hangs up. Tests say which program is meant. */
static void run(const struct site *s, int64_t id, int memory, int lock)
{
    char number[24];
    sigset_t none;
    const char *program = getenv("JIUJIN_PROGRAM");
    char *argv[] = {"jiujin", "--dir", (char *)(uintptr_t)s->dir, "print-job", number, NULL};
    snprintf(number, sizeof number, "%lld", (long long)id);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int high = fcntl(lock, F_DUPFD_CLOEXEC, PRINTING_LOCK_FD + 1); /* out of the way of the next */
    dup2(memory, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    dup2(high, PRINTING_LOCK_FD);
    execv(program != NULL ? program : "/proc/self/exe", argv);
    _exit(127);
}

/* A grandchild: nobody here has to wait for its end. */
static bool spawn(const struct site *s, int64_t id, int memory, int lock)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        pid = fork();
        if (pid == 0)
            run(s, id, memory, lock);
        _exit(pid < 0);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && status == 0;
}

/* --- started -----------------------------------------------------------------------------------
 */

/* A sheet that stands for something is marked when it comes again; one that was begun, always. */
static bool must_mark(struct site *s, const struct printing *p, const struct document *d)
{
    struct printjob old;
    if (p->again_of != 0 && printjob_read(s->j.store, p->again_of, &old) == ERR_OK &&
        (strcmp(old.state, "printed") == 0 || old.begun || old.marked))
        return true;
    return d->kind->unique && (printjob_before(s->j.store, p->what, document_which(d)) ||
                               (d->kind->before != NULL && d->kind->before(s, document_which(d))));
}

static void lay_out(const struct document *d, bool marked, int copies, struct layout *out)
{
    layout_title(out, d->layout.title != NULL ? d->layout.title : d->name);
    for (int i = 0; i < copies; i++) {
        if (i > 0)
            layout_cut(out);
        if (marked)
            layout_line(out, LAYOUT_CENTRE | LAYOUT_BOLD | LAYOUT_LARGE, "%s", "重打 REPRINT");
        layout_append(out, &d->layout);
    }
}

static int copies_of(struct site *s, const struct printing *p, const struct document *d,
                     const struct printer *to)
{
    int n = p->copies > 0 ? p->copies : document_copies(s, d->kind);
    n = p->copies == 0 && to->copies > n ? to->copies : n;
    return n > COPIES_MOST ? COPIES_MOST : n;
}

static enum err add(struct site *s, struct printjob *job, int lock, int64_t *id)
{
    enum err rc = store_begin(s->j.store);
    if (rc != ERR_OK)
        return rc;
    rc = printjob_add(s->j.store, job, id);
    if (rc == ERR_OK && !lock_byte(lock, *id))
        rc = file_errno("print.lock");
    return store_end(s->j.store, rc);
}

static enum err send_off(struct site *s, struct printjob *job, const struct buf *bytes, int64_t *id)
{
    int lock = lock_open(s), memory = memory_of(bytes);
    enum err rc = lock >= 0 && memory >= 0 ? add(s, job, lock, id) : file_errno("print.lock");
    if (rc == ERR_OK && !spawn(s, *id, memory, lock))
        rc = printjob_end(s->j.store, *id, "failed", "stopped", false, false);
    if (memory >= 0)
        close(memory);
    if (lock >= 0)
        close(lock);
    return rc;
}

enum err printing_start(struct site *s, const struct printing *p, int64_t *id)
{
    struct printer to;
    struct document d;
    struct layout all = {0};
    struct buf bytes = BUF_INIT;
    if (store_depth(s->j.store) != 0)
        return err_set(ERR_INTERNAL, "print", "inside of a transaction");
    enum err rc = printer_find(s, p->printer, &to);
    if (rc == ERR_OK)
        rc = document_make(s, p->what, p->which, &d);
    if (rc != ERR_OK)
        return rc;
    struct printjob job = {.again_of = p->again_of,
                           .marked = must_mark(s, p, &d),
                           .copies = copies_of(s, p, &d, &to),
                           .at = clock_now()};
    snprintf(job.what, sizeof job.what, "%s", p->what);
    snprintf(job.which, sizeof job.which, "%s", document_which(&d));
    bool unnamed = strncmp(to.name, to.address, strlen(to.name)) == 0;
    snprintf(job.printer, sizeof job.printer, "%s", unnamed ? to.address : to.name);
    snprintf(job.clerk, sizeof job.clerk, "%s", s->j.clerk);
    snprintf(job.terminal, sizeof job.terminal, "%s", s->j.terminal);
    lay_out(&d, job.marked, job.copies, &all);
    if (to.pages && to.how.page == NULL)
        to.how.page = d.kind->page;
    rc = printer_render(&to, &all, &bytes);
    if (rc == ERR_OK)
        rc = send_off(s, &job, &bytes, id);
    buf_wipe(&bytes);
    layout_fini(&all);
    document_fini(&d);
    return rc;
}

enum err printing_again(struct site *s, int64_t id, const char *printer, int64_t *again)
{
    struct printjob old;
    enum err rc = printjob_read(s->j.store, id, &old);
    if (rc == ERR_OK && old.ended == CLOCK_NONE)
        rc = err_set(ERR_STATE, "print job", "%s", printing_state(old.state));
    if (rc != ERR_OK)
        return rc;
    struct printing p = {.what = old.what,
                         .which = old.which,
                         .printer = printer != NULL ? printer : old.printer,
                         .copies = old.copies,
                         .again_of = id};
    return printing_start(s, &p, again);
}

enum err printing_cancel(struct site *s, int64_t id)
{
    struct printjob job;
    enum err rc = store_begin(s->j.store);
    if (rc != ERR_OK)
        return rc;
    rc = printjob_read(s->j.store, id, &job);
    if (rc == ERR_OK && strcmp(job.state, "waiting") != 0)
        rc = err_set(ERR_STATE, "print job", "%s", printing_state(job.state));
    if (rc == ERR_OK)
        rc = printjob_end(s->j.store, id, "failed", "cancelled", false, false);
    return store_end(s->j.store, rc);
}

/* --- what became of it -------------------------------------------------------------------------
 */

/* Its process is dead and said nothing: what had not begun is not on paper, of what had nobody
 * knows. */
static void bury(struct site *s, const struct printjob *job)
{
    bool begun = strcmp(job->state, "printing") == 0;
    printjob_end(s->j.store, job->id, begun ? "unsure" : "failed", begun ? "lost" : "stopped",
                 begun, false);
}

/* In one transaction with its mark: the journal is told once. */
static enum err tell(struct site *s, int64_t id)
{
    struct printjob job;
    enum err rc = store_begin(s->j.store);
    if (rc != ERR_OK)
        return rc;
    rc = printjob_read(s->j.store, id, &job);
    if (rc == ERR_OK && !job.told)
        rc = document_printed(s, &job);
    if (rc == ERR_OK)
        rc = printjob_told(s->j.store, id);
    return store_end(s->j.store, rc);
}

void printing_look(struct site *s)
{
    int64_t ids[PRINTJOB_OPEN_MAX];
    size_t n = printjob_open(s->j.store, ids);
    struct printjob job;
    if (n == 0 || store_depth(s->j.store) != 0)
        return;
    int lock = lock_open(s);
    for (size_t i = 0; i < n && lock >= 0; i++) {
        if (printjob_read(s->j.store, ids[i], &job) != ERR_OK)
            continue;
        if (job.ended == CLOCK_NONE && !alive(lock, job.id) &&
            printjob_read(s->j.store, ids[i], &job) == ERR_OK && job.ended == CLOCK_NONE)
            bury(s, &job);
        else if (job.ended != CLOCK_NONE && (s->j.clerk[0] != 0 || !document_tells(job.what)))
            tell(s, job.id); /* what cannot be told now is told later */
    }
    if (lock >= 0)
        close(lock);
}

enum err printing_wait(struct site *s, int64_t id, int ms, struct printjob *out)
{
    int64_t until = clock_mono() + ms;
    enum err rc = printjob_read(s->j.store, id, out);
    while (rc == ERR_OK && out->ended == CLOCK_NONE && clock_mono() < until) {
        poll(NULL, 0, PAUSE_MS);
        printing_look(s);
        rc = printjob_read(s->j.store, id, out);
    }
    printing_look(s);
    return rc == ERR_OK ? printjob_read(s->j.store, id, out) : rc;
}
