/* Owns: orders on their way back. Invariant: what is handed back is what the hub signed. */
#include "sync/agent/back.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/order_sig.h"
#include "sync/wire/api.h"
#include "sync/wire/pack.h"

struct marking {
    int64_t n;
    char *mark;
    bool there;
};

static bool mark_one(void *arg, const struct order_signed *o)
{
    struct marking *m = arg;
    m->there = o->n == m->n;
    if (m->there)
        wire_order_mark(o->n, o->head, strlen(o->head), o->sealed, o->sealed_len, m->mark);
    return false;
}

/* The mark of order n; false: it is not here, or without its signature. */
static bool mark_of(struct store *s, int64_t n, char mark[WIRE_ORDER_MARK])
{
    struct marking m = {.n = n, .mark = mark};
    return order_sig_each(s, n, mark_one, &m) == ERR_OK && m.there;
}

const char *back_since(struct store *s, char out[BACK_SINCE])
{
    char mark[WIRE_ORDER_MARK];
    int64_t last = journal_last_order(s);
    bool whole = mark_of(s, last, mark);
    snprintf(out, BACK_SINCE, "%lld%s%s", (long long)last, whole ? "." : "", whole ? mark : "");
    return out;
}

enum err back_keep(struct store *s, int64_t n, const json_t *order)
{
    struct buf sig = BUF_INIT;
    const char *text = js_str(order, "sig");
    enum err rc = text != NULL ? secret_b64_decode(text, &sig) : ERR_JSON;
    if (rc == ERR_OK)
        rc = order_sig_keep(s, n, sig.data, sig.len);
    buf_fini(&sig);
    return rc;
}

/* The last order that both have: 0 is always one. */
static int64_t common(struct store *s, const json_t *past)
{
    size_t i;
    json_t *one;
    json_array_foreach(past, i, one)
    {
        char mark[WIRE_ORDER_MARK];
        int64_t n = json_integer_value(json_array_get(one, 0));
        const char *theirs = json_string_value(json_array_get(one, 1));
        if (theirs != NULL && mark_of(s, n, mark) && strcmp(mark, theirs) == 0)
            return n;
    }
    return 0;
}

struct collecting {
    json_t *list;
    int64_t last; /* number of the last one in it */
    size_t bytes;
};

static bool collect_one(void *arg, const struct order_signed *o)
{
    struct collecting *c = arg;
    size_t head_len = strlen(o->head);
    if (c->bytes >= WIRE_BACK_BYTES)
        return false;
    json_t *one = wire_order_write(o->n, o->head, head_len, o->sealed, o->sealed_len, o->sig);
    json_object_set_new(one, "after",
                        json_pack("[I,I]", (json_int_t)o->after_epoch, (json_int_t)o->after_seq));
    json_array_append_new(c->list, one);
    c->bytes += head_len + o->sealed_len;
    c->last = o->n;
    return true;
}

/* Some of them, the oldest first; *n is the last one's number. */
static enum err collect(struct store *s, int64_t *n, json_t *list)
{
    struct collecting c = {.list = list, .last = *n};
    enum err rc = order_sig_each(s, *n + 1, collect_one, &c);
    *n = c.last;
    return rc;
}

static enum err send(struct talk *t, const json_t *list)
{
    struct wire_request asked;
    struct buf body = BUF_INIT;
    json_t *answer = NULL;
    char *text = js_dump(list);
    char *path = mem_printf(WIRE_PATH_SITES "%s" WIRE_PATH_BACK "?epoch=%lld", t->site->j.site,
                            (long long)t->link.epoch);
    wire_request_init(&asked, t->site->j.site, "back");
    asked.epoch = t->link.epoch;
    asked.from = journal_last_order(t->site->j.store);
    wire_squeeze(text, strlen(text), &body);
    enum err rc = talk_ask(t, path, &asked, way_give, &body, &answer);
    json_decref(answer);
    buf_fini(&body);
    free(path);
    free(text);
    return rc;
}

enum err back_hand(struct talk *t, const json_t *answer)
{
    struct store *s = t->site->j.store;
    const json_t *past = json_object_get(answer, "past");
    if (!json_is_array(past))
        return ERR_OK;
    enum err rc = ERR_OK;
    for (int64_t n = common(s, past), before = -1; rc == ERR_OK && n > before;) {
        json_t *list = json_array();
        before = n;
        rc = collect(s, &n, list);
        if (rc == ERR_OK && n > before)
            rc = send(t, list);
        t->handed |= rc == ERR_OK && n > before;
        json_decref(list);
    }
    return rc;
}
