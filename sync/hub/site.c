/* Owns: invitation and enrolment. Invariant: a code joins one machine, once; a machine never takes
 * the place of another that has written. */
#include "sync/hub/site.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/rnd.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/audit.h"
#include "sync/hub/live.h"

static void code_hash(const char *site, const unsigned char secret[WIRE_CODE_SECRET],
                      unsigned char out[HASH_BYTES])
{
    struct secret_hash h;
    secret_hash_init(&h);
    secret_hash_add(&h, "jiujin-code/1", 13);
    secret_hash_add(&h, site, strlen(site));
    secret_hash_add(&h, secret, WIRE_CODE_SECRET);
    secret_hash_end(&h, out);
}

static enum err check_new(const char *site, const char *name)
{
    if (strlen(site) != SITE_CODE - 1 || strspn(site, "0123456789") != SITE_CODE - 1)
        return err_set(ERR_FIELD_TYPE, "CODE12", "12 digits");
    enum err rc = utf8_check(name, strlen(name));
    if (rc == ERR_OK && (*name == 0 || utf8_count(name) > SITE_NAME_MAX))
        rc = err_set(*name == 0 ? ERR_FIELD_REQUIRED : ERR_TOO_LONG, "NAME", NULL);
    return rc;
}

static void make_code(struct hub *h, const char *site, struct wire_code *c,
                      unsigned char hash[HASH_BYTES])
{
    rnd_bytes(c->secret, sizeof c->secret);
    wire_fingerprint(h->keys.sign_pub, h->keys.box_pub, c->print);
    code_hash(site, c->secret, hash);
}

enum err hub_site_add(struct hub *h, const char *site, const char *name, int64_t valid_ms,
                      char code[WIRE_CODE_TEXT])
{
    struct wire_code c;
    unsigned char hash[HASH_BYTES];
    enum err rc = check_new(site, name);
    if (rc != ERR_OK)
        return rc;
    make_code(h, site, &c, hash);
    rc = hub_run(h->db,
                 "INSERT INTO site (site, name, state, added, code_hash, code_until, epoch,"
                 " trouble, drift, orders) VALUES (?1, ?2, 'invited', ?3, ?4, ?5, 0, '', 0, 0)"
                 " ON CONFLICT (site) DO UPDATE SET name = ?2, code_hash = ?4, code_until = ?5",
                 "ssibi", site, name, clock_now(), hash, sizeof hash, clock_now() + valid_ms);
    if (rc == ERR_OK)
        rc = hub_audit_note(h, NULL, "site_add", site, NULL, name);
    if (rc == ERR_OK)
        wire_code_write(&c, code);
    secret_wipe(&c, sizeof c);
    return rc;
}

enum err hub_site_code(struct hub *h, const char *site, int64_t valid_ms, char code[WIRE_CODE_TEXT])
{
    struct wire_code c;
    unsigned char hash[HASH_BYTES];
    if (hub_number(h->db, 0, "SELECT count(*) FROM site WHERE site = ?1", "s", site) == 0)
        return err_set(ERR_NOT_FOUND, site, NULL);
    make_code(h, site, &c, hash);
    enum err rc = hub_run(h->db, "UPDATE site SET code_hash = ?2, code_until = ?3 WHERE site = ?1",
                          "sbi", site, hash, sizeof hash, clock_now() + valid_ms);
    if (rc == ERR_OK)
        rc = hub_audit(h, NULL, "site_code", site, NULL);
    if (rc == ERR_OK)
        wire_code_write(&c, code);
    secret_wipe(&c, sizeof c);
    return rc;
}

enum err hub_site_revoke(struct hub *h, const char *site)
{
    if (hub_number(h->db, 0, "SELECT count(*) FROM site WHERE site = ?1", "s", site) == 0)
        return err_set(ERR_NOT_FOUND, site, NULL);
    enum err rc = hub_audit(h, NULL, "site_revoke", site, NULL);
    if (rc != ERR_OK)
        return rc;
    return hub_run(h->db, "UPDATE site SET state = 'revoked', code_hash = NULL WHERE site = ?1",
                   "s", site);
}

