/* Bundles on a stick, from a real village to a real hub and back: what arrives, what is refused and
 * in which words, and that nothing on a stick is trusted. */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "kiosk/base/file.h"
#include "kiosk/desk/link.h"
#include "sync/agent/bundle.h"
#include "sync/hub/bundle.h"
#include "sync/wire/bundle.h"
#include "sync/wire/pack.h"
#include "tests/unit/hub.h"

#include "tests/unit/desk.h"

#define PLANTED "999101194503150025"
#define MUTATIONS 300
#define RECORDS 120

static char stick_dir[64];
static struct stick stick;
static struct village machine; /* the site's keys, as the hub's tests hold them */

static int setup(void **state)
{
    char code[WIRE_CODE_TEXT];
    if (site_setup(state) != 0 || hub_setup(state) != 0)
        return -1;
    snprintf(stick_dir, sizeof stick_dir, "%s/jiujin-stick-XXXXXX", unit_tmp());
    if (mkdtemp(stick_dir) == NULL || stick_open(stick_dir, &stick) != ERR_OK)
        return -1;
    village_init(&machine, site->j.site);
    memcpy(machine.key, site->j.data_key, KEY_BYTES);
    if (site_sign_key(site, machine.sec, machine.pub) != ERR_OK ||
        hub_site_add(hub, site->j.site, "测试村", HUB_CODE_VALID_MS, code) != ERR_OK ||
        village_join(&machine, code) != ERR_OK)
        return -1;
    return link_joined(site, "http://localhost", hub->keys.sign_pub, hub->keys.box_pub) == ERR_OK
               ? 0
               : -1;
}

static void empty_stick(void)
{
    DIR *d = opendir(stick_dir);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.')
            unlinkat(stick.fd, e->d_name, 0);
    if (d != NULL)
        closedir(d);
}

static int teardown(void **state)
{
    empty_stick();
    stick_close(&stick);
    remove(stick_dir);
    village_fini(&machine);
    return hub_teardown(state) + site_teardown(state);
}

static struct link_state link_now(void)
{
    struct link_state l;
    assert_ok(link_read(site->j.store, site->j.site, &l));
    return l;
}

static void write_some(int n)
{
    assert_ok(journal_begin(&site->j));
    for (int i = 0; i < n; i++) {
        json_t *body = json_pack("{s:i}", "drift_ms", rand());
        struct journal_new what = {.kind = "clock", .at = CLOCK_NONE, .body = body};
        assert_ok(journal_append(&site->j, &what, NULL, NULL));
        json_decref(body);
    }
    assert_ok(journal_end(&site->j, ERR_OK));
}

/* The village writes; the name of its bundle. */
static char *out(void)
{
    static char name[STICK_NAME];
    struct bundle_out b = {0};
    assert_ok(agent_bundle_out(site, stick_dir, &b));
    memcpy(name, b.file, sizeof name);
    return name;
}

static enum err import(const char *name, struct hub_bundle *b)
{
    struct hub_bundle unheard;
    return hub_bundle_import(hub, &stick, name, NULL, b != NULL ? b : &unheard);
}

static void read_name(const char *name, struct buf *bytes)
{
    buf_clear(bytes);
    assert_ok(stick_read(&stick, name, (size_t)32 << 20, bytes));
}

static void put_name(const char *name, const void *bytes, size_t len)
{
    struct stick_file f;
    assert_ok(stick_begin(&stick, &f));
    assert_ok(stick_write(&f, bytes, len));
    assert_ok(stick_end(&f, name));
}

static int64_t mark(void)
{
    struct hub_mark m;
    assert_ok(hub_mark_read(hub, site->j.site, 1, &m));
    return m.seq;
}

/* Every entry at the hub is the village's own, byte for byte. */
static void hub_has_only_what_was_written(void)
{
    int64_t n =
        hub_number(hub->db, -1, "SELECT count(*) FROM entry WHERE site = ?1", "s", site->j.site);
    assert_int_equal(n, mark());
    for (int64_t seq = 1; seq <= n; seq++) {
        struct hub_rows rows;
        enum err rc = hub_ask(hub->db, &rows, "SELECT hash FROM entry WHERE site = ?1 AND seq = ?2",
                              "si", site->j.site, seq);
        unsigned char hash[HASH_BYTES];
        assert_ok(rc);
        assert_true(hub_next(&rows, &rc));
        assert_true(hub_bytes(&rows, 0, hash, HASH_BYTES));
        hub_done(&rows);
        assert_ok(link_own(site->j.store, 1, seq, hash));
    }
}

