/* Form definitions: what a form holds, as data (assets/forms/ and orders). The same definition
 * serves the screen, the command line, the import, the export and the hub.
 *
 * {"schema":"jiujin.form/1","id":"disinfection","code":"L03","version":1,"kind":"ledger",
 *  "title":{"zh":"..","en":".."},"in_force":"always"|["POLICY",...],
 *  "fields":[{"id":"area","type":"choice","label":{zh,en},"required":true,"personal":false,
 *    "choices":[{"id":"floor","zh":"..","en":".."}],"max":40,"min":0,"unit":"..","default":..,
 *    "places":true (the pack's places are choices too),"reasons":[{id,zh,en}] (of "excuses"),
 *    "copy":"last","relevant":"SQL","constraint":"SQL","message":{zh,en},"hint":{zh,en},
 *    "calculate":"SQL" (never typed),"default_sql":"SQL","read_only":true,"appearance":"quick"}],
 *  "lists":{"NAME":[{id,zh,en}]} (for fields with "choices":"NAME")}
 *
 * Types are rows of form_types (rules/fieldtype.h). For texts `max` counts code points; for numbers
 * `min` and `max` are the range; a decimal's "point":1 says that digits alone hold one decimal
 * place. `relevant`, `constraint`, `calculate` and `default_sql` are SQL expressions over the
 * form's fields (rules/expr.h, rules/exprfn.h): over the fields before this one, and a constraint
 * over this one too, so that a form is checked in one pass from top to bottom. They may name `now`,
 * `today` and `at`, when the row happened, as well.
 *
 * Ledgers have further keys: "feeds" (journal kinds whose entries fill it by themselves), "when"
 * (an SQL expression over the fields: which of those entries are rows of it), "by_hand":false
 * (nothing else fills it), "schedule":{"duty":DUTY of the policy,"slot":FIELD that names the duty's
 * slot}, and "balance":{"by":[FIELD..],"quantity":FIELD,"direction":FIELD,"in":CHOICE,"out":CHOICE,
 *  "count":CHOICE,"discard":CHOICE,"spec":FIELD,"place":FIELD,"batch":FIELD,"expiry":FIELD,
 *  "negative":bool,"minimum":{ITEM:N},"expiry_days":N,"release":{kiosk/desk/release.h}}: a running
 * balance; in adds, out and discard take away, a count sets it. */
#ifndef KIOSK_RULES_FORM_H
#define KIOSK_RULES_FORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/err.h"
#include "kiosk/rules/expr.h"

enum field_type {
    FIELD_TEXT,
    FIELD_NAME,      /* a person's name */
    FIELD_ID_NUMBER, /* GB 11643 */
    FIELD_PHONE,
    FIELD_INTEGER,
    FIELD_DECIMAL,
    FIELD_DATE,     /* "2022-05-20" */
    FIELD_TIME,     /* "09:00" */
    FIELD_DATETIME, /* ISO 8601 with offset */
    FIELD_CHOICE,   /* one id of choices */
    FIELD_MULTI,    /* an array of ids of choices */
    FIELD_BOOL,
    FIELD_CHECKLIST, /* an array of {"paper":ID,"state":..,"until":..} */
    FIELD_PERSON,    /* {"name","id_no","phone","address"} or {"ref":ID} */
    FIELD_ITEM,      /* a catalogue code */
    FIELD_STAFF,     /* a clerk's name */
    FIELD_AGENT,     /* {"person":PERSON,"relation":TEXT,"until":DATE|null} */
    FIELD_SKIPPED,   /* an array of {"channel":..,"reason":..} */
    FIELD_FACTS,     /* an object that the policy checks (policy_decide) */
    FIELD_EXCUSES,   /* {CHOICE: REASON,..}: which of the choices were left out, and why */
    FIELD_TYPES
};

struct choice {
    const char *id;
    const char *label; /* in the present language */
};

