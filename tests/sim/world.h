/* A small world in one process: villages, a hub, the network between them, and one seed that
 * decides everything: clocks, disks, randomness, faults. The agent and the hub in it are the real
 * ones.
 *
 * Decisions come from world.rnd, the programs' own randomness from world.noise: so a rule that is
 * broken on purpose (mutant.h) changes what happens, not what is tried. */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "kiosk/desk/link.h"
#include "sync/agent/agent.h"
#include "sync/hub/hub.h"
#include "sync/hub/serve.h"
#include "tests/sim/disk.h"
#include "tests/sim/truth.h"

enum { VILLAGE_A, CLONE_A, VILLAGE_B, MACHINES };
#define HUB_URL "http://127.0.0.1:1"
#define CONNS 8 /* requests that the hub has before it at a time */

/* How bad the network is: of so many requests one meets the fault. 0: none. */
enum fate {
    FATE_FINE,
    FATE_LOST,     /* nothing comes through, for a long time */
    FATE_CUT_UP,   /* the line breaks while the request goes up */
    FATE_CUT_DOWN, /* or while the answer comes down */
    FATE_CROPPED,  /* the answer ends early and looks whole */
    FATE_DOUBLED,  /* the hub gets the request twice */
    FATE_LATE,     /* the village gives up, the hub gets it later */
    FATE_OLD,      /* an answer to an earlier request comes */
    FATE_BITS_UP,  /* a byte is not what it was */
    FATE_BITS_DOWN,
    FATE_PORTAL, /* somebody else answers */
    FATE_FORGED, /* somebody else answers who knows our ways, but not the hub's key */
    FATES
};

struct conn { /* a request as the hub has it */
    struct serve serve;
    char header[700], query[120], path[80], method[8];
    bool open; /* serve is in use */
    bool held; /* somebody is at work with it */
    bool gone; /* the hub died over it */
    int64_t fed;
};

struct late { /* a request on its way, whole or cut */
    struct late *next;
    char header[700], query[120], path[80], method[8];
    struct buf body;
    bool whole;
};

struct machine {
    struct way way; /* first: the agent's way is this */
    struct world *w;
    const char *name;
    int village; /* of truth.h */
    struct disk *disk;
    char dir[256];
    struct site *site; /* open; NULL while it is off */
    unsigned char data_key[KEY_BYTES];
    bool exists;   /* in this seed */
    bool visiting; /* its agent is at work */
    bool forked;   /* its agent was told so */
    bool in_doubt; /* an upload of this visit broke, and the hub was not asked since */
    int64_t skew;  /* its clock minus the world's, ms */
    struct mirror mirror;
};

struct world {
    uint64_t seed, rnd, noise;
    int64_t now; /* the world's own time, UTC ms */
    struct machine m[MACHINES];
    struct hub *hub; /* NULL while it is off */
    struct disk *hub_disk;
    char hub_dir[256];
    int64_t hub_skew;
    bool hub_down;        /* without power */
    int depth;            /* events within events */
    struct machine *busy; /* whose request is under way, in the innermost of them */
    int odds[FATES];
    int calm;    /* of so many pauses in a request one has something happen; 0: none */
    size_t room; /* bytes that a request takes at a time */
    struct conn conns[CONNS];
    struct late *late;
    struct buf answers[4]; /* of earlier requests */
    size_t n_answers;
    int64_t cut_up, cut_down; /* the next upload, its answer end behind so many bytes; -1: not */
    int64_t up, down;         /* bytes of the last body, of the first answer to one */
    bool genuine;             /* the last answer was the hub's own to that request, and good */
    struct truth truth;
    bool tell;       /* print what happens */
    char wrong[300]; /* the first promise that was broken; "" */
};

/* Makes the villages and the hub, joined and quiet, and keeps their disks; once. Ends the program
 * when it cannot. */
void world_make(struct world *w, const char *dir);
void world_free(struct world *w);
/* As it was when it was made, with this seed. */
void world_reset(struct world *w, uint64_t seed);

uint32_t world_below(uint32_t n);    /* 0..n-1, of the one world */
bool one_in(struct world *w, int n); /* 0: never */
void tell(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Notes that a promise is broken; the first one stays. */
void wrong(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Whose clock holds: NULL is the hub's. */
void world_clock(struct world *w, const struct machine *m);
void world_pass(struct world *w, const struct machine *m, int64_t ms);

void machine_on(struct machine *m);
void machine_off(struct machine *m);
/* It died (m->disk is dead or is declared so): off, its disk halted, on again, and what was saved
 * is there. */
void machine_dies(struct machine *m, bool kill);
enum err machine_visit(struct machine *m);
void hub_on(struct world *w);
void hub_off(struct world *w);
/* It died: the same. It stays off. */
void hub_dies(struct world *w, bool kill);

/* net.c */
void net_init(struct machine *m);
void net_late(struct world *w);  /* hands the oldest late request to the hub, if there is one */
void net_clear(struct world *w); /* forgets what is on its way */
void net_drop(struct world *w, struct conn *c);
/* Sends an entry that nobody wrote, signed by a key that is not the machine's. */
void net_forge(struct machine *m, const unsigned char sec[SIGN_SEC_BYTES]);
/* scene.c: what may happen while a machine's request is under way (m NULL: while nobody asks). */
void scene_step(struct world *w, struct machine *busy);
/* A clerk enters a few, and their upload breaks behind so many bytes, going up or coming down; then
 * the network is good. True when every promise was kept. -1: it does not break; *up and *down are
 * the bytes that it took. */
bool scene_cut(struct world *w, int64_t at_up, int64_t at_down, int64_t *up, int64_t *down);
/* One whole seed: true when every promise was kept. */
bool scene_run(struct world *w, uint64_t seed);

#endif
