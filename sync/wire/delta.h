/* A text as the difference from another that the other side holds: zstd's patches. Pure. And the
 * texts that ship with the program, as both sides lean on them. */
#ifndef SYNC_WIRE_DELTA_H
#define SYNC_WIRE_DELTA_H

#include <stdbool.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"
#include "kiosk/secret/secret.h"

#define WIRE_BASE 16 /* bytes of the hash that names the text that a patch leans on */

void wire_base_name(const void *text, size_t len, unsigned char out[WIRE_BASE]);

/* Appends the patch that makes `text` of `base`. */
void wire_delta_make(const void *base, size_t base_len, const void *text, size_t len,
                     struct buf *out);
/* Appends the text. ERR_FRAME (it is no patch, or one of another text), ERR_TOO_LONG (beyond
 * `limit` bytes). */
enum err wire_delta_apply(const void *base, size_t base_len, const void *patch, size_t len,
                          size_t limit, struct buf *out);

/* True for the kinds of orders that go as patches: they carry a definition. */
bool wire_delta_kind(const char *kind);
/* The definition of that kind and id that ships with this program, as compact JSON; false: none. */
bool wire_shipped(const char *kind, const char *id, struct buf *out);
/* The i-th of all that ship (from 0); false behind the last. One that is no JSON is empty. */
bool wire_shipped_at(size_t i, struct buf *out);

#endif
