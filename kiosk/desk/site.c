/* Owns: the folder of a site, its settings and its keys.
 * Invariant: a site is made whole or not at all; key files are readable by their owner only. */
#include "kiosk/desk/site.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/library.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/project.h"

bool site_code_valid(const char *code)
{
    size_t n = 0;
    for (; code[n] != 0; n++)
        if (!isdigit((unsigned char)code[n]))
            return false;
    return n == 12;
}

bool site_type_known(const char *type)
{
    static const char *const types[] = {"district", "branch", "town", "village"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

const char *site_get(struct store *s, const char *key)
{
    static char value[1024];
    bool row;
    value[0] = 0;
    sqlite3_stmt *q = store_sql(s, "SELECT value FROM meta WHERE key = ?1");
    if (q == NULL)
        return value;
    store_bind_text(q, 1, key);
    if (store_step(s, q, &row) == ERR_OK && row) {
        snprintf(value, sizeof value, "%s", store_text(q, 0));
        sqlite3_reset(q);
    }
    return value;
}

enum err site_set(struct store *s, const char *key, const char *value)
{
    sqlite3_stmt *q = store_sql(s, "INSERT INTO meta VALUES (?1, ?2)"
                                   " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
                                   " WHERE value <> excluded.value");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, key);
    store_bind_text(q, 2, value);
    return store_run(s, q);
}

/* --- keys --------------------------------------------------------------------------------------
 */

static enum err read_key(struct site *s, const char *name, unsigned char *key, size_t len)
{
    struct buf bytes = BUF_INIT;
    char *path = mem_printf("%s/keys/%s", s->dir, name);
    enum err rc = file_read(path, &bytes, 1024);
    if (rc == ERR_OK && bytes.len != len)
        rc = err_set(ERR_CORRUPT, path, NULL);
    if (rc == ERR_OK)
        memcpy(key, bytes.data, len);
    buf_wipe(&bytes);
    free(path);
    return rc;
}

static enum err write_key(struct site *s, const char *name, const unsigned char *key, size_t len)
{
    char *path = mem_printf("%s/keys/%s", s->dir, name);
    enum err rc = file_write(path, key, len, 0600);
    free(path);
    return rc;
}

enum err site_machine_key(struct site *s, unsigned char key[KEY_BYTES])
{
    return read_key(s, "machine.key", key, KEY_BYTES);
}

enum err site_sign_key(struct site *s, unsigned char sec[SIGN_SEC_BYTES],
                       unsigned char pub[SIGN_PUB_BYTES])
{
    enum err rc = read_key(s, "site.key", sec, SIGN_SEC_BYTES);
    if (rc == ERR_OK) /* an Ed25519 secret key ends with its public key (RFC 8032, libsodium) */
        memcpy(pub, sec + SIGN_SEC_BYTES - SIGN_PUB_BYTES, SIGN_PUB_BYTES);
    return rc;
}

static enum err make_keys(struct site *s)
{
    unsigned char machine[KEY_BYTES], sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES];
    char *folder = mem_printf("%s/keys", s->dir);
    enum err rc = file_folder(folder);
    rnd_bytes(machine, sizeof machine);
    secret_sign_pair(pub, sec);
    if (rc == ERR_OK)
        rc = write_key(s, "machine.key", machine, sizeof machine);
    if (rc == ERR_OK)
        rc = write_key(s, "site.key", sec, sizeof sec);
    secret_wipe(machine, sizeof machine);
    secret_wipe(sec, sizeof sec);
    free(folder);
    return rc;
}

/* --- opening -----------------------------------------------------------------------------------
 */

static struct site *blank(const char *dir, const char *terminal)
{
    struct site *s = mem_alloc(sizeof *s);
    snprintf(s->dir, sizeof s->dir, "%s", dir);
    snprintf(s->j.terminal, sizeof s->j.terminal, "%s", terminal);
    utf8_trim(s->j.terminal);
    return s;
}

static enum err open_store(struct site *s, unsigned flags)
{
    char *path = mem_printf("%s/jiujin.db", s->dir);
    enum err rc = store_open(path, &store_kiosk_schema, flags, &s->j.store);
    free(path);
    return rc;
}

enum err site_settings(struct site *s)
{
    snprintf(s->j.site, sizeof s->j.site, "%s", site_get(s->j.store, "site"));
    s->j.epoch = atoll(site_get(s->j.store, "epoch"));
    snprintf(s->name, sizeof s->name, "%s", site_get(s->j.store, "name"));
    snprintf(s->type, sizeof s->type, "%s", site_get(s->j.store, "type"));
    if (s->type[0] == 0) /* made before there were sorts */
        snprintf(s->type, sizeof s->type, "village");
    s->demo = strcmp(site_get(s->j.store, "demo"), "1") == 0;
    if (!site_code_valid(s->j.site) || s->j.epoch < 1)
        return err_set(ERR_NO_SITE, s->dir, "it was not finished");
    return ERR_OK;
}

