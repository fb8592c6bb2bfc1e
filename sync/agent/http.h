/* The way to a hub by HTTP, libcurl behind it: a connection for each lane, kept between requests.
 */
#ifndef SYNC_AGENT_HTTP_H
#define SYNC_AGENT_HTTP_H

#include "sync/agent/way.h"

/* Gives up on 15 s without a connection or 8 s without a byte, never on a total. The caller frees
 * by way_free. ERR_INTERNAL: no libcurl. */
enum err http_open(struct way **out);

#endif
