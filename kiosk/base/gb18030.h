/* The passage between UTF-8 and GB18030, which receipt printers, slips and many an old table speak.
 */
#ifndef KIOSK_BASE_GB18030_H
#define KIOSK_BASE_GB18030_H

#include <stdbool.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"

/* UTF-8 to GB18030 by iconv: an unknown character becomes "?" and ERR_FIELD_TYPE is returned. */
enum err gb18030_from(const char *utf8, struct buf *out);
/* The same to GBK, which older printers speak. */
enum err gbk_from(const char *utf8, struct buf *out);
enum err gb18030_to(const void *bytes, size_t len, struct buf *out);

/* A passage kept open for many pieces of one file. */
struct recoder;
enum err recoder_new(bool to_gb18030, struct recoder **out);
void recoder_free(struct recoder *r); /* NULL is allowed */
/* Appends what `in` is in the other encoding. *used bytes were taken: fewer than `len` when a
 * character is cut at the end (give the rest again, with more). ERR_FIELD_TYPE: no character stands
 * at in[*used]. */
enum err recoder_add(struct recoder *r, const char *in, size_t len, size_t *used, struct buf *out);

#endif
