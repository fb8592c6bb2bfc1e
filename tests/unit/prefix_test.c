/* What stands before a stream: it comes out whole only where the same bytes are held, and a hub
 * that holds others says so before anything is unpacked. */
#include "tests/unit/unit.h"

#include "kiosk/base/lang.h"
#include "sync/wire/dict.h"

static struct buf held = BUF_INIT; /* a history, and entries like it */

static int make_history(void **state)
{
    (void)state;
    secret_init();
    for (int i = 0; i < 300; i++)
        buf_printf(&held,
                   "{\"n\":%d,\"heard\":%d,\"by\":\"门岗\",\"k\":\"visit\",\"body\":{\"person\":"
                   "\"1.%d\",\"outcome\":\"admit\"}}",
                   i, 1653004800 + i * 977, i * 7 % 50);
    return 0;
}

static int drop_history(void **state)
{
    (void)state;
    buf_fini(&held);
    return 0;
}

static struct wire_prefix history_of(const void *bytes, size_t len)
{
    struct wire_prefix p = {.kind = WIRE_PREFIX_HISTORY, .id = 300, .bytes = bytes, .len = len};
    secret_hash_once(bytes, len, p.hash);
    return p;
}

/* A hub that holds the history up to entry 300, in `arg`. */
static enum err find(void *arg, uint32_t id, struct wire_prefix *out)
{
    *out = *(const struct wire_prefix *)arg;
    return id == out->id ? ERR_OK : ERR_PREFIX;
}

static enum err gather(void *arg, const void *bytes, size_t len)
{
    buf_add(arg, bytes, len);
    return ERR_OK;
}

static void pack(const struct wire_prefix *prefix, const void *bytes, size_t len, struct buf *out)
{
    struct wire_pack p = {0};
    wire_pack_begin(&p, 9, prefix, out);
    wire_pack_add(&p, bytes, len / 2, out);
    wire_pack_add(&p, (const char *)bytes + len / 2, len - len / 2, out);
    wire_pack_end(&p, out);
    wire_pack_fini(&p);
}

/* Unpacks in two pieces; *whole tells whether the stream came to its end. */
static enum err unpack(struct wire_unpack *u, const struct buf *packed, size_t cut, struct buf *out)
{
    enum err rc = wire_unpack_add(u, packed->data, cut, gather, out);
    if (rc == ERR_OK)
        rc = wire_unpack_add(u, packed->data + cut, packed->len - cut, gather, out);
    return rc;
}

static void round_trip(const struct wire_prefix *prefix, size_t at_most)
{
    struct buf packed = BUF_INIT;
    size_t len = 10000;
    pack(prefix, held.data + 11, len, &packed);
    assert_in_range(packed.len, WIRE_PREAMBLE, at_most);
    for (size_t cut = 0; cut <= packed.len; cut++) {
        struct wire_unpack u = {.history = find, .history_arg = (void *)(uintptr_t)prefix};
        struct buf got = BUF_INIT;
        assert_ok(unpack(&u, &packed, cut, &got));
        assert_true(wire_unpack_done(&u));
        assert_int_equal(got.len, len);
        assert_memory_equal(got.data, held.data + 11, len);
        wire_unpack_fini(&u);
        buf_fini(&got);
    }
    buf_fini(&packed);
}

static void what_the_history_holds_costs_nothing_and_comes_out_of_every_split(void **state)
{
    (void)state;
    struct wire_prefix p = history_of(held.data, held.len);
    round_trip(&p, WIRE_PREAMBLE + 60);
}

static void what_the_dictionary_knows_comes_out_of_every_split(void **state)
{
    (void)state;
    round_trip(wire_dictionary(0), 10000);
}

static void an_entry_alone_is_shorter_by_the_dictionary(void **state)
{
    (void)state;
    static const char head[] =
        "{\"n\":70,\"heard\":1653004800123,\"term\":\"cli\",\"by\":\"admin\","
        "\"k\":\"person\",\"v\":1,\"body\":{\"tag\":null,\"has_phone\":true}}";
    struct buf with = BUF_INIT, without = BUF_INIT;
    pack(wire_dictionary(0), head, sizeof head - 1, &with);
    pack(NULL, head, sizeof head - 1, &without);
    assert_true((with.len - WIRE_PREAMBLE) * 2 < without.len - WIRE_PREAMBLE);
    buf_fini(&with);
    buf_fini(&without);
}

static enum err refusal(const struct wire_prefix *sent, wire_find_history *history, void *arg)
{
    struct buf packed = BUF_INIT, got = BUF_INIT;
    struct wire_unpack u = {.history = history, .history_arg = arg};
    pack(sent, held.data, 1000, &packed);
    enum err rc = unpack(&u, &packed, packed.len, &got);
    assert_int_equal(got.len, 0);
    assert_int_equal(unpack(&u, &packed, 1, &got), rc); /* and it takes no more */
    wire_unpack_fini(&u);
    buf_fini(&packed);
    buf_fini(&got);
    return rc;
}

