/* Owns: the choice of what a patch leans on. Invariant: only on what the village has been given:
 * its orders come without a gap, so it holds every order before this one. */
#include "sync/hub/delta.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "sync/wire/delta.h"
#include "sync/wire/pack.h"
#include "sync/wire/talk.h"

static const char *id_of(const json_t *head)
{
    return js_str(js_get(js_get(head, "body"), "definition"), "id");
}

/* The last order before `n` that defined the same thing. */
static enum err order_before(struct hub *h, const char *site, const char *kind, const char *id,
                             int64_t n, struct buf *out)
{
    struct hub_rows rows;
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT head FROM orders WHERE site = ?1 AND kind = ?2 AND n < ?3"
                          " ORDER BY n DESC",
                          "ssi", site, kind, n);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        size_t len;
        json_t *head = NULL;
        const void *text = hub_blob(&rows, 0, &len);
        const char *was = js_parse(text, len, NULL, &head) == ERR_OK ? id_of(head) : NULL;
        bool same = was != NULL && strcmp(was, id) == 0;
        json_decref(head);
        if (!same)
            continue;
        buf_add(out, text, len);
        hub_done(&rows);
        break;
    }
    return rc;
}

static void set_patch(json_t *order, const struct buf *base, const struct buf *patch)
{
    char name[2 * WIRE_BASE + 1];
    unsigned char hash[WIRE_BASE];
    struct buf text = BUF_INIT;
    wire_base_name(base->data, base->len, hash);
    hex_encode(hash, WIRE_BASE, name);
    secret_b64(patch->data, patch->len, &text);
    json_object_del(order, "head");
    js_set_str(order, "base", name);
    js_set_str(order, "patch", buf_str(&text));
    buf_fini(&text);
}

/* What the answer is packed by would shorten the whole text too: the patch must be better. */
static void shrink_from(json_t *order, const struct buf *base)
{
    const char *text = js_str(order, "head");
    size_t len = strlen(text);
    struct buf patch = BUF_INIT, packed = BUF_INIT;
    wire_delta_make(base->data, base->len, text, len, &patch);
    wire_squeeze(text, len, &packed);
    if (patch.len > 0 && patch.len < packed.len * 3 / 4)
        set_patch(order, base, &patch);
    buf_fini(&patch);
    buf_fini(&packed);
}

static enum err shrink(struct hub *h, const char *site, json_t *order)
{
    json_t *head = NULL;
    struct buf base = BUF_INIT;
    const char *text = js_str(order, "head");
    enum err rc = ERR_OK;
    if (text == NULL || js_parse(text, strlen(text), NULL, &head) != ERR_OK)
        return ERR_OK;
    const char *kind = js_str(head, "k"), *id = id_of(head);
    if (kind != NULL && id != NULL && wire_delta_kind(kind)) {
        rc = order_before(h, site, kind, id, js_int(head, "n", 0), &base);
        if (rc == ERR_OK && (base.len > 0 || wire_shipped(kind, id, &base)))
            shrink_from(order, &base);
    }
    json_decref(head);
    buf_fini(&base);
    return rc;
}

enum err hub_orders_shrink(struct hub *h, const char *site, json_t *orders)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    json_array_foreach(orders, i, one)
    {
        rc = shrink(h, site, one);
        if (rc != ERR_OK)
            break;
    }
    return rc;
}
