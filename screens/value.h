/* The values of a pack's parameters as people read and type them. */
#ifndef SCREENS_VALUE_H
#define SCREENS_VALUE_H

#include <jansson.h>

#include "screens/ui.h"

/* A value in words: lists one after the other, places and slots by the names that the pack in force
 * gives them. Returns out. */
const char *value_say(struct ui *ui, const json_t *value, char *out, size_t size);
/* What a parameter may be (`row` is one of the view "policy"): "May be 1 to 30.", or its choices
 * with the digits that choose them. */
void value_bounds(struct ui *ui, const json_t *row, char *out, size_t size);
/* Reads what was typed for it: a number, a time, digits of the choices; "." is null, the pack's own
 * value. A new value, or NULL when it cannot be read; the bounds are for the model to check. */
json_t *value_read(const json_t *row, const char *text);

#endif
