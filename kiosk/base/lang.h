/* Messages in Chinese and English: gettext for what the code says, {zh, en} pairs for what data
 * says. */
#ifndef KIOSK_BASE_LANG_H
#define KIOSK_BASE_LANG_H

#include <jansson.h>
#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

/* Chooses the language: "zh_CN" or "en"; NULL takes it from LC_ALL, LC_MESSAGES or LANG, else
 * zh_CN. Sets the character set to UTF-8. Catalogues are looked for beside the program (locale/),
 * then where it was installed. Returns 0, or -1 when `want` names no language that we have. */
int lang_init(const char *want);

/* "zh_CN" or "en". */
const char *lang_name(void);

/* The text of a {"zh": ..., "en": ...} object (or of a plain string) in the present language; falls
 * back to the other one, then to "". Borrowed from `pair`. */
const char *lang_pick(const json_t *pair);

#endif
