/* Owns: the count of wrong passwords. Invariant: a name that nobody has locks like any other, so
 * that nothing is learned from it, but it may be a password in the wrong field: it is kept as a
 * hash, and only for an hour. */
#include "sync/hub/lockout.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "sync/hub/audit.h"

#define TRIES_NAME 5
#define TRIES_ADDRESS 20
#define LOCK_MS 30000
#define LOCK_MAX_MS (3600 * 1000LL)
#define FORGET_MS (3600 * 1000LL)

#define KEY 80

static bool known(struct hub *h, const char *name)
{
    return hub_number(h->db, 0, "SELECT count(*) FROM officer WHERE name = ?1", "s", name) > 0;
}

static const char *name_key(struct hub *h, const char *name, char out[KEY])
{
    unsigned char hash[HASH_BYTES];
    char text[2 * HASH_BYTES + 1];
    secret_hash_once(name, strlen(name), hash);
    hex_encode(hash, sizeof hash, text);
    bool is = known(h, name);
    snprintf(out, KEY, "%c%s", is ? 'n' : 'x', is ? name : text);
    return out;
}

static const char *address_key(const char *address, char out[KEY])
{
    snprintf(out, KEY, "a%s", address);
    return out;
}

/* Of a lock that a clock set back would stretch, no more than the longest counts. */
static int64_t left(struct hub *h, const char *key)
{
    int64_t ms = hub_number(h->db, 0, "SELECT until FROM log_in_lock WHERE who = ?1", "s", key) -
                 clock_now();
    return ms <= 0 ? 0 : ms < LOCK_MAX_MS ? ms : LOCK_MAX_MS;
}

enum err hub_lock_check(struct hub *h, const char *name, const char *address)
{
    char key[KEY];
    int64_t by_name = left(h, name_key(h, name, key));
    int64_t by_address = left(h, address_key(address, key));
    int64_t ms = by_name > by_address ? by_name : by_address;
    return ms > 0 ? err_set(ERR_PIN_LOCKED, NULL, "%lld s", (long long)((ms + 999) / 1000))
                  : ERR_OK;
}

static enum err note(struct hub *h, const char *key, int tries, bool *locked)
{
    int64_t now = clock_now(), until = 0;
    int64_t wrong =
        1 + hub_number(h->db, 0, "SELECT wrong FROM log_in_lock WHERE who = ?1", "s", key);
    if (wrong >= tries) {
        int64_t doublings = wrong - tries < 7 ? wrong - tries : 7;
        int64_t lock = (int64_t)LOCK_MS << doublings;
        until = now + (lock < LOCK_MAX_MS ? lock : LOCK_MAX_MS);
        *locked = true;
    }
    return hub_run(h->db,
                   "INSERT INTO log_in_lock (who, wrong, last, until) VALUES (?1, ?2, ?3, ?4)"
                   " ON CONFLICT (who) DO UPDATE SET wrong = ?2, last = ?3, until = ?4",
                   "siii", key, wrong, now, until);
}

enum err hub_lock_note(struct hub *h, const char *name, const char *address, bool *locked)
{
    char key[KEY];
    bool is = known(h, name);
    *locked = false;
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_run(h->db, "DELETE FROM log_in_lock WHERE last < ?1 AND until < ?2", "ii",
                 clock_now() - FORGET_MS, clock_now());
    if (rc == ERR_OK)
        rc = note(h, name_key(h, name, key), TRIES_NAME, locked);
    if (rc == ERR_OK)
        rc = note(h, address_key(address, key), TRIES_ADDRESS, locked);
    if (rc == ERR_OK)
        rc = hub_audit_note(h, is ? name : "?", *locked ? "log_in_locked" : "log_in_failed", NULL,
                            NULL, is ? NULL : "no such name");
    return hub_end(h->db, rc);
}

enum err hub_lock_clear(struct hub *h, const char *name)
{
    char key[KEY];
    return hub_run(h->db, "DELETE FROM log_in_lock WHERE who = ?1", "s", name_key(h, name, key));
}

enum err hub_lock_lift(struct hub *h, const char *who)
{
    if (hub_number(h->db, 0,
                   "SELECT count(*) FROM log_in_lock WHERE (who = 'n' || ?1 OR who = 'a' || ?1)"
                   " AND until > ?2",
                   "si", who, clock_now()) == 0)
        return err_set(ERR_NOT_FOUND, "NAME", "%s", who);
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_run(h->db, "DELETE FROM log_in_lock WHERE who = 'n' || ?1 OR who = 'a' || ?1", "s",
                 who);
    return hub_end(h->db, rc == ERR_OK ? hub_audit(h, NULL, "unlock", NULL, who) : rc);
}
