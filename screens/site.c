/* Owns the way to everything about the site itself: policy, posts, suspension... Each screen that
 * has a letter in the table of screens is a row here. */
#include <stdio.h>

#include "kiosk/base/utf8.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"

#define SCREENS_MAX 24

struct site_menu {
    const struct screen *rows[SCREENS_MAX];
    struct list list;
};

static const struct key_row keys[] = {
    {K_ENTER, N_("Enter"), N_("show"), N_("Open what is marked, or type its letter.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static void open(struct ui *ui, const json_t *arg)
{
    struct site_menu *m = ui_state(ui);
    size_t n = 0;
    (void)arg;
    for (size_t i = 0; screen_table[i] && n < SCREENS_MAX; i++)
        if (screen_table[i]->letter && ui_may(ui, screen_table[i]))
            m->rows[n++] = screen_table[i];
    list_count(&m->list, n);
}

static void row(void *with, size_t i, struct area where)
{
    const struct site_menu *m = with;
    char text[200];
    snprintf(text, sizeof text, "%c  %s", m->rows[i]->letter, _(m->rows[i]->title));
    utf8_trim(text);
    paint_text(where.row, where.col, where.cols, PAINT_PLAIN, text);
}

static void draw(struct ui *ui, struct area body)
{
    struct site_menu *m = ui_state(ui);
    struct area list = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    list_draw(&m->list, list, true, row, m);
    if (m->list.cur < m->list.count)
        ui_hint(ui, _(m->rows[m->list.cur]->about));
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct site_menu *m = ui_state(ui);
    for (size_t i = 0; i < m->list.count; i++)
        if ((uint32_t)m->rows[i]->letter == k || (k == K_ENTER && i == m->list.cur)) {
            ui_go(ui, m->rows[i]->name, NULL);
            return UI_HANDLED;
        }
    if (k == K_ESC) {
        ui_home(ui);
        return UI_HANDLED;
    }
    return list_key(&m->list, k) ? UI_HANDLED : UI_IGNORED;
}

const struct screen screen_site = {
    .name = "site",
    .digit = '8',
    .title = N_("The site"),
    .about = N_("What the site is run by: the policy in force, who is responsible, suspension."),
    .role = "",
    .pages = pages,
    .state = sizeof(struct site_menu),
    .open = open,
    .draw = draw,
    .key = key,
};
