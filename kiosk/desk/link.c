/* Owns: what this machine knows of the hub. Invariant: a number counts as arrived only with the
 * hash that our own entry of that number has. */
#include "kiosk/desk/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/ahead.h"

#define DRIFT_STEP_MS 60000 /* a drift that moved by more than this is an entry */

static int64_t get_number(struct store *s, const char *key, int64_t otherwise)
{
    const char *text = site_get(s, key);
    return *text != 0 ? atoll(text) : otherwise;
}

static enum err set_number(struct store *s, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return site_set(s, key, text);
}

static bool get_key(struct store *s, const char *key, unsigned char *out, size_t len)
{
    return hex_decode(site_get(s, key), out, len) == 0;
}

static enum err set_key(struct store *s, const char *key, const unsigned char *bytes, size_t len)
{
    char text[2 * 64 + 1];
    hex_encode(bytes, len, text);
    return site_set(s, key, text);
}

enum err link_read(struct store *s, const char *site, struct link_state *out)
{
    unsigned char tip[HASH_BYTES];
    *out = (struct link_state){.contact = CLOCK_NONE};
    snprintf(out->url, sizeof out->url, "%s", site_get(s, "hub_url"));
    out->enrolled = out->url[0] != 0 &&
                    get_key(s, "hub_sign", out->hub_sign, sizeof out->hub_sign) &&
                    get_key(s, "hub_box", out->hub_box, sizeof out->hub_box);
    out->pinned = get_key(s, "hub_tls", out->pin.pin, sizeof out->pin.pin);
    out->pin.at = get_number(s, "hub_tls_at", 0);
    out->epoch = get_number(s, "epoch", 1);
    bool same_epoch = get_number(s, "acked_epoch", 0) == out->epoch;
    out->acked = same_epoch ? get_number(s, "acked", 0) : 0;
    if (!same_epoch || !get_key(s, "acked_hash", out->acked_hash, sizeof out->acked_hash))
        journal_first_hash(site, out->epoch, out->acked_hash);
    out->acked_at = get_number(s, "acked_at", CLOCK_NONE);
    out->on_paper = *site_get(s, "acked_paper") != 0;
    out->contact = get_number(s, "contact", CLOCK_NONE);
    out->tried = get_number(s, "tried", CLOCK_NONE);
    out->drift = get_number(s, "drift", 0);
    out->stick_out = get_number(s, "stick_out", CLOCK_NONE);
    out->stick_in = get_number(s, "stick_in", CLOCK_NONE);
    err_say_kept(site_get(s, "trouble"), out->trouble, sizeof out->trouble);
    out->orders = journal_last_order(s);
    out->refused = store_number(s, "SELECT count(*) FROM refusal", 0);
    out->forked = *site_get(s, "forked") != 0;
    out->apart = store_number(s, "SELECT count(*) FROM branch WHERE taken IS NULL", 0);
    return journal_tip(s, site, out->epoch, &out->last, tip);
}

/* What an earlier epoch wrote was acknowledged before this one began. */
bool link_arrived(struct store *s, int64_t epoch, int64_t seq)
{
    int64_t now = get_number(s, "epoch", 1);
    if (*site_get(s, "hub_url") == 0 || epoch != now)
        return *site_get(s, "hub_url") != 0 && epoch < now;
    return (get_number(s, "acked_epoch", 0) == now && seq <= get_number(s, "acked", 0)) ||
           ahead_has(s, epoch, seq);
}

bool link_express(struct store *s, int64_t epoch, int64_t after)
{
    bool row = false, express = false;
    sqlite3_stmt *q = store_sql(s, "SELECT kind FROM entry WHERE epoch = ?1 AND seq > ?2");
    if (q == NULL)
        return false;
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, after);
    while (!express && store_step(s, q, &row) == ERR_OK && row) {
        const struct kind *kind = kind_find(store_text(q, 0));
        express = kind != NULL && kind->express;
    }
    if (express)
        sqlite3_reset(q);
    return express;
}

static enum err write_pin(struct store *s, const struct link_pin *pin)
{
    enum err rc =
        pin != NULL ? set_key(s, "hub_tls", pin->pin, sizeof pin->pin) : site_set(s, "hub_tls", "");
    return rc == ERR_OK ? set_number(s, "hub_tls_at", pin != NULL ? pin->at : 0) : rc;
}

