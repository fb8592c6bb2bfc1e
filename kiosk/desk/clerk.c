/* Owns: clerks, their PINs and locks.
 * Invariant: a wrong PIN is counted before it is tried, in a commit of its own, so that neither a
 * kill, a restart nor a clock gives a free guess. */
#include "kiosk/desk/clerk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/boot.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

#define LOCK_FIRST_MS 30000
#define LINE_TURNS 500
#define LINE_TURN_US 20000 /* ten seconds in all */
#define VOUCH_MS 60000     /* for the one action that two people sign */
#define LOCK_MOST_MS 3600000

/* Each role and what it may do beside its own work. */
static const struct role {
    const char *name;
    const char *also; /* roles whose work it may do, between blanks */
} roles[] = {{"gate", " "},
             {"ledger", " "},
             {"window", " gate ledger "},
             {"leader", " gate ledger window "},
             {"admin", " gate ledger window leader "}};

static const struct role *role_find(const char *name)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcmp(roles[i].name, name) == 0)
            return &roles[i];
    return NULL;
}

bool clerk_role_known(const char *role)
{
    return role_find(role) != NULL;
}

static bool role_may(const char *has, const char *role)
{
    char word[24];
    const struct role *mine = role_find(has);
    if (mine == NULL)
        return false;
    snprintf(word, sizeof word, " %s ", role);
    return *role == 0 || strcmp(mine->name, role) == 0 || strstr(mine->also, word) != NULL;
}

bool clerk_may(const struct site *s, const char *role)
{
    return s->j.clerk[0] != 0 && role_may(s->j.role, role);
}

static enum err check_name(const char *name)
{
    enum err rc = utf8_check(name, strlen(name));
    if (rc == ERR_OK && *name == 0)
        rc = ERR_FIELD_REQUIRED;
    if (rc == ERR_OK && strlen(name) >= CLERK_NAME)
        rc = ERR_TOO_LONG;
    return rc == ERR_OK ? rc : err_set(rc, "name", NULL);
}

/* --- keys and wraps ----------------------------------------------------------------------------
 */

enum err clerk_wrap(struct site *s, const char *name, const char *pin)
{
    unsigned char machine[KEY_BYTES], salt[SALT_BYTES];
    struct pin_cost cost = secret_pin_cost();
    struct buf wrap = BUF_INIT;
    enum err rc = site_machine_key(s, machine);
    rnd_bytes(salt, sizeof salt);
    if (rc == ERR_OK)
        rc = secret_wrap(pin, machine, salt, cost, s->j.data_key, &wrap);
    sqlite3_stmt *q = store_sql(s->j.store, "INSERT OR REPLACE INTO clerk_key (name, salt, ops,"
                                            " memory, wrap) VALUES (?1, ?2, ?3, ?4, ?5)");
    if (rc == ERR_OK && q == NULL)
        rc = err_last();
    if (rc == ERR_OK) {
        store_bind_text(q, 1, name);
        store_bind_blob(q, 2, salt, sizeof salt);
        store_bind_int(q, 3, (int64_t)cost.ops);
        store_bind_int(q, 4, (int64_t)cost.memory);
        store_bind_blob(q, 5, wrap.data, wrap.len);
        rc = store_run(s->j.store, q);
    }
    secret_wipe(machine, sizeof machine);
    buf_wipe(&wrap);
    return rc;
}

static enum err note_clerk(struct site *s, const char *name, const char *role, bool reset)
{
    json_t *body = json_pack("{s:s,s:s,s:b}", "name", name, "role", role, "reset", reset);
    struct journal_new what = {.kind = "clerk", .at = CLOCK_NONE, .body = body};
    enum err rc = journal_append(&s->j, &what, NULL, NULL);
    json_decref(body);
    return rc;
}

static enum err write_clerk(struct site *s, const char *name, const char *role, const char *pin,
                            bool reset)
{
    enum err rc = journal_begin(&s->j);
    if (rc != ERR_OK)
        return rc;
    rc = clerk_wrap(s, name, pin);
    if (rc == ERR_OK)
        rc = note_clerk(s, name, role, reset);
    return journal_end(&s->j, rc);
}

enum err clerk_admit(struct site *s, const char *name)
{
    return note_clerk(s, name, "admin", true);
}

