/* Nothing concealed, nothing left out: for any days of entries, corrections and late entries the
 * signed report, a replay, the export and the hub come to the same sums; a report that says less
 * than its entries is caught, and what differs is named. */
#include "tests/unit/unit.h"

#include "tests/unit/hub.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/export.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/tally.h"
#include "sync/hub/report.h"

#define DAYS 10
#define OPS 24 /* a day, about */
#define HOUR 3600000LL

static uint64_t seed;
static struct village v; /* the site of site.h, as the hub knows it */
static int64_t sent, first_day;

static uint32_t roll(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

/* --- a site and a hub --------------------------------------------------------------------------
 */

static int setup(void **state)
{
    char code[WIRE_CODE_TEXT];
    const char *given = getenv("JIUJIN_SEED");
    if (hub_setup(state) != 0 || site_setup_epidemic(state) != 0)
        return -1;
    seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)clock_now();
    print_message("JIUJIN_SEED=%llu\n", (unsigned long long)seed);
    village_init(&v, VILLAGE);
    v.epoch = site->j.epoch;
    assert_ok(site_sign_key(site, v.sec, v.pub));
    memcpy(v.key, site->j.data_key, KEY_BYTES);
    journal_first_hash(VILLAGE, v.epoch, v.hash);
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
    assert_ok(village_join(&v, code));
    sent = 0;
    first_day = clock_day(clock_now()) + CLOCK_DAY_MS;
    clock_hold(first_day + 8 * HOUR, 1000);
    return 0;
}

static int teardown(void **state)
{
    village_fini(&v);
    int rc = site_teardown(state);
    return rc == 0 ? hub_teardown(state) : rc;
}

static enum err add_row(void *arg, const struct journal_row *row)
{
    (void)arg;
    struct wire_entry e = {.head = row->head.data,
                           .head_len = row->head.len,
                           .sealed = row->sealed.len > 0 ? row->sealed.data : NULL,
                           .sealed_len = row->sealed.len,
                           .dropped = row->dropped};
    memcpy(e.sealed_hash, row->sealed_hash, HASH_BYTES);
    v.seq = row->seq;
    memcpy(v.hash, row->hash, HASH_BYTES);
    return wire_writer_add(&v.frame, row->seq, &e);
}

/* Frames of up to `size` entries, until all, or `frames` of them, have arrived. */
static void send_some(int64_t size, int frames)
{
    for (int64_t before = -1; before != sent && frames-- != 0;) {
        unsigned char base[HASH_BYTES];
        memcpy(base, v.hash, HASH_BYTES);
        before = sent;
        assert_ok(journal_each(site->j.store, v.epoch, sent, size, add_row, NULL));
        if (v.seq > sent)
            assert_ok(village_send(&v, sent + 1, base));
        sent = v.seq;
    }
}

/* --- any day -----------------------------------------------------------------------------------
 */

static char rows_of[400][ENTRY_ID]; /* rows that stand, as far as we know */
static const char *ledger_of[400];
static size_t n_rows;

/* Some time of this day, or (a late entry) of one of the two before it. */
static const char *some_time(char out[CLOCK_TEXT])
{
    int64_t at = clock_now() - (int64_t)roll(8 * 3600) * 1000;
    if (roll(6) == 0)
        at -= (1 + (int64_t)roll(2)) * CLOCK_DAY_MS;
    return clock_iso(at < first_day ? first_day : at, out);
}

static void keep_row(json_t *out, const char *ledger)
{
    if (n_rows < sizeof rows_of / sizeof *rows_of) {
        snprintf(rows_of[n_rows], ENTRY_ID, "%s", js_str(out, "id"));
        ledger_of[n_rows++] = ledger;
    }
    json_decref(out);
}

/* NULL: refused, for more would go out than there is. */
static json_t *try_stock(const char *what, const char *in)
{
    json_t *out = NULL;
    enum err rc = desk_try(what, in, &out);
    if (rc != ERR_CONSTRAINT)
        assert_int_equal(rc, ERR_OK);
    return out;
}

