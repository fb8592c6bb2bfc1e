/* The hub's log: one JSON object a line on a file (standard error), for a collector to read.
 *
 * Never in it: names, ID numbers, telephones, addresses, queries, forms, or a path as it was asked:
 * a request is told by its route's pattern. */
#ifndef SYNC_HUB_LOG_H
#define SYNC_HUB_LOG_H

#include <jansson.h>

/* From now on lines go there; -1 (as it begins): nowhere. */
void log_open(int fd);
/* {"at":...,"event":EVENT, and the members of `facts`}; `facts` is used up; NULL: none. One write
 * a line, from any thread. */
void log_line(const char *event, json_t *facts);

#endif
