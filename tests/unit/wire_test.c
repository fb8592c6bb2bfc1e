/* The wire: frames and streams survive every split, and nothing damaged is taken for whole. */
#include "tests/unit/unit.h"

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/rnd.h"
#include "sync/wire/frame.h"
#include "sync/wire/pack.h"
#include "sync/wire/talk.h"

#define SITE "999118001203"

static unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES], base[HASH_BYTES];

static int make_keys(void **state)
{
    (void)state;
    secret_init();
    secret_sign_pair(pub, sec);
    journal_first_hash(SITE, 1, base);
    return 0;
}

static struct wire_entry entry_of(const char *head, const char *sealed)
{
    return (struct wire_entry){.head = (const unsigned char *)head,
                               .head_len = strlen(head),
                               .sealed = (const unsigned char *)sealed,
                               .sealed_len = sealed != NULL ? strlen(sealed) : 0};
}

/* Two frames: entries 1-3 (one sealed, one dropped), entry 4. */
static void two_frames(struct buf *out)
{
    struct wire_writer w = {0};
    struct wire_entry e[3] = {entry_of("{\"n\":1}", NULL), entry_of("{\"n\":2}", "sealed bytes"),
                              entry_of("{\"n\":3}", NULL)};
    e[2].dropped = true;
    memset(e[2].sealed_hash, 7, HASH_BYTES);
    for (int i = 0; i < 3; i++)
        assert_ok(wire_writer_add(&w, i + 1, &e[i]));
    unsigned char sig[SIGN_BYTES];
    wire_sign_tip(sec, SITE, 1, 3, base, sig);
    wire_writer_end(&w, sig);
    buf_add(out, w.bytes.data, w.bytes.len);
    wire_writer_clear(&w);
    e[0] = entry_of("{\"n\":4}", NULL);
    assert_ok(wire_writer_add(&w, 4, &e[0]));
    wire_writer_end(&w, sig);
    buf_add(out, w.bytes.data, w.bytes.len);
    buf_fini(&w.bytes);
}

/* Writes what it was handed as text. */
static enum err note(void *arg, const struct wire_frame *f)
{
    struct buf *seen = arg;
    buf_printf(seen, "[%u", f->first);
    for (unsigned i = 0; i < f->count; i++) {
        const struct wire_entry *e = &f->entry[i];
        buf_printf(seen, " %.*s/%.*s%s", (int)e->head_len, e->head, (int)e->sealed_len,
                   e->sealed != NULL ? (const char *)e->sealed : "", e->dropped ? "dropped" : "");
    }
    buf_byte(seen, ']');
    return ERR_OK;
}

static const char whole[] = "[1 {\"n\":1}/ {\"n\":2}/sealed bytes {\"n\":3}/dropped][4 {\"n\":4}/]";

static void frames_come_whole_out_of_every_split(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    two_frames(&bytes);
    for (size_t a = 0; a <= bytes.len; a++) {
        struct wire_decoder d = {0};
        struct buf seen = BUF_INIT;
        assert_ok(wire_decode(&d, bytes.data, a, note, &seen));
        assert_ok(wire_decode(&d, bytes.data + a, bytes.len - a, note, &seen));
        assert_string_equal(buf_str(&seen), whole);
        assert_true(wire_decoder_idle(&d));
        wire_decoder_fini(&d);
        buf_fini(&seen);
    }
    struct wire_decoder d = {0};
    struct buf seen = BUF_INIT;
    for (size_t i = 0; i < bytes.len; i++)
        assert_ok(wire_decode(&d, bytes.data + i, 1, note, &seen));
    assert_string_equal(buf_str(&seen), whole);
    wire_decoder_fini(&d);
    buf_fini(&seen);
    buf_fini(&bytes);
}

static void a_frame_cut_short_is_never_handed_over(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    two_frames(&bytes);
    size_t first = get_u32(bytes.data);
    for (size_t n = 0; n < bytes.len; n++) {
        struct wire_decoder d = {0};
        struct buf seen = BUF_INIT;
        assert_ok(wire_decode(&d, bytes.data, n, note, &seen));
        assert_int_equal(strchr(buf_str(&seen), ']') != NULL, n >= first);
        assert_null(strstr(buf_str(&seen), "[4"));
        assert_int_equal(wire_decoder_idle(&d), n == 0 || n == first);
        wire_decoder_fini(&d);
        buf_fini(&seen);
    }
    buf_fini(&bytes);
}

