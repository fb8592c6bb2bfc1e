/* The table of field types: how a value is read from typing, checked, and shown. A new type is a
 * new row. */
#ifndef KIOSK_RULES_FIELDTYPE_H
#define KIOSK_RULES_FIELDTYPE_H

#include "kiosk/rules/form.h"

enum type_trait {
    TRAIT_TEXT = 1,    /* "max" counts code points */
    TRAIT_NUMBER = 2,  /* "min" and "max" are a range */
    TRAIT_CHOICES = 4, /* needs "choices" */
};

struct form_type {
    const char *name; /* as definitions write it */
    unsigned traits;
    int max; /* code points of a text when the definition says nothing */
    /* Checks and normalises a value (never JSON null). *out is a new value, JSON null for an empty
     * text. Notes the field's id on error. */
    enum err (*check)(const struct field *fd, const json_t *in, json_t **out);
    /* What was typed, as a value for `check`. */
    enum err (*read)(const struct field *fd, const char *text, json_t **out);
    /* The text that shows a checked value (never JSON null); the caller frees. What `show` wrote,
     * `read` takes again (but for persons and lists). */
    char *(*show)(const struct field *fd, const json_t *value);
};

extern const struct form_type form_types[FIELD_TYPES];

/* The rows for dates and times (rules/fieldtime.c) and for choices (rules/fieldchoice.c). */
enum err time_check_date(const struct field *fd, const json_t *in, json_t **out);
enum err time_check_hhmm(const struct field *fd, const json_t *in, json_t **out);
enum err time_check_datetime(const struct field *fd, const json_t *in, json_t **out);
enum err time_read(const struct field *fd, const char *text, json_t **out);
enum err time_read_datetime(const struct field *fd, const char *text, json_t **out);
char *time_show_datetime(const struct field *fd, const json_t *value);
enum err choice_check(const struct field *fd, const json_t *in, json_t **out);
enum err choice_check_multi(const struct field *fd, const json_t *in, json_t **out);
enum err choice_read(const struct field *fd, const char *text, json_t **out);
enum err choice_read_multi(const struct field *fd, const char *text, json_t **out);
char *choice_show(const struct field *fd, const json_t *value);
enum err choice_check_excuses(const struct field *fd, const json_t *in, json_t **out);
char *choice_show_excuses(const struct field *fd, const json_t *value);
char *choice_show_multi(const struct field *fd, const json_t *value);

/* The rows for values with parts (rules/fieldshape.c). */
enum err shape_check_person(const struct field *fd, const json_t *in, json_t **out);
enum err shape_check_agent(const struct field *fd, const json_t *in, json_t **out);
enum err shape_check_papers(const struct field *fd, const json_t *in, json_t **out);
enum err shape_check_skipped(const struct field *fd, const json_t *in, json_t **out);
enum err shape_check_facts(const struct field *fd, const json_t *in, json_t **out);
enum err shape_read(const struct field *fd, const char *text, json_t **out);
char *shape_show_person(const struct field *fd, const json_t *value);
char *shape_show_agent(const struct field *fd, const json_t *value);
char *shape_show_list(const struct field *fd, const json_t *value);

#endif
