/* Owns: the way of a telling to its receiver. Invariant: nothing is sent that was not claimed and
 * committed as claimed; each try is written down. */
#include "sync/hub/hook_send.h"

#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "sync/hub/curl.h"
#include "sync/hub/log.h"
#include "sync/hub/metrics.h"
#include "sync/hub/webhook.h"

#define AT_ONCE 16
#define ROUND_S 1
#define ANSWER_MAX ((size_t)64 << 10)
#define REST_MS 60000
#define TIDY_MS (3600 * 1000LL)

struct
try {
    char id[33], hook[WEBHOOK_ID];
    char url[320];
    char *body;
    struct buf secret;
    int64_t made, tries;
    size_t heard; /* bytes of the answer */
    CURL *easy;   /* NULL: the place is free */
    struct curl_slist *heads;
};

struct hook_sender {
    char name[17]; /* that its claims go by */
    struct hub_db *db;
    const struct hub_keys *keys;
    const struct hub_curl *curl; /* NULL until something is sent */
    CURLM *multi;
    long timeout_ms;
    struct try tries[AT_ONCE];
    int64_t tidied;
    pthread_t thread;
    bool started;
    sem_t end;
    atomic_bool stopping;
};

int64_t hook_pause(int64_t tries, uint32_t chance)
{
    int64_t pause = HOOK_FIRST_MS;
    for (int64_t i = 1; i < tries && pause < HOOK_MOST_MS; i++)
        pause *= 2;
    pause = pause < HOOK_MOST_MS ? pause : HOOK_MOST_MS;
    return pause * 3 / 4 + pause / 2 * (int64_t)(chance % 1024) / 1024;
}

/* --- claiming ---------------------------------------------------------------------------------
 */

static bool is_busy(const struct hook_sender *s, const char *hook)
{
    for (size_t i = 0; i < AT_ONCE; i++)
        if (s->tries[i].easy != NULL && strcmp(s->tries[i].hook, hook) == 0)
            return true;
    return false;
}

static enum err open_secret(struct hook_sender *s, const struct hub_rows *rows, int column,
                            struct buf *out)
{
    size_t len;
    const void *sealed = hub_blob(rows, column, &len);
    buf_clear(out);
    return secret_box_open(s->keys->box_pub, s->keys->box_sec, sealed, len, out);
}

/* The telling that is due longest, of a receiver that nothing is sent to now. */
static enum err find(struct hook_sender *s, struct try *t, bool *found)
{
    struct hub_rows rows;
    enum err rc = hub_ask(s->db, &rows,
                          "SELECT d.id, d.hook, w.url, d.body, d.made, d.tries, w.secret"
                          " FROM webhook_delivery d JOIN webhook w ON w.id = d.hook"
                          " WHERE d.sent IS NULL AND d.given_up IS NULL AND d.due <= ?1"
                          " AND d.claimed <= ?1 AND w.removed IS NULL ORDER BY d.due, d.id",
                          "i", clock_now());
    *found = false;
    while (rc == ERR_OK && !*found && hub_next(&rows, &rc)) {
        if (is_busy(s, hub_text(&rows, 1)))
            continue;
        snprintf(t->id, sizeof t->id, "%s", hub_text(&rows, 0));
        snprintf(t->hook, sizeof t->hook, "%s", hub_text(&rows, 1));
        snprintf(t->url, sizeof t->url, "%s", hub_text(&rows, 2));
        t->body = mem_strdup(hub_text(&rows, 3));
        t->made = hub_int(&rows, 4);
        t->tries = hub_int(&rows, 5);
        t->heard = 0;
        rc = open_secret(s, &rows, 6, &t->secret);
        *found = true;
        hub_done(&rows);
    }
    return rc;
}

