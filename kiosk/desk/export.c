/* Owns: an export from a profile and a definition to rows of cells. Invariant: a row has a cell for
 * each column, and what was struck out is there only where it is marked. */
#include "kiosk/desk/export.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/export_private.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/tableword.h"

#define OWN "own" /* the profile that takes every ledger as it is defined */

/* --- profiles -----------------------------------------------------------------------------------
 */

/* The file that a name means, as a path of the disk or of the assets; the caller frees. */
static char *file_of(struct site *s, const char *name, const struct asset **shipped)
{
    *shipped = NULL;
    if (strchr(name, '/') != NULL || strstr(name, ".json") != NULL)
        return mem_strdup(name);
    char *path = mem_printf("%s/profiles/%s.json", s->dir, name);
    if (access(path, R_OK) == 0)
        return path;
    free(path);
    path = mem_printf("profiles/%s.json", name);
    *shipped = asset_find(path);
    return path;
}

enum err export_profile_read(struct site *s, const char *name, struct profile **out)
{
    json_t *json = NULL;
    const struct asset *a;
    *out = NULL;
    if (name == NULL)
        name = OWN;
    char *path = file_of(s, name, &a);
    enum err rc = ERR_OK;
    if (a != NULL)
        rc = js_parse(a->data, a->len, a->name, &json);
    else if (access(path, F_OK) == 0)
        rc = js_load(path, &json);
    else
        rc = err_set(ERR_NOT_FOUND, "profile", "%s", name);
    if (rc == ERR_OK)
        rc = profile_parse(json, path, out);
    json_decref(json);
    free(path);
    return rc;
}

static void add_id(json_t *ids, const char *file, size_t len)
{
    static const char end[] = ".json";
    size_t tail = sizeof end - 1, i;
    json_t *one;
    if (len <= tail || strcmp(file + len - tail, end) != 0)
        return;
    json_t *id = json_stringn(file, len - tail);
    json_array_foreach(ids, i, one) if (json_equal(one, id))
    {
        json_decref(id);
        return;
    }
    json_array_append_new(ids, id);
}

json_t *export_profile_ids(struct site *s)
{
    static const char folder[] = "profiles/";
    const struct asset *a;
    json_t *ids = json_array();
    for (size_t i = 0; (a = asset_at(folder, i)) != NULL; i++)
        add_id(ids, a->name + sizeof folder - 1, strlen(a->name) - sizeof folder + 1);
    char *path = mem_printf("%s/profiles", s->dir);
    DIR *dir = opendir(path);
    for (struct dirent *one; dir != NULL && (one = readdir(dir)) != NULL;)
        add_id(ids, one->d_name, strlen(one->d_name));
    if (dir != NULL)
        closedir(dir);
    free(path);
    return ids;
}

/* --- columns ------------------------------------------------------------------------------------
 */

/* The choices that a definition writes in a field, or under a name for several. */
static const json_t *list_of(const struct form *f, size_t field, const char *key)
{
    const json_t *fd = json_array_get(json_object_get(f->json, "fields"), field);
    const json_t *list = json_object_get(fd, key);
    return json_is_string(list)
               ? json_object_get(json_object_get(f->json, "lists"), json_string_value(list))
               : list;
}

/* The same choices with the labels of the table's language, or the profile's own words. */
static const struct choice *labels_of(const struct export *e, const struct choice *given, size_t n,
                                      const json_t *list, const json_t *words)
{
    size_t k;
    json_t *one;
    struct choice *out = mem_alloc((n + 1) * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        out[i] = given[i];
        json_array_foreach(list, k, one) if (strcmp(js_str(one, "id"), given[i].id) == 0)
        {
            const json_t *word = json_object_get(words, given[i].id);
            out[i].label = profile_pick(word != NULL ? word : one, e->profile->english);
        }
    }
    return out;
}

