/* The trained dictionaries: what villages' entries have in common, for a stream that has no history
 * to lean on (assets/wire/jiujin-N.dict, made by `make dictionaries`). A dictionary that has
 * shipped is never changed: another one takes the next number, and both are kept. */
#ifndef SYNC_WIRE_DICT_H
#define SYNC_WIRE_DICT_H

#include "sync/wire/pack.h"

#define WIRE_DICTIONARY_NEWEST 1

/* The dictionary of that number as a prefix, for both sides; 0: the newest. NULL when this program
 * does not have it. Static. */
const struct wire_prefix *wire_dictionary(uint32_t id);

#endif
