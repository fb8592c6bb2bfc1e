/* Webhooks: what is told to other servers by itself, signed, so that a work group or a gateway for
 * text messages can be attached. Only an administrator at the machine names receivers.
 *
 * A telling is a POST of JSON {"id","topic","event","site","subject","at"}: ids, nobody's data; who
 * wants more asks the API. topic "incident": event found, or the step (leader_told ... closed);
 * topic "decision": the step of a case (accept, supplement, reject, done). Its header
 *   Jiujin-Signature: t=SECONDS,v1=HEX
 * has HMAC-SHA256, under the hook's secret (its 64 signs as they are), of "SECONDS.BODY"; compare
 * in constant time and refuse old times. `Jiujin-Delivery` is the id: the same one may come twice
 * when an answer was lost. Any 2xx takes it; 410 ends it at once; all else is tried again. */
#ifndef SYNC_HUB_WEBHOOK_H
#define SYNC_HUB_WEBHOOK_H

#include "sync/hub/hub.h"

#define WEBHOOK_ID 9      /* 8 hex digits */
#define WEBHOOK_SECRET 65 /* 64 hex digits */

/* ERR_FIELD_CHOICE (a topic), ERR_CONSTRAINT (not http or https, or with a user in it),
 * ERR_DUPLICATE. `secret` is shown once. */
enum err hub_webhook_add(struct hub *h, const char *url, const char *topics, char id[WEBHOOK_ID],
                         char secret[WEBHOOK_SECRET]);
enum err hub_webhook_remove(struct hub *h, const char *id); /* ERR_NOT_FOUND */
/* A telling that was given up, or waits, is due now. ERR_NOT_FOUND. */
enum err hub_webhook_again(struct hub *h, const char *delivery);

/* In the caller's transaction: whoever hears of this topic is to be told. `entry` is what happened
 * ("1.57", "o.3"): the same one is told once. What happened more than WEBHOOK_AGE_MS ago is not
 * told. */
#define WEBHOOK_AGE_MS (7 * 86400 * 1000LL)
enum err hub_webhook_note(struct hub *h, const char *topic, const char *event, const char *site,
                          const char *subject, const char *entry, int64_t at);

#endif
