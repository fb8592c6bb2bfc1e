/* The hub's certificate: one of its own making, which villages pin by its key. */
#ifndef SYNC_HUB_TLS_H
#define SYNC_HUB_TLS_H

#include "kiosk/base/buf.h"
#include "sync/wire/tls.h"

/* Makes a P-256 key and a certificate signed by itself, valid for 30 years, in PEM files of mode
 * 0600; when both are there nothing is done. ERR_IO, ERR_DISK_FULL, ERR_CORRUPT (one without the
 * other). */
enum err tls_make(const char *cert, const char *key);
/* What is to be pinned of a certificate in PEM (NUL-terminated). ERR_CORRUPT: it cannot be read. */
enum err tls_pin(const struct buf *cert, struct wire_tls *out);

#endif