static void supply_row(char *out, size_t size)
{
    static const char *const ways[] = {"in", "out"};
    snprintf(out, size,
             "{'item':'mask','unit':'box','direction':'%s','quantity':%u,'keeper':'admin'}",
             ways[roll(2)], 1 + roll(40));
}

static void clean_row(char *out, size_t size)
{
    static const char *const slots[] = {"morning", "noon", "evening"};
    static const char *const places[] = {"floor", "vent", "office", "washroom"};
    snprintf(out, size,
             "{'slot':'%s','area':['%s'],'agent':'chlorine','method':'mop','minutes':%u}",
             slots[roll(3)], places[roll(4)], 5 + roll(50));
}

static void do_row(void)
{
    char row[300], in[500], at[CLOCK_TEXT];
    bool supply = roll(2) == 0;
    (supply ? supply_row : clean_row)(row, sizeof row);
    snprintf(in, sizeof in, "{'row':%s,'at':'%s'}", row, some_time(at));
    json_t *out = try_stock(supply ? "ledger:L04" : "ledger:L03", in);
    if (out != NULL)
        keep_row(out, supply ? "supplies" : "disinfection");
}

/* Strikes a row out, or corrects it; of the two days before it too. */
static void do_correction(void)
{
    char what[64], row[300], in[500];
    if (n_rows == 0)
        return;
    size_t i = roll((uint32_t)n_rows);
    bool supply = strcmp(ledger_of[i], "supplies") == 0, strike = roll(2) == 0;
    (supply ? supply_row : clean_row)(row, sizeof row);
    snprintf(what, sizeof what, "%s:%s", strike ? "ledger_void" : "ledger_correct", rows_of[i]);
    snprintf(in, sizeof in, strike ? "{'reason':'记错'}" : "{'reason':'记错','row':%s}", row);
    const char *ledger = ledger_of[i];
    json_t *out = try_stock(what, in);
    if (out == NULL)
        return;
    memcpy(rows_of[i], rows_of[--n_rows], ENTRY_ID);
    ledger_of[i] = ledger_of[n_rows];
    if (strike)
        json_decref(out);
    else
        keep_row(out, ledger);
}

static void do_visit(void)
{
    static const char *const codes[] = {"green", "green", "green", "red", "yellow"};
    char in[300], at[CLOCK_TEXT];
    snprintf(in, sizeof in, "{'facts':{'health_code':'%s'},'at':'%s'}", codes[roll(5)],
             some_time(at));
    json_decref(desk_do("visit", in));
}

static void do_case(void)
{
    static const char *const channels[] = {"proxy", "courier", "online"};
    char in[300];
    json_t *out = NULL;
    snprintf(in, sizeof in, "{'person':" AMA ",'item':'QP-MZ-01','channel':'%s'}",
             channels[roll(3)]);
    if (desk_try("case", in, &out) == ERR_OK)
        json_decref(out);
}

static void do_sign(void)
{
    char in[64], date[CLOCK_TEXT];
    json_t *out = NULL;
    int64_t day = clock_day(clock_now()) - (int64_t)roll(3) * CLOCK_DAY_MS;
    snprintf(in, sizeof in, "{'day':'%s'}", clock_date(day < first_day ? first_day : day, date));
    enum err rc = desk_try("report", in, &out);
    if (rc != ERR_STATE) /* signed, and nothing came after */
        assert_int_equal(rc, ERR_OK);
    json_decref(out);
}

static void one_step(void)
{
    static void (*const steps[])(void) = {do_row,  do_row,        do_row,        do_visit, do_visit,
                                          do_case, do_correction, do_correction, do_sign};
    steps[roll(sizeof steps / sizeof *steps)]();
    if (roll(12) == 0)
        send_some(1 + roll(30), 1 + (int)roll(2));
}

static void live_through_days(void)
{
    for (int day = 0; day < DAYS; day++)
        for (int op = 0; op < OPS; op++) {
            clock_hold(first_day + day * CLOCK_DAY_MS + 8 * HOUR + op * HOUR / 3,
                       1000 + day * 1000 + op);
            one_step();
        }
    for (int day = 0; day < 3; day++) {
        clock_hold(first_day + (DAYS + day) * CLOCK_DAY_MS, 50000 + day);
        do_sign();
    }
}

