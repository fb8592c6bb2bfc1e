/* Owns: opening a hub, its key file, and the vault. Invariant: a data key is in clear only in
 * memory, and is wiped when the hub closes. */
#include "sync/hub/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "sync/hub/items.h"
#include "sync/hub/report.h"

static const char magic[16] = "jiujin-hub-key1";

static void make_keys(struct hub_keys *k)
{
    secret_sign_pair(k->sign_pub, k->sign_sec);
    secret_box_pair(k->box_pub, k->box_sec);
}

static enum err write_keys(const char *path, const struct hub_keys *k)
{
    struct buf b = BUF_INIT;
    buf_add(&b, magic, sizeof magic);
    buf_add(&b, k, sizeof *k);
    enum err rc = file_write(path, b.data, b.len, 0600);
    buf_wipe(&b);
    return rc;
}

static enum err read_keys(const char *path, struct hub_keys *k)
{
    struct buf b = BUF_INIT;
    enum err rc = file_read(path, &b, 4096);
    if (rc == ERR_OK && (b.len != sizeof magic + sizeof *k || memcmp(b.data, magic, sizeof magic)))
        rc = err_set(ERR_CORRUPT, path, "not a key file of a hub");
    if (rc == ERR_OK)
        memcpy(k, b.data + sizeof magic, sizeof *k);
    buf_wipe(&b);
    return rc;
}

/* Which keys the store belongs to: a hub that joins others must bring theirs. */
static enum err check_print(struct hub *h, const char *path, bool known)
{
    unsigned char ours[HASH_BYTES];
    secret_hash_once(&h->keys, sizeof h->keys.sign_pub + sizeof h->keys.box_pub, ours);
    if (!known)
        return hub_run(h->db, "INSERT INTO hub_key (n, print) VALUES (1, ?1)", "b", ours,
                       sizeof ours);
    if (hub_number(h->db, 0, "SELECT count(*) FROM hub_key WHERE print = ?1", "b", ours,
                   sizeof ours) > 0)
        return ERR_OK;
    return err_set(ERR_HUB_KEY, path, "the store belongs to other keys");
}

/* Keys are made once, with the store; never again beside a store that has sites, or that another
 * hub has made keys for. */
static enum err open_keys(struct hub *h, const char *file)
{
    char *path = mem_printf("%s.keys", file);
    enum err rc = hub_lock_all(h->db, "keys");
    bool known = hub_number(h->db, 0, "SELECT count(*) FROM hub_key", "") > 0;
    if (rc != ERR_OK) {
        free(path);
        return rc;
    }
    if (access(path, F_OK) == 0) {
        rc = read_keys(path, &h->keys);
    } else if (known || hub_number(h->db, 0, "SELECT count(*) FROM site", "") > 0) {
        rc = err_set(ERR_HUB_KEY, path, "the key file is missing");
    } else {
        make_keys(&h->keys);
        rc = write_keys(path, &h->keys);
    }
    if (rc == ERR_OK)
        rc = check_print(h, path, known);
    free(path);
    return rc;
}

enum err hub_open(const char *where, struct hub **out)
{
    struct hub *h = mem_alloc(sizeof *h);
    enum err rc = hub_db_open(where, &h->db);
    if (rc == ERR_OK)
        rc = hub_begin(h->db); /* so that two new processes do not both make keys */
    if (rc == ERR_OK)
        rc = hub_end(h->db, open_keys(h, hub_db_files(where)));
    if (rc == ERR_OK)
        rc = hub_report_catch_up(h);
    if (rc == ERR_OK)
        *out = h;
    else
        hub_close(h);
    return rc;
}

void hub_forget_keys(struct hub *h)
{
    if (h->vault.n > 0)
        secret_wipe(h->vault.keys, h->vault.n * sizeof *h->vault.keys);
    free(h->vault.keys);
    h->vault = (struct hub_vault){NULL, 0};
}

void hub_close(struct hub *h)
{
    if (h == NULL)
        return;
    hub_forget_keys(h);
    hub_items_forget();
    hub_db_close(h->db);
    secret_wipe(&h->keys, sizeof h->keys);
    free(h);
}

static enum err open_data_key(struct hub *h, const char *site, int64_t epoch,
                              unsigned char key[KEY_BYTES])
{
    struct hub_rows rows;
    struct buf plain = BUF_INIT;
    enum err rc =
        hub_ask(h->db, &rows, "SELECT data_key FROM site_epoch WHERE site = ?1 AND epoch = ?2",
                "si", site, epoch);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_ENROLLED, site, NULL);
    size_t len;
    const void *wrap = hub_blob(&rows, 0, &len);
    rc = secret_box_open(h->keys.box_pub, h->keys.box_sec, wrap, len, &plain);
    if (rc == ERR_OK && plain.len != KEY_BYTES)
        rc = err_set(ERR_SEAL, site, "data key");
    if (rc == ERR_OK)
        memcpy(key, plain.data, KEY_BYTES);
    buf_wipe(&plain);
    hub_done(&rows);
    return rc;
}

