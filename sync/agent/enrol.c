/* Owns: joining a hub. Invariant: the data key leaves only sealed to a hub whose keys have the
 * fingerprint that stands in the code. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/renew.h"
#include "sync/agent/agent.h"
#include "sync/agent/http.h"
#include "sync/agent/pin.h"
#include "sync/agent/talk.h"
#include "sync/wire/api.h"

struct joining {
    struct site *site;
    char url[256]; /* without a slash at its end */
    struct wire_code code;
    unsigned char hub_sign[SIGN_PUB_BYTES], hub_box[BOX_PUB_BYTES];
    unsigned char sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES];
    int64_t seq;
    unsigned char hash[HASH_BYTES];
    bool pinned;
    struct link_pin pin;
    bool anew;                   /* asks for an epoch of its own */
    const char *clerk, *new_pin; /* of a machine that has nobody yet; NULL: it has */
    unsigned char box_pub[BOX_PUB_BYTES], box_sec[BOX_SEC_BYTES]; /* for the data key, if anew */
    struct way *way;                                              /* borrowed */
    struct buf answer;
    long status;
};

static enum err read_url(struct joining *j, const char *url)
{
    size_t n = strlen(url);
    while (n > 0 && url[n - 1] == '/')
        n--;
    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return err_set(ERR_FIELD_TYPE, "URL", "http://HOST:PORT");
    if (n >= sizeof j->url)
        return err_set(ERR_TOO_LONG, "URL", NULL);
    memcpy(j->url, url, n);
    return pin_check_url(j->site->j.store, j->url);
}

static enum err ask(struct joining *j, const char *path, const char *header, http_body *body,
                    void *arg)
{
    char *url = mem_printf("%s%s", j->url, path);
    struct http_request what = {.url = url, .header = header, .body = body, .arg = arg};
    enum err rc = way_ask(j->way, &what, &j->answer, &j->status);
    free(url);
    return rc;
}

static enum err fetch_keys(struct joining *j)
{
    json_t *keys = NULL;
    unsigned char print[WIRE_CODE_PRINT];
    j->way->trust = WAY_ANYBODY; /* the code's fingerprint tells whether it is the hub */
    enum err rc = ask(j, WIRE_PATH_KEYS, NULL, NULL, NULL);
    if (rc == ERR_OK && j->status != 200)
        rc = err_set(ERR_HUB_ANSWER, NULL, "HTTP %ld", j->status);
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&j->answer), j->answer.len, NULL, &keys);
    const char *sign = js_str(keys, "sign"), *box = js_str(keys, "box");
    if (rc == ERR_OK &&
        (sign == NULL || box == NULL || hex_decode(sign, j->hub_sign, SIGN_PUB_BYTES) != 0 ||
         hex_decode(box, j->hub_box, BOX_PUB_BYTES) != 0))
        rc = err_set(ERR_HUB_ANSWER, NULL, NULL);
    enum err pin = rc == ERR_OK ? pin_read(keys, j->hub_sign, &j->pin, &j->pinned) : ERR_OK;
    json_decref(keys);
    if (rc != ERR_OK)
        return rc == ERR_JSON || rc == ERR_NOT_UTF8 ? err_set(ERR_HUB_ANSWER, NULL, NULL) : rc;
    wire_fingerprint(j->hub_sign, j->hub_box, print);
    if (!secret_equal(print, j->code.print, sizeof print))
        return err_set(ERR_HUB_KEY, NULL, NULL);
    pin_use(j->way, &(struct link_state){.pinned = j->pinned, .pin = j->pin});
    return pin;
}

static void set_b64(json_t *object, const char *key, const void *bytes, size_t len)
{
    struct buf text = BUF_INIT;
    secret_b64(bytes, len, &text);
    js_set_str(object, key, buf_str(&text));
    buf_fini(&text);
}

static void set_hex(json_t *object, const char *key, const unsigned char *bytes, size_t len)
{
    char text[2 * 64 + 1];
    hex_encode(bytes, len, text);
    js_set_str(object, key, text);
}

