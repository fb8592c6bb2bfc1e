/* Bookings with the built programs: taken on a screen; given away by a village and its hub while
 * neither hears of the other; and by eight processes at once. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "tests/e2e/desk.h"
#include "tests/e2e/village.h"

#define WAIT 8000
#define ITEM "QP-MZ-01"
#define PROCESSES 8

static struct hubproc hub;
static struct village village;

static int setup(void **state)
{
    (void)state;
    hubproc_make(&hub);
    hubproc_start(&hub);
    village_make(&village, &hub);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    village_free(&village);
    hubproc_free(&hub);
    return 0;
}

static void sync_once(void)
{
    free(VILLAGE(&village, NULL, "sync", "--once"));
}

static int64_t tomorrow_at(int hour)
{
    return clock_day(clock_now()) + CLOCK_DAY_MS + hour * 3600000LL;
}

/* Persons plainly invented: each n another one. */
static void id_no_of(int n, char out[19])
{
    static const int weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    char head[40];
    int sum = 0;
    snprintf(head, sizeof head, "9991011945%02d%02d%03d", 1 + n / 1000 % 12, 1 + n / 100 % 28,
             n % 1000);
    for (int i = 0; i < 17; i++)
        sum += (head[i] - '0') * weight[i];
    snprintf(out, 19, "%.17s%c", head, "10X98765432"[sum % 11]);
}

static char *booking_line(int64_t from, int n)
{
    char id_no[19], at[CLOCK_TEXT], to[CLOCK_TEXT];
    id_no_of(n, id_no);
    return mem_printf(
        "{\"person\":{\"name\":\"测试%d\",\"id_no\":\"%s\",\"phone\":\"12000000001\"},"
        "\"item\":\"" ITEM "\",\"from\":\"%s\",\"to\":\"%s\",\"by\":\"phone\"}\n",
        n, id_no, clock_iso(from, at), clock_iso(from + 30 * 60000LL, to));
}

/* The village books; false: it was refused as full. */
static bool village_books(int64_t from, int n)
{
    char *line = booking_line(from, n);
    struct ran r = prog_run(line, prog_path("jiujin"), "--dir", village.dir, "add", "booking");
    bool good = r.status == 0;
    if (!good && strstr(r.out, "\"constraint\"") == NULL)
        fail_msg("%s%s", r.out, r.err);
    ran_free(&r);
    free(line);
    return good;
}

/* Somebody books on the hub's page; false: it was refused as full. */
static bool hub_books(int64_t from, int n)
{
    char id_no[19];
    struct browser b;
    id_no_of(n, id_no);
    char *form = mem_printf("item=" ITEM "&from=%lld&hold=&name=A%d&id_no=%s&phone=12000000001",
                            (long long)from, n, id_no);
    browser_open(&b);
    browser_post(&b, &hub, "/book/" VILLAGE_SITE, form);
    long status = b.status;
    if (status != 200 && status != 409)
        fail_msg("%ld: %s", status, b.page);
    browser_close(&b);
    free(form);
    return status == 200;
}

/* Bookings of this half hour that stand, by what the village shows. */
static int village_has(int64_t from)
{
    char at[CLOCK_TEXT];
    clock_iso(from, at);
    char *what = mem_printf("\"from\":\"%s\"", at);
    char *all = VILLAGE(&village, NULL, "show", "bookings", "--state", "booked");
    int n = prog_lines(all, what);
    free(all);
    free(what);
    return n;
}

static int hub_has(int64_t from)
{
    size_t i;
    char at[CLOCK_TEXT];
    json_t *row, *rows = HUBPROC_LINES(&hub, "show", "bookings", "--state", "booked");
    int n = 0;
    clock_iso(from, at);
    json_array_foreach(rows, i, row) n += strcmp(js_str(row, "from"), at) == 0;
    json_decref(rows);
    return n;
}

