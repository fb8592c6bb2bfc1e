/* Owns: the pages of ledgers and their files. Invariant: personal columns are opened for officers
 * who ask for them, and each time is in the audit first. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "sync/hub/audit.h"
#include "sync/hub/ledger.h"
#include "sync/hub/page_office.h"

#define ROWS 200
#define FIXED 3 /* columns before the fields: time, village, clerk */

/* --- the list --------------------------------------------------------------------------------- */

static enum err list_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    struct web *w = l->w;
    struct form *f = NULL;
    char at[CLOCK_TEXT];
    const char *id = js_str(row, "ledger");
    bool known = hub_ledger_form(w->hub, id, &f) == ERR_OK;
    l->n++;
    page_put(&w->out,
             "<tr><td data-label=\"%s\"><a href=\"/ledger?id=%s\">%s</a> <small>%s</small>",
             _("Ledger"), id, known ? f->title : id, known ? f->code : "");
    page_put(&w->out, "</td><td data-label=\"%s\">%d</td><td data-label=\"%s\">%d</td>", _("Rows"),
             js_int(row, "rows", 0), _("Struck out"), js_int(row, "struck", 0));
    page_put(&w->out, "<td data-label=\"%s\">%d</td>", _("Villages"), js_int(row, "sites", 0));
    page_cell(w, N_("Newest"), page_time(js_str(row, "last"), at));
    page_put(&w->out, "</tr>");
    form_free(f);
    return ERR_OK;
}

void page_ledgers(struct web *w)
{
    static const char *const heads[] = {N_("Ledger"),   N_("Rows"),   N_("Struck out"),
                                        N_("Villages"), N_("Newest"), NULL};
    struct page_list l = {w, 0};
    page_begin(w, _("Ledgers"), "/ledgers");
    page_heads(w, heads);
    enum err rc = hub_ledger_list(w->hub, list_row, &l);
    page_put(&w->out, "</tbody></table>");
    if (l.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("Nothing here yet."));
    page_end_if(w, rc, MHD_HTTP_OK);
}

/* --- one ledger ------------------------------------------------------------------------------- */

struct shown {
    struct web *w;
    struct form *form;
    struct hub_ledger_query q;
    struct sheet_out *out; /* of a file */
    double *sums;          /* of each field */
    int64_t n;
};

static enum err asked(struct web *w, struct hub_ledger_query *q)
{
    const char *from = page_chosen(w, "from"), *to = page_chosen(w, "to");
    *q = (struct hub_ledger_query){.ledger = page_chosen(w, "id"),
                                   .site = page_chosen(w, "site"),
                                   .from = CLOCK_NONE,
                                   .to = CLOCK_NONE,
                                   .field = page_chosen(w, "field"),
                                   .has = page_chosen(w, "has"),
                                   .personal = page_chosen(w, "personal") != NULL};
    if (q->ledger == NULL)
        return err_set(ERR_NOT_FOUND, "ledger", NULL);
    if (from != NULL && !clock_parse_date(from, &q->from))
        return err_set(ERR_DATE, "from", "%.20s", from);
    if (to != NULL && !clock_parse_date(to, &q->to))
        return err_set(ERR_DATE, "to", "%.20s", to);
    if (to != NULL)
        q->to += CLOCK_DAY_MS;
    if (q->personal && !hub_role_may(w->session.role, "officer"))
        return err_set(ERR_ROLE, NULL, NULL);
    return ERR_OK;
}

/* The definition, and the audit's row where persons are to be seen or a file leaves. */
static enum err begin(struct shown *s, struct web *w, const char *format)
{
    *s = (struct shown){.w = w};
    enum err rc = asked(w, &s->q);
    if (rc == ERR_OK)
        rc = hub_ledger_form(w->hub, s->q.ledger, &s->form);
    if (rc == ERR_OK)
        s->sums = mem_alloc((s->form->n_fields + 1) * sizeof *s->sums);
    const char *note = s->q.personal ? "personal" : NULL;
    char *what = mem_printf("%s%s", format != NULL ? format : "", s->q.personal ? " personal" : "");
    if (rc == ERR_OK && format != NULL)
        rc = hub_audit_note(w->hub, NULL, "export", s->q.site, s->q.ledger, what);
    else if (rc == ERR_OK && note != NULL)
        rc = hub_audit_note(w->hub, NULL, "look_list", s->q.site, s->q.ledger, note);
    free(what);
    return rc;
}

static void end(struct shown *s)
{
    form_free(s->form);
    free(s->sums);
}

static bool hidden(const struct shown *s, const struct field *fd)
{
    return fd->personal && !s->q.personal;
}

