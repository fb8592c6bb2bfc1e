/* Owns: one visit to the hub. Invariant: a number counts as arrived only by a signed ack whose hash
 * is our own entry's; what breaks in the middle is asked for again from where the hub stands. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "kiosk/desk/link_use.h"
#include "kiosk/desk/renew.h"
#include "kiosk/desk/slot.h"
#include "sync/agent/agent.h"
#include "sync/agent/back.h"
#include "sync/agent/express.h"
#include "sync/agent/feed.h"
#include "sync/agent/fetch.h"
#include "sync/agent/http.h"
#include "sync/agent/pin.h"
#include "sync/agent/talk.h"
#include "sync/agent/whole.h"
#include "sync/wire/api.h"

#define NOTE_BYTES 1000 /* how much goes unnoted, */
#define NOTE_MS 60000   /* and for how long */
#define TRIES 4         /* in a row without any progress, then the link is given up */

/* --- what an answer says ------------------------------------------------------------------------
 */

static enum err take_ack(struct talk *t, const json_t *answer)
{
    unsigned char hash[HASH_BYTES];
    const char *text = js_str(answer, "hash");
    int64_t ack = js_int(answer, "ack", -1);
    if (ack < 0 || text == NULL || hex_decode(text, hash, HASH_BYTES) != 0)
        return err_set(ERR_HUB_ANSWER, "ack", NULL);
    enum err rc = link_acked(t->site->j.store, t->link.epoch, ack, hash, clock_now());
    if (rc == ERR_FORK ||
        rc == ERR_OLD_COPY) { /* not a further number: each would be given twice */
        enum err closed = renew_close(t->site, rc);
        return closed == ERR_OK ? rc : closed;
    }
    return rc == ERR_OK ? link_read(t->site->j.store, t->site->j.site, &t->link) : rc;
}