/* What the hub needs to know, sealed to it. */
static void make_box(struct joining *j, struct buf *out)
{
    struct buf key = BUF_INIT;
    json_t *box = json_object();
    if (j->site->j.unlocked)
        secret_box_seal(j->hub_box, j->site->j.data_key, KEY_BYTES, &key);
    js_set_str(box, "site", j->site->j.site);
    set_hex(box, "code", j->code.secret, sizeof j->code.secret);
    set_b64(box, "pub", j->pub, sizeof j->pub);
    if (key.len > 0)
        set_b64(box, "data_key", key.data, key.len);
    if (j->anew)
        set_b64(box, "box", j->box_pub, sizeof j->box_pub);
    js_set_int(box, "epoch", j->site->j.epoch);
    js_set_int(box, "seq", j->seq);
    set_hex(box, "hash", j->hash, sizeof j->hash);
    char *text = js_dump(box);
    secret_box_seal(j->hub_box, text, strlen(text), out);
    secret_wipe(text, strlen(text));
    free(text);
    json_decref(box);
    buf_fini(&key);
}

static size_t give_box(void *arg, char *to, size_t room, bool *failed)
{
    struct buf *box = arg;
    size_t n = box->len < room ? box->len : room;
    (void)failed;
    if (n > 0)
        memcpy(to, box->data, n);
    buf_drop(box, n);
    return n;
}

/* Asks; *answer is the hub's. */
static enum err post_box(struct joining *j, json_t **answer)
{
    struct wire_request asked;
    struct buf box = BUF_INIT, header = BUF_INIT;
    wire_request_init(&asked, j->site->j.site, "enrol");
    asked.epoch = j->anew ? 0 : j->site->j.epoch;
    asked.from = j->seq + 1;
    memcpy(asked.base, j->hash, HASH_BYTES);
    buf_text(&header, WIRE_HEADER ": ");
    wire_request_write(&asked, j->sec, &header);
    make_box(j, &box);
    enum err rc = ask(j, WIRE_PATH_ENROL, buf_str(&header), give_box, &box);
    if (rc == ERR_OK)
        rc = talk_answer(&j->answer, j->status, j->hub_sign, &asked, answer);
    buf_fini(&header);
    buf_fini(&box);
    return rc;
}

/* --- anew ---------------------------------------------------------------------------------------
 */

/* Whether this machine may go on under its epoch: the hub knows the epoch by our key, or not at all
 * (it was restored, or this is another hub), and nobody has another word for what we wrote. */
static enum err may_go_on(struct joining *j, bool *may)
{
    struct wire_request asked;
    struct buf header = BUF_INIT;
    unsigned char hash[HASH_BYTES];
    json_t *answer = NULL;
    *may = false;
    char *path = mem_printf(WIRE_PATH_SITES "%s" WIRE_PATH_MARK "?epoch=%lld", j->site->j.site,
                            (long long)j->site->j.epoch);
    wire_request_init(&asked, j->site->j.site, "mark");
    asked.epoch = j->site->j.epoch;
    buf_text(&header, WIRE_HEADER ": ");
    wire_request_write(&asked, j->sec, &header);
    enum err rc = ask(j, path, buf_str(&header), NULL, NULL);
    if (rc == ERR_OK)
        rc = talk_answer(&j->answer, j->status, j->hub_sign, &asked, &answer);
    const char *text = js_str(answer, "hash");
    if (rc == ERR_OK && (text == NULL || hex_decode(text, hash, HASH_BYTES) != 0))
        rc = err_set(ERR_HUB_ANSWER, "mark", NULL);
    if (rc == ERR_OK)
        *may = link_own(j->site->j.store, asked.epoch, js_int(answer, "ack", 0), hash) == ERR_OK &&
               js_int(answer, "newest", 0) <= asked.epoch &&
               !json_is_true(json_object_get(answer, "fork"));
    else if (rc == ERR_NOT_ENROLLED || rc == ERR_HUB_REFUSED)
        *may = true;
    json_decref(answer);
    buf_fini(&header);
    free(path);
    return *may || rc == ERR_SIGNATURE ? ERR_OK : rc;
}

/* Closed machines, and those that the hub has something against, begin an epoch. */
static enum err choose(struct joining *j)
{
    bool may = true;
    enum err rc = ERR_OK;
    if (journal_closed_error(journal_closed(j->site->j.store, NULL)))
        may = false;
    else if (*site_get(j->site->j.store, "hub_url") != 0)
        rc = may_go_on(j, &may);
    j->anew = !may;
    return rc;
}

