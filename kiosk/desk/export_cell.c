/* Owns: how a value becomes a cell. Invariant: what is a number or a date in the ledger is one in
 * the table; everything else is text, whatever it looks like. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/export_private.h"
#include "kiosk/desk/person.h"
#include "kiosk/rules/tableword.h"

#define DAYS_BEFORE_1970 25569 /* since 1899-12-30, where spreadsheets begin */

/* What a cell is made of. */
struct making {
    struct export *e;
    const struct maker *m;
    const struct source *row;
    struct cell *cell;
};

static struct buf *begin(struct making *k, enum cell_kind kind)
{
    k->cell->kind = kind;
    return &k->e->text;
}

static void put_text(struct making *k, const char *text)
{
    if (text != NULL && *text != 0)
        buf_text(begin(k, CELL_TEXT), text);
}

static void put_number(struct making *k, double n)
{
    char text[40];
    k->cell->number = n;
    snprintf(text, sizeof text, "%.15g", n);
    buf_text(begin(k, CELL_NUMBER), text);
}

/* --- dates and times ----------------------------------------------------------------------------
 */

static void date_text(struct making *k, int64_t at)
{
    static const struct {
        const char *marks[3];
        int digits;
    } shapes[DATES_COUNT] = {{{"-", "-", ""}, 2}, {{"/", "/", ""}, 1}, {{"年", "月", "日"}, 1}};
    char iso[CLOCK_TEXT];
    clock_date(at, iso);
    const char *const *marks = shapes[k->e->profile->dates].marks;
    int digits = shapes[k->e->profile->dates].digits;
    buf_printf(&k->e->text, "%d%s%0*d%s%0*d%s", atoi(iso), marks[0], digits, atoi(iso + 5),
               marks[1], digits, atoi(iso + 8), marks[2]);
}

static double day_number(int64_t at)
{
    return (double)((clock_day(at) + CLOCK_OFFSET_MS) / CLOCK_DAY_MS + DAYS_BEFORE_1970);
}

static void put_date(struct making *k, int64_t at)
{
    k->cell->number = day_number(at);
    begin(k, CELL_DATE);
    date_text(k, at);
}

/* Tables count in minutes: what is shown is what there is. */
static double time_number(int64_t at)
{
    return (double)((at - clock_day(at)) / 60000) / (24 * 60);
}

static void put_time(struct making *k, int64_t at)
{
    char text[CLOCK_TEXT];
    k->cell->number = time_number(at);
    buf_text(begin(k, CELL_TIME), clock_hhmm(at, text));
}

static void put_moment(struct making *k, int64_t at)
{
    char text[CLOCK_TEXT];
    if (at == CLOCK_NONE)
        return;
    k->cell->number = day_number(at) + time_number(at);
    begin(k, CELL_MOMENT);
    date_text(k, at);
    buf_byte(&k->e->text, ' ');
    buf_text(&k->e->text, clock_hhmm(at, text));
}

/* --- fields -------------------------------------------------------------------------------------
 */

static const char *label_of(const struct choice *list, size_t n, const char *id)
{
    for (size_t i = 0; id != NULL && i < n; i++)
        if (strcmp(list[i].id, id) == 0)
            return list[i].label;
    return id != NULL ? id : "";
}

static const char *choice_label(const struct maker *m, const char *id)
{
    return label_of(m->fd.choices, m->fd.n_choices, id);
}

static void field_text(struct making *k, const json_t *value)
{
    put_text(k, json_string_value(value));
}

static void field_number(struct making *k, const json_t *value)
{
    if (json_is_number(value))
        put_number(k, json_number_value(value));
}

static void field_date(struct making *k, const json_t *value)
{
    int64_t at;
    if (json_is_string(value) && clock_parse_date(json_string_value(value), &at))
        put_date(k, at);
}

static void field_time(struct making *k, const json_t *value)
{
    int hour, minute;
    if (!json_is_string(value) || sscanf(json_string_value(value), "%d:%d", &hour, &minute) != 2)
        return;
    k->cell->number = (hour * 60 + minute) / (24.0 * 60);
    buf_text(begin(k, CELL_TIME), json_string_value(value));
}

static void field_moment(struct making *k, const json_t *value)
{
    int64_t at;
    if (json_is_string(value) && clock_parse(json_string_value(value), &at))
        put_moment(k, at);
}

static void field_choice(struct making *k, const json_t *value)
{
    put_text(k, choice_label(k->m, json_string_value(value)));
}

static void field_multi(struct making *k, const json_t *value)
{
    size_t i;
    json_t *one;
    json_array_foreach(value, i, one)
    {
        buf_text(begin(k, CELL_TEXT), i > 0 ? tableword("between", k->e->profile->english) : "");
        buf_text(&k->e->text, choice_label(k->m, json_string_value(one)));
    }
}

static const char *truth_word(const struct export *e, bool truth)
{
    const json_t *own = js_get(e->profile->json, truth ? "yes" : "no");
    bool english = e->profile->english;
    return own != NULL ? profile_pick(own, english) : tableword(truth ? "yes" : "no", english);
}

static void field_bool(struct making *k, const json_t *value)
{
    if (json_is_boolean(value))
        put_text(k, truth_word(k->e, json_is_true(value)));
}