enum err hub_mark_read(struct hub *h, const char *site, int64_t epoch, struct hub_mark *out)
{
    struct hub_rows rows;
    memset(out, 0, sizeof *out);
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT e.sign_pub, e.seq, e.hash, CASE WHEN s.state = 'revoked'"
                          " OR e.revoked IS NOT NULL THEN 1 ELSE 0 END, s.site"
                          " FROM site_epoch e JOIN site s ON s.site = e.site"
                          " WHERE e.site = ?1 AND e.epoch = ?2",
                          "si", site, epoch);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_ENROLLED, NULL, NULL);
    out->epoch = epoch;
    out->seq = hub_int(&rows, 1);
    out->revoked = hub_int(&rows, 3) != 0;
    memcpy(out->site, hub_text(&rows, 4), SITE_CODE - 1);
    bool ok =
        hub_bytes(&rows, 0, out->pub, SIGN_PUB_BYTES) && hub_bytes(&rows, 2, out->hash, HASH_BYTES);
    hub_done(&rows);
    return ok ? ERR_OK : err_set(ERR_CORRUPT, "site_epoch", "%s", site);
}

enum err hub_site_seen(struct hub *h, const char *site, int64_t drift, const char *trouble)
{
    hub_changed(h, "site", site);
    if (trouble != NULL)
        return hub_run(h->db, "UPDATE site SET tried = ?2, trouble = ?3 WHERE site = ?1", "sis",
                       site, clock_now(), trouble);
    return hub_run(h->db,
                   "UPDATE site SET contact = ?2, drift = ?3, trouble = '', tried = NULL"
                   " WHERE site = ?1",
                   "sii", site, clock_now(), drift);
}

/* --- enrolment -------------------------------------------------------------------------------- */

struct joining {
    const char *site;
    int64_t epoch; /* of this machine; 0 until it is given one */
    int64_t knows; /* the last epoch that the machine knows of */
    unsigned char code[WIRE_CODE_SECRET], hash[HASH_BYTES], pub[SIGN_PUB_BYTES];
    unsigned char box[BOX_PUB_BYTES];
    bool next;           /* of a site that has had a machine */
    bool again;          /* it joined before, with this very code */
    struct buf data_key; /* as sealed to the box key; empty: it has none */
};

static enum err bytes_of(const json_t *in, const char *key, size_t want, struct buf *out)
{
    const char *text = js_str(in, key);
    if (text == NULL || secret_b64_decode(text, out) != ERR_OK || out->len != want)
        return err_set(ERR_JSON, key, NULL);
    return ERR_OK;
}

static enum err read_key(const json_t *in, const char *key, unsigned char out[32])
{
    struct buf bytes = BUF_INIT;
    enum err rc = bytes_of(in, key, 32, &bytes);
    if (rc == ERR_OK)
        memcpy(out, bytes.data, 32);
    buf_fini(&bytes);
    return rc;
}

static enum err read_joining(const json_t *in, const struct wire_request *asked, struct joining *j)
{
    const char *site = js_str(in, "site"), *code = js_str(in, "code");
    j->site = asked->site;
    j->epoch = asked->epoch;
    j->next = asked->epoch == 0;
    j->knows = js_int(in, "epoch", 0);
    enum err rc = read_key(in, "pub", j->pub);
    if (rc == ERR_OK && j->next)
        rc = read_key(in, "box", j->box);
    if (rc == ERR_OK && (!j->next || js_str(in, "data_key") != NULL))
        rc = bytes_of(in, "data_key", KEY_BYTES + BOX_MORE_BYTES, &j->data_key);
    if (rc == ERR_OK && (site == NULL || strcmp(site, asked->site) != 0 || code == NULL ||
                         hex_decode(code, j->code, sizeof j->code) != 0))
        rc = err_set(ERR_JSON, "enrol", NULL);
    if (rc == ERR_OK)
        code_hash(j->site, j->code, j->hash);
    return rc;
}