static void make_field(struct export *e, struct maker *m, int field, const json_t *words)
{
    size_t i = (size_t)field;
    m->field = field;
    m->fd = e->form->fields[i];
    m->fd.choices =
        labels_of(e, m->fd.choices, m->fd.n_choices, list_of(e->form, i, "choices"), words);
    m->fd.reasons =
        labels_of(e, m->fd.reasons, m->fd.n_reasons, list_of(e->form, i, "reasons"), NULL);
}

static int field_index(const struct form *f, const char *id)
{
    for (size_t i = 0; id != NULL && i < f->n_fields; i++)
        if (strcmp(f->fields[i].id, id) == 0)
            return (int)i;
    return -1;
}

static void add_column(struct export *e, const json_t *c)
{
    struct maker *m = &e->makers[e->n++];
    int field = field_index(e->form, js_str(c, "field"));
    *m = (struct maker){.field = -1, .computed = -1};
    if (js_str(c, "computed") != NULL)
        m->computed = profile_computed(js_str(c, "computed"));
    if (field >= 0)
        make_field(e, m, field, json_object_get(c, "words"));
    m->part = js_str(c, "part");
    m->title = profile_pick(js_get(c, "title"), e->profile->english);
    m->width = (int)js_int(c, "width", 12);
}

/* A column of the definition itself; the unit stands in its title. */
static int usual_width(const struct field *fd)
{
    static const int widths[FIELD_TYPES] = {
        [FIELD_TEXT] = 20,     [FIELD_NAME] = 10,   [FIELD_ID_NUMBER] = 20, [FIELD_PHONE] = 14,
        [FIELD_INTEGER] = 8,   [FIELD_DECIMAL] = 8, [FIELD_DATE] = 12,      [FIELD_TIME] = 8,
        [FIELD_DATETIME] = 17, [FIELD_CHOICE] = 12, [FIELD_MULTI] = 24,     [FIELD_BOOL] = 8,
        [FIELD_EXCUSES] = 24,  [FIELD_STAFF] = 10,
    };
    return widths[fd->type] > 0 ? widths[fd->type] : 14;
}

static void add_own_column(struct export *e, size_t i)
{
    struct maker *m = &e->makers[e->n++];
    const json_t *fd = json_array_get(json_object_get(e->form->json, "fields"), i);
    *m = (struct maker){.field = -1, .computed = -1};
    make_field(e, m, (int)i, NULL);
    m->title = profile_pick(js_get(fd, "label"), e->profile->english);
    m->width = usual_width(&m->fd);
}

static void add_columns(struct export *e, const json_t *list)
{
    size_t i;
    json_t *c;
    json_array_foreach(list, i, c) add_column(e, c);
}

static void make_columns(struct export *e)
{
    const json_t *own = e->profile->json;
    size_t most = json_array_size(js_get(own, "before")) + json_array_size(js_get(own, "after")) +
                  e->form->n_fields + json_array_size(js_get(e->sheet.json, "columns"));
    e->makers = mem_alloc(most * sizeof *e->makers);
    if (e->sheet.json != NULL) {
        add_columns(e, js_get(e->sheet.json, "columns"));
    } else {
        add_columns(e, js_get(own, "before"));
        for (size_t i = 0; i < e->form->n_fields; i++)
            add_own_column(e, i);
        add_columns(e, js_get(own, "after"));
    }
    e->cells = mem_alloc(e->n * sizeof *e->cells);
    e->starts = mem_alloc(e->n * sizeof *e->starts);
    e->columns = mem_alloc(e->n * sizeof *e->columns);
    for (size_t i = 0; i < e->n; i++)
        e->columns[i] = (struct cell_column){e->makers[i].title, e->makers[i].width};
}

/* --- what stands around the rows ----------------------------------------------------------------
 */

