/* The link to the hub as the village knows it: whom it joined, what has arrived, what was refused.
 * Kept beside the journal (it is this machine's knowledge), written by the agent, shown by the
 * screens. */
#ifndef KIOSK_DESK_LINK_H
#define KIOSK_DESK_LINK_H

#include "kiosk/desk/site.h"

/* The key of the hub's secured connections. */
struct link_pin {
    int64_t at; /* UTC ms from which it counts */
    unsigned char pin[32];
};

struct link_state {
    bool enrolled;
    char url[256];
    unsigned char hub_sign[SIGN_PUB_BYTES];
    unsigned char hub_box[BOX_PUB_BYTES];
    bool pinned; /* connections are with the owner of: */
    struct link_pin pin;
    int64_t epoch, last; /* the journal's own tip */
    int64_t acked;       /* seq up to which the hub has everything of this epoch */
    unsigned char acked_hash[HASH_BYTES];
    int64_t acked_at; /* CLOCK_NONE: never */
    bool on_paper;    /* the last acknowledgement came on paper */
    int64_t orders;   /* number of the last order */
    int64_t refused;  /* entries that the hub could not use */
    bool forked;      /* another machine wrote under these numbers too, says the hub */
    int64_t apart;   /* entries set aside here: the site's journal has others under their numbers */
    int64_t contact; /* last answer of the hub; CLOCK_NONE: never */
    int64_t drift;   /* our clock minus the hub's, ms, at the last contact */
    char trouble[256]; /* why the last try failed, "" when it did not; in the reader's words */
    int64_t tried;     /* last try; CLOCK_NONE: never */
    /* by stick; CLOCK_NONE: never */
    int64_t stick_out, stick_in; /* a bundle was written, an answer was read */
};

enum err link_read(struct store *s, const char *site, struct link_state *out);
/* True when the hub has that entry of this site. */
bool link_arrived(struct store *s, int64_t epoch, int64_t seq);
/* True when an entry behind number `after` of the epoch is of a kind that overtakes everything else
 * on the way up. */
bool link_express(struct store *s, int64_t epoch, int64_t after);
/* After enrolment: remembers the hub and writes the entry of kind "enrol". */
enum err link_joined(struct site *s, const char *url, const unsigned char hub_sign[SIGN_PUB_BYTES],
                     const unsigned char hub_box[BOX_PUB_BYTES]);
/* The key that secured connections must show from now on; NULL: none is pinned. */
enum err link_pinned(struct store *s, const struct link_pin *pin);
/* Whether an unsecured line to another machine is wanted: said by the operator at enrolment. */
enum err link_allow_plain(struct store *s, bool allow);
bool link_plain(struct store *s);
/* Remembers the hub alone, and that this machine writes under `epoch`; inside a transaction. */
enum err link_hub(struct site *s, const char *url, const unsigned char hub_sign[SIGN_PUB_BYTES],
                  const unsigned char hub_box[BOX_PUB_BYTES], int64_t epoch);
/* The hub has everything up to seq, whose hash is `hash`. ERR_FORK when our entry of that number
 * has another hash, ERR_OLD_COPY when we have no entry of that number; an ack that goes back (hub
 * restored) is taken as it is. */
enum err link_acked(struct store *s, int64_t epoch, int64_t seq,
                    const unsigned char hash[HASH_BYTES], int64_t at);
/* The same by an acknowledgement on paper, made `at`; its digits are kept, as what bears it out. */
enum err link_acked_paper(struct store *s, int64_t epoch, int64_t seq,
                          const unsigned char hash[HASH_BYTES], int64_t at, const char *digits);
/* ERR_OLD_COPY when no entry of that number is here, ERR_FORK when it has another hash; number 0 is
 * every chain's. */
enum err link_own(struct store *s, int64_t epoch, int64_t seq,
                  const unsigned char hash[HASH_BYTES]);
enum err link_refused(struct store *s, int64_t epoch, int64_t seq, const char *why);
/* Notes a contact (trouble NULL) or a failed try (trouble: as err_keep says it). drift: CLOCK_NONE
 * when unknown; a change by more than 60 s is also an entry of kind "clock". */
enum err link_note(struct journal *j, int64_t at, int64_t drift, const char *trouble);
/* Notes what was carried: a bundle written (out), an answer read (in). */
enum link_stick { LINK_STICK_OUT, LINK_STICK_IN };
enum err link_stick(struct store *s, enum link_stick what, int64_t at);
/* Up to this moment of the hub's own clock every order of the hub is here; INT64_MIN: of none. */
enum err link_heard_all(struct store *s, int64_t hub_at);
int64_t link_heard(struct store *s);
/* Refused entries: an array of {"seq","why","kind","at"}; owned by the caller. */
enum err link_refusals(struct store *s, json_t **out);

#endif
