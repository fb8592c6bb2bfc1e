/* Owns: the villages' requests. Invariant: nothing is told or taken before the request's signature
 * was verified with the key of that site and epoch. */
#include "sync/hub/api.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "sync/hub/back.h"
#include "sync/hub/delta.h"
#include "sync/hub/express.h"
#include "sync/hub/fetch.h"
#include "sync/hub/history.h"
#include "sync/hub/metrics.h"
#include "sync/hub/order.h"
#include "sync/hub/site.h"
#include "sync/hub/sites.h"
#include "sync/hub/take.h"
#include "sync/hub/upload.h"
#include "sync/wire/pack.h"

#define REFUSED 50 /* refused entries told in one answer */

struct stream {
    struct wire_request asked;
    bool known;                        /* the signature is right */
    bool upload;                       /* it takes entries as they come */
    bool ended;                        /* a newer connection took over */
    unsigned char pub[SIGN_PUB_BYTES]; /* whose signature it is */
    struct wire_unpack unpack;
    struct wire_history history; /* that it leans on */
    struct wire_decoder decoder;
    struct hub_take take;
    json_t *express; /* what is here of an express request; NULL: it is none */
    struct serve *serve;
};

static enum err fresh(struct hub *h, const unsigned char nonce[WIRE_NONCE])
{
    struct hub_talk *t = &h->talk;
    for (size_t i = 0; i < HUB_NONCES; i++)
        if (memcmp(t->nonces[i], nonce, WIRE_NONCE) == 0)
            return err_set(ERR_SIGNATURE, WIRE_HEADER, "seen before");
    memcpy(t->nonces[t->next_nonce++ % HUB_NONCES], nonce, WIRE_NONCE);
    return ERR_OK;
}

/* --- answers ----------------------------------------------------------------------------------
 */

static unsigned status_of(enum err rc)
{
    static const struct {
        enum err rc;
        unsigned status;
    } table[] = {
        {ERR_OK, 200},          {ERR_FRAME, 400},
        {ERR_JSON, 400},        {ERR_SEAL, 400},
        {ERR_SIGNATURE, 401},   {ERR_ENROL_CODE, 403},
        {ERR_HUB_REFUSED, 403}, {ERR_NOT_ENROLLED, 404},
        {ERR_STATE, 409},       {ERR_FORK, 409},
        {ERR_PREFIX, 409},      {ERR_ENROL_EXPIRED, 410},
        {ERR_TOO_LONG, 413},    {ERR_BUSY, 503},
        {ERR_STORE_DOWN, 503},  {ERR_COMMIT_UNKNOWN, 503},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].rc == rc)
            return table[i].status;
    return 500;
}

static void put_hex(json_t *o, const char *key, const unsigned char *bytes, size_t len)
{
    char text[2 * 64 + 1];
    hex_encode(bytes, len, text);
    js_set_str(o, key, text);
}

/* All that was refused of the newest, again and again: telling it twice does no harm. */
enum err api_put_refused(struct hub *h, const char *site, int64_t epoch, json_t *answer)
{
    struct hub_rows rows;
    json_t *list = json_array();
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT seq, refused FROM entry WHERE site = ?1 AND epoch = ?2"
                          " AND refused IS NOT NULL UNION ALL"
                          " SELECT seq, refused FROM express WHERE site = ?1 AND epoch = ?2"
                          " AND refused IS NOT NULL ORDER BY seq DESC LIMIT ?3",
                          "sii", site, epoch, (int64_t)REFUSED);
    while (rc == ERR_OK && hub_next(&rows, &rc))
        json_array_append_new(list, json_pack("{s:I,s:s}", "seq", (json_int_t)hub_int(&rows, 0),
                                              "why", hub_text(&rows, 1)));
    json_object_set_new(answer, "refused", list);
    return rc;
}

static int64_t query_number(const struct serve *w, const char *name)
{
    const char *text = serve_query(w, name);
    return text != NULL ? atoll(text) : 0;
}