/* The answer to a next machine was lost on its way: it was let in by this code. */
static bool joined_before(struct hub *h, struct joining *j)
{
    int64_t epoch = hub_number(h->db, 0,
                               "SELECT epoch FROM site_epoch"
                               " WHERE site = ?1 AND code = ?2 AND sign_pub = ?3",
                               "sbb", j->site, j->hash, sizeof j->hash, j->pub, sizeof j->pub);
    j->again = epoch > 0 && j->next;
    if (j->again)
        j->epoch = epoch;
    return j->again;
}

/* The code is compared before its age is told: a guesser learns nothing from "expired". */
static enum err check_code(struct hub *h, struct joining *j)
{
    struct hub_rows rows;
    unsigned char want[HASH_BYTES];
    enum err rc = hub_ask(h->db, &rows, "SELECT code_hash, code_until FROM site WHERE site = ?1",
                          "s", j->site);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_ENROL_CODE, NULL, NULL);
    bool same = hub_bytes(&rows, 0, want, HASH_BYTES) && secret_equal(want, j->hash, HASH_BYTES);
    int64_t until = hub_int(&rows, 1);
    hub_done(&rows);
    if (!same)
        return joined_before(h, j) ? ERR_OK : err_set(ERR_ENROL_CODE, NULL, NULL);
    return clock_now() > until ? err_set(ERR_ENROL_EXPIRED, NULL, NULL) : ERR_OK;
}

/* Another key under an epoch that has entries is another machine. */
static enum err check_machine(struct hub *h, const struct joining *j)
{
    struct hub_mark mark;
    enum err rc = hub_mark_read(h, j->site, j->epoch, &mark);
    if (rc == ERR_NOT_ENROLLED)
        return ERR_OK;
    if (rc == ERR_OK && mark.seq > 0 && memcmp(mark.pub, j->pub, SIGN_PUB_BYTES) != 0)
        return err_set(ERR_HUB_REFUSED, "enrol",
                       "another machine has already sent %lld records for this site; a new one in "
                       "its place: jiujin enrol URL CODE --site %s, in an empty folder",
                       (long long)mark.seq, j->site);
    return rc;
}

/* The next epoch, and the site's data key, which the machine must not have another of. */
static enum err give_epoch(struct hub *h, struct joining *j)
{
    const unsigned char *key;
    struct buf theirs = BUF_INIT;
    int64_t newest =
        hub_number(h->db, 0, "SELECT max(epoch) FROM site_epoch WHERE site = ?1", "s", j->site);
    if (newest < 1)
        return err_set(ERR_NOT_FOUND, "site", "no machine of %s has ever joined: use jiujin init",
                       j->site);
    enum err rc = hub_data_key(h, j->site, newest, &key);
    if (rc == ERR_OK && j->data_key.len > 0)
        rc = secret_box_open(h->keys.box_pub, h->keys.box_sec, j->data_key.data, j->data_key.len,
                             &theirs);
    if (rc == ERR_OK && j->data_key.len > 0 &&
        (theirs.len != KEY_BYTES || !secret_equal(theirs.data, key, KEY_BYTES)))
        rc = err_set(ERR_HUB_REFUSED, "enrol",
                     "this folder was made for another site; use an empty one");
    if (rc == ERR_OK) {
        buf_clear(&j->data_key);
        secret_box_seal(h->keys.box_pub, key, KEY_BYTES, &j->data_key);
        j->epoch = (newest > j->knows ? newest : j->knows) + 1;
    }
    buf_wipe(&theirs);
    return rc;
}

