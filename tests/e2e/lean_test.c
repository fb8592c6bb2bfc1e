/* What an upload leans on, between the real agent and the real hub: the dictionary at first, then
 * the history; and the dictionary again where the hub's history is another one. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include <sqlite3.h>

#include "kiosk/desk/link.h"
#include "sync/agent/agent.h"
#include "sync/wire/pack.h"
#include "sync/wire/talk.h"
#include "tests/e2e/hubproc.h"

#define SITE "310118101201"

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

static void write_visits(int n)
{
    for (int i = 0; i < n; i++)
        json_decref(desk_do("visit", "{'person':null,'purpose':'咨询','facts':{'health_code':"
                                     "'green','venue_code':true,'mask':true,'temperature':36.5,"
                                     "'test_at':'2022-05-20T08:00:00+08:00','test_result':"
                                     "'negative'},'at':'2022-05-20T09:00:00+08:00'}"));
}

static void all_arrives(void)
{
    struct link_state l;
    assert_ok(agent_once(site));
    assert_ok(link_read(site->j.store, SITE, &l));
    assert_int_equal(l.acked, l.last);
}

/* The prefixes of the streams that went up since, a digit each. */
static void prefixes(struct proxy *p, size_t *from, char out[16])
{
    size_t len, n = 0;
    const unsigned char *seen = proxy_seen(p, &len), *at = seen + *from;
    while (n < 15 && (at = memmem(at, len - (size_t)(at - seen), "JWB1\1\1", 6)) != NULL) {
        out[n++] = (char)('0' + at[6]);
        at += WIRE_PREAMBLE;
    }
    out[n] = 0;
    *from = len;
}

static void spoil_the_hubs_history(void)
{
    sqlite3 *db;
    char *file = mem_printf("%s", hub.store + strlen("sqlite:"));
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE entry SET head = CAST(head || ' ' AS BLOB)"
                                  " WHERE seq = (SELECT max(seq) FROM entry)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
    free(file);
}

static void
uploads_lean_on_the_history_and_on_the_dictionary_where_the_hub_has_another(void **state)
{
    (void)state;
    char url[64], code[WIRE_CODE_TEXT], leant[16];
    struct proxy *p = proxy_start(hub.port, url);
    char *said = HUBPROC(&hub, "site", "add", SITE, "测试村");
    snprintf(code, sizeof code, "%.39s", said);
    free(said);
    assert_ok(agent_enrol(site, url, code));
    size_t from = 0;
    write_visits(100);
    all_arrives();
    prefixes(p, &from, leant);
    assert_string_equal(leant, "1");
    write_visits(3);
    all_arrives();
    prefixes(p, &from, leant);
    assert_string_equal(leant, "2");
    spoil_the_hubs_history();
    write_visits(3);
    all_arrives();
    prefixes(p, &from, leant);
    assert_string_equal(leant, "21"); /* refused, and sent again */
    proxy_free(p);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            uploads_lean_on_the_history_and_on_the_dictionary_where_the_hub_has_another, setup,
            teardown),
    };
    return cmocka_run_group_tests_name("lean", tests, NULL, NULL);
}