static void every_flipped_bit_is_found_or_waits_for_more(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    two_frames(&bytes);
    size_t first = get_u32(bytes.data);
    for (size_t i = 0; i < first * 8; i++) {
        bytes.data[i / 8] ^= (unsigned char)(1 << (i % 8));
        struct wire_decoder d = {0};
        struct buf seen = BUF_INIT;
        enum err rc = wire_decode(&d, bytes.data, bytes.len, note, &seen);
        assert_string_equal(buf_str(&seen), "");
        assert_true(rc == ERR_FRAME || !wire_decoder_idle(&d));
        if (rc != ERR_OK) /* and it takes no more */
            assert_int_equal(wire_decode(&d, bytes.data, bytes.len, note, &seen), rc);
        bytes.data[i / 8] ^= (unsigned char)(1 << (i % 8));
        wire_decoder_fini(&d);
        buf_fini(&seen);
    }
    buf_fini(&bytes);
}

static void fix_crc(struct buf *frame)
{
    uint32_t crc = wire_crc32c(0, frame->data + 4, 6);
    crc = wire_crc32c(crc, frame->data + WIRE_FRAME_HEAD, frame->len - WIRE_FRAME_HEAD);
    for (int i = 0; i < 4; i++)
        frame->data[10 + i] = (unsigned char)(crc >> (8 * i));
}

static void lengths_that_lie_are_refused_even_with_a_right_checksum(void **state)
{
    (void)state;
    static const uint32_t lies[] = {0,      1,       6,          8,          0x7fffffff,
                                    0xffff, 0x10001, 0x80000000, 0x80000001, 0xffffffff};
    struct buf bytes = BUF_INIT;
    two_frames(&bytes);
    bytes.len = get_u32(bytes.data);
    size_t sealed_at = WIRE_FRAME_HEAD + 4 + 7;
    for (size_t k = 0; k < sizeof lies / sizeof *lies; k++)
        for (size_t at = WIRE_FRAME_HEAD; at <= sealed_at; at += sealed_at - WIRE_FRAME_HEAD) {
            unsigned char old[4];
            memcpy(old, bytes.data + at, 4);
            if (get_u32(old) == lies[k])
                continue;
            for (int i = 0; i < 4; i++)
                bytes.data[at + (size_t)i] = (unsigned char)(lies[k] >> (8 * i));
            fix_crc(&bytes);
            struct wire_decoder d = {0};
            struct buf seen = BUF_INIT;
            assert_err(ERR_FRAME, wire_decode(&d, bytes.data, bytes.len, note, &seen));
            assert_string_equal(buf_str(&seen), "");
            memcpy(bytes.data + at, old, 4);
            wire_decoder_fini(&d);
            buf_fini(&seen);
        }
    buf_fini(&bytes);
}

static void a_frame_over_a_megabyte_is_refused_before_it_is_held(void **state)
{
    (void)state;
    unsigned char head[WIRE_FRAME_HEAD] = {1, 0, 0x10, 0, 1, 0, 0, 0, 1, 0};
    struct wire_decoder d = {0};
    assert_err(ERR_FRAME, wire_decode(&d, head, sizeof head, note, NULL));
    wire_decoder_fini(&d);
    head[2] = 0x0f; /* just under it: waits */
    struct wire_decoder e = {0};
    assert_ok(wire_decode(&e, head, sizeof head, note, NULL));
    wire_decoder_fini(&e);
}

static void the_writer_refuses_gaps_and_what_is_too_long(void **state)
{
    (void)state;
    struct wire_writer w = {0};
    struct wire_entry e = entry_of("{}", NULL);
    assert_ok(wire_writer_add(&w, 7, &e));
    assert_err(ERR_INTERNAL, wire_writer_add(&w, 9, &e));
    e.head_len = WIRE_HEAD_MAX + 1;
    assert_err(ERR_TOO_LONG, wire_writer_add(&w, 8, &e));
    e = entry_of("{}", NULL);
    int n = 1;
    while (wire_writer_fits(&w, e.head_len, 0) && n < 1000)
        assert_ok(wire_writer_add(&w, 7 + n++, &e));
    assert_int_equal(n, WIRE_FRAME_ENTRIES);
    buf_fini(&w.bytes);
}

