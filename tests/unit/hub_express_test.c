/* The express lane at the hub: what overtakes is shown at once, and is the same entry later. */
#include "tests/unit/hub.h"

#include "sync/hub/express.h"
#include "sync/wire/dict.h"

#define INCIDENT "{'visit':null,'person':'1.1','cause':'temperature','actions':['leader']}"
#define STEP "{'step':'closed','by':null}"

struct start { /* where the stream's frame begins */
    int64_t from;
    unsigned char base[HASH_BYTES];
};

static struct start start_of(const struct village *v)
{
    struct start s = {.from = v->seq + 1};
    memcpy(s.base, v->hash, HASH_BYTES);
    return s;
}

/* Writes an entry into the stream's frame, and the same bytes as a frame that stands alone. */
static void write_both(struct village *v, const char *kind, const char *sub, const char *body,
                       const char *sealed, struct buf *alone)
{
    struct wire_writer w = {0};
    unsigned char sig[SIGN_BYTES];
    size_t at = v->frame.count == 0 ? WIRE_FRAME_HEAD : v->frame.bytes.len;
    wire_writer_alone(&w, v->hash);
    village_write(v, kind, sub, body, sealed);
    const unsigned char *p = v->frame.bytes.data + at;
    struct wire_entry e = {.head = p + 4, .head_len = get_u32(p)};
    e.sealed_len = get_u32(p + 4 + e.head_len);
    e.sealed = e.sealed_len > 0 ? p + 8 + e.head_len : NULL;
    assert_ok(wire_writer_add(&w, v->seq, &e));
    wire_sign_tip(v->sec, v->site, v->epoch, v->seq, v->hash, sig);
    wire_writer_end(&w, sig);
    buf_add(alone, w.bytes.data, w.bytes.len);
    buf_fini(&w.bytes);
}

/* Sends such frames; what the hub says that it has of them. */
static enum err send_express(const struct village *v, const struct buf *frames, size_t *told)
{
    struct buf body = BUF_INIT;
    struct wire_request asked;
    struct wire_pack pack = {.lane = WIRE_LANE_EXPRESS};
    json_t *list = NULL;
    wire_request_init(&asked, v->site, "express");
    asked.epoch = v->epoch;
    wire_pack_begin(&pack, 3, wire_dictionary(0), &body);
    wire_pack_add(&pack, frames->data, frames->len, &body);
    wire_pack_end(&pack, &body);
    enum err rc = hub_express_body(hub, &asked, body.data, body.len, &list);
    *told = json_array_size(list);
    wire_pack_fini(&pack);
    json_decref(list);
    buf_fini(&body);
    return rc;
}

static struct hub_mark mark_of(const struct village *v)
{
    struct hub_mark mark;
    assert_ok(hub_mark_read(hub, v->site, v->epoch, &mark));
    return mark;
}

/* A person, many signs of life, an incident and its step: the three that matter go ahead. */
static struct start write_day(struct village *v, struct buf *alone)
{
    char incident[ENTRY_ID];
    village_invite(v, VILLAGE);
    struct start s = start_of(v);
    write_both(v, "person", NULL, "{'tag':null,'has_phone':true}", PERSON, alone);
    for (int i = 0; i < 30; i++)
        village_write(v, "sign_in", NULL, "{}", NULL);
    write_both(v, "incident", NULL, INCIDENT, "{'note':'38.2'}", alone);
    journal_id(false, 1, v->seq, incident);
    village_write(v, "sign_out", NULL, "{}", NULL);
    write_both(v, "incident_step", incident, STEP, NULL, alone);
    return s;
}

static void what_overtakes_is_shown_at_once_and_the_later_copy_changes_nothing(void **state)
{
    (void)state;
    size_t told;
    struct village v;
    struct buf alone = BUF_INIT;
    struct start s = write_day(&v, &alone);
    assert_ok(send_express(&v, &alone, &told));
    assert_int_equal(told, 3);
    assert_int_equal(mark_of(&v).seq, 0);
    assert_int_equal(hub_count("entries", VILLAGE), 0);
    assert_int_equal(hub_count("express", VILLAGE), 3);
    json_t *rows = hub_rows_of("incidents", VILLAGE), *person = NULL;
    assert_int_equal(json_array_size(rows), 1);
    json_t *before = json_deep_copy(rows);
    assert_string_equal(js_str(json_array_get(rows, 0), "id"), "1.32");
    json_decref(rows);
    assert_ok(hub_person(hub, VILLAGE, "1.1", &person)); /* the name opens without the stream */
    assert_string_equal(js_str(person, "name"), "测试甲");
    json_decref(person);
    assert_ok(send_express(&v, &alone, &told)); /* a lost answer: it comes again */
    assert_int_equal(told, 3);
    assert_int_equal(hub_count("express", VILLAGE), 3);

    assert_ok(village_send(&v, s.from, s.base));
    assert_int_equal(mark_of(&v).seq, 34);
    assert_int_equal(hub_count("entries", VILLAGE), 34);
    assert_int_equal(hub_count("express", VILLAGE), 0);
    rows = hub_rows_of("incidents", VILLAGE);
    assert_true(json_equal(rows, before));
    assert_ok(send_express(&v, &alone, &told)); /* one that was under way for very long */
    assert_int_equal(told, 3);
    assert_int_equal(hub_count("express", VILLAGE), 0);
    json_decref(rows);
    json_decref(before);
    buf_fini(&alone);
    village_fini(&v);
}

