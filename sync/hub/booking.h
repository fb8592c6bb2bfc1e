/* Bookings at the hub: by its public page and its API, beside those that the villages send.
 *
 * The hub gives the places of its own share alone (kiosk/rules/slots.h), by the plan that the
 * village told last; a village that told none takes no bookings here. Who books is sealed with the
 * site's data key at once; what stands open is a keyed tag of the ID number. */
#ifndef SYNC_HUB_BOOKING_H
#define SYNC_HUB_BOOKING_H

#include "kiosk/rules/slots.h"
#include "sync/hub/hub.h"

#define HUB_HOLD 65 /* hex of 32 bytes, with NUL */

/* The plan of a site as slots.h has it, owned by the caller. ERR_NOT_FOUND: no such site, or it
 * takes no bookings. */
enum err hub_plan(struct hub *h, const char *site, json_t **out);
/* The half hours of the day (its first ms) for an item: an array of {"from","to","free"}, owned by
 * the caller. Today and the days ahead that the plan names; another day has none. ERR_NOT_FOUND,
 * ERR_FIELD_CHOICE (item). */
enum err hub_slots(struct hub *h, const char *site, int64_t day, const char *item, json_t **out);

/* Holds a place for as long as a form takes. ERR_CONSTRAINT on "from": full, or no such half hour;
 * ERR_SUSPENDED: no service there now; the rest as above. */
enum err hub_hold(struct hub *h, const char *site, const char *item, int64_t from,
                  char token[HUB_HOLD], int64_t *until);

struct hub_wish {
    const char *site, *item;
    int64_t from;
    const char *name, *id_no, *phone; /* as typed */
    const char *hold;                 /* NULL: none */
    const char *means;                /* web, wechat */
    const char *by;                   /* "web", or the token's name */
};
/* Books: with a hold that still stands its place, else a free one; the same hold again gives the
 * same booking. *out (owned by the caller): {"id","number","from","to","item","state"}.
 * ERR_SUSPENDED, ERR_CONSTRAINT on "from" (full) or "person" (has too many ahead), ERR_DUPLICATE on
 * "from" (this person has that half hour), ERR_FIELD_REQUIRED, ERR_TOO_LONG, ERR_ID_*, ERR_PHONE,
 * ERR_SEAL. */
enum err hub_book(struct hub *h, const struct hub_wish *wish, json_t **out);

/* Cancels what is booked, whoever made it: an order to the village. ERR_NOT_FOUND, ERR_STATE. */
enum err hub_booking_cancel(struct hub *h, const char *site, const char *id, const char *by);
/* The same for the citizen, who proves it by telephone and the ID number's last four signs. What
 * does not fit together is ERR_NOT_FOUND, whatever it was. */
enum err hub_booking_recall(struct hub *h, const char *site, const char *number, const char *phone,
                            const char *last4);
/* One booking: {"id","number","from","to","item","state","means","source"}. ERR_NOT_FOUND. */
enum err hub_booking_read(struct hub *h, const char *site, const char *id, json_t **out);
/* Who it is for, unsealed: {"name","id_no","phone"}; owned by the caller. ERR_NOT_FOUND. */
enum err hub_booking_person(struct hub *h, const char *site, const char *id, json_t **out);

/* Projections, inside the caller's transaction: of entries, and of the hub's own orders. */
enum err hub_booking_begin(struct hub *h, const char *site, const struct entry *e);
enum err hub_booking_step(struct hub *h, const char *site, const struct entry *e);
enum err hub_slot_plan(struct hub *h, const char *site, const struct entry *e);
enum err hub_slot_pass(struct hub *h, const char *site, const struct entry *e);

/* Tokens of the API: what each may do is told by its scopes, a space between: "read" (what needs no
 * name), "decide" (cases, people, suspension), "book", "admin" (villages, definitions, users,
 * tokens). None of them brings another along. */
#define HUB_TOKEN_SCOPES "read book" /* unless others are asked for */
/* *token is shown once. ERR_FIELD_REQUIRED, ERR_TOO_LONG, ERR_DUPLICATE, ERR_FIELD_CHOICE. */
enum err hub_token_add(struct hub *h, const char *name, char token[HUB_HOLD]);
enum err hub_token_add_for(struct hub *h, const char *name, const char *scopes,
                           char token[HUB_HOLD]);
enum err hub_token_revoke(struct hub *h, const char *name); /* ERR_NOT_FOUND */
/* The name that a token stands for: at most 63 bytes. ERR_SIGN_IN; ERR_ROLE: it is one, but not for
 * that scope. */
enum err hub_token_find(struct hub *h, const char *token, const char *scope, char name[64]);

#endif
