/* One hub: its store, its keys, and the villages' data keys that it holds in memory.
 *
 * The keys (Ed25519 to sign, X25519 to open) are a file of their own beside the store, mode 0600:
 * a copy of the store alone opens nobody's personal data. */
#ifndef SYNC_HUB_HUB_H
#define SYNC_HUB_HUB_H

#include <jansson.h>

#include "kiosk/secret/secret.h"
#include "kiosk/store/journal.h"
#include "sync/hub/db.h"
#include "sync/wire/talk.h"
#include "sync/wire/tls.h"

struct hub_keys {
    unsigned char sign_pub[SIGN_PUB_BYTES], box_pub[BOX_PUB_BYTES];
    unsigned char sign_sec[SIGN_SEC_BYTES], box_sec[BOX_SEC_BYTES];
};

struct hub_vault { /* data keys opened so far */
    struct hub_vault_key {
        char site[SITE_CODE];
        int64_t epoch;
        unsigned char key[KEY_BYTES];
    } * keys;
    size_t n;
};

#define HUB_NONCES 1024 /* requests remembered, so that none is played again */
#define HUB_UPLOADS 128 /* at a time */
#define HUB_LONG 16     /* of them, whose window of 1 MiB fills (upload.h) */

struct hub_talk {       /* with villages, as far as it is not in the store (serve.h) */
    struct hub_upload { /* that run (upload.h) */
        char site[SITE_CODE];
        void *stream; /* NULL: the place is free */
        bool is_long; /* it has one of the few places for such */
        void (*ended)(void *stream);
    } uploads[HUB_UPLOADS];
    unsigned char nonces[HUB_NONCES][WIRE_NONCE];
    size_t next_nonce;
};

struct hub_asker { /* who asks now, as the audit tells it (audit.h) */
    char who[64], role[16], address[48];
    bool limited; /* to some villages (scope.h) */
};
struct hub_live;

struct hub {
    struct hub_db *db;
    struct hub_keys keys;
    struct hub_vault vault;
    struct hub_talk talk;
    struct hub_asker asker;
    struct hub_live *live; /* open pages (live.h); NULL: it does not serve */
    bool secured;          /* it serves TLS, with: */
    struct wire_tls tls;   /* what villages pin */
};

/* Opens the store `where` and the keys in FILES.keys (see db.h); both are made when missing. The
 * caller closes. The store's errors; ERR_CORRUPT: the key file is not one; ERR_HUB_KEY: the store
 * is there, its keys are not, or are others (they would lock out every village). */
enum err hub_open(const char *where, struct hub **out);
void hub_close(struct hub *h);

/* The data key of a site's machine. ERR_NOT_ENROLLED, ERR_SEAL. Borrowed. */
enum err hub_data_key(struct hub *h, const char *site, int64_t epoch, const unsigned char **key);
void hub_forget_keys(struct hub *h); /* wipes what is in memory */
/* The sealed part of an entry ("1.57") or order ("o.3") as JSON; *out is owned by the caller.
 * ERR_NOT_FOUND (no such, or nothing sealed), ERR_NOT_ENROLLED, ERR_SEAL. */
enum err hub_unseal(struct hub *h, const char *site, const char *id, json_t **out);
/* {"name","id_no","phone","address"} of a person of that site; the caller owns it. */
enum err hub_person(struct hub *h, const char *site, const char *person, json_t **out);

/* Divides "1.57". False when it is no such id. */
bool hub_place(const char *id, int64_t *epoch, int64_t *seq);

#endif