static enum err role_of(struct site *s, const char *name, char role[16])
{
    bool row;
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT role FROM clerk WHERE name = ?1");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, name);
    enum err rc = store_step(s->j.store, q, &row);
    if (rc == ERR_OK && !row)
        return err_set(ERR_NOT_FOUND, "name", NULL);
    if (rc == ERR_OK) {
        snprintf(role, 16, "%s", store_text(q, 0));
        sqlite3_reset(q);
    }
    return rc;
}

static enum err need_admin(const struct site *s)
{
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    return clerk_may(s, "admin") ? ERR_OK : err_set(ERR_ROLE, NULL, "admin");
}

enum err clerk_add(struct site *s, const char *name, const char *role, const char *pin)
{
    char have[16];
    enum err rc = need_admin(s);
    if (rc == ERR_OK)
        rc = check_name(name);
    if (rc == ERR_OK && !clerk_role_known(role))
        rc = err_set(ERR_FIELD_CHOICE, "role", "gate, window, ledger, leader, admin");
    if (rc == ERR_OK && role_of(s, name, have) == ERR_OK)
        rc = err_set(ERR_DUPLICATE, "name", NULL);
    return rc == ERR_OK ? write_clerk(s, name, role, pin, false) : rc;
}

bool clerk_has(struct site *s, const char *name, const char *role)
{
    char has[16];
    return role_of(s, name, has) == ERR_OK && role_may(has, role);
}

enum err clerk_reset(struct site *s, const char *name, const char *pin)
{
    char role[16];
    enum err rc = need_admin(s);
    if (rc == ERR_OK)
        rc = role_of(s, name, role);
    return rc == ERR_OK ? write_clerk(s, name, role, pin, true) : rc;
}

/* --- signing in --------------------------------------------------------------------------------
 */

struct lock {
    struct pin_cost cost;
    unsigned char salt[SALT_BYTES];
    struct buf wrap;
    int64_t wrong, wait_ms;
};

/* What is left of a lock: only steady time of this same boot counts against it. */
static int64_t time_left(sqlite3_stmt *q)
{
    int64_t wait = store_int(q, 5), passed = clock_mono() - store_int(q, 6);
    if (strcmp(store_text(q, 7), boot_id()) != 0 || passed < 0)
        passed = 0;
    return wait > passed ? wait - passed : 0;
}

static enum err read_lock(struct store *s, const char *name, struct lock *lock)
{
    bool row;
    sqlite3_stmt *q = store_sql(s, "SELECT salt, ops, memory, wrap, wrong, wait_ms, seen, boot"
                                   " FROM clerk_key WHERE name = ?1");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, name);
    enum err rc = store_step(s, q, &row);
    if (rc != ERR_OK)
        return rc;
    if (!row || sqlite3_column_bytes(q, 0) != SALT_BYTES)
        return err_set(ERR_PIN_WRONG, NULL, NULL);
    memcpy(lock->salt, sqlite3_column_blob(q, 0), SALT_BYTES);
    lock->cost = (struct pin_cost){(uint64_t)store_int(q, 1), (uint64_t)store_int(q, 2)};
    buf_add(&lock->wrap, sqlite3_column_blob(q, 3), (size_t)sqlite3_column_bytes(q, 3));
    lock->wrong = store_int(q, 4);
    lock->wait_ms = time_left(q);
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err write_lock(struct store *s, const char *name, int64_t wrong, int64_t wait_ms)
{
    sqlite3_stmt *q = store_sql(s, "UPDATE clerk_key SET wrong = ?2, wait_ms = ?3, seen = ?4,"
                                   " boot = ?5 WHERE name = ?1");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, name);
    store_bind_int(q, 2, wrong);
    store_bind_int(q, 3, wait_ms);
    store_bind_int(q, 4, clock_mono());
    store_bind_text(q, 5, boot_id());
    return store_run(s, q);
}

static int64_t lock_after(int64_t wrong)
{
    int64_t wait = LOCK_FIRST_MS;
    if (wrong < CLERK_TRIES)
        return 0;
    for (int64_t i = CLERK_TRIES; i < wrong && wait < LOCK_MOST_MS; i++)
        wait *= 2;
    return wait < LOCK_MOST_MS ? wait : LOCK_MOST_MS;
}

