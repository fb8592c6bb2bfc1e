/* The queue's model: every step in every state, numbering, whose turn, many windows at once. */
#include "tests/unit/unit.h"

#include <sys/wait.h>

#include "tests/unit/desk.h"

#include "kiosk/base/asset.h"
#include "kiosk/desk/ticket.h"

/* Times are counted on from the morning of a day at which nothing has been entered yet. */
static int setup_held(void **state)
{
    (void)state;
    clock_hold(DESK_DAY, 1000);
    return site_setup_policy("epidemic-2022");
}

static int teardown_held(void **state)
{
    int bad = site_teardown(state);
    clock_hold(CLOCK_NONE, 0);
    return bad;
}

static char last[TICKET_NUMBER]; /* of the ticket given out last */

static char *take(const char *service)
{
    char in[80];
    snprintf(in, sizeof in, "{'service':'%s'}", service);
    json_t *out = desk_do("ticket", in);
    char *id = mem_strdup(js_str(out, "id"));
    snprintf(last, sizeof last, "%s", js_str(out, "number"));
    json_decref(out);
    return id;
}

static void give(const char *service, const char *number)
{
    free(take(service));
    assert_string_equal(last, number);
}

static void step(const char *which, const char *in)
{
    char what[64];
    snprintf(what, sizeof what, "ticket_step:%s", which);
    json_decref(desk_do(what, in));
}

static void next_is(const char *in, const char *number)
{
    json_t *out = desk_do("ticket_next", in);
    assert_string_equal(js_str(out, "number"), number);
    json_decref(out);
}

static json_t *row_of(const char *number)
{
    size_t i;
    json_t *one, *found = NULL, *rows = desk_list("tickets");
    json_array_foreach(rows, i, one) if (strcmp(js_str(one, "number"), number) == 0) found =
        json_incref(one);
    json_decref(rows);
    assert_non_null(found);
    return found;
}

static void state_is(const char *number, const char *state)
{
    json_t *row = row_of(number);
    assert_string_equal(js_str(row, "state"), state);
    json_decref(row);
}

/* Brings a new ticket into the state. */
static char *in_state(const char *state)
{
    char *id = take("window");
    if (strcmp(state, "waiting") == 0)
        return id;
    if (strcmp(state, "void") == 0)
        step(id, "{'step':'void','reason':'测试'}");
    else if (strcmp(state, "held") == 0)
        step(id, "{'step':'hold'}");
    else
        step(id, "{'step':'call','window':'1'}");
    if (strcmp(state, "skipped") == 0)
        step(id, "{'step':'skip'}");
    if (strcmp(state, "done") == 0)
        step(id, "{'step':'done'}");
    return id;
}

/* What must be possible, written a second time and by state, not as the code has it. */
static const struct {
    const char *state, *possible;
} expected[] = {
    {"waiting", " call hold transfer done void "},
    {"called", " call skip hold transfer done void "},
    {"held", " call recall transfer done void "},
    {"skipped", " call recall transfer void "},
    {"done", " "},
    {"void", " "},
};
static const struct {
    const char *step, *in, *to;
} steps[] = {
    {"call", "{'step':'call','window':'1'}", "called"},
    {"skip", "{'step':'skip'}", "skipped"},
    {"hold", "{'step':'hold'}", "held"},
    {"recall", "{'step':'recall'}", "waiting"},
    {"transfer", "{'step':'transfer','service':'online'}", "waiting"},
    {"done", "{'step':'done'}", "done"},
    {"void", "{'step':'void','reason':'测试'}", "void"},
};

static void every_step_in_every_state_does_what_the_table_says(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof expected / sizeof *expected; s++)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            char word[16], what[64], *id = in_state(expected[s].state), number[TICKET_NUMBER];
            snprintf(number, sizeof number, "%s", last);
            snprintf(word, sizeof word, " %s ", steps[i].step);
            snprintf(what, sizeof what, "ticket_step:%s", id);
            if (strstr(expected[s].possible, word) != NULL) {
                json_decref(desk_do(what, steps[i].in));
                state_is(number, steps[i].to);
            } else {
                desk_refused(ERR_STATE, "step", what, steps[i].in);
                state_is(number, expected[s].state);
            }
            free(id);
        }
    desk_replays();
}

