/* Sealing, tags, PINs, signatures. */
#include "tests/unit/unit.h"

#include "kiosk/base/lang.h"
#include "kiosk/base/rnd.h"
#include "kiosk/secret/secret.h"

static const struct pin_cost cheap = {1, 8192};

static void what_is_sealed_opens_with_its_key_and_place_only(void **state)
{
    (void)state;
    unsigned char key[KEY_BYTES], other[KEY_BYTES];
    rnd_bytes(key, sizeof key);
    rnd_bytes(other, sizeof other);
    struct buf sealed = BUF_INIT, plain = BUF_INIT;
    secret_seal(key, "a/1.1/person", "示例", 6, &sealed);
    assert_int_equal(sealed.len, 24 + 32 + 16);
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
        cmocka_unit_test(lengths_within_a_block_look_alike),
        cmocka_unit_test(a_tag_depends_on_key_and_number_not_on_spelling),
        cmocka_unit_test(a_pin_opens_only_on_its_machine),
        cmocka_unit_test(a_signature_and_a_box_belong_to_one_key_pair),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
