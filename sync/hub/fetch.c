/* Owns: what one machine of a site may know of the others. Invariant: what is given is the store's
 * bytes, with the hub's own signature over the hash that they lead to. */
#include "sync/hub/fetch.h"

#include <string.h>

#include "kiosk/base/js.h"
#include "sync/hub/take.h"
#include "sync/wire/api.h"
#include "sync/wire/pack.h"

#define LEVEL 9 /* zstd: several villages may fetch at a time */

enum err hub_mark_newest(struct hub *h, const char *site, struct hub_mark *out)
{
    int64_t epoch =
        hub_number(h->db, 0, "SELECT max(epoch) FROM site_epoch WHERE site = ?1", "s", site);
    return hub_mark_read(h, site, epoch, out);
}

enum err hub_others(struct hub *h, const struct wire_request *asked, json_t *answer)
{
    int64_t newest =
        hub_number(h->db, 0, "SELECT max(epoch) FROM site_epoch WHERE site = ?1", "s", asked->site);
    int64_t older =
        hub_number(h->db, 0, "SELECT sum(seq) FROM site_epoch WHERE site = ?1 AND epoch < ?2", "si",
                   asked->site, asked->epoch);
    int64_t forks =
        hub_number(h->db, 0, "SELECT EXISTS (SELECT 1 FROM fork WHERE site = ?1 AND epoch = ?2)",
                   "si", asked->site, asked->epoch);
    if (newest > asked->epoch)
        js_set_int(answer, "newest", newest);
    if (older > 0)
        js_set_int(answer, "older", older);
    if (forks > 0)
        json_object_set_new(answer, "fork", json_true());
    return ERR_OK;
}

/* --- history ------------------------------------------------------------------------------------
 */

static json_t *place(const struct hub_rows *rows, int first)
{
    char hash[2 * HASH_BYTES + 1] = "";
    unsigned char bytes[HASH_BYTES];
    json_t *one = json_array();
    for (int i = 0; i < first; i++)
        json_array_append_new(one, json_integer(hub_int(rows, i)));
    if (hub_bytes(rows, first, bytes, HASH_BYTES))
        hex_encode(bytes, HASH_BYTES, hash);
    json_array_append_new(one, json_string(hash));
    return one;
}

static enum err put_epochs(struct hub *h, const struct wire_request *asked, json_t *answer)
{
    struct hub_rows rows;
    json_t *list = json_array();
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT epoch, seq, hash FROM site_epoch WHERE site = ?1 AND epoch < ?2"
                          " ORDER BY epoch",
                          "si", asked->site, asked->epoch);
    while (rc == ERR_OK && hub_next(&rows, &rc))
        json_array_append_new(list, place(&rows, 2));
    json_object_set_new(answer, "epochs", list);
    return rc;
}

/* The numbers lo + k * (hi - lo) / WIRE_PROBES, the last one `hi`. */
static enum err put_hashes(struct hub *h, const char *site, int64_t of, int64_t lo, int64_t hi,
                           json_t *answer)
{
    enum err rc = ERR_OK;
    json_t *list = json_array();
    int64_t last = lo;
    for (int k = 1; rc == ERR_OK && k <= WIRE_PROBES; k++) {
        struct hub_rows rows;
        int64_t seq = lo + (hi - lo) * k / WIRE_PROBES;
        if (seq == last)
            continue;
        last = seq;
        rc = hub_ask(h->db, &rows,
                     "SELECT seq, hash FROM entry WHERE site = ?1 AND epoch = ?2 AND seq = ?3",
                     "sii", site, of, seq);
        if (rc == ERR_OK && hub_next(&rows, &rc)) {
            json_array_append_new(list, place(&rows, 1));
            hub_done(&rows);
        }
    }
    json_object_set_new(answer, "hashes", list);
    return rc;
}

enum err hub_past(struct hub *h, const struct wire_request *asked, int64_t of, int64_t lo,
                  int64_t hi, json_t *answer)
{
    enum err rc = put_epochs(h, asked, answer);
    js_set_int(answer, "last_order",
               hub_number(h->db, 0, "SELECT orders FROM site WHERE site = ?1", "s", asked->site));
    if (rc == ERR_OK && of > 0 && lo >= 0 && hi > lo && hi < INT32_MAX)
        rc = put_hashes(h, asked->site, of, lo, hi, answer);
    return rc;
}

