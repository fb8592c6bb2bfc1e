/* The packed fields of a slip: what slip.c signs and seals. */
#ifndef KIOSK_PRINT_SLIP_PACK_H
#define KIOSK_PRINT_SLIP_PACK_H

#include <jansson.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"

/* Packs the members that slip.h names (but "site"). Appends. ERR_FIELD_TYPE, ERR_FIELD_RANGE,
 * ERR_ID_*, ERR_TOO_LONG with the field's path in the note. */
enum err slip_pack(const json_t *what, struct buf *out);
/* Reads it back into a new object (owned by the caller). ERR_SLIP. */
enum err slip_unpack(const unsigned char *bytes, size_t len, json_t **what);

#endif
