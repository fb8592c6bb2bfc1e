/* Owns: the division of cases among officers. Invariant: a case has one officer or none. */
#include "sync/hub/work.h"

#include <stdio.h>

#include "kiosk/base/clock.h"
#include "sync/hub/audit.h"
#include "sync/hub/live.h"

static enum err check(struct hub *h, const char *site, const char *id, const char *officer)
{
    if (hub_number(h->db, 0, "SELECT count(*) FROM case_file WHERE site = ?1 AND id = ?2", "ss",
                   site, id) == 0)
        return err_set(ERR_NOT_FOUND, "case", "%.40s", id);
    if (*officer != 0 &&
        hub_number(h->db, 0,
                   "SELECT count(*) FROM officer WHERE name = ?1 AND disabled IS NULL"
                   " AND role IN ('officer', 'admin')",
                   "s", officer) == 0)
        return err_set(ERR_NOT_FOUND, "officer", "%.60s", officer);
    return ERR_OK;
}

enum err hub_work_assign(struct hub *h, const char *site, const char *id, const char *officer)
{
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = check(h, site, id, officer);
    if (rc == ERR_OK && *officer == 0)
        rc = hub_run(h->db, "DELETE FROM case_work WHERE site = ?1 AND case_id = ?2", "ss", site,
                     id);
    else if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO case_work (site, case_id, officer, at, giver)"
                     " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (site, case_id)"
                     " DO UPDATE SET officer = ?3, at = ?4, giver = ?5",
                     "sssis", site, id, officer, clock_now(), h->asker.who);
    if (rc == ERR_OK)
        rc = hub_audit_note(h, NULL, "assign", site, id, officer);
    if (rc == ERR_OK)
        hub_changed(h, "case", site);
    return hub_end(h->db, rc);
}

enum err hub_work_who(struct hub *h, const char *site, const char *id, char officer[64])
{
    struct hub_rows r;
    *officer = 0;
    enum err rc =
        hub_ask(h->db, &r, "SELECT officer FROM case_work WHERE site = ?1 AND case_id = ?2", "ss",
                site, id);
    if (rc != ERR_OK || !hub_next(&r, &rc))
        return rc;
    snprintf(officer, 64, "%s", hub_text(&r, 0));
    hub_done(&r);
    return ERR_OK;
}
