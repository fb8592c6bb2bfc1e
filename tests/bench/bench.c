/* bench: every figure that is promised, measured on the built programs, in one table with its aim.
 * JIUJIN_BUILD names the build; BENCH_RECORDS how many records (10,000). */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/qr.h"
#include "kiosk/print/slip.h"
#include "kiosk/store/store.h"
#include "tests/bench/pty.h"
#include "tests/e2e/hubproc.h"
#include "tests/e2e/prog.h"
#include "tests/e2e/records.h"

#define SEED 20220518
#define SITE "310118999901"
#define PIN "1234"
#define STARTS 9

static char *folder; /* of everything that is measured */
static int n_records = 10000;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void row(const char *what, double value, const char *unit, const char *aim)
{
    printf("%-46s %10.*f %-10s %s\n", what, value < 100 ? 2 : 0, value, unit, aim);
    fflush(stdout);
}

static void title(const char *text)
{
    printf("\n%s\n", text);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *all, size_t n)
{
    qsort(all, n, sizeof *all, by_size);
    return all[n / 2];
}

/* Runs a command to its end in time; it must succeed. */
static double timed(const char *input, const char *const *argv, char **out)
{
    double start = now_ms();
    struct ran r = prog_run_with(NULL, input, argv);
    double ms = now_ms() - start;
    if (r.status != 0) {
        fprintf(stderr, "%s %s: status %d: %s\n", argv[0], argv[1], r.status, r.err);
        exit(1);
    }
    if (out != NULL)
        *out = mem_strdup(r.out);
    ran_free(&r);
    return ms;
}
#define TIMED(input, out, ...)                                                                     \
    timed((input), (const char *const[]){prog_path("jiujin"), __VA_ARGS__, NULL}, (out))

/* --- the screens -------------------------------------------------------------------------------
 */

/* Keys are pressed `times` each, one write a time; the median of the bytes that come back. */
static double bytes_for(struct pty *p, const char *keys, int times, double *ms)
{
    double bytes[32], took[32];
    for (int i = 0; i < times; i++) {
        struct pty_seen seen = pty_keys(p, keys);
        bytes[i] = (double)seen.bytes;
        took[i] = seen.last_ms;
    }
    *ms = median(took, (size_t)times);
    return median(bytes, (size_t)times);
}

/* Where keys are measured, and how one comes there from home. */
static const struct spot {
    const char *what, *there[4], *keys;
    int times;
    const char *aim;
} spots[] = {
    {"bytes for a typed character", {"1", "\t", NULL}, "a", 9, "8 (issue 1)"},
    {"bytes for a typed hanzi", {"1", "\t", NULL}, "村", 9, "8 (issue 1)"},
    {"bytes for a move in a list", {"3", NULL}, "\033[B", 5, "50 (issue 1)"},
};

static void measure_spot(const char *const *argv, const struct spot *s)
{
    struct pty p;
    double ms;
    char name[64];
    pty_start(&p, argv);
    pty_keys(&p, PIN "\r");
    for (int i = 0; s->there[i] != NULL; i++)
        pty_keys(&p, s->there[i]);
    row(s->what, bytes_for(&p, s->keys, s->times, &ms), "bytes", s->aim);
    snprintf(name, sizeof name, "  and until it stands there");
    row(name, ms, "ms", "");
    pty_end(&p);
}

static void measure_start(const char *const *argv)
{
    double starts[STARTS];
    struct pty p;
    struct pty_seen seen = {0, 0, 0};
    for (int i = 0; i < STARTS; i++) {
        seen = pty_start(&p, argv);
        starts[i] = seen.last_ms;
        if (i + 1 < STARTS)
            pty_end(&p);
    }
    row("start to first full screen", median(starts, STARTS), "ms", "10 (issue 1)");
    row("bytes of the first paint, sign-in", (double)seen.bytes, "bytes", "2000 (issue 1)");
    row("memory at sign-in, peak", (double)pty_memory(&p).peak / 1024, "MiB", "10 (issue 1)");
    seen = pty_keys(&p, PIN "\r");
    struct pty_memory m = pty_memory(&p);
    row("bytes of the first paint, home", (double)seen.bytes, "bytes", "2000 (issue 1)");
    row("PIN to home", seen.last_ms, "ms", "");
    row("memory at home, resident", (double)m.rss / 1024, "MiB", "10 (issue 1)");
    row("memory at home, own share (PSS)", (double)m.pss / 1024, "MiB", "10 (issue 1)");
    row("memory, peak while a PIN is checked", (double)m.peak / 1024, "MiB", "19 are Argon2id's");
    pty_end(&p);
}

