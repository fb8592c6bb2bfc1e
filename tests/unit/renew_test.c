/* A new machine for an old site, restored backups, clones: the agent's and the hub's code, face to
 * face. */
#include "tests/unit/hub.h"

#include "kiosk/base/file.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/renew.h"
#include "sync/agent/agent.h"
#include "sync/hub/back.h"
#include "sync/hub/casework.h"
#include "sync/hub/order.h"
#include "sync/wire/pack.h"
#include "tests/unit/desk.h"
#include "tests/unit/line.h"

#define URL "http://127.0.0.1:1"

static struct line line;

static int setup(void **state)
{
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

static void invite(char code[WIRE_CODE_TEXT])
{
    assert_ok(hub_site_add(hub, VILLAGE, "测试村", HUB_CODE_VALID_MS, code));
}

static void join(void)
{
    char code[WIRE_CODE_TEXT];
    invite(code);
    assert_ok(agent_join(site, &line.way, URL, code));
}

static void write_people(int from, int n)
{
    assert_ok(store_begin(site->j.store));
    for (int i = from; i < from + n; i++) {
        char *in = mem_printf("{'name':'测试甲%d','id_no':null,'phone':'120%08d'}", i, i);
        json_decref(desk_do("person", in));
        free(in);
    }
    assert_ok(store_end(site->j.store, ERR_OK));
}

static void take_case(char id[ENTRY_ID])
{
    json_t *out = desk_do("case", "{'person':" AMA ",'agent':null,'item':'QP-MZ-01',"
                                  "'channel':'proxy','skipped':[{'channel':'online',"
                                  "'reason':'no_phone'}],'papers':[],'note':'行动不便'}");
    snprintf(id, ENTRY_ID, "%s", js_str(out, "id"));
    json_decref(out);
}

static int64_t entries(void)
{
    return store_number(site->j.store, "SELECT count(*) FROM entry", -1);
}

static int64_t at_hub(int64_t epoch)
{
    return hub_number(hub->db, -1, "SELECT count(*) FROM entry WHERE site = ?1 AND epoch = ?2",
                      "si", VILLAGE, epoch);
}

static char *shown(const char *view)
{
    json_t *rows = desk_list(view);
    char *text = js_dump(rows);
    json_decref(rows);
    return text;
}

/* A second folder, in which what follows happens; the first one is left as it is. */
struct folder {
    char dir[64];
    struct site *site;
};

static struct folder leave(void)
{
    struct folder f;
    memcpy(f.dir, site_dir, sizeof f.dir);
    f.site = site;
    snprintf(site_dir, sizeof site_dir, "%s/jiujin-site-XXXXXX", unit_tmp());
    assert_non_null(mkdtemp(site_dir));
    site = NULL;
    return f;
}

/* Ends the present folder and goes on in the other one. */
static void go_back(struct folder f)
{
    site_teardown(NULL);
    memcpy(site_dir, f.dir, sizeof site_dir);
    site = f.site;
}

static void change_over(struct folder *f)
{
    struct folder now;
    memcpy(now.dir, site_dir, sizeof now.dir);
    now.site = site;
    memcpy(site_dir, f->dir, sizeof site_dir);
    site = f->site;
    *f = now;
}

static void copy_file(const char *from_dir, const char *name)
{
    struct buf bytes = BUF_INIT;
    char *from = mem_printf("%s/%s", from_dir, name), *to = mem_printf("%s/%s", site_dir, name);
    assert_ok(file_read(from, &bytes, (size_t)64 << 20));
    assert_ok(file_write(to, bytes.data, bytes.len, 0600));
    buf_wipe(&bytes);
    free(from);
    free(to);
}

/* A copy of the folder as it is now, opened; what follows happens in it. */
static struct folder copy_folder(void)
{
    char *to, *keys;
    struct folder f = leave();
    to = mem_printf("%s/jiujin.db", site_dir);
    keys = mem_printf("%s/keys", site_dir);
    assert_ok(store_copy(f.site->j.store, to));
    assert_ok(file_folder(keys));
    copy_file(f.dir, "keys/machine.key");
    copy_file(f.dir, "keys/site.key");
    free(to);
    free(keys);
    assert_ok(site_open(site_dir, "desk-2", &site));
    assert_ok(clerk_sign_in(site, "admin", "1234"));
    return f;
}

static enum err take_up(const char *code)
{
    assert_ok(site_receive(site_dir, VILLAGE, "desk-1", &site));
    return agent_take_up(site, &line.way, URL, code, "admin", "5678");
}

/* --- a new machine ------------------------------------------------------------------------------
 */

static void a_new_machine_has_all_that_the_old_one_had(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT], id[ENTRY_ID];
    json_t *names;
    join();
    write_people(0, 120);
    take_case(id);
    assert_ok(clerk_add(site, "窗口", "window", "4321"));
    assert_ok(agent_visit(site, &line.way));
    assert_ok(hub_case_decide(hub, VILLAGE, id, "accept", "可以办", "officer"));
    assert_ok(agent_visit(site, &line.way));
    char *cases = shown("cases"), *people = shown("people");
    int64_t n = entries();
    invite(code);
    struct folder old = leave();
    assert_ok(take_up(code));
    assert_int_equal(site->j.epoch, 2);
    assert_string_equal(site->name, "测试村");
    assert_int_equal(entries(), n + 2); /* enrol, clerk */
    assert_ok(clerk_pinless(site, &names));
    assert_int_equal(json_array_size(names), 1);
    json_decref(names);
    assert_err(ERR_PIN_WRONG, clerk_sign_in(site, "admin", "1234"));
    assert_ok(clerk_sign_in(site, "admin", "5678"));
    char *cases_now = shown("cases"), *people_now = shown("people");
    assert_string_equal(cases_now, cases);
    assert_string_equal(people_now, people);
    desk_replays();
    write_people(500, 1);
    assert_ok(agent_visit(site, &line.way));
    assert_true(at_hub(2) >= 3);
    free(cases);
    free(people);
    free(cases_now);
    free(people_now);
    go_back(old);
}