/* Behind a migration the tables know nothing of what older entries mean to them: they are made
 * anew, once, whoever comes first. */
static enum err settle_tables(struct site *s)
{
    char now[16];
    int64_t entries;
    snprintf(now, sizeof now, "%d", store_migration(s->j.store));
    if (strcmp(site_get(s->j.store, "tables"), now) == 0 ||
        journal_closed(s->j.store, NULL) == ERR_FETCHING) /* the end of that makes them */
        return ERR_OK;
    enum err rc = journal_begin(&s->j);
    if (rc != ERR_OK)
        return rc;
    if (strcmp(site_get(s->j.store, "tables"), now) != 0)
        rc = journal_rebuild(&s->j, &entries);
    if (rc == ERR_OK)
        rc = site_set(s->j.store, "tables", now);
    return journal_end(&s->j, rc);
}

enum err site_open(const char *dir, const char *terminal, struct site **out)
{
    *out = NULL;
    if (strlen(dir) >= sizeof((struct site *)0)->dir)
        return err_set(ERR_TOO_LONG, "--dir", NULL);
    struct site *s = blank(dir, terminal);
    enum err rc = secret_init();
    if (rc == ERR_OK)
        rc = open_store(s, 0);
    if (rc == ERR_OK)
        rc = site_settings(s);
    if (rc == ERR_OK)
        rc = library_archive(s->j.store);
    if (rc == ERR_OK)
        rc = settle_tables(s);
    if (rc != ERR_OK) {
        site_close(s);
        return rc;
    }
    *out = s;
    return ERR_OK;
}

void site_close(struct site *s)
{
    if (s == NULL)
        return;
    library_forget(s);
    desk_forget();
    store_close(s->j.store);
    secret_wipe(s->j.data_key, sizeof s->j.data_key);
    free(s);
}

/* --- making ------------------------------------------------------------------------------------
 */

static enum err check_new(const char *dir, const struct site_new *what)
{
    if (strlen(dir) >= sizeof((struct site *)0)->dir)
        return err_set(ERR_TOO_LONG, "--dir", NULL);
    if (what->code == NULL || !site_code_valid(what->code))
        return err_set(ERR_FIELD_TYPE, "--site", "12 digits");
    if (what->name == NULL || *what->name == 0)
        return err_set(ERR_FIELD_REQUIRED, "--name", NULL);
    if (what->type != NULL && !site_type_known(what->type))
        return err_set(ERR_FIELD_CHOICE, "--type", "district, branch, town, village");
    if (utf8_count(what->name) > 30)
        return err_set(ERR_TOO_LONG, "--name", "30 characters at most");
    enum err rc = utf8_check(what->name, strlen(what->name));
    return rc == ERR_OK ? rc : err_set(rc, "--name", NULL);
}

static enum err write_settings(struct site *s, const struct site_new *what, const char *policy)
{
    char tables[16];
    snprintf(tables, sizeof tables, "%d", store_migration(s->j.store));
    const char *const rows[][2] = {{"tables", tables},
                                   {"site", what->code},
                                   {"epoch", "1"},
                                   {"name", what->name},
                                   {"policy", policy},
                                   {"type", what->type != NULL ? what->type : "village"},
                                   {"demo", what->demo ? "1" : "0"}};
    enum err rc = ERR_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && rc == ERR_OK; i++)
        rc = site_set(s->j.store, rows[i][0], rows[i][1]);
    return rc == ERR_OK ? site_settings(s) : rc;
}

static enum err first_entries(struct site *s, const struct site_new *what, const char *policy)
{
    const char *admin = what->admin != NULL ? what->admin : "admin";
    snprintf(s->j.clerk, sizeof s->j.clerk, "%s", admin);
    snprintf(s->j.role, sizeof s->j.role, "admin");
    rnd_bytes(s->j.data_key, sizeof s->j.data_key);
    s->j.unlocked = true;
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:b}", "code", what->code, "name", what->name,
                             "policy", policy, "type", s->type, "demo", what->demo);
    struct journal_new entry = {.kind = "site", .at = CLOCK_NONE, .body = body};
    enum err rc = journal_append(&s->j, &entry, NULL, NULL);
    json_decref(body);
    return rc == ERR_OK ? clerk_add(s, admin, "admin", what->pin) : rc;
}

/* A point begins under one pack that stands by itself. */
static enum err check_base(struct site *s)
{
    struct policy *p;
    enum err rc = site_policy(s, &p);
    return rc == ERR_OK && policy_is_overlay(policy_json(p))
               ? err_set(ERR_FIELD_CHOICE, "--policy", "%s", policy_id(p))
               : rc;
}