static void numbers_count_by_service_and_begin_anew_each_day(void **state)
{
    (void)state;
    give("window", "A001");
    give("window", "A002");
    give("self", "B001");
    give("online", "C001");
    give("window", "A003");
    clock_hold(DESK_DAY + CLOCK_DAY_MS, 2000);
    give("window", "A001");
    give("self", "B001");
    json_t *rows = desk_list("tickets"); /* of today */
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
    /* what is left of yesterday is not called today */
    next_is("{'window':'1'}", "A001");
    next_is("{'window':'1'}", "B001");
    desk_refused(ERR_NOT_FOUND, "ticket", "ticket_next", "{'window':'1'}");
    desk_replays();
}

static void a_void_number_is_neither_called_nor_given_out_again(void **state)
{
    (void)state;
    give("window", "A001");
    give("window", "A002");
    step("A001", "{'step':'void','reason':'打印失败'}");
    step("A002", "{'step':'void','reason':'打印失败'}");
    desk_refused(ERR_NOT_FOUND, "ticket", "ticket_next", "{'window':'1'}");
    desk_refused(ERR_STATE, "step", "ticket_step:A001", "{'step':'call','window':'1'}");
    give("window", "A003");
    next_is("{'window':'1'}", "A003");
}

static void a_transfer_keeps_the_number_and_the_place_in_time(void **state)
{
    (void)state;
    give("window", "A001");
    clock_hold(DESK_DAY + 60000, 61000);
    give("online", "C001");
    next_is("{'window':'1','service':'window'}", "A001");
    desk_refused(ERR_FIELD_CHOICE, "service", "ticket_step:A001",
                 "{'step':'transfer','service':'window'}");
    step("A001", "{'step':'transfer','service':'online'}");
    json_t *row = row_of("A001");
    assert_string_equal(js_str(row, "service"), "online");
    assert_string_equal(js_str(row, "state"), "waiting");
    assert_null(js_str(row, "window"));
    json_decref(row);
    give("window", "A002");
    next_is("{'window':'2','service':'online'}", "A001"); /* has waited longer than C001 */
    next_is("{'window':'2','service':'online'}", "C001");
    desk_replays();
}

static void the_recalled_come_first_and_the_skipped_last(void **state)
{
    (void)state;
    give("window", "A001");
    give("window", "A002");
    give("window", "A003");
    give("window", "A004");
    step("A004", "{'step':'hold'}");
    next_is("{'window':'1'}", "A001");
    step("A001", "{'step':'skip'}");
    step("A004", "{'step':'recall'}");
    next_is("{'window':'1'}", "A004");
    next_is("{'window':'1'}", "A002");
    next_is("{'window':'1'}", "A003");
    next_is("{'window':'1'}", "A001");
}

/* Three calls by the pack: then the number is left to a clerk who sees the person come back. */
static void who_never_comes_is_not_called_for_ever(void **state)
{
    (void)state;
    give("window", "A001");
    for (int i = 0; i < 3; i++) {
        next_is("{'window':'1'}", "A001");
        step("A001", "{'step':'skip'}");
    }
    desk_refused(ERR_NOT_FOUND, "ticket", "ticket_next", "{'window':'1'}");
    step("A001", "{'step':'recall'}");
    next_is("{'window':'2'}", "A001");
}

static void who_stands_at_a_window_is_not_called_to_another(void **state)
{
    (void)state;
    give("window", "A001");
    next_is("{'window':'1'}", "A001");
    desk_refused(ERR_STATE, "window", "ticket_step:A001", "{'step':'call','window':'2'}");
    step("A001", "{'step':'call','window':'1'}");
    json_t *row = row_of("A001");
    assert_int_equal(js_int(row, "calls", 0), 2);
    assert_string_equal(js_str(row, "window"), "1");
    json_decref(row);
}

