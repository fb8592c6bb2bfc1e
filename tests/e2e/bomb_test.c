/* A hub under bodies that unpack to a gibibyte, texts nested without end, and a thousand
 * connections that hold on to their heads: each has its answer, and the hub's memory stays under 64
 * MiB. */
#include "tests/unit/web.h"

#include <sys/resource.h>
#include <zstd.h>

#include "sync/hub/booking.h"
#include "sync/wire/api.h"
#include "sync/wire/pack.h"
#include "tests/e2e/hubproc.h"

#define GIB ((size_t)1 << 30)
#define MOST_KIB (64L << 10)
#define CROWD 1000

static struct hubproc proc;
static struct village v;
static char token[HUB_HOLD];

/* The village joins before the hub serves: its keys are the test's. */
static int setup(void **state)
{
    (void)state;
    hubproc_make(&proc);
    if (secret_init() != ERR_OK || hub_open(proc.store, &hub) != ERR_OK)
        return -1;
    village_invite(&v, VILLAGE);
    assert_ok(hub_token_add_for(hub, "root", "admin", token));
    hub_close(hub);
    hub = NULL;
    hubproc_start(&proc);
    port = proc.port;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    hubproc_stop(&proc, SIGTERM);
    hubproc_free(&proc);
    village_fini(&v);
    return 0;
}

/* The most memory that the hub ever held. */
static long most_kib(void)
{
    char path[40], line[200];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)proc.pid);
    FILE *f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "VmHWM: %ld", &kib) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return kib;
}

static void assert_small(const char *behind)
{
    long kib = most_kib();
    print_message("behind %s: %ld KiB at most\n", behind, kib);
#ifndef __SANITIZE_ADDRESS__
    assert_true(kib > 0 && kib < MOST_KIB);
#endif
}

/* A gibibyte of zeros, packed with that window. */
static void pack_zeros(int window_log, struct buf *out)
{
    static char zeros[1 << 20];
    static char room[1 << 17];
    ZSTD_CCtx *z = ZSTD_createCCtx();
    size_t left = 1;
    ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, 1);
    ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, window_log);
    for (size_t done = 0; left > 0;) {
        bool last = done == GIB;
        ZSTD_inBuffer in = {zeros, last ? 0 : sizeof zeros, 0};
        ZSTD_outBuffer to = {room, sizeof room, 0};
        left = ZSTD_compressStream2(z, &to, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        assert_false(ZSTD_isError(left));
        buf_add(out, room, to.pos);
        done += in.pos;
        left = last ? left : 1;
    }
    ZSTD_freeCCtx(z);
}

/* The status of the answer to a signed body; 0: the connection was shut instead. */
static int send_signed(const char *purpose, const struct buf *body)
{
    struct wire_request asked;
    struct buf header = BUF_INIT, answer = BUF_INIT;
    int status = 0;
    wire_request_init(&asked, VILLAGE, purpose);
    asked.epoch = 1;
    asked.from = 1;
    journal_first_hash(VILLAGE, 1, asked.base);
    wire_request_write(&asked, v.sec, &header);
    int fd = dial();
    dprintf(fd,
            "POST /v1/sites/" VILLAGE "/%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" WIRE_HEADER
            ": %s\r\nContent-Length: %zu\r\n\r\n",
            purpose, buf_str(&header), body->len);
    for (size_t at = 0; at < body->len;) {
        ssize_t n = send(fd, body->data + at, body->len - at, MSG_NOSIGNAL);
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    read_all(fd, &answer);
    close(fd);
    sscanf(buf_str(&answer), "HTTP/1.1 %d", &status);
    buf_fini(&header);
    buf_fini(&answer);
    return status;
}

static void a_gibibyte_in_a_few_bytes_is_refused(void **state)
{
    (void)state;
    static const int windows[] = {WIRE_WINDOW_LOG, 27};
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        struct wire_preamble pre = {.version = WIRE_VERSION, .suite = SECRET_SUITE};
        struct buf body = BUF_INIT;
        wire_preamble_put(&pre, &body);
        pack_zeros(windows[i], &body);
        int status = send_signed("entries", &body);
        print_message("%zu bytes, window %d: %d\n", body.len, windows[i], status);
        assert_true(status == 400 || status == 413);
        status = send_signed("express", &body);
        assert_true(status == 400 || status == 413 || status == 0);
        buf_fini(&body);
    }
    assert_small("the bombs");
}

static void texts_nested_without_end_are_refused(void **state)
{
    (void)state;
    struct buf body = BUF_INIT, request = BUF_INIT;
    for (size_t i = 0; i < (size_t)1000000; i++)
        buf_byte(&body, i % 2 == 0 ? '[' : ' ');
    buf_printf(&request,
               "POST /api/v1/definitions HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
               "Authorization: Bearer %s\r\nContent-Length: %zu\r\n\r\n",
               token, body.len);
    buf_add(&request, body.data, body.len);
    assert_int_equal(status_of(buf_str(&request), NULL), 400);
    buf_fini(&body);
    buf_fini(&request);
    assert_small("the nest");
}

/* Like status_of, but waits for the answer as long as it takes. */
static int patient_status(const char *request)
{
    char head[16] = "";
    int fd = dial(), status = 0;
    struct pollfd p = {fd, POLLIN, 0};
    assert_true(send(fd, request, strlen(request), MSG_NOSIGNAL) > 0);
    if (poll(&p, 1, 60000) > 0 && recv(fd, head, sizeof head - 1, MSG_WAITALL) > 0)
        sscanf(head, "HTTP/1.1 %d", &status);
    close(fd);
    return status;
}

/* Each fills what a connection may hold; others are served meanwhile. */
static void a_crowd_that_holds_on_to_its_heads_keeps_nobody_out(void **state)
{
    (void)state;
    static int fds[CROWD];
    static char part[20000];
    struct rlimit files = {.rlim_cur = 0};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < 4096 ? files.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &files);
    memset(part, 'a', sizeof part);
    for (int i = 0; i < CROWD; i++) {
        fds[i] = dial();
        dprintf(fds[i], "GET /login HTTP/1.1\r\nHost: h\r\nX-Slow: ");
        assert_true(send(fds[i], part, sizeof part, MSG_NOSIGNAL | MSG_DONTWAIT) > 0);
    }
    assert_int_equal(patient_status(GET("/login", "")), 200);
    for (int i = 0; i < CROWD; i++)
        close(fds[i]);
    assert_small("a thousand connections");
}

int main(void)
{
    lang_init("en");
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gibibyte_in_a_few_bytes_is_refused),
        cmocka_unit_test(texts_nested_without_end_are_refused),
        cmocka_unit_test(a_crowd_that_holds_on_to_its_heads_keeps_nobody_out),
    };
    return cmocka_run_group_tests_name("bomb", tests, setup, teardown);
}
