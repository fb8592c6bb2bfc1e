/* Pinyin initials (拼音首字母) of names: "测试甲" is "csj". */
#ifndef KIOSK_RULES_INITIALS_H
#define KIOSK_RULES_INITIALS_H

#include <stddef.h>

/* Appends the initials of `text` in lower case to `out` (NUL-terminated, cut at `size` bytes).
 * Source: GB 2312-1980, whose first level (3,755 characters) stands in the order of pinyin. A
 * character of no known reading gives '*'; ASCII letters and digits give themselves; all else gives
 * nothing. `surname`: the first character is read as a surname (单 s, 解 x, 仇 q, 区 o, 查 z...).
 */
void initials_of(const char *text, int surname, char *out, size_t size);

#endif