static void add_sums(struct shown *s, const json_t *row)
{
    if (js_str(row, "void") != NULL)
        return;
    for (size_t i = 0; i < s->form->n_fields; i++)
        if (hub_ledger_sums(&s->form->fields[i]))
            s->sums[i] += json_number_value(js_get(js_get(row, "row"), s->form->fields[i].id));
}

static enum err ledger_row(void *arg, const json_t *row)
{
    struct shown *s = arg;
    struct buf *out = &s->w->out;
    char at[CLOCK_TEXT];
    bool struck = js_str(row, "void") != NULL;
    s->n++;
    add_sums(s, row);
    page_put(out, "<tr%r>", struck ? " class=\"struck\"" : "");
    page_put(out, "<td data-label=\"%s\">%s", _("Time"), page_time(js_str(row, "at"), at));
    if (struck)
        page_put(out, "<br><small class=\"bad\">%s %s</small>", _("struck out by"),
                 js_str(row, "void"));
    page_put(out, "</td>");
    page_cell(s->w, N_("Village"), js_str(row, "site_name"));
    page_cell(s->w, N_("Clerk"), js_str(row, "clerk"));
    for (size_t i = 0; i < s->form->n_fields; i++) {
        const struct field *fd = &s->form->fields[i];
        if (hidden(s, fd))
            continue;
        char *text = form_show(fd, js_get(js_get(row, "row"), fd->id));
        page_put(out, *text != 0 ? "<td data-label=\"%s\">" : "<td class=\"empty\">", fd->label);
        page_put(out, struck ? "<del>%s</del></td>" : "%s</td>", text);
        free(text);
    }
    page_put(out, "</tr>");
    return ERR_OK;
}

static void put_sums(struct shown *s)
{
    char text[40];
    page_put(&s->w->out,
             "<tr class=\"total\"><td data-label=\"%s\"><b>%s</b></td>"
             "<td class=\"empty\"></td><td class=\"empty\"></td>",
             _("Sum"), _("Together"));
    for (size_t i = 0; i < s->form->n_fields; i++) {
        const struct field *fd = &s->form->fields[i];
        if (hidden(s, fd))
            continue;
        snprintf(text, sizeof text, "%.10g", s->sums[i]);
        if (hub_ledger_sums(fd))
            page_put(&s->w->out, "<td data-label=\"%s\"><b>%s</b></td>", fd->label, text);
        else
            page_put(&s->w->out, "<td class=\"empty\"></td>");
    }
    page_put(&s->w->out, "</tr>");
}

static void put_input(struct web *w, const char *label, const char *name, const char *type)
{
    page_put(&w->out, "<label>%s<input name=\"%r\" type=\"%r\" value=\"%s\"></label>", label, name,
             type, page_chosen(w, name));
}

static void put_filter(struct shown *s)
{
    struct web *w = s->w;
    page_put(&w->out,
             "<form class=\"day\" method=\"get\" action=\"/ledger\"><input type=\"hidden\""
             " name=\"id\" value=\"%s\">",
             s->q.ledger);
    put_input(w, _("From"), "from", "date");
    put_input(w, _("To"), "to", "date");
    put_input(w, _("Site code"), "site", "text");
    page_put(&w->out, "<label>%s<select name=\"field\">", _("Field"));
    for (size_t i = 0; i < s->form->n_fields; i++)
        if (!hidden(s, &s->form->fields[i]))
            page_put(&w->out, "<option value=\"%s\"%r>%s</option>", s->form->fields[i].id,
                     s->q.field != NULL && strcmp(s->q.field, s->form->fields[i].id) == 0
                         ? " selected"
                         : "",
                     s->form->fields[i].label);
    page_put(&w->out, "</select></label>");
    put_input(w, _("contains"), "has", "text");
    if (hub_role_may(w->session.role, "officer"))
        page_put(&w->out,
                 "<label><input type=\"checkbox\" name=\"personal\" value=\"1\"%r> %s</label>",
                 s->q.personal ? " checked" : "", _("personal columns (kept in the audit)"));
    page_put(&w->out, "<button>%s</button></form>", _("Show"));
}

static void put_link(struct web *w, const char *format, const char *label)
{
    static const char *const names[] = {"id", "site", "from", "to", "field", "has", "personal"};
    page_put(&w->out, "<a href=\"/ledger.%r?", format);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (page_chosen(w, names[i]) != NULL) {
            page_put(&w->out, "%r=", names[i]);
            page_put_query(&w->out, page_chosen(w, names[i]));
            page_put(&w->out, "&amp;");
        }
    page_put(&w->out, "\">%s</a>", label);
}

