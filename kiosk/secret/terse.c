/* Owns: the short form of what is sealed. Invariant: a text that begins with the byte MARK is
 * terse, any other is as it was given; nobody makes it unfold to more than TERSE_MAX.
 *
 *   number of the words | a zstd frame without its magic number, made with the words as dictionary
 */
#include "kiosk/secret/terse.h"

#include <stdbool.h>
#include <string.h>
#include <threads.h>
#include <zstd.h>

#include "kiosk/base/asset.h"

#define NEWEST 2 /* number of the words that are used; no JSON begins with 1 or 2 */
#define MAGIC 4
#define LEVEL 19 /* 5 makes 1 % more */

static const unsigned char magic[MAGIC] = {0x28, 0xb5, 0x2f, 0xfd};

/* Kept: making them anew for each text takes eight times as long as the text. One user at a time.
 */
static struct {
    mtx_t lock;
    ZSTD_CCtx *folding;
    ZSTD_DCtx *unfolding;
    ZSTD_CDict *to_words;
    ZSTD_DDict *from_words[NEWEST + 1];
} tools;

static void make_tools(void)
{
    static const char *const names[] = {NULL, "secret/terse-1.txt", "secret/terse-2.dict"};
    mtx_init(&tools.lock, mtx_plain);
    tools.folding = ZSTD_createCCtx();
    tools.unfolding = ZSTD_createDCtx();
    for (int i = 1; i <= NEWEST; i++) {
        const struct asset *words = asset_find(names[i]);
        tools.from_words[i] = ZSTD_createDDict(words->data, words->len);
        if (i == NEWEST)
            tools.to_words = ZSTD_createCDict(words->data, words->len, LEVEL);
    }
    ZSTD_CCtx_setParameter(tools.folding, ZSTD_c_dictIDFlag, 0); /* the first byte names them */
    ZSTD_CCtx_refCDict(tools.folding, tools.to_words);
}

static void take_tools(void)
{
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, make_tools);
    mtx_lock(&tools.lock);
}

static bool is_mark(unsigned char first)
{
    return first >= 1 && first <= NEWEST;
}

void terse_make(const void *plain, size_t len, struct buf *out)
{
    struct buf frame = BUF_INIT;
    size_t room = ZSTD_compressBound(len);
    take_tools();
    size_t n = ZSTD_compress2(tools.folding, buf_room(&frame, room), room, plain, len);
    mtx_unlock(&tools.lock);
    bool marked = len > 0 && is_mark(*(const unsigned char *)plain);
    bool made = !ZSTD_isError(n) && len <= TERSE_MAX;
    frame.len = made ? n : 0;
    if (made && (n - MAGIC + 1 < len || marked)) {
        buf_byte(out, NEWEST);
        buf_add(out, frame.data + MAGIC, n - MAGIC);
    } else
        buf_add(out, plain, len);
    buf_wipe(&frame);
}

static enum err unfold(int words, const struct buf *frame, struct buf *out)
{
    unsigned long long size = ZSTD_getFrameContentSize(frame->data, frame->len);
    if (size > TERSE_MAX) /* also what zstd says for unknown, and for an error */
        return err_set(ERR_SEAL, NULL, "terse");
    take_tools();
    size_t n =
        ZSTD_decompress_usingDDict(tools.unfolding, buf_room(out, (size_t)size + 1), (size_t)size,
                                   frame->data, frame->len, tools.from_words[words]);
    mtx_unlock(&tools.lock);
    if (ZSTD_isError(n) || n != size)
        return err_set(ERR_SEAL, NULL, "terse");
    out->len += n;
    out->data[out->len] = 0;
    return ERR_OK;
}

enum err terse_read(const void *bytes, size_t len, struct buf *out)
{
    const unsigned char *p = bytes;
    if (len == 0 || !is_mark(*p)) {
        buf_add(out, bytes, len);
        return ERR_OK;
    }
    struct buf frame = BUF_INIT;
    buf_add(&frame, magic, MAGIC);
    buf_add(&frame, p + 1, len - 1);
    enum err rc = unfold(*p, &frame, out);
    buf_wipe(&frame);
    return rc;
}
