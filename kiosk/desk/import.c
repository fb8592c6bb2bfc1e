/* Owns: the import of an old ledger from its file to its entries.
 * Invariant: all rows of the file are in the journal, with the entry that tells of them, or none.
 */
#include "kiosk/desk/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/export.h"
#include "kiosk/desk/import_private.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/sql.h"

#define HEADER_LINES 10 /* titles stand in the first lines, under a heading or not */

/* --- errors -------------------------------------------------------------------------------------
 */

void import_tell(struct import *m, long line, size_t column, enum err rc)
{
    char say[512];
    if (m->errors++ >= IMPORT_ERRORS)
        return;
    err_say(rc, say, sizeof say);
    const char *field = column > 0 && column <= m->n && m->targets[column - 1].field >= 0
                            ? m->form->fields[m->targets[column - 1].field].id
                            : NULL;
    json_t *one = json_object();
    js_set_int(one, "line", line);
    json_object_set_new(one, "column", column > 0 ? json_integer((json_int_t)column) : json_null());
    js_set_str(one, "title", column > 0 && column <= m->n ? m->titles[column - 1] : NULL);
    js_set_str(one, "field", field != NULL ? field : err_field());
    js_set_str(one, "error", err_word(rc));
    js_set_str(one, "message", say);
    json_array_append_new(m->told, one);
}

/* --- the beginning and the end ------------------------------------------------------------------
 */

static enum err read_profiles(struct import *m)
{
    size_t i;
    json_t *id, *ids = export_profile_ids(m->s);
    enum err rc = ERR_OK;
    m->profiles = mem_alloc((json_array_size(ids) + 1) * sizeof *m->profiles);
    if (m->wish->profile != NULL)
        rc = export_profile_read(m->s, m->wish->profile, &m->profiles[0]);
    m->n_profiles = rc == ERR_OK && m->wish->profile != NULL;
    json_array_foreach(ids, i, id)
    {
        struct profile *p;
        if (rc == ERR_OK && export_profile_read(m->s, json_string_value(id), &p) == ERR_OK)
            m->profiles[m->n_profiles++] = p;
    }
    json_decref(ids);
    return rc;
}

static enum err import_begin(struct import *m, struct site *s, const char *ledger,
                             const struct import_wish *wish)
{
    struct form *f;
    *m = (struct import){.s = s, .wish = wish, .from = CLOCK_NONE, .to = CLOCK_NONE};
    m->told = json_array();
    m->first = json_array();
    m->file.path = wish->path;
    enum err rc = csv_encoding_named(wish->encoding, &m->file.encoding);
    if (rc == ERR_OK)
        rc = site_form(s, ledger, &f);
    if (rc == ERR_OK && strcmp(f->kind, "ledger") != 0)
        rc = err_set(ERR_NOT_FOUND, "ledger", NULL);
    if (rc == ERR_OK)
        rc = form_parse(f->json, f->id, &m->form);
    return rc == ERR_OK ? read_profiles(m) : rc;
}

static void import_end(struct import *m)
{
    import_map_fini(m);
    for (size_t i = 0; i < m->n_profiles; i++)
        profile_free(m->profiles[i]);
    free(m->profiles);
    if (m->form != NULL)
        form_free(m->form);
    json_decref(m->told);
    json_decref(m->first);
}

/* --- looked at ----------------------------------------------------------------------------------
 */

static json_t *shown(const struct import *m, const json_t *row)
{
    json_t *out = json_object();
    for (size_t i = 0; i < m->form->n_fields; i++) {
        const struct field *fd = &m->form->fields[i];
        const json_t *value = js_get(row, fd->id);
        char *text = value != NULL ? form_show(fd, value) : NULL;
        if (text != NULL)
            js_set_str(out, fd->label, text);
        free(text);
    }
    return out;
}

static void keep_first(struct import *m, long line, const struct imported *row)
{
    if (json_array_size(m->first) >= IMPORT_FIRST)
        return;
    json_t *one = json_object();
    js_set_int(one, "line", line);
    js_set_time(one, "at", row->at);
    json_object_set_new(one, "void", json_boolean(row->struck));
    json_object_set(one, "row", row->row);
    json_object_set_new(one, "shown", shown(m, row->row));
    json_array_append_new(m->first, one);
}

static enum err write_row(struct import *m, const struct csv_row *line, const struct imported *row);

static enum err take_row(struct import *m, const struct csv_row *line)
{
    struct imported row;
    m->rows++;
    if (!import_read(m, line, &row))
        return m->writing ? err_set(ERR_STATE, "file", NULL) : ERR_OK;
    m->struck += row.struck;
    m->from = m->from == CLOCK_NONE || row.at < m->from ? row.at : m->from;
    m->to = m->to == CLOCK_NONE || row.at >= m->to ? row.at + 1 : m->to;
    keep_first(m, line->line, &row);
    enum err rc = m->writing ? write_row(m, line, &row) : ERR_OK;
    json_decref(row.row);
    return rc;
}

