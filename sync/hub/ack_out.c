/* Owns: what an acknowledgement on paper says. Invariant: the same mark that goes over the wire. */
#include "sync/hub/ack_out.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "sync/hub/site.h"

enum err hub_ack(struct hub *h, const char *site, struct ack *out, struct buf *digits)
{
    struct hub_mark mark;
    int64_t epoch = hub_number(h->db, 0, "SELECT epoch FROM site WHERE site = ?1", "s", site);
    enum err rc = hub_mark_read(h, site, epoch, &mark);
    if (rc == ERR_OK && mark.revoked)
        rc = err_set(ERR_HUB_REFUSED, "site", "revoked");
    if (rc != ERR_OK)
        return rc;
    *out = (struct ack){.epoch = epoch, .seq = mark.seq, .at = clock_now()};
    snprintf(out->site, sizeof out->site, "%s", mark.site);
    memcpy(out->hash, mark.hash, HASH_BYTES);
    return digits != NULL ? ack_make(out, h->keys.sign_sec, digits) : ERR_OK;
}
