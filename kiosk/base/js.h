/* JSON by jansson, with our limits: UTF-8, no duplicate keys, depth 32, and one way of writing. */
#ifndef KIOSK_BASE_JS_H
#define KIOSK_BASE_JS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/err.h"

#define JS_DEPTH 32

/* Parses one value. *out is owned by the caller (json_decref). ERR_JSON with line and column in the
 * note, ERR_NOT_UTF8. `name` stands in the note as the place (a file's name), may be NULL. */
enum err js_parse(const char *text, size_t len, const char *name, json_t **out);
/* Reads a file whole and parses it: also ERR_IO. */
enum err js_load(const char *path, json_t **out);

/* Compact text, keys in the order in which they were put, reals with 15 digits. The caller frees.
 */
char *js_dump(const json_t *value);

/* Members of an object; each is NULL, 0 or false when it is missing or of another type. Borrowed.
 */
const char *js_str(const json_t *object, const char *key);
int64_t js_int(const json_t *object, const char *key, int64_t otherwise);
bool js_bool(const json_t *object, const char *key);
json_t *js_get(const json_t *object, const char *key); /* NULL also for JSON null */

/* Sets members; a NULL text sets JSON null. */
void js_set_str(json_t *object, const char *key, const char *text);
void js_set_int(json_t *object, const char *key, int64_t value);
void js_set_time(json_t *object, const char *key, int64_t at); /* ISO text; null for CLOCK_NONE */
/* Overwrites the texts of an object of personal data, and lets it go. */
void js_forget(json_t *object);

#endif
