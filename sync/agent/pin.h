/* Whom the agent speaks with on a secured connection: the hub whose key it pinned, not whoever a
 * certificate authority vouches for. */
#ifndef SYNC_AGENT_PIN_H
#define SYNC_AGENT_PIN_H

#include "kiosk/desk/link.h"
#include "sync/agent/way.h"

/* ERR_HUB_PLAIN: `url` is http to another machine, and nobody said that this is wanted. */
enum err pin_check_url(struct store *s, const char *url);
/* From now on the way speaks as the link knows its hub: pinned, or by the machine's authorities
 * (a hub that stands behind another server). */
void pin_use(struct way *way, const struct link_state *link);
/* The answer about the hub's keys, which must be those of `hub_sign`: *pinned false when it names
 * no key of secured connections. ERR_HUB_KEY. */
enum err pin_read(const json_t *keys, const unsigned char hub_sign[SIGN_PUB_BYTES],
                  struct link_pin *out, bool *pinned);
/* The hub showed another key than the one we pinned: asks it for its own word of a newer one. True
 * when there is one; it is kept and used from now on. */
bool pin_renew(struct store *s, struct way *way, struct link_state *link);

#endif