static void put_heads(struct shown *s)
{
    page_put(&s->w->out, "<div class=\"wide\"><table><thead><tr><th>%s</th><th>%s</th><th>%s</th>",
             _("Time"), _("Village"), _("Clerk"));
    for (size_t i = 0; i < s->form->n_fields; i++)
        if (!hidden(s, &s->form->fields[i]))
            page_put(&s->w->out, "<th>%s</th>", s->form->fields[i].label);
    page_put(&s->w->out, "</tr></thead><tbody>");
}

void page_ledger(struct web *w)
{
    struct shown s;
    enum err rc = begin(&s, w, NULL);
    s.q.limit = ROWS;
    if (rc == ERR_OK) {
        page_begin(w, s.form->title, "/ledgers");
        put_filter(&s);
        page_put(&w->out, "<p class=\"filter\">");
        put_link(w, "csv", "CSV");
        put_link(w, "xlsx", "XLSX");
        page_put(&w->out, "</p>");
        put_heads(&s);
        rc = hub_ledger_each(w->hub, s.form, &s.q, ledger_row, &s);
        if (s.n > 0)
            put_sums(&s);
        page_put(&w->out, "</tbody></table></div>");
        if (s.n == 0)
            page_put(&w->out, "<p class=\"none\">%s</p>", _("Nothing here yet."));
        if (s.n == ROWS)
            page_put(&w->out, "<p class=\"none\">%s</p>",
                     _("Only the newest are shown and summed; the file has them all."));
    }
    page_end_if(w, rc, MHD_HTTP_OK);
    end(&s);
}

/* --- files ------------------------------------------------------------------------------------ */

#define COLUMNS_MAX 80

static enum err file_row(void *arg, const json_t *row)
{
    struct shown *s = arg;
    struct cell cells[COLUMNS_MAX];
    char *text[COLUMNS_MAX];
    const char *fixed[FIXED] = {js_str(row, "at"), js_str(row, "site_name"), js_str(row, "clerk")};
    size_t n = 0, made = 0;
    for (; n < FIXED; n++)
        cells[n] = (struct cell){CELL_TEXT, fixed[n], 0};
    for (size_t i = 0; i < s->form->n_fields && n + 1 < COLUMNS_MAX; i++) {
        const struct field *fd = &s->form->fields[i];
        const json_t *value = js_get(js_get(row, "row"), fd->id);
        if (hidden(s, fd))
            continue;
        text[made] = form_show(fd, value);
        bool number = hub_ledger_sums(fd) && json_is_number(value);
        cells[n++] = (struct cell){number             ? CELL_NUMBER
                                   : *text[made] == 0 ? CELL_NONE
                                                      : CELL_TEXT,
                                   text[made], json_number_value(value)};
        made++;
    }
    cells[n] = (struct cell){CELL_TEXT, js_str(row, "void") != NULL ? js_str(row, "void") : "", 0};
    enum err rc = sheet_row(s->out, cells);
    while (made > 0)
        free(text[--made]);
    return rc;
}

static size_t columns_of(const struct shown *s, struct cell_column columns[COLUMNS_MAX])
{
    size_t n = 0;
    columns[n++] = (struct cell_column){_("Time"), 26};
    columns[n++] = (struct cell_column){_("Village"), 14};
    columns[n++] = (struct cell_column){_("Clerk"), 10};
    for (size_t i = 0; i < s->form->n_fields && n + 1 < COLUMNS_MAX; i++)
        if (!hidden(s, &s->form->fields[i]))
            columns[n++] = (struct cell_column){s->form->fields[i].label, 14};
    columns[n++] = (struct cell_column){_("struck out by"), 10};
    return n;
}

static void send_ledger(struct web *w, const char *format)
{
    struct shown s;
    struct page_file f = {.out = NULL};
    struct cell_column columns[COLUMNS_MAX];
    enum err rc = begin(&s, w, format);
    if (rc == ERR_OK) {
        struct table_head head = {.title = s.form->title,
                                  .place = _("Jiujin sub-centre"),
                                  .columns = columns,
                                  .n_columns = columns_of(&s, columns),
                                  .landscape = true,
                                  .english = strcmp(lang_name(), "en") == 0};
        rc = page_file_begin(&f, &head, format);
        s.out = f.out;
        if (rc == ERR_OK)
            rc = hub_ledger_each(w->hub, s.form, &s.q, file_row, &s);
    }
    page_file_send(w, &f, rc);
    end(&s);
}

void page_ledger_csv(struct web *w)
{
    send_ledger(w, "csv");
}

void page_ledger_xlsx(struct web *w)
{
    send_ledger(w, "xlsx");
}
