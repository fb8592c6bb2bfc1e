/* Owns: the bytes of a history. Invariant: they are a function of the heads up to its seq alone. */
#include "sync/wire/history.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"

bool wire_history_add(struct wire_history *h, const void *head, size_t len)
{
    if (h->room == NULL)
        h->room = mem_alloc(WIRE_HISTORY_MAX);
    if (len > WIRE_HISTORY_MAX - h->prefix.len)
        return false;
    h->prefix.len += len;
    memcpy(h->room + WIRE_HISTORY_MAX - h->prefix.len, head, len);
    return true;
}

bool wire_history_visit(void *h, const void *head, size_t len)
{
    return wire_history_add(h, head, len);
}

void wire_history_end(struct wire_history *h, int64_t seq)
{
    h->prefix.kind = WIRE_PREFIX_HISTORY;
    h->prefix.id = (uint32_t)seq;
    h->prefix.bytes = h->room != NULL ? h->room + WIRE_HISTORY_MAX - h->prefix.len : NULL;
    secret_hash_once(h->prefix.bytes, h->prefix.len, h->prefix.hash);
}

void wire_history_fini(struct wire_history *h)
{
    free(h->room);
    memset(h, 0, sizeof *h);
}
