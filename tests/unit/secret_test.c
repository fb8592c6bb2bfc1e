/* Sealing, tags, PINs, signatures. */
#include "tests/unit/unit.h"

#include "kiosk/base/asset.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/rnd.h"
#include "kiosk/secret/secret.h"
#include "kiosk/secret/terse.h"

static const struct pin_cost cheap = {1, 8192};

static void what_is_sealed_opens_with_its_key_and_place_only(void **state)
{
    (void)state;
    unsigned char key[KEY_BYTES], other[KEY_BYTES];
    rnd_bytes(key, sizeof key);
    rnd_bytes(other, sizeof other);
    struct buf sealed = BUF_INIT, plain = BUF_INIT;
    secret_seal(key, "a/1.1/person", "示例", 6, &sealed);
    assert_int_equal(sealed.len, 16 + 32);
    assert_err(ERR_SEAL, secret_open(other, "a/1.1/person", sealed.data, sealed.len, &plain));
    assert_err(ERR_SEAL, secret_open(key, "a/1.2/person", sealed.data, sealed.len, &plain));
    assert_ok(secret_open(key, "a/1.1/person", sealed.data, sealed.len, &plain));
    assert_string_equal(buf_str(&plain), "示例");
    for (size_t i = 0; i < sealed.len; i++) {
        sealed.data[i] ^= 1;
        buf_clear(&plain);
        assert_err(ERR_SEAL, secret_open(key, "a/1.1/person", sealed.data, sealed.len, &plain));
        sealed.data[i] ^= 1;
    }
    buf_wipe(&sealed);
    buf_wipe(&plain);
}

static void lengths_within_a_block_look_alike(void **state)
{
    (void)state;
    unsigned char key[KEY_BYTES] = {1};
    struct buf a = BUF_INIT, b = BUF_INIT;
    secret_seal(key, "p", "1", 1, &a);
    secret_seal(key, "p", "0123456789012345678901234567890", 31, &b);
    assert_int_equal(a.len, b.len);
    buf_fini(&a);
    buf_fini(&b);
}

static void opens_as(const char *hex, const char *text)
{
    unsigned char key[KEY_BYTES], sealed[256];
    struct buf plain = BUF_INIT;
    size_t len = strlen(hex) / 2;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (unsigned char)i;
    assert_int_equal(hex_decode(hex, sealed, len), 0);
    assert_ok(secret_open(key, "999118001203/1.7/person", sealed, len, &plain));
    assert_string_equal(buf_str(&plain), text);
    buf_fini(&plain);
}

/* Made by other programs: the first by libsodium's calls alone, the second by a Python of its own.
 */
static void both_forms_of_sealed_texts_open_for_ever(void **state)
{
    (void)state;
    opens_as(
        "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7807981dfb1086c9b51b85a7c52747224b005b9b7"
        "f8aed15a87d436346611080f7e500cff693b73fed0a25e937a388fd2",
        "{\"name\":\"x\"}");
    opens_as(
        "6f33f1d6cd14484a5136a1744410792f09d7cad899022e2b19891a618b3671d1226fd46ea742cc16ca93f41b"
        "e3d54d9d",
        "{\"name\":\"x\"}");
}

static void the_words_that_both_sides_know_are_those_that_shipped(void **state)
{
    (void)state;
    static const char *const shipped[][2] = {
        {"secret/terse-1.txt", "fc4c48086bd33e152d4a450584e695829d30e943a9c3847a653ed7d4423ab460"},
        {"secret/terse-2.dict", "4bb440275faf1dd53a1f9148b18670b9efdb9552f39e62e1ecb860e12ac7a1a3"},
    };
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
        const struct asset *a = asset_find(shipped[i][0]);
        unsigned char hash[HASH_BYTES];
        char hex[2 * HASH_BYTES + 1];
        secret_hash_once(a->data, a->len, hash);
        hex_encode(hash, HASH_BYTES, hex);
        assert_string_equal(hex, shipped[i][1]);
    }
    unsigned char first[64]; /* by the first words */
    static const char hex[] = "01202b65000010227d020049670ea8bd3310";
    struct buf plain = BUF_INIT;
    assert_int_equal(hex_decode(hex, first, sizeof hex / 2), 0);
    assert_ok(terse_read(first, sizeof hex / 2, &plain));
    assert_string_equal(buf_str(&plain), "{\"relation\":\"子女\",\"note\":\"行动不便\"}");
    buf_fini(&plain);
}

