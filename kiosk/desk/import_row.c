/* Owns: how the cells of an old table become a row. Invariant: a value is read as the definition
 * would take it from a keyboard, or it is an error with its line and column; none is dropped. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/duty.h"
#include "kiosk/desk/import_private.h"
#include "kiosk/rules/celltext.h"
#include "kiosk/rules/loosetime.h"

/* One cell being read. */
struct cell_in {
    const struct import *m;
    const struct target *t;
    const struct field *fd;
    char *text; /* cleaned, not empty */
};

/* --- choices ------------------------------------------------------------------------------------
 */

static const char *word_id(const struct target *t, const char *text, size_t len)
{
    for (size_t i = 0; i < t->n_words; i++)
        if (strlen(t->words[i].text) == len && memcmp(t->words[i].text, text, len) == 0)
            return t->words[i].id;
    return NULL;
}

static enum err read_choice(const struct cell_in *c, json_t **out)
{
    const char *id = word_id(c->t, c->text, strlen(c->text));
    *out = id != NULL ? json_string(id) : NULL;
    return id != NULL ? ERR_OK : err_set(ERR_FIELD_CHOICE, c->fd->id, NULL);
}

static enum err read_bool(const struct cell_in *c, json_t **out)
{
    const char *id = word_id(c->t, c->text, strlen(c->text));
    if (id == NULL)
        return form_check_text(c->fd, c->text, out);
    *out = json_boolean(strcmp(id, "yes") == 0);
    return ERR_OK;
}

/* The next of several words; those that hold a mark themselves are tried as they are first. */
static size_t word_length(const struct target *t, const char *text, size_t *skip)
{
    static const char *const marks[] = {"、", "，", ",", ";", "；", "/"};
    size_t whole = strlen(text), len = whole;
    *skip = 0;
    for (size_t i = 0; i < t->n_words; i++) {
        size_t n = strlen(t->words[i].text);
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
            if (n < whole && memcmp(t->words[i].text, text, n) == 0 &&
                strncmp(text + n, marks[k], strlen(marks[k])) == 0) {
                *skip = strlen(marks[k]);
                return n;
            }
    }
    for (size_t k = 0; word_id(t, text, whole) == NULL && k < 5; k++) {
        const char *at = strstr(text, marks[k]);
        if (at != NULL && (size_t)(at - text) < len) {
            len = (size_t)(at - text);
            *skip = strlen(marks[k]);
        }
    }
    return len;
}

static enum err read_multi(const struct cell_in *c, json_t **out)
{
    json_t *list = json_array();
    const char *p = c->text;
    while (*p != 0) {
        size_t skip, len;
        p += strspn(p, " ");
        len = word_length(c->t, p, &skip);
        const char *id = word_id(c->t, p, len);
        if (id == NULL) {
            json_decref(list);
            return err_set(ERR_FIELD_CHOICE, c->fd->id, NULL);
        }
        json_array_append_new(list, json_string(id));
        p += len + skip;
    }
    *out = list;
    return ERR_OK;
}

static const char *reason_id(const struct cell_in *c, const char *text, size_t len)
{
    size_t i;
    json_t *one;
    const json_t *fd = json_array_get(js_get(c->m->form->json, "fields"), (size_t)c->t->field);
    static const char *const keys[] = {"id", "zh", "en"};
    json_array_foreach(json_object_get(fd, "reasons"), i, one) for (size_t k = 0; k < 3; k++)
    {
        const char *word = js_str(one, keys[k]);
        if (word != NULL && strlen(word) == len && memcmp(word, text, len) == 0)
            return js_str(one, "id");
    }
    return NULL;
}

/* "洗手间（上锁进不去）、地面（有人使用）" */
static enum err read_excuses(const struct cell_in *c, json_t **out)
{
    json_t *made = json_object();
    const char *p = c->text;
    enum err rc = ERR_OK;
    while (rc == ERR_OK && *p != 0) {
        const char *wide = strstr(p, "（"), *thin = strstr(p, " (");
        const char *open = wide != NULL && (thin == NULL || wide < thin) ? wide : thin;
        size_t mark = open == wide ? strlen("（") : strlen(" (");
        const char *close = open == NULL ? NULL : strstr(open, open == wide ? "）" : ")");
        const char *id = close != NULL ? word_id(c->t, p, (size_t)(open - p)) : NULL;
        const char *why =
            close != NULL ? reason_id(c, open + mark, (size_t)(close - open) - mark) : NULL;
        if (id == NULL || why == NULL) {
            rc = err_set(ERR_FIELD_CHOICE, c->fd->id, NULL);
            break;
        }
        json_object_set_new(made, id, json_string(why));
        p = close + (open == wide ? strlen("）") : 1);
        p += strspn(p, ", ;");
        while (strncmp(p, "、", strlen("、")) == 0 || strncmp(p, "；", strlen("；")) == 0)
            p += strlen("、");
    }
    if (rc == ERR_OK)
        *out = json_incref(made);
    json_decref(made);
    return rc;
}