enum err link_pinned(struct store *s, const struct link_pin *pin)
{
    enum err rc = store_begin(s);
    return rc == ERR_OK ? store_end(s, write_pin(s, pin)) : rc;
}

enum err link_allow_plain(struct store *s, bool allow)
{
    enum err rc = store_begin(s);
    return rc == ERR_OK ? store_end(s, site_set(s, "hub_plain", allow ? "1" : "")) : rc;
}

bool link_plain(struct store *s)
{
    return *site_get(s, "hub_plain") != 0;
}

static enum err write_hub(struct site *s, const char *url,
                          const unsigned char hub_sign[SIGN_PUB_BYTES],
                          const unsigned char hub_box[BOX_PUB_BYTES])
{
    enum err rc = site_set(s->j.store, "hub_url", url);
    if (rc == ERR_OK)
        rc = set_key(s->j.store, "hub_sign", hub_sign, SIGN_PUB_BYTES);
    if (rc == ERR_OK)
        rc = set_key(s->j.store, "hub_box", hub_box, BOX_PUB_BYTES);
    return rc;
}

enum err link_hub(struct site *s, const char *url, const unsigned char hub_sign[SIGN_PUB_BYTES],
                  const unsigned char hub_box[BOX_PUB_BYTES], int64_t epoch)
{
    if (strlen(url) >= sizeof((struct link_state *)0)->url)
        return err_set(ERR_TOO_LONG, "url", NULL);
    enum err rc = write_hub(s, url, hub_sign, hub_box);
    if (rc == ERR_OK)
        rc = set_number(s->j.store, "epoch", epoch);
    if (rc == ERR_OK)
        s->j.epoch = epoch;
    return rc;
}

enum err link_joined(struct site *s, const char *url, const unsigned char hub_sign[SIGN_PUB_BYTES],
                     const unsigned char hub_box[BOX_PUB_BYTES])
{
    char sign[2 * SIGN_PUB_BYTES + 1];
    if (strlen(url) >= sizeof((struct link_state *)0)->url)
        return err_set(ERR_TOO_LONG, "url", NULL);
    hex_encode(hub_sign, SIGN_PUB_BYTES, sign);
    json_t *body =
        json_pack("{s:s,s:s,s:I}", "url", url, "hub", sign, "epoch", (json_int_t)s->j.epoch);
    struct journal_new what = {.kind = "enrol", .at = CLOCK_NONE, .body = body};
    enum err rc = journal_begin(&s->j);
    if (rc == ERR_OK) {
        rc = write_hub(s, url, hub_sign, hub_box);
        if (rc == ERR_OK)
            rc = journal_append(&s->j, &what, NULL, NULL);
        rc = journal_end(&s->j, rc);
    }
    json_decref(body);
    return rc;
}

enum err link_own(struct store *s, int64_t epoch, int64_t seq, const unsigned char hash[HASH_BYTES])
{
    bool row;
    if (seq == 0)
        return ERR_OK;
    sqlite3_stmt *q = store_sql(s, "SELECT hash FROM entry WHERE epoch = ?1 AND seq = ?2");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, seq);
    enum err rc = store_step(s, q, &row);
    bool same = row && sqlite3_column_bytes(q, 0) == HASH_BYTES &&
                memcmp(sqlite3_column_blob(q, 0), hash, HASH_BYTES) == 0;
    if (row)
        sqlite3_reset(q);
    if (rc != ERR_OK || same)
        return rc;
    return err_set(row ? ERR_FORK : ERR_OLD_COPY, NULL, "%lld.%lld", (long long)epoch,
                   (long long)seq);
}

static enum err write_ack(struct store *s, int64_t epoch, int64_t seq,
                          const unsigned char hash[HASH_BYTES], int64_t at, const char *paper)
{
    int64_t before = get_number(s, "acked_epoch", 0) == epoch ? get_number(s, "acked", 0) : 0;
    enum err rc = link_own(s, epoch, seq, hash);
    if (rc == ERR_OK)
        rc = ahead_settle(s, epoch, before, seq);
    if (rc == ERR_OK)
        rc = site_set(s, "acked_paper", paper);
    if (rc == ERR_OK)
        rc = set_number(s, "acked_epoch", epoch);
    if (rc == ERR_OK)
        rc = set_number(s, "acked", seq);
    if (rc == ERR_OK)
        rc = set_key(s, "acked_hash", hash, HASH_BYTES);
    if (rc == ERR_OK)
        rc = set_number(s, "acked_at", at);
    return rc;
}

