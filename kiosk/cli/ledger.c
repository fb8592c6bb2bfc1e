/* Owns: a ledger as a table file (CSV, RFC 4180, UTF-8 with a mark for spreadsheet programs).
 * Invariant: no cell that a person typed is taken for a formula. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/view.h"

const struct option_row ledger_options[] = {
    {"csv", "FILE", N_("into this file; - is standard output")},
    {"from", "DATE", N_("not before this day or time")},
    {"to", "DATE", N_("not after this day or time")},
    {NULL, NULL, NULL},
};

struct table {
    const struct form *form;
    struct buf out;
    int column;
};

/* A text that begins like a formula is given an apostrophe; numbers stay numbers. */
static void cell(struct table *t, const char *text, bool typed)
{
    struct buf *out = &t->out;
    if (t->column++ > 0)
        buf_byte(out, ',');
    buf_byte(out, '"');
    if (typed && *text != 0 && strchr("=+-@\t\r", *text) != NULL)
        buf_byte(out, '\'');
    for (; *text != 0; text++) {
        if (*text == '"')
            buf_byte(out, '"');
        buf_byte(out, (unsigned char)*text);
    }
    buf_byte(out, '"');
}

static void end_row(struct table *t)
{
    buf_text(&t->out, "\r\n");
    t->column = 0;
}

static void header(struct table *t)
{
    buf_text(&t->out, "\xef\xbb\xbf");
    cell(t, _("number"), false);
    cell(t, _("time"), false);
    cell(t, _("clerk"), false);
    for (size_t i = 0; i < t->form->n_fields; i++)
        cell(t, t->form->fields[i].label, true);
    cell(t, _("struck out"), false);
    end_row(t);
}

static bool numeric(const struct field *f)
{
    return f->type == FIELD_INTEGER || f->type == FIELD_DECIMAL;
}

static enum err add_row(void *to, json_t *row)
{
    struct table *t = to;
    const char *id = js_str(row, "id"), *at = js_str(row, "at"), *clerk = js_str(row, "clerk");
    cell(t, id != NULL ? id : "", false);
    cell(t, at != NULL ? at : "", false);
    cell(t, clerk != NULL ? clerk : "", true);
    for (size_t i = 0; i < t->form->n_fields; i++) {
        const struct field *f = &t->form->fields[i];
        char *text = form_show(f, js_get(row, f->id));
        cell(t, text, !numeric(f));
        free(text);
    }
    cell(t, js_bool(row, "void") ? _("struck out") : "", false);
    end_row(t);
    return ERR_OK;
}

enum err ledger_run(struct cli *c)
{
    struct form *form = NULL;
    struct view_query q = VIEW_ALL;
    const char *path = option_get(c, "csv");
    char what[96];
    snprintf(what, sizeof what, "ledger:%s", c->args[0]);
    enum err rc = site_form(c->site, c->args[0], &form);
    if (rc == ERR_OK)
        rc = cli_time("--from", option_get(c, "from"), false, &q.from);
    if (rc == ERR_OK)
        rc = cli_time("--to", option_get(c, "to"), true, &q.to);
    struct table t = {.form = form};
    if (rc == ERR_OK) {
        header(&t);
        rc = view_each(c->site, what, &q, add_row, &t);
    }
    if (rc == ERR_OK)
        rc = out_file(path != NULL ? path : "-", t.out.data, t.out.len);
    buf_wipe(&t.out);
    return rc;
}
