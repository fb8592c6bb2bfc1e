/* Owns: the cost of a PIN in tests. Invariant: no product is linked with this. */
#include "tests/e2e/pin.h"

#include <sqlite3.h>
#include <stdio.h>

#include "tests/unit/unit.h"

#include "kiosk/desk/clerk.h"
#include "kiosk/desk/site.h"
#include "kiosk/secret/secret.h"
#include "kiosk/store/store.h"

struct pin_cost __wrap_secret_pin_cost(void);
struct pin_cost __wrap_secret_pin_cost(void)
{
    return (struct pin_cost){1, 8192};
}

#define CLERKS 8

/* The clerks' names; the data key comes out of the first one's wrap. */
static size_t unwrap(struct site *s, char names[CLERKS][CLERK_NAME])
{
    unsigned char machine[KEY_BYTES];
    bool row;
    size_t n = 0;
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT name, salt, ops, memory, wrap FROM clerk_key");
    assert_ok(site_machine_key(s, machine));
    for (; n < CLERKS && store_step(s->j.store, q, &row) == ERR_OK && row; n++) {
        struct pin_cost cost = {(uint64_t)store_int(q, 2), (uint64_t)store_int(q, 3)};
        snprintf(names[n], CLERK_NAME, "%s", store_text(q, 0));
        if (n == 0)
            assert_ok(secret_unwrap("1234", machine, sqlite3_column_blob(q, 1), cost,
                                    sqlite3_column_blob(q, 4), (size_t)sqlite3_column_bytes(q, 4),
                                    s->j.data_key));
    }
    sqlite3_reset(q);
    return n;
}

void pin_quick(const char *folder)
{
    struct site *s;
    char names[CLERKS][CLERK_NAME];
    assert_ok(site_open(folder, "test", &s));
    for (size_t n = unwrap(s, names); n > 0; n--)
        assert_ok(clerk_wrap(s, names[n - 1], "1234"));
    site_close(s);
}
