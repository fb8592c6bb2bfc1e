/* Sealed bytes cannot be compressed on their way: so what is sealed is said in few bytes before. A
 * file of its own carries what most records have in common, words that both sides know, as zstd's
 * dictionary: first assets/secret/terse-1.txt, now assets/secret/terse-2.dict, which is trained
 * (`make dictionaries`) and so knows too that most of a person is digits. Neither is ever changed:
 * other words are a file, and a first byte, of their own. */
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
