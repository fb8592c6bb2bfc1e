/* Owns the board for a second display: the numbers called now, large. Invariant: it shows numbers
 * and windows and nothing of persons, so it needs nobody signed in and stays when the desk locks.
 */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"
#include "screens/ui.h"
#include "screens/widgets/big.h"

#define EACH_ROWS (BIG_ROWS + 1)
#define WORDS_COL (4 + 4 * BIG_COLS)

struct board {
    json_t *called; /* the newest first */
    int waiting;
};

static const struct key_row keys[] = {
    {K_ESC, "Esc", N_("back"), N_("Back to where you were.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, true}, {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* The times are ISO texts of one offset: their order is that of the letters. */
static enum err take(void *to, json_t *row)
{
    struct board *b = to;
    size_t at = 0;
    if (strcmp(text_of(row, "state"), "waiting") == 0)
        b->waiting++;
    if (strcmp(text_of(row, "state"), "called") != 0)
        return ERR_OK;
    while (at < json_array_size(b->called) &&
           strcmp(text_of(json_array_get(b->called, at), "called"), text_of(row, "called")) >= 0)
        at++;
    json_array_insert(b->called, at, row);
    return ERR_OK;
}

static void load(struct ui *ui)
{
    struct board *b = ui_state(ui);
    json_decref(b->called);
    b->called = json_array();
    b->waiting = 0;
    view_each(ui->s, "tickets", &VIEW_ALL, take, b);
}

static void open(struct ui *ui, const json_t *arg)
{
    (void)ui;
    (void)arg;
}

/* Large, and once more as a line of text: for a window whose name has no large form. */
static void draw_one(const json_t *row, int at, int cols)
{
    char text[100];
    const char *number = text_of(row, "number"), *window = text_of(row, "window");
    big_draw(at, 2, cols - 4, number);
    snprintf(text, sizeof text, _("%s: window %s"), number, window);
    utf8_trim(text);
    paint_text(at, WORDS_COL, cols - WORDS_COL - 1, PAINT_BOLD, text);
    if (big_has(window))
        big_draw(at + 1, WORDS_COL, cols - WORDS_COL - 1, window);
}

static void draw(struct ui *ui, struct area body)
{
    struct board *b = ui_state(ui);
    size_t i;
    json_t *row;
    char text[100], time[CLOCK_TEXT];
    paint_cell(0, 0, body.cols, PAINT_REVERSE, ui->s->name);
    paint_text(0, body.cols - 5, 5, PAINT_REVERSE, clock_hhmm(clock_now(), time));
    json_array_foreach(b->called, i, row)
    {
        int at = 2 + (int)i * (EACH_ROWS + 1);
        if (at + EACH_ROWS > body.rows - 1)
            break;
        draw_one(row, at, body.cols);
    }
    if (i == 0)
        paint_text(3, 4, body.cols - 6, PAINT_BOLD, _("Nobody is called at the moment."));
    snprintf(text, sizeof text, _("%d waiting"), b->waiting);
    paint_text(body.rows - 1, 2, body.cols - 4, PAINT_PLAIN, text);
}

static unsigned key(struct ui *ui, uint32_t k)
{
    if (k == K_ESC)
        ui_go(ui, ui->s->j.clerk[0] ? "queue" : "sign_in", NULL);
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct board *b = ui_state(ui);
    json_decref(b->called);
}

const struct screen screen_board = {
    .name = "board",
    .title = N_("Board"),
    .about = N_("The numbers called now in large characters, for a second display."),
    .any_key = true,
    .pages = pages,
    .state = sizeof(struct board),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