static void screens(void)
{
    char *dir = mem_printf("%s/demo", folder);
    const char *const argv[] = {prog_path("jiujin"), "--dir", dir, "--user", "管理员", NULL};
    title("The screens, 80x24, xterm-256color");
    TIMED(NULL, NULL, "--dir", dir, "init", "--demo");
    measure_start(argv);
    for (size_t i = 0; i < sizeof spots / sizeof *spots; i++)
        measure_spot(argv, &spots[i]);
    free(dir);
}

/* --- records -----------------------------------------------------------------------------------
 */

static char *make_records(void)
{
    struct records r;
    struct buf lines = BUF_INIT;
    records_start(&r, SEED);
    for (int i = 0; i < n_records; i++)
        records_next(&r, &lines);
    return buf_take(&lines);
}

static double a_second(double n, double ms)
{
    return n * 1000 / ms;
}

static int64_t entries(const char *dir)
{
    char *out;
    json_t *status = NULL;
    TIMED(NULL, &out, "--dir", dir, "show", "status");
    if (js_parse(out, strlen(out), "status", &status) != ERR_OK)
        exit(1);
    int64_t n = js_int(status, "last", 0);
    json_decref(status);
    free(out);
    return n;
}

/* Bytes a row of sealed personal data: what no compression makes smaller. */
static double sealed_bytes(const char *dir)
{
    char *path = mem_printf("%s/jiujin.db", dir);
    struct store *s;
    if (store_open(path, &store_kiosk_schema, STORE_READ, &s) != ERR_OK)
        exit(1);
    double sum = (double)store_number(s, "SELECT sum(length(sealed)) FROM entry", 0);
    store_close(s);
    free(path);
    return sum;
}

static void records(const char *dir)
{
    char *lines = make_records(), *answers;
    title("Records of all kinds, one stream");
    TIMED(NULL, NULL, "--dir", dir, "init", "--site", SITE, "--name", "测试村", "--policy",
          "epidemic-2022");
    double ms = TIMED(lines, &answers, "--dir", dir, "add", "mixed");
    if (prog_lines(answers, "\"ok\":true") != n_records) {
        fprintf(stderr, "not all were taken\n");
        exit(1);
    }
    double n = (double)entries(dir);
    row("add mixed", a_second(n_records, ms), "records/s", "1500 (issue 1)");
    row("  entries that they made", n, "", "");
    row("verify", a_second(n, TIMED(NULL, NULL, "--dir", dir, "verify")), "entries/s", "");
    row("rebuild", a_second(n, TIMED(NULL, NULL, "--dir", dir, "rebuild")), "entries/s", "");
    free(lines);
    free(answers);
}

static void sync_all(const char *dir)
{
    struct hubproc hub;
    char url[64];
    size_t up;
    double n = (double)entries(dir);
    title("To a hub on loopback");
    hubproc_make(&hub);
    hubproc_start(&hub);
    struct proxy *line = proxy_start(hub.port, url);
    char *code = HUBPROC(&hub, "site", "add", SITE, "测试村");
    code[strcspn(code, "\n")] = 0;
    TIMED(NULL, NULL, "--dir", dir, "enrol", url, code);
    proxy_seen(line, &up);
    double before = (double)up, ms = TIMED(NULL, NULL, "--dir", dir, "sync", "--once");
    proxy_seen(line, &up);
    row("sync --once", a_second(n, ms), "entries/s", "");
    row("  bytes up for an entry", ((double)up - before) / n, "bytes", "");
    row("  of which sealed: no compression helps", sealed_bytes(dir) / n, "bytes", "");
    row("  all the rest", ((double)up - before - sealed_bytes(dir)) / n, "bytes",
        "40-60 (wire.md, unsealed)");
    proxy_free(line);
    hubproc_free(&hub);
    free(code);
}

