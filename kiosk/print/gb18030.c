/* Owns: the passage between UTF-8 and GB18030, which receipt printers and slips speak.
 * Invariant: whatever comes in, something printable goes out. */
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "kiosk/print/qr.h"

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
