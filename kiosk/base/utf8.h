/* Text in its three measures: bytes, code points, columns; and the cleaning of text from outside.
 * Widths follow East Asian Width (UAX #11): wide and fullwidth 2, combining 0, ambiguous 1. */
#ifndef KIOSK_BASE_UTF8_H
#define KIOSK_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/err.h"

/* Reads one code point of s[0..len): its bytes (1-4) are returned and *cp is set; 0 when len is 0,
 * -1 when the bytes are not valid UTF-8 (overlong, surrogate, cut short, beyond 10FFFF). */
int utf8_next(const char *s, size_t len, uint32_t *cp);
/* Writes cp as UTF-8 (1-4 bytes, no NUL) and returns the count; 0 for a surrogate or beyond 10FFFF.
 */
int utf8_put(uint32_t cp, char *out);

bool utf8_valid(const char *s, size_t len);
size_t utf8_count(const char *s); /* code points; an invalid byte counts as one */

int utf8_cp_width(uint32_t cp); /* columns: 0, 1 or 2 */
int utf8_width(const char *s);  /* columns of a string */
/* Bytes of the longest beginning of s that takes at most `columns` columns, never half a glyph. */
size_t utf8_fit(const char *s, int columns);
/* Removes a character that was cut in the middle at the end of s (as snprintf leaves it). */
void utf8_trim(char *s);

/* True for what must never reach a terminal, a printer or the store: C0 (but not tab and newline),
 * DEL, C1, U+00AD, 200B-200F, 202A-202E, 2060-2069, FEFF, noncharacters. */
bool utf8_unwanted(uint32_t cp);
/* Copies s with unwanted characters and invalid bytes left out, tab and newline turned into a
 * space, ends trimmed. Always fits into strlen(s)+1 bytes. Returns how many characters were left
 * out. */
size_t utf8_clean(const char *s, char *out);
/* For data that is refused rather than mended: ERR_NOT_UTF8, ERR_CONTROL_CHARS or ERR_OK. */
enum err utf8_check(const char *s, size_t len);

#endif