/* What the hub has: the mark that a village goes by. */
static enum err put_state(struct serve *w, const struct wire_request *r, json_t *answer)
{
    struct hub_mark mark;
    json_t *orders = NULL;
    const char *since = serve_query(w, "since");
    enum err rc = hub_mark_read(w->hub, r->site, r->epoch, &mark);
    if (rc != ERR_OK)
        return rc;
    js_set_int(answer, "ack", mark.seq);
    put_hex(answer, "hash", mark.hash, HASH_BYTES);
    rc = api_put_refused(w->hub, r->site, r->epoch, answer);
    bool lost = !mark.revoked && hub_order_lost(w->hub, r->site, r->epoch, since);
    if (rc == ERR_OK && lost)
        rc = hub_order_past(w->hub, r->site, since, answer);
    if (rc == ERR_OK && since != NULL && !mark.revoked && !lost)
        rc = hub_orders_since(w->hub, r->site, atoll(since), &orders);
    if (rc == ERR_OK && orders != NULL && serve_query(w, "whole") == NULL)
        rc = hub_orders_shrink(w->hub, r->site, orders);
    if (rc == ERR_OK && orders != NULL && serve_query(w, "places") != NULL)
        rc = hub_order_places(w->hub, r->site, orders);
    if (orders != NULL) {
        json_object_set_new(answer, "orders", orders);
        js_set_int(
            answer, "last",
            hub_number(w->hub->db, 0, "SELECT orders FROM site WHERE site = ?1", "s", r->site));
    }
    if (rc == ERR_OK)
        rc = hub_others(w->hub, r, answer);
    if (rc == ERR_OK && strcmp(r->purpose, "history") == 0 && !mark.revoked)
        rc = hub_past(w->hub, r, query_number(w, "of"), query_number(w, "lo"),
                      query_number(w, "hi"), answer);
    return rc;
}

/* `a` has what belongs to this answer alone, and is used up. */
static void answer_more(struct serve *w, const struct wire_request *r, bool known, enum err rc,
                        json_t *a)
{
    const struct stream *s = w->stream;
    js_set_str(a, "site", r->site);
    put_hex(a, "nonce", r->nonce, WIRE_NONCE);
    js_set_int(a, "epoch", r->epoch);
    js_set_int(a, "at", clock_now());
    if (rc != ERR_OK) {
        js_set_str(a, "error", err_word(rc));
        js_set_str(a, "why", w->why);
    }
    if (rc == ERR_BUSY || rc == ERR_STORE_DOWN)
        js_set_int(a, "retry", HUB_BUSY_LEAST_S + rnd_below(HUB_BUSY_MORE_S));
    if (known && put_state(w, r, a) != ERR_OK && rc == ERR_OK) {
        rc = err_last();
        js_set_str(a, "error", err_word(rc));
    }
    if (s != NULL && s->express != NULL)
        json_object_set(a, "express", s->express);
    buf_clear(&w->out);
    wire_answer_write(a, w->hub->keys.sign_sec, &w->out);
    serve_reply(w, status_of(rc), "application/octet-stream");
    json_decref(a);
}

static void answer(struct serve *w, const struct wire_request *r, bool known, enum err rc)
{
    answer_more(w, r, known, rc, json_object());
}

/* An unreadable request gets words without a signature: there is nobody to sign for. */
static void answer_plain(struct serve *w, enum err rc)
{
    buf_clear(&w->out);
    buf_printf(&w->out, "%s\n", err_word(rc));
    serve_reply(w, status_of(rc), "text/plain; charset=utf-8");
}

void api_keys(struct serve *w)
{
    json_t *o = json_object();
    put_hex(o, "sign", w->hub->keys.sign_pub, SIGN_PUB_BYTES);
    put_hex(o, "box", w->hub->keys.box_pub, BOX_PUB_BYTES);
    js_set_int(o, "suite", SECRET_SUITE);
    if (w->hub->secured)
        wire_tls_write(&w->hub->tls, w->hub->keys.sign_sec, o);
    char *text = js_dump(o);
    buf_text(&w->out, text);
    serve_reply(w, 200, "application/json");
    free(text);
    json_decref(o);
}

/* --- who asks ---------------------------------------------------------------------------------
 */

static enum err read_request(struct serve *w, const char *purpose, struct wire_request *out)
{
    const char *text = serve_header(w, WIRE_HEADER);
    enum err rc = text != NULL ? wire_request_read(text, out)
                               : err_set(ERR_SIGNATURE, WIRE_HEADER, "missing");
    if (rc == ERR_OK && strcmp(out->purpose, purpose) != 0)
        rc = err_set(ERR_SIGNATURE, WIRE_HEADER, "purpose");
    return rc;
}