static void a_step_says_what_it_must_and_nothing_else(void **state)
{
    (void)state;
    give("window", "A001");
    desk_refused(ERR_FIELD_REQUIRED, "window", "ticket_step:A001", "{'step':'call'}");
    desk_refused(ERR_FIELD_REQUIRED, "service", "ticket_step:A001", "{'step':'transfer'}");
    desk_refused(ERR_FIELD_REQUIRED, "reason", "ticket_step:A001", "{'step':'void'}");
    desk_refused(ERR_FIELD_UNKNOWN, "window", "ticket_step:A001", "{'step':'hold','window':'1'}");
    desk_refused(ERR_FIELD_CHOICE, "step", "ticket_step:A001", "{'step':'dance'}");
    desk_refused(ERR_NOT_FOUND, "ticket", "ticket_step:A009", "{'step':'hold'}");
    desk_refused(ERR_FIELD_REQUIRED, "window", "ticket_next", "{}");
    desk_refused(ERR_FIELD_CHOICE, "service", "ticket_next", "{'window':'1','service':'dance'}");
    desk_refused(ERR_FIELD_CHOICE, "service", "ticket", "{'service':'dance'}");
    desk_refused(ERR_NOT_FOUND, "visit", "ticket", "{'service':'window','visit':'1.999'}");
    desk_refused(ERR_NOT_FOUND, "person", "ticket", "{'service':'window','person':'1.999'}");
}

static char *visit(const char *facts)
{
    char in[400];
    snprintf(in, sizeof in, "{'person':" AMA ",'facts':{%s}}", facts);
    json_t *out = desk_do("visit", in);
    char *id = mem_strdup(js_str(out, "id"));
    json_decref(out);
    return id;
}

#define WELL                                                                                       \
    "'health_code':'green','venue_code':true,'mask':%s,'temperature':36.5,"                        \
    "'test_result':'negative','test_at':'2022-05-20T08:00:00+08:00'"

static void who_was_not_admitted_is_not_sent_inside(void **state)
{
    (void)state;
    char facts[300], in[100];
    snprintf(facts, sizeof facts, WELL, "true");
    char *well = visit(facts);
    snprintf(facts, sizeof facts, WELL, "false");
    char *denied = visit(facts), *isolated = visit("'health_code':'red'");
    snprintf(in, sizeof in, "{'service':'window','visit':'%s'}", isolated);
    desk_refused(ERR_STATE, "visit", "ticket", in);
    snprintf(in, sizeof in, "{'service':'online','visit':'%s'}", isolated);
    desk_refused(ERR_STATE, "visit", "ticket", in);
    snprintf(in, sizeof in, "{'service':'self','visit':'%s'}", denied);
    desk_refused(ERR_STATE, "visit", "ticket", in);
    snprintf(in, sizeof in, "{'service':'online','visit':'%s'}", denied);
    json_decref(desk_do("ticket", in));
    snprintf(in, sizeof in, "{'service':'window','visit':'%s'}", well);
    json_decref(desk_do("ticket", in));
    free(well), free(denied), free(isolated);
    desk_replays();
}

static void those_who_wait_before_it_are_counted(void **state)
{
    (void)state;
    give("window", "A001");
    give("window", "A002");
    give("self", "B001");
    next_is("{'window':'1','service':'window'}", "A001");
    json_t *out = desk_do("ticket", "{'service':'window'}");
    assert_int_equal(js_int(out, "before", -1), 1);
    json_decref(out);
}

static json_t *zone_of(const char *id)
{
    size_t i;
    json_t *one, *found = NULL, *rows = desk_list("zones");
    json_array_foreach(rows, i, one) if (strcmp(js_str(one, "zone"), id) == 0) found =
        json_incref(one);
    json_decref(rows);
    assert_non_null(found);
    return found;
}

static size_t inside(const char *zone)
{
    json_t *z = zone_of(zone);
    size_t n = json_array_size(js_get(z, "people"));
    json_decref(z);
    return n;
}

