/* Owns: the network: what becomes of a request and its answer. Invariant: bytes reach the hub in
 * their order within one request; everything else may happen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "sync/wire/api.h"
#include "sync/wire/frame.h"
#include "sync/wire/pack.h"
#include "tests/sim/world.h"

/* --- the hub's end ------------------------------------------------------------------------------
 */

static const char *conn_header(const void *arg, const char *name)
{
    const struct conn *c = arg;
    return strcmp(name, WIRE_HEADER) == 0 ? c->header : NULL;
}

static const char *conn_query(const void *arg, const char *name)
{
    static char value[64];
    const struct conn *c = arg;
    size_t n = strlen(name);
    for (const char *p = c->query; *p != 0; p += strcspn(p, "&"), p += *p == '&')
        if (strncmp(p, name, n) == 0 && p[n] == '=') {
            snprintf(value, sizeof value, "%.*s", (int)strcspn(p + n + 1, "&"), p + n + 1);
            return value;
        }
    return NULL;
}

static void conn_progress(void *arg)
{
    (void)arg;
}

static const struct serve_from from = {conn_header, conn_query, conn_progress};

void net_drop(struct world *w, struct conn *c)
{
    if (!c->open)
        return;
    world_clock(w, NULL);
    serve_fini(&c->serve);
    c->open = false;
    c->gone = true;
}

/* The hub's disk may have died in this call: then everything that it had before it is gone. */
static bool hub_lives(struct world *w)
{
    if (w->hub != NULL && w->hub_disk->dead)
        hub_dies(w, one_in(w, 3));
    return w->hub != NULL;
}

/* NULL: nobody takes it. *more: the body is wanted. */
static struct conn *conn_begin(struct world *w, const struct late *r, bool *more)
{
    struct conn *c = NULL;
    bool other;
    for (size_t i = 0; i < CONNS && c == NULL; i++)
        if (!w->conns[i].open && !w->conns[i].held)
            c = &w->conns[i];
    const struct serve_route *route = serve_find(r->method, r->path, &other);
    if (w->hub == NULL || c == NULL || route == NULL)
        return NULL;
    *c = (struct conn){.open = true, .held = true};
    memcpy(c->header, r->header, sizeof c->header);
    memcpy(c->query, r->query, sizeof c->query);
    c->serve.hub = w->hub;
    c->serve.from = &from;
    c->serve.arg = c;
    world_clock(w, NULL);
    *more = serve_begin(&c->serve, route, r->path);
    if (hub_lives(w))
        return c;
    c->held = false;
    return NULL;
}

static bool conn_more(struct world *w, struct conn *c, const void *bytes, size_t len)
{
    if (c->gone)
        return false;
    world_clock(w, NULL);
    serve_more(&c->serve, bytes, len);
    c->fed += (int64_t)len;
    return hub_lives(w) && !c->gone;
}

static bool conn_answer(struct world *w, struct conn *c, bool run)
{
    if (c->gone)
        return false;
    world_clock(w, NULL);
    if (run)
        serve_answer(&c->serve);
    return hub_lives(w) && !c->gone;
}

/* --- requests on their way ----------------------------------------------------------------------
 */

static void late_free(struct late *l)
{
    buf_fini(&l->body);
    free(l);
}

static void queue(struct world *w, const struct late *r)
{
    struct late *l = mem_alloc(sizeof *l), **end = &w->late;
    *l = *r;
    l->next = NULL;
    l->body = (struct buf)BUF_INIT;
    buf_add(&l->body, r->body.data, r->body.len);
    while (*end != NULL)
        end = &(*end)->next;
    *end = l;
}

static void hand_over(struct world *w, const struct late *l)
{
    bool more = false;
    struct conn *c = conn_begin(w, l, &more);
    if (c == NULL)
        return;
    bool there = true;
    for (size_t at = 0; more && there && at < l->body.len; at += w->room) {
        size_t n = l->body.len - at < w->room ? l->body.len - at : w->room;
        there = conn_more(w, c, l->body.data + at, n);
    }
    if (there && l->whole)
        conn_answer(w, c, more);
    net_drop(w, c);
    c->held = false;
}

void net_late(struct world *w)
{
    struct late *l = w->late;
    if (l == NULL)
        return;
    w->late = l->next;
    tell(w, "a late request comes: %s?%s", l->path, l->query);
    hand_over(w, l);
    late_free(l);
}

void net_clear(struct world *w)
{
    while (w->late != NULL) {
        struct late *l = w->late;
        w->late = l->next;
        late_free(l);
    }
    for (size_t i = 0; i < 4; i++)
        buf_clear(&w->answers[i]);
    w->n_answers = 0;
}