enum err talk_take_refusals(struct talk *t, const json_t *answer)
{
    const json_t *list = json_object_get(answer, "refused"), *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        const char *why = js_str(one, "why");
        enum err rc = link_refused(t->site->j.store, t->link.epoch, js_int(one, "seq", 0),
                                   why != NULL ? why : "");
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

static enum err take_order(struct talk *t, json_t *order)
{
    int64_t n = 0;
    struct buf head = BUF_INIT, sealed = BUF_INIT;
    enum err rc = whole_order(t->site->j.store, order);
    if (rc == ERR_OK)
        rc = wire_order_read(order, t->link.hub_sign, t->site->j.site, &n, &head, &sealed);
    if (rc == ERR_OK && (rc = store_begin(t->site->j.store)) == ERR_OK) {
        rc = journal_order(&t->site->j, n, head.data, head.len, sealed.data, sealed.len);
        if (rc == ERR_OK)
            rc = back_keep(t->site->j.store, n, order);
        rc = store_end(t->site->j.store, rc);
    }
    buf_fini(&head);
    buf_fini(&sealed);
    return rc;
}

enum err talk_take_orders(struct talk *t, const json_t *answer, bool *some)
{
    const json_t *list = json_object_get(answer, "orders");
    json_t *one;
    size_t i;
    enum err rc = ERR_OK;
    json_array_foreach(list, i, one)
    {
        rc = take_order(t, one);
        if (rc != ERR_OK)
            break;
    }
    if (rc == ERR_NOT_FOUND && !t->whole) { /* a patch of what is not here: once more, whole */
        t->whole = true;
        rc = ERR_OK;
    }
    int64_t at = js_int(answer, "at", CLOCK_NONE), have = journal_last_order(t->site->j.store);
    *some = json_array_size(list) > 0 && have < js_int(answer, "last", INT64_MAX);
    if (rc == ERR_OK && json_is_array(list) && !*some && at != CLOCK_NONE)
        rc = link_heard_all(t->site->j.store, at);
    return rc == ERR_OK ? link_read(t->site->j.store, t->site->j.site, &t->link) : rc;
}

/* Any signed answer is a contact, tells the hub's clock, and of other machines of the site. */
static enum err note_contact(struct talk *t, const json_t *answer)
{
    int64_t now = clock_now(), hub = js_int(answer, "at", CLOCK_NONE);
    enum err rc = link_note(&t->site->j, now, hub != CLOCK_NONE ? now - hub : CLOCK_NONE, NULL);
    if (rc == ERR_OK)
        rc = fetch_others(t, answer);
    return rc == ERR_OK ? link_read(t->site->j.store, t->site->j.site, &t->link) : rc;
}

/* --- requests -----------------------------------------------------------------------------------
 */

static char *path_of(const struct talk *t, const char *what)
{
    char since[BACK_SINCE];
    return mem_printf(WIRE_PATH_SITES "%s%s?epoch=%lld&from=%lld&since=%s%s", t->site->j.site, what,
                      (long long)t->link.epoch, (long long)t->link.acked + 1,
                      back_since(t->site->j.store, since), t->whole ? "&whole=1" : "");
}

static void request_for(const struct talk *t, const char *purpose, struct wire_request *asked)
{
    wire_request_init(asked, t->site->j.site, purpose);
    asked->epoch = t->link.epoch;
    asked->from = t->link.acked + 1;
    memcpy(asked->base, t->link.acked_hash, HASH_BYTES);
}

static enum err ask_mark(struct talk *t)
{
    struct wire_request asked;
    json_t *answer = NULL;
    char *path = path_of(t, WIRE_PATH_MARK);
    request_for(t, "mark", &asked);
    enum err rc = talk_ask(t, path, &asked, NULL, NULL, &answer);
    if (rc == ERR_OK)
        rc = take_ack(t, answer);
    if (rc == ERR_OK)
        rc = back_hand(t, answer);
    json_decref(answer);
    free(path);
    return rc;
}

static enum err send_once(struct talk *t, bool *some)
{
    struct feed feed;
    struct wire_request asked;
    json_t *answer = NULL;
    char *path = path_of(t, WIRE_PATH_ENTRIES);
    request_for(t, "entries", &asked);
    struct talk_errand errand = {.path = path,
                                 .asked = &asked,
                                 .body = feed_read,
                                 .arg = &feed,
                                 .meanwhile = express_meanwhile,
                                 .meanwhile_arg = t,
                                 .little = t->link.last - t->link.acked > EXPRESS_QUEUE};
    enum err rc = feed_init(&feed, &t->site->j, &t->link, t->sec, &t->way->pace);
    if (rc == ERR_OK)
        rc = talk_do(t, &errand, &answer);
    if (json_is_integer(json_object_get(answer, "ack"))) { /* also with an error: where it stands */
        enum err ack = take_ack(t, answer);
        rc = ack != ERR_OK || rc == ERR_STATE ? ack : rc;
    }
    if (rc == ERR_OK)
        rc = back_hand(t, answer);
    if (rc == ERR_OK)
        rc = talk_take_refusals(t, answer);
    if (rc == ERR_OK)
        rc = talk_take_orders(t, answer, some);
    if (rc == ERR_OK)
        rc = note_contact(t, answer);
    if (rc == ERR_OK)
        feed_learn(&feed);
    json_decref(answer);
    feed_fini(&feed);
    free(path);
    return rc;
}

/* A hub that does not hold what the stream leans on gets it again, leaning on less. */
static enum err send_entries(struct talk *t, bool *some)
{
    enum err rc = send_once(t, some);
    while (rc == ERR_PREFIX && t->way->pace.fallen < FEED_FALLS) {
        t->way->pace.fallen++;
        rc = send_once(t, some);
    }
    return rc;
}

/* Orders went back: what waited for them is asked for again; but not for ever. */
static bool handed_back(struct talk *t)
{
    bool so = t->handed && t->handings++ < TRIES;
    t->handed = false;
    return so;
}

static enum err ask_orders(struct talk *t, bool *some)
{
    struct wire_request asked;
    json_t *answer = NULL;
    char *path = path_of(t, WIRE_PATH_ORDERS);
    request_for(t, "orders", &asked);
    asked.from = t->link.orders;
    enum err rc = talk_ask(t, path, &asked, NULL, NULL, &answer);
    if (rc == ERR_OK) /* an old copy that has nothing to send finds out by this */
        rc = take_ack(t, answer);
    if (rc == ERR_OK)
        rc = back_hand(t, answer);
    if (rc == ERR_OK)
        rc = talk_take_orders(t, answer, some);
    *some |= rc == ERR_OK && handed_back(t);
    if (rc == ERR_OK)
        rc = note_contact(t, answer);
    json_decref(answer);
    free(path);
    return rc;
}

/* --- until all is there --------------------------------------------------------------------------
 */

/* A short rest that grows, with jitter, so that a town's villages do not come back all at once. */
static void rest(struct talk *t, int tries)
{
    uint32_t most = 500u << (tries < 4 ? tries : 4);
    way_rest(t->way, (int)(most / 2 + rnd_below(most / 2)));
}

/* The hub asked to be left alone: that is not to be tried again at once. */
static bool asked_to_wait(const struct talk *t)
{
    return clock_mono() < t->way->busy_until;
}

/* What must not wait goes before what keeps a slow link for long, and is no burden to a busy hub.
 * In a short queue it comes soon enough with the rest: a request of its own before that costs all
 * of them three seconds of such a link, and its bytes twice. */
static enum err send_first(struct talk *t)
{
    if (asked_to_wait(t)) {
        enum err rc = express_send(t);
        return rc == ERR_OK ? err_set(ERR_BUSY, "hub", NULL) : rc;
    }
    if (t->link.last - t->link.acked > EXPRESS_QUEUE)
        return express_send(t);
    express_skip(t, t->link.last);
    return ERR_OK;
}

/* Journal and orders until both sides have the same: what is written meanwhile goes too. */
static enum err exchange(struct talk *t)
{
    bool more = true;
    enum err rc = ERR_OK;
    while (rc == ERR_OK && (more || t->link.acked < t->link.last)) {
        int64_t before = t->link.acked;
        if (before == t->link.last)
            rc = ask_orders(t, &more);
        else if ((rc = send_first(t)) == ERR_OK && (rc = send_entries(t, &more)) == ERR_OK &&
                 t->link.acked <= before && !handed_back(t))
            rc = err_set(ERR_HUB_ANSWER, "ack", "%lld", (long long)t->link.acked);
    }
    return rc;
}

static bool may_pass(enum err rc)
{
    return rc == ERR_HUB_DOWN || rc == ERR_HUB_ANSWER || rc == ERR_BUSY || rc == ERR_STATE;
}

/* A machine that took a site up: its records first. What a cut left is not fetched again. */
static enum err fetch(struct talk *t)
{
    enum err rc = fetch_all(t);
    for (int tries = 0; may_pass(rc) && tries + 1 < TRIES; tries++) {
        int64_t before = journal_count(t->site->j.store);
        rest(t, tries);
        rc = fetch_all(t);
        if (journal_count(t->site->j.store) > before)
            tries = -1;
    }
    return rc;
}

static enum err visit(struct talk *t)
{
    enum err closed = journal_closed(t->site->j.store, NULL);
    enum err rc = closed == ERR_FETCHING ? fetch(t) : ERR_OK;
    if (rc == ERR_OK)
        rc = exchange(t);
    for (int tries = 0; may_pass(rc) && !asked_to_wait(t) && tries + 1 < TRIES; tries++) {
        int64_t before = t->link.acked;
        rest(t, tries);
        rc = ask_mark(t); /* on a new connection: what the hub has committed is not sent twice */
        if (rc == ERR_OK && t->link.acked > before)
            tries = -1;
        if (rc == ERR_OK)
            rc = exchange(t);
    }
    if (rc == ERR_BUSY && asked_to_wait(t)) {
        t->ahead.looked = t->link.acked; /* what was to go with the next frame does not */
        rc = send_first(t);
    }
    return rc;
}

static void note_trouble(struct site *s, enum err why)
{
    char kept[400];
    err_keep(why, kept, sizeof kept);
    link_note(&s->j, clock_now(), CLOCK_NONE, kept);
    err_set(why, NULL, NULL);
}

void agent_note_use(struct site *s, struct way *way, bool now)
{
    struct way_used *u = &way->used;
    bool due = now || u->failed > 0 || u->up > NOTE_BYTES || u->noted == 0 ||
               clock_mono() > u->noted + NOTE_MS;
    if (u->tries == 0 || !due)
        return;
    struct link_use use = {u->up, u->down, u->tries, u->failed, u->rtt, way->pace.rate};
    if (link_use_add(s->j.store, clock_now(), &use) == ERR_OK)
        *u = (struct way_used){.noted = clock_mono()};
}

enum err agent_visit(struct site *s, struct way *way)
{
    struct talk t;
    slot_tell(s); /* before the link is read, for it is an entry; what it meets hinders no sync */
    enum err rc = talk_init(&t, s, way);
    if (rc == ERR_OK)
        rc = visit(&t);
    if (rc == ERR_HUB_TLS && pin_renew(s->j.store, way, &t.link))
        rc = visit(&t);
    if (rc == ERR_OK) /* what was waiting is there: now it may be said */
        rc = journal_closed(s->j.store, NULL);
    talk_fini(&t);
    if (rc != ERR_OK && rc != ERR_NOT_ENROLLED)
        note_trouble(s, rc);
    agent_note_use(s, way, false);
    return rc;
}

enum err agent_once(struct site *s)
{
    struct way *way = NULL;
    enum err rc = http_open(&way);
    if (rc == ERR_OK)
        rc = agent_visit(s, way);
    if (way != NULL)
        agent_note_use(s, way, true);
    way_free(way);
    return rc;
}