/* Another process may be quicker: the row is ours when our name stands in it. */
static enum err claim(struct hook_sender *s, const struct try *t, bool *mine)
{
    int64_t now = clock_now(), until = now + HOOK_CLAIM_MS;
    enum err rc = hub_begin(s->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_run(s->db,
                 "UPDATE webhook_delivery SET claimed = ?3, claimer = ?4, tries = tries + 1"
                 " WHERE id = ?1 AND claimed <= ?2 AND tries = ?5 AND sent IS NULL"
                 " AND given_up IS NULL",
                 "siisi", t->id, now, until, s->name, t->tries);
    *mine = rc == ERR_OK &&
            hub_number(s->db, 0,
                       "SELECT count(*) FROM webhook_delivery WHERE id = ?1 AND claimer = ?2"
                       " AND claimed = ?3 AND tries = ?4 + 1",
                       "ssii", t->id, s->name, until, t->tries) == 1;
    return hub_end(s->db, rc);
}

/* --- one try ----------------------------------------------------------------------------------
 */

static void put_signature(const struct try *t, char out[120])
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char hex[2 * sizeof mac + 1], at[24];
    crypto_auth_hmacsha256_state state;
    int n = snprintf(at, sizeof at, "%lld.", (long long)(clock_now() / 1000));
    crypto_auth_hmacsha256_init(&state, t->secret.data, t->secret.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)at, (unsigned long long)n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)t->body, strlen(t->body));
    crypto_auth_hmacsha256_final(&state, mac);
    hex_encode(mac, sizeof mac, hex);
    snprintf(out, 120, "Jiujin-Signature: t=%.*s,v1=%s", n - 1, at, hex);
}

/* What a receiver says is of no interest; one that does not end is broken off. */
static size_t hear(char *bytes, size_t size, size_t n, void *arg)
{
    struct try *t = arg;
    (void)bytes;
    t->heard += size * n;
    return t->heard <= ANSWER_MAX ? size * n : 0;
}

static void set_options(struct hook_sender *s, struct try *t)
{
    const struct hub_curl *c = s->curl;
    c->easy_setopt(t->easy, CURLOPT_URL, t->url);
    c->easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    c->easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    c->easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->body);
    c->easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->heads);
    c->easy_setopt(t->easy, CURLOPT_USERAGENT, "jiujin-hub");
    c->easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, s->timeout_ms);
    c->easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    c->easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, hear);
    c->easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    c->easy_setopt(t->easy, CURLOPT_PRIVATE, t);
}

static enum err begin_try(struct hook_sender *s, struct try *t)
{
    char signature[120], delivery[64];
    enum err rc = s->curl == NULL ? hub_curl_get(&s->curl) : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    if (s->multi == NULL)
        s->multi = s->curl->multi_init();
    put_signature(t, signature);
    snprintf(delivery, sizeof delivery, "Jiujin-Delivery: %s", t->id);
    t->heads = s->curl->slist_append(NULL, "Content-Type: application/json");
    t->heads = s->curl->slist_append(t->heads, signature);
    t->heads = s->curl->slist_append(t->heads, delivery);
    t->heads = s->curl->slist_append(t->heads, "Expect:");
    t->easy = s->curl->easy_init();
    set_options(s, t);
    s->curl->multi_add_handle(s->multi, t->easy);
    return ERR_OK;
}

static void end_try(struct hook_sender *s, struct try *t)
{
    if (t->easy != NULL) {
        s->curl->multi_remove_handle(s->multi, t->easy);
        s->curl->easy_cleanup(t->easy);
        s->curl->slist_free_all(t->heads);
    }
    free(t->body);
    buf_wipe(&t->secret);
    memset(t, 0, sizeof *t);
}

/* --- what came of it --------------------------------------------------------------------------
 */

/* What else waits for a receiver that does not take is not tried at once. */
static enum err rest(struct hook_sender *s, const struct try *t, int64_t until)
{
    return hub_run(s->db,
                   "UPDATE webhook_delivery SET due = ?2 WHERE hook = ?1 AND due < ?2"
                   " AND sent IS NULL AND given_up IS NULL",
                   "si", t->hook, until);
}

static enum err write_down(struct hook_sender *s, const struct try *t, long status,
                           const char *trouble)
{
    int64_t now = clock_now();
    bool good = status >= 200 && status < 300;
    bool over = !good && (status == 410 || now - t->made > HOOK_GIVE_UP_MS);
    metrics_add(good ? METRIC_HOOKS_SENT : METRIC_HOOKS_FAILED, 1);
    log_line(over ? "webhook_given_up" : "webhook",
             json_pack("{s:s,s:s,s:i,s:I}", "hook", t->hook, "delivery", t->id, "status",
                       (int)status, "tries", (json_int_t)t->tries + 1));
    int64_t due = now + hook_pause(t->tries + 1, rnd_below(1024));
    enum err rc = good ? ERR_OK : rest(s, t, due < now + REST_MS ? due : now + REST_MS);
    if (rc != ERR_OK)
        return rc;
    return hub_run(s->db,
                   "UPDATE webhook_delivery SET claimed = 0, status = ?2, trouble = ?3,"
                   " sent = CASE WHEN ?4 = 1 THEN ?5 ELSE NULL END,"
                   " given_up = CASE WHEN ?6 = 1 THEN ?5 ELSE NULL END, due = ?7 WHERE id = ?1",
                   "sisiiii", t->id, (int64_t)status, good ? "" : trouble, (int64_t)good, now,
                   (int64_t)over, due);
}

