/* Owns: patches, and which texts of the program may be leaned on. Invariant: a text made from a
 * patch is believed only by the signature over the whole of it. */
#include "sync/wire/delta.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"

#define LEVEL 19      /* an order is packed once for each village, and is short */
#define WINDOW_LOG 22 /* reaches over base and text, each up to 1 MiB */

static const struct {
    const char *kind, *folder;
} kinds[] = {
    {"policy", "policies/"},
    {"overlay", "policies/"},
    {"catalogue", "catalogue/"},
    {"form", "forms/"},
};
static const char *const folders[] = {"policies/", "catalogue/", "forms/"};

void wire_base_name(const void *text, size_t len, unsigned char out[WIRE_BASE])
{
    unsigned char hash[HASH_BYTES];
    secret_hash_once(text, len, hash);
    memcpy(out, hash, WIRE_BASE);
}

void wire_delta_make(const void *base, size_t base_len, const void *text, size_t len,
                     struct buf *out)
{
    ZSTD_CCtx *z = ZSTD_createCCtx();
    size_t bound = ZSTD_compressBound(len);
    ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, WINDOW_LOG);
    ZSTD_CCtx_refPrefix(z, base, base_len);
    size_t n = ZSTD_compress2(z, buf_room(out, bound), bound, text, len);
    if (!ZSTD_isError(n)) /* the room is enough for all */
        out->len += n;
    ZSTD_freeCCtx(z);
}

enum err wire_delta_apply(const void *base, size_t base_len, const void *patch, size_t len,
                          size_t limit, struct buf *out)
{
    unsigned long long size = ZSTD_getFrameContentSize(patch, len);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        return err_set(ERR_FRAME, "patch", "size");
    if (size > limit)
        return err_set(ERR_TOO_LONG, "patch", NULL);
    ZSTD_DCtx *z = ZSTD_createDCtx();
    ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG);
    ZSTD_DCtx_refPrefix(z, base, base_len);
    size_t n = ZSTD_decompressDCtx(z, buf_room(out, (size_t)size + 1), (size_t)size, patch, len);
    ZSTD_freeDCtx(z);
    if (ZSTD_isError(n) || n != size)
        return err_set(ERR_FRAME, "patch", "damaged");
    out->len += n;
    return ERR_OK;
}

bool wire_delta_kind(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return true;
    return false;
}

/* Both sides write it anew, so that blanks of the file do not matter. */
static void compact(const struct asset *a, struct buf *out)
{
    json_t *json = NULL;
    if (js_parse(a->data, a->len, a->name, &json) != ERR_OK)
        return;
    char *text = js_dump(json);
    buf_text(out, text);
    free(text);
    json_decref(json);
}

bool wire_shipped(const char *kind, const char *id, struct buf *out)
{
    const struct asset *a = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && a == NULL; i++) {
        if (strcmp(kinds[i].kind, kind) != 0)
            continue;
        char *name = mem_printf("%s%s.json", kinds[i].folder, id);
        a = asset_find(name);
        free(name);
    }
    if (a != NULL)
        compact(a, out);
    return a != NULL && out->len > 0;
}

bool wire_shipped_at(size_t i, struct buf *out)
{
    for (size_t f = 0; f < sizeof folders / sizeof *folders; f++) {
        const struct asset *a;
        for (size_t k = 0; (a = asset_at(folders[f], k)) != NULL; k++)
            if (i-- == 0) {
                compact(a, out);
                return true;
            }
    }
    return false;
}
