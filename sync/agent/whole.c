/* Owns: the look for what a patch leans on. Invariant: what is made here is not believed by that:
 * the order's signature is over the whole text. */
#include "sync/agent/whole.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/held.h"
#include "sync/wire/delta.h"
#include "sync/wire/talk.h"

struct finding {
    unsigned char name[WIRE_BASE];
    struct buf text; /* empty until it is found */
};

static bool is_it(const struct finding *f, const void *text, size_t len)
{
    unsigned char name[WIRE_BASE];
    wire_base_name(text, len, name);
    return len > 0 && memcmp(name, f->name, WIRE_BASE) == 0;
}

static bool look_at(void *arg, const char *text, size_t len)
{
    struct finding *f = arg;
    if (!is_it(f, text, len))
        return true;
    buf_add(&f->text, text, len);
    return false;
}

static void look_at_shipped(struct finding *f)
{
    struct buf text = BUF_INIT;
    for (size_t i = 0; f->text.len == 0 && wire_shipped_at(i, &text); i++) {
        if (is_it(f, text.data, text.len))
            buf_add(&f->text, text.data, text.len);
        buf_clear(&text);
    }
    buf_fini(&text);
}

static enum err apply(json_t *order, const struct buf *base)
{
    struct buf patch = BUF_INIT, text = BUF_INIT;
    const char *b64 = js_str(order, "patch");
    enum err rc = b64 != NULL ? secret_b64_decode(b64, &patch) : ERR_JSON;
    if (rc == ERR_OK)
        rc = wire_delta_apply(base->data, base->len, patch.data, patch.len, WIRE_ORDER_MAX, &text);
    json_t *head = rc == ERR_OK ? json_stringn((const char *)text.data, text.len) : NULL;
    if (head != NULL)
        json_object_set_new(order, "head", head);
    buf_fini(&patch);
    buf_fini(&text);
    return head != NULL ? ERR_OK : err_set(ERR_HUB_ANSWER, "patch", NULL);
}

enum err whole_order(struct store *s, json_t *order)
{
    struct finding f = {.text = BUF_INIT};
    const char *name = js_str(order, "base");
    if (name == NULL)
        return ERR_OK;
    if (hex_decode(name, f.name, WIRE_BASE) != 0)
        return err_set(ERR_HUB_ANSWER, "base", NULL);
    enum err rc = held_each(s, look_at, &f);
    if (rc == ERR_OK)
        look_at_shipped(&f);
    if (rc == ERR_OK)
        rc = f.text.len > 0 ? apply(order, &f.text) : err_set(ERR_NOT_FOUND, "base", NULL);
    buf_fini(&f.text);
    return rc;
}