/* --- the village's end --------------------------------------------------------------------------
 */

static const char *const fate_names[FATES] = {
    "fine", "lost", "cut going up",     "cut coming down",     "cropped", "doubled",
    "late", "old",  "damaged going up", "damaged coming down", "portal",  "forged"};

static enum fate draw(struct world *w)
{
    for (int f = FATE_FINE + 1; f < FATES; f++)
        if (one_in(w, w->odds[f]))
            return (enum fate)f;
    return FATE_FINE;
}

static enum err down(struct machine *m, int64_t ms)
{
    world_pass(m->w, m, ms);
    return err_set(ERR_HUB_DOWN, NULL, "sim");
}

static void read_url(const struct http_request *what, struct late *r)
{
    const char *path = what->url + strlen(HUB_URL), *query = strchr(path, '?');
    size_t n = query != NULL ? (size_t)(query - path) : strlen(path);
    snprintf(r->path, sizeof r->path, "%.*s", (int)n, path);
    snprintf(r->query, sizeof r->query, "%s", query != NULL ? query + 1 : "");
    snprintf(r->method, sizeof r->method, "%s", what->body != NULL ? "POST" : "GET");
    if (what->header != NULL)
        snprintf(r->header, sizeof r->header, "%s", what->header + strlen(WIRE_HEADER ": "));
}

static bool asks_for(const struct late *r, const char *what)
{
    size_t n = strlen(r->path), k = strlen(what);
    return n > k && strcmp(r->path + n - k, what) == 0;
}

static void spoil(unsigned char *bytes, size_t len)
{
    if (len > 0)
        bytes[world_below((uint32_t)len)] ^= (unsigned char)(1u << world_below(8));
}

/* What may happen beside a request, and whether both ends are still there after it. */
static bool beside(struct machine *m, const struct http_request *what, struct conn *c, enum err *rc)
{
    struct world *w = m->w;
    *rc = ERR_OK;
    if (one_in(w, w->calm)) {
        scene_step(w, m);
        world_clock(w, m);
    }
    if (what->meanwhile != NULL && !m->disk->dead)
        *rc = what->meanwhile(what->meanwhile_arg);
    return *rc == ERR_OK && !m->disk->dead && !c->gone && w->hub != NULL;
}

struct upload {
    struct machine *m;
    const struct http_request *what;
    struct conn *conn; /* NULL: it is only recorded */
    struct late *record;
    enum fate fate;
    int64_t limit; /* bytes until the line breaks; -1: it does not */
    int64_t sent;
};

/* One piece of the body. False: no more of it comes, *rc says why (ERR_OK: its end). */
static bool push(struct upload *u, enum err *rc)
{
    static char piece[16384];
    struct world *w = u->m->w;
    bool failed = false;
    size_t room = w->room < sizeof piece ? w->room : sizeof piece;
    if (u->conn != NULL && !beside(u->m, u->what, u->conn, rc)) {
        *rc = *rc != ERR_OK ? *rc : down(u->m, 3000);
        return false;
    }
    world_clock(w, u->m);
    size_t n = u->what->body(u->what->arg, piece, room, &failed);
    *rc = failed ? err_last() : ERR_OK;
    if (failed || n == 0)
        return false;
    world_pass(w, u->m, (int64_t)n / 16 + 1); /* 128 kbit/s */
    bool cut = u->limit >= 0 && u->sent + (int64_t)n >= u->limit;
    n = cut ? (size_t)(u->limit - u->sent) : n;
    if (u->fate == FATE_BITS_UP && one_in(w, 2))
        spoil((unsigned char *)piece, n);
    if (u->record != NULL)
        buf_add(&u->record->body, piece, n);
    u->sent += (int64_t)n;
    bool there = u->conn == NULL || conn_more(w, u->conn, piece, n);
    if (cut || !there)
        *rc = down(u->m, 8000);
    return !cut && there;
}

static enum err give(struct machine *m, struct buf *answer, long *status, const void *bytes,
                     size_t len, long code)
{
    buf_clear(answer);
    buf_add(answer, bytes, len);
    *status = code;
    world_pass(m->w, m, 300 + (int64_t)len / 16);
    return ERR_OK;
}

