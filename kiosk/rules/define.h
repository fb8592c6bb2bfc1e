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
/* Where the value of a path ("fields[3].choices") stands in the text of a JSON that parses, from
 * line 1 and column 1 (characters); the nearest one that holds it when it is not there. */
void def_locate(const char *text, size_t len, const char *path, long *line, long *column);
/* Puts "line L, column C: " before the note of ERR_DEFINITION, by its path; returns `rc`. */
enum err def_told(enum err rc, const char *text, size_t len);
/* Parses a definition's text and tries it: ERR_JSON, ERR_NOT_UTF8 and ERR_DEFINITION are told with
 * the place in it. */
typedef enum err def_try(const json_t *definition, const char *name);
enum err def_read(const char *text, size_t len, const char *name, def_try *try);
/* The index of `word` among n words, or -1. */
int def_word(const char *const *words, size_t n, const char *word);
bool def_is_name(const char *text);
bool def_is_id(const char *text);
/* "09:00": minutes since midnight, or -1. */
int def_clock(const char *text);

#endif