/* A heading above the titles is passed over: it has hardly a cell that is a title. */
static bool is_header(const struct import *m, const struct csv_row *row)
{
    size_t filled = 0, known = import_known_titles(m, row);
    for (size_t i = 0; i < row->n; i++)
        filled += *row->cells[i] != 0;
    return known > 0 && known * 2 >= filled;
}

static bool is_empty(const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->cells[i][strspn(row->cells[i], " \t\r\n")] != 0)
            return false;
    return true;
}

static enum err take_line(void *to, const struct csv_row *row)
{
    struct import *m = to;
    if (is_empty(row))
        return ERR_OK;
    if (m->header > 0)
        return m->n > 0 ? take_row(m, row) : ERR_OK;
    if (is_header(m, row)) {
        if (!import_titles(m, row))
            return ERR_IMPORT; /* without knowing the columns no row can be read */
        return ERR_OK;
    }
    return row->line < HEADER_LINES
               ? ERR_OK
               : err_set(ERR_CSV, m->file.path, _("line %ld, column %zu: %s"), row->line, (size_t)1,
                         _("no line above has the titles of this ledger"));
}

/* The reader's own note has the line and the column, in any language. */
static void tell_csv(struct import *m)
{
    long line = 1;
    size_t column = 1;
    sscanf(err_detail(), "%*[^0-9]%ld%*[^0-9]%zu", &line, &column);
    import_tell(m, line, column, ERR_CSV);
}

static enum err read_file(struct import *m)
{
    enum err rc = csv_in_each(&m->file, take_line, m);
    if (rc == ERR_OK && m->header == 0)
        rc = err_set(ERR_CSV, m->file.path, _("line %ld, column %zu: %s"), 1L, (size_t)1,
                     _("no line above has the titles of this ledger"));
    if (rc == ERR_CSV && !m->writing)
        tell_csv(m);
    return (rc == ERR_IMPORT || rc == ERR_CSV) && !m->writing ? ERR_OK : rc;
}

/* --- the answer ---------------------------------------------------------------------------------
 */

static json_t *column_row(const struct import *m, size_t i)
{
    const struct target *t = &m->targets[i];
    json_t *one = json_object();
    js_set_int(one, "column", (int64_t)i + 1);
    js_set_str(one, "title", m->titles[i]);
    js_set_str(one, "field", t->field >= 0 ? m->form->fields[t->field].id : NULL);
    js_set_str(one, "computed", t->computed >= 0 ? profile_computed_word(t->computed) : NULL);
    js_set_str(one, "label", t->field >= 0 ? m->form->fields[t->field].label : NULL);
    return one;
}

