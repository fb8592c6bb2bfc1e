/* Owns the printers of this machine on the screen. Invariant: what is kept is an administrator's;
 * everybody may print a test page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/print/printing.h"
#include "screens/prints.h"
#include "screens/widgets/list.h"

#define ADDRESS_MAX 120

struct printers {
    struct printer rows[PRINTERS_MAX];
    struct table table;
    char name[PRINTER_NAME]; /* of a new one, while its address is asked */
};

static const struct key_row keys[] = {
    {'t', "t", N_("test"), N_("Print a test page: Chinese, a ruler, a symbol.")},
    {'n', "n", N_("new"), N_("A further printer: its name, then its address.")},
    {'u', "u", N_("usual"), N_("The one that is meant where none is named.")},
    {'w', "w", N_("paper"), N_("58 mm, 80 mm, A4, A5.")},
    {'c', "c", N_("code"), N_("How Chinese is sent: gb18030, gbk, ascii, or as a picture.")},
    {'p', "p", N_("pages"), N_("Whether it takes pages (PDF), or what a receipt printer takes.")},
    {'k', "k", N_("cutter"), N_("Whether it has a cutter.")},
    {'f', "f", N_("asked"), N_("Whether it is asked how it is; some printers print the question.")},
    {'2', "1-9", N_("copies"), N_("How many of each document.")},
    {'d', "d", N_("drop"), N_("Forget the printer.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the site.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static const struct column columns[] = {{N_("Printer"), 14}, {N_("Address"), 28},
                                        {N_("Paper"), 6},    {N_("Code"), 9},
                                        {N_("Cuts"), 6},     {N_("Copies"), 0}};

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    static const char *const members[] = {"printer", "address", "paper", "takes",
                                          "code",    "cutter",  "copies"};
    const struct printers *p = with;
    json_t *row = printer_json(&p->rows[i]);
    snprintf(out, 256, "%s%s", c == 0 && i == 0 ? "* " : "", js_str(row, members[c]));
    json_decref(row);
    return c == 5 ? strcmp(out, "yes") == 0 ? _("yes") : _("no") : out;
}

static void load(struct ui *ui)
{
    struct printers *p = ui_state(ui);
    list_count(&p->table.list, printer_rows(ui->s, p->rows));
}

static void open(struct ui *ui, const json_t *arg)
{
    struct printers *p = ui_state(ui);
    (void)arg;
    p->table = TABLE_OF(columns, cell, p);
}

static struct printer *marked(struct ui *ui)
{
    struct printers *p = ui_state(ui);
    return p->table.list.cur < p->table.list.count ? &p->rows[p->table.list.cur] : NULL;
}

/* --- changed -----------------------------------------------------------------------------------
 */

static bool may(struct ui *ui)
{
    if (clerk_may(ui->s, "admin"))
        return true;
    ui_error(ui, err_set(ERR_ROLE, NULL, "admin"));
    return false;
}

static void keep(struct ui *ui, const struct printer *p, bool usual)
{
    enum err rc = printer_set(ui->s, p, usual);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    load(ui);
}

/* The next of the words that a member may have. */
static void turn(struct ui *ui, const char *member, const char *const *words)
{
    struct printer p = *marked(ui);
    json_t *row = printer_json(&p);
    const char *now = js_str(row, member);
    size_t i = 0;
    while (words[i] && strcmp(words[i], now) != 0)
        i++;
    const char *next = words[i] && words[i + 1] ? words[i + 1] : words[0];
    enum err rc = printer_put(&p, member, next);
    if (rc == ERR_OK)
        keep(ui, &p, false);
    json_decref(row);
}

static void addressed(void *with, const char *answer)
{
    struct ui *ui = with;
    struct printers *state = ui_state(ui);
    struct printer p;
    if (!answer || !*answer)
        return;
    printer_init(&p, state->name, answer);
    p.pages = strncmp(answer, "cups:", 5) == 0;
    keep(ui, &p, false);
    if (p.pages)
        ui_say(
            ui, "%s",
            _("A queue gets pages; for a raw one press p: it gets what a receipt printer gets."));
}

static void named(void *with, const char *answer)
{
    struct ui *ui = with;
    struct printers *p = ui_state(ui);
    if (!answer || !*answer)
        return;
    snprintf(p->name, sizeof p->name, "%s", answer);
    ui_ask_text(ui, _("Address (/dev/usb/lp0, serial:/dev/ttyS0,9600, tcp:192.0.2.1, cups:QUEUE):"),
                ADDRESS_MAX, addressed);
}

static void dropped(void *with, const char *answer)
{
    struct ui *ui = with;
    if (!answer || *answer != 'y' || !marked(ui))
        return;
    enum err rc = printer_drop(ui->s, marked(ui)->name);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    load(ui);
}

static void test(struct ui *ui)
{
    int64_t id;
    struct printing p = {.what = "test", .which = "", .printer = marked(ui)->name};
    enum err rc = printing_start(ui->s, &p, &id);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else
        prints_watch(ui, id);
}

/* --- keys --------------------------------------------------------------------------------------
 */

static const struct {
    char key;
    const char *member;
    const char *const words[5];
} turns[] = {
    {'w', "paper", {"58", "80", "a4", "a5", NULL}},
    {'c', "code", {"gb18030", "gbk", "ascii", "picture", NULL}},
    {'p', "takes", {"escpos", "pdf", NULL}},
    {'k', "cutter", {"yes", "no", NULL}},
    {'f', "asks", {"yes", "no", NULL}},
};

static unsigned change_key(struct ui *ui, uint32_t k)
{
    struct printer p = *marked(ui);
    const char digit[] = {(char)k, 0};
    if (k >= '1' && k <= '9') {
        printer_put(&p, "copies", digit);
        keep(ui, &p, false);
        return UI_HANDLED;
    }
    if (k == 'u') {
        keep(ui, &p, true);
        return UI_HANDLED;
    }
    if (k == 'd') {
        ui_ask_keys(ui, _("Forget this printer? (y/n)"), "yn", dropped);
        return UI_HANDLED;
    }
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++)
        if ((uint32_t)turns[i].key == k) {
            turn(ui, turns[i].member, turns[i].words);
            return UI_HANDLED;
        }
    return UI_IGNORED;
}