static void a_fetch_that_is_cut_goes_on_where_it_was(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT];
    join();
    write_people(0, 900);
    assert_ok(agent_visit(site, &line.way));
    int64_t n = entries();
    invite(code);
    struct folder old = leave();
    line.cut = 60000; /* in the middle of the frames */
    assert_err(ERR_HUB_DOWN, take_up(code));
    int64_t half = entries();
    assert_true(half > 100 && half < n);
    assert_err(ERR_FETCHING, clerk_sign_in(site, "admin", "5678"));
    site_close(site);
    assert_ok(site_open(site_dir, "desk-1", &site));
    line.cut = -1;
    line.bytes = 0;
    assert_ok(agent_visit(site, &line.way));
    assert_true(entries() >= n + 2);
    assert_ok(clerk_sign_in(site, "admin", "5678"));
    desk_replays();
    go_back(old);
}

/* At every answer that may be lost: the same code is good for the same machine. */
static void an_answer_that_is_lost_costs_no_code_and_no_epoch(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT];
    join();
    write_people(0, 5);
    assert_ok(agent_visit(site, &line.way));
    invite(code);
    struct folder old = leave();
    line.cut = 300; /* the keys come, the answer to the code does not */
    assert_err(ERR_HUB_DOWN, take_up(code));
    assert_int_equal(
        hub_number(hub->db, 0, "SELECT count(*) FROM site_epoch WHERE site = ?1", "s", VILLAGE), 2);
    line.cut = -1;
    assert_ok(agent_take_up(site, &line.way, URL, code, "admin", "5678"));
    assert_int_equal(site->j.epoch, 2);
    struct folder second = leave(); /* another machine with the same code is not the same */
    assert_err(ERR_ENROL_CODE, take_up(code));
    go_back(second);
    go_back(old);
}