static enum err finish(struct hook_sender *s, CURLMsg *m)
{
    char *private = NULL, trouble[200];
    long status = 0;
    s->curl->easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
    s->curl->easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    struct try *t = (struct try *)(void *)private;
    bool cut = m->data.result != CURLE_OK;
    snprintf(trouble, sizeof trouble, "%s",
             cut ? s->curl->easy_strerror(m->data.result) : "answered");
    enum err rc = write_down(s, t, cut ? 0 : status, trouble);
    end_try(s, t);
    return rc;
}

static enum err take_up(struct hook_sender *s)
{
    enum err rc = ERR_OK;
    bool found = true, mine;
    for (size_t i = 0; i < AT_ONCE && found && rc == ERR_OK; i++) {
        struct try *t = &s->tries[i];
        if (t->easy != NULL)
            continue;
        rc = find(s, t, &found);
        mine = false;
        if (rc == ERR_OK && found)
            rc = claim(s, t, &mine);
        if (rc == ERR_OK && mine)
            rc = begin_try(s, t);
        if (rc != ERR_OK || !mine)
            end_try(s, t);
    }
    return rc;
}

static enum err tidy(struct hook_sender *s)
{
    int64_t now = clock_now();
    if (now - s->tidied < TIDY_MS)
        return ERR_OK;
    s->tidied = now;
    return hub_run(s->db,
                   "DELETE FROM webhook_delivery WHERE made < ?1"
                   " AND (sent IS NOT NULL OR given_up IS NOT NULL)",
                   "i", now - HOOK_KEEP_MS);
}

enum err hook_round(struct hook_sender *s, int wait_ms, int *busy)
{
    int left = 0;
    CURLMsg *m;
    *busy = 0;
    enum err rc = tidy(s);
    if (rc == ERR_OK)
        rc = take_up(s);
    if (s->multi == NULL)
        return rc;
    s->curl->multi_perform(s->multi, busy);
    if (*busy > 0)
        s->curl->multi_poll(s->multi, NULL, 0, wait_ms, NULL);
    s->curl->multi_perform(s->multi, busy);
    while ((m = s->curl->multi_info_read(s->multi, &left)) != NULL)
        if (m->msg == CURLMSG_DONE) {
            enum err ended = finish(s, m);
            rc = rc == ERR_OK ? ended : rc;
        }
    return rc;
}

/* --- the thread -------------------------------------------------------------------------------
 */

/* Until the next round, or until it is to end. */
static void rest_a_round(struct hook_sender *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ROUND_S;
    sem_clockwait(&s->end, CLOCK_MONOTONIC, &until);
}

static void *rounds(void *arg)
{
    struct hook_sender *s = arg;
    int busy;
    while (!s->stopping) {
        if (hook_round(s, 200, &busy) != ERR_OK)
            log_line("webhook_trouble", json_pack("{s:s}", "error", err_word(err_last())));
        if (busy == 0)
            rest_a_round(s);
    }
    return NULL;
}

enum err hook_sender_open(const char *store, const struct hub_keys *keys, long timeout_ms,
                          struct hook_sender **out)
{
    struct hook_sender *s = mem_alloc(sizeof *s);
    unsigned char name[8];
    sem_init(&s->end, 0, 0);
    rnd_bytes(name, sizeof name);
    hex_encode(name, sizeof name, s->name);
    s->keys = keys;
    s->timeout_ms = timeout_ms > 0 ? timeout_ms : HOOK_TIMEOUT_MS;
    enum err rc = hub_db_open(store, &s->db);
    if (rc == ERR_OK)
        *out = s;
    else
        hook_sender_close(s);
    return rc;
}

enum err hook_sender_start(struct hook_sender *s)
{
    s->started = pthread_create(&s->thread, NULL, rounds, s) == 0;
    return s->started ? ERR_OK : err_set(ERR_INTERNAL, "thread", NULL);
}

void hook_sender_close(struct hook_sender *s)
{
    if (s == NULL)
        return;
    s->stopping = true;
    sem_post(&s->end);
    if (s->started)
        pthread_join(s->thread, NULL);
    for (size_t i = 0; i < AT_ONCE; i++)
        end_try(s, &s->tries[i]);
    if (s->multi != NULL)
        s->curl->multi_cleanup(s->multi);
    hub_db_close(s->db);
    sem_destroy(&s->end);
    free(s);
}