static enum err known_before(const struct import *m, json_t **out)
{
    bool row;
    sqlite3_stmt *q;
    *out = json_null();
    enum err rc = sql_open(m->s->j.store, &q,
                           "SELECT id, at, clerk FROM ledger_file WHERE hash = ?1 AND"
                           " way = 'import' ORDER BY at DESC LIMIT 1",
                           "t", m->file.hash);
    if (rc == ERR_OK)
        rc = store_step(m->s->j.store, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    *out = json_object();
    js_set_str(*out, "id", store_text(q, 0));
    js_set_time(*out, "at", store_int(q, 1));
    js_set_str(*out, "clerk", store_text(q, 2));
    sqlite3_reset(q);
    return ERR_OK;
}

static enum err answer(const struct import *m, json_t **out)
{
    json_t *known, *columns = json_array(), *o = json_object();
    enum err rc = known_before(m, &known);
    for (size_t i = 0; i < m->n; i++)
        json_array_append_new(columns, column_row(m, i));
    js_set_str(o, "ledger", m->form->id);
    js_set_str(o, "title", m->form->title);
    js_set_str(o, "file", m->file.path);
    js_set_str(o, "encoding", csv_encoding_name(m->file.encoding));
    js_set_int(o, "size", m->file.size);
    js_set_str(o, "hash", m->file.hash);
    js_set_int(o, "header", m->header);
    js_set_int(o, "rows", m->rows);
    js_set_int(o, "void", m->struck);
    js_set_time(o, "from", m->from);
    js_set_time(o, "to", m->to);
    json_object_set_new(o, "known", known);
    json_object_set_new(o, "columns", columns);
    json_object_set(o, "first", m->first);
    json_object_set(o, "errors", m->told);
    int64_t told = (int64_t)json_array_size(m->told);
    js_set_int(o, "more_errors", m->errors - told);
    *out = o;
    return rc;
}

enum err import_look(struct site *s, const char *ledger, const struct import_wish *wish,
                     json_t **out)
{
    struct import m;
    *out = NULL;
    enum err rc = import_begin(&m, s, ledger, wish);
    if (rc == ERR_OK)
        rc = read_file(&m);
    if (rc == ERR_OK)
        rc = answer(&m, out);
    import_end(&m);
    return rc;
}

/* --- written ------------------------------------------------------------------------------------
 */

static enum err strike_out(struct import *m, const char *id)
{
    json_t *out = NULL, *in = json_object();
    char *what = mem_printf("ledger_void:%s", id);
    js_set_str(in, "reason", _("struck out in the table that was imported"));
    enum err rc = action_run(m->s, what, in, &out);
    json_decref(out);
    json_decref(in);
    free(what);
    return rc;
}

static enum err write_row(struct import *m, const struct csv_row *line, const struct imported *row)
{
    json_t *out = NULL, *in = json_object();
    char *what = mem_printf("ledger:%s", m->form->id);
    json_object_set(in, "row", row->row);
    js_set_time(in, "at", row->at);
    enum err rc = action_run(m->s, what, in, &out);
    if (rc == ERR_OK && row->struck)
        rc = strike_out(m, js_str(out, "id"));
    if (rc != ERR_OK)
        import_tell(m, line->line, 0, rc);
    json_decref(out);
    json_decref(in);
    free(what);
    return rc;
}

static enum err append_import(struct import *m, json_t **out)
{
    json_t *body = json_object();
    js_set_str(body, "ledger", m->form->id);
    js_set_str(body, "profile", m->wish->profile != NULL ? m->profiles[0]->id : "");
    js_set_str(body, "format", "csv");
    js_set_str(body, "encoding", csv_encoding_name(m->file.encoding));
    if (m->rows > 0) {
        js_set_int(body, "from", m->from);
        js_set_int(body, "to", m->to);
    }
    js_set_int(body, "rows", m->rows);
    js_set_int(body, "void", m->struck);
    js_set_int(body, "size", m->file.size);
    js_set_str(body, "hash", m->file.hash);
    return action_append(m->s, (struct journal_new){.kind = "import", .at = CLOCK_NONE}, body, NULL,
                         out);
}

/* The second pass. The file must be the one that was looked at. */
static enum err write_all(struct import *m, const char *hash, json_t **entry)
{
    enum err rc = journal_begin(&m->s->j);
    if (rc != ERR_OK)
        return rc;
    m->writing = true;
    rc = read_file(m);
    if (rc == ERR_OK && strcmp(m->file.hash, hash) != 0)
        rc = err_set(ERR_STATE, "file", "%s", _("it was changed meanwhile"));
    if (rc == ERR_OK)
        rc = append_import(m, entry);
    return journal_end(&m->s->j, rc);
}

static enum err may_write(struct site *s, const struct import_wish *wish, const json_t *look)
{
    if (!s->j.unlocked || s->j.clerk[0] == 0)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    if (!clerk_may(s, "ledger"))
        return err_set(ERR_ROLE, NULL, "ledger");
    if (json_array_size(js_get(look, "errors")) > 0)
        return err_set(ERR_IMPORT, wish->path, NULL);
    const json_t *known = js_get(look, "known");
    if (known != NULL && !wish->again)
        return err_set(ERR_DUPLICATE, "file",
                       _("imported on %.10s by %s; --again does it all the same"),
                       js_str(known, "at"), js_str(known, "clerk"));
    return ERR_OK;
}

static enum err write_looked_at(struct site *s, const char *ledger, const struct import_wish *wish,
                                json_t *look)
{
    struct import m;
    json_t *entry = NULL;
    enum err rc = import_begin(&m, s, ledger, wish);
    if (rc == ERR_OK)
        rc = write_all(&m, js_str(look, "hash"), &entry);
    if (rc != ERR_OK && json_array_size(m.told) > 0) {
        json_object_set(look, "errors", m.told);
        rc = err_set(ERR_IMPORT, wish->path, NULL);
    }
    json_object_update_missing(look, entry);
    json_decref(entry);
    import_end(&m);
    return rc;
}

enum err import_run(struct site *s, const char *ledger, const struct import_wish *wish,
                    json_t **out)
{
    enum err rc = import_look(s, ledger, wish, out);
    if (rc == ERR_OK)
        rc = may_write(s, wish, *out);
    return rc == ERR_OK ? write_looked_at(s, ledger, wish, *out) : rc;
}

/* --- as an action -------------------------------------------------------------------------------
 */

static const struct member import_shape[] = {
    {"file", MEMBER_TEXT, true, 4000, NULL},    {"profile", MEMBER_TEXT, false, 4000, NULL},
    {"encoding", MEMBER_TEXT, false, 20, NULL}, {"again", MEMBER_FLAG, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

enum err import_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    enum err rc = input_check(import_shape, in, &clean);
    struct import_wish wish = {js_str(clean, "file"), js_str(clean, "profile"),
                               js_str(clean, "encoding"), js_bool(clean, "again")};
    if (rc == ERR_OK)
        rc = import_run(s, arg, &wish, out);
    json_decref(clean);
    return rc;
}
