/* Owns: what the hub said and where the link stands. Invariant: no personal data here. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/link_use.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/suspend.h"

static json_t *make_order(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_int(row, "n", store_int(q, 2));
    js_set_time(row, "at", store_int(q, 0));
    json_object_set_new(row, "kind", sql_json(q, 3));
    json_object_set_new(row, "subject", sql_json(q, 4));
    json_object_set_new(row, "by", sql_json(q, 5));
    json_object_set_new(row, "step", sql_json(q, 6));
    json_object_set_new(row, "text", sql_json(q, 7));
    json_object_set_new(row, "refused", sql_json(q, 8));
    return row;
}

/* "state withdrawn" -> the clerk's sentence for its first word. */
static const char *sentence(const char *why)
{
    size_t len = strcspn(why, " ");
    for (int code = 0; code < ERR_COUNT; code++) {
        const char *word = err_word((enum err)code);
        if (strlen(word) == len && strncmp(word, why, len) == 0)
            return err_what((enum err)code);
    }
    return NULL;
}

/* Text that came sealed is opened for who is signed in. */
static enum err fill_order(struct site *s, json_t *row)
{
    char id[ENTRY_ID];
    json_t *sealed = NULL;
    const char *why = js_str(row, "refused");
    js_set_str(row, "refused_text", why != NULL ? sentence(why) : NULL);
    if (js_str(row, "text") != NULL || !s->j.unlocked)
        return ERR_OK;
    snprintf(id, sizeof id, "o.%lld", (long long)js_int(row, "n", 0));
    enum err rc = journal_unseal(&s->j, id, &sealed);
    js_set_str(row, "text", js_str(sealed, js_str(sealed, "text") != NULL ? "text" : "reason"));
    json_decref(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static const char *const order_match[] = {"text", "by", "subject", NULL};
static const struct listing order_listing = {
    .sql = "SELECT at, 0 AS epoch, hub_order.n AS seq, kind, subject, by, step, text, why"
           " FROM hub_order LEFT JOIN order_refused USING (n)"
           " WHERE at >= :from AND at < :to AND (at, n) < (:at, :seq)"
           " ORDER BY at DESC, n DESC LIMIT :n",
    .by_state = "SELECT at, 0 AS epoch, hub_order.n AS seq, kind, subject, by, step, text, why"
                " FROM hub_order LEFT JOIN order_refused USING (n)"
                " WHERE kind = :state AND at >= :from AND at < :to AND (at, n) < (:at, :seq)"
                " ORDER BY at DESC, n DESC LIMIT :n",
    .make = make_order,
    .fill = fill_order,
    .match = order_match,
};

enum err orders_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    return listing_each(s, &order_listing, arg, q, row, to);
}

enum err status_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                     void *to)
{
    struct policy *p;
    bool suspended = false;
    struct link_state link;
    (void)arg;
    (void)q;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK)
        rc = site_policy(s, &p);
    if (rc == ERR_OK)
        rc = suspend_now(s, &suspended, NULL);
    if (rc != ERR_OK)
        return rc;
    json_t *out = json_object();
    js_set_str(out, "site", s->j.site);
    js_set_str(out, "name", s->name);
    js_set_str(out, "type", s->type);
    js_set_int(out, "epoch", link.epoch);
    js_set_int(out, "last", link.last);
    js_set_int(out, "acked", link.acked);
    js_set_time(out, "acked_at", link.acked_at);
    js_set_int(out, "refused", link.refused);
    js_set_int(out, "orders", link.orders);
    js_set_time(out, "last_contact", link.contact);
    js_set_int(out, "drift_ms", link.drift);
    js_set_str(out, "trouble", link.trouble[0] != 0 ? link.trouble : NULL);
    js_set_str(out, "policy", policy_label(p));
    json_object_set_new(out, "enrolled", json_boolean(link.enrolled));
    json_object_set_new(out, "suspended", json_boolean(suspended));
    rc = row(to, out);
    json_decref(out);
    return rc;
}

static void put_quality(json_t *out, const struct link_quality *q)
{
    js_set_time(out, "next_try", q->next);
    json_object_set_new(out, "rtt_ms", q->day.rtt > 0 ? json_integer(q->day.rtt) : json_null());
    json_object_set_new(out, "rate", q->day.rate > 0 ? json_integer(q->day.rate) : json_null());
    js_set_int(out, "tries_today", q->day.tries);
    js_set_int(out, "failed_today", q->day.failed);
    js_set_int(out, "up_today", q->day.up);
    js_set_int(out, "down_today", q->day.down);
}

enum err link_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                   void *to)
{
    struct link_state link;
    struct link_quality quality;
    json_t *refused = NULL;
    (void)arg;
    (void)q;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK)
        rc = link_use_read(s->j.store, clock_now(), &quality);
    if (rc == ERR_OK)
        rc = link_refusals(s->j.store, &refused);
    if (rc != ERR_OK)
        return rc;
    json_t *out = json_object();
    json_object_set_new(out, "enrolled", json_boolean(link.enrolled));
    js_set_str(out, "url", link.enrolled ? link.url : NULL);
    js_set_int(out, "arrived", link.acked);
    js_set_int(out, "of", link.last);
    js_set_time(out, "arrived_at", link.acked_at);
    js_set_time(out, "last_contact", link.contact);
    js_set_time(out, "tried", link.tried);
    js_set_str(out, "trouble", link.trouble[0] != 0 ? link.trouble : NULL);
    json_object_set_new(out, "agent", json_boolean(link_agent_here(s)));
    put_quality(out, &quality);
    js_set_int(out, "drift_ms", link.drift);
    js_set_int(out, "orders", link.orders);
    json_object_set_new(out, "forked", json_boolean(link.forked));
    js_set_int(out, "apart", link.apart);
    js_set_time(out, "stick_out", link.stick_out);
    js_set_time(out, "stick_in", link.stick_in);
    json_object_set_new(out, "refused", refused);
    rc = row(to, out);
    json_decref(out);
    return rc;
}