/* epidemic-2022: 6 in a half hour, 3 of them the hub's. */
static void both_give_away_the_same_half_hour_offline_and_nobody_comes_for_nothing(void **state)
{
    (void)state;
    int64_t nine = tomorrow_at(9);
    int given = 0, asked = 0;
    sync_once(); /* the hub knows the half hours; from here on neither hears of the other */
    for (int n = 1; n <= 6; n++) {
        given += village_books(nine, n);
        given += hub_books(nine, 100 + n);
        asked += 2;
    }
    assert_int_equal(asked, 12);
    assert_int_equal(given, 6);
    assert_int_equal(village_has(nine), 3);
    assert_int_equal(hub_has(nine), 3);
    sync_once();
    assert_int_equal(village_has(nine), 6);
    assert_int_equal(hub_has(nine), 6);
    assert_false(village_books(nine, 50));
    assert_false(hub_books(nine, 150));
}

static void the_last_place_of_all_is_given_by_the_side_whose_it_is(void **state)
{
    (void)state;
    int64_t ten = tomorrow_at(10);
    sync_once();
    for (int n = 1; n <= 3; n++)
        assert_true(village_books(ten, n));
    for (int n = 1; n <= 2; n++)
        assert_true(hub_books(ten, 100 + n));
    assert_false(village_books(ten, 4)); /* the last one is the hub's */
    assert_true(hub_books(ten, 103));
    assert_false(hub_books(ten, 104));
    sync_once();
    assert_int_equal(village_has(ten), 6);
}

static void what_one_side_cancels_frees_the_place_on_both(void **state)
{
    (void)state;
    int64_t nine = tomorrow_at(9);
    sync_once();
    for (int n = 1; n <= 3; n++)
        assert_true(hub_books(nine, n));
    sync_once();
    char *all = VILLAGE(&village, NULL, "show", "bookings");
    char *id = strstr(all, "\"number\":\"W");
    assert_non_null(id);
    char *what = mem_printf("booking_step:%.*s", (int)strcspn(id + 10, "\""), id + 10);
    free(VILLAGE(&village, "{\"step\":\"cancel\"}\n", "add", what));
    free(what);
    free(all);
    assert_false(hub_books(nine, 4));
    sync_once();
    assert_true(hub_books(nine, 4));
}

/* --- a screen --------------------------------------------------------------------------------- */

static void a_booking_by_telephone_takes_few_keys_and_stands_on_the_day(void **state)
{
    (void)state;
    struct term *t =
        desk_at(&(struct desk){.folder = village.dir, .screen = "bookings"}, "1", "（今天）");
    term_type(t, T_RIGHT);
    term_wait(t, "> 08:30  6", WAIT);
    term_type(t, T_DOWN);
    term_wait(t, "> 09:00", WAIT);
    term_type(t, "b");
    term_wait(t, "09:00-09:30", WAIT);
    term_type(t, ITEM);
    term_wait(t, "敬老卡", WAIT);
    term_type(t, "\r" T_DOWN);
    term_type(t, "测试丁" T_DOWN T_DOWN "12000000009");
    term_wait(t, "12000000009", WAIT);
    term_type(t, T_F2);
    term_wait(t, "请告知对方", WAIT);
    assert_true(term_has(t, "测试丁"));
    term_type(t, "x");
    term_wait(t, "y/n", WAIT);
    term_type(t, "y");
    term_wait(t, "已取消", WAIT);
    term_type(t, "b");
    term_wait(t, "09:00-09:30", WAIT);
    term_esc(t);
    term_wait(t, "> 09:00  6", WAIT); /* let go */
    desk_end(t);
}

/* --- the door --------------------------------------------------------------------------------- */