static enum err note_lock(struct site *s, const char *name, int64_t wrong)
{
    json_t *body = json_pack("{s:s,s:I}", "name", name, "wrong", (json_int_t)wrong);
    struct journal_new what = {.kind = "lock", .at = CLOCK_NONE, .body = body};
    enum err rc = journal_append(&s->j, &what, NULL, NULL);
    json_decref(body);
    return journal_closed_error(rc) ? ERR_OK : rc; /* the lock counts even so */
}

/* Counts the try as a wrong one; the right PIN takes it back. */
static enum err count_try(struct site *s, const char *name, struct lock *lock)
{
    struct store *db = s->j.store;
    enum err rc = store_begin(db);
    if (rc != ERR_OK)
        return rc;
    rc = read_lock(db, name, lock);
    if (rc == ERR_OK && lock->wait_ms > 0) {
        rc = store_end(db, write_lock(db, name, lock->wrong, lock->wait_ms));
        return rc != ERR_OK ? rc
                            : err_set(ERR_PIN_LOCKED, NULL, "%lld s",
                                      (long long)(lock->wait_ms + 999) / 1000);
    }
    if (rc == ERR_OK)
        rc = write_lock(db, name, lock->wrong + 1, lock_after(lock->wrong + 1));
    if (rc == ERR_OK && lock->wrong + 1 >= CLERK_TRIES)
        rc = note_lock(s, name, lock->wrong + 1);
    return store_end(db, rc);
}

static enum err welcome(struct site *s, const char *name, const unsigned char key[KEY_BYTES])
{
    json_t *body = json_object();
    struct journal_new what = {.kind = "sign_in", .at = CLOCK_NONE, .body = body};
    enum err rc = role_of(s, name, s->j.role);
    if (rc == ERR_OK) {
        snprintf(s->j.clerk, sizeof s->j.clerk, "%s", name);
        js_set_str(body, "role", s->j.role);
        rc = journal_begin(&s->j);
    }
    if (rc == ERR_OK) {
        rc = write_lock(s->j.store, name, 0, 0);
        if (rc == ERR_OK)
            rc = journal_append(&s->j, &what, NULL, NULL);
        if (journal_closed_error(rc) && clerk_may(s, "admin"))
            rc = ERR_OK;
        rc = journal_end(&s->j, rc);
    }
    if (rc == ERR_OK) {
        memcpy(s->j.data_key, key, KEY_BYTES);
        s->j.unlocked = true;
    } else {
        s->j.clerk[0] = s->j.role[0] = 0;
    }
    json_decref(body);
    return rc;
}

/* A try is counted before it is made: tries at several terminals stand in a line, so that right
 * PINs at once are not counted as wrong ones. Nobody stands there for ever behind a process that
 * hangs. */
