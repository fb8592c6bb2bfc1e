/* Owns: the numbering and the bytes of orders. Invariant: a number is given once, to one text. */
#include "sync/hub/order.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/hub/audit.h"
#include "sync/hub/live.h"
#include "sync/wire/talk.h"

static json_t *head_of(const struct hub_order *o, int64_t n, int64_t at)
{
    json_t *head = json_object();
    js_set_int(head, "n", n);
    js_set_int(head, "at", at);
    js_set_str(head, "by", o->officer);
    js_set_str(head, "k", o->kind);
    js_set_int(head, "v", 1);
    if (o->subject != NULL)
        js_set_str(head, "sub", o->subject);
    json_object_set(head, "body", (json_t *)(uintptr_t)o->body);
    return head;
}

static enum err seal(struct hub *h, const struct hub_order *o, int64_t n, struct buf *out)
{
    const unsigned char *key;
    char place[96];
    if (o->sealed == NULL)
        return ERR_OK;
    int64_t epoch = hub_number(h->db, 0, "SELECT epoch FROM site WHERE site = ?1", "s", o->site);
    enum err rc = hub_data_key(h, o->site, epoch, &key);
    if (rc != ERR_OK)
        return rc;
    char *text = js_dump(o->sealed);
    journal_place(o->site, true, 0, n, o->kind, place);
    secret_seal(key, place, text, strlen(text), out);
    secret_wipe(text, strlen(text));
    free(text);
    return out->len <= JOURNAL_PART_MAX ? ERR_OK : err_set(ERR_TOO_LONG, "text", NULL);
}

void hub_order_origin(const json_t *head, int64_t n, const void *bytes, size_t len,
                      const void *sealed, size_t sealed_len, char out[HUB_ORIGIN])
{
    unsigned char sealed_hash[HASH_BYTES] = {0}, hash[HASH_BYTES];
    const char *was = js_str(head, "was");
    if (sealed_len > 0)
        secret_hash_once(sealed, sealed_len, sealed_hash);
    journal_order_hash(n, bytes, len, sealed_hash, hash);
    hex_encode(hash, (HUB_ORIGIN - 1) / 2, out);
    if (was != NULL)
        snprintf(out, HUB_ORIGIN, "%s", was);
}

static enum err insert(struct hub *h, const struct hub_order *o, int64_t n, const json_t *json,
                       const char *head, const struct buf *sealed, int64_t at)
{
    unsigned char sig[SIGN_BYTES];
    char own[ENTRY_ID], origin[HUB_ORIGIN];
    size_t len = strlen(head);
    if (len > WIRE_ORDER_MAX)
        return err_set(ERR_TOO_LONG, o->kind, NULL);
    wire_order_sign(h->keys.sign_sec, o->site, n, head, len, sealed->data, sealed->len, sig);
    snprintf(own, sizeof own, "o.%lld", (long long)n);
    hub_order_origin(json, n, head, len, sealed->data, sealed->len, origin);
    return hub_run(h->db,
                   "INSERT INTO orders (site, n, at, kind, subject, officer, head, sealed, sig,"
                   " origin, after_epoch, after_seq) SELECT ?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,"
                   " coalesce(e.epoch, 0), coalesce(e.seq, 0) FROM site s LEFT JOIN site_epoch e"
                   " ON e.site = s.site AND e.epoch = (SELECT max(l.epoch) FROM site_epoch l"
                   " WHERE l.site = s.site) WHERE s.site = ?1",
                   "siisssbbbs", o->site, n, at, o->kind, o->subject != NULL ? o->subject : own,
                   o->officer, head, len, sealed->len > 0 ? sealed->data : NULL, sealed->len, sig,
                   sizeof sig, origin);
}

static enum err add(struct hub *h, const struct hub_order *o, int64_t *number)
{
    struct buf sealed = BUF_INIT;
    int64_t at = clock_now();
    hub_lock(h->db, o->site);
    int64_t n = hub_number(h->db, -1, "SELECT orders FROM site WHERE site = ?1", "s", o->site) + 1;
    if (n == 0)
        return err_set(ERR_NOT_FOUND, "site", NULL);
    json_t *head = head_of(o, n, at);
    char *text = js_dump(head);
    enum err rc = seal(h, o, n, &sealed);
    if (rc == ERR_OK)
        rc = insert(h, o, n, head, text, &sealed, at);
    if (rc == ERR_OK)
        rc = hub_run(h->db, "UPDATE site SET orders = ?2 WHERE site = ?1", "si", o->site, n);
    if (number != NULL)
        *number = n;
    free(text);
    json_decref(head);
    buf_fini(&sealed);
    return rc;
}

