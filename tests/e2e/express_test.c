/* What must not wait, on the real agent and the real hub: it overtakes a running upload, and goes
 * before a backlog. Told by the order in which things arrived, never by a clock's time. And orders
 * on their way down as patches. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include <signal.h>
#include <sqlite3.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/file.h"
#include "kiosk/desk/ahead.h"
#include "kiosk/desk/link.h"
#include "sync/agent/agent.h"
#include "sync/agent/whole.h"
#include "sync/wire/talk.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/prog.h"

#define SITE "310118101201"
#define LONG_MS 60000 /* a test that is stuck ends */

static struct hubproc hub;

static int setup(void **state)
{
    hubproc_make(&hub);
    hubproc_start(&hub);
    return site_setup_epidemic(state);
}

static int teardown(void **state)
{
    hubproc_free(&hub);
    return site_teardown(state);
}

static void join(const char *url)
{
    char code[WIRE_CODE_TEXT];
    char *said = HUBPROC(&hub, "site", "add", SITE, "测试村");
    snprintf(code, sizeof code, "%.39s", said);
    free(said);
    assert_ok(agent_enrol(site, url, code));
}

static struct link_state link_now(void)
{
    struct link_state l;
    assert_ok(link_read(site->j.store, SITE, &l));
    return l;
}

static void write_incident(const char *who)
{
    char *in = mem_printf("{'person':%s,'cause':'temperature','facts':{},'note':'38.2'}", who);
    json_decref(desk_do("incident", in));
    free(in);
}

/* `n` entries that may wait, in one transaction; every `each`-th is followed by an incident. They
 * meet no rule of the policy: those have a limit of time. */
static void write_month(int n, int each)
{
    assert_ok(journal_begin(&site->j));
    for (int i = 1; i <= n; i++) {
        json_t *body = json_pack("{s:i}", "i", i);
        struct journal_new what = {.kind = "sign_in", .at = CLOCK_NONE, .body = body};
        assert_ok(journal_append(&site->j, &what, NULL, NULL));
        json_decref(body);
        if (i % each == 0)
            write_incident(AMA);
    }
    assert_ok(journal_end(&site->j, ERR_OK));
}

/* A number out of the hub's store itself. */
static int64_t hub_ask_number(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    char *path = mem_printf("%s/hub.db", hub.dir);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    free(path);
    return n;
}

/* Waits until the hub's store says something other than 0. */
static void hub_comes_to(const char *sql)
{
    int64_t end = clock_mono() + LONG_MS;
    while (hub_ask_number(sql) == 0) {
        if (clock_mono() > end)
            fail_msg("never: %s", sql);
        usleep(10000);
    }
}

struct rows {
    json_t *hub;
    size_t i;
};

static enum err same_row(void *arg, const struct journal_row *row)
{
    struct rows *r = arg;
    char hash[2 * HASH_BYTES + 1];
    hex_encode(row->hash, HASH_BYTES, hash);
    assert_string_equal(js_str(json_array_get(r->hub, r->i++), "hash"), hash);
    return ERR_OK;
}

static void both_agree(void)
{
    struct link_state l = link_now();
    struct rows r = {HUBPROC_LINES(&hub, "show", "entries", "--site", SITE), 0};
    assert_int_equal(l.acked, l.last);
    assert_int_equal(json_array_size(r.hub), l.last);
    assert_ok(journal_each(site->j.store, 1, 0, INT64_MAX, same_row, &r));
    json_decref(r.hub);
    assert_int_equal(hub_ask_number("SELECT count(*) FROM express"), 0);
    assert_int_equal(hub_ask_number("SELECT count(*) FROM fork"), 0);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM ahead", -1), 0);
    free(HUBPROC(&hub, "verify"));
}

static void an_incident_written_while_a_long_upload_runs_is_at_the_hub_before_its_end(void **state)
{
    (void)state;
    char url[64];
    struct proxy *p = proxy_start(hub.port, url);
    join(url);
    write_month(1500, 2000);
    proxy_slow(p, 128, 20);
    const char *argv[] = {prog_path("jiujin"), "--dir", site->dir, "sync", "--once", NULL};
    struct running agent = prog_start(argv);
    hub_comes_to("SELECT seq FROM site_epoch"); /* the upload is under way */
    write_incident(AMA);
    struct link_state l = link_now();
    hub_comes_to("SELECT count(*) FROM incident");
    assert_int_equal(hub_ask_number("SELECT count(*) FROM express WHERE kind = 'incident'"), 1);
    assert_true(hub_ask_number("SELECT seq FROM site_epoch") < l.last - 100);
    json_t *rows = HUBPROC_LINES(&hub, "show", "incidents"); /* with the name, at once */
    assert_int_equal(json_array_size(rows), 1);
    assert_int_equal(hub_ask_number("SELECT count(*) FROM person"), 1);
    json_decref(rows);
    proxy_slow(p, 0, 0);
    assert_int_equal(prog_end(&agent, 0), 0);
    both_agree();
    assert_int_equal(hub_ask_number("SELECT count(*) FROM incident"), 1);
    proxy_free(p);
}

