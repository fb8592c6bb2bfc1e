/* The database: recognised before it is touched, written fairly, honest about what is on the disk.
 */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/lang.h"
#include "kiosk/store/store.h"
#include "tests/unit/faulty.h"

static char dir[64], path[96];

static int make_folder(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "%s/jiujin-store-XXXXXX", unit_tmp());
    if (mkdtemp(dir) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/jiujin.db", dir);
    memset(&faulty.countdown, 0, sizeof faulty.countdown);
    faulty.for_ever = faulty.sync_only = faulty.done_all_the_same = false;
    store_use_vfs(NULL);
    return 0;
}

static int drop_folder(void **state)
{
    static const char *const names[] = {"", "-wal", "-shm", ".gate", ".copy"};
    char name[128];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(name, sizeof name, "%s%s", path, names[i]);
        unlink(name);
    }
    return rmdir(dir);
}

static struct store *fresh(void)
{
    struct store *s;
    assert_ok(store_open(path, &store_kiosk_schema, STORE_CREATE, &s));
    return s;
}

static enum err put(struct store *s, const char *key)
{
    sqlite3_stmt *q = store_sql(s, "INSERT INTO meta VALUES (?1, 'v')");
    store_bind_text(q, 1, key);
    return store_run(s, q);
}

static int64_t count(struct store *s)
{
    return store_number(s, "SELECT count(*) FROM meta", -1);
}

static void every_write_is_synced_in_full(void **state)
{
    (void)state;
    struct store *s = fresh();
    assert_int_equal(store_number(s, "PRAGMA synchronous", 0), 2);
    assert_int_equal(store_number(s, "PRAGMA application_id", 0), STORE_APP_ID);
    store_close(s);
}

static void a_missing_and_a_second_database_are_told_apart(void **state)
{
    (void)state;
    struct store *s;
    assert_err(ERR_NO_SITE, store_open(path, &store_kiosk_schema, 0, &s));
    assert_int_not_equal(access(path, F_OK), 0);
    store_close(fresh());
    assert_err(ERR_SITE_EXISTS, store_open(path, &store_kiosk_schema, STORE_CREATE, &s));
}

static void check_untouched(enum err expected)
{
    struct buf before = BUF_INIT, after = BUF_INIT;
    struct store *s;
    assert_ok(file_read(path, &before, FILE_LIMIT));
    assert_err(expected, store_open(path, &store_kiosk_schema, 0, &s));
    assert_ok(file_read(path, &after, FILE_LIMIT));
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.data, after.data, before.len);
    buf_fini(&before);
    buf_fini(&after);
}

static void a_foreign_database_is_refused_untouched(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    check_untouched(ERR_FOREIGN_DB);
    unlink(path);
    assert_ok(file_write(path, "this is a letter, not a database, and long enough", 49, 0600));
    check_untouched(ERR_FOREIGN_DB);
}

static void a_newer_schema_is_refused_untouched(void **state)
{
    (void)state;
    struct store *s = fresh();
    assert_ok(store_exec(s, "PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE)"));
    store_close(s);
    check_untouched(ERR_SCHEMA_NEWER);
}

static void inner_transactions_roll_back_alone(void **state)
{
    (void)state;
    struct store *s = fresh();
    assert_ok(store_begin(s));
    assert_ok(put(s, "a"));
    assert_ok(store_begin(s));
    assert_ok(put(s, "b"));
    assert_err(ERR_STATE, store_end(s, ERR_STATE));
    assert_ok(store_end(s, ERR_OK));
    assert_int_equal(count(s), 1);
    assert_ok(store_begin(s));
    assert_ok(put(s, "c"));
    assert_err(ERR_STATE, store_end(s, ERR_STATE));
    assert_int_equal(count(s), 1);
    store_close(s);
}

static void another_connection_sees_what_was_committed(void **state)
{
    (void)state;
    struct store *a = fresh(), *b;
    assert_ok(store_open(path, &store_kiosk_schema, 0, &b));
    int64_t before = store_version(b);
    assert_ok(put(a, "x"));
    assert_int_not_equal(store_version(b), before);
    assert_int_equal(count(b), 1);
    store_close(a);
    store_close(b);
}