/* R16, R17: each zone knows who is in it, and nobody is in two. */
static void a_person_goes_from_zone_to_zone(void **state)
{
    (void)state;
    char facts[300], in[100];
    snprintf(facts, sizeof facts, WELL, "true");
    char *well = visit(facts);
    assert_int_equal(inside("check"), 1);
    assert_int_equal(inside("service"), 0);
    snprintf(in, sizeof in, "{'service':'window','visit':'%s'}", well);
    json_decref(desk_do("ticket", in));
    assert_int_equal(inside("check"), 0);
    assert_int_equal(inside("service"), 1);
    step("A001", "{'step':'call','window':'2'}");
    json_t *z = zone_of("service"), *one = json_array_get(js_get(z, "people"), 0);
    assert_string_equal(js_str(one, "place"), "2");
    assert_string_equal(js_str(one, "what"), "A001");
    json_decref(z);
    step("A001", "{'step':'done'}");
    assert_int_equal(inside("service"), 0);
    free(well);
}

/* R55: a boundary is inside. */
static void a_stay_longer_than_the_pack_allows_is_marked(void **state)
{
    (void)state;
    give("window", "A001");
    static const struct {
        int minutes;
        bool over;
    } at[] = {{0, false}, {30, false}, {31, true}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        clock_hold(DESK_DAY + at[i].minutes * 60000LL, 2000 + (int64_t)i);
        json_t *z = zone_of("service"), *one = json_array_get(js_get(z, "people"), 0);
        assert_int_equal(js_int(one, "minutes", -1), at[i].minutes);
        assert_int_equal(js_bool(one, "over"), at[i].over);
        json_decref(z);
    }
}

/* R18: a person is in it with a place and since when, what was asked and found stands beside the
 * name, and the place is free again when the person left. */
static void the_isolation_area_knows_its_free_places(void **state)
{
    (void)state;
    char what[64];
    json_t *out = desk_do("visit", "{'person':" AMA ",'facts':{'health_code':'red'}}");
    json_t *z = zone_of("isolation");
    assert_int_equal(js_int(z, "spots", -1), 2);
    assert_int_equal(js_int(z, "free", -1), 2);
    json_decref(z);
    snprintf(what, sizeof what, "incident_step:%s", js_str(out, "incident"));
    json_decref(desk_do(what, "{'step':'isolated','place':'1','note':'自述无不适'}"));
    z = zone_of("isolation");
    assert_int_equal(js_int(z, "free", -1), 1);
    const json_t *one = json_array_get(js_get(z, "people"), 0);
    assert_string_equal(js_str(one, "name"), "测试甲");
    assert_string_equal(js_str(one, "place"), "1");
    assert_string_equal(js_str(one, "what"), "health code");
    assert_string_equal(js_str(one, "last"), "led to the isolation area");
    assert_string_equal(js_str(one, "note"), "自述无不适");
    assert_non_null(js_str(one, "since"));
    json_decref(z);
    json_decref(desk_do(what, "{'step':'leader_told','to':'测试长','by':'phone'}"));
    json_decref(desk_do(what, "{'step':'cleared','to':'测试长'}"));
    assert_int_equal(inside("isolation"), 1);
    json_decref(desk_do(what, "{'step':'released'}"));
    z = zone_of("isolation");
    assert_int_equal(js_int(z, "free", -1), 2);
    json_decref(z), json_decref(out);
    /* a site with more room says so */
    json_decref(desk_do("adaptation", "{'param':'isolation_spots','new':4,'reason':'两间房',"
                                      "'approver':'测试长'}"));
    z = zone_of("isolation");
    assert_int_equal(js_int(z, "spots", -1), 4);
    json_decref(z);
}

/* R65: while suspended no number is given out or called; what is open may still be settled. */
static void a_suspended_site_gives_out_and_calls_no_number(void **state)
{
    (void)state;
    give("window", "A001");
    give("window", "A002");
    next_is("{'window':'1'}", "A001");
    json_t *out = desk_do("suspend", "{'reason':'测试','scope':'window:2'}");
    desk_refused(ERR_SUSPENDED, "window", "ticket_next", "{'window':'2'}");
    json_decref(desk_do("suspend", "{'reason':'测试'}"));
    desk_refused(ERR_SUSPENDED, NULL, "ticket", "{'service':'window'}");
    desk_refused(ERR_SUSPENDED, "window", "ticket_next", "{'window':'1'}");
    desk_refused(ERR_SUSPENDED, "window", "ticket_step:A002", "{'step':'call','window':'1'}");
    step("A001", "{'step':'done'}");
    step("A002", "{'step':'hold'}");
    json_decref(out);
}

