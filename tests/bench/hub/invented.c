/* Owns: the journals of invented villages. Invariant: entry n of every journal has the same bytes;
 * only its hash is the site's own. */
#include "tests/bench/hub/invented.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "kiosk/desk/site.h"
#include "sync/agent/feed.h"
#include "sync/wire/dict.h"
#include "sync/wire/frame.h"
#include "sync/wire/history.h"
#include "tests/e2e/prog.h"
#include "tests/e2e/records.h"

#define SEED 20220518

static int level = 9;

static struct stock {
    struct buf bytes; /* heads and sealed parts, one behind another */
    struct part {
        size_t head, head_len, sealed, sealed_len;
    } * part;
    int64_t n, room;
} stock;

/* --- the records --------------------------------------------------------------------------------
 */

static enum err keep_row(void *arg, const struct journal_row *row)
{
    (void)arg;
    if (stock.n == stock.room) {
        stock.room = stock.room > 0 ? stock.room * 2 : 1024;
        stock.part = mem_grow(stock.part, (size_t)stock.room * sizeof *stock.part);
    }
    struct part *p = &stock.part[stock.n++];
    *p = (struct part){stock.bytes.len, row->head.len, stock.bytes.len + row->head.len,
                       row->sealed.len};
    buf_add(&stock.bytes, row->head.data, row->head.len);
    buf_add(&stock.bytes, row->sealed.data, row->sealed.len);
    return ERR_OK;
}

static void write_records(const char *dir, int records)
{
    struct records r;
    struct buf lines = BUF_INIT;
    records_start(&r, SEED);
    for (int i = 0; i < records; i++)
        records_next(&r, &lines);
    struct ran made = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "init", "--site",
                               "999118001203", "--name", "测试村", "--policy", "epidemic-2022");
    struct ran added = prog_run(buf_str(&lines), prog_path("jiujin"), "--dir", dir, "add", "mixed");
    if (made.status != 0 || added.status != 0) {
        fprintf(stderr, "%s%s", made.err, added.err);
        exit(1);
    }
    ran_free(&made);
    ran_free(&added);
    buf_fini(&lines);
}

void invented_stock(int records)
{
    struct site *site;
    char *folder = prog_folder(), *dir = mem_printf("%s/site", folder);
    setenv("JIUJIN_USER", "admin", 1);
    setenv("JIUJIN_PIN", "1234", 1);
    write_records(dir, records);
    if (site_open(dir, "bench", &site) != ERR_OK ||
        journal_each(site->j.store, site->j.epoch, 0, INT64_MAX, keep_row, NULL) != ERR_OK)
        exit(1);
    site_close(site);
    free(dir);
    prog_folder_remove(folder);
}

int64_t invented_stock_entries(void)
{
    return stock.n;
}

void invented_stock_free(void)
{
    buf_fini(&stock.bytes);
    free(stock.part);
    stock = (struct stock){.n = 0};
}

void invented_level(int to)
{
    level = to;
}

/* Entry number `seq` as it travels. */
static struct wire_entry entry_at(int64_t seq)
{
    const struct part *p = &stock.part[seq - 1];
    struct wire_entry e = {.head = stock.bytes.data + p->head,
                           .head_len = p->head_len,
                           .sealed = p->sealed_len > 0 ? stock.bytes.data + p->sealed : NULL,
                           .sealed_len = p->sealed_len};
    if (e.sealed != NULL)
        secret_hash_once(e.sealed, e.sealed_len, e.sealed_hash);
    return e;
}

/* --- a village ----------------------------------------------------------------------------------
 */

void invented_begin(struct invented *v, int number)
{
    memset(v, 0, sizeof *v);
    snprintf(v->site, sizeof v->site, "999%09d", number);
    secret_sign_pair(v->pub, v->sec);
    journal_first_hash(v->site, 1, v->hash);
}

static enum err enrol_one(struct hub *h, const struct invented *v)
{
    unsigned char key[KEY_BYTES], first[HASH_BYTES];
    struct buf sealed = BUF_INIT;
    rnd_bytes(key, sizeof key);
    journal_first_hash(v->site, 1, first);
    secret_box_seal(h->keys.box_pub, key, sizeof key, &sealed);
    enum err rc = hub_run(h->db,
                          "INSERT INTO site (site, name, state, added, code_until, epoch, trouble,"
                          " drift, orders) VALUES (?1, '测试村', 'joined', ?2, 0, 1, '', 0, 0)",
                          "si", v->site, clock_now());
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO site_epoch (site, epoch, sign_pub, data_key, joined, seq, hash)"
                     " VALUES (?1, 1, ?2, ?3, ?4, 0, ?5)",
                     "sbbib", v->site, v->pub, sizeof v->pub, sealed.data, sealed.len, clock_now(),
                     first, sizeof first);
    buf_fini(&sealed);
    return rc;
}