/* --- the same sums, four times -----------------------------------------------------------------
 */

static void assert_same(const char *what, int64_t day, const json_t *a, const json_t *b)
{
    json_t *differs = report_differences(a, b);
    if (json_array_size(differs) > 0)
        fail_msg("day %lld, %s: %s", (long long)day, what, js_dump(differs));
    json_decref(differs);
}

/* A ledger's rows and numbers, as the export gives them, against the tally's. */
static void assert_export(int64_t day, const char *ledger, const json_t *sums)
{
    json_t *out, *value;
    const char *key;
    char series[64];
    int64_t from = tally_day_start(day);
    snprintf(series, sizeof series, "ledger:%s", ledger);
    const json_t *here = json_object_get(sums, series);
    assert_ok(export_sums(site, ledger, from, from + CLOCK_DAY_MS, &out));
    assert_int_equal(js_int(out, "rows", 0),
                     json_integer_value(json_array_get(json_object_get(here, ""), 0)));
    json_object_foreach(out, key, value)
    {
        if (json_is_number(value) && strcmp(key, "rows") != 0)
            assert_true(json_number_value(value) ==
                        json_number_value(json_array_get(json_object_get(here, key), 1)));
        const char *choice;
        json_t *n;
        json_object_foreach(value, choice, n)
        {
            char both[100];
            snprintf(both, sizeof both, "%s=%s", key, choice);
            assert_int_equal(json_integer_value(n),
                             json_integer_value(json_array_get(json_object_get(here, both), 0)));
        }
    }
    json_decref(out);
}

/* The last revision of the day, where nothing came after it. */
static void assert_signed(int64_t day, const json_t *sums)
{
    const char *state;
    json_t *out = NULL;
    int64_t at = tally_day_start(day);
    assert_ok(report_state(site, at, &state, NULL));
    if (strncmp(state, "done", 4) != 0)
        return;
    assert_ok(report_read(site, at, &out));
    int64_t revision = js_int(js_get(out, "signed"), "revision", 0);
    json_decref(out);
    assert_ok(report_revision(site, at, revision, &out));
    assert_same("the report", day, js_get(out, "sums"), sums);
    json_decref(out);
}

static enum err agrees(void *arg, const json_t *row)
{
    (*(int *)arg)++;
    if (strcmp(js_str(row, "state"), "agrees") != 0)
        fail_msg("report %s: %s %s", js_str(row, "id"), js_str(row, "state"),
                 js_dump(js_get(row, "findings")));
    return ERR_OK;
}

static void report_replay_export_and_hub_come_to_the_same_sums(void **state)
{
    (void)state;
    int reports = 0;
    live_through_days();
    desk_replays(); /* the tally is what a replay makes of the journal */
    send_some(100, -1);
    assert_int_equal(hub_number(hub->db, -1,
                                "SELECT count(*) FROM entry WHERE refused IS NOT NULL"
                                " AND kind IN ('ledger', 'ledger_void', 'report')",
                                ""),
                     0);
    for (int64_t day = tally_day(first_day); day < tally_day(first_day) + DAYS; day++) {
        json_t *here = NULL, *there = NULL;
        assert_ok(tally_sums(site->j.store, day, day, NULL, &here));
        assert_ok(hub_report_sums(hub, VILLAGE, day, 0, HUB_REPORT_ALL, &there));
        assert_same("the hub", day, here, there);
        assert_export(day, "disinfection", here);
        assert_export(day, "supplies", here);
        assert_signed(day, here);
        assert_ok(hub_report_revisions(hub, VILLAGE, day, agrees, &reports));
        json_decref(here);
        json_decref(there);
    }
    print_message("%d reports agree\n", reports);
    assert_true(reports > 5);
}

/* --- what is concealed is found ----------------------------------------------------------------
 */