static void the_old_machine_delivers_what_it_had_and_is_closed(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT];
    json_t *out = NULL;
    join();
    write_people(0, 10);
    assert_ok(agent_visit(site, &line.way));
    write_people(100, 7); /* never sent before the machine went */
    int64_t had = entries();
    invite(code);
    struct folder old = leave();
    assert_ok(take_up(code));
    assert_ok(clerk_sign_in(site, "admin", "5678"));
    write_people(200, 3);
    assert_ok(agent_visit(site, &line.way));
    change_over(&old); /* it comes back */
    assert_err(ERR_REPLACED, agent_visit(site, &line.way));
    assert_int_equal(at_hub(1), had);
    assert_err(ERR_REPLACED, desk_try("person", "{'name':'测试乙','phone':'12000000009'}", &out));
    clerk_sign_out(site, "sign_out");
    assert_ok(clerk_sign_in(site, "admin", "1234")); /* to enrol it anew, nothing else */
    assert_int_equal(entries(), had);
    change_over(&old);
    assert_ok(agent_visit(site, &line.way)); /* the new one gets them too */
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM entry WHERE epoch = 1", 0),
                     had);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM branch", -1), 0);
    char *people = shown("people");
    assert_non_null(strstr(people, "测试甲106"));
    assert_non_null(strstr(people, "测试甲202"));
    free(people);
    desk_replays();
    change_over(&old);
    struct folder new_one = old;
    site_teardown(NULL);
    memcpy(site_dir, new_one.dir, sizeof site_dir);
    site = new_one.site;
}

/* --- copies -------------------------------------------------------------------------------------
 */

static void a_restored_copy_is_found_out_even_with_nothing_to_send(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT];
    join();
    write_people(0, 5);
    assert_ok(agent_visit(site, &line.way));
    struct folder ahead = copy_folder(); /* its sign-in is one entry more */
    write_people(50, 40);
    assert_ok(agent_visit(site, &line.way));
    int64_t there = at_hub(1);
    change_over(&ahead); /* the copy from before */
    assert_err(ERR_OLD_COPY, agent_visit(site, &line.way));
    json_t *out = NULL;
    assert_err(ERR_OLD_COPY, desk_try("person", "{'name':'测试乙','phone':'12000000009'}", &out));
    invite(code);
    assert_ok(agent_join(site, &line.way, URL, code));
    assert_int_equal(site->j.epoch, 2);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM entry WHERE epoch = 1", 0),
                     there);
    assert_int_equal(at_hub(1), there);
    char *people = shown("people");
    assert_non_null(strstr(people, "测试甲89"));
    free(people);
    desk_replays();
    struct folder copy = ahead;
    go_back(copy);
}

static enum err append(void *arg, const json_t *row)
{
    return json_array_append_new(arg, json_deep_copy(row)) == 0 ? ERR_OK : ERR_IO;
}

static void branch_is_shown(int64_t first)
{
    json_t *rows = desk_list("branch"), *row = json_array_get(rows, 3), *link = desk_list("link");
    assert_int_equal(json_array_size(rows), 4);
    assert_int_equal(js_int(row, "seq", 0), first + 3);
    assert_string_equal(js_str(row, "kind"), "person");
    assert_string_equal(js_str(js_get(row, "sealed"), "name"), "测试甲303");
    assert_int_equal(js_int(json_array_get(link, 0), "apart", 0), 4);
    json_decref(rows);
    json_decref(link);
    rows = json_array();
    assert_ok(hub_view(hub, "forks", &(struct hub_query){.site = VILLAGE}, append, rows));
    row = json_array_get(rows, 3);
    assert_int_equal(json_array_size(rows), 4);
    assert_string_equal(js_str(js_get(row, "head"), "k"), "person");
    assert_string_equal(js_str(row, "stands_kind"), "person");
    assert_string_not_equal(js_str(row, "stands_hash"), js_str(row, "hash"));
    json_decref(rows);
}