static void a_commit_that_failed_is_looked_up(void **state)
{
    (void)state;
    struct store *s;
    store_use_vfs("faulty");
    s = fresh();
    faulty.sync_only = true;
    faulty.code = SQLITE_IOERR_FSYNC;
    for (int i = 0; i < 2; i++) {
        int64_t before = count(s);
        assert_ok(store_begin(s));
        assert_ok(put(s, i == 0 ? "a" : "b"));
        faulty.countdown = 1;
        assert_err(ERR_COMMIT_UNKNOWN, store_end(s, ERR_OK));
        int64_t now = count(s); /* the connection works again and tells what is there */
        assert_true(now == before || now == before + 1);
        assert_int_equal(store_depth(s), 0);
    }
    assert_ok(put(s, "c"));
    store_close(s);
}

static void every_failing_write_leaves_all_or_nothing(void **state)
{
    (void)state;
    struct store *s;
    store_use_vfs("faulty");
    s = fresh();
    int64_t have = count(s);
    bool reached = true;
    for (long n = 1; n < 60 && reached; n++) {
        char a[32], b[32];
        snprintf(a, sizeof a, "a%ld", n);
        snprintf(b, sizeof b, "b%ld", n);
        faulty.code = n % 2 == 0 ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        faulty.countdown = n;
        enum err rc = store_begin(s);
        if (rc == ERR_OK) {
            rc = put(s, a);
            rc = rc == ERR_OK ? put(s, b) : rc;
            rc = store_end(s, rc);
        }
        reached = faulty.countdown == 0;
        faulty.countdown = 0;
        int64_t now = count(s);
        assert_true(now == have || now == have + 2);
        if (rc == ERR_OK)
            assert_int_equal(now, have + 2);
        have = now;
    }
    assert_false(reached); /* the sweep went past the last write */
    store_close(s);
}

static void a_full_disk_has_its_own_message_and_loses_nothing(void **state)
{
    (void)state;
    struct store *s = fresh();
    struct rlimit old, small = {0, 0};
    signal(SIGXFSZ, SIG_IGN);
    assert_ok(put(s, "kept"));
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_cur = 200 * 1024;
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    enum err rc = ERR_OK;
    for (int i = 0; rc == ERR_OK && i < 1000; i++) {
        char key[4000];
        snprintf(key, sizeof key, "%0*d", (int)sizeof key - 1, i);
        rc = put(s, key);
    }
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(rc, ERR_DISK_FULL);
    assert_int_equal(store_number(s, "SELECT count(*) FROM meta WHERE key = 'kept'", 0), 1);
    assert_ok(put(s, "again"));
    store_close(s);
}

/* Commits as many as it can for a while; the count is its exit status, 255 at the most. */
static int write_for_a_while(int who)
{
    struct store *s;
    int n = 0;
    if (store_open(path, &store_kiosk_schema, 0, &s) != ERR_OK)
        return 0;
    for (int64_t end = clock_mono() + 1000; clock_mono() < end; n++) {
        char key[32];
        snprintf(key, sizeof key, "%d-%d", who, n);
        if (store_begin(s) != ERR_OK || store_end(s, put(s, key)) != ERR_OK)
            break;
    }
    store_close(s);
    return n < 255 ? n : 255;
}

static void many_writers_share_the_gate_without_an_error(void **state)
{
    (void)state;
    store_close(fresh());
    pid_t child[4];
    for (int i = 0; i < 4; i++) {
        child[i] = fork();
        if (child[i] == 0)
            _exit(write_for_a_while(i));
    }
    for (int i = 0; i < 4; i++) {
        int status;
        waitpid(child[i], &status, 0);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) > 0); /* nobody starves */
    }
}

static void a_copy_is_sound_and_whole(void **state)
{
    (void)state;
    char copy[128];
    struct store *s = fresh(), *c;
    assert_ok(put(s, "a"));
    snprintf(copy, sizeof copy, "%s.copy", path);
    assert_ok(store_copy(s, copy));
    store_close(s);
    unlink(path);
    rename(copy, path);
    assert_ok(store_open(path, &store_kiosk_schema, 0, &c));
    assert_int_equal(count(c), 1);
    store_close(c);
}

int main(void)
{
    lang_init("en");
    faulty_register();
#define T(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        T(every_write_is_synced_in_full),
        T(a_missing_and_a_second_database_are_told_apart),
        T(a_foreign_database_is_refused_untouched),
        T(a_newer_schema_is_refused_untouched),
        T(inner_transactions_roll_back_alone),
        T(another_connection_sees_what_was_committed),
        T(a_commit_that_failed_is_looked_up),
        T(every_failing_write_leaves_all_or_nothing),
        T(a_full_disk_has_its_own_message_and_loses_nothing),
        T(many_writers_share_the_gate_without_an_error),
        T(a_copy_is_sound_and_whole),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
