/* Owns: the wrappers. Invariant: what is broken is broken in what passes between two files of the
 * product, never in the books of truth.h. */
#include "tests/sim/mutant.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/link.h"
#include "kiosk/store/store.h"
#include "sync/agent/talk.h"
#include "sync/hub/back.h"
#include "sync/hub/express.h"
#include "sync/hub/order.h"
#include "sync/hub/take.h"
#include "tests/sim/mutants.h"

int mutant;

const char *const mutant_names[] = {
    [BY_NUMBER - 1] = "the hub takes a number for an entry",
    [ANY_ACK - 1] = "the village does not compare the hash of an acknowledgement",
    [ANY_ANSWER - 1] = "the village takes an answer to an earlier request",
    [ANY_HUB - 1] = "the village does not look at the signature of an answer",
    [ANY_VILLAGE - 1] = "the hub does not look at signatures",
    [HUB_UNSYNCED - 1] = "the hub answers before its disk has it",
    [VILLAGE_UNSYNCED - 1] = "the village says saved before its disk has it",
    [MARK_APART - 1] = "the hub moves its mark in a transaction of its own",
    [SENT_IS_ACKED - 1] = "the village takes for arrived what it sent when the line broke",
    [NO_FORK_KEPT - 1] = "the hub refuses a fork and does not keep it",
    [NOT_MARKED - 1] = "the hub does not mark what it cannot use",
    [ORDER_SKIPPED - 1] = "the hub passes over an order",
    [MARK_NOT_ASKED - 1] = "the village does not ask where the hub stands when the line broke",
    [OVERTOOK_TWICE - 1] = "the hub counts what overtook the stream once more when that brings it",
    [ORDERS_UNASKED - 1] = "the hub does not look for orders that a village has and it has not",
    [ORDERS_REPLACED - 1] = "an order that comes back takes the place of the one given in between",
    NULL,
};

static bool believe; /* any signature is good, as long as it is set */

#define WRAP(type, name, params)                                                                   \
    type __real_##name params;                                                                     \
    type __wrap_##name params;                                                                     \
    type __wrap_##name params

/* --- the hub takes entries ----------------------------------------------------------------------
 */

static void hub_hash(struct hub *h, const char *site, int64_t epoch, int64_t seq,
                     unsigned char hash[HASH_BYTES])
{
    struct hub_rows rows;
    enum err rc;
    if (seq == 0)
        journal_first_hash(site, epoch, hash);
    else if (hub_ask(h->db, &rows,
                     "SELECT hash FROM entry WHERE site = ?1 AND epoch = ?2 AND seq = ?3", "sii",
                     site, epoch, seq) == ERR_OK &&
             hub_next(&rows, &rc)) {
        hub_bytes(&rows, 0, hash, HASH_BYTES);
        hub_done(&rows);
    }
}

WRAP(enum err, hub_take_begin,
     (struct hub * h, const struct wire_request *asked, struct hub_take *t))
{
    struct wire_request any = *asked;
    if (mutant == BY_NUMBER)
        hub_hash(h, any.site, any.epoch, any.from - 1, any.base);
    return __real_hub_take_begin(h, &any, t);
}

WRAP(enum err, hub_take_frame, (struct hub_take * t, const struct wire_frame *f))
{
    static struct wire_frame rest;
    struct hub_mark mark;
    int64_t known, last = (int64_t)f->first + f->count - 1;
    if (mutant != BY_NUMBER || hub_mark_read(t->hub, t->site, t->epoch, &mark) != ERR_OK)
        return __real_hub_take_frame(t, f);
    known = mark.seq < last ? mark.seq : last;
    if (known < f->first)
        return __real_hub_take_frame(t, f);
    t->seq = known;
    hub_hash(t->hub, t->site, t->epoch, known, t->hash);
    if (known == last)
        return ERR_OK;
    rest = *f;
    rest.first = (uint32_t)known + 1;
    rest.count = (uint16_t)(last - known);
    memmove(rest.entry, f->entry + (f->count - rest.count), rest.count * sizeof *rest.entry);
    return __real_hub_take_frame(t, &rest);
}

