/* What must not wait goes in few requests, and what is entered meanwhile goes before the rest of
 * them. */
#include "tests/unit/hub.h"

#include "kiosk/desk/ahead.h"
#include "sync/agent/agent.h"
#include "tests/unit/desk.h"
#include "tests/unit/line.h"

static struct line line;
static int requests;   /* of the express lane so far */
static int64_t latest; /* the incident that was entered behind the first of them */

static int setup(void **state)
{
    requests = 0;
    if (hub_setup(state) != 0 || site_setup_epidemic(state) != 0)
        return -1;
    line = line_to(hub);
    return 0;
}

static int teardown(void **state)
{
    site_teardown(state);
    return hub_teardown(state);
}

static void write_incident(const char *who)
{
    char *in = mem_printf("{'person':%s,'cause':'temperature','facts':{},'note':'38.2'}", who);
    json_decref(desk_do("incident", in));
    free(in);
}

/* `n` incidents in a queue that is long enough for a request of its own. */
static void write_queue(int n)
{
    assert_ok(store_begin(site->j.store));
    for (int i = 0; i < n; i++) {
        write_incident(AMA);
        for (int k = 0; k < 10; k++) {
            json_t *body = json_pack("{s:i}", "i", k);
            struct journal_new what = {.kind = "sign_in", .at = CLOCK_NONE, .body = body};
            assert_ok(journal_append(&site->j, &what, NULL, NULL));
            json_decref(body);
        }
    }
    assert_ok(store_end(site->j.store, ERR_OK));
}

static int64_t last_number(void)
{
    return store_number(site->j.store, "SELECT max(seq) FROM entry WHERE epoch = 1", 0);
}

static int64_t told(void)
{
    return hub_number(hub->db, -1, "SELECT count(*) FROM express WHERE kind = 'incident'", "");
}

static enum err ask(struct way *w, const struct http_request *what, struct buf *answer,
                    long *status)
{
    bool express = strstr(what->url, "/express") != NULL;
    int64_t before = express ? told() : 0;
    enum err rc = line_ask(w, what, answer, status);
    if (!express)
        return rc;
    if (++requests == 1) {
        assert_true(before == 0 && told() > 50);
        write_incident(AMA);
        latest = last_number();
    } else if (requests == 2) {
        assert_int_equal(told(), before + 1);
        assert_int_equal(hub_number(hub->db, 0, "SELECT max(seq) FROM express", ""), latest);
    }
    return rc;
}

static void an_incident_entered_behind_a_queue_of_them_goes_with_the_next_request(void **state)
{
    (void)state;
    static const struct way_ops ops = {.ask = ask, .rest = line_rest, .free = line_free};
    char code[WIRE_CODE_TEXT];
    line.way.ops = &ops;
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
    assert_ok(agent_join(site, &line.way, "http://127.0.0.1:1", code));
    write_queue(160);
    assert_ok(agent_visit(site, &line.way));
    assert_int_equal(requests, 3); /* the first, what came meanwhile, and the rest in one */
    assert_int_equal(hub_number(hub->db, 0, "SELECT count(*) FROM incident", ""), 161);
    assert_int_equal(told(), 0);
}

/* A person that was named again later has a higher number than the incident which names it: where
 * a request ends there, the next one goes on with that incident, not behind it. */
static void what_brings_a_later_person_along_is_found_by_its_own_number(void **state)
{
    (void)state;
    struct ahead found;
    json_t *out = desk_do("incident", "{'person':" AMA ",'cause':'temperature','facts':{}}");
    json_t *again = desk_do("person", AMA);
    assert_ok(ahead_find(site->j.store, 1, 0, 0, NULL, &found));
    assert_int_equal(found.n, 2);
    assert_int_equal(found.whose[0], found.seq[1]);
    assert_int_equal(found.whose[1], found.seq[1]);
    assert_ok(ahead_find(site->j.store, 1, 0, 0, "report", &found));
    assert_int_equal(found.n, 0);
    json_decref(out);
    json_decref(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_incident_entered_behind_a_queue_of_them_goes_with_the_next_request, setup, teardown),
        cmocka_unit_test_setup_teardown(what_brings_a_later_person_along_is_found_by_its_own_number,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