/* --- one at a time -----------------------------------------------------------------------------
 */

static json_t *slip_case(void)
{
    struct records_person p, a;
    records_person(1, &p);
    records_person(2, &a);
    return json_pack("{s:s, s:i, s:i, s:I, s:i, s:s, s:{s:s,s:s,s:s}, s:{s:s,s:s,s:s,s:s},"
                     " s:[ssss]}",
                     "site", SITE, "epoch", 1, "seq", 57, "at", (json_int_t)records_at(0), "item",
                     9, "channel", "proxy", "person", "name", p.name, "id_no", p.id_no, "phone",
                     p.phone, "agent", "name", a.name, "id_no", a.id_no, "phone", a.phone,
                     "relation", "子女", "papers", "original_seen", "copy_kept", "missing",
                     "returned");
}

static size_t make_slip(const json_t *what, const unsigned char *sec, const unsigned char *hub)
{
    struct buf bytes = BUF_INIT, digits = BUF_INIT, png = BUF_INIT;
    struct qr q;
    if (slip_make(what, sec, hub, &bytes) != ERR_OK)
        exit(1);
    slip_digits(bytes.data, bytes.len, &digits);
    if (qr_make(buf_str(&digits), QR_M, &q) != ERR_OK || qr_png(&q, 6, &png) != ERR_OK)
        exit(1);
    size_t len = bytes.len;
    qr_fini(&q);
    buf_fini(&bytes);
    buf_fini(&digits);
    buf_fini(&png);
    return len;
}

static void slips(void)
{
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES], hub[BOX_PUB_BYTES],
        hub_sec[BOX_SEC_BYTES];
    json_t *what = slip_case();
    size_t len = 0;
    int n = 200;
    secret_sign_pair(pub, sec);
    secret_box_pair(hub, hub_sec);
    double start = now_ms();
    for (int i = 0; i < n; i++)
        len = make_slip(what, sec, hub);
    row("a slip: pack, sign, seal, symbol, PNG", (now_ms() - start) / n, "ms", "");
    row("  its bytes", (double)len, "bytes", "206 (seals.md)");
    json_decref(what);
}

static void triages(const char *policy, const char *figure)
{
    struct buf lines = BUF_INIT;
    int n = 5000;
    for (int i = 0; i < n; i++)
        buf_printf(&lines,
                   "{\"policy\":\"%s\",\"at\":\"2022-05-20T09:00:00+08:00\","
                   "\"role\":\"visitor\",\"health_code\":\"%s\",\"venue_code\":true,\"mask\":true,"
                   "\"temperature\":36.%d,\"test_at\":\"2022-05-19T10:00:00+08:00\","
                   "\"test_result\":\"negative\"}\n",
                   policy, i % 10 == 0 ? "yellow" : "green", i % 10);
    double ms = TIMED(buf_str(&lines), NULL, "triage");
    row(figure, ms / n, "ms", "1");
    buf_fini(&lines);
}

int main(void)
{
    const char *given = getenv("BENCH_RECORDS");
    if (given != NULL)
        n_records = atoi(given);
    if (secret_init() != ERR_OK)
        return 1;
    setenv("JIUJIN_PIN", PIN, 1);
    folder = prog_folder();
    printf("%-46s %10s %-10s %s\n", "figure", "measured", "", "aim");
    screens();
    setenv("JIUJIN_USER", "admin", 1);
    char *dir = mem_printf("%s/site", folder);
    records(dir);
    sync_all(dir);
    title("One at a time");
    slips();
    triages("epidemic-2022", "a triage decision, in a stream");
    triages("epidemic-2022+respiratory+heat", "  the same with two overlays");
    free(dir);
    prog_folder_remove(folder);
    return 0;
}