/* Signs the report of the day as a dishonest program would: `change` has its body in hand. */
static void sign_falsely(void (*change)(json_t *body))
{
    json_t *out = desk_do("report", "{}"), *head = NULL;
    struct journal_row row;
    struct entry e;
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    int64_t tip;
    assert_ok(journal_read(site->j.store, js_str(out, "id"), &row));
    assert_ok(journal_parse(&row, &e, &head));
    json_t *body = json_deep_copy(e.body);
    assert_ok(journal_tip(site->j.store, VILLAGE, v.epoch, &tip, hash));
    hex_encode(hash, HASH_BYTES, hex);
    js_set_int(body, "revision", 2);
    js_set_int(body, "from", js_int(body, "to", 0) + 1);
    js_set_int(body, "to", tip);
    js_set_str(body, "hash", hex);
    change(body);
    struct journal_new what = {.kind = "report", .at = CLOCK_NONE, .body = body};
    assert_ok(journal_append(&site->j, &what, NULL, NULL));
    json_decref(body);
    json_decref(head);
    journal_row_fini(&row);
    json_decref(out);
}

struct last {
    json_t *row;
};

static enum err take_last(void *arg, const json_t *row)
{
    struct last *l = arg;
    json_decref(l->row);
    l->row = json_incref((json_t *)(uintptr_t)row);
    return ERR_OK;
}

/* The findings about the last report of today. */
static json_t *found_in_last(const char *state)
{
    struct last l = {NULL};
    send_some(100, -1);
    assert_ok(hub_report_revisions(hub, VILLAGE, tally_day(clock_now()), take_last, &l));
    assert_string_equal(js_str(l.row, "state"), state);
    json_t *findings = json_incref(js_get(l.row, "findings"));
    json_decref(l.row);
    return findings;
}

static void some_work(void)
{
    json_decref(desk_do("visit", "{'facts':{'health_code':'red'}}"));
    json_decref(desk_do("visit", "{'facts':{'health_code':'red'}}"));
    json_decref(desk_do("ledger:L04", "{'row':{'item':'mask','unit':'box','direction':'in',"
                                      "'quantity':20,'keeper':'admin'}}"));
}

static void lower_a_sum(json_t *body)
{
    json_object_set_new(json_object_get(json_object_get(body, "sums"), "visit"), "isolate",
                        json_pack("[i,f]", 1, 0.0));
}

static void leave_a_row_out(json_t *body)
{
    json_object_del(json_object_get(body, "sums"), "ledger:supplies");
    json_object_del(json_object_get(body, "sums"), "stock:supplies");
}

static void stop_early(json_t *body)
{
    js_set_int(body, "to", js_int(body, "to", 0) - 1);
}

static void skip_a_range(json_t *body)
{
    js_set_int(body, "from", js_int(body, "from", 0) + 1);
}

static void change_the_hash(json_t *body)
{
    js_set_str(body, "hash",
               "00000000000000000000000000000000"
               "00000000000000000000000000000000");
}

static void a_sum_that_was_lowered_is_named_with_both_numbers(void **state)
{
    (void)state;
    some_work();
    sign_falsely(lower_a_sum);
    json_t *found = found_in_last("differs"), *one = json_array_get(found, 0);
    assert_int_equal(json_array_size(found), 1);
    assert_string_equal(js_str(one, "series"), "visit");
    assert_string_equal(js_str(one, "key"), "isolate");
    assert_int_equal(json_integer_value(json_array_get(js_get(one, "said"), 0)), 1);
    assert_int_equal(json_integer_value(json_array_get(js_get(one, "here"), 0)), 2);
    char *text = hub_finding_text(one);
    assert_non_null(strstr(text, "2"));
    free(text);
    json_decref(found);
}

static void rows_that_were_left_out_are_named_by_their_ledger(void **state)
{
    (void)state;
    size_t i, n = 0;
    json_t *one;
    some_work();
    sign_falsely(leave_a_row_out);
    json_t *found = found_in_last("differs");
    json_array_foreach(found, i, one)
    {
        assert_string_equal(js_str(one, "what"), "sum");
        n += strcmp(js_str(one, "series"), "ledger:supplies") == 0;
    }
    assert_true(n > 0);
    json_decref(found);
}