static void a_month_without_network_goes_out_in_order_with_incidents_first(void **state)
{
    (void)state;
    join(hub.url);
    write_month(2000, 200);
    assert_ok(agent_once(site));
    both_agree();
    assert_int_equal(hub_ask_number("SELECT count(*) FROM incident"), 10);
    /* every incident was here before the first of what may wait */
    assert_true(
        hub_ask_number("SELECT (SELECT max(arrived) FROM entry WHERE kind = 'incident') <="
                       " (SELECT min(arrived) FROM entry WHERE kind = 'sign_in' AND seq > 20)"));
    assert_true(
        hub_ask_number("SELECT (SELECT max(arrived) FROM incident) <="
                       " (SELECT min(arrived) FROM entry WHERE kind = 'sign_in' AND seq > 20)"));
    /* and the rest came in the order of its numbers */
    assert_int_equal(hub_ask_number("SELECT count(*) FROM entry a JOIN entry b ON b.seq > a.seq"
                                    " AND b.seq < a.seq + 60 WHERE a.kind = 'sign_in'"
                                    " AND b.kind = 'sign_in' AND b.arrived < a.arrived"),
                     0);
}

static void what_was_told_ahead_counts_as_arrived_until_the_hub_has_lost_it(void **state)
{
    (void)state;
    join(hub.url);
    int64_t last = link_now().last;
    write_incident("null");
    assert_false(link_arrived(site->j.store, 1, last + 1));
    assert_ok(ahead_note(site->j.store, 1, last + 1));
    assert_true(link_arrived(site->j.store, 1, last + 1));
    assert_ok(agent_once(site));
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM ahead", -1), 0);
    assert_true(link_arrived(site->j.store, 1, last + 1));
    write_incident("null");
    assert_ok(ahead_note(site->j.store, 1, link_now().last));
    unsigned char first[HASH_BYTES];
    journal_first_hash(SITE, 1, first);
    assert_ok(link_acked(site->j.store, 1, 0, first, clock_now())); /* from an old backup */
    assert_false(link_arrived(site->j.store, 1, link_now().last));
}

/* --- down ------------------------------------------------------------------------------------- */

static void push_catalogue(int version)
{
    json_t *catalogue = NULL;
    char *path = mem_printf("%s/items.json", hub.dir);
    const struct asset *a = asset_find("catalogue/items.json");
    assert_ok(js_parse(a->data, a->len, "items", &catalogue));
    js_set_int(catalogue, "version", version);
    char *text = js_dump(catalogue);
    assert_ok(file_write(path, text, strlen(text), 0600));
    free(HUBPROC(&hub, "push", "catalogue", path));
    assert_int_equal(remove(path), 0);
    free(path);
    free(text);
    json_decref(catalogue);
}

static int64_t version_held(void)
{
    return store_number(site->j.store, "SELECT max(version) FROM in_force WHERE what = 'catalogue'",
                        -1);
}

static void catalogues_come_as_patches_and_are_in_force(void **state)
{
    (void)state;
    join(hub.url);
    push_catalogue(2);
    push_catalogue(3); /* more than one answer holds: the second is asked for by itself */
    assert_ok(agent_once(site));
    assert_int_equal(version_held(), 3);
    push_catalogue(4);
    assert_ok(agent_once(site));
    assert_int_equal(version_held(), 4);
    desk_replays();
    /* what leans on a text that is not here is not guessed */
    json_t *order = desk_json("{'n':9,'base':'00112233445566778899aabbccddeeff','patch':'AAAA'}");
    assert_err(ERR_NOT_FOUND, whole_order(site->j.store, order));
    json_decref(order);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(an_incident_written_while_a_long_upload_runs_is_at_the_hub_before_its_end),
        EACH(a_month_without_network_goes_out_in_order_with_incidents_first),
        EACH(what_was_told_ahead_counts_as_arrived_until_the_hub_has_lost_it),
        EACH(catalogues_come_as_patches_and_are_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
