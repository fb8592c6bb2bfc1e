/* Webhooks: signed, told until they are taken, given up where it shows; a receiver that fails,
 * hangs or answers late holds nothing up; two processes tell each thing once. */
#include "tests/unit/hub.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "sync/hub/hook_send.h"
#include "sync/hub/webhook.h"

#define TIMEOUT_MS 400

/* --- a receiver -------------------------------------------------------------------------------
 * Takes one request a connection, on a thread; what it does is told by `mode`. */

enum mode { TAKES, FAILS, HANGS, LATE, GONE, SENDS_ON };

struct receiver {
    int fd, port;
    atomic_int mode, got;
    pthread_t thread;
    pthread_mutex_t lock;
    struct buf last; /* the last whole request */
    json_t *ids;     /* id: how often it came */
};

static bool whole(const struct buf *b)
{
    const char *end = strstr(buf_str(b), "\r\n\r\n");
    const char *length = strstr(buf_str(b), "Content-Length: ");
    return end != NULL && length != NULL && strlen(end + 4) >= (size_t)atoi(length + 16);
}

static void note(struct receiver *r, const struct buf *b)
{
    json_t *o = NULL;
    const char *body = strstr(buf_str(b), "\r\n\r\n");
    if (body == NULL || js_parse(body + 4, strlen(body + 4), NULL, &o) != ERR_OK)
        return;
    pthread_mutex_lock(&r->lock);
    buf_clear(&r->last);
    buf_add(&r->last, b->data, b->len);
    js_set_int(r->ids, js_str(o, "id"), js_int(r->ids, js_str(o, "id"), 0) + 1);
    pthread_mutex_unlock(&r->lock);
    r->got++;
    json_decref(o);
}

static void serve_one(struct receiver *r, int fd)
{
    static const char *const answers[] = {
        [TAKES] = "204 No Content",
        [FAILS] = "500 Oops",
        [LATE] = "200 OK",
        [GONE] = "410 Gone",
        [SENDS_ON] = "302 Found\r\nLocation: http://127.0.0.1:1/",
    };
    char chunk[4096];
    struct buf b = BUF_INIT;
    struct pollfd p = {fd, POLLIN, 0};
    while (!whole(&b) && poll(&p, 1, 2000) > 0) {
        ssize_t n = recv(fd, chunk, sizeof chunk, 0);
        if (n <= 0)
            break;
        buf_add(&b, chunk, (size_t)n);
    }
    int mode = r->mode;
    note(r, &b);
    if (mode == HANGS || mode == LATE)
        usleep(mode == HANGS ? 2 * TIMEOUT_MS * 1000 : TIMEOUT_MS * 500);
    if (mode != HANGS)
        dprintf(fd, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answers[mode]);
    close(fd);
    buf_fini(&b);
}

static void *receive(void *arg)
{
    struct receiver *r = arg;
    int fd;
    while ((fd = accept(r->fd, NULL, NULL)) >= 0)
        serve_one(r, fd);
    return NULL;
}

static void receiver_open(struct receiver *r, enum mode mode)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    memset(r, 0, sizeof *r);
    r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    r->mode = (int)mode;
    r->ids = json_object();
    pthread_mutex_init(&r->lock, NULL);
    assert_int_equal(bind(r->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(r->fd, 64), 0);
    getsockname(r->fd, (struct sockaddr *)&at, &len);
    r->port = ntohs(at.sin_port);
    pthread_create(&r->thread, NULL, receive, r);
}

static void receiver_close(struct receiver *r)
{
    shutdown(r->fd, SHUT_RDWR);
    pthread_join(r->thread, NULL);
    close(r->fd);
    buf_fini(&r->last);
    json_decref(r->ids);
    pthread_mutex_destroy(&r->lock);
}

/* --- the hub's side --------------------------------------------------------------------------- */

static char hook[WEBHOOK_ID], hook_secret[WEBHOOK_SECRET];

static void attach(const struct receiver *r, const char *topics)
{
    char *url = mem_printf("http://127.0.0.1:%d/told", r->port);
    assert_ok(hub_webhook_add(hub, url, topics, hook, hook_secret));
    free(url);
}

static struct hook_sender *sender(void)
{
    struct hook_sender *s = NULL;
    assert_ok(hook_sender_open(hub_where, &hub->keys, TIMEOUT_MS, &s));
    return s;
}

/* Rounds until nothing is under way; the wall clock is the caller's to set. */
static void run(struct hook_sender *s)
{
    int busy = 0, rounds = 0;
    do {
        assert_ok(hook_round(s, 50, &busy));
    } while ((busy > 0 || rounds < 2) && rounds++ < 200);
    assert_int_equal(busy, 0);
}