static void the_signature_of_a_tip_fits_one_place_only(void **state)
{
    (void)state;
    unsigned char sig[SIGN_BYTES], hash[HASH_BYTES];
    memset(hash, 1, sizeof hash);
    wire_sign_tip(sec, SITE, 1, 50, hash, sig);
    assert_true(wire_verify_tip(pub, SITE, 1, 50, hash, sig));
    assert_false(wire_verify_tip(pub, SITE, 2, 50, hash, sig));
    assert_false(wire_verify_tip(pub, SITE, 1, 51, hash, sig));
    assert_false(wire_verify_tip(pub, "999118001204", 1, 50, hash, sig));
    hash[0] = 2;
    assert_false(wire_verify_tip(pub, SITE, 1, 50, hash, sig));
}

static void the_checksum_is_the_one_of_the_standard(void **state)
{
    (void)state;
    assert_int_equal(wire_crc32c(0, "123456789", 9), 0xe3069283u); /* RFC 3720's polynomial */
    assert_int_equal(wire_crc32c(wire_crc32c(0, "1234", 4), "56789", 5), 0xe3069283u);
}

static enum err gather(void *arg, const void *bytes, size_t len)
{
    buf_add(arg, bytes, len);
    return ERR_OK;
}

static void packed_of(const struct buf *plain, struct buf *out)
{
    struct wire_pack p = {0};
    wire_pack_begin(&p, 9, NULL, out);
    wire_pack_add(&p, plain->data, plain->len / 2, out);
    wire_pack_add(&p, plain->data + plain->len / 2, plain->len - plain->len / 2, out);
    wire_pack_end(&p, out);
    wire_pack_fini(&p);
}

static void a_stream_comes_whole_out_of_every_split(void **state)
{
    (void)state;
    struct buf plain = BUF_INIT, packed = BUF_INIT;
    two_frames(&plain);
    packed_of(&plain, &packed);
    for (size_t a = 0; a <= packed.len; a++) {
        struct wire_unpack u = {0};
        struct buf got = BUF_INIT;
        assert_ok(wire_unpack_add(&u, packed.data, a, gather, &got));
        assert_int_equal(wire_unpack_done(&u), a == packed.len);
        assert_ok(wire_unpack_add(&u, packed.data + a, packed.len - a, gather, &got));
        assert_true(wire_unpack_done(&u));
        assert_int_equal(got.len, plain.len);
        assert_memory_equal(got.data, plain.data, plain.len);
        wire_unpack_fini(&u);
        buf_fini(&got);
    }
    buf_fini(&plain);
    buf_fini(&packed);
}

static void what_was_flushed_comes_out_before_the_stream_ends(void **state)
{
    (void)state;
    struct buf packed = BUF_INIT, got = BUF_INIT;
    struct wire_pack p = {0};
    struct wire_unpack u = {0};
    wire_pack_begin(&p, 9, NULL, &packed);
    wire_pack_add(&p, "one frame", 9, &packed);
    assert_ok(wire_unpack_add(&u, packed.data, packed.len, gather, &got));
    assert_string_equal(buf_str(&got), "one frame");
    assert_false(wire_unpack_done(&u));
    wire_pack_fini(&p);
    wire_unpack_fini(&u);
    buf_fini(&packed);
    buf_fini(&got);
}

static void bytes_behind_the_end_of_a_stream_are_refused(void **state)
{
    (void)state;
    struct buf plain = BUF_INIT, packed = BUF_INIT, got = BUF_INIT;
    two_frames(&plain);
    packed_of(&plain, &packed);
    buf_byte(&packed, 0);
    struct wire_unpack u = {0};
    assert_err(ERR_FRAME, wire_unpack_add(&u, packed.data, packed.len, gather, &got));
    wire_unpack_fini(&u);
    buf_fini(&plain);
    buf_fini(&packed);
    buf_fini(&got);
}

static void a_preamble_of_another_version_prefix_or_lane_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        struct buf out = BUF_INIT;
        wire_preamble_put(&(struct wire_preamble){.version = 1, .suite = 1}, &out);
        out.data[i] ^= 2;
        struct wire_unpack u = {0};
        assert_err(i == 6 ? ERR_PREFIX : ERR_FRAME,
                   wire_unpack_add(&u, out.data, out.len, gather, NULL));
        wire_unpack_fini(&u);
        buf_fini(&out);
    }
}

static enum err count(void *arg, const void *bytes, size_t len)
{
    (void)bytes;
    *(size_t *)arg += len;
    return ERR_OK;
}

