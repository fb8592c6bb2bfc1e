/* Owns: which column of an old table is which field. Invariant: a title that could be two fields is
 * the first profile's or the definition's own; one that is none is an error, not a guess. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/import_private.h"
#include "kiosk/rules/tableword.h"

/* --- titles as people write them ---------------------------------------------------------------
 */

/* Without spaces and lines' ends, with plain brackets, strokes and lower-case letters. */
static void fold(const char *text, struct buf *out)
{
    static const char *const same[][2] = {{"（", "("}, {"）", ")"}, {"／", "/"}, {"：", ":"},
                                          {"　", ""},  {"、", "/"}, {"，", ","}};
    buf_clear(out);
    while (*text != 0) {
        size_t i = 0, n = sizeof same / sizeof *same;
        while (i < n && strncmp(text, same[i][0], strlen(same[i][0])) != 0)
            i++;
        if (i < n) {
            buf_text(out, same[i][1]);
            text += strlen(same[i][0]);
        } else {
            char c = *text++;
            if (c >= 'A' && c <= 'Z')
                c = (char)(c - 'A' + 'a');
            if (strchr(" \t\r\n", c) == NULL)
                buf_byte(out, (unsigned char)c);
        }
    }
    buf_add(out, "", 0);
}

static bool same_title(const char *a, const char *b)
{
    struct buf x = BUF_INIT, y = BUF_INIT;
    if (a == NULL || b == NULL)
        return false;
    fold(a, &x);
    fold(b, &y);
    bool same = x.len > 0 && strcmp(buf_str(&x), buf_str(&y)) == 0;
    buf_fini(&x);
    buf_fini(&y);
    return same;
}

static bool is_pair(const json_t *pair, const char *title)
{
    return same_title(js_str(pair, "zh"), title) || same_title(js_str(pair, "en"), title);
}

/* "作用时间(min)": the unit behind a title is no part of it. */
static char *without_unit(const char *title)
{
    char *text = mem_strdup(title), *open = strrchr(text, '(');
    char *wide = strstr(text, "（");
    if (wide != NULL && (open == NULL || wide < open))
        open = wide;
    if (open != NULL && open > text)
        *open = 0;
    return text;
}

/* --- one title ----------------------------------------------------------------------------------
 */

static const json_t *sheet_of(const struct profile *p, const char *ledger)
{
    struct profile_sheet sheet;
    return profile_sheet(p, ledger, &sheet) == ERR_OK ? sheet.json : NULL;
}

static bool from_list(const struct form *f, const json_t *columns, const char *title,
                      struct target *t)
{
    size_t i;
    json_t *c;
    json_array_foreach(columns, i, c)
    {
        if (!is_pair(js_get(c, "title"), title))
            continue;
        const char *field = js_str(c, "field"), *computed = js_str(c, "computed");
        t->computed = computed != NULL ? profile_computed(computed) : -1;
        t->part = js_str(c, "part");
        for (size_t k = 0; field != NULL && k < f->n_fields; k++)
            if (strcmp(f->fields[k].id, field) == 0)
                t->field = (int)k;
        return true;
    }
    return false;
}

static bool from_profile(const struct import *m, const struct profile *p, const char *title,
                         struct target *t)
{
    return from_list(m->form, js_get(sheet_of(p, m->form->id), "columns"), title, t) ||
           from_list(m->form, js_get(p->json, "before"), title, t) ||
           from_list(m->form, js_get(p->json, "after"), title, t);
}

static bool from_form(const struct import *m, const char *title, struct target *t)
{
    size_t i;
    json_t *fd;
    json_array_foreach(js_get(m->form->json, "fields"), i, fd)
    {
        if (!is_pair(js_get(fd, "label"), title) && !same_title(js_str(fd, "id"), title))
            continue;
        t->field = (int)i;
        return true;
    }
    return false;
}

static bool from_words(const char *title, struct target *t)
{
    static const char *const words[] = {"number", "site",  "site_code", "date",    "time", "moment",
                                        "heard",  "clerk", "entry",     "balance", "void"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_title(tableword(words[i], false), title) ||
            same_title(tableword(words[i], true), title)) {
            t->computed = profile_computed(words[i]);
            return true;
        }
    return false;
}

/* The profile that was named, the definition, the words of every table, then any profile. */
static bool find_target(const struct import *m, const char *title, struct target *t)
{
    *t = (struct target){.field = -1, .computed = -1};
    if (m->wish->profile != NULL && from_profile(m, m->profiles[0], title, t))
        return true;
    if (from_form(m, title, t) || from_words(title, t))
        return true;
    for (size_t i = 0; i < m->n_profiles; i++)
        if (from_profile(m, m->profiles[i], title, t))
            return true;
    return false;
}