/* What an officer does to one thing is told here; what goes to all villages at once, by whoever
 * sends it. */
static enum err audit_order(struct hub *h, const struct hub_order *o)
{
    static const char *const words[][2] = {
        {"decision", "decide"}, {"courier_step", "receive"}, {"booking_step", "cancel_booking"},
        {"suspend", "suspend"}, {"resume", "resume"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], o->kind) == 0)
            return hub_audit_note(h, o->officer, words[i][1], o->site, o->subject,
                                  js_str(o->body, "step"));
    return ERR_OK;
}

enum err hub_order_add(struct hub *h, const struct hub_order *o, int64_t *n)
{
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = add(h, o, n);
    rc = hub_end(h->db, rc == ERR_OK ? audit_order(h, o) : rc);
    if (rc == ERR_OK)
        hub_changed(h, "order", o->site);
    return rc;
}

/* --- moved --------------------------------------------------------------------------------------
 */

/* Where the id of an order ("o.3") stands. */
static const char *const places[] = {
    "UPDATE orders SET subject = ?3 WHERE site = ?1 AND subject = ?2",
    "UPDATE case_step SET id = ?3 WHERE site = ?1 AND id = ?2",
    "UPDATE paper SET held_by = ?3 WHERE site = ?1 AND held_by = ?2",
    "UPDATE booking SET id = ?3 WHERE site = ?1 AND id = ?2",
    "UPDATE suspension SET id = ?3 WHERE site = ?1 AND id = ?2",
    "UPDATE suspension SET ended = ?3 WHERE site = ?1 AND ended = ?2",
};

static enum err rename_all(struct hub *h, const char *site, int64_t n, int64_t to)
{
    char old[ENTRY_ID], new[ENTRY_ID];
    enum err rc = ERR_OK;
    journal_id(true, 0, n, old);
    journal_id(true, 0, to, new);
    for (size_t i = 0; rc == ERR_OK && i < sizeof places / sizeof *places; i++)
        rc = hub_run(h->db, places[i], "sss", site, old, new);
    return rc;
}

struct moved {
    char kind[32], subject[ENTRY_ID], officer[128], origin[HUB_ORIGIN];
    int64_t at;
    json_t *head, *sealed;
};

