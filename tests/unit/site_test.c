/* Sites, clerks, drafts, the link to the hub. */
#include "tests/unit/unit.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/view.h"
#include "tests/unit/site.h"

static void reopen(void)
{
    site_close(site);
    assert_ok(site_open(site_dir, "desk-1", &site));
}

static void a_second_site_in_the_same_folder_is_refused(void **state)
{
    (void)state;
    struct site *other;
    struct site_new what = {.code = "310118101202", .name = "x", .pin = "1234"};
    assert_err(ERR_SITE_EXISTS, site_make(site_dir, &what, "t", &other));
    reopen(); /* the first one is whole */
    assert_ok(clerk_sign_in(site, "admin", "1234"));
}

static void a_site_that_cannot_be_made_leaves_nothing_behind(void **state)
{
    (void)state;
    char dir[] = "/tmp/jiujin-half-XXXXXX";
    struct site *other;
    struct site_new what = {.code = "310118101202", .name = "x", .pin = "1"};
    assert_non_null(mkdtemp(dir));
    assert_err(ERR_PIN_WEAK, site_make(dir, &what, "t", &other));
    what.pin = "1234";
    what.policy = "no-such-pack";
    assert_err(ERR_NOT_FOUND, site_make(dir, &what, "t", &other));
    assert_int_not_equal(rmdir(dir), 0); /* it is gone already */
    what.code = "31011810120";
    assert_err(ERR_FIELD_TYPE, site_make(dir, &what, "t", &other));
}