static void a_hub_with_another_history_says_so_before_anything_is_unpacked(void **state)
{
    (void)state;
    struct wire_prefix ours = history_of(held.data, held.len);
    struct wire_prefix other = history_of(held.data, held.len - 1);

    assert_err(ERR_PREFIX, refusal(&ours, find, &other));
    other.id = 299;
    assert_err(ERR_PREFIX, refusal(&ours, find, &other));
    assert_err(ERR_PREFIX, refusal(&ours, NULL, NULL));
}

static void a_dictionary_that_is_not_here_is_refused(void **state)
{
    (void)state;
    struct wire_prefix p = *wire_dictionary(0);
    assert_ptr_equal(wire_dictionary(WIRE_DICTIONARY_NEWEST), wire_dictionary(0));
    assert_null(wire_dictionary(WIRE_DICTIONARY_NEWEST + 1));
    p.id = WIRE_DICTIONARY_NEWEST + 1;
    assert_err(ERR_PREFIX, refusal(&p, NULL, NULL));
    p.id = 0; /* "the newest" is no number */
    assert_err(ERR_PREFIX, refusal(&p, NULL, NULL));
    p = *wire_dictionary(0);
    p.hash[5] ^= 1;
    assert_err(ERR_PREFIX, refusal(&p, NULL, NULL));
    p.kind = 3;
    assert_err(ERR_PREFIX, refusal(&p, NULL, NULL));
}

static enum err count(void *arg, const void *bytes, size_t len)
{
    (void)bytes;
    *(size_t *)arg += len;
    return ERR_OK;
}

static void a_bomb_that_leans_on_a_history_is_stopped_at_the_limit(void **state)
{
    (void)state;
    struct buf packed = BUF_INIT, flood = BUF_INIT;
    struct wire_pack p = {0};
    struct wire_prefix prefix = history_of(held.data, held.len);
    while (flood.len < (size_t)1 << 20)
        buf_add(&flood, held.data, held.len);
    wire_pack_begin(&p, 1, &prefix, &packed);
    for (size_t n = 0; n < WIRE_UNPACKED_MAX + flood.len; n += flood.len)
        wire_pack_add(&p, flood.data, flood.len, &packed);
    wire_pack_end(&p, &packed);
    wire_pack_fini(&p);
    struct wire_unpack u = {.history = find, .history_arg = &prefix};
    size_t n = 0;
    assert_err(ERR_TOO_LONG, wire_unpack_add(&u, packed.data, packed.len, count, &n));
    assert_true(n <= WIRE_UNPACKED_MAX);
    wire_unpack_fini(&u);
    buf_fini(&packed);
    buf_fini(&flood);
}

static void damage_in_a_stream_with_a_prefix_hands_over_no_more_than_the_limits(void **state)
{
    (void)state;
    struct buf packed = BUF_INIT;
    struct wire_prefix prefix = history_of(held.data, held.len);
    pack(&prefix, held.data + 5, 3000, &packed);
    for (size_t i = 0; i < packed.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            packed.data[i] ^= (unsigned char)(1 << bit);
            struct wire_unpack u = {.history = find, .history_arg = &prefix};
            size_t n = 0;
            wire_unpack_add(&u, packed.data, packed.len, count, &n);
            assert_true(n <= WIRE_UNPACKED_MAX);
            wire_unpack_fini(&u);
            packed.data[i] ^= (unsigned char)(1 << bit);
        }
    buf_fini(&packed);
}

static void a_lane_is_taken_only_where_it_is_served(void **state)
{
    (void)state;
    struct buf packed = BUF_INIT;
    struct wire_pack p = {.lane = WIRE_LANE_EXPRESS};
    wire_pack_begin(&p, 9, wire_dictionary(0), &packed);
    wire_pack_add(&p, "an incident", 11, &packed);
    wire_pack_end(&p, &packed);
    wire_pack_fini(&p);
    struct buf got = BUF_INIT;
    struct wire_unpack order = {0}, express = {.lane = WIRE_LANE_EXPRESS};
    assert_err(ERR_FRAME, unpack(&order, &packed, 9, &got));
    assert_ok(unpack(&express, &packed, 9, &got));
    assert_string_equal(buf_str(&got), "an incident");
    wire_unpack_fini(&order);
    wire_unpack_fini(&express);
    buf_fini(&packed);
    buf_fini(&got);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_history_holds_costs_nothing_and_comes_out_of_every_split),
        cmocka_unit_test(what_the_dictionary_knows_comes_out_of_every_split),
        cmocka_unit_test(an_entry_alone_is_shorter_by_the_dictionary),
        cmocka_unit_test(a_hub_with_another_history_says_so_before_anything_is_unpacked),
        cmocka_unit_test(a_dictionary_that_is_not_here_is_refused),
        cmocka_unit_test(a_bomb_that_leans_on_a_history_is_stopped_at_the_limit),
        cmocka_unit_test(damage_in_a_stream_with_a_prefix_hands_over_no_more_than_the_limits),
        cmocka_unit_test(a_lane_is_taken_only_where_it_is_served),
    };
    return cmocka_run_group_tests_name("prefix", tests, make_history, drop_history);
}
