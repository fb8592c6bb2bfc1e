/* Owns: the serving process. Invariant: a signal ends it between requests, never inside one. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "sync/hub/command.h"
#include "sync/hub/hook_send.h"
#include "sync/hub/log.h"
#include "sync/hub/tls.h"
#include "sync/hub/watch.h"
#include "sync/hub/web.h"

#define FILES 4096
#define LISTEN_DEFAULT "127.0.0.1:8443"

static void print_address(const char *how, const char *listen, int port)
{
    const char *colon = listen;
    for (const char *p = listen; *p != 0; p++)
        if (*p == ':')
            colon = p;
    printf("%s on %.*s:%d\n", how, (int)(colon - listen), listen, port);
    fflush(stdout);
}

/* Waits for the end, looking after the deadlines each second. */
static void wait_for_end(struct web_server *s, const sigset_t *ends)
{
    const struct timespec second = {.tv_sec = 1};
    while (sigtimedwait(ends, NULL, &second) < 0)
        web_sweep(s);
}

/* Beside the store, made when they are missing. */
static enum err own_certificate(const struct command_line *line, struct web_options *o)
{
    static char cert[512], key[512];
    const char *file = hub_db_files(line->store);
    if (line->cert != NULL || line->key != NULL)
        return err_set(ERR_USAGE, "--tls", "--cert F --key F");
    if (strlen(file) + 16 > sizeof cert)
        return err_set(ERR_TOO_LONG, "--files", NULL);
    snprintf(cert, sizeof cert, "%s.tls-cert", file);
    snprintf(key, sizeof key, "%s.tls-key", file);
    o->cert = cert;
    o->key = key;
    return tls_make(cert, key);
}

/* From here on signals are waited for; what began is ended in the other order. */
static enum err run(struct hub *h, struct web_server *s, const struct command_line *line,
                    const char *listen, int port, const sigset_t *ends)
{
    int watch_port;
    struct watch_server *w = NULL;
    struct hook_sender *hooks = NULL;
    enum err rc = hook_sender_open(line->store, &h->keys, 0, &hooks);
    if (rc == ERR_OK)
        rc = hook_sender_start(hooks);
    if (rc == ERR_OK && line->watch != NULL)
        rc = watch_start(s, line->store, line->watch, &w, &watch_port);
    if (rc == ERR_OK) {
        print_address("listening", listen, port);
        if (w != NULL)
            print_address("watched", line->watch, watch_port);
        log_line("start", NULL);
        wait_for_end(s, ends);
        log_line("stop", NULL);
    }
    web_stop(s);
    watch_stop(w);
    hook_sender_close(hooks);
    return rc;
}

/* Each connection is a file: as many as the hub takes, and the store's. */
static void allow_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= FILES)
        return;
    files.rlim_cur = files.rlim_max < FILES ? files.rlim_max : FILES;
    setrlimit(RLIMIT_NOFILE, &files);
}

enum err command_serve(struct hub *h, const struct command_line *line)
{
    int port;
    sigset_t ends;
    struct web_server *s;
    struct web_options o = {.listen = line->listen != NULL ? line->listen : LISTEN_DEFAULT,
                            .cert = line->cert,
                            .key = line->key,
                            .behind = line->behind};
    allow_files();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    log_open(line->log != NULL ? STDERR_FILENO : -1);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, NULL); /* before threads begin: they inherit it */
    enum err rc = line->tls != NULL ? own_certificate(line, &o) : ERR_OK;
    if (rc == ERR_OK)
        rc = web_start(h, &o, &s, &port);
    if (rc == ERR_OK)
        rc = run(h, s, line, o.listen, port, &ends);
    return rc;
}