static void a_range_with_a_hole_or_an_early_end_and_a_wrong_hash_are_found(void **state)
{
    (void)state;
    static const struct {
        void (*change)(json_t *body);
        const char *what;
    } cases[] = {{stop_early, "end"}, {skip_a_range, "range"}, {change_the_hash, "hash"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clock_hold(first_day + (int64_t)i * CLOCK_DAY_MS + 9 * HOUR, 2000 + (int64_t)i);
        some_work();
        sign_falsely(cases[i].change);
        json_t *found = found_in_last("differs");
        assert_string_equal(js_str(json_array_get(found, 0), "what"), cases[i].what);
        json_decref(found);
    }
}

static void a_report_waits_for_the_entries_that_are_not_here_and_is_then_checked(void **state)
{
    (void)state;
    json_t *found;
    some_work();
    send_some(100, -1);
    some_work(); /* these stay on the old machine's disk, and come later */
    int64_t held = sent;
    struct village old = v;
    int64_t tip;
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1], body[400];
    assert_ok(journal_tip(site->j.store, VILLAGE, v.epoch, &tip, hash));
    hex_encode(hash, HASH_BYTES, hex);
    char code[WIRE_CODE_TEXT];
    struct village new;
    village_init(&new, VILLAGE);
    new.epoch = 2;
    journal_first_hash(VILLAGE, 2, new.hash);
    hex_encode(new.hash, HASH_BYTES, body + 300);
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
    assert_ok(village_join(&new, code));
    json_t *sums = NULL;
    assert_ok(
        tally_sums(site->j.store, tally_day(clock_now()), tally_day(clock_now()), NULL, &sums));
    char date[CLOCK_TEXT];
    json_t *b = json_pack("{s:s,s:i,s:o,s:i,s:i,s:i,s:s,s:[{s:i,s:I,s:s}]}", "day",
                          clock_date(clock_now(), date), "revision", 1, "sums", sums, "epoch", 2,
                          "from", 1, "to", 0, "hash", body + 300, "before", "epoch", 1, "to",
                          (json_int_t)tip, "hash", hex);
    char *text = js_dump(b);
    unsigned char base[HASH_BYTES];
    memcpy(base, new.hash, HASH_BYTES);
    village_write(&new, "report", NULL, text, NULL);
    assert_ok(village_send(&new, 1, base));
    free(text);
    json_decref(b);
    village_fini(&new);
    struct last l = {NULL};
    assert_ok(hub_report_revisions(hub, VILLAGE, tally_day(clock_now()), take_last, &l));
    assert_string_equal(js_str(l.row, "state"), "waiting");
    assert_int_equal(js_int(l.row, "missing", 0), tip - held);
    json_decref(l.row);
    v = old;
    found = found_in_last("agrees"); /* the old machine's entries have come */
    assert_int_equal(json_array_size(found), 0);
    json_decref(found);
}

/* The mark of a damaged store may promise what is not there; the hub opens all the same. */
static void a_mark_beyond_what_is_stored_does_not_hold_the_hub_up(void **state)
{
    (void)state;
    assert_ok(hub_run(hub->db,
                      "INSERT INTO site_epoch (site, epoch, sign_pub, data_key, joined, seq, hash)"
                      " VALUES (?1, 9, ?2, ?2, 0, 50, ?2)",
                      "sb", NEIGHBOUR, "12345678901234567890123456789012", (size_t)32));
    alarm(20); /* instead of standing still for ever */
    assert_ok(hub_report_catch_up(hub));
    alarm(0);
}

int main(void)
{
    lang_init("zh_CN");
    const struct CMUnitTest tests[] = {
#define t(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        t(report_replay_export_and_hub_come_to_the_same_sums),
        t(a_sum_that_was_lowered_is_named_with_both_numbers),
        t(rows_that_were_left_out_are_named_by_their_ledger),
        t(a_range_with_a_hole_or_an_early_end_and_a_wrong_hash_are_found),
        t(a_report_waits_for_the_entries_that_are_not_here_and_is_then_checked),
        t(a_mark_beyond_what_is_stored_does_not_hold_the_hub_up),
#undef t
    };
    return cmocka_run_group_tests_name("report_hub", tests, NULL, NULL);
}
