/* Owns: officers, their sessions, and the lock after wrong passwords. Invariant: neither a password
 * nor a session's token stands in the store, only what proves them. */
#include "sync/hub/user.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/rnd.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/audit.h"

#define PASSWORD_MIN 8
#define TRIES_NAME 5
#define TRIES_ADDRESS 20
#define LOCK_MS 30000
#define LOCK_MAX_MS (3600 * 1000LL)
#define FORGET_MS (3600 * 1000LL)

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

static enum err check_user(const char *name, const char *role, const char *password)
{
    if (!hub_role_known(role))
        return err_set(ERR_FIELD_CHOICE, "--role", "viewer, officer, admin");
    if (*name == 0)
        return err_set(ERR_FIELD_REQUIRED, "NAME", NULL);
    if (strlen(name) >= HUB_USER_NAME)
        return err_set(ERR_TOO_LONG, "NAME", NULL);
    if (utf8_count(password) < PASSWORD_MIN || strlen(password) > 256)
        return err_set(ERR_PIN_WEAK, "password", "%d", PASSWORD_MIN);
    return utf8_check(name, strlen(name));
}

enum err hub_user_add(struct hub *h, const char *name, const char *role, const char *password)
{
    char hash[128];
    enum err rc = check_user(name, role, password);
    if (rc != ERR_OK)
        return rc;
    secret_password_hash(password, hash);
    rc = hub_run(h->db,
                 "INSERT INTO officer (name, role, password, added) VALUES (?1, ?2, ?3, ?4)"
                 " ON CONFLICT (name) DO UPDATE SET role = ?2, password = ?3",
                 "sssi", name, role, hash, clock_now());
    if (rc == ERR_OK)
        rc = hub_run(h->db, "DELETE FROM session WHERE officer = ?1", "s", name);
    return rc == ERR_OK ? hub_audit_note(h, NULL, "user_add", NULL, name, role) : rc;
}

/* --- wrong passwords --------------------------------------------------------------------------
 * In memory: a table of the names and addresses that failed last. When it is full the oldest one
 * makes room; an attacker with so many addresses still meets the lock of the name. */

static struct failed {
    char who[HUB_USER_NAME + 2]; /* "n" + name or "a" + address */
    int wrong;
    int64_t last, until; /* steady ms */
} failures[256];

static struct failed *failed_find(char kind, const char *who, bool make)
{
    char key[sizeof failures[0].who];
    snprintf(key, sizeof key, "%c%s", kind, who);
    struct failed *oldest = &failures[0];
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (strcmp(failures[i].who, key) == 0)
            return &failures[i];
        if (failures[i].last < oldest->last)
            oldest = &failures[i];
    }
    if (!make)
        return NULL;
    *oldest = (struct failed){.wrong = 0};
    memcpy(oldest->who, key, sizeof key);
    return oldest;
}

static enum err check_lock(char kind, const char *who)
{
    const struct failed *f = failed_find(kind, who, false);
    int64_t now = clock_mono();
    if (f != NULL && f->until > now)
        return err_set(ERR_PIN_LOCKED, NULL, "%lld s", (long long)((f->until - now + 999) / 1000));
    return ERR_OK;
}

static void note_failure(char kind, const char *who, int tries)
{
    struct failed *f = failed_find(kind, who, true);
    int64_t now = clock_mono();
    if (now - f->last > FORGET_MS && now > f->until)
        f->wrong = 0;
    f->last = now;
    f->wrong++;
    if (f->wrong < tries)
        return;
    int doublings = f->wrong - tries < 7 ? f->wrong - tries : 7;
    int64_t lock = (int64_t)LOCK_MS << doublings;
    f->until = now + (lock < LOCK_MAX_MS ? lock : LOCK_MAX_MS);
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
                     "INSERT INTO session (token, officer, csrf, until) VALUES (?1, ?2, ?3, ?4)",
                     "bssi", hash, sizeof hash, s->name, s->csrf, clock_now() + HUB_SESSION_MS);
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
    enum err rc =
        hub_ask(h->db, &rows, "SELECT password, role FROM officer WHERE name = ?1", "s", name);
    bool known = rc == ERR_OK && hub_next(&rows, &rc);
    if (known) {
        snprintf(hash, sizeof hash, "%s", hub_text(&rows, 0));
        snprintf(out->role, sizeof out->role, "%s", hub_text(&rows, 1));
        hub_done(&rows);
    }
    return secret_password_check(hash, password) && known;
}

/* A name that nobody has may be a password in the wrong field: it is not written down. */
static enum err audit_refused(struct hub *h, const char *name, const char *address)
{
    bool known =
        hub_number(h->db, 0, "SELECT count(*) FROM officer WHERE name = ?1", "s", name) > 0;
    bool locked = check_lock('n', name) != ERR_OK || check_lock('a', address) != ERR_OK;
    hub_audit_by(h, NULL, NULL, address);
    return hub_audit_note(h, known ? name : "?", locked ? "log_in_locked" : "log_in_failed", NULL,
                          NULL, known ? NULL : "no such name");
}

enum err hub_log_in(struct hub *h, const char *name, const char *password, const char *address,
                    char token[HUB_TOKEN_TEXT], struct hub_session *out)
{
    memset(out, 0, sizeof *out);
    if (strlen(name) >= sizeof out->name || strlen(password) > 256)
        return err_set(ERR_PIN_WRONG, NULL, NULL);
    enum err rc = check_lock('n', name);
    if (rc == ERR_OK)
        rc = check_lock('a', address);
    if (rc != ERR_OK)
        return rc;
    if (!right_password(h, name, password, out)) {
        note_failure('n', name, TRIES_NAME);
        note_failure('a', address, TRIES_ADDRESS);
        rc = audit_refused(h, name, address);
        return rc != ERR_OK ? rc : err_set(ERR_PIN_WRONG, NULL, NULL);
    }
    struct failed *f = failed_find('n', name, false);
    if (f != NULL)
        memset(f, 0, sizeof *f);
    memcpy(out->name, name, strlen(name) + 1);
    random_text(token);
    random_text(out->csrf);
    hub_audit_by(h, name, out->role, address);
    rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_audit(h, NULL, "log_in", NULL, NULL);
    return hub_end(h->db, rc == ERR_OK ? open_session(h, token, out) : rc);
}

enum err hub_session_find(struct hub *h, const char *token, struct hub_session *out)
{
    struct hub_rows rows;
    unsigned char hash[HASH_BYTES];
    token_hash(token, hash);
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT s.officer, o.role, s.csrf FROM session s"
                          " JOIN officer o ON o.name = s.officer"
                          " WHERE s.token = ?1 AND s.until > ?2",
                          "bi", hash, sizeof hash, clock_now());
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_SIGN_IN, NULL, NULL);
    snprintf(out->name, sizeof out->name, "%s", hub_text(&rows, 0));
    snprintf(out->role, sizeof out->role, "%s", hub_text(&rows, 1));
    snprintf(out->csrf, sizeof out->csrf, "%s", hub_text(&rows, 2));
    hub_done(&rows);
    return ERR_OK;
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
