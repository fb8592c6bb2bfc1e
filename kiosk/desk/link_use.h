/* How good the link is: bytes, tries and times, noted by the agent, shown to the clerk. No part of
 * the journal: it is this machine's knowledge alone. */
#ifndef KIOSK_DESK_LINK_USE_H
#define KIOSK_DESK_LINK_USE_H

#include "kiosk/desk/site.h"

struct link_use {          /* what a visit to the hub cost */
    int64_t up, down;      /* bytes */
    int64_t tries, failed; /* requests; those that got no answer */
    int64_t rtt;           /* ms of a round trip; 0: not learned */
    int64_t rate;          /* bytes a second of the last long upload; 0: not learned */
};
/* Adds it to the day that `at` lies in; rtt and rate stand until others come. */
enum err link_use_add(struct store *s, int64_t at, const struct link_use *use);

struct link_quality {
    struct link_use day; /* of today */
    int64_t next;        /* the next try; CLOCK_NONE: none is waited for */
};
enum err link_use_read(struct store *s, int64_t now, struct link_quality *out);
/* When the next try is due; CLOCK_NONE: it is not known. */
enum err link_next(struct store *s, int64_t at);

/* Somebody asks for a try now: the agent that waits is woken by the number that grows. */
enum err link_want(struct store *s);
int64_t link_wanted(struct store *s);
/* The lock that an agent holds while it runs. link_agent_begin: -1 when there is one already. */
int link_agent_begin(const struct site *s);
bool link_agent_here(const struct site *s);

#endif
