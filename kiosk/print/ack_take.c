/* Owns: acknowledgements on paper at the village. Invariant: nothing counts as arrived but what the
 * hub's own key has signed and our own entry's hash bears out; an older paper takes nothing back.
 */
#include <string.h>

#include "kiosk/desk/link.h"
#include "kiosk/print/ack.h"

static enum err settle(struct site *s, const struct ack *a, const char *typed,
                       const struct link_state *link, enum ack_answer *answer)
{
    if (a->epoch > link->epoch) /* a machine that joined behind us wrote them */
        return err_set(ERR_FORK, NULL, "%lld.%lld", (long long)a->epoch, (long long)a->seq);
    enum err rc = link_own(s->j.store, a->epoch, a->seq, a->hash);
    *answer = a->epoch < link->epoch || a->seq <= link->acked ? ACK_OLDER : ACK_ARRIVED;
    if (rc != ERR_OK || *answer == ACK_OLDER)
        return rc;
    return link_acked_paper(s->j.store, a->epoch, a->seq, a->hash, a->at, typed);
}

enum err ack_take(struct site *s, const char *typed, struct ack *out, enum ack_answer *answer)
{
    struct link_state link;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK && !link.enrolled)
        rc = err_set(ERR_NOT_ENROLLED, NULL, NULL);
    if (rc == ERR_OK)
        rc = ack_read(typed, link.hub_sign, out);
    if (rc == ERR_OK && strcmp(out->site, s->j.site) != 0)
        rc = err_set(ERR_ACK_FOREIGN, out->site, NULL);
    if (rc == ERR_OK)
        rc = settle(s, out, typed, &link, answer);
    return rc;
}