static enum err open_key(const struct joining *j, const json_t *answer,
                         unsigned char key[KEY_BYTES])
{
    struct buf sealed = BUF_INIT, plain = BUF_INIT;
    const char *text = js_str(answer, "data_key");
    enum err rc = text != NULL ? secret_b64_decode(text, &sealed) : ERR_HUB_ANSWER;
    if (rc == ERR_OK)
        rc = secret_box_open(j->box_pub, j->box_sec, sealed.data, sealed.len, &plain);
    if (rc == ERR_OK && plain.len == KEY_BYTES)
        memcpy(key, plain.data, KEY_BYTES);
    else
        rc = err_set(ERR_HUB_ANSWER, "data_key", NULL);
    buf_fini(&sealed);
    buf_wipe(&plain);
    return rc;
}

static enum err begin_anew(struct joining *j, const json_t *answer)
{
    struct renew_joined r = {.url = j->url, .clerk = j->clerk, .pin = j->new_pin};
    memcpy(r.hub_sign, j->hub_sign, sizeof r.hub_sign);
    memcpy(r.hub_box, j->hub_box, sizeof r.hub_box);
    r.epoch = js_int(answer, "epoch", 0);
    enum err rc = open_key(j, answer, r.data_key);
    if (rc == ERR_OK && r.epoch < 1)
        rc = err_set(ERR_HUB_ANSWER, "epoch", NULL);
    if (rc == ERR_OK)
        rc = renew_begin(j->site, &r);
    secret_wipe(r.data_key, sizeof r.data_key);
    return rc;
}

/* --- the whole ----------------------------------------------------------------------------------
 */

static enum err check_clerk(const struct site *s)
{
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    return clerk_may(s, "admin") ? ERR_OK : err_set(ERR_ROLE, NULL, "admin");
}

static enum err prepare(struct joining *j, const char *url, const char *code)
{
    secret_box_pair(j->box_pub, j->box_sec);
    enum err rc = read_url(j, url);
    if (rc == ERR_OK)
        rc = wire_code_read(code, &j->code);
    if (rc == ERR_OK)
        rc = site_sign_key(j->site, j->sec, j->pub);
    if (rc == ERR_OK)
        rc = journal_tip(j->site->j.store, j->site->j.site, j->site->j.epoch, &j->seq, j->hash);
    return rc;
}

static void finish(struct joining *j)
{
    buf_fini(&j->answer);
    secret_wipe(&j->code, sizeof j->code);
    secret_wipe(j->sec, sizeof j->sec);
    secret_wipe(j->box_sec, sizeof j->box_sec);
}

enum err agent_join(struct site *s, struct way *way, const char *url, const char *code)
{
    struct joining j = {.site = s, .way = way};
    json_t *answer = NULL;
    enum err rc = check_clerk(s);
    if (rc == ERR_OK)
        rc = prepare(&j, url, code);
    if (rc == ERR_OK)
        rc = fetch_keys(&j);
    if (rc == ERR_OK)
        rc = choose(&j);
    if (rc == ERR_OK)
        rc = post_box(&j, &answer);
    if (rc == ERR_OK)
        rc = link_pinned(s->j.store, j.pinned ? &j.pin : NULL);
    if (rc == ERR_OK)
        rc = j.anew ? begin_anew(&j, answer) : link_joined(s, j.url, j.hub_sign, j.hub_box);
    if (rc == ERR_OK && j.anew)
        rc = agent_visit(s, way);
    json_decref(answer);
    finish(&j);
    return rc;
}

enum err agent_take_up(struct site *s, struct way *way, const char *url, const char *code,
                       const char *clerk, const char *pin)
{
    struct joining j = {.site = s, .way = way, .anew = true, .clerk = clerk, .new_pin = pin};
    json_t *answer = NULL;
    enum err rc = prepare(&j, url, code);
    j.seq = 0; /* nothing of this folder counts yet */
    if (rc == ERR_OK && strlen(pin) < 4)
        rc = err_set(ERR_PIN_WEAK, NULL, NULL);
    if (rc == ERR_OK)
        rc = fetch_keys(&j);
    if (rc == ERR_OK)
        rc = post_box(&j, &answer);
    if (rc == ERR_OK)
        rc = link_pinned(s->j.store, j.pinned ? &j.pin : NULL);
    if (rc == ERR_OK)
        rc = begin_anew(&j, answer);
    if (rc == ERR_OK)
        rc = agent_visit(s, way);
    json_decref(answer);
    finish(&j);
    return rc;
}

enum err agent_enrol(struct site *s, const char *url, const char *code)
{
    struct way *way = NULL;
    enum err rc = http_open(&way);
    if (rc == ERR_OK)
        rc = agent_join(s, way, url, code);
    way_free(way);
    return rc;
}
