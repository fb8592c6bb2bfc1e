/* Owns: the hub's processes of a test. Invariant: none outlives hubproc_free or the test program.
 */
#include "tests/e2e/hubproc.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#include "kiosk/base/buf.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "tests/e2e/prog.h"

#define STOP_MS 20000

static const char *program(void)
{
    static char path[512];
    const char *build = getenv("JIUJIN_BUILD");
    snprintf(path, sizeof path, "%s/jiujin-hub", build != NULL ? build : "build");
    return path;
}

static void set_words(const struct hubproc *h, const char *const *args, const char *argv[24])
{
    int n = 0;
    argv[n++] = program();
    argv[n++] = "--lang";
    argv[n++] = "en";
    while (*args != NULL && n < 20)
        argv[n++] = *args++;
    argv[n++] = "--store";
    argv[n++] = h->store;
    argv[n] = NULL;
}

/* Starts the program with its standard output in *out; -1 keeps the test's own. */
static pid_t spawn(const struct hubproc *h, const char *const *args, int *out)
{
    const char *argv[24];
    int pipes[2];
    set_words(h, args, argv);
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = vfork(); /* a sanitized test is a big thing to copy */
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(pipes[1], STDOUT_FILENO);
        close(pipes[0]);
        close(pipes[1]);
        execv(argv[0], (char **)(uintptr_t)argv);
        _exit(127);
    }
    assert_true(pid > 0);
    close(pipes[1]);
    *out = pipes[0];
    return pid;
}

void hubproc_make(struct hubproc *h)
{
    memset(h, 0, sizeof *h);
    snprintf(h->dir, sizeof h->dir, "%s/jiujin-hub-XXXXXX",
             getenv("TMPDIR") != NULL && strlen(getenv("TMPDIR")) < 30 ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(h->dir));
    snprintf(h->store, sizeof h->store, "sqlite:%s/hub.db", h->dir);
}

void hubproc_start(struct hubproc *h)
{
    int out;
    char listen[32], line[128] = "";
    size_t n = 0;
    snprintf(listen, sizeof listen, "127.0.0.1:%d", h->port);
    const char *args[] = {"serve", "--listen", listen, h->tls ? "--tls" : NULL, NULL};
    h->pid = spawn(h, args, &out);
    while (n + 1 < sizeof line && read(out, line + n, 1) == 1 && line[n] != '\n')
        n++;
    line[n] = 0;
    close(out);
    if (sscanf(line, "listening on 127.0.0.1:%d", &h->port) != 1)
        fail_msg("the hub said: %s", line);
    snprintf(h->url, sizeof h->url, "%s://127.0.0.1:%d", h->tls ? "https" : "http", h->port);
}

void hubproc_stop(struct hubproc *h, int sig)
{
    int status = 0;
    if (h->pid == 0)
        return;
    kill(h->pid, sig);
    for (int ms = 0; waitpid(h->pid, &status, WNOHANG) == 0; ms += 10) {
        if (ms > STOP_MS)
            fail_msg("the hub did not stop on signal %d", sig);
        usleep(10000);
    }
    h->pid = 0;
    if (sig == SIGTERM)
        assert_int_equal(status, 0);
}

void hubproc_free(struct hubproc *h)
{
    static const char *const names[] = {"/hub.db",          "/hub.db-wal",     "/hub.db-shm",
                                        "/hub.db.gate",     "/hub.db.keys",    "/old.db",
                                        "/hub.db.tls-cert", "/hub.db.tls-key", ""};
    hubproc_stop(h, SIGKILL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = mem_printf("%s%s", h->dir, names[i]);
        remove(path);
        free(path);
    }
}

char *hubproc_run(const struct hubproc *h, int *status, const char *const *args)
{
    const char *argv[24];
    set_words(h, args, argv);
    struct ran r = prog_run_with(NULL, NULL, argv);
    fputs(r.err, stderr);
    if (status != NULL)
        *status = r.status;
    else if (r.status != 0)
        fail_msg("jiujin-hub %s: status %d", args[0], r.status);
    free(r.err);
    return r.out;
}

json_t *hubproc_lines(const struct hubproc *h, const char *const *args)
{
    char *text = hubproc_run(h, NULL, args);
    json_t *rows = json_array();
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        json_t *row = NULL;
        if (*line == 0)
            continue;
        assert_ok(js_parse(line, strlen(line), "line", &row));
        json_array_append_new(rows, row);
    }
    free(text);
    return rows;
}

/* --- a browser --------------------------------------------------------------------------------
 */

static size_t keep(char *bytes, size_t size, size_t n, void *arg)
{
    buf_add(arg, bytes, size * n);
    return size * n;
}

void browser_open(struct browser *b)
{
    memset(b, 0, sizeof *b);
    b->curl = curl_easy_init();
    curl_easy_setopt(b->curl, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(b->curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(b->curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(b->curl, CURLOPT_TIMEOUT, 20L);
}

static void fetch(struct browser *b, const struct hubproc *h, const char *path)
{
    char url[300];
    const char *went = NULL;
    struct buf page = BUF_INIT;
    snprintf(url, sizeof url, "%s%s", h->url, path);
    curl_easy_setopt(b->curl, CURLOPT_URL, url);
    curl_easy_setopt(b->curl, CURLOPT_WRITEDATA, &page);
    CURLcode rc = curl_easy_perform(b->curl);
    if (rc != CURLE_OK)
        fail_msg("%s: %s", url, curl_easy_strerror(rc));
    curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &b->status);
    curl_easy_getinfo(b->curl, CURLINFO_EFFECTIVE_URL, &went);
    snprintf(b->went, sizeof b->went, "%s", went + strlen(h->url));
    free(b->page);
    buf_byte(&page, 0);
    b->page = buf_take(&page);
}

void browser_get(struct browser *b, const struct hubproc *h, const char *path)
{
    curl_easy_setopt(b->curl, CURLOPT_HTTPGET, 1L);
    fetch(b, h, path);
}

void browser_post(struct browser *b, const struct hubproc *h, const char *path, const char *fields)
{
    static const char mark[] = "name=\"csrf\" value=\"";
    const char *at = b->page != NULL ? strstr(b->page, mark) : NULL;
    char *form =
        at != NULL ? mem_printf("%s&csrf=%.64s", fields, at + sizeof mark - 1) : mem_strdup(fields);
    curl_easy_setopt(b->curl, CURLOPT_POST, 1L);
    curl_easy_setopt(b->curl, CURLOPT_COPYPOSTFIELDS, form);
    fetch(b, h, path);
    free(form);
}

void browser_close(struct browser *b)
{
    curl_easy_cleanup(b->curl);
    free(b->page);
}