/* Says that all has arrived, in the hub's own form, by another key. */
static enum err forge(struct machine *m, const struct late *r, struct buf *answer, long *status)
{
    static unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    struct wire_request asked;
    struct link_state link;
    struct buf b = BUF_INIT;
    unsigned char tip[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    int64_t last;
    if (wire_request_read(r->header, &asked) != ERR_OK ||
        link_read(m->site->j.store, m->site->j.site, &link) != ERR_OK ||
        journal_tip(m->site->j.store, m->site->j.site, link.epoch, &last, tip) != ERR_OK)
        return down(m, 100);
    secret_sign_pair(pub, sec);
    json_t *o = json_pack("{s:s,s:I,s:I,s:I,s:[],s:[]}", "site", asked.site, "epoch",
                          (json_int_t)asked.epoch, "at", (json_int_t)clock_now(), "ack",
                          (json_int_t)last, "refused", "orders");
    hex_encode(asked.nonce, WIRE_NONCE, hex);
    js_set_str(o, "nonce", hex);
    hex_encode(tip, HASH_BYTES, hex);
    js_set_str(o, "hash", hex);
    wire_answer_write(o, sec, &b);
    enum err rc = give(m, answer, status, b.data, b.len, 200);
    json_decref(o);
    buf_fini(&b);
    return rc;
}

/* What comes down of an answer that the hub gave. */
static enum err come_down(struct machine *m, enum fate fate, const struct buf *out, unsigned code,
                          struct buf *answer, long *status)
{
    struct world *w = m->w;
    struct buf *keep = &w->answers[w->n_answers++ % 4];
    const struct buf *old = &w->answers[world_below(4)];
    if (fate == FATE_CUT_DOWN)
        return down(m, 8000);
    if (w->cut_down >= 0) { /* an end that a proxy makes look whole */
        size_t at = (size_t)w->cut_down;
        w->cut_down = -1;
        w->genuine = at >= out->len;
        return give(m, answer, status, out->data, at < out->len ? at : out->len, (long)code);
    }
    if (code == 200 && w->up > 0 && w->down == 0)
        w->down = (int64_t)out->len;
    if (fate == FATE_OLD && old->len > 0)
        return give(m, answer, status, old->data, old->len, 200);
    buf_clear(keep);
    buf_add(keep, out->data, out->len);
    size_t len = fate == FATE_CROPPED && out->len > 0 ? world_below((uint32_t)out->len) : out->len;
    enum err rc = give(m, answer, status, out->data, len, (long)code);
    if (fate == FATE_BITS_DOWN)
        spoil(answer->data, answer->len);
    /* A damaged answer may say the same as before: there are bits that nobody reads. */
    w->genuine = len == out->len && code != 401 && code != 404;
    return rc;
}

/* The hub gets all of it, or up to where the line breaks; its answer comes down. */
static enum err converse(struct machine *m, const struct http_request *what, struct late *r,
                         enum fate fate, struct buf *answer, long *status)
{
    struct world *w = m->w;
    bool more = false;
    enum err rc = ERR_OK;
    struct conn *c = conn_begin(w, r, &more);
    if (c == NULL)
        return down(m, 15000);
    struct upload u = {m, what, c, fate == FATE_DOUBLED ? r : NULL, fate, -1, 0};
    if (asks_for(r, WIRE_PATH_ENTRIES)) {
        u.limit = w->cut_up;
        w->cut_up = -1;
    }
    if (fate == FATE_CUT_UP)
        u.limit = world_below(one_in(w, 2) ? 100 : 2500);
    bool body = more && what->body != NULL;
    while (body && push(&u, &rc))
        ;
    if (what->body != NULL)
        w->up = u.sent;
    if (rc == ERR_OK && !body && fate == FATE_CUT_UP)
        rc = down(m, 8000);
    if (rc == ERR_OK && beside(m, what, c, &rc) && conn_answer(w, c, more))
        rc = come_down(m, fate, &c->serve.out, c->serve.status, answer, status);
    else if (rc == ERR_OK)
        rc = down(m, 8000);
    if (rc == ERR_OK || one_in(w, 2)) /* else the hub waits for bytes that do not come */
        net_drop(w, c);
    c->held = false;
    return rc;
}

/* All goes out, nothing comes back, and the hub hears of it later. */
static enum err late(struct machine *m, const struct http_request *what, struct late *r)
{
    struct upload u = {m, what, NULL, r, FATE_LATE, -1, 0};
    enum err rc = ERR_OK;
    while (what->body != NULL && push(&u, &rc))
        ;
    if (rc != ERR_OK)
        return rc;
    r->whole = one_in(m->w, 2);
    queue(m->w, r);
    return down(m, 8000);
}

/* What broke is not sent again before the hub has said where it stands. */
static void watch(struct machine *m, const struct late *r)
{
    if (asks_for(r, WIRE_PATH_ENTRIES))
        m->in_doubt = !m->w->genuine;
    else if (asks_for(r, WIRE_PATH_MARK))
        m->in_doubt = m->in_doubt && !m->w->genuine;
}

static enum err sim_ask(struct way *way, const struct http_request *what, struct buf *answer,
                        long *status)
{
    static const char portal[] = "<html><body>Please sign in to use this network</body></html>";
    struct machine *m = (struct machine *)way;
    struct world *w = m->w;
    struct late r = {.whole = true};
    enum fate fate = draw(w);
    if (m->disk->dead)
        return err_set(ERR_HUB_DOWN, NULL, "dead");
    read_url(what, &r);
    tell(w, "%s: %s %s?%s: %s", m->name, r.method, r.path, r.query, fate_names[fate]);
    if (m->in_doubt && asks_for(&r, WIRE_PATH_ENTRIES))
        wrong(w, "%s sends again without asking where the hub stands", m->name);
    world_pass(w, m, 20 + world_below(1200));
    m->in_doubt |= asks_for(&r, WIRE_PATH_ENTRIES);
    w->genuine = false;
    if (fate == FATE_LOST || w->hub == NULL)
        return down(m, 15000);
    if (fate == FATE_PORTAL)
        return give(m, answer, status, portal, sizeof portal - 1, 200);
    if (fate == FATE_FORGED)
        return forge(m, &r, answer, status);
    if (fate == FATE_BITS_UP && one_in(w, 3))
        spoil((unsigned char *)r.header, strlen(r.header));
    enum err rc =
        fate == FATE_LATE ? late(m, what, &r) : converse(m, what, &r, fate, answer, status);
    if (fate == FATE_DOUBLED && one_in(w, 2))
        queue(w, &r);
    else if (fate == FATE_DOUBLED && w->hub != NULL)
        hand_over(w, &r);
    buf_fini(&r.body);
    world_clock(w, m);
    watch(m, &r);
    return m->disk->dead ? err_set(ERR_HUB_DOWN, NULL, "dead") : rc;
}

static void sim_rest(struct way *way, int ms)
{
    struct machine *m = (struct machine *)way;
    world_pass(m->w, m, ms);
    if (!m->disk->dead && one_in(m->w, m->w->calm))
        scene_step(m->w, m);
    world_clock(m->w, m);
}

static void sim_free(struct way *way)
{
    (void)way;
}

void net_init(struct machine *m)
{
    static const struct way_ops ops = {.ask = sim_ask, .rest = sim_rest, .free = sim_free};
    m->way = (struct way){.ops = &ops, .watch = -1};
}

void net_forge(struct machine *m, const unsigned char sec[SIGN_SEC_BYTES])
{
    static const char head[] =
        "{\"n\":0,\"heard\":1,\"term\":\"x\",\"by\":\"x\",\"k\":\"sign_in\",\"v\":1,\"body\":{}}";
    struct world *w = m->w;
    struct wire_request asked;
    struct wire_writer frame = {.bytes = BUF_INIT};
    struct wire_entry e = {.head = (const unsigned char *)head, .head_len = sizeof head - 1};
    struct late r = {.whole = true, .method = "POST"};
    struct wire_pack pack = {.zstd = NULL};
    struct buf text = BUF_INIT;
    unsigned char hash[HASH_BYTES], sig[SIGN_BYTES];
    wire_request_init(&asked, m->site->j.site, "entries");
    asked.epoch = m->mirror.epoch;
    truth_mark(w, m->village, &asked.from, asked.base);
    asked.from++;
    wire_request_write(&asked, sec, &text);
    journal_hash(asked.base, head, sizeof head - 1, e.sealed_hash, hash);
    wire_writer_add(&frame, asked.from, &e);
    wire_sign_tip(sec, asked.site, asked.epoch, asked.from, hash, sig);
    wire_writer_end(&frame, sig);
    wire_pack_begin(&pack, 1, NULL, &r.body);
    wire_pack_add(&pack, frame.bytes.data, frame.bytes.len, &r.body);
    wire_pack_end(&pack, &r.body);
    wire_pack_fini(&pack);
    snprintf(r.path, sizeof r.path, WIRE_PATH_SITES "%s" WIRE_PATH_ENTRIES, asked.site);
    snprintf(r.header, sizeof r.header, "%s", buf_str(&text));
    tell(w, "somebody forges entry %lld of %s", (long long)asked.from, m->name);
    hand_over(w, &r);
    buf_fini(&frame.bytes);
    buf_fini(&text);
    buf_fini(&r.body);
}