static void keys_are_readable_by_their_owner_only(void **state)
{
    (void)state;
    struct stat st;
    char path[128];
    snprintf(path, sizeof path, "%s/keys/site.key", site_dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    snprintf(path, sizeof path, "%s/jiujin.db", site_dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* The database as the first version left it: what is in the journal, and none of the later tables.
 */
static void go_back_to_the_first_migration(void)
{
    static const struct store_schema first = {"sql/kiosk/001", STORE_APP_ID};
    static const char *const kept[] = {"entry", "orders", "meta", "clerk_key", "definition"};
    char path[128], old[128], sql[256];
    struct store *s;
    snprintf(path, sizeof path, "%s/jiujin.db", site_dir);
    snprintf(old, sizeof old, "%s/old.db", site_dir);
    site_close(site);
    assert_ok(store_open(old, &first, STORE_CREATE, &s));
    snprintf(sql, sizeof sql, "ATTACH '%s' AS now", path);
    assert_ok(store_exec(s, sql));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO main.%s SELECT * FROM now.%s", kept[i], kept[i]);
        assert_ok(store_exec(s, sql));
    }
    assert_ok(store_exec(s, "DELETE FROM meta WHERE key = 'tables'"));
    assert_ok(store_exec(s, "DETACH now"));
    assert_int_equal(store_migration(s), 1);
    store_close(s);
    assert_int_equal(rename(old, path), 0);
    snprintf(old, sizeof old, "%s/old.db.gate", site_dir);
    unlink(old);
}

static void a_site_of_an_older_version_has_all_its_records_in_the_new_tables(void **state)
{
    (void)state;
    json_t *before = NULL, *after = NULL, *out = NULL;
    json_t *in =
        json_pack("{s:{s:s},s:s,s:{}}", "person", "name", "测试甲", "purpose", "x", "facts");
    assert_ok(action_run(site, "visit", in, &out));
    assert_ok(view_list(site, "visits", &VIEW_ALL, &before));
    go_back_to_the_first_migration();
    assert_ok(site_open(site_dir, "desk-1", &site));
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    assert_ok(view_list(site, "visits", &VIEW_ALL, &after));
    assert_int_equal(json_array_size(after), 1);
    assert_true(json_equal(before, after));
    int64_t entries;
    assert_ok(journal_verify(&site->j, &entries));
    json_decref(before);
    json_decref(after);
    json_decref(out);
    json_decref(in);
}

static void five_wrong_pins_lock_and_a_restart_does_not_unlock(void **state)
{
    (void)state;
    reopen();
    clock_hold(1700000000000, 1000);
    for (int i = 0; i < CLERK_TRIES; i++)
        assert_err(ERR_PIN_WRONG, clerk_sign_in(site, "admin", "0000"));
    assert_err(ERR_PIN_LOCKED, clerk_sign_in(site, "admin", "1234"));
    reopen();
    assert_err(ERR_PIN_LOCKED, clerk_sign_in(site, "admin", "1234"));
    clock_hold(1700000000000 + 86400000, 1000); /* the clock set forward does not help */
    assert_err(ERR_PIN_LOCKED, clerk_sign_in(site, "admin", "1234"));
    clock_hold(1700000000000, 20000); /* nor does waiting less than 30 s of steady time */
    assert_err(ERR_PIN_LOCKED, clerk_sign_in(site, "admin", "1234"));
    clock_hold(1700000000000, 32000);
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    clock_hold(CLOCK_NONE, 0);
}

static void right_pins_at_eight_terminals_at_once_lock_nobody(void **state)
{
    (void)state;
    pid_t all[8];
    int status;
    for (size_t i = 0; i < 8; i++) {
        all[i] = fork();
        assert_true(all[i] >= 0);
        if (all[i] == 0) {
            struct site *own;
            _exit(site_open(site_dir, "t", &own) == ERR_OK &&
                          clerk_sign_in(own, "admin", "1234") == ERR_OK
                      ? 0
                      : 1);
        }
    }
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(waitpid(all[i], &status, 0), all[i]);
        assert_int_equal(status, 0);
    }
}

static void the_lock_grows_with_each_further_wrong_pin(void **state)
{
    (void)state;
    reopen();
    clock_hold(1700000000000, 1000);
    for (int i = 0; i < CLERK_TRIES; i++)
        assert_err(ERR_PIN_WRONG, clerk_sign_in(site, "admin", "0000"));
    clock_hold(1700000000000, 32000);
    assert_err(ERR_PIN_WRONG, clerk_sign_in(site, "admin", "0000"));
    clock_hold(1700000000000, 32000 + 45000); /* 45 s later: now it takes 60 */
    assert_err(ERR_PIN_LOCKED, clerk_sign_in(site, "admin", "1234"));
    clock_hold(CLOCK_NONE, 0);
    assert_int_equal(
        store_number(site->j.store, "SELECT count(*) FROM entry WHERE kind = 'lock'", 0), 2);
}

static void an_admin_resets_a_pin_and_ends_the_lock(void **state)
{
    (void)state;
    assert_ok(clerk_add(site, "窗口", "window", "2222"));
    assert_err(ERR_DUPLICATE, clerk_add(site, "窗口", "window", "2222"));
    assert_err(ERR_FIELD_CHOICE, clerk_add(site, "b", "king", "2222"));
    struct site *desk;
    assert_ok(site_open(site_dir, "desk-2", &desk));
    for (int i = 0; i < CLERK_TRIES; i++)
        clerk_sign_in(desk, "窗口", "0000");
    assert_err(ERR_PIN_LOCKED, clerk_sign_in(desk, "窗口", "2222"));
    assert_ok(clerk_reset(site, "窗口", "3333"));
    assert_ok(clerk_sign_in(desk, "窗口", "3333"));
    assert_err(ERR_ROLE, clerk_add(desk, "c", "gate", "2222"));
    assert_true(clerk_may(desk, "gate"));
    assert_false(clerk_may(desk, "leader"));
    site_close(desk);
}

static void every_clerk_opens_the_same_data_key(void **state)
{
    (void)state;
    unsigned char key[KEY_BYTES];
    memcpy(key, site->j.data_key, KEY_BYTES);
    assert_ok(clerk_add(site, "窗口", "window", "2222"));
    reopen();
    assert_ok(clerk_sign_in(site, "窗口", "2222"));
    assert_memory_equal(site->j.data_key, key, KEY_BYTES);
}

static void keep(struct site *s, const char *text)
{
    json_t *values = json_pack("{s:s}", "name", text);
    assert_ok(draft_keep(s, "case", values));
    json_decref(values);
}

static void a_draft_comes_back_after_a_restart_and_goes_when_dropped(void **state)
{
    (void)state;
    json_t *values;
    keep(site, "测试甲");
    reopen();
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    assert_ok(draft_find(site, "case", &values));
    assert_string_equal(js_str(values, "name"), "测试甲");
    json_decref(values);
    assert_ok(draft_drop(site, "case"));
    assert_err(ERR_NOT_FOUND, draft_find(site, "case", &values));
}

static void a_draft_of_a_dead_desk_is_taken_over_and_of_a_living_one_is_not(void **state)
{
    (void)state;
    json_t *values;
    struct site *other;
    pid_t child = fork();
    if (child == 0) { /* a desk that dies with a form open */
        snprintf(site->j.terminal, sizeof site->j.terminal, "desk-9");
        store_close(site->j.store);
        char path[128];
        snprintf(path, sizeof path, "%s/jiujin.db", site_dir);
        store_open(path, &store_kiosk_schema, 0, &site->j.store);
        keep(site, "测试乙");
        _exit(0);
    }
    waitpid(child, NULL, 0);
    assert_ok(draft_find(site, "case", &values));
    assert_string_equal(js_str(values, "name"), "测试乙");
    json_decref(values);
    assert_ok(site_open(site_dir, "desk-2", &other)); /* ours is alive */
    assert_ok(clerk_sign_in(other, "admin", "1234"));
    assert_err(ERR_NOT_FOUND, draft_find(other, "case", &values));
    site_close(other);
}

static void an_ack_counts_only_with_our_own_hash(void **state)
{
    (void)state;
    struct link_state link;
    int64_t seq;
    unsigned char hash[HASH_BYTES];
    struct store *db = site->j.store;
    assert_ok(journal_tip(db, site->j.site, 1, &seq, hash));
    assert_ok(link_acked(db, 1, seq, hash, 5));
    assert_ok(link_read(db, site->j.site, &link));
    assert_int_equal(link.acked, seq);
    hash[0] ^= 1;
    assert_err(ERR_FORK, link_acked(db, 1, seq, hash, 6));
    assert_err(ERR_OLD_COPY, link_acked(db, 1, seq + 7, hash, 6));
    assert_ok(link_read(db, site->j.site, &link));
    assert_int_equal(link.acked, seq);
    assert_int_equal(link.acked_at, 5);
}

static void a_drift_is_an_entry_only_when_it_moves(void **state)
{
    (void)state;
    const char *sql = "SELECT count(*) FROM entry WHERE kind = 'clock'";
    assert_ok(link_note(&site->j, 10, 3000, NULL));
    assert_int_equal(store_number(site->j.store, sql, -1), 0);
    assert_ok(link_note(&site->j, 20, 90000, NULL));
    assert_ok(link_note(&site->j, 30, 91000, NULL));
    assert_int_equal(store_number(site->j.store, sql, -1), 1);
    struct link_state link;
    assert_ok(link_note(&site->j, 40, CLOCK_NONE, "no route"));
    assert_ok(link_read(site->j.store, site->j.site, &link));
    assert_int_equal(link.contact, 30);
    assert_int_equal(link.drift, 91000);
    assert_string_equal(link.trouble, "no route");
}

static void the_last_trouble_is_said_in_the_language_of_who_reads_it(void **state)
{
    (void)state;
    char kept[400];
    struct link_state link;
    lang_init("zh_CN");
    err_keep(err_set(ERR_HUB_DOWN, "10.0.0.1", "no route"), kept, sizeof kept);
    assert_ok(link_note(&site->j, 10, CLOCK_NONE, kept));
    assert_ok(link_read(site->j.store, site->j.site, &link));
    assert_non_null(strstr(link.trouble, "10.0.0.1: 连不上分中心。 (no route)"));
    lang_init("en");
    assert_ok(link_read(site->j.store, site->j.site, &link));
    assert_string_equal(link.trouble, "10.0.0.1: The hub cannot be reached. (no route) Work on; it "
                                      "is sent when the link is back.");
    assert_string_equal(err_detail(), "no route"); /* reading leaves the note alone */
}

int main(void)
{
    lang_init("en");
#define T(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(a_second_site_in_the_same_folder_is_refused),
        T(a_site_that_cannot_be_made_leaves_nothing_behind),
        T(keys_are_readable_by_their_owner_only),
        T(a_site_of_an_older_version_has_all_its_records_in_the_new_tables),
        T(five_wrong_pins_lock_and_a_restart_does_not_unlock),
        T(right_pins_at_eight_terminals_at_once_lock_nobody),
        T(the_lock_grows_with_each_further_wrong_pin),
        T(an_admin_resets_a_pin_and_ends_the_lock),
        T(every_clerk_opens_the_same_data_key),
        T(a_draft_comes_back_after_a_restart_and_goes_when_dropped),
        T(a_draft_of_a_dead_desk_is_taken_over_and_of_a_living_one_is_not),
        T(an_ack_counts_only_with_our_own_hash),
        T(a_drift_is_an_entry_only_when_it_moves),
        T(the_last_trouble_is_said_in_the_language_of_who_reads_it),
    };
    return cmocka_run_group_tests_name("site", tests, NULL, NULL);
}
