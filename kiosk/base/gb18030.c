/* Owns: the passage between UTF-8 and GB18030, which receipt printers and slips speak.
 * Invariant: whatever comes in, something printable goes out. */
#include "kiosk/base/gb18030.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"

static enum err convert(const char *to, const char *from, const char *in, size_t len,
                        struct buf *out)
{
    iconv_t cd = iconv_open(to, from);
    enum err rc = ERR_OK;
    if (cd == (iconv_t)-1)
        return err_set(ERR_INTERNAL, "iconv", "%s", to);
    char *next = (char *)(uintptr_t)in;
    while (len > 0) {
        char *room = (char *)buf_room(out, 4 * len + 8), *end = room;
        size_t left = 4 * len + 8, got = iconv(cd, &next, &len, &end, &left);
        out->len += (size_t)(end - room);
        if (got != (size_t)-1)
            continue;
        rc = err_set(ERR_FIELD_TYPE, NULL, "a character that GB18030 has not");
        buf_byte(out, '?');
        do { /* one "?" for the whole character */
            next++;
            len--;
        } while (len > 0 && from[0] == 'U' && ((unsigned char)*next & 0xc0) == 0x80);
    }
    buf_add(out, "", 0);
    iconv_close(cd);
    return rc;
}

enum err gb18030_from(const char *utf8, struct buf *out)
{
    return convert("GB18030", "UTF-8", utf8, strlen(utf8), out);
}

enum err gbk_from(const char *utf8, struct buf *out)
{
    return convert("GBK", "UTF-8", utf8, strlen(utf8), out);
}

enum err gb18030_to(const void *bytes, size_t len, struct buf *out)
{
    return convert("UTF-8", "GB18030", bytes, len, out);
}

/* --- by pieces ---------------------------------------------------------------------------------
 */

struct recoder {
    iconv_t cd;
};

enum err recoder_new(bool to_gb18030, struct recoder **out)
{
    iconv_t cd = to_gb18030 ? iconv_open("GB18030", "UTF-8") : iconv_open("UTF-8", "GB18030");
    *out = NULL;
    if (cd == (iconv_t)-1)
        return err_set(ERR_INTERNAL, "iconv", "GB18030");
    *out = mem_alloc(sizeof **out);
    (*out)->cd = cd;
    return ERR_OK;
}

void recoder_free(struct recoder *r)
{
    if (r != NULL)
        iconv_close(r->cd);
    free(r);
}

enum err recoder_add(struct recoder *r, const char *in, size_t len, size_t *used, struct buf *out)
{
    char *next = (char *)(uintptr_t)in;
    size_t rest = len, room = 2 * len + 16;
    char *start = (char *)buf_room(out, room), *end = start;
    size_t got = iconv(r->cd, &next, &rest, &end, &room);
    int why = errno;
    out->len += (size_t)(end - start);
    buf_add(out, "", 0);
    *used = len - rest;
    if (got != (size_t)-1 || why == EINVAL)
        return ERR_OK;
    iconv(r->cd, NULL, NULL, NULL, NULL);
    return err_set(ERR_FIELD_TYPE, NULL, "GB18030");
}