/* --- there and back ------------------------------------------------------------------------------
 */

static void what_was_carried_counts_as_arrived_and_orders_come_back(void **state)
{
    (void)state;
    struct hub_bundle there;
    struct bundle_in back;
    write_some(RECORDS);
    json_t *words = json_pack("{s:s,s:s}", "title", "停水", "text", "周五上午");
    struct hub_order order = {
        .site = site->j.site, .kind = "notice", .officer = "镇", .body = words};
    assert_ok(hub_order_add(hub, &order, NULL));
    assert_ok(import(out(), &there));
    assert_int_equal(there.ack, link_now().last);
    assert_int_equal(there.taken, there.last - there.from + 1);
    assert_ok(agent_bundle_in(site, stick_dir, &back));
    assert_int_equal(link_now().acked, there.ack);
    assert_int_equal(back.orders, 1);
    assert_string_equal(back.trouble, "");
    hub_has_only_what_was_written();
    json_decref(words);
}

static void a_bundle_taken_twice_and_an_older_one_change_nothing(void **state)
{
    (void)state;
    struct hub_bundle b;
    struct bundle_in back;
    struct buf old = BUF_INIT, answer = BUF_INIT;
    char answer_name[WIRE_BUNDLE_NAME];
    wire_bundle_answer_name(site->j.site, answer_name);
    write_some(10);
    char *first = mem_strdup(out());
    read_name(first, &old);
    assert_ok(import(first, &b));
    read_name(answer_name, &answer);
    assert_ok(import(first, &b));
    assert_int_equal(b.taken, 0);
    write_some(10);
    out();
    assert_ok(import(out(), &b));
    assert_ok(agent_bundle_in(site, stick_dir, &back));
    int64_t acked = link_now().acked;
    put_name(first, old.data, old.len);
    assert_ok(import(first, &b));
    assert_int_equal(b.taken, 0);
    assert_int_equal(b.ack, acked);
    put_name(answer_name, answer.data, answer.len);
    assert_ok(agent_bundle_in(site, stick_dir, &back));
    assert_true(back.older);
    assert_int_equal(link_now().acked, acked);
    buf_fini(&old);
    buf_fini(&answer);
    free(first);
}

static void a_torn_file_gives_its_whole_frames_and_the_next_one_goes_on(void **state)
{
    (void)state;
    struct hub_bundle b;
    struct bundle_in back;
    struct buf whole = BUF_INIT;
    write_some(RECORDS);
    char *name = out();
    read_name(name, &whole);
    put_name(name, whole.data, whole.len * 3 / 5);
    assert_err(ERR_BUNDLE_TORN, import(name, &b));
    assert_true(b.ack >= 50 && b.ack < link_now().last);
    assert_int_equal(b.ack % 50, 0);
    hub_has_only_what_was_written();
    assert_ok(agent_bundle_in(site, stick_dir, &back));
    assert_true(back.trouble[0] != 0);
    assert_int_equal(link_now().acked, b.ack);
    assert_ok(import(out(), &b));
    assert_int_equal(b.ack, link_now().last);
    hub_has_only_what_was_written();
    buf_fini(&whole);
}

static void a_big_backlog_is_divided_and_the_parts_follow_each_other(void **state)
{
    (void)state;
    char(*names)[STICK_NAME];
    struct bundle_out b = {.split = 1000};
    write_some(RECORDS);
    assert_ok(agent_bundle_out(site, stick_dir, &b));
    assert_true(b.files > 1);
    size_t n = hub_bundle_list(&stick, &names);
    assert_int_equal(n, b.files);
    assert_err(ERR_BUNDLE_GAP, import(names[n - 1], NULL)); /* the last before the first */
    for (size_t i = 0; i < n; i++)
        assert_ok(import(names[i], NULL));
    assert_int_equal(mark(), link_now().last);
    free(names);
    char *mine = mem_printf("%s/x.bin", stick_dir), *other = mem_strdup("x.bin.2");
    struct bundle_out again = {.split = 1000};
    assert_ok(agent_bundle_out(site, mine, &again)); /* under a name of one's own */
    assert_true(faccessat(stick.fd, other, F_OK, 0) == 0);
    free(other);
    free(mine);
}

