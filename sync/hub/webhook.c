/* Owns: who is told of what, and what waits to be told. Invariant: a telling has ids alone, and is
 * written in the transaction of what it tells. */
#include "sync/hub/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/rnd.h"
#include "sync/hub/audit.h"

#define URL_MAX 300
#define HOOKS_MAX 32

static const char *const topics_known[] = {"incident", "decision"};

static bool topic_known(const char *topic, size_t len)
{
    for (size_t i = 0; i < sizeof topics_known / sizeof *topics_known; i++)
        if (strlen(topics_known[i]) == len && strncmp(topics_known[i], topic, len) == 0)
            return true;
    return false;
}

/* Walks "incident,decision"; true when each is known, and with `wanted` when that is among them. */
static bool topics_hold(const char *topics, const char *wanted)
{
    bool found = wanted == NULL;
    for (;; topics++) {
        size_t n = strcspn(topics, ",");
        if (!topic_known(topics, n))
            return false;
        found |= wanted != NULL && strlen(wanted) == n && strncmp(topics, wanted, n) == 0;
        topics += n;
        if (*topics == 0)
            return found;
    }
}

static enum err check_url(const char *url)
{
    bool http = strncmp(url, "http://", 7) == 0, https = strncmp(url, "https://", 8) == 0;
    const char *host = url + (https ? 8 : 7);
    if (!http && !https)
        return err_set(ERR_CONSTRAINT, "URL", "http://, https://");
    if (strlen(url) > URL_MAX)
        return err_set(ERR_TOO_LONG, "URL", "%d", URL_MAX);
    for (const char *p = url; *p != 0; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 127)
            return err_set(ERR_CONSTRAINT, "URL", NULL);
    size_t n = strcspn(host, "/?#");
    if (n == 0 || memchr(host, '@', n) != NULL) /* a password would stand in lists */
        return err_set(ERR_CONSTRAINT, "URL", "https://HOST/...");
    return ERR_OK;
}

static void random_hex(char *out, size_t bytes)
{
    unsigned char raw[32];
    rnd_bytes(raw, bytes);
    hex_encode(raw, bytes, out);
    secret_wipe(raw, sizeof raw);
}

static enum err insert(struct hub *h, const char *url, const char *topics, const char *id,
                       const char *secret)
{
    struct buf sealed = BUF_INIT;
    secret_box_seal(h->keys.box_pub, secret, WEBHOOK_SECRET - 1, &sealed);
    enum err rc = hub_audit_note(h, NULL, "webhook_add", NULL, id, topics);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO webhook (id, url, topics, secret, added)"
                     " VALUES (?1,?2,?3,?4,?5)",
                     "sssbi", id, url, topics, sealed.data, sealed.len, clock_now());
    buf_fini(&sealed);
    return rc;
}

enum err hub_webhook_add(struct hub *h, const char *url, const char *topics, char id[WEBHOOK_ID],
                         char secret[WEBHOOK_SECRET])
{
    enum err rc = check_url(url);
    if (rc == ERR_OK && !topics_hold(topics, NULL))
        rc = err_set(ERR_FIELD_CHOICE, "--topic", "incident,decision");
    if (rc != ERR_OK || (rc = hub_begin(h->db)) != ERR_OK)
        return rc;
    random_hex(id, (WEBHOOK_ID - 1) / 2);
    random_hex(secret, (WEBHOOK_SECRET - 1) / 2);
    if (hub_number(h->db, 0, "SELECT count(*) FROM webhook WHERE url = ?1 AND removed IS NULL", "s",
                   url) > 0)
        rc = err_set(ERR_DUPLICATE, "URL", NULL);
    else if (hub_number(h->db, 0, "SELECT count(*) FROM webhook WHERE removed IS NULL", "") >=
             HOOKS_MAX)
        rc = err_set(ERR_FIELD_RANGE, "webhook", "%d", HOOKS_MAX);
    return hub_end(h->db, rc == ERR_OK ? insert(h, url, topics, id, secret) : rc);
}

