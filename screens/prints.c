/* Owns the list of what was given to printers. Invariant: a second sheet is only printed on a key,
 * and says that it is one. */
#include "screens/prints.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/document.h"
#include "kiosk/print/printing.h"
#include "screens/slip.h"
#include "screens/widgets/list.h"
#include "screens/widgets/pager.h"

#define LISTED 200

enum { PRINTS_LIST, PRINTS_SHEET };

struct list_of_prints {
    json_t *rows;
    struct table table;
    struct pager sheet; /* a document as text */
};

static const struct key_row list_keys[] = {
    {'a', "a", N_("again"),
     N_("Print it again, on the same printer; it says that it is a reprint.")},
    {'o', "o", N_("other printer"), N_("Print it on another printer.")},
    {'f', "f", N_("file"), N_("Put it as a page into the folder out.")},
    {'s', "s", N_("screen"), N_("Show it here.")},
    {'x', "x", N_("take back"), N_("Take back what waits for its turn.")},
    {K_ESC, "Esc", N_("back"), N_("Back to where you were.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row sheet_keys[] = {
    {K_ESC, "Esc", N_("back"), N_("Back to the list.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", list_keys, false}, {N_("as text"), sheet_keys, false}, {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static const json_t *marked(struct ui *ui)
{
    const struct list_of_prints *p = ui_state(ui);
    return json_array_get(p->rows, p->table.list.cur);
}

/* --- the list ----------------------------------------------------------------------------------
 */

static const struct column columns[] = {
    {N_("Time"), 12}, {N_("Document"), 11}, {N_("of"), 19}, {N_("Printer"), 8}, {N_("State"), 0}};

static const char *state_of(const json_t *row, char *out)
{
    const char *why = text_of(row, "why");
    snprintf(out, 256, "%s%s%s%s%s", js_bool(row, "reprint") ? _("reprint: ") : "",
             printing_state(text_of(row, "state")), *why ? " (" : "", *why ? printing_why(why) : "",
             *why ? ")" : "");
    utf8_trim(out);
    return out;
}

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    int64_t at;
    const struct list_of_prints *p = with;
    const json_t *row = json_array_get(p->rows, i);
    switch (c) {
    case 0: return clock_parse(text_of(row, "at"), &at) ? clock_short(at, out) : "";
    case 1: return document_word(text_of(row, "document"));
    case 2: return text_of(row, "which");
    case 3: return text_of(row, "printer");
    default: return state_of(row, out);
    }
}

static void load(struct ui *ui)
{
    struct list_of_prints *p = ui_state(ui);
    struct view_query q = VIEW_ALL;
    q.limit = LISTED;
    json_decref(p->rows);
    if (view_list(ui->s, "print_jobs", &q, &p->rows) != ERR_OK)
        p->rows = json_array();
    list_count(&p->table.list, json_array_size(p->rows));
}

/* The clerk looks: the line below need not say it any more. */
static void open(struct ui *ui, const json_t *arg)
{
    struct list_of_prints *p = ui_state(ui);
    (void)arg;
    p->table = TABLE_OF(columns, cell, p);
    ui->prints = (struct prints){.n = 0};
    load(ui);
}

void prints_open(struct ui *ui)
{
    ui_over(ui, &screen_prints, NULL);
}

/* --- other ways --------------------------------------------------------------------------------
 */

static void again(struct ui *ui, const char *printer)
{
    int64_t id;
    const json_t *row = marked(ui);
    enum err rc = printing_again(ui->s, js_int(row, "job", 0), printer, &id);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else
        prints_watch(ui, id);
    load(ui);
}

static void chosen(void *with, const char *answer)
{
    struct ui *ui = with;
    struct printer rows[PRINTERS_MAX];
    size_t n = printer_rows(ui->s, rows), i = answer ? (size_t)(answer[0] - '1') : n;
    if (answer && i < n)
        again(ui, rows[i].name);
}

static void other(struct ui *ui)
{
    struct printer rows[PRINTERS_MAX];
    char question[400], keys[10] = "";
    size_t n = printer_rows(ui->s, rows), used;
    used = (size_t)snprintf(question, sizeof question, "%s", _("Which printer?"));
    for (size_t i = 0; i < n && i < 9 && used < sizeof question; i++) {
        used += (size_t)snprintf(question + used, sizeof question - used, "  %zu %s", i + 1,
                                 rows[i].name);
        keys[i] = (char)('1' + i);
        keys[i + 1] = 0;
    }
    utf8_trim(question);
    if (n == 0)
        ui_warn(ui, "%s", _("No printer is set here: screen 8, key m."));
    else
        ui_ask_keys(ui, question, keys, chosen);
}

static void cancel(struct ui *ui)
{
    enum err rc = printing_cancel(ui->s, js_int(marked(ui), "job", 0));
    if (rc != ERR_OK)
        ui_error(ui, rc);
    load(ui);
}

static void add_lines(struct pager *p, const char *text)
{
    for (size_t n; *text != 0; text += n + (text[n] != 0)) {
        n = strcspn(text, "\n");
        pager_add(p, PAINT_PLAIN, 0, "%.*s", (int)n, text);
    }
}

static void show(struct ui *ui)
{
    struct list_of_prints *p = ui_state(ui);
    const json_t *row = marked(ui);
    struct document d;
    struct buf text = BUF_INIT;
    enum err rc = document_make(ui->s, text_of(row, "document"), text_of(row, "which"), &d);
    if (rc == ERR_OK) {
        rc = document_put(&d, ui->o->ascii ? "ascii" : "text", NULL, &text);
        document_fini(&d);
    }
    if (rc != ERR_OK) {
        ui_error(ui, rc);
    } else {
        pager_fini(&p->sheet);
        add_lines(&p->sheet, buf_str(&text));
        ui_page(ui, PRINTS_SHEET);
    }
    buf_wipe(&text);
}

/* A slip's symbol is drawn for a phone's eye: over the screen that this one lay upon. */
static void show_slip(struct ui *ui)
{
    char which[64];
    snprintf(which, sizeof which, "%s", text_of(marked(ui), "which"));
    if (ui->depth == 0) {
        slip_show(ui, which, which);
        return;
    }
    ui_back(ui);
    slip_show(ui, which, which);
}

/* --- keys --------------------------------------------------------------------------------------
 */

static unsigned row_key(struct ui *ui, uint32_t k)
{
    switch (k) {
    case 'a': again(ui, NULL); return UI_HANDLED;
    case 'o': other(ui); return UI_HANDLED;
    case 'f':
        prints_keep(ui, text_of(marked(ui), "document"), text_of(marked(ui), "which"));
        return UI_HANDLED;
    case 's':
        if (strcmp(text_of(marked(ui), "document"), "slip") == 0)
            show_slip(ui);
        else
            show(ui);
        return UI_HANDLED;
    case 'x': cancel(ui); return UI_HANDLED;
    default: return UI_IGNORED;
    }
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct list_of_prints *p = ui_state(ui);
    bool sheet = ui->places[ui->depth].page == PRINTS_SHEET;
    if (k == K_ESC && sheet)
        ui_page(ui, PRINTS_LIST);
    else if (k == K_ESC && ui->depth > 0)
        ui_back(ui);
    else if (k == K_ESC)
        ui_go(ui, "site", NULL);
    else if (sheet)
        return pager_key(&p->sheet, k) ? UI_HANDLED : UI_IGNORED;
    else if (list_key(&p->table.list, k))
        return UI_HANDLED;
    else
        return marked(ui) ? row_key(ui, k) : UI_IGNORED;
    return UI_HANDLED;
}

static void draw(struct ui *ui, struct area body)
{
    struct list_of_prints *p = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    char said[256];
    if (ui->places[ui->depth].page == PRINTS_SHEET) {
        pager_draw(&p->sheet, inner);
        return;
    }
    table_draw(&p->table, inner, true);
    if (json_array_size(p->rows) == 0)
        paint_text(body.row + 3, 4, body.cols - 6, PAINT_PLAIN, _("Nothing was printed yet."));
    else
        ui_hint(ui, state_of(marked(ui), said));
}

static void leave(struct ui *ui)
{
    struct list_of_prints *p = ui_state(ui);
    json_decref(p->rows);
    pager_fini(&p->sheet);
}

const struct screen screen_prints = {
    .name = "prints",
    .letter = 'j',
    .title = N_("Print jobs"),
    .about = N_("What was given to a printer, and what became of it; when it did not come out, "
                "another way: again, another printer, a file, the screen."),
    .role = "",
    .pages = pages,
    .state = sizeof(struct list_of_prints),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