WRAP(bool, wire_verify_tip,
     (const unsigned char *pub, const char *site, int64_t epoch, int64_t seq,
      const unsigned char *hash, const unsigned char *sig))
{
    return mutant == BY_NUMBER || mutant == ANY_VILLAGE ||
           __real_wire_verify_tip(pub, site, epoch, seq, hash, sig);
}

WRAP(bool, wire_request_verify, (const char *text, const unsigned char *pub))
{
    return mutant == ANY_VILLAGE || __real_wire_request_verify(text, pub);
}

WRAP(enum err, hub_express_settle,
     (struct hub * h, const struct hub_mark *who, int64_t seq, bool *settled))
{
    *settled = false;
    return mutant == OVERTOOK_TWICE ? ERR_OK : __real_hub_express_settle(h, who, seq, settled);
}

/* --- what the hub writes ------------------------------------------------------------------------
 */

static struct {
    bool waits;
    char site[SITE_CODE];
    int64_t epoch, seq;
    unsigned char hash[HASH_BYTES];
} apart;

WRAP(void, hub_close, (struct hub * h))
{
    apart.waits = false;
    __real_hub_close(h);
}

WRAP(enum err, hub_begin, (struct hub_db * db))
{
    if (apart.waits && store_depth(db->handle) == 0) {
        apart.waits = false;
        hub_run(db, "UPDATE site_epoch SET hash = ?4, seq = ?3 WHERE site = ?1 AND epoch = ?2",
                "siib", apart.site, apart.epoch, apart.seq, apart.hash, (size_t)HASH_BYTES);
    }
    return __real_hub_begin(db);
}