/* --- times and numbers --------------------------------------------------------------------------
 */

static enum err read_time(const struct cell_in *c, json_t **out)
{
    char text[CLOCK_TEXT];
    struct loosetime t;
    enum err wrong = c->fd->type == FIELD_TIME ? ERR_TIME : ERR_DATE;
    if (!loosetime_read(c->text, &t) || (c->fd->type != FIELD_TIME && !t.has_day) ||
        (c->fd->type == FIELD_TIME && (!t.has_time || t.has_day)) ||
        (c->fd->type == FIELD_DATE && t.minute + t.second > 0))
        return err_set(wrong, c->fd->id, NULL);
    int64_t at = (t.has_day ? t.day : -CLOCK_OFFSET_MS) + t.minute * 60000LL + t.second * 1000LL;
    *out = json_string(c->fd->type == FIELD_DATE   ? clock_date(at, text)
                       : c->fd->type == FIELD_TIME ? clock_hhmm(at, text)
                                                   : clock_iso(at, text));
    return ERR_OK;
}

/* "1,000": the comma tells thousands. */
static enum err read_number(const struct cell_in *c, json_t **out)
{
    size_t n = 0;
    char *plain = mem_strdup(c->text);
    for (const char *p = c->text; *p != 0; p++)
        if (*p != ',' || strlen(p) < 4)
            plain[n++] = *p;
    plain[n] = 0;
    enum err rc = form_check_text(c->fd, plain, out);
    free(plain);
    return rc;
}

static enum err read_text(const struct cell_in *c, json_t **out)
{
    return form_check_text(c->fd, c->text, out);
}

static enum err read_person(const struct cell_in *c, json_t **out)
{
    *out = json_string(c->text); /* joined with its other parts behind the row */
    return ERR_OK;
}

typedef enum err read_cell(const struct cell_in *c, json_t **out);
static read_cell *const readers[FIELD_TYPES] = {
    [FIELD_CHOICE] = read_choice,   [FIELD_BOOL] = read_bool,      [FIELD_MULTI] = read_multi,
    [FIELD_EXCUSES] = read_excuses, [FIELD_DATE] = read_time,      [FIELD_TIME] = read_time,
    [FIELD_DATETIME] = read_time,   [FIELD_INTEGER] = read_number, [FIELD_DECIMAL] = read_number,
    [FIELD_PERSON] = read_person,
};

/* --- a row --------------------------------------------------------------------------------------
 */

/* The row's own time, from whichever columns tell it. */
struct moment {
    struct loosetime day, time;
};

static void put_value(const struct cell_in *c, json_t *row, json_t *value)
{
    if (c->fd->type != FIELD_PERSON) {
        json_object_set_new(row, c->fd->id, value);
        return;
    }
    json_t *person = json_object_get(row, c->fd->id);
    if (!json_is_object(person))
        json_object_set_new(row, c->fd->id, person = json_object());
    json_object_set_new(person, c->t->part != NULL ? c->t->part : "name", value);
}

static enum err read_field(struct import *m, const struct target *t, char *text, json_t *row)
{
    json_t *value = NULL;
    struct cell_in c = {m, t, &m->form->fields[t->field], text};
    read_cell *read = readers[c.fd->type] != NULL ? readers[c.fd->type] : read_text;
    enum err rc = read(&c, &value);
    if (rc == ERR_OK)
        put_value(&c, row, value);
    return rc;
}

static enum err read_computed(const struct target *t, const char *text, struct moment *when,
                              bool *struck)
{
    struct loosetime *into = t->computed == COMPUTED_TIME ? &when->time : &when->day;
    if (t->computed == COMPUTED_VOID)
        *struck = true;
    if (t->computed != COMPUTED_DATE && t->computed != COMPUTED_TIME &&
        t->computed != COMPUTED_MOMENT)
        return ERR_OK;
    if (!loosetime_read(text, into))
        return err_set(t->computed == COMPUTED_TIME ? ERR_TIME : ERR_DATE, "at", NULL);
    if (t->computed == COMPUTED_TIME ? !into->has_time : !into->has_day)
        return err_set(t->computed == COMPUTED_TIME ? ERR_TIME : ERR_DATE, "at", NULL);
    return ERR_OK;
}

static enum err clean_cell(const char *cell, char **out)
{
    char *copy = mem_strdup(cell), *plain = celltext_plain(copy);
    enum err rc =
        strstr(plain, "\xef\xbf\xbd") != NULL ? ERR_NOT_UTF8 : utf8_check(plain, strlen(plain));
    *out = mem_alloc(strlen(plain) + 1);
    utf8_clean(plain, *out);
    secret_wipe(copy, strlen(copy));
    free(copy);
    return rc == ERR_OK ? rc : err_set(rc, NULL, NULL);
}