static void older_files_of_this_machine_are_cleared_and_nothing_else(void **state)
{
    (void)state;
    static const char *const others[] = {"jiujin-310118101202-1-0000000001.jjb",
                                         "jiujin-310118101201-1-1.jjb", "holiday.jpg",
                                         "jiujin-310118101201-7-0000000001.jjb"};
    write_some(3);
    char *first = mem_strdup(out());
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        put_name(others[i], "x", 1);
    assert_ok(import(first, NULL));
    struct bundle_in back;
    assert_ok(agent_bundle_in(site, stick_dir, &back));
    out();
    assert_int_not_equal(faccessat(stick.fd, first, F_OK, 0), 0);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(faccessat(stick.fd, others[i], F_OK, 0), 0);
    free(first);
}

/* --- what is refused -----------------------------------------------------------------------------
 */

static void each_wrong_bundle_has_its_own_words(void **state)
{
    (void)state;
    struct wire_bundle head = {.epoch = 1, .from = 1, .last = 0, .time = 1};
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    struct buf file = BUF_INIT;
    memcpy(head.site, site->j.site, SITE_CODE);
    secret_sign_pair(pub, sec);
    const struct {
        const char *site;
        int64_t epoch, from;
        const unsigned char *sec;
        enum err rc;
    } rows[] = {
        {NEIGHBOUR, 1, 1, machine.sec, ERR_BUNDLE_SITE},
        {VILLAGE, 2, 1, machine.sec, ERR_BUNDLE_EPOCH},
        {VILLAGE, 1, 1, sec, ERR_BUNDLE_FORGED},
        {VILLAGE, 1, 900, machine.sec, ERR_BUNDLE_GAP},
        {VILLAGE, 1, 1, machine.sec, ERR_BUNDLE_FORK}, /* base: zeros */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memcpy(head.site, rows[i].site, SITE_CODE);
        head.epoch = rows[i].epoch;
        head.from = rows[i].from;
        head.last = head.from - 1;
        buf_clear(&file);
        wire_bundle_write(&head, rows[i].sec, &file);
        put_name("b", file.data, file.len);
        assert_err(rows[i].rc, import("b", NULL));
    }
    put_name("b", "JWU1 is no bundle", 17);
    assert_err(ERR_BUNDLE, import("b", NULL));
    put_name("b", "", 0);
    assert_err(ERR_BUNDLE, import("b", NULL));
    write_some(1);
    char *good = out();
    assert_ok(hub_site_revoke(hub, site->j.site));
    assert_err(ERR_BUNDLE_REVOKED, import(good, NULL));
    assert_int_equal(mark(), 0);
    buf_fini(&file);
}

static void a_machine_that_was_set_back_is_kept_aside_and_told(void **state)
{
    (void)state;
    struct buf whole = BUF_INIT;
    struct bundle_in back;
    struct village twin = machine;
    struct buf frame = BUF_INIT;
    memset(&twin.frame, 0, sizeof twin.frame); /* the same machine, with another first entry */
    village_write(&twin, "ledger", NULL, "{'ledger':'L03','row':{}}", NULL);
    village_frame(&twin, &frame);
    assert_ok(hub_offer(&twin, 1, machine.hash, &frame));
    write_some(2);
    assert_err(ERR_BUNDLE_FORK, import(out(), NULL));
    assert_true(hub_count("forks", site->j.site) > 0);
    assert_err(ERR_FORK,
               agent_bundle_in(site, stick_dir, &back)); /* what the hub has is not ours */
    assert_int_equal(link_now().acked, 0);
    village_fini(&twin);
    buf_fini(&frame);
    buf_fini(&whole);
}

/* The answer's file, with `change` made to what it says, signed by `sec`. */
static void forge_answer(const char *site_code, int64_t epoch, const unsigned char *sec)
{
    char name[WIRE_BUNDLE_NAME];
    struct buf bytes = BUF_INIT;
    json_t *a = json_pack("{s:s,s:I,s:I,s:s,s:[],s:[]}", "site", site_code, "epoch",
                          (json_int_t)epoch, "ack", (json_int_t)0, "hash",
                          "00000000000000000000000000000000000000000000000000000000000000aa",
                          "refused", "orders");
    wire_bundle_answer_write(a, sec, &bytes);
    wire_bundle_answer_name(site->j.site, name);
    put_name(name, bytes.data, bytes.len);
    buf_fini(&bytes);
    json_decref(a);
}

