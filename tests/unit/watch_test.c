/* What operators see of a hub: its figures, its health, its log, its copy; and that nothing of
 * anybody is in them. */
#include "tests/unit/web.h"

#include <fcntl.h>

#include "kiosk/base/file.h"
#include "sync/hub/command.h"
#include "sync/hub/log.h"
#include "sync/hub/watch.h"
#include "sync/wire/pack.h"

static struct watch_server *watch;
static int watch_port;

static int watch_setup(void **state)
{
    if (web_setup(state) != 0)
        return -1;
    char *where = mem_printf("sqlite:%s/hub.db", hub_dir);
    enum err rc = watch_start(server, where, "127.0.0.1:0", &watch, &watch_port);
    free(where);
    return rc == ERR_OK ? 0 : -1;
}

static int watch_teardown(void **state)
{
    watch_stop(watch);
    watch = NULL;
    return web_teardown(state);
}

/* Asks the operators' address. */
static int look(const char *request, struct buf *answer)
{
    int hubs = port;
    port = watch_port;
    buf_clear(answer);
    int status = status_of(request, answer);
    port = hubs;
    return status;
}

/* The value behind a figure's name (with its labels). */
static double figure(const char *name)
{
    struct buf answer = BUF_INIT;
    double v = -1;
    assert_int_equal(look(GET("/metrics", ""), &answer), 200);
    char *line = mem_printf("\n%s ", name);
    const char *at = strstr(buf_str(&answer), line);
    if (at != NULL)
        v = strtod(at + strlen(line), NULL);
    free(line);
    buf_fini(&answer);
    return v;
}

/* Sends three entries over HTTP, as a village does. */
static void upload(struct village *v)
{
    struct wire_request asked;
    struct wire_pack pack = {0};
    struct buf header = BUF_INIT, frame = BUF_INIT, body = BUF_INIT, answer = BUF_INIT;
    wire_request_init(&asked, v->site, "entries");
    asked.epoch = v->epoch;
    asked.from = 1;
    journal_first_hash(v->site, v->epoch, asked.base);
    wire_request_write(&asked, v->sec, &header);
    village_write(v, "person", NULL, "{'tag':null,'has_phone':true}", PERSON);
    village_write(v, "case", NULL, CASE_BODY, "{'note':'PLANTED-NOTE'}");
    village_write(v, "sign_out", NULL, "{'why':'idle'}", NULL);
    village_frame(v, &frame);
    wire_pack_begin(&pack, 9, NULL, &body);
    wire_pack_add(&pack, frame.data, frame.len, &body);
    wire_pack_end(&pack, &body);
    int fd = dial();
    dprintf(fd,
            "POST /v1/sites/%s/entries HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" WIRE_HEADER
            ": %s\r\nContent-Length: %zu\r\n\r\n",
            v->site, buf_str(&header), body.len);
    assert_int_equal(send(fd, body.data, body.len, MSG_NOSIGNAL), body.len);
    read_all(fd, &answer);
    close(fd);
    assert_non_null(strstr(buf_str(&answer), "HTTP/1.1 200 "));
    wire_pack_fini(&pack);
    buf_fini(&header);
    buf_fini(&frame);
    buf_fini(&body);
    buf_fini(&answer);
}

static void the_figures_count_what_came_and_how_long_its_answer_took(void **state)
{
    (void)state;
    struct village v;
    struct buf answer = BUF_INIT;
    village_invite(&v, VILLAGE);
    double acks = figure("jiujin_hub_ack_seconds_count"),
           refused = figure("jiujin_hub_requests_refused_total");
    assert_true(figure("jiujin_hub_entries_stored") == 0);
    upload(&v);
    assert_int_equal(status_of(GET("/v1/sites/" VILLAGE "/mark", ""), NULL), 401);
    assert_true(figure("jiujin_hub_entries_received_total") >= 3);
    assert_true(figure("jiujin_hub_entries_stored") == 3);
    assert_true(figure("jiujin_hub_ack_seconds_count") == acks + 1);
    assert_true(figure("jiujin_hub_ack_seconds_bucket{le=\"+Inf\"}") == acks + 1);
    assert_true(figure("jiujin_hub_requests_refused_total") == refused + 1);
    assert_true(figure("jiujin_hub_sites") == 1);
    assert_true(figure("jiujin_hub_sites_silent") == 0);
    assert_true(figure("jiujin_hub_sessions") == 0);
    assert_true(figure("process_resident_memory_bytes") > 1000000);
    assert_ok(hub_run(hub->db, "UPDATE site SET contact = 1, carried = NULL", ""));
    assert_true(figure("jiujin_hub_sites_silent") == 1);
    assert_int_equal(look(GET("/nothing", ""), &answer), 404);
    buf_fini(&answer);
    village_fini(&v);
}

static void a_store_that_does_not_answer_is_told(void **state)
{
    (void)state;
    struct buf answer = BUF_INIT;
    assert_int_equal(status_of(GET("/healthz", ""), &answer), 200);
    assert_non_null(strstr(buf_str(&answer), "{\"ok\":true,"));
    assert_int_equal(look(GET("/healthz", ""), &answer), 200);
    assert_ok(hub_run(hub->db, "ALTER TABLE site RENAME TO gone", ""));
    assert_int_equal(look(GET("/healthz", ""), &answer), 503);
    assert_int_equal(status_of(GET("/healthz", ""), NULL), 503);
    assert_true(figure("jiujin_hub_sites") == -1);            /* not the store's, */
    assert_true(figure("process_resident_memory_bytes") > 0); /* but the process's own */
    buf_fini(&answer);
}