/* --- entries ------------------------------------------------------------------------------------
 */

struct filling {
    struct hub *hub;
    const struct wire_request *asked;
    int64_t of, last;
    unsigned char hash[HASH_BYTES];
    struct wire_writer writer;
    struct wire_pack pack;
    struct buf *out;
    size_t bytes;
};

static void end_frame(struct filling *f)
{
    unsigned char sig[SIGN_BYTES];
    if (f->writer.count == 0)
        return;
    wire_sign_tip(f->hub->keys.sign_sec, f->asked->site, f->of, f->last, f->hash, sig);
    wire_writer_end(&f->writer, sig);
    wire_pack_add(&f->pack, f->writer.bytes.data, f->writer.bytes.len, f->out);
    f->bytes += f->writer.bytes.len;
    wire_writer_clear(&f->writer);
}

static enum err add_row(struct filling *f, const struct hub_rows *rows)
{
    struct wire_entry e = {.head = NULL};
    e.head = hub_blob(rows, 1, &e.head_len);
    e.sealed = hub_blob(rows, 2, &e.sealed_len);
    bool has = hub_bytes(rows, 3, e.sealed_hash, HASH_BYTES);
    e.dropped = has && e.sealed_len == 0;
    if (f->writer.count >= HUB_FETCH_ENTRIES ||
        !wire_writer_fits(&f->writer, e.head_len, e.sealed_len))
        end_frame(f);
    f->last = hub_int(rows, 0);
    enum err rc = wire_writer_add(&f->writer, f->last, &e);
    if (rc == ERR_OK && !hub_bytes(rows, 4, f->hash, HASH_BYTES))
        rc = err_set(ERR_CORRUPT, "entry", "%lld", (long long)f->last);
    return rc;
}

static enum err fill(struct filling *f)
{
    struct hub_rows rows;
    enum err rc = hub_ask_long(f->hub->db, &rows,
                               "SELECT seq, head, sealed, sealed_hash, hash FROM entry"
                               " WHERE site = ?1 AND epoch = ?2 AND seq >= ?3 ORDER BY seq",
                               "sii", f->asked->site, f->of, f->asked->from);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        rc = add_row(f, &rows);
        if (rc != ERR_OK || f->bytes + f->writer.bytes.len > HUB_FETCH_BYTES) {
            hub_done(&rows);
            break;
        }
    }
    return rc;
}

enum err hub_fetch(struct hub *h, const struct wire_request *asked, int64_t of, struct buf *out)
{
    struct hub_mark mark;
    unsigned char ours[HASH_BYTES];
    struct filling f = {.hub = h, .asked = asked, .of = of, .out = out};
    enum err rc = hub_mark_read(h, asked->site, of, &mark);
    if (rc == ERR_OK && (asked->from < 1 || asked->from - 1 > mark.seq))
        rc = err_set(ERR_STATE, "from", NULL);
    if (rc == ERR_OK)
        rc = hub_hash_at(h, asked->site, of, asked->from - 1, ours);
    if (rc == ERR_OK && memcmp(ours, asked->base, HASH_BYTES) != 0)
        rc = err_set(ERR_FORK, NULL, "%lld.%lld", (long long)of, (long long)asked->from - 1);
    if (rc != ERR_OK)
        return rc;
    wire_pack_begin(&f.pack, LEVEL, NULL, out);
    rc = fill(&f);
    if (rc == ERR_OK)
        end_frame(&f);
    wire_pack_end(&f.pack, out);
    wire_pack_fini(&f.pack);
    buf_fini(&f.writer.bytes);
    return rc;
}

/* --- orders -------------------------------------------------------------------------------------
 */

enum err hub_order_places(struct hub *h, const char *site, json_t *orders)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    json_array_foreach(orders, i, one)
    {
        struct hub_rows rows;
        rc = hub_ask(h->db, &rows,
                     "SELECT after_epoch, after_seq FROM orders WHERE site = ?1 AND n = ?2", "si",
                     site, js_int(one, "n", 0));
        if (rc == ERR_OK && hub_next(&rows, &rc)) {
            json_object_set_new(
                one, "after",
                json_pack("[I,I]", (json_int_t)hub_int(&rows, 0), (json_int_t)hub_int(&rows, 1)));
            hub_done(&rows);
        }
        if (rc != ERR_OK)
            break;
    }
    return rc;
}
