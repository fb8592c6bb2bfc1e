/* Streams of what changes: GET /live, over real sockets. */
#include "tests/unit/hub.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "sync/hub/live.h"
#include "sync/hub/user.h"
#include "sync/hub/web.h"

static struct web_server *server;
static int port;
static char token[HUB_TOKEN_TEXT];

static int setup(void **state)
{
    struct hub_session session;
    struct web_options o = {.listen = "127.0.0.1:0"};
    signal(SIGPIPE, SIG_IGN);
    if (hub_setup(state) != 0 || hub_user_add(hub, "v", "viewer", "goodgood99") != ERR_OK ||
        hub_log_in(hub, "v", "goodgood99", "::1", token, &session) != ERR_OK)
        return -1;
    return web_start(hub, &o, &server, &port) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    if (server != NULL)
        web_stop(server);
    server = NULL;
    return hub_teardown(state);
}

static int dial(const char *cookie)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    dprintf(fd, "GET /live HTTP/1.1\r\nHost: h\r\nCookie: session=%s\r\n\r\n", cookie);
    return fd;
}

/* Reads until `what` was seen; false: the stream ended, or two seconds brought nothing. */
static bool hears(int fd, struct buf *all, const char *what)
{
    char chunk[1024];
    struct pollfd p = {fd, POLLIN, 0};
    while (strstr(buf_str(all), what) == NULL) {
        ssize_t n = poll(&p, 1, 2000) > 0 ? recv(fd, chunk, sizeof chunk, 0) : 0;
        if (n <= 0)
            return false;
        buf_add(all, chunk, (size_t)n);
    }
    return true;
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
        n++;
    return n;
}

static void who_is_not_signed_in_is_told_nothing(void **state)
{
    (void)state;
    struct buf all = BUF_INIT;
    int fd = dial("0");
    assert_true(hears(fd, &all, "Location: /login"));
    close(fd);
    buf_fini(&all);
}

static void a_change_is_told_at_once_and_a_second_one_when_it_comes(void **state)
{
    (void)state;
    struct buf all = BUF_INIT;
    int fd = dial(token);
    assert_true(hears(fd, &all, ": still here"));
    assert_non_null(strstr(buf_str(&all), "Content-Type: text/event-stream"));
    hub_changed(hub, "incident", VILLAGE);
    assert_true(hears(fd, &all, "event: change\ndata: incident " VILLAGE "\n\n"));
    hub_changed(hub, "case", NULL); /* too close behind: the next tick tells it */
    web_sweep(server);
    assert_true(hears(fd, &all, "data: case \n\n"));
    close(fd);
    buf_fini(&all);
}

static void what_is_the_same_is_told_once_and_who_fell_behind_hears_that_all_changed(void **state)
{
    (void)state;
    char site[SITE_CODE];
    struct buf all = BUF_INIT;
    int fd = dial(token);
    assert_true(hears(fd, &all, ": still here"));
    hub_changed(hub, "visit", VILLAGE);
    assert_true(hears(fd, &all, "visit"));
    assert_int_equal(hub_begin(hub->db), ERR_OK);
    for (int i = 0; i < 500; i++)
        hub_changed(hub, "ledger", VILLAGE);
    hub_changed(hub, "report", VILLAGE);
    assert_int_equal(hub_end(hub->db, ERR_OK), ERR_OK);
    web_sweep(server);
    assert_true(hears(fd, &all, "report"));
    assert_in_range(count(buf_str(&all), "ledger"), 1, 4); /* one in 200 ms at most */
    assert_int_equal(hub_begin(hub->db), ERR_OK);
    for (int i = 0; i < 200; i++) {
        snprintf(site, sizeof site, "%012d", i);
        hub_changed(hub, "visit", site);
    }
    assert_int_equal(hub_end(hub->db, ERR_OK), ERR_OK);
    web_sweep(server);
    assert_true(hears(fd, &all, "data: all\n\n"));
    close(fd);
    buf_fini(&all);
}

