/* What is told of a request that ended: a line of the log, and the figures. */
#ifndef SYNC_HUB_TELL_H
#define SYNC_HUB_TELL_H

#include "sync/hub/web.h"

void tell_request(const struct web *w);

#endif
