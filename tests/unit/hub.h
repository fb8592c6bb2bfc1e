/* A hub in a folder of its own, and villages that exist only as keys and frames. */
#ifndef TESTS_UNIT_HUB_H
#define TESTS_UNIT_HUB_H

#include "tests/unit/pgstore.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "sync/hub/casework.h"
#include "sync/hub/hub.h"
#include "sync/hub/order.h"
#include "sync/hub/site.h"
#include "sync/hub/take.h"
#include "sync/hub/view.h"
#include "sync/wire/talk.h"

#define VILLAGE "310118101201"
#define NEIGHBOUR "310118101202"

static char hub_dir[64], hub_where[200];
static struct hub *hub;

static inline int hub_setup(void **state)
{
    (void)state;
    snprintf(hub_dir, sizeof hub_dir, "%s/jiujin-hub-XXXXXX", unit_tmp());
    if (mkdtemp(hub_dir) == NULL || secret_init() != ERR_OK)
        return -1;
    char *file = mem_printf("%s/hub.db", hub_dir);
    char *where = pgstore_wanted() ? pgstore_own() : mem_strdup(file);
    snprintf(hub_where, sizeof hub_where, "%s", where);
    hub_db_files_at(file);
    enum err rc = hub_open(where, &hub);
    hub_db_files_at(NULL);
    free(file);
    free(where);
    return rc == ERR_OK ? 0 : -1;
}

static inline int hub_teardown(void **state)
{
    static const char *const names[] = {"/hub.db",      "/hub.db-wal",  "/hub.db-shm",
                                        "/hub.db.gate", "/hub.db.keys", ""};
    (void)state;
    hub_close(hub);
    hub = NULL;
    clock_hold(CLOCK_NONE, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = mem_printf("%s%s", hub_dir, names[i]);
        remove(path);
        free(path);
    }
    return 0;
}

/* A machine of a village: its keys and where its journal stands. */
struct village {
    char site[SITE_CODE];
    int64_t epoch, seq;
    unsigned char hash[HASH_BYTES], pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES], key[KEY_BYTES];
    struct wire_writer frame; /* being filled */
};

static inline void village_init(struct village *v, const char *site)
{
    memset(v, 0, sizeof *v);
    memcpy(v->site, site, SITE_CODE);
    v->epoch = 1;
    secret_sign_pair(v->pub, v->sec);
    rnd_bytes(v->key, KEY_BYTES);
    journal_first_hash(site, 1, v->hash);
}

static inline void village_fini(struct village *v)
{
    buf_fini(&v->frame.bytes);
}

static inline void set_b64(json_t *o, const char *key, const void *bytes, size_t len)
{
    struct buf text = BUF_INIT;
    secret_b64(bytes, len, &text);
    js_set_str(o, key, buf_str(&text));
    buf_fini(&text);
}

/* Joins with a code, as the agent does. */
static inline enum err village_join(struct village *v, const char *code_text)
{
    struct wire_code code;
    struct wire_request asked;
    struct buf key = BUF_INIT, box = BUF_INIT, header = BUF_INIT;
    char secret[2 * WIRE_CODE_SECRET + 1];
    enum err rc = wire_code_read(code_text, &code);
    if (rc != ERR_OK)
        return rc;
    json_t *in = json_object();
    hex_encode(code.secret, sizeof code.secret, secret);
    secret_box_seal(hub->keys.box_pub, v->key, KEY_BYTES, &key);
    js_set_str(in, "site", v->site);
    js_set_str(in, "code", secret);
    set_b64(in, "pub", v->pub, sizeof v->pub);
    set_b64(in, "data_key", key.data, key.len);
    char *text = js_dump(in);
    secret_box_seal(hub->keys.box_pub, text, strlen(text), &box);
    wire_request_init(&asked, v->site, "enrol");
    asked.epoch = v->epoch;
    wire_request_write(&asked, v->sec, &header);
    json_t *told = json_object();
    rc = hub_enrol(hub, &asked, buf_str(&header), box.data, box.len, told);
    json_decref(told);
    free(text);
    json_decref(in);
    buf_fini(&key);
    buf_fini(&box);
    buf_fini(&header);
    return rc;
}

static inline void village_invite(struct village *v, const char *site)
{
    char code[WIRE_CODE_TEXT];
    village_init(v, site);
    assert_ok(hub_site_add(hub, site, "测试村", HUB_CODE_VALID_MS, code));
    assert_ok(village_join(v, code));
}

/* Adds an entry with these very bytes as its head to the frame that is being filled. */
static inline void village_add(struct village *v, const char *head, const void *sealed, size_t len)
{
    struct wire_entry e = {.head = (const unsigned char *)head,
                           .head_len = strlen(head),
                           .sealed = sealed,
                           .sealed_len = len};
    if (len > 0)
        secret_hash_once(sealed, len, e.sealed_hash);
    v->seq++;
    assert_ok(wire_writer_add(&v->frame, v->seq, &e));
    journal_hash(v->hash, e.head, e.head_len, e.sealed_hash, v->hash);
}

