/* Acknowledgements on paper: what they carry, what is refused, and what they change. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include "kiosk/desk/link.h"
#include "kiosk/print/ack.h"
#include "kiosk/print/qr.h"
#include "kiosk/print/slip.h"

static unsigned char hub_pub[SIGN_PUB_BYTES], hub_sec[SIGN_SEC_BYTES];

static int setup(void **state)
{
    unsigned char box_pub[BOX_PUB_BYTES], box_sec[BOX_SEC_BYTES];
    if (site_setup(state) != 0)
        return -1;
    secret_sign_pair(hub_pub, hub_sec);
    secret_box_pair(box_pub, box_sec);
    return link_joined(site, "http://localhost", hub_pub, box_pub) == ERR_OK ? 0 : -1;
}

static struct link_state link_now(void)
{
    struct link_state l;
    assert_ok(link_read(site->j.store, site->j.site, &l));
    return l;
}

/* The hash of our own entry. */
static void own_hash(int64_t seq, unsigned char hash[HASH_BYTES])
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(store_handle(site->j.store),
                                        "SELECT hash FROM entry WHERE seq = ?1", -1, &q, NULL),
                     SQLITE_OK);
    sqlite3_bind_int64(q, 1, seq);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    memcpy(hash, sqlite3_column_blob(q, 0), HASH_BYTES);
    sqlite3_finalize(q);
}

/* An acknowledgement of our own entry `seq`, before `change` puts something wrong into it. */
static struct ack ack_of(int64_t seq)
{
    struct ack a = {.epoch = link_now().epoch, .seq = seq, .at = 1653008400000LL};
    snprintf(a.site, sizeof a.site, "%s", site->j.site);
    own_hash(seq, a.hash);
    return a;
}

static char *digits_of(const struct ack *a, const unsigned char sec[SIGN_SEC_BYTES])
{
    struct buf digits = BUF_INIT;
    assert_ok(ack_make(a, sec, &digits));
    return buf_take(&digits);
}

static enum err take(const struct ack *a, const unsigned char sec[SIGN_SEC_BYTES],
                     enum ack_answer *answer)
{
    struct ack read;
    char *digits = digits_of(a, sec);
    enum err rc = ack_take(site, digits, &read, answer);
    free(digits);
    return rc;
}

static void an_acknowledgement_is_277_digits_and_a_version_7_symbol(void **state)
{
    (void)state;
    struct qr qr;
    struct ack a = {.site = "999999999999", .epoch = 65535, .seq = (1LL << 40) - 1}, back;
    a.at = 1577836800000LL + 60000LL * 0xffffffffLL;
    memset(a.hash, 0xff, HASH_BYTES);
    char *digits = digits_of(&a, hub_sec);
    assert_int_equal(strlen(digits), ACK_DIGITS);
    assert_ok(ack_read(digits, hub_pub, &back));
    assert_memory_equal(&a, &back, sizeof a);
    assert_ok(qr_make(digits, QR_M, &qr));
    assert_int_equal(qr.size, 45);
    qr_fini(&qr);
    free(digits);
    struct buf out = BUF_INIT;
    a.epoch = 65536;
    assert_err(ERR_FIELD_RANGE, ack_make(&a, hub_sec, &out));
    assert_int_equal(out.len, 0);
}

static void what_it_names_counts_as_arrived_and_an_older_one_takes_nothing_back(void **state)
{
    (void)state;
    enum ack_answer answer;
    struct link_state l = link_now();
    assert_true(l.last >= 3);
    struct ack two = ack_of(2), three = ack_of(3);
    assert_ok(take(&three, hub_sec, &answer));
    assert_int_equal(answer, ACK_ARRIVED);
    l = link_now();
    assert_int_equal(l.acked, 3);
    assert_memory_equal(l.acked_hash, three.hash, HASH_BYTES);
    assert_int_equal(l.acked_at, three.at);
    assert_true(l.on_paper);
    assert_int_equal(strlen(site_get(site->j.store, "acked_paper")), ACK_DIGITS);
    assert_ok(take(&two, hub_sec, &answer));
    assert_int_equal(answer, ACK_OLDER);
    assert_ok(take(&three, hub_sec, &answer));
    assert_int_equal(answer, ACK_OLDER);
    assert_int_equal(link_now().acked, 3);
    assert_ok(link_acked(site->j.store, l.epoch, 2, two.hash, 1653008400000LL)); /* over the wire */
    assert_false(link_now().on_paper);
}

