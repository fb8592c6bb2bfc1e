/* bytes: what an entry costs on the way up. A day of a busy village (BYTES_RECORDS records of
 * tests/e2e/records.c, 6,000 of them) is written by the program; then batches of its entries are
 * packed as the agent packs them, with what came before as their history, at places all over the
 * second half. Beside them zstd -19 and xz -9 of the same frames. What is sealed, and signed, no
 * packing makes smaller. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/site.h"
#include "sync/wire/dict.h"
#include "sync/wire/frame.h"
#include "sync/wire/history.h"
#include "tests/e2e/prog.h"
#include "tests/e2e/records.h"

#define SEED 20220518
#define BACKLOG 200 /* as in sync/agent/feed.c: from here on level 19, else 9 */

static struct site *site;
static int64_t entries;

static void make_site(const char *dir, int n)
{
    struct records r;
    struct buf lines = BUF_INIT;
    records_start(&r, SEED);
    for (int i = 0; i < n; i++)
        records_next(&r, &lines);
    struct ran made = prog_run(NULL, prog_path("jiujin"), "--dir", dir, "init", "--site",
                               "999118001203", "--name", "测试村", "--policy", "epidemic-2022");
    struct ran added = prog_run(buf_str(&lines), prog_path("jiujin"), "--dir", dir, "add", "mixed");
    if (made.status != 0 || added.status != 0 || site_open(dir, "bench", &site) != ERR_OK) {
        fprintf(stderr, "%s%s", made.err, added.err);
        exit(1);
    }
    unsigned char hash[HASH_BYTES];
    journal_tip(site->j.store, site->j.site, site->j.epoch, &entries, hash);
    ran_free(&made);
    ran_free(&added);
    buf_fini(&lines);
}

/* --- one batch ----------------------------------------------------------------------------------
 */

struct batch {
    int64_t sealed, signed_, frames;
    struct buf plain;  /* its frames, one after another */
    size_t ends[1000]; /* where each ends */
    struct wire_writer writer;
};

static void end_frame(struct batch *b)
{
    unsigned char sig[SIGN_BYTES];
    for (size_t i = 0; i < sizeof sig; i++)
        sig[i] = (unsigned char)rand();
    wire_writer_end(&b->writer, sig);
    buf_add(&b->plain, b->writer.bytes.data, b->writer.bytes.len);
    b->ends[b->frames++] = b->plain.len;
    b->signed_ += SIGN_BYTES;
    wire_writer_clear(&b->writer);
}

static enum err take(void *arg, const struct journal_row *row)
{
    struct batch *b = arg;
    struct wire_entry e = {.head = row->head.data,
                           .head_len = row->head.len,
                           .sealed = row->sealed.len > 0 ? row->sealed.data : NULL,
                           .sealed_len = row->sealed.len};
    b->sealed += (int64_t)row->sealed.len;
    return wire_writer_add(&b->writer, row->seq, &e);
}

static void read_batch(struct batch *b, int64_t after, int n)
{
    int size = n < BACKLOG ? 50 : WIRE_FRAME_ENTRIES;
    *b = (struct batch){.sealed = 0};
    for (int done = 0; done < n; done += size) {
        int some = n - done < size ? n - done : size;
        journal_each(site->j.store, site->j.epoch, after + done, some, take, b);
        end_frame(b);
    }
}

static size_t packed(const struct batch *b, int level, const struct wire_prefix *prefix)
{
    struct wire_pack p = {0};
    struct buf out = BUF_INIT;
    wire_pack_begin(&p, level, prefix, &out);
    for (int64_t i = 0; i < b->frames; i++) {
        size_t from = i > 0 ? b->ends[i - 1] : 0;
        wire_pack_add(&p, b->plain.data + from, b->ends[i] - from, &out);
    }
    wire_pack_end(&p, &out);
    size_t n = out.len;
    wire_pack_fini(&p);
    buf_fini(&out);
    return n;
}

static size_t zstd_whole(const struct batch *b)
{
    size_t room = ZSTD_compressBound(b->plain.len);
    void *to = mem_alloc(room);
    size_t n = ZSTD_compress(to, room, b->plain.data, b->plain.len, 19);
    free(to);
    return n;
}

static size_t xz_whole(const struct batch *b, const char *dir)
{
    char *file = mem_printf("%s/batch", dir), *command = mem_printf("xz -9 -c %s | wc -c", file);
    FILE *f = fopen(file, "wb"), *p = NULL;
    size_t n = 0;
    if (f != NULL && fwrite(b->plain.data, 1, b->plain.len, f) == b->plain.len && fclose(f) == 0)
        p = popen(command, "r");
    if (p == NULL || fscanf(p, "%zu", &n) != 1)
        exit(1);
    pclose(p);
    free(file);
    free(command);
    return n;
}

/* --- the table ----------------------------------------------------------------------------------
 */

struct sums {
    double history, dictionary, none, zstd, xz, sealed, sig;
    int64_t history_ms, pack_ms;
};

static void measure(struct sums *s, int64_t after, int n, const char *dir)
{
    struct batch b;
    struct wire_history h = {0};
    int level = n < BACKLOG ? 9 : 19;
    int64_t start = clock_mono();
    journal_heads_back(site->j.store, site->j.epoch, after, wire_history_visit, &h);
    wire_history_end(&h, after);
    s->history_ms += clock_mono() - start;
    read_batch(&b, after, n);
    start = clock_mono();
    s->history += (double)packed(&b, level, &h.prefix);
    s->pack_ms += clock_mono() - start;
    s->dictionary += (double)packed(&b, level, wire_dictionary(0));
    s->none += (double)packed(&b, level, NULL);
    s->zstd += (double)zstd_whole(&b);
    s->xz += (double)xz_whole(&b, dir);
    s->sealed += (double)b.sealed;
    s->sig += (double)b.signed_;
    buf_fini(&b.plain);
    buf_fini(&b.writer.bytes);
    wire_history_fini(&h);
}

static void row(int n, const char *dir)
{
    struct sums s = {0};
    int places = n < 200 ? 40 : 8;
    for (int i = 0; i < places; i++)
        measure(&s, entries / 2 + i * (entries / 2 - n) / places, n, dir);
    double per = (double)n * places, rest = s.history - s.sealed - s.sig - WIRE_PREAMBLE * places;
    printf("%7d %9.1f %11.1f %9.1f %9.1f %7.1f %9.1f %7.1f %7.1f %6.0f %% %7.1f %7.1f\n", n,
           s.history / per, s.dictionary / per, s.none / per, s.zstd / per, s.xz / per,
           s.sealed / per, (s.sig + WIRE_PREAMBLE * places) / per, rest / per,
           100 * s.sealed / s.history, (double)s.history_ms / places, (double)s.pack_ms / places);
}

int main(void)
{
    static const int batches[] = {1, 10, 50, 200, 1000};
    const char *n = getenv("BYTES_RECORDS");
    char *dir = prog_folder();
    secret_init();
    setenv("JIUJIN_USER", "admin", 1);
    setenv("JIUJIN_PIN", "1234", 1);
    char *folder = mem_printf("%s/site", dir);
    make_site(folder, n != NULL ? atoi(n) : 6000);
    printf("%lld entries, seed %d; bytes an entry\n", (long long)entries, SEED);
    printf("  batch   history  dictionary   neither  zstd -19   xz -9  (history:) sealed  signed   "
           "heads"
           "  sealed  read ms pack ms\n");
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++)
        row(batches[i], dir);
    site_close(site);
    free(folder);
    prog_folder_remove(dir);
    return 0;
}
