/* Sealed bytes cannot be compressed on their way: so what is sealed is said in few bytes before. A
 * text of its own in assets/secret/terse-1.txt (it is read as words that both sides know: zstd's
 * raw dictionary) carries what most records have in common. That file is never changed: other words
 * would be a file, and a first byte, of their own. */
#ifndef KIOSK_SECRET_TERSE_H
#define KIOSK_SECRET_TERSE_H

#include <stddef.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"

/* Appends `plain` in few bytes: as it is where that is shorter, or it is longer than TERSE_MAX. */
void terse_make(const void *plain, size_t len, struct buf *out);
/* Appends what terse_make was given; also takes what was never made terse. ERR_SEAL: damaged, or
 * more than TERSE_MAX. */
enum err terse_read(const void *bytes, size_t len, struct buf *out);

#define TERSE_MAX ((size_t)1 << 20) /* bytes of a plain text */

#endif