static enum err read_moved(struct hub *h, const char *site, int64_t n, struct moved *m)
{
    struct hub_rows rows;
    size_t len, sealed_len;
    char id[ENTRY_ID];
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT kind, subject, officer, at, head, sealed FROM orders"
                          " WHERE site = ?1 AND n = ?2",
                          "si", site, n);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "order", NULL);
    snprintf(m->kind, sizeof m->kind, "%s", hub_text(&rows, 0));
    snprintf(m->subject, sizeof m->subject, "%s", hub_text(&rows, 1));
    snprintf(m->officer, sizeof m->officer, "%s", hub_text(&rows, 2));
    m->at = hub_int(&rows, 3);
    const char *head = hub_blob(&rows, 4, &len);
    rc = js_parse(head, len, "order", &m->head);
    if (rc == ERR_OK) {
        const void *sealed = hub_blob(&rows, 5, &sealed_len);
        hub_order_origin(m->head, n, head, len, sealed, sealed_len, m->origin);
    }
    hub_done(&rows);
    if (rc == ERR_OK)
        rc = hub_unseal(h, site, journal_id(true, 0, n, id), &m->sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

/* Another order of the site may be what it is about: that one has moved before it. */
static enum err write_moved(struct hub *h, const char *site, const struct moved *m, int64_t n,
                            int64_t to)
{
    char own[ENTRY_ID], text_id[ENTRY_ID];
    struct buf sealed = BUF_INIT;
    bool begins = strcmp(m->subject, journal_id(true, 0, n, own)) == 0;
    journal_id(true, 0, to, text_id);
    const char *subject = begins ? text_id : m->subject;
    struct hub_order o = {.site = site,
                          .kind = m->kind,
                          .officer = m->officer,
                          .subject = subject,
                          .sealed = m->sealed};
    js_set_int(m->head, "n", to);
    js_set_str(m->head, "was", m->origin);
    if (json_object_get(m->head, "sub") != NULL)
        js_set_str(m->head, "sub", subject);
    char *text = js_dump(m->head);
    enum err rc = seal(h, &o, to, &sealed);
    if (rc == ERR_OK)
        rc = insert(h, &o, to, m->head, text, &sealed, m->at);
    free(text);
    buf_fini(&sealed);
    return rc;
}

static void moved_fini(struct moved *m)
{
    json_decref(m->head);
    json_decref(m->sealed);
}

static enum err drop(struct hub *h, const char *site, int64_t n)
{
    return hub_run(h->db, "DELETE FROM orders WHERE site = ?1 AND n = ?2", "si", site, n);
}

static int64_t numbers(struct hub *h, const char *site)
{
    return hub_number(h->db, 0, "SELECT orders FROM site WHERE site = ?1", "s", site);
}

static enum err set_numbers(struct hub *h, const char *site, int64_t n)
{
    return hub_run(h->db, "UPDATE site SET orders = ?2 WHERE site = ?1", "si", site, n);
}

/* Where the same order stands too; 0: nowhere. */
static int64_t twin(struct hub *h, const char *site, const char *origin, int64_t n)
{
    return hub_number(h->db, 0,
                      "SELECT max(n) FROM orders WHERE site = ?1 AND origin = ?2 AND n <> ?3",
                      "ssi", site, origin, n);
}

/* It is at `to` from now on; `there`: and stood there already. */
static enum err place_at(struct hub *h, const char *site, const struct moved *m, int64_t n,
                         int64_t to, bool there)
{
    enum err rc = there ? ERR_OK : write_moved(h, site, m, n, to);
    if (rc == ERR_OK)
        rc = drop(h, site, n);
    return rc == ERR_OK ? rename_all(h, site, n, to) : rc;
}

enum err hub_order_move(struct hub *h, const char *site, int64_t n, int64_t last)
{
    struct moved m = {.at = 0};
    int64_t to = numbers(h, site), there = 0;
    to = (to > last ? to : last) + 1;
    enum err rc = read_moved(h, site, n, &m);
    if (rc == ERR_OK)
        there = twin(h, site, m.origin, n);
    if (rc == ERR_OK)
        rc = place_at(h, site, &m, n, there > 0 ? there : to, there > 0);
    if (rc == ERR_OK && there == 0)
        rc = set_numbers(h, site, to);
    moved_fini(&m);
    return rc;
}

/* Number n is free, and nobody was told of those behind it. */
static enum err move_up(struct hub *h, const char *site, int64_t n)
{
    enum err rc = ERR_OK;
    int64_t last = numbers(h, site);
    for (int64_t k = n + 1; rc == ERR_OK && k <= last; k++) {
        struct moved m = {.at = 0};
        rc = read_moved(h, site, k, &m);
        if (rc == ERR_OK)
            rc = place_at(h, site, &m, k, k - 1, false);
        moved_fini(&m);
    }
    return rc == ERR_OK ? set_numbers(h, site, last - 1) : rc;
}

enum err hub_order_join(struct hub *h, const char *site, int64_t n, int64_t last)
{
    struct moved m = {.at = 0};
    int64_t there = 0;
    enum err rc = read_moved(h, site, n, &m);
    if (rc == ERR_OK)
        there = twin(h, site, m.origin, n);
    if (rc == ERR_OK && there > last) {
        int64_t waits = hub_number(h->db, 1, "SELECT waits FROM orders WHERE site = ?1 AND n = ?2",
                                   "si", site, there);
        rc = hub_run(h->db, "UPDATE orders SET waits = ?3 WHERE site = ?1 AND n = ?2", "sii", site,
                     n, waits);
        if (rc == ERR_OK)
            rc = place_at(h, site, &m, there, n, true);
        if (rc == ERR_OK)
            rc = move_up(h, site, there);
    }
    moved_fini(&m);
    return rc;
}

/* --- told ---------------------------------------------------------------------------------------
 */

enum err hub_orders_since(struct hub *h, const char *site, int64_t since, json_t **out)
{
    struct hub_rows rows;
    size_t total = 0, head_len, sealed_len, sig_len;
    *out = json_array();
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT n, head, sealed, sig FROM orders WHERE site = ?1 AND n > ?2"
                          " ORDER BY n",
                          "si", site, since);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        const void *head = hub_blob(&rows, 1, &head_len);
        const void *sealed = hub_blob(&rows, 2, &sealed_len);
        const unsigned char *sig = hub_blob(&rows, 3, &sig_len);
        total += head_len + sealed_len;
        if (total > HUB_ORDERS_BYTES && json_array_size(*out) > 0) {
            hub_done(&rows);
            break;
        }
        json_array_append_new(
            *out, wire_order_write(hub_int(&rows, 0), head, head_len, sealed, sealed_len, sig));
    }
    return rc;
}
