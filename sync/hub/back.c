/* Owns: orders that come back. Invariant: a number holds the order that a village has under it; no
 * order that was given is dropped. */
#include "sync/hub/back.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "sync/hub/booking.h"
#include "sync/hub/casework.h"
#include "sync/hub/courier.h"
#include "sync/hub/order.h"
#include "sync/hub/suspend.h"
#include "sync/wire/api.h"
#include "sync/wire/pack.h"

static int64_t newest(struct hub *h, const char *site)
{
    return hub_number(h->db, 0, "SELECT max(epoch) FROM site_epoch WHERE site = ?1", "s", site);
}

/* --- what is missing ----------------------------------------------------------------------------
 */

/* The beginning of the hash of order n, in `mark`; false: there is none. */
static enum err mark_of(struct hub *h, const char *site, int64_t n, char mark[WIRE_ORDER_MARK],
                        bool *found)
{
    struct hub_rows rows;
    size_t head_len, sealed_len;
    *found = false;
    enum err rc = hub_ask(
        h->db, &rows, "SELECT head, sealed FROM orders WHERE site = ?1 AND n = ?2", "si", site, n);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc;
    const void *head = hub_blob(&rows, 0, &head_len), *sealed = hub_blob(&rows, 1, &sealed_len);
    wire_order_mark(n, head, head_len, sealed, sealed_len, mark);
    hub_done(&rows);
    *found = true;
    return ERR_OK;
}

bool hub_order_lost(struct hub *h, const char *site, int64_t epoch, const char *since)
{
    bool found = false;
    char mark[WIRE_ORDER_MARK];
    const char *theirs = since != NULL ? strchr(since, '.') : NULL;
    return theirs != NULL && epoch == newest(h, site) &&
           mark_of(h, site, atoll(since), mark, &found) == ERR_OK &&
           (!found || strcmp(mark, theirs + 1) != 0);
}

enum err hub_order_past(struct hub *h, const char *site, const char *since, json_t *answer)
{
    enum err rc = ERR_OK;
    json_t *past = json_array();
    int64_t have = hub_number(h->db, 0, "SELECT max(n) FROM orders WHERE site = ?1", "s", site);
    int64_t n = atoll(since) < have ? atoll(since) : have;
    for (int64_t step = 1; rc == ERR_OK && n > 0; n -= step, step *= 2) {
        bool found;
        char mark[WIRE_ORDER_MARK];
        rc = mark_of(h, site, n, mark, &found);
        if (rc == ERR_OK && found)
            json_array_append_new(past, json_pack("[I,s]", (json_int_t)n, mark));
    }
    json_object_set_new(answer, "past", past);
    return rc;
}

/* --- taken back ---------------------------------------------------------------------------------
 */

struct coming {
    struct hub *hub;
    const char *site;
    int64_t n;
    struct buf head, sealed;
    int64_t after_epoch, after_seq;
    unsigned char sig[SIGN_BYTES];
};

static enum err read_one(struct coming *c, const json_t *one)
{
    struct buf sig = BUF_INIT;
    const json_t *after = json_object_get(one, "after");
    buf_clear(&c->head);
    buf_clear(&c->sealed);
    enum err rc = wire_order_read(one, c->hub->keys.sign_pub, c->site, &c->n, &c->head, &c->sealed);
    if (rc == ERR_OK)
        rc = secret_b64_decode(js_str(one, "sig"), &sig);
    if (rc == ERR_OK)
        memcpy(c->sig, sig.data, SIGN_BYTES); /* its length was looked at with its truth */
    c->after_epoch = json_integer_value(json_array_get(after, 0));
    c->after_seq = json_integer_value(json_array_get(after, 1));
    buf_fini(&sig);
    return rc;
}

/* Only its bytes now: what it does waits for the entries before it. */
static enum err insert(const struct coming *c)
{
    struct entry e;
    json_t *head = NULL;
    char origin[HUB_ORIGIN];
    struct journal_row row = {.order = true, .seq = c->n};
    buf_add(&row.head, c->head.data, c->head.len);
    enum err rc = journal_parse(&row, &e, &head);
    if (rc == ERR_OK)
        hub_order_origin(head, c->n, c->head.data, c->head.len, c->sealed.data, c->sealed.len,
                         origin);
    if (rc == ERR_OK)
        rc = hub_run(c->hub->db,
                     "INSERT INTO orders (site, n, at, kind, subject, officer, head, sealed, sig,"
                     " after_epoch, after_seq, origin, waits)"
                     " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,1)",
                     "siisssbbbiis", c->site, c->n, e.at, e.kind, e.subject, e.clerk, c->head.data,
                     c->head.len, c->sealed.len > 0 ? c->sealed.data : NULL, c->sealed.len, c->sig,
                     (size_t)SIGN_BYTES, c->after_epoch, c->after_seq, origin);
    if (rc == ERR_OK)
        rc = hub_run(c->hub->db, "UPDATE site SET orders = ?2 WHERE site = ?1 AND orders < ?2",
                     "si", c->site, c->n);
    json_decref(head);
    buf_fini(&row.head);
    return rc;
}

static enum err take_one(const struct coming *c, int64_t last)
{
    bool found;
    char ours[WIRE_ORDER_MARK], theirs[WIRE_ORDER_MARK];
    wire_order_mark(c->n, c->head.data, c->head.len, c->sealed.data, c->sealed.len, theirs);
    enum err rc = mark_of(c->hub, c->site, c->n, ours, &found);
    if (rc == ERR_OK && found && strcmp(ours, theirs) == 0)
        return ERR_OK;
    if (rc == ERR_OK && found)
        rc = hub_order_move(c->hub, c->site, c->n, last);
    if (rc == ERR_OK)
        rc = insert(c);
    return rc == ERR_OK ? hub_order_join(c->hub, c->site, c->n, last) : rc;
}