enum err hub_webhook_remove(struct hub *h, const char *id)
{
    if (hub_number(h->db, 0, "SELECT count(*) FROM webhook WHERE id = ?1 AND removed IS NULL", "s",
                   id) == 0)
        return err_set(ERR_NOT_FOUND, "webhook", NULL);
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_audit(h, NULL, "webhook_remove", NULL, id);
    if (rc == ERR_OK)
        rc = hub_run(h->db, "UPDATE webhook SET removed = ?2 WHERE id = ?1", "si", id, clock_now());
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "UPDATE webhook_delivery SET given_up = ?2, trouble = 'removed'"
                     " WHERE hook = ?1 AND sent IS NULL AND given_up IS NULL",
                     "si", id, clock_now());
    return hub_end(h->db, rc);
}

enum err hub_webhook_again(struct hub *h, const char *delivery)
{
    if (hub_number(h->db, 0,
                   "SELECT count(*) FROM webhook_delivery d JOIN webhook w ON w.id = d.hook"
                   " WHERE d.id = ?1 AND d.sent IS NULL AND w.removed IS NULL",
                   "s", delivery) == 0)
        return err_set(ERR_NOT_FOUND, "delivery", NULL);
    return hub_run(h->db,
                   "UPDATE webhook_delivery SET given_up = NULL, made = ?2, due = ?2, tries = 0"
                   " WHERE id = ?1",
                   "si", delivery, clock_now());
}

/* --- what is to be told ----------------------------------------------------------------------- */

struct telling {
    const char *topic, *event, *site, *subject, *entry;
    int64_t at;
};

static void delivery_id(const char *hook, const struct telling *t, char out[33])
{
    unsigned char hash[HASH_BYTES];
    char text[200];
    int n = snprintf(text, sizeof text, "%s %s %s %s", hook, t->topic, t->site, t->entry);
    secret_hash_once(text, (size_t)n, hash);
    hex_encode(hash, 16, out);
}

static enum err put_delivery(struct hub *h, const char *hook, const struct telling *t)
{
    char id[33];
    json_t *o = json_object();
    delivery_id(hook, t, id);
    js_set_str(o, "id", id);
    js_set_str(o, "topic", t->topic);
    js_set_str(o, "event", t->event);
    js_set_str(o, "site", t->site);
    js_set_str(o, "subject", t->subject);
    js_set_time(o, "at", t->at);
    char *body = js_dump(o);
    enum err rc = hub_run(h->db,
                          "INSERT INTO webhook_delivery (id, hook, topic, site, made, body, tries,"
                          " due, claimed, claimer, status, trouble)"
                          " VALUES (?1,?2,?3,?4,?5,?6,0,?5,0,'',0,'')"
                          " ON CONFLICT (id) DO NOTHING",
                          "ssssis", id, hook, t->topic, t->site, clock_now(), body);
    free(body);
    json_decref(o);
    return rc;
}

enum err hub_webhook_note(struct hub *h, const char *topic, const char *event, const char *site,
                          const char *subject, const char *entry, int64_t at)
{
    struct hub_rows rows;
    struct telling t = {topic, event, site, subject, entry, at};
    char hooks[HOOKS_MAX][WEBHOOK_ID];
    size_t n = 0;
    if (at < clock_now() - WEBHOOK_AGE_MS)
        return ERR_OK;
    enum err rc = hub_ask(h->db, &rows, "SELECT id, topics FROM webhook WHERE removed IS NULL", "");
    while (rc == ERR_OK && hub_next(&rows, &rc))
        if (n < HOOKS_MAX && topics_hold(hub_text(&rows, 1), topic))
            snprintf(hooks[n++], WEBHOOK_ID, "%s", hub_text(&rows, 0));
    for (size_t i = 0; i < n && rc == ERR_OK; i++)
        rc = put_delivery(h, hooks[i], &t);
    return rc;
}