static void the_same_text_at_another_place_looks_like_another(void **state)
{
    (void)state;
    unsigned char key[KEY_BYTES] = {1};
    struct buf a = BUF_INIT, b = BUF_INIT;
    secret_seal(key, "p/1.1/person", "text", 4, &a);
    secret_seal(key, "p/1.2/person", "text", 4, &b);
    for (size_t i = 0; i + 8 <= a.len; i += 8)
        assert_memory_not_equal(a.data + i, b.data + i, 8);
    buf_clear(&b); /* a clone that writes other words under the same number */
    secret_seal(key, "p/1.1/person", "tezt", 4, &b);
    for (size_t i = 0; i + 8 <= a.len; i += 8)
        assert_memory_not_equal(a.data + i, b.data + i, 8);
    buf_fini(&a);
    buf_fini(&b);
}

static void records_are_sealed_in_few_bytes_and_old_ones_open(void **state)
{
    (void)state;
    static const char visit[] =
        "{\"facts\":{\"health_code\":\"none\",\"venue_code\":true,\"mask\":false,"
        "\"temperature\":36.4,\"test_at\":\"2022-05-18T13:10:07+08:00\",\"test_result\":"
        "\"negative\",\"at\":\"2022-05-20T08:00:14+08:00\"},\"purpose\":\"咨询低保\"}";
    struct buf terse = BUF_INIT, plain = BUF_INIT;
    terse_make(visit, strlen(visit), &terse);
    assert_true(terse.len < 64);
    assert_ok(terse_read(terse.data, terse.len, &plain));
    assert_string_equal(buf_str(&plain), visit);
    buf_clear(&plain);
    assert_ok(terse_read(visit, strlen(visit), &plain)); /* as it was sealed before */
    assert_string_equal(buf_str(&plain), visit);
    for (size_t i = 0; i < terse.len; i++) { /* half of it, or damaged: an error, or another text */
        buf_clear(&plain);
        assert_true(i == 0 || terse_read(terse.data, i, &plain) == ERR_SEAL);
        terse.data[i] ^= 0x55;
        terse_read(terse.data, terse.len, &plain);
        terse.data[i] ^= 0x55;
    }
    buf_fini(&terse);
    buf_fini(&plain);
}

static void any_bytes_come_back_and_none_unfold_without_end(void **state)
{
    (void)state;
    struct buf text = BUF_INIT, terse = BUF_INIT, plain = BUF_INIT;
    static const unsigned char marked[] = {1, 2, 3},
                               bomb[] = {1, 0xa0, 0xff, 0xff, 0xff, 0x7f, 3, 0, 0};
    memset(buf_room(&text, TERSE_MAX + 1), 'x', TERSE_MAX + 1);
    for (size_t len = 0; len <= TERSE_MAX + 1; len += len < 3 ? 1 : TERSE_MAX / 2 - 1) {
        text.len = len;
        buf_clear(&terse);
        buf_clear(&plain);
        terse_make(text.data, len, &terse);
        assert_ok(terse_read(terse.data, terse.len, &plain));
        assert_int_equal(plain.len, len);
        assert_memory_equal(plain.len > 0 ? plain.data : text.data, text.data, len);
    }
    buf_clear(&terse);
    buf_clear(&plain);
    terse_make(marked, sizeof marked, &terse);
    assert_ok(terse_read(terse.data, terse.len, &plain));
    assert_int_equal(plain.len, sizeof marked);
    assert_memory_equal(plain.data, marked, sizeof marked);
    assert_err(ERR_SEAL, terse_read(bomb, sizeof bomb, &plain));
    buf_fini(&text);
    buf_fini(&terse);
    buf_fini(&plain);
}

