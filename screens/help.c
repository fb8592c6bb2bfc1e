/* Owns the help: made from the same tables that the keys are read from. */
#include <stdio.h>

#include "kiosk/base/utf8.h"
#include "screens/ui.h"
#include "screens/widgets/pager.h"

static const char *const how_to[] = {
    N_("Everything is done from the keyboard. The bottom line names the keys of the screen in "
       "hand."),
    N_("In a form Enter goes to the next field; a choice is made by its digit, yes and no by y and "
       "n. F2 saves. Leaving with Esc keeps what was typed: it is there when you come back, also "
       "after a power cut."),
    N_("A scanner may fill any field; a scan goes on to the next field and never saves."),
    N_("Saved means: it is on this machine's disk. Arrived means: the sub-centre has confirmed it. "
       "Without a network everything goes on; it is sent when the network is back."),
    N_("On a keyboard without function keys: Esc and a digit, typed together (Alt-2 is F2); ^S "
       "also "
       "saves."),
    N_("Data of services are samples until your office has confirmed them."),
};

static const struct key_row keys[] = {
    {K_DOWN, N_("Up Down PgUp PgDn"), N_("scroll"), N_("Read on.")},
    {K_ESC, "Esc", N_("back"), N_("Back to where you were.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static void add_page(struct pager *p, const struct key_page *page)
{
    if (*page->title)
        pager_add(p, PAINT_BOLD, 2, "%s", _(page->title));
    for (const struct key_row *k = page->rows; k->cap; k++) {
        const char *cap = _(k->cap);
        int gap = 18 - utf8_width(cap);
        pager_add(p, PAINT_PLAIN, 4, "%s%*s %s", cap, gap > 0 ? gap : 0, "", _(k->help));
    }
}

static void add_screen(struct pager *p, const struct screen *s)
{
    if (s->digit)
        pager_add(p, PAINT_BOLD, 0, "%c  %s", s->digit, _(s->title));
    else
        pager_add(p, PAINT_BOLD, 0, "%s", _(s->title));
    pager_add(p, PAINT_PLAIN, 2, "%s", _(s->about));
    for (const struct key_page *page = s->pages; page->title; page++)
        add_page(p, page);
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
}

static void open(struct ui *ui, const json_t *arg)
{
    struct pager *p = ui_state(ui);
    const struct screen *under = ui->depth ? ui->places[0].screen : NULL;
    (void)arg;
    if (under)
        add_screen(p, under);
    for (size_t i = 0; i < sizeof how_to / sizeof how_to[0]; i++)
        pager_add(p, PAINT_PLAIN, 0, "%s", _(how_to[i]));
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    for (size_t i = 0; screen_table[i]; i++)
        if (screen_table[i] != under && screen_table[i] != &screen_help)
            add_screen(p, screen_table[i]);
}

static void draw(struct ui *ui, struct area body)
{
    pager_draw(ui_state(ui), body);
}

static unsigned key(struct ui *ui, uint32_t k)
{
    if (k != K_ESC && k != K_F1)
        return pager_key(ui_state(ui), k) ? UI_HANDLED : UI_IGNORED;
    if (ui->depth)
        ui_back(ui);
    else
        ui_home(ui);
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    pager_fini(ui_state(ui));
}

const struct screen screen_help = {
    .name = "help",
    .digit = '9',
    .title = N_("Help"),
    .about = N_("Keys of all screens, and a short how-to."),
    .pages = pages,
    .state = sizeof(struct pager),
    .open = open,
    .draw = draw,
    .key = key,
    .close = leave,
};