struct field {
    const char *id;
    enum field_type type;
    const char *label; /* in the present language, as all texts here */
    const char *hint;  /* "" when none */
    const char *unit;  /* "" when none */
    bool required, personal, copy_last, read_only;
    int max; /* code points of a text; 0: the type's own limit */
    bool has_low, has_high;
    double low, high;
    int point; /* of a decimal: "365" typed is 36.5 with 1; 0: none is implied */
    const struct choice *choices;
    size_t n_choices;
    const struct choice *reasons; /* of FIELD_EXCUSES */
    size_t n_reasons;
    const char *appearance;                        /* "" when none */
    const char *relevant, *constraint, *calculate; /* SQL, or NULL */
    const char *initial;                           /* the same, for a default */
    const char *message;                           /* for the constraint; "" when none */
    const json_t *fallback; /* default value, or NULL; "now", "today", "me" */
    int relevant_id, constraint_id, calculate_id,
        initial_id; /* in the form's exprs; -1 when there is none */
};

struct form {
    char id[48], code[16];
    int version;
    const char *title;
    const char *kind; /* "ledger", "visit", "case"... */
    struct field *fields;
    size_t n_fields;
    bool by_hand;           /* rows are typed, not only fed */
    int when_id;            /* which entries feed it, in exprs; -1: all */
    json_t *json;           /* the definition; owns all strings above */
    struct expr_set *exprs; /* NULL when no field has an expression */
};

/* Builds a form from a definition; `name` is the place named in errors (a file's name).
 * ERR_DEFINITION with "fields[3].type: ..." in the note. *out is owned (form_free). */
enum err form_parse(const json_t *definition, const char *name, struct form **out);
void form_free(struct form *f);
const struct field *form_field(const struct form *f, const char *id);

/* Checks and normalises `values` (an object) against the form: unknown fields are refused
 * (ERR_FIELD_UNKNOWN), texts cleaned, ID numbers upper-cased, integers for integer fields,
 * relevance, required, constraint, calculate. *clean is a new object (owned by the caller) with the
 * fields in the definition's order; irrelevant fields are left out, unknown values are null. On
 * error the note's field is the field's id and nothing is returned. */
enum err form_check(const struct form *f, const json_t *values, json_t **clean);
/* The same for what happened at `at` (UTC ms; CLOCK_NONE: now): `at` in its expressions. */
enum err form_check_at(const struct form *f, const json_t *values, int64_t at, json_t **clean);
/* Puts the calculated fields into a row that was fed, in place; what cannot be reckoned is null. */
void form_derive(const struct form *f, json_t *row, int64_t at);
/* Whether a row that was fed, with its calculated fields, is one of this ledger ("when"). */
bool form_takes(const struct form *f, const json_t *row, int64_t at);
/* What a calculated field is by the values so far: a value, JSON null, or NULL: none is calculated.
 * Owned by the caller. */
json_t *form_calculated(const struct form *f, const struct field *fd, const json_t *values);
/* One field alone, as when the cursor leaves it; `text` is what was typed ("" is null).
 * *value is owned by the caller. */
enum err form_check_text(const struct field *fd, const char *text, json_t **value);
/* The text that shows a value (a choice's label, a date...). The caller frees. */
char *form_show(const struct field *fd, const json_t *value);
/* Divides checked values into what is open and what is personal; both owned by the caller; *sealed
 * is NULL when no personal field has a value. */
void form_split(const struct form *f, const json_t *clean, json_t **body, json_t **sealed);
/* Whether a field is asked for, given the values so far. */
bool form_relevant(const struct form *f, const struct field *fd, const json_t *values);
/* The default value of a field (owned by the caller), or NULL. `me` is the clerk. */
json_t *form_default(const struct field *fd, const char *me);
/* The same with the values so far, which a default by expression may name. */
json_t *form_default_of(const struct form *f, const struct field *fd, const json_t *values,
                        const char *me);

#endif
