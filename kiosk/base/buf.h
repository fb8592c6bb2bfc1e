/* A growing run of bytes. Always NUL-terminated behind its length, so text can be read as text. */
#ifndef KIOSK_BASE_BUF_H
#define KIOSK_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
    unsigned char *data; /* NULL until the first byte; owned */
    size_t len;          /* bytes in use */
    size_t cap;          /* bytes held */
};

#define BUF_INIT                                                                                   \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

void buf_fini(struct buf *b);  /* frees and empties */
void buf_wipe(struct buf *b);  /* overwrites, then frees: for personal data and keys */
void buf_clear(struct buf *b); /* length 0, memory kept */

/* Room for `more` bytes behind the present end; returns where they go. The length is not changed.
 */
unsigned char *buf_room(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_text(struct buf *b, const char *text);
void buf_byte(struct buf *b, unsigned char byte);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_u16(struct buf *b, uint16_t v); /* little endian */
void buf_u32(struct buf *b, uint32_t v); /* little endian */
void buf_u64(struct buf *b, uint64_t v); /* little endian */
void buf_drop(struct buf *b, size_t n);  /* removes the first n bytes (n <= len) */

/* The bytes as a string; "" when empty. Valid until the buffer changes. */
const char *buf_str(const struct buf *b);
/* Hands the memory (NUL-terminated) to the caller, who frees it; the buffer is empty after. */
char *buf_take(struct buf *b);

uint16_t get_u16(const unsigned char *p);
uint32_t get_u32(const unsigned char *p);
uint64_t get_u64(const unsigned char *p);

/* Lower-case hexadecimal. `out` takes 2*len+1 bytes. */
void hex_encode(const unsigned char *bytes, size_t len, char *out);
/* 0, or -1 when `text` is not exactly 2*len hexadecimal digits. */
int hex_decode(const char *text, unsigned char *out, size_t len);

#endif
