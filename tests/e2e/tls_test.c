/* Secured connections between the real agent and the real hub: a certificate of the hub's own, its
 * key pinned by the hub's word, nobody else believed. */
#include "tests/unit/unit.h"

#include "tests/unit/desk.h"

#include <signal.h>

#include "kiosk/base/file.h"
#include "kiosk/desk/link.h"
#include "sync/agent/agent.h"
#include "sync/agent/pin.h"
#include "sync/wire/talk.h"
#include "sync/wire/tls.h"
#include "tests/e2e/hubproc.h"

#define SITE "310118101201"

static struct hubproc hub;

static int setup(void **state)
{
    hubproc_make(&hub);
    hub.tls = true;
    hubproc_start(&hub);
    return site_setup_epidemic(state);
}

static int teardown(void **state)
{
    hubproc_free(&hub);
    return site_teardown(state);
}

static void invite(char code[WIRE_CODE_TEXT])
{
    char *said = HUBPROC(&hub, "site", "add", SITE, "测试村");
    snprintf(code, WIRE_CODE_TEXT, "%.39s", said);
    free(said);
}

static void join(void)
{
    char code[WIRE_CODE_TEXT];
    invite(code);
    assert_ok(agent_enrol(site, hub.url, code));
}

static struct link_state link_now(void)
{
    struct link_state l;
    assert_ok(link_read(site->j.store, SITE, &l));
    return l;
}

static void write_some(void)
{
    json_decref(desk_do("incident", "{'person':" AMA ",'cause':'temperature','facts':{},"
                                    "'note':'38.2'}"));
}

static void arrives(void)
{
    write_some();
    assert_ok(agent_once(site));
    assert_int_equal(link_now().acked, link_now().last);
}

/* Another certificate, and another key, from the next start on. */
static void forget_certificate(void)
{
    static const char *const names[] = {"tls-cert", "tls-key"};
    for (int i = 0; i < 2; i++) {
        char *path = mem_printf("%s/hub.db.%s", hub.dir, names[i]);
        assert_int_equal(remove(path), 0);
        free(path);
    }
}

static void a_village_joins_and_sends_by_a_certificate_of_the_hubs_own(void **state)
{
    (void)state;
    struct buf first = BUF_INIT, second = BUF_INIT;
    char *path = mem_printf("%s/hub.db.tls-cert", hub.dir);
    assert_int_equal(strncmp(hub.url, "https://", 8), 0);
    join();
    assert_true(link_now().pinned);
    arrives();
    assert_ok(file_read(path, &first, 65536));
    hubproc_stop(&hub, SIGTERM);
    hubproc_start(&hub); /* made once */
    assert_ok(file_read(path, &second, 65536));
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
    arrives();
    free(path);
    buf_fini(&first);
    buf_fini(&second);
}

static void a_hub_with_another_key_is_told_nothing_and_loses_nothing(void **state)
{
    (void)state;
    char said[400];
    struct hubproc other;
    join();
    arrives();
    hubproc_stop(&hub, SIGTERM);
    hubproc_make(&other); /* at the same address: somebody in between */
    other.tls = true;
    other.port = hub.port;
    hubproc_start(&other);
    write_some();
    enum err rc = agent_once(site);
    assert_int_equal(rc, ERR_HUB_TLS);
    err_say(rc, said, sizeof said);
    assert_non_null(strstr(link_now().trouble, "another key"));
    json_t *told = HUBPROC_LINES(&other, "show", "sites");
    assert_int_equal(json_array_size(told), 0);
    json_decref(told);
    hubproc_free(&other);
    hubproc_start(&hub);
    assert_ok(agent_once(site));
    assert_int_equal(link_now().acked, link_now().last);
}

static void a_new_certificate_is_taken_by_the_hubs_own_word(void **state)
{
    (void)state;
    join();
    arrives();
    struct link_pin before = link_now().pin;
    hubproc_stop(&hub, SIGTERM);
    forget_certificate();
    hubproc_start(&hub);
    arrives();
    assert_memory_not_equal(link_now().pin.pin, before.pin, sizeof before.pin);
    assert_true(link_now().pin.at >= before.at);
}

static void an_unsecured_line_to_another_machine_needs_somebodys_word(void **state)
{
    (void)state;
    static const char *const own[] = {"http://127.0.0.1:8443", "http://localhost:8443",
                                      "http://[::1]:8443", "http://127.0.0.1", "http://localhost"};
    static const char *const others[] = {"http://10.77.0.2:8443", "http://hub.example:80",
                                         "http://127.example.org", "http://localhost.example:80",
                                         "http://127.0.0.1.example:80"};
    char code[WIRE_CODE_TEXT];
    struct store *s = site->j.store;
    invite(code);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        assert_ok(pin_check_url(s, own[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_err(ERR_HUB_PLAIN, pin_check_url(s, others[i]));
        assert_err(ERR_HUB_PLAIN, agent_enrol(site, others[i], code));
    }
    assert_ok(pin_check_url(s, "https://hub.example:8443"));
    assert_ok(link_allow_plain(s, true));
    assert_ok(pin_check_url(s, others[0]));
    assert_ok(link_allow_plain(s, false));
    assert_err(ERR_HUB_PLAIN, pin_check_url(s, others[0]));
}

static void a_word_about_the_key_that_is_not_the_hubs_is_not_believed(void **state)
{
    (void)state;
    bool named;
    struct wire_tls tls = {.at = 1653004800000LL, .pin = {1, 2, 3}}, got;
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES], other[SIGN_PUB_BYTES];
    json_t *keys = json_object();
    secret_sign_pair(other, sec);
    secret_sign_pair(pub, sec);
    assert_ok(wire_tls_read(keys, pub, &got, &named));
    assert_false(named);
    wire_tls_write(&tls, sec, keys);
    assert_ok(wire_tls_read(keys, pub, &got, &named));
    assert_true(named);
    assert_memory_equal(got.pin, tls.pin, TLS_PIN);
    assert_err(ERR_SIGNATURE, wire_tls_read(keys, other, &got, &named));
    js_set_int(keys, "tls_at", tls.at + 1);
    assert_err(ERR_SIGNATURE, wire_tls_read(keys, pub, &got, &named));
    json_object_del(keys, "tls_sig");
    assert_err(ERR_SIGNATURE, wire_tls_read(keys, pub, &got, &named));
    json_decref(keys);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_village_joins_and_sends_by_a_certificate_of_the_hubs_own),
        EACH(a_hub_with_another_key_is_told_nothing_and_loses_nothing),
        EACH(a_new_certificate_is_taken_by_the_hubs_own_word),
        EACH(an_unsecured_line_to_another_machine_needs_somebodys_word),
        cmocka_unit_test(a_word_about_the_key_that_is_not_the_hubs_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