/* Adds an entry of a kind; body and sealed written with ' for "; sub and sealed may be NULL. */
static inline void village_write(struct village *v, const char *kind, const char *sub,
                                 const char *body, const char *sealed)
{
    char *json = mem_strdup(body), place[96];
    struct buf bytes = BUF_INIT;
    for (char *c = json; *c != 0; c++)
        if (*c == '\'')
            *c = '"';
    char *head = mem_printf(
        "{\"n\":%lld,\"heard\":%lld,\"term\":\"t\",\"by\":\"admin\",\"k\":\"%s\","
        "\"v\":1,%s%s%s\"body\":%s}",
        (long long)v->seq + 1, 1653004800000LL + v->seq, kind, sub != NULL ? "\"sub\":\"" : "",
        sub != NULL ? sub : "", sub != NULL ? "\"," : "", json);
    if (sealed != NULL) {
        char *plain = mem_strdup(sealed);
        for (char *c = plain; *c != 0; c++)
            if (*c == '\'')
                *c = '"';
        journal_place(v->site, false, v->epoch, v->seq + 1, kind, place);
        secret_seal(v->key, place, plain, strlen(plain), &bytes);
        free(plain);
    }
    village_add(v, head, bytes.data, bytes.len);
    buf_fini(&bytes);
    free(head);
    free(json);
}

/* Ends the frame: its bytes go to `out`, and the next one begins. */
static inline void village_frame(struct village *v, struct buf *out)
{
    unsigned char sig[SIGN_BYTES];
    wire_sign_tip(v->sec, v->site, v->epoch, v->seq, v->hash, sig);
    wire_writer_end(&v->frame, sig);
    buf_add(out, v->frame.bytes.data, v->frame.bytes.len);
    wire_writer_clear(&v->frame);
}

static inline enum err take_one(void *arg, const struct wire_frame *f)
{
    return hub_take_frame(arg, f);
}

/* Offers frames that follow entry `from`-1 with hash `base`. */
static inline enum err hub_offer(const struct village *v, int64_t from,
                                 const unsigned char base[HASH_BYTES], const struct buf *frames)
{
    struct hub_take t;
    struct wire_decoder d = {0};
    struct wire_request asked;
    wire_request_init(&asked, v->site, "entries");
    asked.epoch = v->epoch;
    asked.from = from;
    memcpy(asked.base, base, HASH_BYTES);
    enum err rc = hub_take_begin(hub, &asked, &t);
    if (rc == ERR_OK)
        rc = wire_decode(&d, frames->data, frames->len, take_one, &t);
    wire_decoder_fini(&d);
    return rc;
}

/* Sends what is in the frame, from where the village stood before it. */
static inline enum err village_send(struct village *v, int64_t from,
                                    const unsigned char base[HASH_BYTES])
{
    struct buf frame = BUF_INIT;
    village_frame(v, &frame);
    enum err rc = hub_offer(v, from, base, &frame);
    buf_fini(&frame);
    return rc;
}

static inline enum err collect_row(void *arg, const json_t *row)
{
    json_array_append(arg, (json_t *)(uintptr_t)row);
    return ERR_OK;
}

/* A view's rows as an array; the caller owns it. */
static inline json_t *hub_rows_of(const char *view, const char *site)
{
    json_t *rows = json_array();
    struct hub_query q = {.site = site};
    assert_ok(hub_view(hub, view, &q, collect_row, rows));
    return rows;
}

static inline int64_t hub_count(const char *view, const char *site)
{
    json_t *rows = hub_rows_of(view, site);
    int64_t n = (int64_t)json_array_size(rows);
    json_decref(rows);
    return n;
}

#define CASE_BODY                                                                                  \
    "{'person':'1.1','agent':null,'item':'A01','channel':'proxy','skipped':[],'papers':["          \
    "{'paper':'P01','state':'original_seen','until':null,'needed':true},"                          \
    "{'paper':'P02','state':'missing','until':null,'needed':true}]}"
#define PERSON "{'name':'测试甲','id_no':'999101194503150025','phone':'12000000001','address':null}"

/* A person and a case of that person: entries 1.1 and 1.2. */
static inline void village_case(struct village *v)
{
    unsigned char base[HASH_BYTES];
    memcpy(base, v->hash, HASH_BYTES);
    int64_t from = v->seq + 1;
    village_write(v, "person", NULL, "{'tag':null,'has_phone':true}", PERSON);
    village_write(v, "case", NULL, CASE_BODY, "{'note':'行动不便'}");
    assert_ok(village_send(v, from, base));
}

#endif