enum err invented_enrol(struct hub *h, const struct invented *v, int n)
{
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    for (int i = 0; rc == ERR_OK && i < n; i++)
        rc = enrol_one(h, &v[i]);
    return hub_end(h->db, rc);
}

static void chain(struct invented *v)
{
    struct wire_entry e = entry_at(++v->seq);
    journal_hash(v->hash, e.head, e.head_len, e.sealed_hash, v->hash);
}

void invented_seek(struct invented *v, int64_t seq)
{
    v->seq = 0;
    journal_first_hash(v->site, 1, v->hash);
    while (v->seq < seq)
        chain(v);
}

/* --- what it sends ------------------------------------------------------------------------------
 */

static void head(const struct invented *v, const char *purpose, const char *method,
                 struct wire_request *asked, struct buf *out)
{
    struct buf header = BUF_INIT;
    wire_request_init(asked, v->site, purpose);
    asked->epoch = 1;
    asked->from = v->seq + 1;
    memcpy(asked->base, v->hash, HASH_BYTES);
    wire_request_write(asked, v->sec, &header);
    buf_printf(out,
               "%s /v1/sites/%s/%s?epoch=1&from=%lld&since=0 HTTP/1.1\r\nHost: hub\r\n"
               "Accept: */*\r\n" WIRE_HEADER ": %s\r\n",
               method, v->site, purpose, (long long)v->seq + 1, buf_str(&header));
    buf_fini(&header);
}

void invented_mark(const struct invented *v, struct wire_request *asked, struct buf *out)
{
    head(v, "mark", "GET", asked, out);
    buf_text(out, "\r\n");
}

/* As the feed chooses: the history when it is worth it, else the dictionary. */
static const struct wire_prefix *lean_on(int64_t seq, struct wire_history *h)
{
    for (int64_t n = seq; n > 0; n--)
        if (!wire_history_add(h, stock.bytes.data + stock.part[n - 1].head,
                              stock.part[n - 1].head_len))
            break;
    if (seq > 0)
        wire_history_end(h, seq);
    return h->prefix.len >= WIRE_HISTORY_MIN ? &h->prefix : wire_dictionary(0);
}

static void put_chunk(struct buf *packed, struct buf *out)
{
    if (packed->len == 0)
        return;
    buf_printf(out, "%zx\r\n", packed->len);
    buf_add(out, packed->data, packed->len);
    buf_text(out, "\r\n");
    buf_clear(packed);
}

static void put_frame(struct invented *v, int64_t n, struct wire_pack *p, struct buf *packed)
{
    unsigned char sig[SIGN_BYTES];
    struct wire_writer w = {.count = 0};
    for (int64_t i = 0; i < n; i++) {
        struct wire_entry e = entry_at(v->seq + 1);
        wire_writer_add(&w, v->seq + 1, &e);
        chain(v);
    }
    wire_sign_tip(v->sec, v->site, 1, v->seq, v->hash, sig);
    wire_writer_end(&w, sig);
    wire_pack_add(p, w.bytes.data, w.bytes.len, packed);
    buf_fini(&w.bytes);
}

void invented_upload(struct invented *v, int64_t n, int frame, struct wire_request *asked,
                     struct buf *out)
{
    struct wire_pack pack = {0};
    struct wire_history history = {0};
    struct buf packed = BUF_INIT;
    head(v, "entries", "POST", asked, out);
    buf_text(out, "Transfer-Encoding: chunked\r\nContent-Type: application/octet-stream\r\n\r\n");
    wire_pack_begin(&pack, level, lean_on(v->seq, &history), &packed);
    for (int64_t done = 0; done < n; done += frame) {
        put_frame(v, n - done < frame ? n - done : frame, &pack, &packed);
        put_chunk(&packed, out);
    }
    wire_pack_end(&pack, &packed);
    put_chunk(&packed, out);
    buf_text(out, "0\r\n\r\n");
    wire_pack_fini(&pack);
    wire_history_fini(&history);
    buf_fini(&packed);
}
