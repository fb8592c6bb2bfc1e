/* Owns: taking the sub-centre's answer from a stick. Invariant: nothing is believed that our hub
 * has not signed for this site and this machine; an older answer takes nothing back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "sync/agent/bundle.h"
#include "sync/agent/talk.h"
#include "sync/wire/bundle.h"
#include "sync/wire/pack.h"

#define FILE_MOST ((size_t)20 << 20) /* a bundle may be named in the place of its answer */

/* Reads the answer's file; a bundle of ours leads to the answer that stands beside it. */
static enum err read_file(const struct stick *s, char name[STICK_NAME], struct buf *out)
{
    struct {
        char text[STICK_NAME];
    } beside;
    enum err rc = stick_read(s, name, FILE_MOST, out);
    size_t len = strlen(name);
    if (rc == ERR_OK && out->len >= 4 && memcmp(out->data, "JWU1", 4) == 0 &&
        len + sizeof WIRE_ANSWER_SUFFIX <= sizeof beside.text) {
        snprintf(beside.text, sizeof beside.text, "%.*s" WIRE_ANSWER_SUFFIX, (int)len, name);
        snprintf(name, STICK_NAME, "%s", beside.text);
        buf_clear(out);
        rc = stick_read(s, name, FILE_MOST, out);
    }
    return rc == ERR_NOT_FOUND ? err_set(ERR_ANSWER_NONE, s->path, NULL) : rc;
}

/* For whom it is. */
static enum err check_place(const struct talk *t, const json_t *answer)
{
    const char *site = js_str(answer, "site");
    int64_t epoch = js_int(answer, "epoch", 0);
    if (site == NULL || strcmp(site, t->site->j.site) != 0)
        return err_set(ERR_ANSWER_FOREIGN, NULL, "%.12s", site != NULL ? site : "");
    return epoch == t->link.epoch ? ERR_OK
                                  : err_set(ERR_ANSWER_EPOCH, NULL, "%lld", (long long)epoch);
}

/* The mark goes forward; back only when the hub says that records before the bundle are not there:
 * it was restored from an older copy, and gets them again. */
static enum err take_ack(struct talk *t, const json_t *answer, struct bundle_in *b)
{
    unsigned char hash[HASH_BYTES];
    const char *text = js_str(answer, "hash"), *error = js_str(answer, "error");
    int64_t ack = js_int(answer, "ack", -1), before = t->link.acked;
    bool back = error != NULL && strcmp(error, err_word(ERR_BUNDLE_GAP)) == 0;
    if (ack < 0 || text == NULL || hex_decode(text, hash, HASH_BYTES) != 0)
        return err_set(ERR_ANSWER, "ack", NULL);
    b->older = ack < before && !back;
    enum err rc = link_own(t->site->j.store, t->link.epoch, ack, hash);
    if (rc == ERR_OK && (ack > before || (ack < before && back)))
        rc = link_acked(t->site->j.store, t->link.epoch, ack, hash, clock_now());
    if (rc == ERR_OK)
        rc = link_read(t->site->j.store, t->site->j.site, &t->link);
    b->acked = t->link.acked;
    b->arrived = ack > before ? ack - before : 0;
    return rc;
}

static void take_words(const json_t *answer, struct bundle_in *b)
{
    const char *error = js_str(answer, "error"), *why = js_str(answer, "why");
    enum err rc = talk_error(error);
    if (error == NULL)
        return;
    if (rc != ERR_HUB_REFUSED)
        err_set(rc, NULL, NULL); /* in this machine's language */
    else
        err_set(rc, NULL, "%.200s", why != NULL ? why : error);
    err_say(rc, b->trouble, sizeof b->trouble);
    utf8_clean(b->trouble, b->trouble);
}

static enum err take(struct talk *t, const json_t *answer, struct bundle_in *b)
{
    bool some;
    int64_t before;
    enum err rc = check_place(t, answer);
    if (rc != ERR_OK)
        return rc;
    take_words(answer, b);
    rc = take_ack(t, answer, b);
    before = t->link.orders;
    if (rc == ERR_OK)
        rc = talk_take_refusals(t, answer);
    if (rc == ERR_OK && (!b->older || json_array_size(js_get(answer, "orders")) > 0))
        rc = talk_take_orders(t, answer, &some);
    b->orders = t->link.orders - before;
    b->refused = (int64_t)json_array_size(js_get(answer, "refused"));
    b->more = js_bool(answer, "more");
    return rc == ERR_STATE ? err_set(ERR_ANSWER_GAP, NULL, NULL) : rc;
}

static enum err find_answer(struct site *s, const char *where, char name[STICK_NAME],
                            struct buf *bytes)
{
    struct stick stick;
    enum err rc = stick_open_for(where, &stick, name);
    if (rc == ERR_OK && *name == 0)
        wire_bundle_answer_name(s->j.site, name);
    if (rc == ERR_OK)
        rc = read_file(&stick, name, bytes);
    stick_close(&stick);
    return rc;
}

enum err agent_bundle_in(struct site *s, const char *where, struct bundle_in *b)
{
    struct talk t = {.site = s};
    struct buf bytes = BUF_INIT;
    json_t *answer = NULL;
    *b = (struct bundle_in){.arrived = 0};
    enum err rc = link_read(s->j.store, s->j.site, &t.link);
    if (rc == ERR_OK && !t.link.enrolled)
        rc = err_set(ERR_NOT_ENROLLED, NULL, NULL);
    if (rc == ERR_OK)
        rc = find_answer(s, where, b->file, &bytes);
    if (rc == ERR_OK)
        rc = wire_bundle_answer_read(bytes.data, bytes.len, t.link.hub_sign, &answer);
    if (rc == ERR_OK)
        rc = take(&t, answer, b);
    if (rc == ERR_OK)
        rc = link_stick(s->j.store, LINK_STICK_IN, clock_now());
    json_decref(answer);
    buf_fini(&bytes);
    return rc;
}