void api_enrol(struct serve *w)
{
    struct wire_request asked;
    enum err rc = w->trouble != ERR_OK ? w->trouble : read_request(w, "enrol", &asked);
    if (rc != ERR_OK) {
        answer_plain(w, rc);
        return;
    }
    json_t *told = json_object();
    rc = fresh(w->hub, asked.nonce);
    if (rc == ERR_OK)
        rc = hub_enrol(w->hub, &asked, serve_header(w, WIRE_HEADER), w->body.data, w->body.len,
                       told);
    if (rc != ERR_OK)
        err_say(rc, w->why, sizeof w->why);
    else
        asked.epoch = js_int(told, "epoch", asked.epoch);
    answer_more(w, &asked, rc == ERR_OK, rc, told);
}

/* Signed by the machine of that epoch; entries also by the site's newest one, which hands in what
 * an earlier one wrote. */
static bool signed_by(struct serve *w, struct stream *s, const struct hub_mark *mark)
{
    struct hub_mark newest;
    const char *text = serve_header(w, WIRE_HEADER);
    memcpy(s->pub, mark->pub, SIGN_PUB_BYTES);
    if (wire_request_verify(text, s->pub))
        return true;
    if (strcmp(s->asked.purpose, "entries") != 0 ||
        hub_mark_newest(w->hub, s->asked.site, &newest) != ERR_OK)
        return false;
    memcpy(s->pub, newest.pub, SIGN_PUB_BYTES);
    return wire_request_verify(text, s->pub);
}

/* Reads and verifies the signed header of a joined site. */
static enum err know(struct serve *w, struct stream *s, const char *purpose)
{
    struct hub_mark mark;
    enum err rc = read_request(w, purpose, &s->asked);
    if (rc == ERR_OK && strcmp(s->asked.site, w->site) != 0)
        rc = err_set(ERR_SIGNATURE, WIRE_HEADER, "site");
    if (rc == ERR_OK)
        rc = hub_mark_read(w->hub, s->asked.site, s->asked.epoch, &mark);
    if (rc == ERR_OK && !signed_by(w, s, &mark))
        rc = err_set(ERR_SIGNATURE, WIRE_HEADER, NULL);
    if (rc == ERR_OK)
        rc = fresh(w->hub, s->asked.nonce);
    s->known = rc == ERR_OK;
    if (rc == ERR_OK && mark.revoked)
        rc = err_set(ERR_HUB_REFUSED, "site", "revoked");
    return rc;
}

static struct stream *stream_new(struct serve *w)
{
    struct stream *s = mem_alloc(sizeof *s);
    s->serve = w;
    w->stream = s;
    return s;
}

enum err api_begin(struct serve *w)
{
    const char *last = strrchr(w->route->pattern, '/');
    return know(w, stream_new(w), last + 1);
}

void api_end(struct serve *w)
{
    struct stream *s = w->stream;
    if (s == NULL)
        return;
    hub_upload_end(w->hub, s);
    wire_unpack_fini(&s->unpack);
    wire_history_fini(&s->history);
    wire_decoder_fini(&s->decoder);
    json_decref(s->express);
    free(s);
    w->stream = NULL;
}

/* Answers, and notes the contact and its bytes: one commit. When that fails the answer says so. */
static void answer_noted(struct serve *w, struct stream *s, enum err rc)
{
    if (!s->known) {
        answer(w, &s->asked, false, rc);
        return;
    }
    bool began = hub_begin(w->hub->db) == ERR_OK;
    hub_site_seen(w->hub, s->asked.site, s->asked.time - clock_now(),
                  rc == ERR_OK || rc == ERR_STATE || rc == ERR_PREFIX ? NULL : w->why);
    answer(w, &s->asked, true, rc);
    hub_site_cost(w->hub, s->asked.site,
                  (int64_t)(s->unpack.in + w->body.len + strlen(serve_header(w, WIRE_HEADER))),
                  (int64_t)w->out.len, rc != ERR_OK);
    enum err ended = began ? hub_end(w->hub->db, ERR_OK) : ERR_OK;
    if (rc == ERR_OK && ended != ERR_OK) {
        err_say(ended, w->why, sizeof w->why);
        answer(w, &s->asked, true, ended);
    }
}