static void what_a_copy_wrote_is_kept_aside_and_shown(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT];
    join();
    write_people(0, 70);
    assert_ok(agent_visit(site, &line.way));
    struct folder ahead = copy_folder();
    write_people(100, 90);
    assert_ok(agent_visit(site, &line.way));
    int64_t there = at_hub(1), common = entries() - 91;
    change_over(&ahead);
    write_people(300, 4);
    assert_err(ERR_OLD_COPY, agent_visit(site, &line.way));
    assert_int_equal(hub_number(hub->db, 0, "SELECT count(*) FROM fork", ""), 4);
    invite(code);
    assert_ok(agent_join(site, &line.way, URL, code));
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM branch", 0), 4);
    assert_int_equal(store_number(site->j.store, "SELECT min(seq) FROM branch", 0), common + 1);
    branch_is_shown(common + 1);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM entry WHERE epoch = 1", 0),
                     there);
    assert_int_equal(at_hub(1), there);
    desk_replays();
    go_back(ahead);
}

static void of_two_machines_under_the_same_numbers_both_are_told(void **state)
{
    (void)state;
    char code[WIRE_CODE_TEXT];
    join();
    write_people(0, 5);
    assert_ok(agent_visit(site, &line.way));
    struct folder first = copy_folder();
    write_people(20, 2);
    change_over(&first);
    write_people(30, 9);
    assert_ok(agent_visit(site, &line.way)); /* the first one to send is the journal */
    change_over(&first);
    enum err rc = agent_visit(site, &line.way);
    assert_true(rc == ERR_FORK || rc == ERR_OLD_COPY);
    change_over(&first);
    assert_ok(agent_visit(site, &line.way)); /* goes on, but is told */
    assert_string_equal(site_get(site->j.store, "forked"), "1");
    invite(code);
    assert_ok(agent_join(site, &line.way, URL, code));
    assert_int_equal(site->j.epoch, 2);
    change_over(&first);
    invite(code);
    assert_ok(agent_join(site, &line.way, URL, code));
    assert_int_equal(site->j.epoch, 3);
    assert_int_equal(store_number(site->j.store, "SELECT count(*) FROM branch", 0), 3);
    desk_replays();
    go_back(first);
}

static void say(const char *text)
{
    json_t *body = json_pack("{s:s}", "text", text);
    struct hub_order o = {.site = VILLAGE, .kind = "message", .officer = "officer", .body = body};
    assert_ok(hub_order_add(hub, &o, NULL));
    json_decref(body);
}

static void a_hub_set_back_gives_no_number_of_an_order_again(void **state)
{
    (void)state;
    join();
    for (int i = 0; i < 3; i++)
        say("早的");
    assert_ok(agent_visit(site, &line.way));
    int64_t held = journal_last_order(site->j.store);
    assert_true(held >= 3);
    assert_ok(hub_run(hub->db, "DELETE FROM orders WHERE site = ?1 AND n > 1", "s", VILLAGE));
    assert_ok(hub_run(hub->db, "UPDATE site SET orders = 1 WHERE site = ?1", "s", VILLAGE));
    assert_ok(agent_visit(site, &line.way)); /* tells how many it holds */
    say("新的");
    assert_ok(agent_visit(site, &line.way));
    assert_int_equal(journal_last_order(site->j.store), held + 1);
    desk_replays();
}

static void set_orders_back(int64_t to)
{
    char *first = mem_printf("o.%lld", (long long)to + 1);
    assert_ok(hub_run(hub->db, "DELETE FROM orders WHERE site = ?1 AND n > ?2", "si", VILLAGE, to));
    assert_ok(hub_run(hub->db, "UPDATE site SET orders = ?2 WHERE site = ?1", "si", VILLAGE, to));
    assert_ok(hub_run(hub->db, "DELETE FROM case_step WHERE site = ?1 AND id = ?2", "ss", VILLAGE,
                      first));
    free(first);
}

static void decide(const char *id, const char *step, const char *text)
{
    assert_ok(hub_case_decide(hub, VILLAGE, id, step, text, "officer"));
}

