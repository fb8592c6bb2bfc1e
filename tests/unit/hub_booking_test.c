/* Bookings at the hub: held, made, cancelled; only of its share, by the plan that the village told;
 * who books is sealed; and what village and hub said of one booking meets in one state. */
#include "tests/unit/hub.h"

#include "sync/hub/booking.h"

#define MINUTE 60000LL
#define HOUR (60 * MINUTE)
#define DAY 1893427200000LL   /* 2030-01-01 */
#define NINE (DAY + 9 * HOUR) /* the half hour that all this is about */
#define ITEM "QP-MZ-01"
#define PLAN                                                                                       \
    "{'capacity':4,'hub':2,'cutoff':120,'days':7,'hours':[{'from':'08:30','to':'11:30'}],"         \
    "'groups':[{'id':'civil','departments':['民政/医保'],'capacity':2,'hub':1}]}"
#define BOOKED                                                                                     \
    "{'item':'" ITEM "','by':'phone','person':'1.1','from':1893459600000,'to':1893461400000}"

static struct village v;

static int setup(void **state)
{
    if (hub_setup(state) != 0)
        return -1;
    clock_hold(DAY - 5 * HOUR, 0);
    village_invite(&v, VILLAGE);
    return 0;
}

static int teardown(void **state)
{
    village_fini(&v);
    return hub_teardown(state);
}

/* One entry of the village, sent. */
static void said(const char *kind, const char *sub, const char *body)
{
    unsigned char base[HASH_BYTES];
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, kind, sub, body, NULL);
    assert_ok(village_send(&v, v.seq, base));
}

/* Persons plainly invented: each n another one. */
static void id_no_of(int n, char out[19])
{
    snprintf(out, 19, "99910119450315%03d", n);
    out[17] = 0;
    static const int weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (out[i] - '0') * weight[i];
    out[17] = "10X98765432"[sum % 11];
    out[18] = 0;
}

static enum err book_item(int n, const char *item, int64_t from, const char *hold, json_t **out)
{
    char id_no[19];
    id_no_of(n, id_no);
    struct hub_wish w = {.site = VILLAGE,
                         .item = item,
                         .from = from,
                         .name = "测试甲",
                         .id_no = id_no,
                         .phone = "12000000001",
                         .hold = hold,
                         .means = "web",
                         .by = "web"};
    return hub_book(hub, &w, out);
}

static enum err book(int n, int64_t from, char id[ENTRY_ID])
{
    json_t *out = NULL;
    enum err rc = book_item(n, ITEM, from, NULL, &out);
    if (id != NULL)
        snprintf(id, ENTRY_ID, "%s", rc == ERR_OK ? js_str(out, "id") : "");
    json_decref(out);
    return rc;
}

static int64_t places(int64_t from)
{
    size_t i;
    char at[CLOCK_TEXT];
    int64_t n = -1;
    json_t *rows = NULL, *row;
    assert_ok(hub_slots(hub, VILLAGE, clock_day(from), ITEM, &rows));
    clock_iso(from, at);
    json_array_foreach(rows, i, row) if (strcmp(js_str(row, "from"), at) == 0) n =
        js_int(row, "free", -1);
    json_decref(rows);
    return n;
}

static void state_is(const char *id, const char *state)
{
    json_t *row = NULL;
    assert_ok(hub_booking_read(hub, VILLAGE, id, &row));
    assert_string_equal(js_str(row, "state"), state);
    json_decref(row);
}

static void a_village_that_told_no_plan_takes_no_bookings_here(void **state)
{
    (void)state;
    json_t *rows = NULL;
    assert_err(ERR_NOT_FOUND, hub_slots(hub, VILLAGE, DAY, ITEM, &rows));
    assert_err(ERR_NOT_FOUND, book(1, NINE, NULL));
    said("slot_plan", NULL, PLAN);
    assert_ok(hub_slots(hub, VILLAGE, DAY, ITEM, &rows));
    assert_int_equal(json_array_size(rows), 6);
    json_decref(rows);
    assert_ok(hub_site_revoke(hub, VILLAGE));
    assert_err(ERR_NOT_FOUND, book(1, NINE, NULL));
}

static void the_hub_gives_its_own_share_alone(void **state)
{
    (void)state;
    said("slot_plan", NULL, PLAN);
    assert_int_equal(places(NINE), 2);
    assert_ok(book(1, NINE, NULL));
    assert_ok(book(2, NINE, NULL));
    assert_int_equal(places(NINE), 0);
    assert_err(ERR_CONSTRAINT, book(3, NINE, NULL));
    said("slot_pass", NULL, "{'from':1893459600000,'places':1}");
    assert_ok(book(3, NINE, NULL));
    assert_err(ERR_CONSTRAINT, book(4, NINE, NULL));
}

static void what_the_village_booked_before_it_told_its_plan_is_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        said("booking", NULL, BOOKED);
    said("slot_plan", NULL, PLAN);
    assert_int_equal(places(NINE), 1);
}

