/* Owns: the page of the audit and its file. Invariant: the file holds what the filter shows, and
 * taking it is a row of its own. */
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/audit.h"
#include "sync/hub/page_office.h"

#define ROWS 200
#define COLUMNS 8

static const char *const heads[] = {N_("Time"),    N_("Who"),  N_("Role"),
                                    N_("Address"), N_("What"), N_("Village"),
                                    N_("Subject"), N_("Note"), NULL};

/* False: the day is none, and the answer says so. */
static bool filter_of(struct web *w, struct hub_audit_query *q)
{
    const char *day = page_chosen(w, "day");
    *q = (struct hub_audit_query){.who = page_chosen(w, "who"),
                                  .what = page_chosen(w, "what"),
                                  .site = page_chosen(w, "site"),
                                  .subject = page_chosen(w, "subject"),
                                  .from = CLOCK_NONE,
                                  .to = CLOCK_NONE};
    if (day == NULL)
        return true;
    if (!clock_parse_date(day, &q->from)) {
        page_error(w, err_set(ERR_DATE, "day", "%.20s", day));
        return false;
    }
    q->to = q->from + CLOCK_DAY_MS;
    return true;
}

static void put_input(struct web *w, const char *label, const char *name, const char *type,
                      const char *value)
{
    page_put(&w->out, "<label>%s<input name=\"%r\" type=\"%r\" value=\"%s\"></label>", label, name,
             type, value);
}

static void put_filter(struct web *w, const struct hub_audit_query *q)
{
    page_put(&w->out, "<form class=\"day\" method=\"get\" action=\"/audit\">");
    put_input(w, _("Who"), "who", "text", q->who);
    put_input(w, _("Day"), "day", "date", page_chosen(w, "day"));
    put_input(w, _("Site code"), "site", "text", q->site);
    page_put(&w->out, "<label>%s<select name=\"what\"><option value=\"\">%s</option>", _("What"),
             _("all"));
    for (const struct hub_audit_word *word = hub_audit_words; word->code != NULL; word++)
        page_put(&w->out, "<option value=\"%r\"%r>%s</option>", word->code,
                 q->what != NULL && strcmp(q->what, word->code) == 0 ? " selected" : "",
                 _(word->label));
    page_put(&w->out, "</select></label><button>%s</button></form>", _("Show"));
}

static void put_link(struct web *w, const char *format, const struct hub_audit_query *q)
{
    const char *day = page_chosen(w, "day");
    const struct {
        const char *name, *value;
    } parts[] = {{"who", q->who},
                 {"what", q->what},
                 {"site", q->site},
                 {"subject", q->subject},
                 {"day", day}};
    page_put(&w->out, "<a href=\"/audit.%r?", format);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].value != NULL) {
            page_put(&w->out, "%r=", parts[i].name);
            page_put_query(&w->out, parts[i].value);
            page_put(&w->out, "&amp;");
        }
    page_put(&w->out, "\">%s</a>", format[0] == 'c' ? "CSV" : "XLSX");
}

static const char *village_of(const json_t *row)
{
    const char *name = js_str(row, "site_name");
    return name != NULL && *name != 0 ? name : js_str(row, "site");
}

static enum err put_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT];
    const char *text[COLUMNS] = {page_time(js_str(row, "at"), at),
                                 js_str(row, "who"),
                                 page_word(js_str(row, "role")),
                                 js_str(row, "address"),
                                 hub_audit_word(js_str(row, "what")),
                                 village_of(row),
                                 js_str(row, "subject"),
                                 js_str(row, "note")};
    l->n++;
    page_put(&l->w->out, "<tr>");
    for (size_t i = 0; i < COLUMNS; i++)
        if (i < 2 || *text[i] != 0)
            page_cell(l->w, heads[i], text[i]);
        else
            page_put(&l->w->out, "<td class=\"empty\"></td>");
    page_put(&l->w->out, "</tr>");
    return ERR_OK;
}

void page_audit(struct web *w)
{
    struct hub_audit_query q;
    struct page_list l = {w, 0};
    if (!filter_of(w, &q))
        return;
    q.limit = ROWS;
    page_begin(w, _("Audit"), "/admin");
    page_admin_tabs(w, "/audit");
    put_filter(w, &q);
    page_put(&w->out, "<p class=\"filter\">");
    put_link(w, "csv", &q);
    put_link(w, "xlsx", &q);
    page_put(&w->out, "</p>");
    page_heads(w, heads);
    enum err rc = hub_audit_each(w->hub, &q, put_row, &l);
    page_put(&w->out, "</tbody></table>");
    if (l.n == 0)
        page_put(&w->out, "<p class=\"none\">%s</p>", _("Nothing here yet."));
    if (l.n == ROWS)
        page_put(&w->out, "<p class=\"none\">%s</p>",
                 _("Only the newest are shown; the file has them all."));
    page_end_if(w, rc, MHD_HTTP_OK);
}

static enum err file_row(void *arg, const json_t *row)
{
    static const char *const keys[COLUMNS] = {"at",   "who",  "role",    "address",
                                              "what", "site", "subject", "note"};
    struct cell cells[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = (struct cell){CELL_TEXT, js_str(row, keys[i]), 0};
    cells[4].text = hub_audit_word(js_str(row, "what"));
    return sheet_row(arg, cells);
}

static void send_audit(struct web *w, const char *format)
{
    struct hub_audit_query q;
    struct page_file f = {.out = NULL};
    struct cell_column columns[COLUMNS];
    if (!filter_of(w, &q))
        return;
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i] = (struct cell_column){_(heads[i]), i == 0 || i == 7 ? 28 : 14};
    struct table_head head = {.title = _("Audit"),
                              .place = _("Jiujin sub-centre"),
                              .period = page_chosen(w, "day"),
                              .columns = columns,
                              .n_columns = COLUMNS,
                              .landscape = true,
                              .english = strcmp(lang_name(), "en") == 0};
    enum err rc = hub_audit_note(w->hub, NULL, "export", q.site, "audit", format);
    if (rc == ERR_OK)
        rc = page_file_begin(&f, &head, format);
    if (rc == ERR_OK)
        rc = hub_audit_each(w->hub, &q, file_row, f.out);
    page_file_send(w, &f, rc);
}

void page_audit_csv(struct web *w)
{
    send_audit(w, "csv");
}

void page_audit_xlsx(struct web *w)
{
    send_audit(w, "xlsx");
}