/* What is wrong in a pack's queue is refused with its place. */
static void a_pack_with_a_bad_queue_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *good, *bad, *place;
    } all[] = {
        {"\"letter\": \"B\"", "\"letter\": \"A\"", "services[1].letter"},
        {"\"letter\": \"B\"", "\"letter\": \"b\"", "services[1].letter"},
        {"\"letter\": \"B\"", "\"letter\": \"BB\"", "services[1].letter"},
        {"\"holds\": \"tickets\"", "\"holds\": \"anything\"", "zones[1].holds"},
        {"\"spots\": \"isolation_spots\"", "\"spots\": \"test_clock\"", "zones[2].spots"},
        {"\"spots\": \"isolation_spots\"", "\"spots\": 100", "zones[2].spots"},
    };
    const struct asset *pack = asset_find("policies/epidemic-2022.json");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct policy *p = NULL;
        json_t *json = NULL;
        const char *at = strstr(pack->data, all[i].good);
        assert_non_null(at);
        char *text = mem_printf("%.*s%s%s", (int)(at - pack->data), pack->data, all[i].bad,
                                at + strlen(all[i].good));
        assert_ok(js_parse(text, strlen(text), "test", &json));
        assert_err(ERR_DEFINITION, policy_parse(json, "test", &p));
        if (strstr(err_detail(), all[i].place) == NULL && strstr(err_field(), all[i].place) == NULL)
            fail_msg("%s: %s %s", all[i].place, err_field(), err_detail());
        json_decref(json);
        free(text);
    }
}

/* --- many windows ---------------------------------------------------------------------------- */

#define WINDOWS 8
#define EACH 50

/* The site opened again by a process of its own, with the parent's clerk: nobody types a PIN. */
static struct site *open_again(const char *terminal)
{
    struct site *mine;
    if (site_open(site_dir, terminal, &mine) != ERR_OK)
        _exit(1);
    struct journal *j = &mine->j;
    memcpy(j->clerk, site->j.clerk, sizeof j->clerk);
    memcpy(j->role, site->j.role, sizeof j->role);
    memcpy(j->data_key, site->j.data_key, sizeof j->data_key);
    j->unlocked = true;
    return mine;
}

/* One window in a process of its own: the numbers that it got go to `fd`, a line each. */
static void one_window(int window, int fd)
{
    char in[60], name[16];
    snprintf(name, sizeof name, "w%d", window);
    snprintf(in, sizeof in, "{'window':'%d','service':'window'}", window);
    struct site *mine = open_again(name);
    for (int i = 0; i < EACH; i++) {
        char line[32];
        json_t *out = NULL, *json = desk_json(in);
        enum err rc = action_run(mine, "ticket_next", json, &out);
        int n = snprintf(line, sizeof line, "%s\n", rc == ERR_OK ? js_str(out, "number") : "-");
        if (write(fd, line, (size_t)n) != n)
            _exit(1);
        json_decref(json), json_decref(out);
    }
    site_close(mine);
    _exit(0);
}

static void many(int n)
{
    char numbers[12];
    assert_ok(journal_begin(&site->j)); /* one commit for all */
    for (int i = 1; i <= n; i++) {
        snprintf(numbers, sizeof numbers, "A%03d", i);
        give("window", numbers);
    }
    assert_ok(journal_end(&site->j, ERR_OK));
}

