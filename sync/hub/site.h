/* Sites as the hub knows them: invited by a code, joined by a machine, revoked by an officer. */
#ifndef SYNC_HUB_SITE_H
#define SYNC_HUB_SITE_H

#include "sync/hub/hub.h"
#include "sync/wire/talk.h"

#define SITE_NAME_MAX 60 /* code points */
#define HUB_CODE_VALID_MS (7 * CLOCK_DAY_MS)

/* Invites a site (new, or known: its next machine): *code is shown once and kept only as a hash.
 * ERR_FIELD_TYPE (the code is not 12 digits), ERR_TOO_LONG (name). */
enum err hub_site_add(struct hub *h, const char *site, const char *name, int64_t valid_ms,
                      char code[WIRE_CODE_TEXT]);
/* A code for the next machine of a site that is known, its name kept. ERR_NOT_FOUND. */
enum err hub_site_code(struct hub *h, const char *site, int64_t valid_ms,
                       char code[WIRE_CODE_TEXT]);
/* From now on nothing is taken from this site, and its code is void. ERR_NOT_FOUND. */
enum err hub_site_revoke(struct hub *h, const char *site);

/* One machine's enrolment, as the mark of its journal. */
struct hub_mark {
    char site[SITE_CODE];
    int64_t epoch;
    bool revoked;
    unsigned char pub[SIGN_PUB_BYTES];
    int64_t seq;
    unsigned char hash[HASH_BYTES];
};
/* ERR_NOT_ENROLLED: no such site or epoch. A revoked site is read, with its flag. */
enum err hub_mark_read(struct hub *h, const char *site, int64_t epoch, struct hub_mark *out);

/* Enrolment. `box` is what the village sealed to the hub's box key:
 *   {"site","code":HEX,"pub":B64,"data_key":B64 (sealed to the box key),"epoch","seq","hash":HEX}
 * `header` is the request's signed header, which must verify with the key inside. A request of
 * epoch 0 asks for one: the next machine of a site that has had one. Then "data_key" may be
 * missing, and "box" (B64) is a key to which the site's data key is sealed for it; "epoch" is the
 * last one that it knows of. `out` gets "epoch", and for a next machine "name" and "data_key". The
 * same machine may ask twice with the same code, for an answer may be lost. ERR_ENROL_CODE (wrong,
 * used, or none waits), ERR_ENROL_EXPIRED, ERR_HUB_REFUSED (another machine has written under this
 * epoch; another data key), ERR_NOT_FOUND (no machine has ever joined), ERR_SIGNATURE, ERR_SEAL,
 * ERR_JSON. */
enum err hub_enrol(struct hub *h, const struct wire_request *asked, const char *header,
                   const void *box, size_t len, json_t *out);

/* Notes a contact: `trouble` NULL when all is well. drift in ms. */
enum err hub_site_seen(struct hub *h, const char *site, int64_t drift, const char *trouble);

#endif
