/* Definitions go down as patches from what the village holds, and are believed by their signature
 * over the whole. */
#include "tests/unit/hub.h"

#include "kiosk/base/asset.h"
#include "sync/hub/delta.h"
#include "sync/wire/delta.h"
#include "sync/wire/pack.h"

static json_t *shipped(const char *name)
{
    json_t *out = NULL;
    const struct asset *a = asset_find(name);
    assert_non_null(a);
    assert_ok(js_parse(a->data, a->len, name, &out));
    return out;
}

static void push(const char *kind, json_t *definition, int64_t version)
{
    json_t *body;
    js_set_int(definition, "version", version);
    body = json_pack("{s:O,s:n}", "definition", definition, "effective");
    struct hub_order o = {.site = VILLAGE, .kind = kind, .officer = "t", .body = body};
    assert_ok(hub_order_add(hub, &o, NULL));
    json_decref(body);
}

static json_t *orders_after(int64_t since)
{
    json_t *orders = NULL;
    assert_ok(hub_orders_since(hub, VILLAGE, since, &orders));
    assert_ok(hub_orders_shrink(hub, VILLAGE, orders));
    return orders;
}

static void bytes_of(const json_t *order, struct buf *patch)
{
    buf_clear(patch);
    assert_null(js_str(order, "head"));
    assert_ok(secret_b64_decode(js_str(order, "patch"), patch));
}

/* What comes of it at the village leans on `base`, and its signature holds. */
static void makes_whole(json_t *order, const struct buf *base)
{
    int64_t n;
    struct buf patch = BUF_INIT, text = BUF_INIT, head = BUF_INIT, sealed = BUF_INIT;
    bytes_of(order, &patch);
    assert_ok(
        wire_delta_apply(base->data, base->len, patch.data, patch.len, WIRE_ORDER_MAX, &text));
    json_object_set_new(order, "head", json_stringn((char *)text.data, text.len));
    assert_ok(wire_order_read(order, hub->keys.sign_pub, VILLAGE, &n, &head, &sealed));
    text.data[text.len / 2] ^= 1; /* a byte in the middle: readable, and not what was signed */
    json_object_set_new(order, "head", json_stringn_nocheck((char *)text.data, text.len));
    assert_int_not_equal(wire_order_read(order, hub->keys.sign_pub, VILLAGE, &n, &head, &sealed),
                         ERR_OK);
    buf_fini(&patch);
    buf_fini(&text);
    buf_fini(&head);
    buf_fini(&sealed);
}

static void a_new_version_is_a_fraction_of_the_whole(void **state)
{
    (void)state;
    struct village v;
    struct buf base = BUF_INIT, patch = BUF_INIT, packed = BUF_INIT;
    village_invite(&v, VILLAGE);
    json_t *catalogue = shipped("catalogue/items.json");
    push("catalogue", catalogue, 2);
    push("catalogue", catalogue, 3);
    json_t *orders = orders_after(0), *whole = NULL;
    assert_ok(hub_orders_since(hub, VILLAGE, 0, &whole));
    assert_int_equal(json_array_size(orders), 1); /* so many bytes are a whole answer */
    bytes_of(json_array_get(orders, 0), &patch);
    const char *first = js_str(json_array_get(whole, 0), "head");
    wire_squeeze(first, strlen(first), &packed);
    printf("catalogue: %zu bytes, packed %zu, from what ships %zu", strlen(first), packed.len,
           patch.len);
    assert_true(patch.len * 20 < packed.len);
    assert_true(wire_shipped("catalogue", "items", &base));
    makes_whole(json_array_get(orders, 0), &base);
    json_decref(orders);
    orders = orders_after(1);
    bytes_of(json_array_get(orders, 0), &patch);
    printf(", from the order before %zu\n", patch.len);
    assert_true(patch.len * 20 < packed.len);
    buf_clear(&base);
    buf_text(&base, first);
    makes_whole(json_array_get(orders, 0), &base);
    json_decref(orders);
    json_decref(whole);
    json_decref(catalogue);
    buf_fini(&base);
    buf_fini(&patch);
    buf_fini(&packed);
    village_fini(&v);
}

static void what_is_like_nothing_that_is_held_goes_whole(void **state)
{
    (void)state;
    struct village v;
    village_invite(&v, VILLAGE);
    json_t *pack = shipped("policies/ordinary.json"), *empty = json_object();
    js_set_str(pack, "id", "quite-another");
    push("policy", pack, 1);
    struct hub_order o = {.site = VILLAGE, .kind = "message", .officer = "t", .body = empty};
    assert_ok(hub_order_add(hub, &o, NULL));
    json_t *orders = orders_after(0);
    assert_int_equal(json_array_size(orders), 2);
    assert_non_null(js_str(json_array_get(orders, 0), "head"));
    assert_non_null(js_str(json_array_get(orders, 1), "head"));
    json_decref(orders);
    json_decref(pack);
    json_decref(empty);
    village_fini(&v);
}

static void a_patch_that_is_damaged_or_too_much_makes_nothing(void **state)
{
    (void)state;
    static const char base[] = "the first text, some words of it", text[] = "the other text";
    struct buf patch = BUF_INIT, out = BUF_INIT, big = BUF_INIT;
    wire_delta_make(base, sizeof base, text, sizeof text, &patch);
    assert_ok(wire_delta_apply(base, sizeof base, patch.data, patch.len, 100, &out));
    assert_int_equal(out.len, sizeof text);
    assert_memory_equal(out.data, text, sizeof text);
    assert_err(ERR_TOO_LONG, wire_delta_apply(base, sizeof base, patch.data, patch.len, 5, &out));
    for (size_t n = 0; n < patch.len; n++)
        assert_err(ERR_FRAME, wire_delta_apply(base, sizeof base, patch.data, n, 100, &out));
    memset(buf_room(&big, (size_t)8 << 20), 0, (size_t)8 << 20); /* much out of little */
    big.len = (size_t)8 << 20;
    buf_clear(&patch);
    wire_delta_make(base, sizeof base, big.data, big.len, &patch);
    assert_true(patch.len < 2000);
    assert_err(ERR_TOO_LONG,
               wire_delta_apply(base, sizeof base, patch.data, patch.len, WIRE_ORDER_MAX, &out));
    buf_fini(&patch);
    buf_fini(&out);
    buf_fini(&big);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_new_version_is_a_fraction_of_the_whole),
        EACH(what_is_like_nothing_that_is_held_goes_whole),
        EACH(a_patch_that_is_damaged_or_too_much_makes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