static void only_half_hours_of_the_days_ahead_are_given(void **state)
{
    (void)state;
    said("slot_plan", NULL, PLAN);
    assert_err(ERR_CONSTRAINT, book(1, NINE + 10 * MINUTE, NULL));
    assert_err(ERR_CONSTRAINT, book(1, NINE + 4 * HOUR, NULL));
    assert_err(ERR_CONSTRAINT, book(1, NINE + 7 * CLOCK_DAY_MS, NULL));
    assert_err(ERR_CONSTRAINT, book(1, NINE - 2 * CLOCK_DAY_MS, NULL));
    clock_hold(NINE - 2 * HOUR - 1, 0);
    assert_ok(book(1, NINE, NULL));
    clock_hold(NINE - 2 * HOUR, 0);
    assert_err(ERR_CONSTRAINT, book(2, NINE, NULL));
}

static void a_village_that_is_suspended_takes_nobody_until_it_is_not(void **state)
{
    (void)state;
    said("slot_plan", NULL, PLAN);
    said("suspend", NULL, "{'scope':'site','answers':'admin'}");
    assert_int_equal(places(NINE), 0);
    assert_err(ERR_SUSPENDED, book(1, NINE, NULL));
    said("resume", NULL, "{'scope':'site','answers':'admin'}");
    assert_ok(book(1, NINE, NULL));
}

static void a_group_of_items_has_its_own_limit(void **state)
{
    (void)state;
    json_t *out = NULL;
    said("slot_plan", NULL, PLAN);
    const char *civil = "QP-MZ-02";
    assert_ok(book_item(1, civil, NINE, NULL, &out));
    json_decref(out);
    assert_err(ERR_CONSTRAINT, book_item(2, civil, NINE, NULL, &out));
    assert_ok(book_item(2, civil, NINE + SLOT_MS, NULL, &out));
    json_decref(out);
}

static void a_hold_stands_fifteen_minutes_and_then_the_place_is_free(void **state)
{
    (void)state;
    char a[HUB_HOLD], b[HUB_HOLD], c[HUB_HOLD];
    int64_t until, begun = clock_now();
    said("slot_plan", NULL, PLAN);
    assert_ok(hub_hold(hub, VILLAGE, ITEM, NINE, a, &until));
    assert_ok(hub_hold(hub, VILLAGE, ITEM, NINE, b, &until));
    assert_int_equal(until, begun + 15 * MINUTE);
    assert_err(ERR_CONSTRAINT, hub_hold(hub, VILLAGE, ITEM, NINE, c, &until));
    clock_hold(begun + 15 * MINUTE - 1, 0);
    assert_err(ERR_CONSTRAINT, book(1, NINE, NULL));
    clock_hold(begun + 15 * MINUTE, 0);
    assert_ok(book(1, NINE, NULL));
    assert_int_equal(places(NINE), 1);
}

static void a_hold_is_worth_its_place_and_one_booking(void **state)
{
    (void)state;
    char a[HUB_HOLD], b[HUB_HOLD];
    int64_t until;
    json_t *first = NULL, *again = NULL;
    said("slot_plan", NULL, PLAN);
    assert_ok(hub_hold(hub, VILLAGE, ITEM, NINE, a, &until));
    assert_ok(hub_hold(hub, VILLAGE, ITEM, NINE, b, &until));
    assert_err(ERR_CONSTRAINT, book(3, NINE, NULL));
    assert_ok(book_item(1, ITEM, NINE, a, &first));
    assert_ok(book_item(1, ITEM, NINE, a, &again)); /* the answer was lost: asked again */
    assert_string_equal(js_str(first, "number"), js_str(again, "number"));
    assert_int_equal(hub_count("orders", VILLAGE), 1);
    assert_int_equal(places(NINE), 0);
    json_decref(first);
    json_decref(again);
}

static void who_books_is_sealed_and_checked(void **state)
{
    (void)state;
    char id[ENTRY_ID];
    json_t *out = NULL;
    said("slot_plan", NULL, PLAN);
    struct hub_wish w = {.site = VILLAGE,
                         .item = ITEM,
                         .from = NINE,
                         .name = "测试甲",
                         .id_no = "999101194503150026",
                         .phone = "12000000001",
                         .means = "web",
                         .by = "web"};
    assert_err(ERR_ID_CHECK, hub_book(hub, &w, &out));
    assert_string_equal(err_field(), "id_no");
    w.id_no = "999101194503150025";
    w.phone = "12";
    assert_err(ERR_PHONE, hub_book(hub, &w, &out));
    w.phone = "12000000001";
    w.name = "  ";
    assert_err(ERR_FIELD_REQUIRED, hub_book(hub, &w, &out));
    w.name = "测试甲";
    assert_ok(hub_book(hub, &w, &out));
    snprintf(id, sizeof id, "%s", js_str(out, "id"));
    json_decref(out);
    assert_int_equal(hub_number(hub->db, -1,
                                "SELECT count(*) FROM orders WHERE instr(head, ?1) OR"
                                " instr(sealed, ?1) OR instr(head, ?2) OR instr(head, ?3)",
                                "sss", "测试甲", "999101194503150025", "12000000001"),
                     0);
    assert_ok(hub_booking_person(hub, VILLAGE, id, &out));
    assert_string_equal(js_str(out, "name"), "测试甲");
    json_decref(out);
}

