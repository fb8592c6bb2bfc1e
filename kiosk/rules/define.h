/* Reading definitions that come as data: forms, policies, the catalogue. Each object's keys are a
 * table; what is missing, unknown or of another type is refused with its place. */
#ifndef KIOSK_RULES_DEFINE_H
#define KIOSK_RULES_DEFINE_H

#include <jansson.h>
#include <stdbool.h>

#include "kiosk/base/err.h"

enum def_type {
    DEF_NAME,  /* [a-z][a-z0-9_]*, up to 40: can be a name in an expression */
    DEF_ID,    /* letters, digits, '.', '_', '-', up to 40 */
    DEF_TEXT,  /* a text of up to 600 code points, without control characters */
    DEF_PAIR,  /* {"zh":TEXT,"en":TEXT}, neither empty */
    DEF_SQL,   /* an expression */
    DEF_CLOCK, /* "09:00" */
    DEF_INT,
    DEF_NUMBER,
    DEF_BOOL,
    DEF_IDS, /* an array of ids */
    DEF_ARRAY,
    DEF_OBJECT,
    DEF_ANY,
};

struct def_key {
    const char *key; /* NULL ends the table */
    enum def_type type;
    bool required;
};

/* Where a reader is: the file, and the path inside it ("fields[3].choices"). */
struct def_place {
    const char *name;
    char path[200];
};

/* A place below `in`: "fields[3]" for key "fields" and index 3; no index when it is negative. */
struct def_place def_below(const struct def_place *in, const char *key, long index);
/* Notes ERR_DEFINITION with "PATH.KEY: why" (KEY may be NULL) and returns it. */
enum err def_fail(const struct def_place *at, const char *key, const char *why, ...)
    __attribute__((format(printf, 3, 4)));
/* Checks an object against its table. JSON null counts as missing. */
enum err def_check(const json_t *object, const struct def_key *keys, const struct def_place *at);
/* Checks each object of an array `key` below `top`; their "id"s must differ. NULL is empty. */
enum err def_each(const json_t *list, const struct def_key *keys, const struct def_place *top,
                  const char *key);
/* The index of `word` among n words, or -1. */
int def_word(const char *const *words, size_t n, const char *word);
bool def_is_name(const char *text);
bool def_is_id(const char *text);
/* "09:00": minutes since midnight, or -1. */
int def_clock(const char *text);

#endif