static void say_period(struct export *e)
{
    char first[CLOCK_TEXT] = "", last[CLOCK_TEXT] = "";
    if (e->from != CLOCK_NONE)
        clock_date(e->from, first);
    if (e->to != CLOCK_NONE)
        clock_date(e->to - 1, last);
    const char *word = *first != 0 && *last != 0 ? "period"
                       : *first != 0             ? "period_from"
                       : *last != 0              ? "period_to"
                                                 : NULL;
    if (word != NULL)
        tableword_put(&e->period, word, e->profile->english, *first != 0 ? first : last, last);
}

static enum err say_range(struct export *e)
{
    int64_t seq;
    unsigned char hash[HASH_BYTES];
    char id[ENTRY_ID], hex[2 * HASH_BYTES + 1];
    struct journal *j = &e->s->j;
    enum err rc = journal_tip(j->store, j->site, j->epoch, &seq, hash);
    if (rc != ERR_OK)
        return rc;
    hex_encode(hash, HASH_BYTES, hex);
    tableword_put(&e->range, "range", e->profile->english, journal_id(false, j->epoch, seq, id),
                  hex);
    return ERR_OK;
}

static void make_sign(struct export *e)
{
    const json_t *list = js_get(e->profile->json, "sign");
    size_t n = json_array_size(list);
    e->sign = mem_alloc((n + 1) * sizeof *e->sign);
    for (size_t i = 0; i < n; i++)
        e->sign[i] = profile_pick(json_array_get(list, i), e->profile->english);
    e->head.sign = e->sign;
    e->head.n_sign = n;
}

static void make_head(struct export *e)
{
    static const char *const formats[DATES_COUNT] = {"yyyy-mm-dd", "yyyy/m/d",
                                                     "yyyy\"年\"m\"月\"d\"日\""};
    bool english = e->profile->english;
    const json_t *titled = e->sheet.json != NULL ? e->sheet.json : e->form->json;
    struct table_head *h = &e->head;
    h->title = profile_pick(js_get(titled, "title"), english);
    h->place = e->s->name;
    h->addressee = profile_pick(js_get(e->profile->json, "addressee"), english);
    h->period = buf_str(&e->period);
    h->range = buf_str(&e->range);
    h->columns = e->columns;
    h->n_columns = e->n;
    h->landscape = e->sheet.landscape;
    h->a3 = e->sheet.a3;
    h->date_format = formats[e->profile->dates];
    h->english = english;
    make_sign(e);
}

/* --- an export ----------------------------------------------------------------------------------
 */

static enum err own_form(struct export *e, const char *ledger)
{
    struct form *f;
    enum err rc = site_form(e->s, ledger, &f);
    if (rc == ERR_OK && strcmp(f->kind, "ledger") != 0)
        rc = err_set(ERR_NOT_FOUND, "ledger", NULL);
    return rc == ERR_OK ? form_parse(f->json, f->id, &e->form) : rc;
}

enum err export_open(struct site *s, const char *ledger, const char *profile, int64_t from,
                     int64_t to, struct export **out)
{
    struct export *e = mem_alloc(sizeof *e);
    *e = (struct export){.s = s, .from = from, .to = to};
    enum err rc = own_form(e, ledger);
    if (rc == ERR_OK)
        rc = export_profile_read(s, profile, &e->profile);
    if (rc == ERR_OK)
        rc = profile_sheet(e->profile, e->form->id, &e->sheet);
    if (rc == ERR_OK)
        rc = profile_fits(e->profile, &e->sheet, e->form);
    if (rc == ERR_OK)
        rc = say_range(e);
    if (rc == ERR_OK) {
        make_columns(e);
        say_period(e);
        make_head(e);
        *out = e;
        return ERR_OK;
    }
    export_free(e);
    *out = NULL;
    return rc;
}

void export_free(struct export *e)
{
    if (e == NULL)
        return;
    for (size_t i = 0; i < e->n; i++) {
        free((void *)(uintptr_t)e->makers[i].fd.choices);
        free((void *)(uintptr_t)e->makers[i].fd.reasons);
    }
    free(e->makers);
    free(e->cells);
    free(e->starts);
    free(e->columns);
    free(e->sign);
    buf_fini(&e->period);
    buf_fini(&e->range);
    buf_wipe(&e->text);
    if (e->form != NULL)
        form_free(e->form);
    profile_free(e->profile);
    free(e);
}

