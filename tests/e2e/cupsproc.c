/* Owns: a print scheduler's process and folder. Invariant: nothing of the machine's own CUPS is
 * read, written or asked but its programs.
 *
 * A queue's printer is a backend of four lines that writes to the file of its device URI. Only its
 * owner may run it: cupsd then runs it as itself, and the folder may be closed to all others. */
#include "tests/e2e/cupsproc.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/e2e/prog.h"
#include "tests/unit/unit.h"

#include "kiosk/base/file.h"
#include "kiosk/base/mem.h"

#define CUPSD "/usr/sbin/cupsd"
#define LPADMIN "/usr/sbin/lpadmin"
#define DAEMONS "/usr/lib/cups/daemon"
#define START_MS 10000
#define PAUSE_MS 10

/* %s: the folder. */
static const struct {
    const char *name;
    mode_t mode;
    const char *text;
} files[] = {
    {"cupsd.conf", 0600,
     "Listen %s/sock\n"
     "Browsing Off\n"
     "WebInterface No\n"
     "DefaultAuthType None\n"
     "LogLevel warn\n"
     "ErrorPolicy abort-job\n"
     "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
     "<Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n"},
    {"cups-files.conf", 0600,
     "User lp\nGroup lp\nSystemGroup root\nSandboxing relaxed\n"
     "ServerRoot %1$s/root\nServerBin %1$s/bin\nRequestRoot %1$s/spool\n"
     "CacheDir %1$s/cache\nStateDir %1$s/state\n"
     "AccessLog %1$s/access\nErrorLog %1$s/error\nPageLog %1$s/page\n"},
    {"bin/backend/paper", 0700,
     "#!/bin/sh\n"
     "[ $# -eq 0 ] && exit 0\n"
     "[ -e \"%s/broken\" ] && exit 1\n"
     "cat ${6:+\"$6\"} >>\"${DEVICE_URI#paper:}\"\n"},
    {"pages.ppd", 0600,
     "*PPD-Adobe: \"4.3\"\n"
     "*FormatVersion: \"4.3\"\n"
     "*FileVersion: \"1.0\"\n"
     "*LanguageVersion: English\n"
     "*LanguageEncoding: ISOLatin1\n"
     "*PCFileName: \"PAGES.PPD\"\n"
     "*Manufacturer: \"Test\"\n"
     "*Product: \"(Pages)\"\n"
     "*PSVersion: \"(3010.000) 0\"\n"
     "*ModelName: \"Pages\"\n"
     "*ShortNickName: \"Pages\"\n"
     "*NickName: \"Pages\"\n"
     "*cupsFilter: \"application/pdf 0 -\"\n"
     "*OpenUI *PageSize: PickOne\n"
     "*DefaultPageSize: A4\n"
     "*PageSize A4: \"<</PageSize[595 842]>>setpagedevice\"\n"
     "*CloseUI: *PageSize\n"
     "*DefaultImageableArea: A4\n"
     "*ImageableArea A4: \"0 0 595 842\"\n"
     "*DefaultPaperDimension: A4\n"
     "*PaperDimension A4: \"595 842\"\n"},
};

static const char *const folders[] = {"root", "bin", "bin/backend", "spool", "cache", "state"};

static char *path_in(const struct cupsproc *c, const char *name)
{
    return mem_printf("%s/%s", c->dir, name);
}

static void make_folder(struct cupsproc *c)
{
    c->dir = prog_folder();
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *path = path_in(c, folders[i]);
        assert_int_equal(mkdir(path, 0755), 0);
        free(path);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = path_in(c, files[i].name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        char *text = mem_printf(files[i].text, c->dir);
#pragma GCC diagnostic pop
        assert_ok(file_write(path, text, strlen(text), files[i].mode));
        free(text);
        free(path);
    }
    char *path = path_in(c, "bin/daemon");
    assert_int_equal(symlink(DAEMONS, path), 0);
    free(path);
}

static void become(const struct cupsproc *c)
{
    char *conf = path_in(c, "cupsd.conf"), *more = path_in(c, "cups-files.conf");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(CUPSD, "cupsd", "-f", "-c", conf, "-s", more, (char *)NULL);
    _exit(127);
}

/* Until its socket is there. */
static bool wait_for(struct cupsproc *c)
{
    int status;
    char *socket = path_in(c, "sock");
    setenv("CUPS_SERVER", socket, 1);
    for (int ms = 0; ms < START_MS && access(socket, F_OK) != 0; ms += PAUSE_MS) {
        if (waitpid(c->pid, &status, WNOHANG) == c->pid) {
            c->pid = 0;
            break;
        }
        poll(NULL, 0, PAUSE_MS);
    }
    bool there = access(socket, F_OK) == 0;
    free(socket);
    return there;
}

static void say_why(struct cupsproc *c)
{
    struct buf log = BUF_INIT;
    char *path = path_in(c, "error");
    if (file_read(path, &log, sizeof c->why_not - 40) != ERR_OK)
        buf_text(&log, "it says nothing");
    snprintf(c->why_not, sizeof c->why_not, "cupsd does not start: %s", buf_str(&log));
    buf_fini(&log);
    free(path);
}

bool cupsproc_start(struct cupsproc *c)
{
    *c = (struct cupsproc){.pid = 0};
    if (access(CUPSD, X_OK) != 0 || access(LPADMIN, X_OK) != 0) {
        snprintf(c->why_not, sizeof c->why_not, "%s or %s is not here", CUPSD, LPADMIN);
        return false;
    }
    make_folder(c);
    c->pid = fork();
    if (c->pid == 0)
        become(c);
    if (wait_for(c)) {
        cupsproc_queue(c, "raw");
        cupsproc_queue(c, "pages");
        return true;
    }
    say_why(c);
    cupsproc_end(c);
    return false;
}

void cupsproc_end(struct cupsproc *c)
{
    if (c->pid > 0) {
        kill(c->pid, SIGKILL);
        waitpid(c->pid, NULL, 0);
    }
    if (c->dir != NULL)
        prog_folder_remove(c->dir);
    c->pid = 0;
    c->dir = NULL;
    unsetenv("CUPS_SERVER");
}

void cupsproc_take(const struct cupsproc *c, const char *queue, struct buf *out)
{
    char *path = mem_printf("%s/%s.out", c->dir, queue);
    if (access(path, F_OK) == 0)
        assert_ok(file_read(path, out, (size_t)8 << 20));
    remove(path);
    free(path);
}

char *cupsproc_run(const char *program, const char *a, const char *b, const char *d)
{
    const char *argv[] = {program, a, b, d, NULL};
    struct ran r = prog_run_with(NULL, NULL, argv);
    if (r.status != 0)
        fail_msg("%s %s: %d, %s", program, a, r.status, r.err);
    free(r.err);
    return r.out;
}

void cupsproc_queue(const struct cupsproc *c, const char *queue)
{
    bool raw = strcmp(queue, "raw") == 0;
    char *uri = mem_printf("paper:%s/%s.out", c->dir, queue), *ppd = path_in(c, "pages.ppd");
    const char *argv[] = {LPADMIN,           "-p", queue, "-E", "-v", uri, raw ? "-m" : "-P",
                          raw ? "raw" : ppd, NULL};
    struct ran r = prog_run_with(NULL, NULL, argv);
    if (r.status != 0)
        fail_msg("lpadmin: %s", r.err);
    ran_free(&r);
    free(uri);
    free(ppd);
}
