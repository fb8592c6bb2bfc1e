/* Owns: changes to villages. Invariant: what was revoked stays so; a new code makes a new machine.
 */
#include "sync/hub/site_admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/audit.h"

/* One statement that changes the village, and the row that tells it. */
static enum err told(struct hub *h, enum err rc, const char *what, const char *site,
                     const char *subject, const char *note)
{
    return hub_end(h->db, rc == ERR_OK ? hub_audit_note(h, NULL, what, site, subject, note) : rc);
}

static enum err begin(struct hub *h, const char *site)
{
    if (hub_number(h->db, 0, "SELECT count(*) FROM site WHERE site = ?1", "s", site) == 0)
        return err_set(ERR_NOT_FOUND, "CODE12", "%.20s", site);
    return hub_begin(h->db);
}

enum err hub_site_rename(struct hub *h, const char *site, const char *name)
{
    enum err rc = utf8_check(name, strlen(name));
    if (rc == ERR_OK && *name == 0)
        rc = err_set(ERR_FIELD_REQUIRED, "NAME", NULL);
    if (rc == ERR_OK && utf8_count(name) > SITE_NAME_MAX)
        rc = err_set(ERR_TOO_LONG, "NAME", NULL);
    if (rc == ERR_OK)
        rc = begin(h, site);
    if (rc != ERR_OK)
        return rc;
    rc = hub_run(h->db, "UPDATE site SET name = ?2 WHERE site = ?1", "ss", site, name);
    return told(h, rc, "site_change", site, NULL, name);
}

const char *site_degrees(int64_t micro, char out[24])
{
    snprintf(out, 24, "%s%lld.%06lld", micro < 0 ? "-" : "", llabs((long long)micro) / 1000000,
             llabs((long long)micro) % 1000000);
    return out;
}

enum err hub_machine_revoke(struct hub *h, const char *site, int64_t epoch)
{
    char machine[24];
    if (hub_number(h->db, 0, "SELECT count(*) FROM site_epoch WHERE site = ?1 AND epoch = ?2", "si",
                   site, epoch) == 0)
        return err_set(ERR_NOT_FOUND, "machine", "%lld", (long long)epoch);
    enum err rc = begin(h, site);
    if (rc != ERR_OK)
        return rc;
    snprintf(machine, sizeof machine, "%lld", (long long)epoch);
    rc = hub_run(h->db,
                 "UPDATE site_epoch SET revoked = coalesce(revoked, ?3)"
                 " WHERE site = ?1 AND epoch = ?2",
                 "sii", site, epoch, clock_now());
    return told(h, rc, "site_revoke", site, machine, NULL);
}

enum err hub_site_code_void(struct hub *h, const char *site)
{
    enum err rc = begin(h, site);
    if (rc != ERR_OK)
        return rc;
    rc = hub_run(h->db, "UPDATE site SET code_hash = NULL WHERE site = ?1", "s", site);
    return told(h, rc, "site_code", site, NULL, "void");
}