static void hub_says(const char *order, const char *text)
{
    json_t *words = NULL;
    assert_ok(hub_unseal(hub, VILLAGE, order, &words));
    assert_string_equal(js_str(words, "text"), text);
    json_decref(words);
}

static int64_t steps_at_hub(const char *order, const char *step)
{
    return hub_number(hub->db, -1,
                      "SELECT count(*) FROM case_step WHERE site = ?1 AND id = ?2 AND step = ?3"
                      " AND refused = 0",
                      "sss", VILLAGE, order, step);
}

/* A decision was lost; another one was given under its number before the village came. */
static void a_hub_set_back_gets_its_orders_back_and_what_it_said_meanwhile_is_heard(void **state)
{
    char id[ENTRY_ID], lost[32], said[32];
    (void)state;
    join();
    take_case(id);
    assert_ok(agent_visit(site, &line.way));
    int64_t n = journal_last_order(site->j.store);
    decide(id, "accept", "先前的");
    assert_ok(agent_visit(site, &line.way));
    set_orders_back(n);
    assert_ok(hub_run(hub->db,
                      "UPDATE case_file SET state = 'taken_in' WHERE site = ?1 AND id = ?2", "ss",
                      VILLAGE, id));
    decide(id, "say", "后来的");
    snprintf(lost, sizeof lost, "o.%lld", (long long)n + 1);
    snprintf(said, sizeof said, "o.%lld", (long long)n + 2);
    hub_says(lost, "后来的");
    write_people(1, 2); /* these wait until the orders are there */
    assert_ok(agent_visit(site, &line.way));
    assert_int_equal(journal_last_order(site->j.store), n + 2);
    hub_says(lost, "先前的");
    hub_says(said, "后来的");
    assert_int_equal(steps_at_hub(lost, "accept"), 1);
    assert_int_equal(steps_at_hub(said, "say"), 1);
    assert_int_equal(hub_number(hub->db, -1,
                                "SELECT count(*) FROM case_file WHERE site = ?1 AND id = ?2"
                                " AND state = 'accepted'",
                                "ss", VILLAGE, id),
                     1);
    assert_int_equal(
        hub_number(hub->db, -1, "SELECT orders FROM site WHERE site = ?1", "s", VILLAGE), n + 2);
    desk_replays();
}

static void sql(const char *text)
{
    assert_ok(hub_run(hub->db, text, ""));
}

/* Set back twice to a backup from between: what was said meanwhile is in the backup under the old
 * number, and at the village under the one that it moved to. */
static void a_hub_set_back_twice_has_each_order_once(void **state)
{
    (void)state;
    join();
    assert_ok(agent_visit(site, &line.way));
    int64_t n = journal_last_order(site->j.store);
    say("先前的");
    assert_ok(agent_visit(site, &line.way));
    set_orders_back(n);
    say("后来的");
    sql("CREATE TABLE kept AS SELECT * FROM orders");
    assert_ok(agent_visit(site, &line.way));
    assert_int_equal(journal_last_order(site->j.store), n + 2);
    sql("DELETE FROM orders");
    sql("INSERT INTO orders SELECT * FROM kept");
    assert_ok(
        hub_run(hub->db, "UPDATE site SET orders = ?2 WHERE site = ?1", "si", VILLAGE, n + 1));
    say("最后的");
    say("最后的之后的");
    assert_ok(agent_visit(site, &line.way));
    assert_int_equal(journal_last_order(site->j.store), n + 4);
    assert_int_equal(hub_number(hub->db, -1, "SELECT count(*) FROM orders", ""), n + 4);
    assert_int_equal(hub_number(hub->db, -1, "SELECT max(n) FROM orders", ""), n + 4);
    assert_int_equal(
        hub_number(hub->db, -1, "SELECT orders FROM site WHERE site = ?1", "s", VILLAGE), n + 4);
    assert_int_equal(hub_number(hub->db, -1, "SELECT count(DISTINCT origin) FROM orders", ""),
                     n + 4);
    say("此后的"); /* and it goes on */
    assert_ok(agent_visit(site, &line.way));
    assert_int_equal(journal_last_order(site->j.store), n + 5);
    desk_replays();
}

