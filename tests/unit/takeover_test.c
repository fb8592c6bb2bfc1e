/* Two uploads of one site at the hub: the newer takes over, the older commits nothing more; and a
 * hub that is full says for how long. The routes run without a network (serve.h). */
#include "tests/unit/hub.h"

#include "sync/hub/serve.h"
#include "sync/hub/upload.h"
#include "sync/wire/pack.h"

/* One upload, as it comes in pieces. */
struct upload {
    struct serve s;
    struct wire_request asked;
    struct buf header;
    struct wire_pack pack;
    struct buf body;
};

static const char *header_of(const void *arg, const char *name)
{
    const struct upload *u = arg;
    return strcmp(name, WIRE_HEADER) == 0 ? buf_str((struct buf *)(uintptr_t)&u->header) : NULL;
}

static const char *query_of(const void *arg, const char *name)
{
    (void)arg, (void)name;
    return NULL;
}

static void got_on(void *arg)
{
    (void)arg;
}

static const struct serve_from from = {.header = header_of, .query = query_of, .progress = got_on};

static bool upload_begin(struct upload *u, const struct village *v, int64_t seq,
                         const unsigned char base[HASH_BYTES])
{
    bool other;
    char *path = mem_printf("/v1/sites/%s/entries", v->site);
    memset(u, 0, sizeof *u);
    wire_request_init(&u->asked, v->site, "entries");
    u->asked.epoch = v->epoch;
    u->asked.from = seq;
    memcpy(u->asked.base, base, HASH_BYTES);
    wire_request_write(&u->asked, v->sec, &u->header);
    u->s = (struct serve){.hub = hub, .from = &from, .arg = u};
    wire_pack_begin(&u->pack, 3, NULL, &u->body);
    bool on = serve_begin(&u->s, serve_find("POST", path, &other), path);
    free(path);
    return on;
}

/* Some more frames; false when they are passed over. */
static bool upload_more(struct upload *u, const struct buf *frames)
{
    wire_pack_add(&u->pack, frames->data, frames->len, &u->body);
    bool on = serve_more(&u->s, u->body.data, u->body.len);
    buf_clear(&u->body);
    return on;
}

/* The answer's error, "" when it is none; it is signed by the hub. *retry as it says. */
static char *upload_end(struct upload *u, int64_t *retry)
{
    json_t *answer = NULL;
    if (u->s.out.len == 0) { /* not refused before its body */
        wire_pack_end(&u->pack, &u->body);
        serve_more(&u->s, u->body.data, u->body.len);
        serve_answer(&u->s);
    }
    assert_ok(
        wire_answer_read(u->s.out.data, u->s.out.len, hub->keys.sign_pub, &u->asked, &answer));
    const char *error = js_str(answer, "error");
    char *out = mem_strdup(error != NULL ? error : "");
    *retry = js_int(answer, "retry", 0);
    json_decref(answer);
    serve_fini(&u->s);
    wire_pack_fini(&u->pack);
    buf_fini(&u->body);
    buf_fini(&u->header);
    return out;
}

static int64_t mark(const struct village *v)
{
    struct hub_mark m;
    assert_ok(hub_mark_read(hub, v->site, 1, &m));
    return m.seq;
}

static void write_frame(struct village *v, struct buf *frame)
{
    buf_clear(frame);
    for (int i = 0; i < 5; i++)
        village_write(v, "sign_in", NULL, "{}", NULL);
    village_frame(v, frame);
}