static void at_the_door_the_booking_is_found_and_one_key_marks_it(void **state)
{
    (void)state;
    char *folder = prog_folder(), id_no[19];
    int64_t now = clock_now();
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--dir", folder, "init", "--site",
                            VILLAGE_SITE, "--name", "测试村");
    ran_free(&r);
    char *line = booking_line(now - now % (30 * 60000LL), 7);
    r = prog_run(line, prog_path("jiujin"), "--dir", folder, "add", "booking");
    assert_int_equal(r.status, 0);
    ran_free(&r);
    id_no_of(7, id_no);
    struct term *t = desk_at(&(struct desk){.folder = folder, .screen = "triage"}, "1", "身份证号");
    term_type_slowly(t, id_no, 60); /* a person, not a scanner */
    term_type(t, T_DOWN);
    term_wait(t, "测试7", WAIT);
    term_type(t, T_F2);
    term_wait(t, "今日预约", WAIT);
    term_type(t, "b");
    term_wait(t, ": 已到", WAIT);
    desk_end(t);
    r = prog_run(NULL, prog_path("jiujin"), "--dir", folder, "show", "bookings");
    assert_non_null(strstr(r.out, "\"state\":\"arrived\""));
    ran_free(&r);
    free(line);
    prog_folder_remove(folder);
}

/* --- eight at once ---------------------------------------------------------------------------- */

/* What the n-th line of one of them asks for: a visit, a number, a call, a case, a booking of one
 * of four half hours. */
static char *line_of(int which, int n)
{
    switch (n % 5) {
    case 0:
        return mem_strdup("{\"what\":\"visit\",\"purpose\":\"测试\",\"facts\":{"
                          "\"health_code\":\"green\",\"venue_code\":true,\"mask\":true,"
                          "\"temperature\":36.5,\"test_result\":\"negative\","
                          "\"test_at\":\"2022-05-20T08:00:00+08:00\"}}\n");
    case 1: return mem_strdup("{\"what\":\"ticket\",\"service\":\"window\"}\n");
    case 2: return mem_printf("{\"what\":\"ticket_next\",\"window\":\"%d\"}\n", which);
    case 3:
        return mem_strdup("{\"what\":\"case\",\"person\":{\"name\":\"测试甲\",\"id_no\":"
                          "\"999101194503150025\"},\"agent\":null,\"item\":\"QP-MZ-01\","
                          "\"channel\":\"proxy\",\"skipped\":[],\"papers\":[]}\n");
    default: break;
    }
    char *line = booking_line(tomorrow_at(8) + (1 + n / 5 % 4) * 30 * 60000LL, which * 1000 + n);
    char *out = mem_printf("{\"what\":\"booking\",%s", line + 1);
    free(line);
    return out;
}

/* What was answered with "ok", by sort of line; shared by all eight. */
static _Atomic long *done;

/* Done, or refused by what the model says, never by the store. */
static bool ask(struct running *r, int which, int n)
{
    char *line = line_of(which, n);
    ssize_t sent = write(r->in, line, strlen(line));
    char *answer = sent > 0 ? prog_line(r, 20000) : mem_strdup("");
    bool ok = strstr(answer, "\"ok\":true") != NULL;
    done[n % 5] += ok;
    bool good =
        ok || strstr(answer, "\"constraint\"") != NULL || strstr(answer, "\"not_found\"") != NULL;
    if (!good)
        fprintf(stderr, "%s -> %s\n", line, answer);
    free(answer);
    free(line);
    return good;
}

static void work(struct running *r, int which, int64_t until)
{
    int n = 1;
    bool good = true;
    for (; good && clock_mono() < until; n++)
        good = ask(r, which, n);
    close(r->in);
    _exit(good && n > 8 ? 0 : 1);
}

static int64_t seconds(void)
{
    const char *given = getenv("JIUJIN_BUSY_SECONDS");
    return given != NULL ? atoll(given) : 8;
}

static json_t *rows_of(const char *what, const char *state)
{
    json_t *rows = json_array(), *row = NULL;
    char *text = state != NULL ? VILLAGE(&village, NULL, "show", what, "--state", state)
                               : VILLAGE(&village, NULL, "show", what);
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
        if (*line != 0 && js_parse(line, strlen(line), "line", &row) == ERR_OK)
            json_array_append_new(rows, row);
    free(text);
    return rows;
}