const struct table_head *export_head(const struct export *e)
{
    return &e->head;
}

const struct form *export_form(const struct export *e)
{
    return e->form;
}

const struct profile *export_profile(const struct export *e)
{
    return e->profile;
}

int export_field(const struct export *e, size_t i, int *computed)
{
    *computed = e->makers[i].computed;
    return e->makers[i].field;
}

struct hand_over {
    struct export *e;
    export_row_fn *row;
    void *into;
};

static enum err hand_over(void *to, const struct source *row)
{
    struct hand_over *h = to;
    if (row->struck && !h->e->profile->marks_void)
        return ERR_OK;
    h->e->number++;
    export_fill(h->e, row);
    struct export_row out = {.number = h->e->number,
                             .at = row->at,
                             .id = row->id,
                             .struck = row->struck,
                             .cells = h->e->cells,
                             .n_cells = h->e->n};
    return h->row(h->into, &out);
}

enum err export_rows(struct export *e, export_row_fn *row, void *into)
{
    struct hand_over h = {e, row, into};
    e->number = 0;
    return source_each(e->s, e->form, e->from, e->to, hand_over, &h);
}

enum err export_each(struct site *s, const char *ledger, const char *profile, int64_t from,
                     int64_t to, export_row_fn *row, void *into)
{
    struct export *e;
    enum err rc = export_open(s, ledger, profile, from, to, &e);
    if (rc == ERR_OK)
        rc = export_rows(e, row, into);
    export_free(e);
    return rc;
}

/* --- sums ---------------------------------------------------------------------------------------
 */

struct adding {
    const struct export *e;
    int64_t rows;
    json_t *sums, *choices;
};

static void add_number(json_t *into, const char *key, double n)
{
    json_object_set_new(into, key, json_real(json_number_value(json_object_get(into, key)) + n));
}

static void add_choice(struct adding *a, const struct maker *m, const char *shown)
{
    json_t *counts = json_object_get(a->choices, m->fd.id);
    if (counts == NULL)
        json_object_set_new(a->choices, m->fd.id, counts = json_object());
    for (size_t i = 0; i < m->fd.n_choices; i++)
        if (strcmp(m->fd.choices[i].label, shown) == 0) {
            const char *id = m->fd.choices[i].id;
            json_object_set_new(counts, id,
                                json_integer(json_integer_value(json_object_get(counts, id)) + 1));
            return;
        }
}

static enum err add_row(void *to, const struct export_row *row)
{
    struct adding *a = to;
    if (row->struck)
        return ERR_OK;
    a->rows++;
    for (size_t i = 0; i < row->n_cells; i++) {
        const struct maker *m = &a->e->makers[i];
        if (m->field < 0 || m->fd.personal || row->cells[i].kind == CELL_NONE)
            continue;
        if (row->cells[i].kind == CELL_NUMBER)
            add_number(a->sums, m->fd.id, row->cells[i].number);
        else if (m->fd.type == FIELD_CHOICE)
            add_choice(a, m, row->cells[i].text);
    }
    return ERR_OK;
}

enum err export_sums(struct site *s, const char *ledger, int64_t from, int64_t to, json_t **out)
{
    struct export *e;
    struct adding a = {.sums = json_object(), .choices = json_object()};
    enum err rc = export_open(s, ledger, NULL, from, to, &e);
    a.e = e;
    if (rc == ERR_OK)
        rc = export_rows(e, add_row, &a);
    *out = rc == ERR_OK ? json_pack("{s:I,s:O,s:O}", "rows", (json_int_t)a.rows, "sums", a.sums,
                                    "choices", a.choices)
                        : NULL;
    json_decref(a.sums);
    json_decref(a.choices);
    export_free(e);
    return rc;
}