/* Two windows never get the same ticket. */
static void eight_windows_call_400_tickets_and_each_is_called_once(void **state)
{
    (void)state;
    int ends[2], status, got = 0;
    pid_t windows[WINDOWS];
    bool seen[WINDOWS * EACH + 1] = {false};
    many(WINDOWS * EACH);
    assert_int_equal(pipe(ends), 0);
    for (int w = 0; w < WINDOWS; w++) {
        windows[w] = fork();
        assert_true(windows[w] >= 0);
        if (windows[w] == 0)
            one_window(w + 1, ends[1]);
    }
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    char line[32];
    while (fgets(line, sizeof line, in) != NULL) {
        int n = atoi(line + 1);
        if (line[0] != 'A' || n < 1 || n > WINDOWS * EACH || seen[n])
            fail_msg("called: %s", line);
        seen[n] = true;
        got++;
    }
    fclose(in);
    for (int w = 0; w < WINDOWS; w++) {
        assert_int_equal(waitpid(windows[w], &status, 0), windows[w]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(got, WINDOWS * EACH);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM ticket WHERE calls = 1", -1),
                     WINDOWS * EACH);
    desk_refused(ERR_NOT_FOUND, "ticket", "ticket_next", "{'window':'1'}");
}

static void one_door(int door)
{
    char name[16];
    snprintf(name, sizeof name, "d%d", door);
    struct site *mine = open_again(name);
    for (int i = 0; i < 25; i++) {
        json_t *out = NULL,
               *json = desk_json(i % 2 ? "{'service':'self'}" : "{'service':'window'}");
        if (action_run(mine, "ticket", json, &out) != ERR_OK)
            _exit(1);
        json_decref(json), json_decref(out);
    }
    site_close(mine);
    _exit(0);
}

static void numbers_given_out_at_several_doors_have_no_doubles_and_no_gaps(void **state)
{
    (void)state;
    int status;
    pid_t doors[4];
    for (int d = 0; d < 4; d++) {
        doors[d] = fork();
        if (doors[d] == 0)
            one_door(d);
    }
    for (int d = 0; d < 4; d++) {
        assert_int_equal(waitpid(doors[d], &status, 0), doors[d]);
        assert_int_equal(status, 0);
    }
    struct store *s = site->j.store;
    assert_int_equal(store_number(s, "SELECT count(DISTINCT number) FROM ticket", -1), 100);
    assert_int_equal(store_number(s,
                                  "SELECT max(number) = 'A052' FROM ticket"
                                  " WHERE service = 'window'",
                                  -1),
                     1);
    assert_int_equal(store_number(s,
                                  "SELECT max(number) = 'B048' FROM ticket"
                                  " WHERE service = 'self'",
                                  -1),
                     1);
}

static void a_replay_gives_the_same_queue(void **state)
{
    (void)state;
    int64_t entries;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        free(in_state(expected[i].state));
    json_t *before = desk_list("tickets");
    assert_ok(journal_rebuild(&site->j, &entries));
    json_t *after = desk_list("tickets");
    assert_true(json_equal(before, after));
    assert_int_equal(json_array_size(after), 6);
    json_decref(before), json_decref(after);
    desk_replays();
}

int main(void)
{
    lang_init("en");
#define E(name) cmocka_unit_test_setup_teardown(name, site_setup_epidemic, site_teardown)
#define H(name) cmocka_unit_test_setup_teardown(name, setup_held, teardown_held)
#define O(name) cmocka_unit_test_setup_teardown(name, site_setup, site_teardown)
    const struct CMUnitTest tests[] = {
        O(every_step_in_every_state_does_what_the_table_says),
        H(numbers_count_by_service_and_begin_anew_each_day),
        O(a_void_number_is_neither_called_nor_given_out_again),
        H(a_transfer_keeps_the_number_and_the_place_in_time),
        O(the_recalled_come_first_and_the_skipped_last),
        O(who_never_comes_is_not_called_for_ever),
        O(who_stands_at_a_window_is_not_called_to_another),
        O(a_step_says_what_it_must_and_nothing_else),
        H(who_was_not_admitted_is_not_sent_inside),
        O(those_who_wait_before_it_are_counted),
        H(a_person_goes_from_zone_to_zone),
        H(a_stay_longer_than_the_pack_allows_is_marked),
        E(the_isolation_area_knows_its_free_places),
        E(a_pack_with_a_bad_queue_is_refused),
        E(a_suspended_site_gives_out_and_calls_no_number),
        O(eight_windows_call_400_tickets_and_each_is_called_once),
        O(numbers_given_out_at_several_doors_have_no_doubles_and_no_gaps),
        E(a_replay_gives_the_same_queue),
    };
    return cmocka_run_group_tests_name("ticket", tests, NULL, NULL);
}