/* No two rows of a view have the same `key`. The number of rows. */
static size_t all_differ(const char *what, const char *key)
{
    size_t i, n;
    json_t *one, *rows = rows_of(what, NULL), *seen = json_object();
    json_array_foreach(rows, i, one)
    {
        assert_null(json_object_get(seen, js_str(one, key)));
        js_set_int(seen, js_str(one, key), 1);
    }
    n = json_array_size(rows);
    json_decref(rows);
    json_decref(seen);
    return n;
}

/* Nothing that was answered for is lost, and nothing is there that was not. */
static void each_answer_has_its_row(void)
{
    static const char *const rows[] = {"visits", "tickets", NULL, "cases", "bookings"};
    static const char *const keys[] = {"id", "number", NULL, "number", "number"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i] != NULL)
            assert_int_equal(all_differ(rows[i], keys[i]), done[i]);
    assert_true(done[2] > 0); /* calls */
}

/* A clerk's terminal stands open meanwhile, goes from screen to screen, and is never told to wait.
 */
static struct term *look_on(void)
{
    const char *argv[] = {
        prog_path("jiujin"), "--dir", village.dir, "--lang", "en", "--user", "admin",
        "--terminal",        "looks", NULL};
    const char *env[] = {"LC_ALL=C.UTF-8", NULL};
    struct term_how how = {.env = env};
    struct term *t = term_start(&how, argv);
    term_wait(t, "PIN", WAIT);
    term_type(t, "1234\r");
    term_wait(t, "Due now", WAIT);
    return t;
}

static void go_round(struct term *t, int64_t until)
{
    static const char *const there[][2] = {{"6", "Queue"}, {"3", "Cases"}, {"0", "Bookings"}};
    for (size_t i = 0; clock_mono() < until; i = (i + 1) % 3) {
        term_type(t, there[i][0]);
        term_wait(t, there[i][1], WAIT);
        term_run(t, 300);
        assert_false(term_has(t, "holds the database"));
        assert_false(term_has(t, "locked"));
        term_esc(t);
        term_wait(t, "Due now", WAIT);
    }
}

static void eight_processes_at_once_give_no_place_and_no_number_twice(void **state)
{
    (void)state;
    struct running all[PROCESSES];
    pid_t pids[PROCESSES];
    int status, bad = 0;
    size_t i;
    int64_t entries = 0;
    struct term *t = look_on();
    done = mmap(NULL, 5 * sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(done != MAP_FAILED);
    for (i = 0; i < PROCESSES; i++) { /* one behind the other, until each is signed in */
        all[i] = VILLAGE_START(&village, "add", "mixed");
        assert_true(ask(&all[i], (int)i + 1, 0));
    }
    int64_t until = clock_mono() + seconds() * 1000;
    for (i = 0; i < PROCESSES; i++)
        if ((pids[i] = fork()) == 0)
            work(&all[i], (int)i + 1, until);
    go_round(t, until);
    for (i = 0; i < PROCESSES; i++) {
        waitpid(pids[i], &status, 0);
        bad += status != 0;
    }
    for (i = 0; i < PROCESSES; i++)
        prog_end(&all[i], SIGTERM);
    assert_int_equal(bad, 0);
    int booked = 0;
    for (int half = 1; half <= 4; half++) {
        int n = village_has(tomorrow_at(8) + half * 30 * 60000LL);
        assert_true(n <= 6);
        booked += n;
    }
    assert_true(booked >= 16); /* two rounds of each of the eight */
    each_answer_has_its_row();
    term_hang_up(t);
    term_wait_end(t, WAIT);
    term_free(t);
    assert_ok(journal_verify(&village.site->j, &entries));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(both_give_away_the_same_half_hour_offline_and_nobody_comes_for_nothing),
        T(the_last_place_of_all_is_given_by_the_side_whose_it_is),
        T(what_one_side_cancels_frees_the_place_on_both),
        T(a_booking_by_telephone_takes_few_keys_and_stands_on_the_day),
        T(at_the_door_the_booking_is_found_and_one_key_marks_it),
        T(eight_processes_at_once_give_no_place_and_no_number_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