static enum err store_joining(struct hub *h, const struct joining *j)
{
    unsigned char first[HASH_BYTES];
    journal_first_hash(j->site, j->epoch, first);
    enum err rc =
        hub_run(h->db,
                "INSERT INTO site_epoch (site, epoch, sign_pub, data_key, joined, seq, hash, code)"
                " VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7) ON CONFLICT (site, epoch)"
                " DO UPDATE SET sign_pub = ?3, data_key = ?4, joined = ?5, code = ?7",
                "sibbibb", j->site, j->epoch, j->pub, sizeof j->pub, j->data_key.data,
                j->data_key.len, clock_now(), first, sizeof first, j->hash, sizeof j->hash);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "UPDATE site SET state = 'joined', code_hash = NULL, trouble = '',"
                     " epoch = CASE WHEN epoch > ?2 THEN epoch ELSE ?2 END WHERE site = ?1",
                     "si", j->site, j->epoch);
    if (rc == ERR_OK)
        rc = hub_audit(h, "village", "site_join", j->site, NULL);
    hub_forget_keys(h);
    return rc;
}

static enum err check_data_key(struct hub *h, const struct joining *j)
{
    struct buf key = BUF_INIT;
    enum err rc =
        secret_box_open(h->keys.box_pub, h->keys.box_sec, j->data_key.data, j->data_key.len, &key);
    buf_wipe(&key);
    return rc;
}

/* What the machine is told: its epoch, and what a next one needs to read the site's records. */
static enum err tell(struct hub *h, const struct joining *j, json_t *out)
{
    struct hub_rows rows;
    const unsigned char *key;
    struct buf sealed = BUF_INIT, text = BUF_INIT;
    js_set_int(out, "epoch", j->epoch);
    if (!j->next)
        return ERR_OK;
    enum err rc = hub_ask(h->db, &rows, "SELECT name FROM site WHERE site = ?1", "s", j->site);
    if (rc == ERR_OK && hub_next(&rows, &rc)) {
        js_set_str(out, "name", hub_text(&rows, 0));
        hub_done(&rows);
    }
    if (rc == ERR_OK)
        rc = hub_data_key(h, j->site, j->epoch, &key);
    if (rc == ERR_OK) {
        secret_box_seal(j->box, key, KEY_BYTES, &sealed);
        secret_b64(sealed.data, sealed.len, &text);
        js_set_str(out, "data_key", buf_str(&text));
    }
    buf_fini(&sealed);
    buf_fini(&text);
    return rc;
}

static enum err join(struct hub *h, struct joining *j, json_t *out)
{
    enum err rc = hub_lock(h->db, j->site);
    if (rc == ERR_OK)
        rc = check_code(h, j);
    if (rc == ERR_OK && !j->again && j->next)
        rc = give_epoch(h, j);
    else if (rc == ERR_OK && !j->again)
        rc = check_machine(h, j);
    if (rc == ERR_OK && !j->again)
        rc = check_data_key(h, j);
    if (rc == ERR_OK && !j->again)
        rc = store_joining(h, j);
    return rc == ERR_OK ? tell(h, j, out) : rc;
}

enum err hub_enrol(struct hub *h, const struct wire_request *asked, const char *header,
                   const void *box, size_t len, json_t *out)
{
    struct buf plain = BUF_INIT;
    struct joining j = {.data_key = BUF_INIT};
    json_t *in = NULL;
    enum err rc = secret_box_open(h->keys.box_pub, h->keys.box_sec, box, len, &plain);
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&plain), plain.len, "enrol", &in);
    if (rc == ERR_OK)
        rc = read_joining(in, asked, &j);
    if (rc == ERR_OK && !wire_request_verify(header, j.pub))
        rc = err_set(ERR_SIGNATURE, WIRE_HEADER, NULL);
    if (rc == ERR_OK && (rc = hub_begin(h->db)) == ERR_OK)
        rc = hub_end(h->db, join(h, &j, out));
    json_decref(in);
    secret_wipe(j.code, sizeof j.code);
    buf_fini(&j.data_key);
    buf_wipe(&plain);
    return rc;
}