static void each_wrong_answer_has_its_own_words(void **state)
{
    (void)state;
    struct bundle_in back;
    char name[WIRE_BUNDLE_NAME];
    assert_err(ERR_ANSWER_NONE, agent_bundle_in(site, stick_dir, &back));
    forge_answer(NEIGHBOUR, 1, hub->keys.sign_sec);
    assert_err(ERR_ANSWER_FOREIGN, agent_bundle_in(site, stick_dir, &back));
    forge_answer(VILLAGE, 9, hub->keys.sign_sec);
    assert_err(ERR_ANSWER_EPOCH, agent_bundle_in(site, stick_dir, &back));
    forge_answer(VILLAGE, 1, machine.sec);
    assert_err(ERR_ANSWER_FORGED, agent_bundle_in(site, stick_dir, &back));
    wire_bundle_answer_name(site->j.site, name);
    put_name(name, "JWA1 nothing", 12);
    assert_err(ERR_ANSWER, agent_bundle_in(site, stick_dir, &back));
    assert_int_equal(link_now().acked, 0);
}

static void a_hub_from_an_older_backup_gets_its_records_again(void **state)
{
    (void)state;
    struct bundle_in back;
    struct hub_bundle b;
    write_some(5);
    assert_ok(import(out(), NULL));
    assert_ok(agent_bundle_in(site, stick_dir, &back));
    assert_ok(hub_run(hub->db, "DELETE FROM entry WHERE site = ?1", "s", site->j.site));
    assert_ok(hub_run(hub->db, "DELETE FROM ledger_row WHERE site = ?1", "s", site->j.site));
    unsigned char first[HASH_BYTES];
    journal_first_hash(site->j.site, 1, first);
    assert_ok(hub_run(hub->db, "UPDATE site_epoch SET seq = 0, hash = ?2 WHERE site = ?1", "sb",
                      site->j.site, first, (size_t)HASH_BYTES));
    write_some(1);
    assert_err(ERR_BUNDLE_GAP, import(out(), &b));
    assert_ok(agent_bundle_in(site, stick_dir, &back));
    assert_int_equal(link_now().acked, 0);
    assert_ok(import(out(), &b));
    assert_int_equal(b.ack, link_now().last);
}

/* --- hostile sticks ------------------------------------------------------------------------------
 */

static void links_pipes_and_devices_on_a_stick_are_left_alone(void **state)
{
    (void)state;
    static const char name[] = "jiujin-310118101201-1-0000000001.jjb";
    struct bundle_in back;
    struct buf bytes = BUF_INIT;
    char answer[WIRE_BUNDLE_NAME], *secret = mem_printf("%s/keys/site.key", site_dir);
    wire_bundle_answer_name(site->j.site, answer);
    assert_int_equal(symlinkat(secret, stick.fd, name), 0);
    assert_int_equal(symlinkat(secret, stick.fd, answer), 0);
    assert_err(ERR_STICK_FILE, import(name, NULL));
    assert_err(ERR_STICK_FILE, agent_bundle_in(site, stick_dir, &back));
    unlinkat(stick.fd, answer, 0);
    assert_int_equal(mkfifoat(stick.fd, answer, 0600), 0); /* nobody will ever write into it */
    assert_err(ERR_STICK_FILE, agent_bundle_in(site, stick_dir, &back));
    unlinkat(stick.fd, answer, 0);
    assert_int_equal(mkdirat(stick.fd, answer, 0700), 0);
    assert_err(ERR_STICK_FILE, agent_bundle_in(site, stick_dir, &back));
    unlinkat(stick.fd, answer, AT_REMOVEDIR);
    int fd = openat(stick.fd, answer, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, (off_t)1 << 32), 0); /* 4 GiB that take no room */
    close(fd);
    assert_err(ERR_STICK_LONG, agent_bundle_in(site, stick_dir, &back));
    char *key_before = mem_printf("%s/keys/site.key", site_dir);
    struct buf was = BUF_INIT, is = BUF_INIT;
    assert_ok(file_read(key_before, &was, 1000));
    write_some(1);
    out(); /* the link of that name is replaced, not followed */
    assert_ok(file_read(key_before, &is, 1000));
    assert_int_equal(was.len, is.len);
    assert_memory_equal(was.data, is.data, was.len);
    read_name(name, &bytes);
    buf_fini(&bytes);
    buf_fini(&was);
    buf_fini(&is);
    free(key_before);
    free(secret);
}

