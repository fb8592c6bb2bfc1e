/* Files, whole: read with a limit, written so that either the old or the new one is there. */
#ifndef KIOSK_BASE_FILE_H
#define KIOSK_BASE_FILE_H

#include <stddef.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"

#define FILE_LIMIT ((size_t)16 << 20)

/* Appends the file's bytes to `into`. ERR_IO (with the path and the reason), ERR_TOO_LONG beyond
 * `limit` bytes. */
enum err file_read(const char *path, struct buf *into, size_t limit);
/* Writes by temporary name, fsync, rename. ERR_IO, ERR_DISK_FULL. `mode` as for open(2). */
enum err file_write(const char *path, const void *bytes, size_t len, unsigned mode);
/* Makes a folder if it is missing, with its parents (mode 0700). ERR_IO, ERR_DISK_FULL. */
enum err file_folder(const char *path);
/* The error for errno after a failed call on `path`, noted. */
enum err file_errno(const char *path);

#endif