static bool changes(uint32_t k)
{
    return (k >= '1' && k <= '9') || (k < 0x80 && k > ' ' && strchr("nuwcpkfd", (int)k));
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct printers *p = ui_state(ui);
    if (k == K_ESC)
        ui_go(ui, "site", NULL);
    else if (list_key(&p->table.list, k))
        return UI_HANDLED;
    else if (k == 't' && marked(ui))
        test(ui);
    else if (!changes(k))
        return UI_IGNORED;
    else if (!may(ui))
        return UI_HANDLED;
    else if (k == 'n')
        ui_ask_text(ui, _("Name of the printer:"), PRINTER_NAME - 1, named);
    else
        return marked(ui) ? change_key(ui, k) : UI_IGNORED;
    return UI_HANDLED;
}

static void draw(struct ui *ui, struct area body)
{
    struct printers *p = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    table_draw(&p->table, inner, true);
    if (p->table.list.count == 0)
        paint_text(body.row + 3, 4, body.cols - 6, PAINT_PLAIN,
                   _("No printer is set: what is printed goes into the folder out, as pages."));
    ui_hint(ui, _("* is meant where no printer is named. Chinese that cannot be read: c."));
}

const struct screen screen_printers = {
    .name = "printers",
    .letter = 'm',
    .title = N_("Printers"),
    .about =
        N_("Where the printers are, how wide their paper is, how they take Chinese; and a test "
           "page."),
    .role = "",
    .pages = pages,
    .state = sizeof(struct printers),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
};