/* Also answers for uploads: what was committed counts, whatever came after it. */
void api_mark(struct serve *w)
{
    struct stream *s = w->stream;
    enum err rc = w->trouble;
    if (rc == ERR_OK && s->ended) {
        rc = err_set(ERR_STATE, "stream", "a newer connection of this site took over");
        err_say(rc, w->why, sizeof w->why);
    }
    if (rc == ERR_OK && s->upload && s->take.aside) {
        rc = err_set(ERR_FORK, NULL, NULL);
        err_say(rc, w->why, sizeof w->why);
    }
    if (rc == ERR_OK && s->upload &&
        (!wire_unpack_done(&s->unpack) || !wire_decoder_idle(&s->decoder))) {
        rc = err_set(ERR_FRAME, "stream", "cut short");
        err_say(rc, w->why, sizeof w->why);
    }
    if (s->asked.site[0] == 0) {
        answer_plain(w, rc);
        return;
    }
    answer_noted(w, s, rc);
}

void api_express(struct serve *w)
{
    struct stream *s = w->stream;
    if (w->trouble == ERR_OK)
        w->trouble = hub_express_body(w->hub, &s->asked, w->body.data, w->body.len, &s->express);
    if (w->trouble != ERR_OK && w->why[0] == 0)
        err_say(w->trouble, w->why, sizeof w->why);
    api_mark(w);
}

void api_back(struct serve *w)
{
    const struct stream *s = w->stream;
    if (w->trouble == ERR_OK)
        w->trouble = hub_orders_back(w->hub, &s->asked, w->body.data, w->body.len);
    if (w->trouble != ERR_OK && w->why[0] == 0)
        err_say(w->trouble, w->why, sizeof w->why);
    api_mark(w);
}

void api_fetch(struct serve *w)
{
    struct stream *s = w->stream;
    if (w->trouble == ERR_OK) {
        w->trouble = hub_fetch(w->hub, &s->asked, query_number(w, "of"), &w->out);
        if (w->trouble == ERR_OK) {
            serve_reply(w, 200, "application/octet-stream");
            return;
        }
        err_say(w->trouble, w->why, sizeof w->why);
    }
    api_mark(w);
}

/* --- entries ----------------------------------------------------------------------------------
 */

/* What it holds of memory is of no more use; what it has not committed comes by the newer one. */
static void end_older(void *stream)
{
    struct stream *s = stream;
    s->ended = true;
    wire_unpack_fini(&s->unpack);
    wire_history_fini(&s->history);
}

static enum err find_history(void *arg, uint32_t id, struct wire_prefix *out)
{
    struct stream *s = arg;
    enum err rc = hub_history(s->serve->hub, s->asked.site, s->asked.epoch, id, &s->history);
    *out = s->history.prefix;
    return rc;
}

enum err api_entries_begin(struct serve *w)
{
    struct stream *s = stream_new(w);
    enum err rc = know(w, s, "entries");
    if (rc == ERR_OK &&
        hub_order_lost(w->hub, s->asked.site, s->asked.epoch, serve_query(w, "since")))
        rc = err_set(ERR_STATE, "orders", NULL); /* entries may speak of them */
    if (rc == ERR_OK)
        rc = hub_take_begin(w->hub, &s->asked, &s->take);
    if (rc == ERR_OK)
        memcpy(s->take.pub, s->pub, SIGN_PUB_BYTES);
    if (rc == ERR_OK)
        rc = hub_upload_begin(w->hub, s->asked.site, s, end_older);
    s->upload = rc == ERR_OK;
    s->unpack.history = find_history;
    s->unpack.history_arg = s;
    return rc;
}

/* A branch that left our chain is kept to its end; that it did is said then. */
static enum err take_frame(void *arg, const struct wire_frame *f)
{
    struct stream *s = arg;
    enum err rc = hub_take_frame(&s->take, f);
    rc = rc == ERR_FORK ? ERR_OK : rc;
    if (rc != ERR_OK)
        return rc;
    metrics_add(METRIC_FRAMES, 1);
    metrics_add(METRIC_ENTRIES, f->count);
    serve_progress(s->serve);
    return rc;
}

static enum err take_bytes(void *arg, const void *bytes, size_t len)
{
    struct stream *s = arg;
    return wire_decode(&s->decoder, bytes, len, take_frame, s);
}

enum err api_entries_more(struct serve *w, const void *bytes, size_t len)
{
    struct stream *s = w->stream;
    if (s->ended)
        return err_set(ERR_STATE, "stream", "a newer connection of this site took over");
    enum err rc = wire_unpack_add(&s->unpack, bytes, len, take_bytes, s);
    if (rc == ERR_OK && s->unpack.out > HUB_SHORT)
        rc = hub_upload_long(w->hub, s);
    return rc;
}
