/* A small upload over real sockets that is cut at every byte of the connection, heads and bodies,
 * up and down: the village and the hub come to hold the same. JIUJIN_CUT_STEP=1: every byte, else
 * each eleventh, other ones each day. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include <time.h>

#include "kiosk/desk/link.h"
#include "sync/agent/agent.h"
#include "sync/agent/http.h"
#include "sync/wire/talk.h"
#include "tests/e2e/hubproc.h"

#define SITE "310118101201"
#define FURTHER_THAN 400 /* bytes that each direction surely has */

static struct hubproc hub;
static struct proxy *line;

static int setup(void **state)
{
    char url[64], code[WIRE_CODE_TEXT];
    int failed = site_setup_epidemic(state);
    hubproc_make(&hub);
    hubproc_start(&hub);
    line = proxy_start(hub.port, url);
    char *said = HUBPROC(&hub, "site", "add", SITE, "测试村");
    snprintf(code, sizeof code, "%.39s", said);
    free(said);
    assert_ok(agent_enrol(site, url, code));
    assert_ok(agent_once(site));
    return failed;
}

static int teardown(void **state)
{
    proxy_free(line);
    hubproc_free(&hub);
    return site_teardown(state);
}

static void no_rest(struct way *w, int ms)
{
    (void)w, (void)ms;
}

/* One visit with connections of its own, which waits for nothing. */
static void visit(void)
{
    struct way *way = NULL;
    assert_ok(http_open(&way));
    struct way_ops quick = *way->ops;
    quick.rest = no_rest;
    way->ops = &quick;
    assert_ok(agent_visit(site, way));
    way_free(way);
}

static int64_t step(void)
{
    const char *text = getenv("JIUJIN_CUT_STEP");
    return text != NULL && atoi(text) > 0 ? atoi(text) : 11;
}

static void both_hold_the_same(void)
{
    struct link_state l;
    assert_ok(link_read(site->j.store, SITE, &l));
    assert_int_equal(l.acked, l.last);
    json_t *there = HUBPROC_LINES(&hub, "show", "entries", "--site", SITE);
    assert_int_equal(json_array_size(there), l.last);
    json_decref(there);
    free(HUBPROC(&hub, "verify"));
}

/* Each upload has one entry; the cut goes on through it until it lies behind its end. */
static void cut_through(void (*cut)(struct proxy *, int64_t, int))
{
    int64_t at = time(NULL) / 86400 % step(), tries = 0;
    for (;; at += step(), tries++) {
        json_decref(desk_do("measure", "{'title':'通风','text':'开窗'}"));
        cut(line, at, 1);
        visit();
        if (proxy_cuts_left(line) > 0)
            break;
    }
    cut(line, -1, 0);
    printf("%lld cuts, the last before byte %lld\n", (long long)tries, (long long)at);
    assert_true(at > FURTHER_THAN);
    both_hold_the_same();
}

static void an_upload_cut_at_any_byte_going_up_arrives_once(void **state)
{
    (void)state;
    cut_through(proxy_cut_after);
}

static void an_answer_cut_at_any_byte_coming_down_is_learnt_all_the_same(void **state)
{
    (void)state;
    cut_through(proxy_cut_down_after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upload_cut_at_any_byte_going_up_arrives_once),
        cmocka_unit_test(an_answer_cut_at_any_byte_coming_down_is_learnt_all_the_same),
    };
    return cmocka_run_group_tests_name("cut", tests, setup, teardown);
}
