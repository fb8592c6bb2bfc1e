/* Owns: the short form of what is sealed. Invariant: a text that begins with the byte MARK is
 * terse, any other is as it was given; nobody makes it unfold to more than TERSE_MAX.
 *
 *   MARK | a zstd frame without its magic number, made with the words as dictionary */
#include "kiosk/secret/terse.h"

#include <stdbool.h>
#include <string.h>
#include <threads.h>
#include <zstd.h>

#include "kiosk/base/asset.h"

#define MARK 1 /* no JSON begins with it */
#define MAGIC 4
#define LEVEL 5 /* of short texts no higher one makes less */

static const unsigned char magic[MAGIC] = {0x28, 0xb5, 0x2f, 0xfd};

/* Kept: making them anew for each text takes eight times as long as the text. One user at a time.
 */
static struct {
    mtx_t lock;
    ZSTD_CCtx *folding;
    ZSTD_DCtx *unfolding;
    ZSTD_CDict *to_words;
    ZSTD_DDict *from_words;
} tools;

static void make_tools(void)
{
    const struct asset *words = asset_find("secret/terse-1.txt");
    mtx_init(&tools.lock, mtx_plain);
    tools.folding = ZSTD_createCCtx();
    tools.unfolding = ZSTD_createDCtx();
    tools.to_words = ZSTD_createCDict(words->data, words->len, LEVEL);
    tools.from_words = ZSTD_createDDict(words->data, words->len);
}

static void take_tools(void)
{
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, make_tools);
    mtx_lock(&tools.lock);
}

void terse_make(const void *plain, size_t len, struct buf *out)
{
    struct buf frame = BUF_INIT;
    size_t room = ZSTD_compressBound(len);
    take_tools();
    size_t n = ZSTD_compress_usingCDict(tools.folding, buf_room(&frame, room), room, plain, len,
                                        tools.to_words);
    mtx_unlock(&tools.lock);
    bool marked = len > 0 && *(const unsigned char *)plain == MARK;
    bool made = !ZSTD_isError(n) && len <= TERSE_MAX;
    frame.len = made ? n : 0;
    if (made && (n - MAGIC + 1 < len || marked)) {
        buf_byte(out, MARK);
        buf_add(out, frame.data + MAGIC, n - MAGIC);
    } else
        buf_add(out, plain, len);
    buf_wipe(&frame);
}

static enum err unfold(const struct buf *frame, struct buf *out)
{
    unsigned long long size = ZSTD_getFrameContentSize(frame->data, frame->len);
    if (size > TERSE_MAX) /* also what zstd says for unknown, and for an error */
        return err_set(ERR_SEAL, NULL, "terse");
    take_tools();
    size_t n = ZSTD_decompress_usingDDict(tools.unfolding, buf_room(out, (size_t)size + 1),
                                          (size_t)size, frame->data, frame->len, tools.from_words);
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
    if (len == 0 || *p != MARK) {
        buf_add(out, bytes, len);
        return ERR_OK;
    }
    struct buf frame = BUF_INIT;
    buf_add(&frame, magic, MAGIC);
    buf_add(&frame, p + 1, len - 1);
    enum err rc = unfold(&frame, out);
    buf_wipe(&frame);
    return rc;
}