static int64_t count(const char *state)
{
    json_t *rows = json_array();
    struct hub_query q = {.state = state};
    assert_ok(hub_view(hub, "deliveries", &q, collect_row, rows));
    int64_t n = (int64_t)json_array_size(rows);
    json_decref(rows);
    return n;
}

static void tell(int n)
{
    char entry[24];
    snprintf(entry, sizeof entry, "1.%d", n);
    assert_ok(hub_webhook_note(hub, "incident", "found", VILLAGE, entry, entry, clock_now()));
}

static void what_happens_is_told_with_a_signature_and_nobodys_data(void **state)
{
    (void)state;
    struct receiver r;
    struct village v;
    unsigned char mac[crypto_auth_hmacsha256_BYTES], base[HASH_BYTES];
    char hex[2 * sizeof mac + 1], wanted[200];
    clock_hold(1653004900000LL, 0); /* the day of the village's entries */
    receiver_open(&r, TAKES);
    attach(&r, "incident,decision");
    village_invite(&v, VILLAGE);
    village_case(&v);
    memcpy(base, v.hash, HASH_BYTES);
    village_write(&v, "incident", NULL,
                  "{'visit':null,'person':'1.1','cause':'temperature','actions':['tell_leader']}",
                  "{'note':'测试甲'}");
    assert_ok(village_send(&v, 3, base));
    assert_ok(hub_case_decide(hub, VILLAGE, "1.2", "accept", "", "mary"));
    assert_ok(hub_case_decide(hub, VILLAGE, "1.2", "say", "测试甲", "mary"));
    struct hook_sender *s = sender();
    run(s);
    run(s);                     /* one at a time to each receiver */
    assert_int_equal(r.got, 2); /* a message is no decision */
    assert_int_equal(count("sent"), 2);
    const char *head = buf_str(&r.last), *sig = strstr(head, "Jiujin-Signature: t=");
    const char *body = strstr(head, "\r\n\r\n") + 4;
    assert_non_null(sig);
    const char *at = sig + strlen("Jiujin-Signature: t=");
    int digits = (int)strspn(at, "0123456789");
    char *message = mem_printf("%.*s.%s", digits, at, body);
    crypto_auth_hmacsha256_state st;
    crypto_auth_hmacsha256_init(&st, (const unsigned char *)hook_secret, strlen(hook_secret));
    crypto_auth_hmacsha256_update(&st, (const unsigned char *)message, strlen(message));
    crypto_auth_hmacsha256_final(&st, mac);
    hex_encode(mac, sizeof mac, hex);
    snprintf(wanted, sizeof wanted, ",v1=%s\r\n", hex);
    assert_non_null(strstr(at, wanted));
    assert_non_null(strstr(body, "\"site\":\"" VILLAGE "\""));
    assert_null(strstr(head, "测试甲"));
    assert_null(strstr(head, "mary"));
    assert_null(strstr(head, "temperature"));
    free(message);
    hook_sender_close(s);
    receiver_close(&r);
    village_fini(&v);
}

static void who_fails_is_asked_again_later_and_given_up_where_it_shows(void **state)
{
    (void)state;
    struct receiver r;
    int64_t now = clock_now();
    receiver_open(&r, FAILS);
    attach(&r, "incident");
    clock_hold(now, 0);
    tell(1);
    struct hook_sender *s = sender();
    run(s);
    run(s);
    assert_int_equal(r.got, 1); /* not at once again */
    int tries = 1;
    for (; count("given_up") == 0; tries++) {
        assert_true(tries < 60);
        now = hub_number(hub->db, 0, "SELECT due FROM webhook_delivery", "");
        clock_hold(now, 0);
        run(s);
        assert_int_equal(r.got, tries + 1);
    }
    print_message("given up behind %d tries\n", tries);
    assert_true(tries > 10);
    assert_int_equal(count("waiting"), 0);
    r.mode = TAKES; /* it is well again, and somebody says so */
    char id[40];
    json_t *rows = hub_rows_of("deliveries", NULL);
    snprintf(id, sizeof id, "%s", js_str(json_array_get(rows, 0), "id"));
    assert_int_equal(js_int(json_array_get(rows, 0), "status", 0), 500);
    json_decref(rows);
    assert_ok(hub_webhook_again(hub, id));
    run(s);
    assert_int_equal(count("sent"), 1);
    assert_err(ERR_NOT_FOUND, hub_webhook_again(hub, id));
    tell(2);
    r.mode = GONE;
    run(s);
    assert_int_equal(count("given_up"), 1);
    tell(3);
    r.mode = SENDS_ON; /* is not followed */
    run(s);
    assert_int_equal(count("waiting"), 1);
    hook_sender_close(s);
    receiver_close(&r);
}