static enum err take_all(struct hub *h, const struct wire_request *asked, const json_t *list)
{
    size_t i;
    json_t *one;
    struct coming c = {.hub = h, .site = asked->site};
    enum err rc = ERR_OK;
    json_array_foreach(list, i, one)
    {
        rc = read_one(&c, one);
        if (rc == ERR_OK)
            rc = take_one(&c, asked->from);
        if (rc != ERR_OK)
            break;
    }
    buf_fini(&c.head);
    buf_fini(&c.sealed);
    for (int64_t e = 1; rc == ERR_OK && e <= asked->epoch; e++)
        rc = hub_orders_settle(h, asked->site, e,
                               hub_number(h->db, 0,
                                          "SELECT seq FROM site_epoch WHERE site = ?1"
                                          " AND epoch = ?2",
                                          "si", asked->site, e),
                               false);
    return rc;
}

enum err hub_orders_back(struct hub *h, const struct wire_request *asked, const void *bytes,
                         size_t len)
{
    struct buf text = BUF_INIT;
    json_t *list = NULL;
    if (asked->epoch != newest(h, asked->site))
        return err_set(ERR_REPLACED, NULL, NULL);
    enum err rc = wire_expand(bytes, len, WIRE_ANSWER_MAX, &text);
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&text), text.len, "back", &list);
    if (rc == ERR_OK && !json_is_array(list))
        rc = err_set(ERR_JSON, "back", NULL);
    if (rc == ERR_OK && (rc = hub_begin(h->db)) == ERR_OK)
        rc = hub_end(h->db, take_all(h, asked, list));
    json_decref(list);
    buf_fini(&text);
    return rc;
}

/* --- what they do -------------------------------------------------------------------------------
 */

static enum err case_step(struct hub *h, const char *site, const struct entry *e)
{
    const char *step = js_str(e->body, "step");
    return step != NULL ? hub_case_step(h, site, e, step) : ERR_OK;
}

static const struct {
    const char *kind; /* others do nothing here */
    enum err (*project)(struct hub *h, const char *site, const struct entry *e);
} kinds[] = {
    {"decision", case_step},
    {"booking", hub_booking_begin},
    {"booking_step", hub_booking_step},
    {"courier_step", hub_courier_arrived},
    {"suspend", hub_suspend_project},
    {"resume", hub_suspend_project},
};

static bool broken(enum err rc)
{
    return rc == ERR_DISK_FULL || rc == ERR_IO || rc == ERR_BUSY || rc == ERR_COMMIT_UNKNOWN;
}

/* A projection that fails takes only itself back; *waits: what it is about may still come. */
static enum err project(struct hub *h, const char *site, const struct entry *e, bool *waits)
{
    enum err rc = ERR_OK;
    *waits = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].kind, e->kind) != 0)
            continue;
        rc = hub_begin(h->db);
        if (rc == ERR_OK)
            rc = hub_end(h->db, kinds[i].project(h, site, e));
    }
    *waits = rc == ERR_NOT_FOUND;
    return broken(rc) ? rc : ERR_OK;
}

/* The next one that waits behind number *n, up to that place. */
static enum err next_waiting(struct hub *h, const char *site, const int64_t place[2], bool exactly,
                             int64_t *n, struct buf *head)
{
    struct hub_rows rows;
    size_t len;
    enum err rc =
        hub_ask(h->db, &rows,
                "SELECT n, head FROM orders WHERE site = ?1 AND waits = 1 AND n > ?4"
                " AND after_epoch = ?2 AND (after_seq = ?3 OR (?5 = 0 AND after_seq < ?3))"
                " ORDER BY n LIMIT 1",
                "siiii", site, place[0], place[1], *n, (int64_t)exactly);
    *n = -1;
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc;
    const void *bytes = hub_blob(&rows, 1, &len);
    *n = hub_int(&rows, 0);
    buf_clear(head);
    buf_add(head, bytes, len);
    hub_done(&rows);
    return ERR_OK;
}

static enum err settle_one(struct hub *h, const char *site, int64_t n, const struct buf *head)
{
    bool waits;
    struct entry e;
    json_t *parsed = NULL;
    struct journal_row row = {.order = true, .seq = n, .head = *head};
    enum err rc = journal_parse(&row, &e, &parsed);
    if (rc == ERR_OK)
        rc = project(h, site, &e, &waits);
    if (rc == ERR_OK && !waits)
        rc =
            hub_run(h->db, "UPDATE orders SET waits = 0 WHERE site = ?1 AND n = ?2", "si", site, n);
    json_decref(parsed);
    return rc;
}

enum err hub_orders_settle(struct hub *h, const char *site, int64_t epoch, int64_t seq,
                           bool exactly)
{
    int64_t n = 0;
    struct buf head = BUF_INIT;
    const int64_t place[2] = {epoch, seq};
    enum err rc = next_waiting(h, site, place, exactly, &n, &head);
    while (rc == ERR_OK && n > 0) {
        rc = settle_one(h, site, n, &head);
        if (rc == ERR_OK)
            rc = next_waiting(h, site, place, exactly, &n, &head);
    }
    buf_fini(&head);
    return rc;
}

bool hub_orders_wait(struct hub *h, const char *site)
{
    return hub_number(h->db, 0,
                      "SELECT EXISTS (SELECT 1 FROM orders WHERE site = ?1 AND waits = 1)", "s",
                      site) > 0;
}