/* Entries were lost with the orders: each order is applied in its place among them. */
static void an_order_that_comes_back_waits_for_the_entries_before_it(void **state)
{
    char id[ENTRY_ID], order[32];
    int64_t before;
    (void)state;
    join();
    assert_ok(agent_visit(site, &line.way));
    before = at_hub(1);
    int64_t n = journal_last_order(site->j.store);
    take_case(id);
    assert_ok(agent_visit(site, &line.way));
    decide(id, "accept", "好");
    assert_ok(agent_visit(site, &line.way));
    set_orders_back(n);
    assert_ok(
        hub_run(hub->db, "DELETE FROM entry WHERE site = ?1 AND seq > ?2", "si", VILLAGE, before));
    assert_ok(hub_run(hub->db,
                      "UPDATE site_epoch SET seq = ?2, hash = (SELECT hash FROM entry e WHERE"
                      " e.site = ?1 AND e.epoch = 1 AND e.seq = ?2) WHERE site = ?1",
                      "si", VILLAGE, before));
    assert_ok(hub_run(hub->db, "DELETE FROM case_file WHERE site = ?1", "s", VILLAGE));
    assert_ok(hub_run(hub->db, "DELETE FROM paper WHERE site = ?1", "s", VILLAGE));
    assert_ok(hub_run(hub->db, "DELETE FROM person WHERE site = ?1", "s", VILLAGE));
    assert_ok(agent_visit(site, &line.way));
    snprintf(order, sizeof order, "o.%lld", (long long)n + 1);
    assert_int_equal(steps_at_hub(order, "accept"), 1);
    assert_false(hub_orders_wait(hub, VILLAGE));
}

static void nobody_but_the_hub_itself_gives_an_order_back(void **state)
{
    unsigned char sig[SIGN_BYTES] = {1}, pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    static const char head[] =
        "{\"n\":1,\"at\":1,\"by\":\"x\",\"k\":\"message\",\"v\":1,\"body\":{}}";
    struct wire_request asked = {.epoch = 1, .from = 1};
    struct buf body = BUF_INIT;
    (void)state;
    join();
    memcpy(asked.site, VILLAGE, sizeof asked.site);
    secret_sign_pair(pub, sec);
    wire_order_sign(sec, VILLAGE, 1, head, strlen(head), NULL, 0, sig);
    json_t *list = json_array();
    json_array_append_new(list, wire_order_write(1, head, strlen(head), NULL, 0, sig));
    char *text = js_dump(list);
    wire_squeeze(text, strlen(text), &body);
    assert_err(ERR_SIGNATURE, hub_orders_back(hub, &asked, body.data, body.len));
    assert_int_equal(hub_number(hub->db, -1, "SELECT count(*) FROM orders WHERE officer = 'x'", ""),
                     0);
    free(text);
    json_decref(list);
    buf_fini(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_machine_has_all_that_the_old_one_had, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_fetch_that_is_cut_goes_on_where_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_that_is_lost_costs_no_code_and_no_epoch, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_old_machine_delivers_what_it_had_and_is_closed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_restored_copy_is_found_out_even_with_nothing_to_send,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_copy_wrote_is_kept_aside_and_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(of_two_machines_under_the_same_numbers_both_are_told, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_hub_set_back_gives_no_number_of_an_order_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_hub_set_back_twice_has_each_order_once, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_hub_set_back_gets_its_orders_back_and_what_it_said_meanwhile_is_heard, setup,
            teardown),
        cmocka_unit_test_setup_teardown(an_order_that_comes_back_waits_for_the_entries_before_it,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_but_the_hub_itself_gives_an_order_back, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("renew", tests, NULL, NULL);
}