static void an_older_entry_about_a_person_does_not_undo_one_that_overtook_it(void **state)
{
    (void)state;
    size_t told;
    struct village v;
    json_t *person = NULL;
    struct buf alone = BUF_INIT;
    village_invite(&v, VILLAGE);
    struct start s = start_of(&v);
    village_write(&v, "person", NULL, "{'tag':null,'has_phone':true}", PERSON);
    write_both(&v, "person", "1.1", "{'tag':null,'has_phone':false}", "{'name':'测试乙'}", &alone);
    assert_ok(send_express(&v, &alone, &told));
    assert_ok(village_send(&v, s.from, s.base));
    assert_ok(hub_person(hub, VILLAGE, "1.1", &person));
    assert_string_equal(js_str(person, "name"), "测试乙");
    json_decref(person);
    buf_fini(&alone);
    village_fini(&v);
}

static void another_entry_under_the_number_is_a_fork_whichever_comes_first(void **state)
{
    (void)state;
    size_t told;
    struct village v, clone;
    struct buf one = BUF_INIT, other = BUF_INIT;
    village_invite(&v, VILLAGE);
    clone = v;
    struct start s = start_of(&v);
    write_both(&v, "incident", NULL, INCIDENT, NULL, &one);
    write_both(&clone, "resume", NULL, "{'scope':'site'}", NULL, &other);
    assert_ok(send_express(&v, &one, &told));
    assert_err(ERR_FORK, send_express(&clone, &other, &told)); /* both by express */
    assert_int_equal(told, 0);
    assert_int_equal(hub_count("forks", VILLAGE), 1);
    assert_err(ERR_FORK, village_send(&clone, s.from, s.base)); /* the stream behind express */
    assert_int_equal(mark_of(&v).seq, 0);
    assert_int_equal(hub_count("entries", VILLAGE), 0);
    assert_ok(village_send(&v, s.from, s.base));
    assert_err(ERR_FORK, send_express(&clone, &other, &told)); /* express behind the stream */
    assert_int_equal(hub_count("forks", VILLAGE), 1);
    assert_int_equal(mark_of(&v).seq, 1);
    buf_fini(&one);
    buf_fini(&other);
    village_fini(&v);
    village_fini(&clone);
}

static void what_may_wait_is_left_to_the_stream_and_what_is_forged_is_refused(void **state)
{
    (void)state;
    size_t told;
    struct village v;
    struct buf plain = BUF_INIT, forged = BUF_INIT;
    village_invite(&v, VILLAGE);
    write_both(&v, "sign_in", NULL, "{}", NULL, &plain);
    assert_ok(send_express(&v, &plain, &told));
    assert_int_equal(told, 0);
    assert_int_equal(hub_count("express", VILLAGE), 0);
    unsigned char pub[SIGN_PUB_BYTES];
    secret_sign_pair(pub, v.sec);
    write_both(&v, "incident", NULL, INCIDENT, NULL, &forged);
    assert_err(ERR_SIGNATURE, send_express(&v, &forged, &told));
    assert_int_equal(hub_count("incidents", VILLAGE), 0);
    buf_fini(&plain);
    buf_fini(&forged);
    village_fini(&v);
}

static void a_frame_of_the_stream_is_no_express_and_the_other_way_round(void **state)
{
    (void)state;
    size_t told;
    struct village v;
    struct buf alone = BUF_INIT, frame = BUF_INIT;
    village_invite(&v, VILLAGE);
    struct start s = start_of(&v);
    write_both(&v, "incident", NULL, INCIDENT, NULL, &alone);
    village_frame(&v, &frame);
    assert_err(ERR_FRAME, send_express(&v, &frame, &told));
    assert_err(ERR_FRAME, hub_offer(&v, s.from, s.base, &alone));
    assert_int_equal(hub_count("incidents", VILLAGE), 0);
    buf_fini(&alone);
    buf_fini(&frame);
    village_fini(&v);
}

static void what_cannot_be_used_is_kept_marked_and_hinders_nothing(void **state)
{
    (void)state;
    size_t told;
    struct village v;
    struct buf alone = BUF_INIT;
    village_invite(&v, VILLAGE);
    struct start s = start_of(&v);
    write_both(&v, "incident_step", "1.77", STEP, NULL, &alone);
    write_both(&v, "incident", NULL, INCIDENT, NULL, &alone);
    assert_ok(send_express(&v, &alone, &told));
    assert_int_equal(told, 2);
    assert_int_equal(hub_count("incidents", VILLAGE), 1);
    assert_ok(village_send(&v, s.from, s.base));
    json_t *rows = hub_rows_of("entries", VILLAGE);
    assert_non_null(js_str(json_array_get(rows, 0), "refused"));
    assert_null(js_str(json_array_get(rows, 1), "refused"));
    json_decref(rows);
    buf_fini(&alone);
    village_fini(&v);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(what_overtakes_is_shown_at_once_and_the_later_copy_changes_nothing),
        EACH(an_older_entry_about_a_person_does_not_undo_one_that_overtook_it),
        EACH(another_entry_under_the_number_is_a_fork_whichever_comes_first),
        EACH(what_may_wait_is_left_to_the_stream_and_what_is_forged_is_refused),
        EACH(a_frame_of_the_stream_is_no_express_and_the_other_way_round),
        EACH(what_cannot_be_used_is_kept_marked_and_hinders_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