static enum err fill_new(struct site *s, const struct site_new *what)
{
    const char *policy = what->policy != NULL ? what->policy : "ordinary";
    enum err rc = journal_begin(&s->j);
    if (rc != ERR_OK)
        return rc;
    rc = write_settings(s, what, policy);
    if (rc == ERR_OK)
        rc = library_archive(s->j.store);
    if (rc == ERR_OK)
        rc = library_known(s->j.store, "policy", policy);
    if (rc == ERR_OK)
        rc = check_base(s);
    if (rc == ERR_OK)
        rc = first_entries(s, what, policy);
    return journal_end(&s->j, rc);
}

static void remove_unfinished(const char *dir)
{
    static const char *const names[] = {"jiujin.db",
                                        "jiujin.db-wal",
                                        "jiujin.db-shm",
                                        "jiujin.db.gate",
                                        "keys/machine.key",
                                        "keys/site.key",
                                        "keys/pin.line",
                                        "keys",
                                        ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = mem_printf("%s/%s", dir, names[i]);
        remove(path); /* a folder goes only when it is empty */
        free(path);
    }
}

enum err site_make(const char *dir, const struct site_new *what, const char *terminal,
                   struct site **out)
{
    *out = NULL;
    enum err rc = check_new(dir, what);
    if (rc == ERR_OK)
        rc = secret_init();
    if (rc == ERR_OK)
        rc = file_folder(dir);
    if (rc != ERR_OK)
        return rc;
    struct site *s = blank(dir, terminal);
    rc = open_store(s, STORE_CREATE);
    bool ours = rc == ERR_OK;
    if (rc == ERR_OK)
        rc = make_keys(s);
    if (rc == ERR_OK)
        rc = fill_new(s, what);
    if (rc == ERR_OK) {
        *out = s;
        return ERR_OK;
    }
    site_close(s);
    if (ours)
        remove_unfinished(dir);
    return rc;
}

/* --- a machine for a site that exists -----------------------------------------------------------
 */

static enum err fill_received(struct site *s, const char *code)
{
    const char *const rows[][2] = {{"tables", "0"}, {"site", code},         {"epoch", "1"},
                                   {"name", code},  {"policy", "ordinary"}, {"type", "village"},
                                   {"demo", "0"},   {"closed", "fetching"}};
    enum err rc = journal_begin(&s->j);
    if (rc != ERR_OK)
        return rc;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && rc == ERR_OK; i++)
        rc = site_set(s->j.store, rows[i][0], rows[i][1]);
    if (rc == ERR_OK)
        rc = library_archive(s->j.store);
    if (rc == ERR_OK)
        rc = site_settings(s);
    return journal_end(&s->j, rc);
}

enum err site_receive(const char *dir, const char *code, const char *terminal, struct site **out)
{
    *out = NULL;
    if (strlen(dir) >= sizeof((struct site *)0)->dir)
        return err_set(ERR_TOO_LONG, "--dir", NULL);
    if (!site_code_valid(code))
        return err_set(ERR_FIELD_TYPE, "--site", "12 digits");
    enum err rc = secret_init();
    if (rc == ERR_OK)
        rc = file_folder(dir);
    if (rc != ERR_OK)
        return rc;
    struct site *s = blank(dir, terminal);
    rc = open_store(s, STORE_CREATE);
    bool ours = rc == ERR_OK;
    if (rc == ERR_OK)
        rc = make_keys(s);
    if (rc == ERR_OK)
        rc = fill_received(s, code);
    if (rc == ERR_OK)
        *out = s;
    else if (ours)
        site_discard(s);
    else
        site_close(s);
    return rc;
}

void site_discard(struct site *s)
{
    char dir[sizeof s->dir];
    memcpy(dir, s->dir, sizeof dir);
    site_close(s);
    remove_unfinished(dir);
}

/* --- projection --------------------------------------------------------------------------------
 */

enum err site_project(struct store *s, const struct entry *e)
{
    sqlite3_stmt *q = store_sql(s, "INSERT INTO site (code, name, policy, demo, hub_url, at, type)"
                                   " VALUES (?1, ?2, ?3, ?4, '', ?5, ?6)");
    const char *type = js_str(e->body, "type");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, js_str(e->body, "code"));
    store_bind_text(q, 2, js_str(e->body, "name"));
    store_bind_text(q, 3, js_str(e->body, "policy"));
    store_bind_int(q, 4, js_bool(e->body, "demo"));
    store_bind_int(q, 5, e->at);
    store_bind_text(q, 6, type != NULL ? type : "village");
    return store_run(s, q);
}

enum err enrol_project(struct store *s, const struct entry *e)
{
    sqlite3_stmt *q = store_sql(s, "UPDATE site SET hub_url = ?1");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, js_str(e->body, "url"));
    return store_run(s, q);
}
