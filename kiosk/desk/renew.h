/* A machine that takes up the records of a site from the hub: a new one in place of an old one, or
 * an old copy (a restored backup, a cloned disk) that must not go on writing under its numbers.
 *
 * It gets an epoch of its own, is closed for entries while it fetches (kiosk/store,
 * journal_closed), and is opened by a replay of the whole journal. What it has that the hub's
 * journal has not stays in table branch (desk/branch.h). */
#ifndef KIOSK_DESK_RENEW_H
#define KIOSK_DESK_RENEW_H

#include "kiosk/desk/site.h"

/* What the hub said to a code. */
struct renew_joined {
    const char *url;
    unsigned char hub_sign[SIGN_PUB_BYTES], hub_box[BOX_PUB_BYTES];
    int64_t epoch;                     /* this machine's from now on */
    unsigned char data_key[KEY_BYTES]; /* of the site */
    const char *clerk,
        *pin; /* who enrols, and a PIN for here; NULL: the PINs of this folder hold */
};

/* The epoch begins: its first entry is of kind "enrol"; closed until renew_end. ERR_PIN_WEAK,
 * ERR_TOO_LONG, the store's errors. */
enum err renew_begin(struct site *s, const struct renew_joined *joined);
/* All is here: tables and settings are made from it, and the machine is open. With a new PIN given
 * at the beginning its clerk is an administrator from now on, by an entry. */
enum err renew_end(struct site *s);
/* Entries came that the tables know nothing of: whoever opens the site next replays. */
enum err renew_stale(struct site *s);
/* Replays them now. */
enum err renew_replay(struct site *s);
/* No entry is written here any more; `why` is one of journal_closed's errors. ERR_OK also when it
 * was closed already, for another reason: the first one stands. */
enum err renew_close(struct site *s, enum err why);

#endif