static void a_newer_connection_takes_over_and_the_older_commits_nothing_more(void **state)
{
    (void)state;
    int64_t retry;
    struct village v;
    struct upload old, new;
    struct buf first = BUF_INIT, second = BUF_INIT;
    unsigned char begin[HASH_BYTES], middle[HASH_BYTES];
    village_invite(&v, VILLAGE);
    memcpy(begin, v.hash, HASH_BYTES);
    assert_true(upload_begin(&old, &v, 1, begin));
    write_frame(&v, &first);
    memcpy(middle, v.hash, HASH_BYTES);
    assert_true(upload_more(&old, &first));
    assert_int_equal(mark(&v), 5);
    write_frame(&v, &second);
    assert_true(upload_begin(&new, &v, 6, middle));
    assert_false(upload_more(&old, &second)); /* the same bytes, too late */
    assert_int_equal(mark(&v), 5);
    assert_true(upload_more(&new, &second));
    assert_int_equal(mark(&v), 10);
    char *said = upload_end(&old, &retry);
    assert_string_equal(said, "state");
    free(said);
    write_frame(&v, &first);
    assert_true(upload_more(&new, &first)); /* the older one's end is not the newer one's */
    said = upload_end(&new, &retry);
    assert_string_equal(said, "");
    assert_int_equal(mark(&v), 15);
    assert_int_equal(hub_count("entries", VILLAGE), 15);
    free(said);
    buf_fini(&first);
    buf_fini(&second);
    village_fini(&v);
}

static void a_full_hub_says_for_how_long_and_is_free_again_when_one_ends(void **state)
{
    (void)state;
    int64_t retry;
    char site[SITE_CODE];
    struct village v[HUB_UPLOADS + 1];
    struct upload up[HUB_UPLOADS + 1];
    for (int i = 0; i <= HUB_UPLOADS; i++) {
        snprintf(site, sizeof site, "310118101%03d", i);
        village_invite(&v[i], site);
        assert_int_equal(upload_begin(&up[i], &v[i], 1, v[i].hash), i < HUB_UPLOADS);
    }
    char *said = upload_end(&up[HUB_UPLOADS], &retry);
    assert_string_equal(said, "busy");
    assert_in_range(retry, HUB_BUSY_LEAST_S, HUB_BUSY_LEAST_S + HUB_BUSY_MORE_S);
    free(said);
    free(upload_end(&up[3], &retry));
    assert_int_equal(retry, 0);
    assert_true(upload_begin(&up[3], &v[HUB_UPLOADS], 1, v[HUB_UPLOADS].hash));
    for (int i = 0; i < HUB_UPLOADS; i++)
        free(upload_end(&up[i], &retry));
}

/* Entries that fill half of what a short upload may have. */
static void write_much(struct village *v, struct buf *frame)
{
    char words[1001], body[1100];
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = 0;
    snprintf(body, sizeof body, "{'words':'%s'}", words);
    buf_clear(frame);
    for (size_t i = 0; i < HUB_SHORT / 2 / 1000; i++)
        village_write(v, "sign_in", NULL, body, NULL);
    village_frame(v, frame);
}

static void of_long_uploads_few_run_at_once_and_the_next_keeps_what_arrived(void **state)
{
    (void)state;
    int64_t retry;
    char site[SITE_CODE];
    struct buf frame = BUF_INIT;
    struct village v[HUB_LONG + 1];
    struct upload up[HUB_LONG + 1];
    for (int i = 0; i <= HUB_LONG; i++) {
        snprintf(site, sizeof site, "310118101%03d", i);
        village_invite(&v[i], site);
        assert_true(upload_begin(&up[i], &v[i], 1, v[i].hash));
        write_much(&v[i], &frame);
        assert_true(upload_more(&up[i], &frame)); /* short still */
        write_much(&v[i], &frame);
        assert_int_equal(upload_more(&up[i], &frame), i < HUB_LONG);
    }
    char *said = upload_end(&up[HUB_LONG], &retry);
    assert_string_equal(said, "busy");
    assert_int_equal(mark(&v[HUB_LONG]), v[HUB_LONG].seq);
    free(said);
    for (int i = 0; i < HUB_LONG; i++) {
        said = upload_end(&up[i], &retry);
        assert_string_equal(said, "");
        free(said);
    }
    for (int i = 0; i <= HUB_LONG; i++)
        village_fini(&v[i]);
    buf_fini(&frame);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_newer_connection_takes_over_and_the_older_commits_nothing_more),
        EACH(a_full_hub_says_for_how_long_and_is_free_again_when_one_ends),
        EACH(of_long_uploads_few_run_at_once_and_the_next_keeps_what_arrived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