enum err link_acked(struct store *s, int64_t epoch, int64_t seq,
                    const unsigned char hash[HASH_BYTES], int64_t at)
{
    enum err rc = store_begin(s);
    return rc == ERR_OK ? store_end(s, write_ack(s, epoch, seq, hash, at, "")) : rc;
}

enum err link_acked_paper(struct store *s, int64_t epoch, int64_t seq,
                          const unsigned char hash[HASH_BYTES], int64_t at, const char *digits)
{
    enum err rc = store_begin(s);
    return rc == ERR_OK ? store_end(s, write_ack(s, epoch, seq, hash, at, digits)) : rc;
}

enum err link_refused(struct store *s, int64_t epoch, int64_t seq, const char *why)
{
    char clean[512];
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    snprintf(clean, sizeof clean, "%s", why);
    utf8_clean(clean, clean);
    sqlite3_stmt *q = store_sql(s, "INSERT OR REPLACE INTO refusal VALUES (?1, ?2, ?3)");
    if (q == NULL)
        return store_end(s, err_last());
    store_bind_int(q, 1, epoch);
    store_bind_int(q, 2, seq);
    store_bind_text(q, 3, clean);
    return store_end(s, store_run(s, q));
}

static enum err note_drift(struct journal *j, int64_t drift)
{
    int64_t moved = drift - get_number(j->store, "drift", 0);
    enum err rc = set_number(j->store, "drift", drift);
    if (rc != ERR_OK || (moved <= DRIFT_STEP_MS && moved >= -DRIFT_STEP_MS))
        return rc;
    json_t *body = json_pack("{s:I}", "drift_ms", (json_int_t)drift);
    struct journal_new what = {.kind = "clock", .at = CLOCK_NONE, .body = body};
    rc = journal_append(j, &what, NULL, NULL);
    json_decref(body);
    return journal_closed_error(rc) ? ERR_OK : rc;
}

static enum err write_note(struct journal *j, int64_t at, int64_t drift, const char *trouble)
{
    enum err rc = set_number(j->store, "tried", at);
    if (rc == ERR_OK)
        rc = site_set(j->store, "trouble", trouble != NULL ? trouble : "");
    if (rc == ERR_OK && trouble == NULL)
        rc = set_number(j->store, "contact", at);
    if (rc == ERR_OK && drift != CLOCK_NONE)
        rc = note_drift(j, drift);
    return rc;
}

enum err link_note(struct journal *j, int64_t at, int64_t drift, const char *trouble)
{
    enum err rc = journal_begin(j);
    return rc == ERR_OK ? journal_end(j, write_note(j, at, drift, trouble)) : rc;
}

enum err link_stick(struct store *s, enum link_stick what, int64_t at)
{
    enum err rc = store_begin(s);
    return rc == ERR_OK
               ? store_end(s, set_number(s, what == LINK_STICK_OUT ? "stick_out" : "stick_in", at))
               : rc;
}

enum err link_heard_all(struct store *s, int64_t hub_at)
{
    enum err rc = store_begin(s);
    return rc == ERR_OK ? store_end(s, set_number(s, "orders_heard", hub_at)) : rc;
}

int64_t link_heard(struct store *s)
{
    return get_number(s, "orders_heard", INT64_MIN);
}

enum err link_refusals(struct store *s, json_t **out)
{
    bool row;
    sqlite3_stmt *q = store_sql(s, "SELECT seq, why, kind, at FROM refusal LEFT JOIN entry"
                                   " USING (epoch, seq) ORDER BY epoch, seq");
    enum err rc = store_step(s, q, &row);
    *out = json_array();
    for (; rc == ERR_OK && row; rc = store_step(s, q, &row)) {
        json_t *one = json_pack("{s:I,s:s,s:s}", "seq", (json_int_t)store_int(q, 0), "why",
                                store_text(q, 1), "kind", store_text(q, 2));
        js_set_time(one, "at", store_int(q, 3) != 0 ? store_int(q, 3) : CLOCK_NONE);
        json_array_append_new(*out, one);
    }
    return rc;
}
