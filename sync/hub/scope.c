/* Owns: which villages an officer may see. Invariant: it is asked of the store each time, so that a
 * change counts with the next row. */
#include "sync/hub/scope.h"

void hub_scope_by(struct hub *h, bool limited)
{
    h->asker.limited = limited;
}

bool hub_scope_has(struct hub *h, const char *site)
{
    return !h->asker.limited ||
           hub_number(h->db, 0,
                      "SELECT count(*) FROM officer_site WHERE officer = ?1 AND site = ?2", "ss",
                      h->asker.who, site) > 0;
}
