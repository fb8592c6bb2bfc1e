/* The hub's program for tests: started on a free port in a folder of its own, asked by its commands
 * and by HTTP; and a proxy that cuts the line. Failures fail the cmocka test. */
#ifndef TESTS_E2E_HUBPROC_H
#define TESTS_E2E_HUBPROC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct hubproc {
    char dir[64];
    char store[96]; /* "sqlite:..." */
    char url[64];   /* "http://127.0.0.1:PORT" */
    int port;       /* kept over restarts */
    bool tls;       /* serves TLS from its next start on */
    pid_t pid;      /* 0: not running */
};
void hubproc_make(struct hubproc *h);  /* an empty hub, not running */
void hubproc_start(struct hubproc *h); /* and again, on the same port */
void hubproc_stop(struct hubproc *h, int signal);
void hubproc_free(struct hubproc *h);

/* Runs `jiujin-hub ARGS... --store ...`; what it printed (the caller frees). *status may be NULL:
 * then it must be 0. */
char *hubproc_run(const struct hubproc *h, int *status, const char *const *args);
#define HUBPROC(h, ...) hubproc_run(h, NULL, (const char *const[]){__VA_ARGS__, NULL})
/* Its JSON lines as an array. */
json_t *hubproc_lines(const struct hubproc *h, const char *const *args);
#define HUBPROC_LINES(h, ...) hubproc_lines(h, (const char *const[]){__VA_ARGS__, NULL})

/* A browser with cookies. */
struct browser {
    void *curl;
    char *page;     /* the last answer's body */
    long status;    /* and status */
    char went[256]; /* where it ended after redirects */
};
void browser_open(struct browser *b);
void browser_get(struct browser *b, const struct hubproc *h, const char *path);
/* Posts a form; `fields` are encoded already but for the token of the last page, which is added. */
void browser_post(struct browser *b, const struct hubproc *h, const char *path, const char *fields);
void browser_close(struct browser *b);

/* A line between village and hub that can be cut: a thread that passes bytes on and keeps what went
 * up. */
struct proxy;
struct proxy *proxy_start(int to_port, char url[64]);
/* The next connections are cut when so many bytes went up through each; -1: never. */
void proxy_cut_after(struct proxy *p, int64_t bytes, int connections);
/* The same for bytes that came down: what came before the cut arrives. */
void proxy_cut_down_after(struct proxy *p, int64_t bytes, int connections);
/* From now on up to `bytes` go up on each connection, then it rests for `ms`; 0: no rest. Little of
 * what waits is held inside the proxy, so that the village notices. */
void proxy_slow(struct proxy *p, size_t bytes, int ms);
int proxy_cuts_left(struct proxy *p);
/* All that went up so far; borrowed until the proxy is freed or used again. */
const unsigned char *proxy_seen(struct proxy *p, size_t *len);
void proxy_free(struct proxy *p);

#endif
