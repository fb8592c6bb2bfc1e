/* Owns: what hubs on one database tell each other: NOTIFY jiujin, "WHO TOPIC SITE", by the commit
 * of the transaction that changed it. Invariant: the connection that listens belongs to its thread.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/mem.h"
#include "sync/hub/db_pg.h"

#define REST_MS 2000 /* between two tries to connect */

struct hub_news {
    const struct pglib *lib;
    char *where;
    char self[PG_SELF]; /* what this hub did itself it knows */
    pthread_t thread;
    int stop[2]; /* closed at one end: it stops */
    hub_heard *heard;
    void *arg;
};

enum err pg_tell(struct hub_db *db, const char *topic, const char *site)
{
    char words[PG_NEWS];
    struct pg *p = db->handle;
    snprintf(words, sizeof words, "%s %s %s", p->self, topic, site);
    for (unsigned i = 0; p->depth > 0 && i < p->told; i++)
        if (strcmp(p->news[i], words) == 0)
            return ERR_OK;
    if (p->depth > 0) {
        p->told = p->told < PG_TOLD ? p->told : 0;
        memcpy(p->news[p->told++], words, sizeof words);
    }
    return hub_run(db, "SELECT pg_notify('jiujin', ?1)", "s", words);
}

/* False: it is to stop. */
static bool stays(const struct hub_news *w, int ms)
{
    struct pollfd fd = {.fd = w->stop[0], .events = POLLIN};
    return poll(&fd, 1, ms) == 0;
}

static void hear(const struct hub_news *w, const char *words)
{
    char who[PG_SELF], topic[PG_NEWS], site[PG_NEWS] = "";
    if (sscanf(words, "%16s %39s %39s", who, topic, site) >= 2 && strcmp(who, w->self) != 0)
        w->heard(w->arg, topic, site);
}

/* Until the connection is lost; false: it is to stop. */
static bool listen_on(const struct hub_news *w, PGconn *conn)
{
    while (w->lib->PQconsumeInput(conn) == 1) {
        PGnotify *n;
        while ((n = w->lib->PQnotifies(conn)) != NULL) {
            hear(w, n->extra);
            w->lib->PQfreemem(n);
        }
        struct pollfd fds[2] = {{.fd = w->stop[0], .events = POLLIN},
                                {.fd = w->lib->PQsocket(conn), .events = POLLIN}};
        poll(fds, 2, -1);
        if (fds[0].revents != 0)
            return false;
    }
    return true;
}

static void *run(void *arg)
{
    const struct hub_news *w = arg;
    bool missed = false, on = true;
    while (on) {
        PGconn *conn = pg_connect(w->lib, w->where);
        PGresult *r = w->lib->PQexec(conn, "LISTEN jiujin");
        bool good = w->lib->PQresultStatus(r) == PGRES_COMMAND_OK;
        w->lib->PQclear(r);
        if (good && missed)
            w->heard(w->arg, "all", "");
        missed = true;
        on = good ? listen_on(w, conn) : true;
        w->lib->PQfinish(conn);
        on = on && stays(w, REST_MS);
    }
    return NULL;
}

enum err pg_listen(struct hub_db *db, hub_heard *heard, void *arg, struct hub_news **out)
{
    const struct pg *p = db->handle;
    struct hub_news *w = mem_alloc(sizeof *w);
    *w =
        (struct hub_news){.lib = p->lib, .where = mem_strdup(p->where), .heard = heard, .arg = arg};
    memcpy(w->self, p->self, sizeof w->self);
    if (pipe(w->stop) == 0 && pthread_create(&w->thread, NULL, run, w) == 0) {
        *out = w;
        return ERR_OK;
    }
    free(w->where);
    free(w);
    return err_set(ERR_IO, "thread", NULL);
}

void pg_unlisten(struct hub_news *w)
{
    close(w->stop[1]);
    pthread_join(w->thread, NULL);
    close(w->stop[0]);
    free(w->where);
    free(w);
}