static void a_changed_bundle_never_stores_what_was_not_written(void **state)
{
    (void)state;
    const char *given = getenv("JIUJIN_SEED");
    unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : 20220518u;
    struct buf good = BUF_INIT, bad = BUF_INIT;
    printf("seed %u\n", seed);
    write_some(60);
    char *name = out();
    read_name(name, &good);
    for (int i = 0; i < MUTATIONS; i++) {
        buf_clear(&bad);
        buf_add(&bad, good.data, good.len);
        int turns = 1 + (int)((unsigned)rand_r(&seed) % 4);
        for (int k = 0; k < turns; k++) {
            size_t at = (size_t)rand_r(&seed) % bad.len, n = 1 + (size_t)rand_r(&seed) % 40;
            switch (rand_r(&seed) % 5) {
            case 0: bad.data[at] ^= (unsigned char)(1u << (rand_r(&seed) % 8)); break;
            case 1: bad.len = at + 1; break;
            case 2: bad.data[at] = (unsigned char)rand_r(&seed); break;
            case 3: /* a piece from elsewhere */
                n = n < bad.len - at ? n : bad.len - at;
                memcpy(bad.data + at, good.data + (size_t)rand_r(&seed) % (good.len - n), n);
                break;
            default: buf_add(&bad, good.data + at % good.len, n < good.len - at % good.len ? n : 1);
            }
        }
        put_name(name, bad.data, bad.len);
        import(name, NULL);
    }
    hub_has_only_what_was_written();
    put_name(name, good.data, good.len);
    assert_ok(import(name, NULL));
    assert_int_equal(mark(), link_now().last);
    hub_has_only_what_was_written();
    buf_fini(&good);
    buf_fini(&bad);
}

static enum err collect(void *arg, const void *bytes, size_t len)
{
    buf_add(arg, bytes, len);
    return ERR_OK;
}

static void no_personal_data_stands_in_clear_on_a_stick(void **state)
{
    (void)state;
    static const char *const planted[] = {PLANTED, "测试甲", "12000000001"};
    struct buf bytes = BUF_INIT, plain = BUF_INIT;
    json_decref(desk_do("person", "{'name':'测试甲','id_no':'" PLANTED "','phone':'12000000001'}"));
    assert_ok(import(out(), NULL));
    char(*names)[STICK_NAME];
    hub_bundle_list(&stick, &names);
    read_name(names[0], &bytes);
    struct wire_bundle head;
    size_t used;
    assert_ok(wire_bundle_read(bytes.data, bytes.len, &head, &used));
    struct wire_unpack unpack = {0}; /* what stands inside, unpacked */
    assert_ok(wire_unpack_add(&unpack, bytes.data + used, bytes.len - used, collect, &plain));
    wire_unpack_fini(&unpack);
    assert_true(memmem(plain.data, plain.len, "\"k\":\"person\"", 12) != NULL);
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        assert_null(memmem(plain.data, plain.len, planted[i], strlen(planted[i])));
        assert_null(memmem(bytes.data, bytes.len, planted[i], strlen(planted[i])));
    }
    free(names);
    buf_fini(&bytes);
    buf_fini(&plain);
}

int main(void)
{
#define BOTH(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
    const struct CMUnitTest tests[] = {
        BOTH(what_was_carried_counts_as_arrived_and_orders_come_back),
        BOTH(a_bundle_taken_twice_and_an_older_one_change_nothing),
        BOTH(a_torn_file_gives_its_whole_frames_and_the_next_one_goes_on),
        BOTH(a_big_backlog_is_divided_and_the_parts_follow_each_other),
        BOTH(older_files_of_this_machine_are_cleared_and_nothing_else),
        BOTH(each_wrong_bundle_has_its_own_words),
        BOTH(a_machine_that_was_set_back_is_kept_aside_and_told),
        BOTH(each_wrong_answer_has_its_own_words),
        BOTH(a_hub_from_an_older_backup_gets_its_records_again),
        BOTH(links_pipes_and_devices_on_a_stick_are_left_alone),
        BOTH(a_changed_bundle_never_stores_what_was_not_written),
        BOTH(no_personal_data_stands_in_clear_on_a_stick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