static void nobody_takes_two_places_in_one_half_hour_nor_four_ahead(void **state)
{
    (void)state;
    said("slot_plan", NULL, PLAN);
    assert_ok(book(1, NINE, NULL));
    assert_err(ERR_DUPLICATE, book(1, NINE, NULL));
    assert_ok(book(1, NINE + SLOT_MS, NULL));
    assert_ok(book(1, NINE + 2 * SLOT_MS, NULL));
    assert_err(ERR_CONSTRAINT, book(1, NINE + CLOCK_DAY_MS, NULL));
    assert_string_equal(err_field(), "person");
}

static void a_cancel_frees_the_place_and_goes_down_as_an_order(void **state)
{
    (void)state;
    char id[ENTRY_ID], number[SLOTS_NUMBER];
    said("slot_plan", NULL, PLAN);
    assert_ok(book(25, NINE, id));
    slots_number(id, number);
    assert_err(ERR_NOT_FOUND, hub_booking_recall(hub, VILLAGE, number, "12000000002", "0025"));
    assert_err(ERR_NOT_FOUND, hub_booking_recall(hub, VILLAGE, number, "12000000001", "0000"));
    char id_no[19];
    id_no_of(25, id_no);
    assert_ok(hub_booking_recall(hub, VILLAGE, number, "12000000001", id_no + 14));
    assert_int_equal(places(NINE), 2);
    assert_err(ERR_STATE, hub_booking_cancel(hub, VILLAGE, id, "officer"));
    assert_int_equal(hub_count("orders", VILLAGE), 2);
}

static void the_village_cancels_and_moves_what_the_hub_booked(void **state)
{
    (void)state;
    char id[ENTRY_ID], other[ENTRY_ID];
    said("slot_plan", NULL, PLAN);
    assert_ok(book(1, NINE, id));
    assert_ok(book(2, NINE, other));
    said("booking_step", id, "{'step':'cancel'}");
    state_is(id, "cancelled");
    said("booking_step", other, "{'step':'move','from':1893461400000,'to':1893463200000}");
    assert_int_equal(places(NINE), 2);
    assert_int_equal(places(NINE + SLOT_MS), 2); /* a place of the village's */
}

/* The village marked one as arrived, one as absent, and moved one, while the hub's cancel was on
 * its way: the same states as there (booking_test). */
static void what_both_said_meanwhile_meets_in_one_state(void **state)
{
    (void)state;
    char id[3][ENTRY_ID];
    said("slot_plan", NULL, PLAN);
    for (int i = 0; i < 3; i++) {
        assert_ok(book(i + 1, NINE + i * SLOT_MS, id[i]));
        assert_ok(hub_booking_cancel(hub, VILLAGE, id[i], "officer"));
    }
    said("booking_step", id[0], "{'step':'arrive'}");
    said("booking_step", id[1], "{'step':'no_show'}");
    said("booking_step", id[2], "{'step':'move','from':1893461400000,'to':1893463200000}");
    state_is(id[0], "arrived");
    state_is(id[1], "no_show");
    state_is(id[2], "cancelled");
}

static void a_token_is_shown_once_and_kept_as_a_hash(void **state)
{
    (void)state;
    char token[HUB_HOLD], again[HUB_HOLD], name[64];
    assert_ok(hub_token_add(hub, "mini-program", token));
    assert_err(ERR_DUPLICATE, hub_token_add(hub, "mini-program", again));
    assert_ok(hub_token_find(hub, token, "book", name));
    assert_string_equal(name, "mini-program");
    assert_int_equal(
        hub_number(hub->db, -1, "SELECT count(*) FROM api_token WHERE instr(hash, ?1)", "s", token),
        0);
    assert_ok(hub_token_revoke(hub, "mini-program"));
    assert_err(ERR_SIGN_IN, hub_token_find(hub, token, "book", name));
    assert_err(ERR_NOT_FOUND, hub_token_revoke(hub, "mini-program"));
}

int main(void)
{
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_village_that_told_no_plan_takes_no_bookings_here),
        T(the_hub_gives_its_own_share_alone),
        T(what_the_village_booked_before_it_told_its_plan_is_counted),
        T(only_half_hours_of_the_days_ahead_are_given),
        T(a_village_that_is_suspended_takes_nobody_until_it_is_not),
        T(a_group_of_items_has_its_own_limit),
        T(a_hold_stands_fifteen_minutes_and_then_the_place_is_free),
        T(a_hold_is_worth_its_place_and_one_booking),
        T(who_books_is_sealed_and_checked),
        T(nobody_takes_two_places_in_one_half_hour_nor_four_ahead),
        T(a_cancel_frees_the_place_and_goes_down_as_an_order),
        T(the_village_cancels_and_moves_what_the_hub_booked),
        T(what_both_said_meanwhile_meets_in_one_state),
        T(a_token_is_shown_once_and_kept_as_a_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