static void a_bomb_of_zeros_is_stopped_at_the_limit(void **state)
{
    (void)state;
    struct buf packed = BUF_INIT;
    struct wire_pack p = {0};
    static const unsigned char zeros[1 << 20];
    wire_pack_begin(&p, 1, NULL, &packed);
    for (int i = 0; i < 70; i++)
        wire_pack_add(&p, zeros, sizeof zeros, &packed);
    wire_pack_end(&p, &packed);
    wire_pack_fini(&p);
    struct wire_unpack u = {0};
    size_t n = 0;
    assert_err(ERR_TOO_LONG, wire_unpack_add(&u, packed.data, packed.len, count, &n));
    assert_true(n <= WIRE_UNPACKED_MAX);
    wire_unpack_fini(&u);
    struct buf out = BUF_INIT, squeezed = BUF_INIT;
    wire_squeeze(zeros, sizeof zeros, &squeezed);
    assert_err(ERR_TOO_LONG, wire_expand(squeezed.data, squeezed.len, 1000, &out));
    assert_int_equal(out.len, 0);
    assert_ok(wire_expand(squeezed.data, squeezed.len, sizeof zeros, &out));
    assert_int_equal(out.len, sizeof zeros);
    buf_fini(&squeezed);
    buf_fini(&packed);
    buf_fini(&out);
}