static bool title_target(const struct import *m, const char *title, struct target *t)
{
    if (find_target(m, title, t))
        return true;
    char *plain = without_unit(title);
    bool found = find_target(m, plain, t);
    free(plain);
    return found;
}

size_t import_known_titles(const struct import *m, const struct csv_row *row)
{
    size_t n = 0;
    struct target t;
    for (size_t i = 0; i < row->n; i++)
        n += *row->cells[i] != 0 && title_target(m, row->cells[i], &t);
    return n;
}

/* --- the words of a column ----------------------------------------------------------------------
 */

static void add_word(struct target *t, const char *text, const char *id)
{
    if (text == NULL || *text == 0 || id == NULL)
        return;
    t->words = mem_grow(t->words, (t->n_words + 1) * sizeof *t->words);
    t->words[t->n_words++] = (struct word){text, id};
}

static void add_choices(struct target *t, const json_t *form, const json_t *choices)
{
    size_t i;
    json_t *one;
    if (json_is_string(choices))
        choices = json_object_get(json_object_get(form, "lists"), json_string_value(choices));
    json_array_foreach(choices, i, one)
    {
        add_word(t, js_str(one, "id"), js_str(one, "id"));
        add_word(t, js_str(one, "zh"), js_str(one, "id"));
        add_word(t, js_str(one, "en"), js_str(one, "id"));
    }
}

static void add_profile_words(struct target *t, const json_t *sheet, const char *field)
{
    size_t i;
    const char *id;
    json_t *c, *pair;
    json_array_foreach(js_get(sheet, "columns"), i, c)
    {
        if (js_str(c, "field") == NULL || strcmp(js_str(c, "field"), field) != 0)
            continue;
        json_object_foreach(json_object_get(c, "words"), id, pair)
        {
            add_word(t, js_str(pair, "zh"), id);
            add_word(t, js_str(pair, "en"), id);
        }
    }
}

static void add_truths(const struct import *m, struct target *t)
{
    static const char *const keys[] = {"yes", "no"};
    static const char *const more[2][4] = {{"√", "有", "1", "true"}, {"×", "无", "0", "false"}};
    for (size_t k = 0; k < 2; k++) {
        add_word(t, tableword(keys[k], false), keys[k]);
        add_word(t, tableword(keys[k], true), keys[k]);
        for (size_t i = 0; i < 4; i++)
            add_word(t, more[k][i], keys[k]);
        for (size_t i = 0; i < m->n_profiles; i++) {
            const json_t *pair = js_get(m->profiles[i]->json, keys[k]);
            add_word(t, js_str(pair, "zh"), keys[k]);
            add_word(t, js_str(pair, "en"), keys[k]);
        }
    }
}

static void add_words(const struct import *m, struct target *t)
{
    if (t->field < 0)
        return;
    const struct field *fd = &m->form->fields[t->field];
    const json_t *json = json_array_get(js_get(m->form->json, "fields"), (size_t)t->field);
    if (fd->type == FIELD_BOOL)
        add_truths(m, t);
    if (fd->n_choices == 0)
        return;
    add_choices(t, m->form->json, js_get(json, "choices"));
    for (size_t i = 0; i < m->n_profiles; i++)
        add_profile_words(t, sheet_of(m->profiles[i], m->form->id), fd->id);
}

/* --- all titles ---------------------------------------------------------------------------------
 */

static bool taken_before(const struct import *m, size_t i)
{
    const struct target *t = &m->targets[i];
    for (size_t k = 0; k < i; k++) {
        const struct target *o = &m->targets[k];
        bool same_part = (t->part == NULL && o->part == NULL) ||
                         (t->part != NULL && o->part != NULL && strcmp(t->part, o->part) == 0);
        if ((t->field >= 0 && o->field == t->field && same_part) ||
            (t->computed >= 0 && o->computed == t->computed))
            return true;
    }
    return false;
}

bool import_titles(struct import *m, const struct csv_row *row)
{
    bool good = true;
    m->header = row->line;
    m->n = row->n;
    for (size_t i = 0; i < row->n; i++) {
        enum err rc = ERR_OK;
        char *title = m->titles[i] = mem_alloc(strlen(row->cells[i]) + 1);
        struct target *t = &m->targets[i];
        utf8_clean(row->cells[i], title);
        *t = (struct target){.field = -1, .computed = -1};
        if (*title != 0 && !title_target(m, title, t))
            rc = err_set(ERR_FIELD_UNKNOWN, "title", NULL);
        else if (*title != 0 && taken_before(m, i))
            rc = err_set(ERR_DUPLICATE, "title", NULL);
        if (rc != ERR_OK)
            import_tell(m, row->line, i + 1, rc);
        good = good && rc == ERR_OK;
        add_words(m, t);
    }
    return good;
}

void import_map_fini(struct import *m)
{
    for (size_t i = 0; i < m->n; i++) {
        free(m->titles[i]);
        free(m->targets[i].words);
    }
}