static void refused(const struct ack *a, const unsigned char sec[SIGN_SEC_BYTES], enum err code)
{
    enum ack_answer answer;
    assert_err(code, take(a, sec, &answer));
    assert_int_equal(link_now().acked, 0);
}

static void each_wrong_acknowledgement_has_its_own_answer(void **state)
{
    (void)state;
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    struct ack good = ack_of(2), a = good;
    secret_sign_pair(pub, sec);
    refused(&good, sec, ERR_ACK_FORGED);
    snprintf(a.site, sizeof a.site, "310118101299");
    refused(&a, hub_sec, ERR_ACK_FOREIGN);
    a = good;
    a.hash[5] ^= 1; /* other words under our number */
    refused(&a, hub_sec, ERR_FORK);
    a = good;
    a.seq = link_now().last + 1; /* more than we ever wrote */
    refused(&a, hub_sec, ERR_OLD_COPY);
    a = good;
    a.epoch++; /* another machine has joined behind us */
    refused(&a, hub_sec, ERR_FORK);
    assert_ok(take(&good, hub_sec, &(enum ack_answer){0}));
}

static void an_acknowledgement_with_other_words_under_an_old_number_is_a_fork(void **state)
{
    (void)state;
    enum ack_answer answer;
    struct ack three = ack_of(3), two = ack_of(2);
    assert_ok(take(&three, hub_sec, &answer));
    two.hash[0] ^= 1;
    assert_err(ERR_FORK, take(&two, hub_sec, &answer));
    assert_int_equal(link_now().acked, 3);
}

static void one_wrong_digit_at_any_place_and_any_cut_is_refused(void **state)
{
    (void)state;
    struct ack a = ack_of(2), back;
    char *digits = digits_of(&a, hub_sec);
    for (size_t i = 0; i < ACK_DIGITS; i++) {
        char was = digits[i];
        for (int by = 1; by < 10; by++) {
            digits[i] = (char)('0' + (was - '0' + by) % 10);
            enum err rc = ack_read(digits, hub_pub, &back);
            if (rc != ERR_ACK && rc != ERR_ACK_FORGED)
                fail_msg("digit %zu", i);
        }
        digits[i] = was;
    }
    for (size_t n = 0; n < ACK_DIGITS; n++) {
        char *cut = mem_strndup(digits, n);
        assert_err(ERR_ACK, ack_read(cut, hub_pub, &back));
        free(cut);
    }
    assert_ok(ack_read(digits, hub_pub, &back));
    free(digits);
}

static void a_slip_or_words_in_its_place_are_told(void **state)
{
    (void)state;
    struct ack back;
    char longest[SLIP_MAX_DIGITS + 1];
    memset(longest, '0', SLIP_MAX_DIGITS);
    longest[SLIP_MAX_DIGITS] = 0;
    assert_err(ERR_ACK, ack_read(longest, hub_pub, &back));
    assert_err(ERR_ACK, ack_read("101201-01-000057-3", hub_pub, &back));
    assert_err(ERR_ACK, ack_read("", hub_pub, &back));
    assert_err(ERR_ACK, ack_read("回执", hub_pub, &back));
}

static void a_site_that_joined_no_hub_takes_none(void **state)
{
    (void)state;
    struct ack a;
    enum ack_answer answer;
    assert_err(ERR_NOT_ENROLLED, ack_take(site, "1", &a, &answer));
}

int main(void)
{
    lang_init("zh_CN");
#define T(name) cmocka_unit_test_setup_teardown(name, setup, site_teardown)
    const struct CMUnitTest tests[] = {
        T(an_acknowledgement_is_277_digits_and_a_version_7_symbol),
        T(what_it_names_counts_as_arrived_and_an_older_one_takes_nothing_back),
        T(each_wrong_acknowledgement_has_its_own_answer),
        T(an_acknowledgement_with_other_words_under_an_old_number_is_a_fork),
        T(one_wrong_digit_at_any_place_and_any_cut_is_refused),
        T(a_slip_or_words_in_its_place_are_told),
        cmocka_unit_test_setup_teardown(a_site_that_joined_no_hub_takes_none, site_setup,
                                        site_teardown),
    };
    return cmocka_run_group_tests_name("ack", tests, NULL, NULL);
}