static void a_request_is_read_as_it_was_written_and_every_change_breaks_it(void **state)
{
    (void)state;
    struct wire_request r, got;
    wire_request_init(&r, SITE, "entries");
    r.epoch = 3;
    r.from = 58;
    memcpy(r.base, base, HASH_BYTES);
    struct buf text = BUF_INIT;
    wire_request_write(&r, sec, &text);
    assert_ok(wire_request_read(buf_str(&text), &got));
    assert_memory_equal(&got, &r, sizeof r);
    assert_true(wire_request_verify(buf_str(&text), pub));
    for (size_t i = 0; i + 3 < text.len; i++) { /* the last signs of base64 may be padding */
        text.data[i] ^= 1;
        assert_false(wire_request_verify(buf_str(&text), pub) &&
                     wire_request_read(buf_str(&text), &got) == ERR_OK);
        text.data[i] ^= 1;
    }
    static const char *const broken[] = {"", ";;;;;;;;", "1;2;3", "1;999118001203;-1;0;;0;;mark;"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_err(ERR_SIGNATURE, wire_request_read(broken[i], &got));
    buf_fini(&text);
}

static json_t *answer_to(const struct wire_request *r)
{
    char nonce[2 * WIRE_NONCE + 1];
    hex_encode(r->nonce, WIRE_NONCE, nonce);
    json_t *a = json_object();
    js_set_str(a, "site", r->site);
    js_set_str(a, "nonce", nonce);
    js_set_int(a, "ack", 57);
    return a;
}

static void an_answer_counts_only_from_the_hub_that_we_know_and_to_our_request(void **state)
{
    (void)state;
    struct wire_request r, other;
    wire_request_init(&r, SITE, "mark");
    wire_request_init(&other, SITE, "mark");
    json_t *a = answer_to(&r), *got;
    struct buf bytes = BUF_INIT;
    wire_answer_write(a, sec, &bytes);
    assert_ok(wire_answer_read(bytes.data, bytes.len, pub, &r, &got));
    assert_int_equal(js_int(got, "ack", 0), 57);
    json_decref(got);
    assert_err(ERR_HUB_ANSWER, wire_answer_read(bytes.data, bytes.len, pub, &other, &got));
    unsigned char stranger[SIGN_PUB_BYTES], its[SIGN_SEC_BYTES];
    secret_sign_pair(stranger, its);
    assert_err(ERR_HUB_KEY, wire_answer_read(bytes.data, bytes.len, stranger, &r, &got));
    for (size_t i = 0; i < bytes.len; i++) {
        bytes.data[i] ^= 4;
        enum err rc = wire_answer_read(bytes.data, bytes.len, pub, &r, &got);
        assert_true(rc == ERR_HUB_KEY || rc == ERR_HUB_ANSWER);
        assert_null(got);
        bytes.data[i] ^= 4;
    }
    for (size_t n = 0; n < bytes.len; n++)
        assert_int_not_equal(wire_answer_read(bytes.data, n, pub, &r, &got), ERR_OK);
    json_decref(a);
    buf_fini(&bytes);
}

static void an_order_is_signed_for_one_site_and_number(void **state)
{
    (void)state;
    static const char head[] = "{\"n\":3,\"k\":\"decision\",\"body\":{\"text\":\"材料齐全\"}}";
    unsigned char sig[SIGN_BYTES];
    wire_order_sign(sec, SITE, 3, head, strlen(head), "xyz", 3, sig);
    json_t *o = wire_order_write(3, head, strlen(head), "xyz", 3, sig);
    struct buf got = BUF_INIT, sealed = BUF_INIT;
    int64_t n;
    assert_ok(wire_order_read(o, pub, SITE, &n, &got, &sealed));
    assert_int_equal(n, 3);
    assert_string_equal(buf_str(&got), head);
    assert_string_equal(buf_str(&sealed), "xyz");
    buf_clear(&got);
    buf_clear(&sealed);
    assert_err(ERR_SIGNATURE, wire_order_read(o, pub, "999118001204", &n, &got, &sealed));
    buf_clear(&got);
    buf_clear(&sealed);
    js_set_int(o, "n", 4);
    assert_err(ERR_SIGNATURE, wire_order_read(o, pub, SITE, &n, &got, &sealed));
    buf_clear(&got);
    buf_clear(&sealed);
    js_set_int(o, "n", 3);
    js_set_str(o, "sealed", "not base64!");
    assert_err(ERR_HUB_ANSWER, wire_order_read(o, pub, SITE, &n, &got, &sealed));
    json_decref(o);
    buf_fini(&got);
    buf_fini(&sealed);
}

static void an_enrolment_code_is_read_as_people_write_it(void **state)
{
    (void)state;
    struct wire_code code, got;
    char text[WIRE_CODE_TEXT], loose[2 * WIRE_CODE_TEXT] = "";
    for (int round = 0; round < 100; round++) {
        rnd_bytes(&code, sizeof code);
        wire_code_write(&code, text);
        assert_int_equal(strlen(text), 39);
        assert_ok(wire_code_read(text, &got));
        assert_memory_equal(&got, &code, sizeof code);
        size_t n = 0;
        for (const char *p = text; *p != 0; p++)
            if (*p == '0' || *p == '1')
                loose[n++] = *p == '0' ? 'o' : 'L';
            else if (*p != '-')
                loose[n++] = (char)(*p >= 'A' ? *p + 32 : *p), loose[n++] = ' ';
        loose[n] = 0;
        assert_ok(wire_code_read(loose, &got));
        assert_memory_equal(&got, &code, sizeof code);
    }
    int missed = 0;
    for (size_t i = 0; i < 39; i++) {
        char wrong[WIRE_CODE_TEXT];
        memcpy(wrong, text, sizeof wrong);
        if (wrong[i] == '-')
            continue;
        wrong[i] = wrong[i] == '7' ? '8' : '7';
        missed += wire_code_read(wrong, &got) == ERR_OK;
    }
    assert_true(missed <= 3); /* one in 256 by chance */
    assert_err(ERR_ENROL_CODE, wire_code_read("", &got));
    assert_err(ERR_ENROL_CODE, wire_code_read("ABCD-EFGH", &got));
    assert_err(ERR_ENROL_CODE, wire_code_read("%%%%-%%%%", &got));
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_whole_out_of_every_split),
        cmocka_unit_test(a_frame_cut_short_is_never_handed_over),
        cmocka_unit_test(every_flipped_bit_is_found_or_waits_for_more),
        cmocka_unit_test(lengths_that_lie_are_refused_even_with_a_right_checksum),
        cmocka_unit_test(a_frame_over_a_megabyte_is_refused_before_it_is_held),
        cmocka_unit_test(the_writer_refuses_gaps_and_what_is_too_long),
        cmocka_unit_test(the_signature_of_a_tip_fits_one_place_only),
        cmocka_unit_test(the_checksum_is_the_one_of_the_standard),
        cmocka_unit_test(a_stream_comes_whole_out_of_every_split),
        cmocka_unit_test(what_was_flushed_comes_out_before_the_stream_ends),
        cmocka_unit_test(bytes_behind_the_end_of_a_stream_are_refused),
        cmocka_unit_test(a_preamble_of_another_version_prefix_or_lane_is_refused),
        cmocka_unit_test(a_bomb_of_zeros_is_stopped_at_the_limit),
        cmocka_unit_test(a_request_is_read_as_it_was_written_and_every_change_breaks_it),
        cmocka_unit_test(an_answer_counts_only_from_the_hub_that_we_know_and_to_our_request),
        cmocka_unit_test(an_order_is_signed_for_one_site_and_number),
        cmocka_unit_test(an_enrolment_code_is_read_as_people_write_it),
    };
    return cmocka_run_group_tests_name("wire", tests, make_keys, NULL);
}