static void field_excuses(struct making *k, const json_t *value)
{
    const char *key;
    json_t *why;
    bool english = k->e->profile->english, first = true;
    json_object_foreach((json_t *)(uintptr_t)value, key, why)
    {
        buf_text(begin(k, CELL_TEXT), first ? "" : tableword("between", english));
        tableword_put(&k->e->text, "reason", english, choice_label(k->m, key),
                      label_of(k->m->fd.reasons, k->m->fd.n_reasons, json_string_value(why)));
        first = false;
    }
}

/* A person in a row is an id; who is signed in reads the part that the column asks for. */
static void field_person(struct making *k, const json_t *value)
{
    const struct person *p = NULL;
    const char *part = k->m->part != NULL ? k->m->part : "name", *ref = js_str(value, "ref");
    if (ref == NULL) {
        put_text(k, js_str(value, part));
        return;
    }
    if (!k->e->s->j.unlocked || person_find(k->e->s, ref, &p) != ERR_OK)
        return;
    put_text(k, strcmp(part, "id_no") == 0     ? p->id_no
                : strcmp(part, "phone") == 0   ? p->phone
                : strcmp(part, "address") == 0 ? p->address
                                               : p->name);
}

static void field_other(struct making *k, const json_t *value)
{
    char *text = form_show(&k->m->fd, value);
    put_text(k, text);
    free(text);
}

typedef void put_field(struct making *k, const json_t *value);
static put_field *const putters[FIELD_TYPES] = {
    [FIELD_TEXT] = field_text,       [FIELD_NAME] = field_text,
    [FIELD_ID_NUMBER] = field_text,  [FIELD_PHONE] = field_text,
    [FIELD_INTEGER] = field_number,  [FIELD_DECIMAL] = field_number,
    [FIELD_DATE] = field_date,       [FIELD_TIME] = field_time,
    [FIELD_DATETIME] = field_moment, [FIELD_CHOICE] = field_choice,
    [FIELD_MULTI] = field_multi,     [FIELD_BOOL] = field_bool,
    [FIELD_EXCUSES] = field_excuses, [FIELD_PERSON] = field_person,
    [FIELD_STAFF] = field_text,      [FIELD_ITEM] = field_text,
};

/* --- computed -----------------------------------------------------------------------------------
 */

static void computed_number(struct making *k)
{
    put_number(k, (double)k->e->number);
}

static void computed_site(struct making *k)
{
    put_text(k, k->e->s->name);
}

static void computed_site_code(struct making *k)
{
    put_text(k, k->e->s->j.site);
}

static void computed_date(struct making *k)
{
    put_date(k, k->row->at);
}

static void computed_time(struct making *k)
{
    put_time(k, k->row->at);
}

static void computed_moment(struct making *k)
{
    put_moment(k, k->row->at);
}

static void computed_heard(struct making *k)
{
    put_moment(k, k->row->heard);
}

static void computed_clerk(struct making *k)
{
    put_text(k, k->row->clerk);
}

static void computed_entry(struct making *k)
{
    put_text(k, k->row->id);
}

static void computed_balance(struct making *k)
{
    if (k->row->has_balance && !k->row->struck)
        put_number(k, k->row->balance);
}

static void computed_void(struct making *k)
{
    if (k->row->struck)
        put_text(k, tableword("void", k->e->profile->english));
}

typedef void put_computed(struct making *k);
static put_computed *const computers[COMPUTED_COUNT] = {
    [COMPUTED_NUMBER] = computed_number,       [COMPUTED_SITE] = computed_site,
    [COMPUTED_SITE_CODE] = computed_site_code, [COMPUTED_DATE] = computed_date,
    [COMPUTED_TIME] = computed_time,           [COMPUTED_MOMENT] = computed_moment,
    [COMPUTED_HEARD] = computed_heard,         [COMPUTED_CLERK] = computed_clerk,
    [COMPUTED_ENTRY] = computed_entry,         [COMPUTED_BALANCE] = computed_balance,
    [COMPUTED_VOID] = computed_void,
};

/* --- a row --------------------------------------------------------------------------------------
 */

static void make_cell(struct making *k)
{
    const json_t *value = NULL;
    k->cell->kind = CELL_NONE;
    k->cell->number = 0;
    if (k->m->computed >= 0) {
        computers[k->m->computed](k);
        return;
    }
    if (k->m->field < 0)
        return;
    value = js_get(k->row->open, k->m->fd.id);
    if (value == NULL && k->row->sealed != NULL)
        value = js_get(k->row->sealed, k->m->fd.id);
    put_field *put = putters[k->m->fd.type];
    if (value != NULL)
        (put != NULL ? put : field_other)(k, value);
}

void export_fill(struct export *e, const struct source *row)
{
    buf_clear(&e->text);
    for (size_t i = 0; i < e->n; i++) {
        struct making k = {e, &e->makers[i], row, &e->cells[i]};
        e->starts[i] = e->text.len;
        make_cell(&k);
        buf_byte(&e->text, 0);
    }
    for (size_t i = 0; i < e->n; i++) /* the memory has stopped moving */
        e->cells[i].text = (const char *)e->text.data + e->starts[i];
}