static void a_tag_depends_on_key_and_number_not_on_spelling(void **state)
{
    (void)state;
    unsigned char key[KEY_BYTES] = {1}, other[KEY_BYTES] = {2};
    unsigned char a[TAG_BYTES], b[TAG_BYTES];
    secret_tag(key, "99900119491231002x", a);
    secret_tag(key, "999001 19491231 002X", b);
    assert_memory_equal(a, b, TAG_BYTES);
    secret_tag(other, "99900119491231002X", b);
    assert_memory_not_equal(a, b, TAG_BYTES);
}

static void a_pin_opens_only_on_its_machine(void **state)
{
    (void)state;
    unsigned char machine[KEY_BYTES] = {3}, salt[SALT_BYTES] = {4}, key[KEY_BYTES] = {5};
    unsigned char got[KEY_BYTES];
    struct buf wrap = BUF_INIT;
    assert_err(ERR_PIN_WEAK, secret_wrap("123", machine, salt, cheap, key, &wrap));
    assert_ok(secret_wrap("1234", machine, salt, cheap, key, &wrap));
    assert_ok(secret_unwrap("1234", machine, salt, cheap, wrap.data, wrap.len, got));
    assert_memory_equal(got, key, KEY_BYTES);
    assert_err(ERR_PIN_WRONG,
               secret_unwrap("1235", machine, salt, cheap, wrap.data, wrap.len, got));
    machine[0] ^= 1;
    assert_err(ERR_PIN_WRONG,
               secret_unwrap("1234", machine, salt, cheap, wrap.data, wrap.len, got));
    buf_fini(&wrap);
}

static void a_signature_and_a_box_belong_to_one_key_pair(void **state)
{
    (void)state;
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES], sig[SIGN_BYTES];
    secret_sign_pair(pub, sec);
    secret_sign(sec, "abc", 3, sig);
    assert_true(secret_verify(pub, "abc", 3, sig));
    assert_false(secret_verify(pub, "abd", 3, sig));
    unsigned char bpub[BOX_PUB_BYTES], bsec[BOX_SEC_BYTES];
    struct buf sealed = BUF_INIT, plain = BUF_INIT;
    secret_box_pair(bpub, bsec);
    secret_box_seal(bpub, "abc", 3, &sealed);
    assert_int_equal(sealed.len, 3 + BOX_MORE_BYTES);
    assert_ok(secret_box_open(bpub, bsec, sealed.data, sealed.len, &plain));
    assert_string_equal(buf_str(&plain), "abc");
    bsec[0] ^= 8;
    assert_err(ERR_SEAL, secret_box_open(bpub, bsec, sealed.data, sealed.len, &plain));
    buf_fini(&sealed);
    buf_fini(&plain);
}

int main(void)
{
    lang_init("en");
    if (secret_init() != ERR_OK)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_opens_with_its_key_and_place_only),
        cmocka_unit_test(both_forms_of_sealed_texts_open_for_ever),
        cmocka_unit_test(the_words_that_both_sides_know_are_those_that_shipped),
        cmocka_unit_test(the_same_text_at_another_place_looks_like_another),
        cmocka_unit_test(lengths_within_a_block_look_alike),
        cmocka_unit_test(records_are_sealed_in_few_bytes_and_old_ones_open),
        cmocka_unit_test(any_bytes_come_back_and_none_unfold_without_end),
        cmocka_unit_test(a_tag_depends_on_key_and_number_not_on_spelling),
        cmocka_unit_test(a_pin_opens_only_on_its_machine),
        cmocka_unit_test(a_signature_and_a_box_belong_to_one_key_pair),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
