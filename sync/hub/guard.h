/* What a request must look like before anything is done with it, and the deadline of connections.
 */
#ifndef SYNC_HUB_GUARD_H
#define SYNC_HUB_GUARD_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* The HTTP status that a request's head deserves: 0 when it is in order. `method` and `version` are
 * the handler's own, for they say where the head lies. */
unsigned guard_head(struct MHD_Connection *c, const char *method, const char *version);

/* Whether a form may come from our own pages: false when the browser says that another site's page
 * sent it (Sec-Fetch-Site, Origin). For forms that need no session, and so have no token of one. */
bool guard_own_site(struct MHD_Connection *c);

enum guard_stage {
    GUARD_OPENED, /* its first head has not come whole */
    GUARD_ASKED,  /* a request is being taken or answered */
    GUARD_BETWEEN /* one was answered: it rests, or the next head comes */
};
struct guard_connection { /* one open connection */
    struct guard_connection *next, **at;
    int fd;
    _Atomic int stage;
    _Atomic int64_t since; /* steady ms of the last time it got on */
};
struct guard {
    pthread_mutex_t lock;
    struct guard_connection *first;
    int64_t deadline_ms; /* of a request; a head has less */
};
/* As MHD_OPTION_NOTIFY_CONNECTION wants it; cls is the guard. */
void guard_notify(void *cls, struct MHD_Connection *c, void **context,
                  enum MHD_ConnectionNotificationCode code);
/* This connection got on: by the server's thread, which alone opens and closes connections. */
void guard_got_on(struct guard_connection *one);
/* The same, and where it stands now. */
void guard_stage(struct guard_connection *one, enum guard_stage stage);
/* How many connections are open, and on how many of them a request is under way. */
void guard_count(struct guard *g, int *open, int *asked);
/* Shuts connections down that got no further within the deadline. */
void guard_sweep(struct guard *g);

#endif