static void an_order_changes_the_page_of_its_site(void **state)
{
    (void)state;
    struct village v;
    struct buf all = BUF_INIT;
    json_t *body = json_object();
    struct hub_order o = {.site = VILLAGE, .kind = "message", .officer = "v", .body = body};
    village_invite(&v, VILLAGE);
    int fd = dial(token);
    assert_true(hears(fd, &all, ": still here"));
    assert_ok(hub_order_add(hub, &o, NULL));
    web_sweep(server);
    assert_true(hears(fd, &all, "order " VILLAGE));
    close(fd);
    json_decref(body);
    buf_fini(&all);
    village_fini(&v);
}

static void streams_have_a_limit_and_end_with_the_server(void **state)
{
    (void)state;
    int fd[LIVE_STREAMS + 1];
    struct buf all = BUF_INIT;
    for (int i = 0; i < LIVE_STREAMS; i++) {
        fd[i] = dial(token);
        buf_clear(&all);
        assert_true(hears(fd[i], &all, ": still here"));
    }
    buf_clear(&all);
    fd[LIVE_STREAMS] = dial(token);
    assert_true(hears(fd[LIVE_STREAMS], &all, "HTTP/1.1 503"));
    web_stop(server);
    server = NULL;
    buf_clear(&all);
    assert_false(hears(fd[0], &all, "nothing more"));
    for (int i = 0; i <= LIVE_STREAMS; i++)
        close(fd[i]);
    buf_fini(&all);
}

/* Only what is committed, once, and not what this hub did itself. */
static void what_another_hub_on_the_same_database_does_is_told_too(void **state)
{
    (void)state;
    struct buf all = BUF_INIT;
    struct hub *other = NULL;
    if (!pgstore_wanted())
        skip();
    int fd = dial(token);
    char *file = mem_printf("%s/hub.db", hub_dir);
    hub_db_files_at(file);
    assert_int_equal(hub_open(hub_where, &other), ERR_OK);
    hub_db_files_at(NULL);
    free(file);
    assert_true(hears(fd, &all, ": still here"));
    for (int tries = 0; tries < 20 && strstr(buf_str(&all), "data: site") == NULL; tries++) {
        struct pollfd p = {fd, POLLIN, 0};
        hub_changed(other, "site", NULL); /* until its thread listens */
        if (poll(&p, 1, 200) > 0)
            hears(fd, &all, "data: site");
    }
    assert_int_equal(hub_begin(other->db), ERR_OK);
    hub_changed(other, "visit", VILLAGE);
    assert_int_equal(hub_end(other->db, ERR_INTERNAL), ERR_INTERNAL);
    assert_int_equal(hub_begin(other->db), ERR_OK);
    for (int i = 0; i < 100; i++)
        hub_changed(other, "case", VILLAGE);
    hub_changed(other, "incident", VILLAGE);
    assert_int_equal(hub_end(other->db, ERR_OK), ERR_OK);
    usleep(500000); /* they come by a thread of their own, and close behind the last */
    web_sweep(server);
    assert_true(hears(fd, &all, "data: incident " VILLAGE));
    assert_int_equal(count(buf_str(&all), "data: case"), 1);
    assert_int_equal(count(buf_str(&all), "data: visit"), 0);
    hub_close(other);
    close(fd);
    buf_fini(&all);
}

#define LIVE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        LIVE_TEST(who_is_not_signed_in_is_told_nothing),
        LIVE_TEST(a_change_is_told_at_once_and_a_second_one_when_it_comes),
        LIVE_TEST(what_is_the_same_is_told_once_and_who_fell_behind_hears_that_all_changed),
        LIVE_TEST(an_order_changes_the_page_of_its_site),
        LIVE_TEST(streams_have_a_limit_and_end_with_the_server),
        LIVE_TEST(what_another_hub_on_the_same_database_does_is_told_too),
    };
    return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