static const char *const planted[] = {"PLANTED", "999101194503150025", "120000",       "%E6%B5%8B",
                                      "测试",    "goodgood99",         "officer-mary", "192.0.2"};

static void the_log_tells_each_request_and_nothing_of_anybody(void **state)
{
    (void)state;
    struct village v;
    struct buf log = BUF_INIT;
    size_t lines = 0, requests = 0;
    char *path = mem_printf("%s/log", hub_dir);
    int fd = open(path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    log_open(fd);
    assert_ok(hub_user_add(hub, "officer-mary", "officer", "goodgood99"));
    village_invite(&v, VILLAGE);
    upload(&v);
    status_of(GET("/PLANTED/999101194503150025", ""), NULL);
    status_of(GET("/login?name=PLANTED&id=999101194503150025", "X-Forwarded-For: 192.0.2.1\r\n"),
              NULL);
    status_of(GET("/cases/" VILLAGE "/PLANTED-1", "Cookie: session=PLANTED\r\n"), NULL);
    status_of("PLANTED /login HTTP/1.1\r\nHost: h\r\n\r\n", NULL);
    status_of("POST /login HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 37\r\n"
              "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
              "name=officer-mary&password=goodgood99",
              NULL);
    status_of("POST /book/" VILLAGE " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
              "Content-Length: 73\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
              "name=%E6%B5%8B%E8%AF%95&id_no=999101194503150025&phone=12000000001&item=P",
              NULL);
    web_stop(server); /* all are told */
    server = NULL;
    log_open(-1);
    close(fd);
    assert_ok(file_read(path, &log, FILE_LIMIT));
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++)
        if (strstr(buf_str(&log), planted[i]) != NULL)
            fail_msg("%s is in the log: %s", planted[i], buf_str(&log));
    for (char *rest = (char *)log.data, *line; (line = strsep(&rest, "\n")) != NULL;) {
        json_t *o = NULL;
        if (*line == 0)
            continue;
        assert_ok(js_parse(line, strlen(line), "log", &o));
        lines++;
        requests += strcmp(js_str(o, "event"), "request") == 0 && js_int(o, "ms", -1) >= 0;
        json_decref(o);
    }
    print_message("%zu lines\n", lines);
    assert_int_equal(requests, 7);
    assert_int_equal(lines, requests);
    remove(path);
    free(path);
    buf_fini(&log);
    village_fini(&v);
}

static void a_copy_made_while_it_serves_has_everything(void **state)
{
    (void)state;
    struct village v;
    struct hub_db *copy = NULL;
    village_invite(&v, VILLAGE);
    upload(&v);
    char *path = mem_printf("%s/copy.db", hub_dir);
    assert_ok(hub_db_copy(hub->db, path));
    assert_ok(hub_db_open(path, &copy));
    assert_int_equal(hub_number(copy, 0, "SELECT count(*) FROM entry", ""), 3);
    hub_db_close(copy);
    static const char *const tails[] = {"", "-wal", "-shm", ".gate"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char *name = mem_printf("%s%s", path, tails[i]);
        remove(name);
        free(name);
    }
    free(path);
    village_fini(&v);
}

/* What `jiujin-hub verify` says: exit status and line. */
static enum err verify(void)
{
    struct command_line line = {.words = 0};
    return command_verify(hub, &line);
}

static void any_byte_of_an_entry_an_order_or_the_audit_that_was_changed_is_found(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE entry SET head = CAST(replace(CAST(head AS TEXT), 'idle', 'idol') AS BLOB)"
        " WHERE seq = 3",
        "DELETE FROM entry WHERE seq = 2",
        "UPDATE entry SET sealed = zeroblob(9) WHERE seq = 1",
        "UPDATE site_epoch SET seq = seq + 1",
        "UPDATE orders SET head = CAST(replace(CAST(head AS TEXT), 'accept', 'reject') AS BLOB)",
        "UPDATE orders SET sealed = zeroblob(40)",
        "UPDATE orders SET sig = zeroblob(64)",
        "UPDATE audit SET who = 'nobody' WHERE what = 'decide'",
    };
    struct village v;
    village_invite(&v, VILLAGE);
    upload(&v);
    assert_ok(hub_case_decide(hub, VILLAGE, "1.2", "accept", "come", "mary"));
    assert_ok(verify());
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        assert_ok(hub_begin(hub->db));
        assert_ok(hub_run(hub->db, changes[i], ""));
        if (verify() != ERR_CORRUPT)
            fail_msg("not found: %s", changes[i]);
        hub_end(hub->db, ERR_STATE); /* taken back */
    }
    assert_ok(verify());
    village_fini(&v);
}

#define WATCH_TEST(f) cmocka_unit_test_setup_teardown(f, watch_setup, watch_teardown)

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        WATCH_TEST(the_figures_count_what_came_and_how_long_its_answer_took),
        WATCH_TEST(a_store_that_does_not_answer_is_told),
        WATCH_TEST(the_log_tells_each_request_and_nothing_of_anybody),
        WATCH_TEST(any_byte_of_an_entry_an_order_or_the_audit_that_was_changed_is_found),
        WATCH_TEST(a_copy_made_while_it_serves_has_everything),
    };
    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
