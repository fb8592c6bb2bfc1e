/* Texts in a table that a spreadsheet program opens: what it would take for something else, and
 * what was put on it against that. */
#ifndef KIOSK_RULES_CELLTEXT_H
#define KIOSK_RULES_CELLTEXT_H

#include <stdbool.h>
#include <stddef.h>

/* It would be taken for a formula, or looks like one that was marked already: an apostrophe belongs
 * in front. */
bool celltext_formula(const char *text);
/* It would be taken for a number or a date, and lose digits: a TAB belongs behind. */
bool celltext_numeric(const char *text);
/* Takes off what a CSV of ours has on a text. Returns the beginning inside of `text`, which is cut
 * at its end. */
char *celltext_plain(char *text);

#endif
