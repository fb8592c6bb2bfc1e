/* Owns: what peers carry of ours. Invariant: the bytes are those of the journal, whole and in
 * order. */
#include "tests/bench/sync/entries.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "kiosk/base/file.h"
#include "kiosk/desk/site.h"
#include "sync/wire/frame.h"

#define LEVEL 19
#define FRAME_ENTRIES 50

static void must(enum err rc, const char *what)
{
    char say[400];
    if (rc == ERR_OK)
        return;
    err_say(rc, say, sizeof say);
    fprintf(stderr, "%s: %s\n", what, say);
    exit(1);
}

static void save(const char *path, const void *bytes, size_t len)
{
    FILE *f = fopen(path, "w");
    if (f == NULL || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
        must(err_set(ERR_IO, path, NULL), path);
}

static void save_squeezed(const char *path, const struct buf *plain)
{
    struct buf out = BUF_INIT;
    size_t bound = ZSTD_compressBound(plain->len);
    size_t n = ZSTD_compress(buf_room(&out, bound), bound, plain->data, plain->len, LEVEL);
    save(path, out.data, n);
    buf_fini(&out);
}

/* What a visit to each entry needs. */
struct taking {
    struct site *site;
    unsigned char sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES];
    struct wire_writer writer;
    int64_t last; /* entry taken */
    unsigned char hash[HASH_BYTES];
    struct buf out;
};

static void end_frame(struct taking *t)
{
    unsigned char sig[SIGN_BYTES];
    if (t->writer.count == 0)
        return;
    wire_sign_tip(t->sec, t->site->j.site, t->site->j.epoch, t->last, t->hash, sig);
    wire_writer_end(&t->writer, sig);
    buf_add(&t->out, t->writer.bytes.data, t->writer.bytes.len);
    wire_writer_clear(&t->writer);
}

static enum err frame_row(void *arg, const struct journal_row *row)
{
    struct taking *t = arg;
    struct wire_entry e = {.head = row->head.data,
                           .head_len = row->head.len,
                           .sealed = row->sealed.len > 0 ? row->sealed.data : NULL,
                           .sealed_len = row->sealed.len};
    if (t->writer.count == FRAME_ENTRIES || !wire_writer_fits(&t->writer, e.head_len, e.sealed_len))
        end_frame(t);
    t->last = row->seq;
    memcpy(t->hash, row->hash, HASH_BYTES);
    return wire_writer_add(&t->writer, row->seq, &e);
}

static enum err document_row(void *arg, const struct journal_row *row)
{
    struct taking *t = arg;
    size_t room = sodium_base64_ENCODED_LEN(row->sealed.len, sodium_base64_VARIANT_ORIGINAL);
    buf_text(&t->out, "{\"head\":");
    buf_add(&t->out, row->head.data, row->head.len);
    buf_text(&t->out, ",\"sealed\":\"");
    sodium_bin2base64((char *)buf_room(&t->out, room), room, row->sealed.data, row->sealed.len,
                      sodium_base64_VARIANT_ORIGINAL);
    t->out.len += room - 1;
    buf_text(&t->out, "\"}\n");
    return ERR_OK;
}

typedef enum err take_row(void *arg, const struct journal_row *row);

static void take(struct taking *t, const char *site, const char *after, take_row *row)
{
    must(secret_init(), "libsodium");
    must(site_open(site, "bench", &t->site), site);
    must(site_sign_key(t->site, t->sec, t->pub), site);
    must(journal_each(t->site->j.store, t->site->j.epoch, strtoll(after, NULL, 10), INT64_MAX, row,
                      t),
         site);
    end_frame(t);
}

static void take_fini(struct taking *t)
{
    site_close(t->site);
    buf_fini(&t->writer.bytes);
    buf_fini(&t->out);
}

void entries_frames(const char *site, const char *after, const char *to)
{
    struct taking t = {.site = NULL};
    take(&t, site, after, frame_row);
    save_squeezed(to, &t.out);
    take_fini(&t);
}

void entries_documents(const char *site, const char *after, const char *to)
{
    struct taking t = {.site = NULL};
    take(&t, site, after, document_row);
    save(to, t.out.data, t.out.len);
    take_fini(&t);
}

void entries_squeeze(const char *from, const char *to)
{
    struct buf plain = BUF_INIT;
    must(file_read(from, &plain, SIZE_MAX), from);
    save_squeezed(to, &plain);
    buf_fini(&plain);
}
