/* What comes into an action: an object from a screen, a command line or an import, checked against
 * the action's shape before anything else looks at it. */
#ifndef KIOSK_DESK_INPUT_H
#define KIOSK_DESK_INPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/err.h"

enum member_type {
    MEMBER_TEXT,   /* cleaned; "" is null; `max` code points */
    MEMBER_CHOICE, /* one of `choices` */
    MEMBER_DATE,   /* "2022-05-20" */
    MEMBER_TIME,   /* ISO 8601 with offset; kept as its milliseconds */
    MEMBER_COUNT,  /* a whole number from 0 to max */
    MEMBER_OBJECT,
    MEMBER_ARRAY,
    MEMBER_FLAG, /* true or false */
    MEMBER_ANY,  /* whoever asks looks at it */
};

struct member {
    const char *name; /* NULL ends a shape */
    enum member_type type;
    bool required;
    size_t max;
    const char *const *choices; /* ends with NULL */
};

/* Checks `in` against `shape`. *clean (owned by the caller) has every member of the shape, null
 * where nothing was given. ERR_FIELD_UNKNOWN, ERR_FIELD_REQUIRED, ERR_FIELD_TYPE, ERR_FIELD_CHOICE,
 * ERR_FIELD_RANGE, ERR_TOO_LONG, ERR_NOT_UTF8, ERR_CONTROL_CHARS, ERR_DATE, ERR_TIME, with the
 * member's name in the note. */
enum err input_check(const struct member *shape, const json_t *in, json_t **clean);
/* One value alone: *out is a new reference. */
enum err input_value(const struct member *m, const json_t *value, json_t **out);
/* A time of a clean object; CLOCK_NONE when it was not given. */
int64_t input_time(const json_t *clean, const char *name);
/* Copies what `keys` name (NULL ends them) from `clean` into a new object, null or not. */
json_t *input_pick(const json_t *clean, const char *const *keys);
/* The same, without nulls; NULL when nothing is left: what may be sealed. */
json_t *input_sealed(const json_t *clean, const char *const *keys);

#endif
