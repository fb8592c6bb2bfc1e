/* Owns: officers, their sessions, and the lock after wrong passwords. Invariant: neither a password
 * nor a session's token stands in the store, only what proves them. */
#include "sync/hub/user.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/rnd.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/audit.h"
#include "sync/hub/lockout.h"

#define SEEN_MS 60000 /* a session notes its last request no finer than this */

static const char *const roles[] = {"viewer", "officer", "admin"};

static int rank_of(const char *role)
{
    for (int i = 0; i < (int)(sizeof roles / sizeof *roles); i++)
        if (strcmp(roles[i], role) == 0)
            return i;
    return -1;
}

bool hub_role_known(const char *role)
{
    return rank_of(role) >= 0;
}

bool hub_role_may(const char *role, const char *needed)
{
    return rank_of(role) >= rank_of(needed);
}

enum err hub_password_check(const char *password)
{
    if (utf8_count(password) < HUB_PASSWORD_MIN || strlen(password) > 256)
        return err_set(ERR_PIN_WEAK, "password", "%d", HUB_PASSWORD_MIN);
    return ERR_OK;
}

static enum err check_user(const char *name, const char *role, const char *password)
{
    if (!hub_role_known(role))
        return err_set(ERR_FIELD_CHOICE, "--role", "viewer, officer, admin");
    if (*name == 0)
        return err_set(ERR_FIELD_REQUIRED, "NAME", NULL);
    if (strlen(name) >= HUB_USER_NAME)
        return err_set(ERR_TOO_LONG, "NAME", NULL);
    enum err rc = utf8_check(name, strlen(name));
    return rc == ERR_OK ? hub_password_check(password) : rc;
}

enum err hub_user_add(struct hub *h, const char *name, const char *role, const char *password)
{
    char hash[128];
    enum err rc = check_user(name, role, password);
    if (rc != ERR_OK)
        return rc;
    secret_password_hash(password, hash);
    rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_run(h->db,
                 "INSERT INTO officer (name, role, password, added) VALUES (?1, ?2, ?3, ?4)"
                 " ON CONFLICT (name) DO UPDATE SET role = ?2, password = ?3, disabled = NULL",
                 "sssi", name, role, hash, clock_now());
    if (rc == ERR_OK)
        rc = hub_run(h->db, "DELETE FROM session WHERE officer = ?1", "s", name);
    return hub_end(h->db,
                   rc == ERR_OK ? hub_audit_note(h, NULL, "user_add", NULL, name, role) : rc);
}

/* --- sessions ---------------------------------------------------------------------------------
 */

static void token_hash(const char *token, unsigned char out[HASH_BYTES])
{
    secret_hash_once(token, strlen(token), out);
}

static void random_text(char out[HUB_TOKEN_TEXT])
{
    unsigned char bytes[32];
    rnd_bytes(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, out);
}

static enum err open_session(struct hub *h, const char *token, const struct hub_session *s)
{
    unsigned char hash[HASH_BYTES];
    token_hash(token, hash);
    enum err rc = hub_run(h->db, "DELETE FROM session WHERE until < ?1", "i", clock_now());
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO session (token, officer, csrf, until, opened, seen, address)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
                     "bssiis", hash, sizeof hash, s->name, s->csrf, clock_now() + HUB_SESSION_MS,
                     clock_now(), h->asker.address);
    return rc;
}

/* An unknown name costs the same derivation, against a hash that nothing matches. */
static bool right_password(struct hub *h, const char *name, const char *password,
                           struct hub_session *out)
{
    static char nobody[128];
    char hash[128];
    struct hub_rows rows;
    if (nobody[0] == 0)
        secret_password_hash("nobody's password", nobody);
    memcpy(hash, nobody, sizeof hash);
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT password, role FROM officer WHERE name = ?1 AND disabled IS NULL",
                          "s", name);
    bool known = rc == ERR_OK && hub_next(&rows, &rc);
    if (known) {
        snprintf(hash, sizeof hash, "%s", hub_text(&rows, 0));
        snprintf(out->role, sizeof out->role, "%s", hub_text(&rows, 1));
        hub_done(&rows);
    }
    return secret_password_check(hash, password) && known;
}

enum err hub_log_in(struct hub *h, const char *name, const char *password, const char *address,
                    char token[HUB_TOKEN_TEXT], struct hub_session *out)
{
    bool locked;
    memset(out, 0, sizeof *out);
    if (strlen(name) >= sizeof out->name || strlen(password) > 256)
        return err_set(ERR_PIN_WRONG, NULL, NULL);
    enum err rc = hub_lock_check(h, name, address);
    if (rc != ERR_OK)
        return rc;
    hub_audit_by(h, NULL, NULL, address);
    if (!right_password(h, name, password, out)) {
        rc = hub_lock_note(h, name, address, &locked);
        return rc != ERR_OK ? rc : err_set(ERR_PIN_WRONG, NULL, NULL);
    }
    memcpy(out->name, name, strlen(name) + 1);
    random_text(token);
    random_text(out->csrf);
    hub_audit_by(h, name, out->role, address);
    rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_audit(h, NULL, "log_in", NULL, NULL);
    if (rc == ERR_OK)
        rc = hub_lock_clear(h, name);
    return hub_end(h->db, rc == ERR_OK ? open_session(h, token, out) : rc);
}

enum err hub_session_find(struct hub *h, const char *token, struct hub_session *out)
{
    struct hub_rows rows;
    unsigned char hash[HASH_BYTES];
    token_hash(token, hash);
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT s.officer, o.role, s.csrf, o.limited, s.seen FROM session s"
                          " JOIN officer o ON o.name = s.officer"
                          " WHERE s.token = ?1 AND s.until > ?2 AND o.disabled IS NULL",
                          "bi", hash, sizeof hash, clock_now());
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_SIGN_IN, NULL, NULL);
    snprintf(out->name, sizeof out->name, "%s", hub_text(&rows, 0));
    snprintf(out->role, sizeof out->role, "%s", hub_text(&rows, 1));
    snprintf(out->csrf, sizeof out->csrf, "%s", hub_text(&rows, 2));
    out->limited = hub_int(&rows, 3) != 0;
    bool stale = clock_now() - hub_int(&rows, 4) > SEEN_MS;
    hub_done(&rows);
    return stale ? hub_run(h->db, "UPDATE session SET seen = ?2 WHERE token = ?1", "bi", hash,
                           sizeof hash, clock_now())
                 : ERR_OK;
}

enum err hub_log_out(struct hub *h, const char *token)
{
    unsigned char hash[HASH_BYTES];
    token_hash(token, hash);
    enum err rc = hub_audit(h, NULL, "log_out", NULL, NULL);
    if (rc != ERR_OK)
        return rc;
    return hub_run(h->db, "DELETE FROM session WHERE token = ?1", "b", hash, sizeof hash);
}

enum err hub_looked(struct hub *h, const char *site, const char *officer)
{
    return hub_run(h->db,
                   "INSERT INTO looked (site, officer, epoch, seq)"
                   " SELECT e.site, ?2, e.epoch, e.seq FROM site_epoch e"
                   " JOIN site s ON s.site = e.site AND s.epoch = e.epoch WHERE e.site = ?1"
                   " ON CONFLICT (site, officer) DO UPDATE SET epoch = excluded.epoch,"
                   " seq = excluded.seq",
                   "ss", site, officer);
}