enum err hub_data_key(struct hub *h, const char *site, int64_t epoch, const unsigned char **key)
{
    for (size_t i = 0; i < h->vault.n; i++)
        if (h->vault.keys[i].epoch == epoch && strcmp(h->vault.keys[i].site, site) == 0) {
            *key = h->vault.keys[i].key;
            return ERR_OK;
        }
    struct hub_vault_key k = {.epoch = epoch};
    snprintf(k.site, sizeof k.site, "%s", site);
    enum err rc = open_data_key(h, site, epoch, k.key);
    if (rc == ERR_OK) {
        struct hub_vault_key *all = mem_alloc((h->vault.n + 1) * sizeof *all);
        if (h->vault.n > 0)
            memcpy(all, h->vault.keys, h->vault.n * sizeof *all);
        size_t n = h->vault.n;
        hub_forget_keys(h);
        all[n] = k;
        h->vault = (struct hub_vault){all, n + 1};
        *key = all[n].key;
    }
    secret_wipe(&k, sizeof k);
    return rc;
}

bool hub_place(const char *id, int64_t *epoch, int64_t *seq)
{
    char *end;
    if (*id < '1' || *id > '9')
        return false;
    *epoch = strtoll(id, &end, 10);
    if (*end != '.' || end[1] < '1' || end[1] > '9')
        return false;
    *seq = strtoll(end + 1, &end, 10);
    return *end == 0 && strlen(id) < ENTRY_ID;
}

/* Reads kind and sealed bytes of an entry or order. */
static enum err sealed_of(struct hub *h, const char *site, bool order, int64_t epoch, int64_t n,
                          char kind[32], struct buf *sealed)
{
    struct hub_rows rows;
    enum err rc =
        order ? hub_ask(h->db, &rows, "SELECT kind, sealed FROM orders WHERE site = ?1 AND n = ?2",
                        "si", site, n)
              : hub_ask(h->db, &rows,
                        "SELECT kind, sealed FROM entry"
                        " WHERE site = ?1 AND epoch = ?2 AND seq = ?3 UNION ALL"
                        " SELECT kind, sealed FROM express" /* it overtook the stream */
                        " WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                        "sii", site, epoch, n);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "id", NULL);
    size_t len;
    const void *bytes = hub_blob(&rows, 1, &len);
    snprintf(kind, 32, "%s", hub_text(&rows, 0));
    buf_add(sealed, bytes, len);
    hub_done(&rows);
    return len > 0 ? ERR_OK : err_set(ERR_NOT_FOUND, "sealed", NULL);
}

/* An order is sealed with the data key of the epoch that was the newest then: try the newest. */
static enum err key_for(struct hub *h, const char *site, bool order, int64_t epoch,
                        const unsigned char **key)
{
    if (order)
        epoch = hub_number(h->db, 0, "SELECT epoch FROM site WHERE site = ?1", "s", site);
    return hub_data_key(h, site, epoch, key);
}

enum err hub_unseal(struct hub *h, const char *site, const char *id, json_t **out)
{
    char kind[32], place[96];
    int64_t epoch = 0, n = 0;
    bool order = strncmp(id, "o.", 2) == 0;
    struct buf sealed = BUF_INIT, plain = BUF_INIT;
    const unsigned char *key;
    *out = NULL;
    if (order)
        n = strtoll(id + 2, NULL, 10);
    else if (!hub_place(id, &epoch, &n))
        return err_set(ERR_NOT_FOUND, "id", NULL);
    enum err rc = sealed_of(h, site, order, epoch, n, kind, &sealed);
    if (rc == ERR_OK)
        rc = key_for(h, site, order, epoch, &key);
    if (rc == ERR_OK) {
        journal_place(site, order, epoch, n, kind, place);
        rc = secret_open(key, place, sealed.data, sealed.len, &plain);
    }
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&plain), plain.len, NULL, out);
    buf_wipe(&plain);
    buf_fini(&sealed);
    return rc;
}

enum err hub_person(struct hub *h, const char *site, const char *person, json_t **out)
{
    struct hub_rows rows;
    char entry[ENTRY_ID];
    *out = NULL;
    enum err rc = hub_ask(h->db, &rows, "SELECT entry FROM person WHERE site = ?1 AND id = ?2",
                          "ss", site, person);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "person", NULL);
    snprintf(entry, sizeof entry, "%s", hub_text(&rows, 0));
    hub_done(&rows);
    return hub_unseal(h, site, entry, out);
}