static bool skipped(const char *sql)
{
    static const struct {
        int mutant;
        const char *begins;
    } table[] = {
        {NO_FORK_KEPT, "INSERT INTO fork "},
        {NOT_MARKED, "UPDATE entry SET refused"},
        {MARK_APART, "UPDATE site_epoch SET seq"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (mutant == table[i].mutant &&
            strncmp(sql, table[i].begins, strlen(table[i].begins)) == 0)
            return true;
    return false;
}

static size_t values(const char *letters, va_list args, struct hub_value *v)
{
    size_t n = 0;
    for (; letters[n] != 0; n++) {
        v[n] = (struct hub_value){.type = HUB_NULL};
        if (letters[n] == 'i') {
            v[n].type = HUB_INT;
            v[n].number = va_arg(args, int64_t);
            continue;
        }
        v[n].bytes = va_arg(args, const void *);
        v[n].len = letters[n] == 'b' ? va_arg(args, size_t) : 0;
        if (v[n].bytes != NULL)
            v[n].type = letters[n] == 'b' ? HUB_BLOB : HUB_TEXT;
    }
    return n;
}

enum err __wrap_hub_run(struct hub_db *db, const char *sql, const char *letters, ...);
enum err __wrap_hub_run(struct hub_db *db, const char *sql, const char *letters, ...)
{
    struct hub_value v[20];
    struct hub_rows rows = {.db = db};
    va_list args;
    va_start(args, letters);
    size_t n = values(letters, args, v);
    va_end(args);
    if (skipped(sql)) {
        if (mutant == MARK_APART) {
            apart.waits = true;
            memcpy(apart.site, v[0].bytes, SITE_CODE);
            apart.epoch = v[1].number;
            apart.seq = v[2].number;
            memcpy(apart.hash, v[3].bytes, HASH_BYTES);
        }
        return ERR_OK;
    }
    enum err rc = db->ops->ask(db, sql, v, n, &rows.at);
    while (rc == ERR_OK && hub_next(&rows, &rc))
        ;
    return rc;
}

WRAP(enum err, hub_orders_since, (struct hub * h, const char *site, int64_t since, json_t **out))
{
    return __real_hub_orders_since(h, site, mutant == ORDER_SKIPPED ? since + 1 : since, out);
}

WRAP(bool, hub_order_lost, (struct hub * h, const char *site, int64_t epoch, const char *since))
{
    return mutant != ORDERS_UNASKED && __real_hub_order_lost(h, site, epoch, since);
}

WRAP(enum err, hub_order_move, (struct hub * h, const char *site, int64_t n, int64_t last))
{
    if (mutant != ORDERS_REPLACED)
        return __real_hub_order_move(h, site, n, last);
    return hub_run(h->db, "DELETE FROM orders WHERE site = ?1 AND n = ?2", "si", site, n);
}

WRAP(enum err, store_open,
     (const char *path, const struct store_schema *schema, unsigned flags, struct store **out))
{
    enum err rc = __real_store_open(path, schema, flags, out);
    bool village = schema == &store_kiosk_schema;
    if (rc == ERR_OK && mutant == (village ? VILLAGE_UNSYNCED : HUB_UNSYNCED))
        rc = store_exec(*out, "PRAGMA synchronous=OFF");
    return rc;
}

/* --- the village believes -----------------------------------------------------------------------
 */

static enum err own_hash(struct store *s, int64_t epoch, int64_t seq, unsigned char out[HASH_BYTES])
{
    struct journal_row row = {.seq = 0};
    char id[ENTRY_ID];
    enum err rc = journal_read(s, journal_id(false, epoch, seq, id), &row);
    memcpy(out, row.hash, HASH_BYTES);
    journal_row_fini(&row);
    return rc;
}

WRAP(enum err, link_acked,
     (struct store * s, int64_t epoch, int64_t seq, const unsigned char *hash, int64_t at))
{
    unsigned char any[HASH_BYTES];
    memcpy(any, hash, HASH_BYTES);
    if (mutant == ANY_ACK)
        while (seq > 0 && own_hash(s, epoch, seq, any) != ERR_OK)
            seq--;
    return __real_link_acked(s, epoch, seq, any, at);
}

bool mutant_believes(void)
{
    return believe;
}

WRAP(enum err, wire_answer_read,
     (const void *bytes, size_t len, const unsigned char *pub, const struct wire_request *asked,
      json_t **out))
{
    static struct wire_request earlier[8];
    static size_t n;
    earlier[n++ % 8] = *asked;
    believe = mutant == ANY_HUB;
    enum err rc = __real_wire_answer_read(bytes, len, pub, asked, out);
    believe = false;
    for (size_t i = 0; i < 8 && mutant == ANY_ANSWER && rc == ERR_HUB_ANSWER; i++)
        rc = __real_wire_answer_read(bytes, len, pub, &earlier[i], out);
    return rc;
}

WRAP(enum err, talk_ask,
     (struct talk * t, const char *path, struct wire_request *asked, http_body *body, void *arg,
      json_t **answer))
{
    char hex[2 * HASH_BYTES + 1];
    if (mutant != MARK_NOT_ASKED || strcmp(asked->purpose, "mark") != 0)
        return __real_talk_ask(t, path, asked, body, arg, answer);
    hex_encode(t->link.acked_hash, HASH_BYTES, hex);
    *answer = json_pack("{s:I,s:s}", "ack", (json_int_t)t->link.acked, "hash", hex);
    return ERR_OK;
}

WRAP(enum err, talk_do, (struct talk * t, const struct talk_errand *errand, json_t **answer))
{
    char hex[2 * HASH_BYTES + 1];
    unsigned char tip[HASH_BYTES];
    int64_t last;
    enum err rc = __real_talk_do(t, errand, answer);
    if (mutant != SENT_IS_ACKED || rc != ERR_HUB_DOWN ||
        strcmp(errand->asked->purpose, "entries") != 0 ||
        journal_tip(t->site->j.store, t->site->j.site, errand->asked->epoch, &last, tip) != ERR_OK)
        return rc;
    hex_encode(tip, HASH_BYTES, hex);
    *answer = json_pack("{s:I,s:s}", "ack", (json_int_t)last, "hash", hex);
    return ERR_OK;
}