static void one_that_hangs_holds_no_other_up_and_one_that_is_late_is_waited_for(void **state)
{
    (void)state;
    struct receiver hangs, late, takes;
    receiver_open(&hangs, HANGS);
    receiver_open(&late, LATE);
    receiver_open(&takes, TAKES);
    attach(&hangs, "incident");
    attach(&late, "incident");
    attach(&takes, "incident");
    for (int i = 0; i < 3; i++)
        tell(i);
    struct hook_sender *s = sender();
    int busy = 1;
    for (int i = 0; i < 200 && takes.got < 3; i++)
        assert_ok(hook_round(s, 10, &busy));
    assert_int_equal(takes.got, 3);
    assert_true(hangs.got <= 1); /* nobody waited for it */
    for (int i = 0; i < 200 && count("sent") < 6; i++)
        assert_ok(hook_round(s, 50, &busy));
    assert_int_equal(count("sent"), 6);
    for (int i = 0; i < 200 && busy > 0; i++)
        assert_ok(hook_round(s, 50, &busy));
    assert_int_equal(count("waiting"), 3);
    assert_int_equal(hub_number(hub->db, 0,
                                "SELECT count(*) FROM webhook_delivery WHERE tries > 0"
                                " AND sent IS NULL",
                                ""),
                     1); /* the others of it rest */
    hook_sender_close(s);
    receiver_close(&hangs);
    receiver_close(&late);
    receiver_close(&takes);
}

static void *send_rounds(void *arg)
{
    int busy = 0, idle = 0;
    while (idle < 20) {
        if (hook_round(arg, 10, &busy) != ERR_OK)
            break;
        idle = busy > 0 ? 0 : idle + 1;
    }
    return NULL;
}

static void two_processes_tell_each_thing_once(void **state)
{
    (void)state;
    struct receiver r;
    pthread_t a, b;
    const char *id;
    json_t *times;
    receiver_open(&r, TAKES);
    attach(&r, "incident");
    for (int i = 0; i < 40; i++) {
        tell(i);
        tell(i); /* the same entry is told once */
    }
    struct hook_sender *one = sender(), *two = sender();
    pthread_create(&a, NULL, send_rounds, one);
    pthread_create(&b, NULL, send_rounds, two);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    assert_int_equal(count("sent"), 40);
    assert_int_equal(r.got, 40);
    json_object_foreach(r.ids, id, times) assert_int_equal(json_integer_value(times), 1);
    hook_sender_close(one);
    hook_sender_close(two);
    receiver_close(&r);
}

static void only_http_is_called_and_only_known_topics_are_heard(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "file:///etc/passwd", "gopher://x/", "ftp://x/",    "http://",
        "http://u:p@host/x",  "https:///x",  "http://a b/", "http://h/\r\nX: y",
        "javascript:1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_err(ERR_CONSTRAINT, hub_webhook_add(hub, bad[i], "incident", hook, hook_secret));
    assert_err(ERR_FIELD_CHOICE, hub_webhook_add(hub, "https://h/", "all", hook, hook_secret));
    assert_err(ERR_FIELD_CHOICE,
               hub_webhook_add(hub, "https://h/", "incident,", hook, hook_secret));
    assert_ok(hub_webhook_add(hub, "https://h/", "decision", hook, hook_secret));
    char other[WEBHOOK_ID];
    assert_err(ERR_DUPLICATE, hub_webhook_add(hub, "https://h/", "incident", other, hook_secret));
    tell(1);
    assert_int_equal(count(NULL), 0);
    assert_ok(hub_webhook_remove(hub, hook));
    assert_err(ERR_NOT_FOUND, hub_webhook_remove(hub, hook));
    assert_true(hook_pause(1, 0) >= HOOK_FIRST_MS / 2 && hook_pause(1, 1023) <= HOOK_FIRST_MS * 2);
    assert_true(hook_pause(100, 1023) <= HOOK_MOST_MS * 5 / 4);
}

int main(void)
{
    lang_init("en");
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_happens_is_told_with_a_signature_and_nobodys_data,
                                        hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(who_fails_is_asked_again_later_and_given_up_where_it_shows,
                                        hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(
            one_that_hangs_holds_no_other_up_and_one_that_is_late_is_waited_for, hub_setup,
            hub_teardown),
        cmocka_unit_test_setup_teardown(two_processes_tell_each_thing_once, hub_setup,
                                        hub_teardown),
        cmocka_unit_test_setup_teardown(only_http_is_called_and_only_known_topics_are_heard,
                                        hub_setup, hub_teardown),
    };
    return cmocka_run_group_tests_name("webhook", tests, NULL, NULL);
}