static enum err take_cell(struct import *m, size_t i, const char *cell, json_t *row,
                          struct moment *when, bool *struck)
{
    char *text = NULL;
    const struct target *t = &m->targets[i];
    enum err rc = clean_cell(cell, &text);
    if (rc == ERR_OK && *text != 0 && t->field >= 0)
        rc = read_field(m, t, text, row);
    else if (rc == ERR_OK && *text != 0 && t->computed >= 0)
        rc = read_computed(t, text, when, struck);
    secret_wipe(text, strlen(text));
    free(text);
    return rc;
}

/* Without a column of its own, the first date of the row tells when it was. */
static bool date_of_fields(const struct import *m, const json_t *row, struct moment *when)
{
    for (size_t i = 0; i < m->form->n_fields && !when->day.has_day; i++) {
        const struct field *fd = &m->form->fields[i];
        const char *text = js_str(row, fd->id);
        if (text != NULL && (fd->type == FIELD_DATE || fd->type == FIELD_DATETIME))
            loosetime_read(text, &when->day);
    }
    return when->day.has_day;
}

static enum err row_time(const struct import *m, const json_t *row, struct moment *when,
                         int64_t *at)
{
    if (!when->day.has_day && !date_of_fields(m, row, when))
        return err_set(ERR_FIELD_REQUIRED, "at", "%s", _("the row names no day"));
    const struct loosetime *clock = when->time.has_time ? &when->time : &when->day;
    *at = when->day.day + clock->minute * 60000LL + clock->second * 1000LL;
    return *at <= clock_now()
               ? ERR_OK
               : err_set(ERR_FIELD_RANGE, "at", "%s", _("this day is still to come"));
}

static size_t column_of(const struct import *m, const char *field)
{
    size_t len = strcspn(field, ".[");
    for (size_t i = 0; i < m->n; i++) {
        int f = m->targets[i].field, c = m->targets[i].computed;
        if (f >= 0 && strlen(m->form->fields[f].id) == len &&
            strncmp(m->form->fields[f].id, field, len) == 0)
            return i + 1;
        if (strcmp(field, "at") == 0 && (c == COMPUTED_DATE || c == COMPUTED_MOMENT))
            return i + 1;
    }
    return 0;
}

/* A value that the definition does not ask for here would be lost without a word. */
static enum err nothing_lost(const json_t *row, const json_t *clean)
{
    const char *key;
    json_t *value;
    json_object_foreach(
        (json_t *)(uintptr_t)row, key,
        value) if (!json_is_null(value) &&
                   js_get(clean, key) ==
                       NULL) return err_set(ERR_CONSTRAINT, key, "%s",
                                            _("with the row's other values nothing stands here"));
    return ERR_OK;
}

static enum err check_row(struct import *m, const json_t *row, int64_t at)
{
    json_t *clean = NULL;
    (void)at;
    enum err rc = form_check(m->form, row, &clean);
    if (rc == ERR_OK)
        rc = nothing_lost(row, clean);
    if (rc == ERR_OK)
        rc = duty_check_row(m->form, clean);
    json_decref(clean);
    return rc;
}

/* What the file does not tell is null: no default of today belongs into an old row. */
static json_t *empty_row(const struct form *f)
{
    json_t *row = json_object();
    for (size_t i = 0; i < f->n_fields; i++)
        json_object_set_new(row, f->fields[i].id, json_null());
    return row;
}

bool import_read(struct import *m, const struct csv_row *row, struct imported *out)
{
    struct moment when = {0};
    int64_t before = m->errors;
    *out = (struct imported){.at = CLOCK_NONE, .row = empty_row(m->form)};
    for (size_t i = 0; i < row->n; i++) {
        enum err rc = ERR_OK;
        if (i < m->n)
            rc = take_cell(m, i, row->cells[i], out->row, &when, &out->struck);
        else if (*row->cells[i] != 0)
            rc = err_set(ERR_FIELD_UNKNOWN, NULL, "%s", _("no title stands above it"));
        if (rc != ERR_OK)
            import_tell(m, row->line, i + 1, rc);
    }
    enum err rc = m->errors == before ? row_time(m, out->row, &when, &out->at) : ERR_OK;
    if (rc == ERR_OK && m->errors == before)
        rc = check_row(m, out->row, out->at);
    if (rc != ERR_OK)
        import_tell(m, row->line, column_of(m, err_field()), rc);
    if (m->errors == before)
        return true;
    js_forget(out->row);
    out->row = NULL;
    return false;
}
