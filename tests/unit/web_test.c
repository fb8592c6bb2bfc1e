/* The hub's door: requests that are malformed, slow, too big or forged; and text that wants to be
 * HTML. */
#include "tests/unit/web.h"

#include "sync/hub/page.h"
#include "sync/wire/pack.h"

static void requests_with_two_meanings_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        int status;
    } shapes[] = {
        {GET("/login", ""), 200},
        {GET("/login?a=1&b", "X:  two words  \r\nEmpty:\r\nCookie: a=b; c\r\n"), 200},
        {"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         400},
        {"POST /login HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: "
         "3\r\n\r\n0\r\n\r\n",
         400},
        {"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
         400},
        {"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
         400},
        {"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc", 400},
        {"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc", 400},
        {"GET /login HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET /login HTTP/1.1\r\n\r\n", 400},
        {"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length : 3\r\n\r\nabc", 400},
        {"POST /login HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
         400},
        {"POST /login HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
        {"GET /login HTTP/1.1\r\nHost: h\r\nX-\x01: y\r\n\r\n", 400},
        /* bare line feeds, each in another place */
        {"GET /login HTTP/1.1\nHost: h\n\n", 400},
        {"GET /login HTTP/1.1\nHost: h\r\n\r\n", 400},
        {"GET /login HTTP/1.1\r\nHost: h\n\r\n", 400},
        {"GET /login HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400},
        {"GET /login HTTP/1.1\r\nHost: h\r\n\n", 400},
        {"GET /login HTTP/1.1\r\nHost: h\r\nX: y\n\n", 400},
        /* folded lines */
        {"GET /login HTTP/1.1\r\nHost: h\r\nX: y\r\n z\r\n\r\n", 400},
        {"GET /login HTTP/1.1\r\nHost: h\r\n\tz\r\nX: y\r\n\r\n", 400},
        {"GET /login HTTP/1.1\r\nHost: h\r\nX: y\rZ: w\r\n\r\n", 400},
        {"GET /login HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", 400},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        int status = status_of(shapes[i].request, NULL);
        if (status != shapes[i].status)
            fail_msg("%zu was answered with %d: %s", i, status, shapes[i].request);
    }
}

/* Two answers would mean that one request was read as two. */
static void behind_a_bad_head_nothing_more_is_read(void **state)
{
    (void)state;
    struct buf answer = BUF_INIT;
    assert_int_equal(status_of("POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                               "GET /login HTTP/1.1\r\nHost: h\r\n\r\n",
                               &answer),
                     400);
    assert_null(strstr(buf_str(&answer) + 1, "HTTP/1.1 "));
    buf_fini(&answer);
}

static void unknown_paths_and_methods_have_their_answer(void **state)
{
    (void)state;
    assert_int_equal(status_of(GET("/nothing", ""), NULL), 404);
    assert_int_equal(status_of(GET("/../etc/passwd", ""), NULL), 404);
    assert_int_equal(status_of(GET("/sites/%00", ""), NULL), 404);
    assert_int_equal(status_of(GET("/sites/1/2/3", ""), NULL), 404);
    assert_int_equal(status_of("DELETE /sites HTTP/1.1\r\nHost: h\r\n\r\n", NULL), 405);
    assert_int_equal(status_of(GET("/v1/enrol", ""), NULL), 405);
}

static void a_page_that_needs_a_log_in_sends_to_it(void **state)
{
    (void)state;
    static const char *const paths[] = {"/",      "/sites", "/incidents",
                                        "/cases", "/calls", "/cases/x/y"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct buf answer = BUF_INIT;
        char *request = mem_printf("GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                   "Cookie: session=%064d\r\n\r\n",
                                   paths[i], 0);
        assert_int_equal(status_of(request, &answer), 303);
        assert_non_null(strstr(buf_str(&answer), "Location: /login\r\n"));
        free(request);
        buf_fini(&answer);
    }
}

static void every_answer_forbids_scripts_of_others_and_frames(void **state)
{
    (void)state;
    struct buf answer = BUF_INIT;
    assert_int_equal(status_of(GET("/login", ""), &answer), 200);
    assert_non_null(strstr(buf_str(&answer), "Content-Security-Policy: default-src 'none'"));
    assert_non_null(strstr(buf_str(&answer), "script-src 'self';"));
    assert_non_null(strstr(buf_str(&answer), "X-Frame-Options: DENY"));
    assert_non_null(strstr(buf_str(&answer), "Cache-Control: no-store"));
    assert_null(strstr(buf_str(&answer), "<script"));
    buf_fini(&answer);
}

static void a_form_over_its_limit_is_refused_with_or_without_a_length(void **state)
{
    (void)state;
    assert_int_equal(status_of("POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n\r\nname=",
                               NULL),
                     413);
    struct buf request = BUF_INIT;
    buf_text(&request, "POST /login HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                       "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
    for (int i = 0; i < 40; i++)
        buf_printf(&request, "400\r\n%01024d\r\n", 0);
    buf_text(&request, "0\r\n\r\n");
    assert_int_equal(status_of(buf_str(&request), NULL), 413);
    buf_fini(&request);
    assert_int_equal(status_of("POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                               "Content-Type: text/plain\r\n\r\nab",
                               NULL),
                     415);
}

static void who_drips_bytes_is_cut_off(void **state)
{
    (void)state;
    static const char slow[] = "GET /login HTTP/1.1\r\nHost: h\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaa";
    int fd = dial(), sent = 0;
    int64_t begun = clock_mono();
    while (sent < (int)sizeof slow - 1 && send(fd, slow + sent, 1, MSG_NOSIGNAL) == 1) {
        struct pollfd p = {fd, POLLIN, 0};
        sent++;
        web_sweep(server);
        if (poll(&p, 1, 50) > 0)
            break;
    }
    close(fd);
    assert_true(sent < (int)sizeof slow - 1);
    assert_true(clock_mono() - begun < 2000);
}

static void upload_header(struct village *v, const char *purpose, struct buf *out)
{
    struct wire_request asked;
    wire_request_init(&asked, v->site, purpose);
    asked.epoch = v->epoch;
    asked.from = 1;
    journal_first_hash(v->site, v->epoch, asked.base);
    buf_text(out, WIRE_HEADER ": ");
    wire_request_write(&asked, v->sec, out);
    buf_text(out, "\r\n");
}

static void a_request_that_is_not_signed_or_played_again_is_refused(void **state)
{
    (void)state;
    struct village v;
    struct buf header = BUF_INIT;
    village_invite(&v, VILLAGE);
    assert_int_equal(status_of(GET("/v1/sites/" VILLAGE "/mark", ""), NULL), 401);
    upload_header(&v, "mark", &header);
    char *request = mem_printf("GET /v1/sites/" VILLAGE "/mark HTTP/1.1\r\nHost: h\r\n"
                               "Connection: close\r\n%s\r\n",
                               buf_str(&header));
    assert_int_equal(status_of(request, NULL), 200);
    assert_int_equal(status_of(request, NULL), 401); /* its nonce was seen */
    free(request);
    buf_clear(&header);
    upload_header(&v, "entries", &header); /* signed for something else */
    request = mem_printf("GET /v1/sites/" VILLAGE "/mark HTTP/1.1\r\nHost: h\r\n"
                         "Connection: close\r\n%s\r\n",
                         buf_str(&header));
    assert_int_equal(status_of(request, NULL), 401);
    free(request);
    buf_fini(&header);
}

static void an_upload_cut_in_the_middle_keeps_its_whole_frames(void **state)
{
    (void)state;
    struct village v;
    struct buf header = BUF_INIT, frame = BUF_INIT, body = BUF_INIT;
    struct wire_pack pack = {0};
    village_invite(&v, VILLAGE);
    upload_header(&v, "entries", &header);
    wire_pack_begin(&pack, 9, NULL, &body);
    village_write(&v, "sign_in", NULL, "{}", NULL);
    village_write(&v, "person", NULL, "{'tag':null,'has_phone':true}", PERSON);
    village_frame(&v, &frame);
    wire_pack_add(&pack, frame.data, frame.len, &body);
    buf_clear(&frame);
    village_write(&v, "sign_out", NULL, "{'why':'idle'}", NULL);
    village_frame(&v, &frame);
    wire_pack_add(&pack, frame.data, frame.len / 2, &body);
    int fd = dial();
    dprintf(fd,
            "POST /v1/sites/" VILLAGE "/entries HTTP/1.1\r\nHost: h\r\n%s"
            "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
            buf_str(&header), body.len);
    assert_int_equal(send(fd, body.data, body.len, MSG_NOSIGNAL), body.len);
    for (int i = 0; i < 100; i++) { /* committed while the request is still open */
        struct hub_mark mark;
        usleep(20000);
        struct hub_db *db;
        assert_ok(hub_db_open(hub_where, &db));
        struct hub look = {.db = db};
        assert_ok(hub_mark_read(&look, VILLAGE, 1, &mark));
        hub_db_close(db);
        if (mark.seq == 2)
            break;
        assert_true(i < 99);
    }
    close(fd);
    wire_pack_fini(&pack);
    buf_fini(&header);
    buf_fini(&frame);
    buf_fini(&body);
    village_fini(&v);
}

static void text_from_outside_never_becomes_html(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    page_put(&out, "<td>%s</td>%d%%", "<script>alert('x')</script>\"&\x1b[31m\xe2\x80\xae",
             (int64_t)7);
    assert_string_equal(buf_str(&out), "<td>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;"
                                       "&amp;[31m</td>7%");
    buf_fini(&out);
}

static void a_form_that_another_sites_page_sent_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        bool refused;
    } rows[] = {
        {"", false},
        {"Origin: null\r\n", false},
        {"Sec-Fetch-Site: same-origin\r\nOrigin: https://h\r\n", false},
        {"Sec-Fetch-Site: cross-site\r\n", true},
        {"Origin: https://elsewhere.example\r\n", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *request = mem_printf("POST /book/" VILLAGE "/hold HTTP/1.1\r\nHost: h\r\n"
                                   "Connection: close\r\n%s"
                                   "Content-Type: application/x-www-form-urlencoded\r\n"
                                   "Content-Length: 6\r\n\r\nitem=x",
                                   rows[i].head);
        int status = status_of(request, NULL);
        free(request);
        if ((status == 403) != rows[i].refused || status == 0)
            fail_msg("%zu: %d", i, status);
    }
}

static void a_link_on_another_sites_page_is_followed(void **state)
{
    (void)state;
    assert_int_equal(status_of(GET("/login", "Sec-Fetch-Site: cross-site\r\n"), NULL), 200);
}

static void only_a_known_proxy_is_believed_about_the_browser(void **state)
{
    static const char ask[] =
        GET("/login", "X-Forwarded-For: 192.0.2.7, 198.51.100.9\r\nX-Forwarded-Proto: https\r\n");
    struct web_options o = {.listen = "127.0.0.1:0", .behind = "127.0.0.1"};
    struct buf answer = BUF_INIT;
    (void)state;
    assert_int_equal(status_of(ask, &answer), 200);
    assert_null(strstr(buf_str(&answer), "Strict-Transport-Security"));
    web_stop(server);
    assert_ok(web_start(hub, &o, &server, &port));
    buf_clear(&answer);
    assert_int_equal(status_of(ask, &answer), 200);
    assert_non_null(strstr(buf_str(&answer), "Strict-Transport-Security"));
    buf_fini(&answer);
}

static void *stop_it(void *arg)
{
    web_stop(arg);
    return NULL;
}

static void a_stop_lets_a_request_that_runs_end_and_takes_no_other(void **state)
{
    static const char head[] = "POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n\r\nname=";
    pthread_t stopper;
    struct buf answer = BUF_INIT;
    (void)state;
    int fd = dial();
    assert_int_equal(send(fd, head, sizeof head - 1, MSG_NOSIGNAL), sizeof head - 1);
    usleep(100000); /* it is under way */
    pthread_create(&stopper, NULL, stop_it, server);
    usleep(100000);
    assert_int_equal(send(fd, "nobody", 6, MSG_NOSIGNAL), 6);
    read_all(fd, &answer);
    close(fd);
    pthread_join(stopper, NULL);
    server = NULL;
    assert_non_null(strstr(buf_str(&answer), "HTTP/1.1 403 "));
    assert_non_null(strstr(buf_str(&answer), "Connection: close"));
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_not_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    close(fd);
    buf_fini(&answer);
}

static void a_log_in_is_slowed_down_and_its_cookie_is_for_the_server_alone(void **state)
{
    (void)state;
    static const char form[] = "POST /login HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n"
                               "Content-Length: 33\r\n\r\nname=officer9&password=%s";
    struct buf answer = BUF_INIT;
    assert_ok(hub_user_add(hub, "officer9", "officer", "goodgood99"));
    char *right = mem_printf(form, "goodgood99"), *wrong = mem_printf(form, "wrongwrong");
    assert_int_equal(status_of(right, &answer), 303);
    assert_non_null(strstr(buf_str(&answer), "HttpOnly; SameSite=Strict"));
    for (int i = 0; i < 5; i++)
        assert_int_equal(status_of(wrong, NULL), 403);
    assert_int_equal(status_of(wrong, NULL), 429);
    assert_int_equal(status_of(right, NULL), 429);
    free(right);
    free(wrong);
    buf_fini(&answer);
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        WEB_TEST(requests_with_two_meanings_are_refused),
        WEB_TEST(behind_a_bad_head_nothing_more_is_read),
        WEB_TEST(unknown_paths_and_methods_have_their_answer),
        WEB_TEST(a_page_that_needs_a_log_in_sends_to_it),
        WEB_TEST(every_answer_forbids_scripts_of_others_and_frames),
        WEB_TEST(a_form_over_its_limit_is_refused_with_or_without_a_length),
        WEB_TEST(who_drips_bytes_is_cut_off),
        WEB_TEST(a_request_that_is_not_signed_or_played_again_is_refused),
        WEB_TEST(an_upload_cut_in_the_middle_keeps_its_whole_frames),
        WEB_TEST(a_form_that_another_sites_page_sent_is_refused),
        WEB_TEST(a_link_on_another_sites_page_is_followed),
        WEB_TEST(only_a_known_proxy_is_believed_about_the_browser),
        WEB_TEST(a_stop_lets_a_request_that_runs_end_and_takes_no_other),
        WEB_TEST(text_from_outside_never_becomes_html),
        WEB_TEST(a_log_in_is_slowed_down_and_its_cookie_is_for_the_server_alone),
    };
    return cmocka_run_group_tests_name("web", tests, NULL, NULL);
}
