/* The catalogue at the hub: what was pushed is what its pages and bookings go by, from its day on,
 * for the sites that it was sent to. */
#include "tests/unit/hub.h"

#include "kiosk/base/asset.h"
#include "sync/hub/booking_slot.h"
#include "sync/hub/items.h"
#include "sync/hub/order.h"

#define OTHER "310118102202"
#define ITEM "QP-MZ-01"
#define DAY 1893427200000LL /* 2030-01-01 */

static struct village first, second;

static int setup(void **state)
{
    if (hub_setup(state) != 0)
        return -1;
    clock_hold(DAY, 0);
    village_invite(&first, VILLAGE);
    village_invite(&second, OTHER);
    return 0;
}

static int teardown(void **state)
{
    village_fini(&first);
    village_fini(&second);
    return hub_teardown(state);
}

/* The shipped catalogue with one item alone, under another name. */
static json_t *only(const char *name)
{
    json_t *all = NULL, *items = json_array();
    size_t i;
    json_t *one;
    const struct asset *a = asset_find("catalogue/items.json");
    assert_ok(js_parse(a->data, a->len, a->name, &all));
    json_array_foreach(js_get(all, "items"), i, one) if (strcmp(js_str(one, "code"), ITEM) == 0)
    {
        js_set_str(one, "zh", name);
        js_set_str(one, "en", name);
        json_array_append(items, one);
    }
    json_object_set_new(all, "items", items);
    return all;
}

static void push(const char *site, const char *name, int64_t from)
{
    json_t *body = json_pack("{s:o,s:I}", "definition", only(name), "effective", (json_int_t)from);
    struct hub_order o = {.site = site, .kind = "catalogue", .officer = "town", .body = body};
    assert_ok(hub_order_add(hub, &o, NULL));
    json_decref(body);
}

static const char *name_for(const char *site)
{
    hub_items_use(hub, site);
    return js_str(hub_item(ITEM), "en");
}

static void what_was_pushed_is_gone_by_from_its_day_on(void **state)
{
    (void)state;
    const json_t *item;
    hub_items_use(hub, VILLAGE);
    size_t shipped = catalogue_count(hub_items());
    assert_int_equal(shipped, 62);
    push(VILLAGE, "pushed", DAY - 1);
    push(VILLAGE, "later", DAY + CLOCK_DAY_MS);
    assert_string_equal(name_for(VILLAGE), "pushed");
    assert_int_equal(catalogue_count(hub_items()), 1);
    assert_int_equal(hub_item_known(hub, VILLAGE, "QP-MZ-02", &item), ERR_FIELD_CHOICE);
    assert_ok(hub_item_known(hub, VILLAGE, ITEM, &item));
    clock_hold(DAY + CLOCK_DAY_MS, 0);
    assert_string_equal(name_for(VILLAGE), "later");
}

static void a_site_goes_by_its_own_and_a_page_of_all_by_the_newest(void **state)
{
    (void)state;
    push(VILLAGE, "one", DAY - 2);
    push(OTHER, "two", DAY - 1);
    assert_string_equal(name_for(VILLAGE), "one");
    assert_string_equal(name_for(OTHER), "two");
    assert_string_equal(name_for(NULL), "two");
    hub_items_use(hub, "310118103303");
    assert_int_equal(catalogue_count(hub_items()), 62);
}

static void what_is_no_catalogue_leaves_the_one_before_in_force(void **state)
{
    (void)state;
    push(VILLAGE, "good", DAY - 2);
    json_t *body =
        json_pack("{s:{s:s},s:I}", "definition", "id", "broken", "effective", (json_int_t)DAY - 1);
    struct hub_order o = {.site = VILLAGE, .kind = "catalogue", .officer = "town", .body = body};
    assert_ok(hub_order_add(hub, &o, NULL));
    json_decref(body);
    assert_string_equal(name_for(VILLAGE), "good");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(what_was_pushed_is_gone_by_from_its_day_on),
        T(a_site_goes_by_its_own_and_a_page_of_all_by_the_newest),
        T(what_is_no_catalogue_leaves_the_one_before_in_force),
    };
    return cmocka_run_group_tests_name("hub_items", tests, NULL, NULL);
}