static int stand_in_line(const struct site *s)
{
    char *path = mem_printf("%s/keys/pin.line", s->dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    for (int i = 0; fd >= 0 && i < LINE_TURNS && flock(fd, LOCK_EX | LOCK_NB) != 0; i++)
        usleep(LINE_TURN_US);
    free(path);
    return fd;
}

static void leave_line(int line)
{
    if (line >= 0)
        close(line);
}

/* The data key behind the PIN; *line is left when the count is settled. Wipe the key after use. */
static enum err prove(struct site *s, const char *name, const char *pin,
                      unsigned char key[KEY_BYTES], int *line)
{
    unsigned char machine[KEY_BYTES];
    struct lock lock = {.wrap = BUF_INIT};
    *line = stand_in_line(s);
    enum err rc = count_try(s, name, &lock);
    if (rc == ERR_OK)
        rc = site_machine_key(s, machine);
    if (rc == ERR_OK)
        rc = secret_unwrap(pin, machine, lock.salt, lock.cost, lock.wrap.data, lock.wrap.len, key);
    secret_wipe(machine, sizeof machine);
    buf_wipe(&lock.wrap);
    return rc;
}

enum err clerk_sign_in(struct site *s, const char *name, const char *pin)
{
    int line;
    unsigned char key[KEY_BYTES];
    if (journal_closed(s->j.store, NULL) == ERR_FETCHING) /* who may do what is not here yet */
        return err_set(ERR_FETCHING, NULL, NULL);
    enum err rc = prove(s, name, pin, key, &line);
    if (rc == ERR_OK)
        rc = welcome(s, name, key);
    leave_line(line);
    secret_wipe(key, sizeof key);
    return rc;
}

/* --- vouching ----------------------------------------------------------------------------------
 */

void clerk_vouch_end(struct site *s)
{
    memset(&s->vouch, 0, sizeof s->vouch);
}

enum err clerk_vouch(struct site *s, const char *name, const char *pin)
{
    int line;
    unsigned char key[KEY_BYTES];
    clerk_vouch_end(s);
    enum err rc = prove(s, name, pin, key, &line);
    secret_wipe(key, sizeof key);
    if (rc == ERR_OK)
        rc = write_lock(s->j.store, name, 0, 0);
    leave_line(line);
    if (rc == ERR_OK)
        rc = role_of(s, name, s->vouch.role);
    if (rc != ERR_OK)
        return rc;
    snprintf(s->vouch.name, sizeof s->vouch.name, "%s", name);
    s->vouch.until = clock_mono() + VOUCH_MS;
    return ERR_OK;
}

bool clerk_vouched(const struct site *s, const char *name)
{
    return s->vouch.name[0] != 0 && clock_mono() < s->vouch.until &&
           strcmp(s->vouch.name, name) == 0 && strcmp(s->j.clerk, name) != 0;
}

enum err clerk_answers(const struct site *s, const char *role, char name[CLERK_NAME])
{
    bool mine = clerk_may(s, role);
    const char *who = mine ? s->j.clerk : s->vouch.name;
    if (!mine && (!clerk_vouched(s, who) || !role_may(s->vouch.role, role)))
        return err_set(ERR_VOUCH, NULL, "%s", role);
    snprintf(name, CLERK_NAME, "%s", who);
    return ERR_OK;
}

void clerk_sign_out(struct site *s, const char *why)
{
    if (s->j.unlocked) {
        json_t *body = json_pack("{s:s}", "why", why);
        struct journal_new what = {.kind = "sign_out", .at = CLOCK_NONE, .body = body};
        journal_append(&s->j, &what, NULL, NULL); /* leaving is possible on a full disk too */
        json_decref(body);
    }
    desk_forget();
    clerk_vouch_end(s);
    secret_wipe(s->j.data_key, sizeof s->j.data_key);
    s->j.unlocked = false;
    s->j.clerk[0] = s->j.role[0] = 0;
}

enum err clerk_known(struct site *s, const char *name)
{
    bool found;
    enum err rc =
        sql_text(s->j.store, &found, NULL, 0, "SELECT name FROM clerk WHERE name = ?1", "t", name);
    return rc != ERR_OK || found ? rc : err_set(ERR_NOT_FOUND, "clerk", NULL);
}

enum err clerk_list(struct site *s, json_t **out)
{
    bool row;
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT c.name, c.role FROM clerk c JOIN clerk_key k"
                                            " ON k.name = c.name ORDER BY c.since, c.name");
    enum err rc = store_step(s->j.store, q, &row);
    *out = json_array();
    for (; rc == ERR_OK && row; rc = store_step(s->j.store, q, &row))
        json_array_append_new(
            *out, json_pack("{s:s,s:s}", "name", store_text(q, 0), "role", store_text(q, 1)));
    return rc;
}

enum err clerk_pinless(struct site *s, json_t **out)
{
    bool row;
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT name FROM clerk WHERE name NOT IN"
                                            " (SELECT name FROM clerk_key) ORDER BY since, name");
    enum err rc = store_step(s->j.store, q, &row);
    *out = json_array();
    for (; rc == ERR_OK && row; rc = store_step(s->j.store, q, &row))
        json_array_append_new(*out, json_string(store_text(q, 0)));
    return rc;
}

enum err clerk_project(struct store *s, const struct entry *e)
{
    sqlite3_stmt *q = store_sql(s, "INSERT INTO clerk (name, role, since) VALUES (?1, ?2, ?3)"
                                   " ON CONFLICT (name) DO UPDATE SET role = excluded.role");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, js_str(e->body, "name"));
    store_bind_text(q, 2, js_str(e->body, "role"));
    store_bind_int(q, 3, e->at);
    return store_run(s, q);
}
