/* A scan or photo that belongs to a case: known by name and hash; the file itself stays where it
 * is and does not travel. */
#ifndef KIOSK_DESK_ATTACH_H
#define KIOSK_DESK_ATTACH_H

#include <jansson.h>

#include "kiosk/base/err.h"

/* Puts "file" (the name without folders), "hash" (BLAKE2b-256, hex) and "size" of the file at
 * `path` into a step's input. ERR_IO, ERR_TOO_LONG (over 2 GB). */
enum err attach_read(const char *path, json_t *in);

#endif
