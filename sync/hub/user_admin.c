/* Owns: changes to users. Invariant: somebody is left who may change users. */
#include "sync/hub/user_admin.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "sync/hub/audit.h"
#include "sync/hub/lockout.h"

static enum err known(struct hub *h, const char *name)
{
    if (hub_number(h->db, 0, "SELECT count(*) FROM officer WHERE name = ?1", "s", name) > 0)
        return ERR_OK;
    return err_set(ERR_NOT_FOUND, "NAME", "%.60s", name);
}

/* Before one is taken out of their number. */
static enum err another_admin(struct hub *h, const char *name)
{
    static const char sql[] = "SELECT count(*) FROM officer WHERE role = 'admin' AND name <> ?1"
                              " AND disabled IS NULL";
    bool is =
        hub_number(h->db, 0, "SELECT count(*) FROM officer WHERE name = ?1 AND role = 'admin'", "s",
                   name) > 0;
    if (!is || hub_number(h->db, 0, sql, "s", name) > 0)
        return ERR_OK;
    return err_set(ERR_STATE, "admin", "%.60s", name);
}

enum err hub_user_role(struct hub *h, const char *name, const char *role)
{
    if (!hub_role_known(role))
        return err_set(ERR_FIELD_CHOICE, "--role", "viewer, officer, admin");
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = known(h, name);
    if (rc == ERR_OK && strcmp(role, "admin") != 0)
        rc = another_admin(h, name);
    if (rc == ERR_OK)
        rc = hub_run(h->db, "UPDATE officer SET role = ?2 WHERE name = ?1", "ss", name, role);
    if (rc == ERR_OK)
        rc = hub_audit_note(h, NULL, "user_change", NULL, name, role);
    return hub_end(h->db, rc);
}

static enum err end_all(struct hub *h, const char *name)
{
    return hub_run(h->db, "DELETE FROM session WHERE officer = ?1", "s", name);
}

enum err hub_user_disable(struct hub *h, const char *name, bool disabled)
{
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = known(h, name);
    if (rc == ERR_OK && disabled)
        rc = another_admin(h, name);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "UPDATE officer SET disabled = CASE WHEN ?2 = 0 THEN NULL ELSE ?2 END"
                     " WHERE name = ?1",
                     "si", name, disabled ? clock_now() : 0);
    if (rc == ERR_OK && disabled)
        rc = end_all(h, name);
    if (rc == ERR_OK)
        rc = hub_audit_note(h, NULL, "user_change", NULL, name, disabled ? "disabled" : "enabled");
    return hub_end(h->db, rc);
}

/* A wrong one counts towards the lock, as at the log-in. */
static enum err check_old(struct hub *h, const char *name, const char *old)
{
    struct hub_rows rows;
    char hash[128] = "";
    bool locked;
    enum err rc = hub_lock_check(h, name, h->asker.address);
    if (rc == ERR_OK)
        rc = hub_ask(h->db, &rows, "SELECT password FROM officer WHERE name = ?1", "s", name);
    if (rc == ERR_OK && hub_next(&rows, &rc)) {
        snprintf(hash, sizeof hash, "%s", hub_text(&rows, 0));
        hub_done(&rows);
    }
    if (rc != ERR_OK || (strlen(old) <= 256 && secret_password_check(hash, old)))
        return rc;
    rc = hub_lock_note(h, name, h->asker.address, &locked);
    return rc == ERR_OK ? err_set(ERR_PIN_WRONG, NULL, NULL) : rc;
}

enum err hub_user_password(struct hub *h, const char *name, const char *old, const char *password)
{
    char hash[128];
    enum err rc = known(h, name);
    if (rc == ERR_OK)
        rc = hub_password_check(password);
    if (rc == ERR_OK && old != NULL)
        rc = check_old(h, name, old);
    if (rc == ERR_OK)
        rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    secret_password_hash(password, hash);
    rc = hub_run(h->db, "UPDATE officer SET password = ?2 WHERE name = ?1", "ss", name, hash);
    if (rc == ERR_OK)
        rc = end_all(h, name);
    if (rc == ERR_OK)
        rc = hub_audit(h, NULL, "user_password", NULL, name);
    return hub_end(h->db, rc);
}

#define BETWEEN " \t\r\n,;"

static enum err add_site(struct hub *h, const char *name, const char *code, size_t len)
{
    char site[SITE_CODE] = "";
    if (len < sizeof site)
        memcpy(site, code, len);
    if (hub_number(h->db, 0, "SELECT count(*) FROM site WHERE site = ?1", "s", site) == 0)
        return err_set(ERR_NOT_FOUND, "CODE12", "%.*s", len < 40 ? (int)len : 40, code);
    return hub_run(h->db,
                   "INSERT INTO officer_site (officer, site) VALUES (?1, ?2)"
                   " ON CONFLICT (officer, site) DO NOTHING",
                   "ss", name, site);
}

enum err hub_user_sites(struct hub *h, const char *name, const char *codes)
{
    const char *at = codes + strspn(codes, BETWEEN);
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = known(h, name);
    if (rc == ERR_OK)
        rc = hub_run(h->db, "DELETE FROM officer_site WHERE officer = ?1", "s", name);
    if (rc == ERR_OK)
        rc = hub_run(h->db, "UPDATE officer SET limited = ?2 WHERE name = ?1", "si", name,
                     (int64_t)(*at != 0));
    while (rc == ERR_OK && *at != 0) {
        size_t len = strcspn(at, BETWEEN);
        rc = add_site(h, name, at, len);
        at += len;
        at += strspn(at, BETWEEN);
    }
    if (rc == ERR_OK)
        rc = hub_audit_note(h, NULL, "user_change", NULL, name, *codes != 0 ? codes : "all");
    return hub_end(h->db, rc);
}

enum err hub_session_end(struct hub *h, const char *id)
{
    struct hub_rows rows;
    unsigned char token[HASH_BYTES];
    char name[HUB_USER_NAME] = "";
    if (strlen(id) != 2 * HASH_BYTES || hex_decode(id, token, sizeof token) != 0)
        return err_set(ERR_NOT_FOUND, "session", NULL);
    enum err rc = hub_ask(h->db, &rows, "SELECT officer FROM session WHERE token = ?1", "b", token,
                          sizeof token);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "session", NULL);
    snprintf(name, sizeof name, "%s", hub_text(&rows, 0));
    hub_done(&rows);
    rc = hub_audit(h, NULL, "session_end", NULL, name);
    if (rc != ERR_OK)
        return rc;
    return hub_run(h->db, "DELETE FROM session WHERE token = ?1", "b", token, sizeof token);
}

enum err hub_sessions_end(struct hub *h, const char *name)
{
    enum err rc = known(h, name);
    if (rc == ERR_OK)
        rc = hub_audit_note(h, NULL, "session_end", NULL, name, "all");
    return rc == ERR_OK ? end_all(h, name) : rc;
}
