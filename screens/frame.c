/* Owns what stands around every screen: the status line above, notice, question and keys below. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/report.h"
#include "screens/prints.h"
#include "screens/ui.h"

#define ROWS_MIN 24
#define COLS_MIN 80
#define NOTICE_ROWS 2
#define WORD_COLUMNS 14 /* of the status word */

void frame_status(struct ui *ui)
{
    struct policy *policy = NULL;
    memset(&ui->link, 0, sizeof ui->link);
    link_read(ui->s->j.store, ui->s->j.site, &ui->link);
    if (site_policy(ui->s, &policy) == ERR_OK)
        snprintf(ui->policy, sizeof ui->policy, "%s", policy_title(policy));
    else
        snprintf(ui->policy, sizeof ui->policy, "%s", err_what(err_last()));
    utf8_trim(ui->policy);
    alarm_read(ui);
    struct report_reminder report;
    bool wanted = ui->s->j.clerk[0] && report_remind(ui->s, &report) == ERR_OK;
    snprintf(ui->reminder, sizeof ui->reminder, "%s", wanted ? report.text : "");
    prints_read(ui);
}

static void draw_link(const struct ui *ui, int col, int width)
{
    char text[128], at[CLOCK_TEXT] = "--:--";
    long long unsent = (long long)(ui->link.last - ui->link.acked);
    if (ui->link.acked_at != CLOCK_NONE && ui->link.enrolled)
        clock_hhmm(ui->link.acked_at, at);
    if (!ui->link.enrolled)
        snprintf(text, sizeof text, _("unsent %lld, no hub yet"), unsent);
    else
        snprintf(text, sizeof text, _("unsent %lld, last ack %s"), unsent, at);
    utf8_trim(text);
    paint_text(0, col, width, PAINT_REVERSE, text);
}

static void draw_status(const struct ui *ui, int cols)
{
    char clock[CLOCK_TEXT];
    int link = cols - 34, policy = cols - 51, clerk = cols - 62;
    paint_cell(0, 0, cols, PAINT_REVERSE, "");
    paint_text(0, 0, clerk - 1, PAINT_REVERSE, ui->s->name);
    paint_text(0, clerk, policy - clerk - 1, PAINT_REVERSE, ui->s->j.clerk);
    paint_text(0, policy, link - policy - 1, PAINT_REVERSE, ui->policy);
    draw_link(ui, link, 28);
    paint_text(0, cols - 5, 5, PAINT_REVERSE, clock_hhmm(clock_now(), clock));
}

/* How service stands, always in words; and what is wrong, on whatever screen. */
static void draw_alarm(const struct ui *ui, int col, int cols)
{
    static const struct {
        const char *word, *text;
    } words[] = {
        {"open", N_("service open")}, {"limited", N_("limited")}, {"suspended", N_("suspended")}};
    const char *text = "";
    for (size_t i = 0; ui->alarm.word && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, ui->alarm.word) == 0)
            text = _(words[i].text);
    unsigned look = ui->alarm.text[0] ? PAINT_BOLD : PAINT_PLAIN;
    paint_text(1, cols - utf8_width(text) - 1, WORD_COLUMNS, look, text);
    if (ui->alarm.text[0])
        paint_cell(1, col, cols - WORD_COLUMNS - col, PAINT_ALARM, ui->alarm.text);
}

/* What can be done about it is never cut off. */
static void draw_print(int row, int cols, const char *text, bool bad)
{
    const char *way = bad ? _("F7: another way") : "";
    int wide = bad ? utf8_width(way) + 2 : 0;
    paint_text(row, 0, cols - wide, bad ? PAINT_BOLD : PAINT_PLAIN, text);
    paint_text(row, cols - wide + 1, wide, PAINT_BOLD, way);
}

/* What became of a print has a line of its own: no notice hides that a printer is out of paper. */
static void draw_notice(struct ui *ui, int row, int cols)
{
    bool bad;
    const char *print = prints_line(ui, &bad);
    const char *text = ui->notice[0] ? ui->notice : ui->hint;
    unsigned look = ui->notice[0] && ui->notice_bad ? PAINT_BOLD : PAINT_PLAIN;
    int last = ui->prompt.open ? row : row + NOTICE_ROWS - 1;
    if (ui->prompt.open)
        prompt_draw(&ui->prompt, row + NOTICE_ROWS - 1, cols);
    else if (*print)
        paint_wrapped(row, 0, cols, NOTICE_ROWS - 1, look, text);
    else if (paint_wrapped(row, 0, cols, NOTICE_ROWS, look, text) >= NOTICE_ROWS)
        return;
    if (*print)
        draw_print(last, cols, print, bad);
    else if (ui->reminder[0] && !ui->prompt.open)
        paint_text(last, 0, cols, PAINT_BOLD, ui->reminder);
}

static void draw_too_small(int rows, int cols)
{
    char text[128];
    snprintf(text, sizeof text, _("This window is %dx%d. Jiujin needs 80x24: make it larger."),
             cols, rows);
    paint_wrapped(0, 0, cols, rows, PAINT_PLAIN, text);
}

/* Who waits in the hall need not read of whom, or of what, an incident is. */
static const char *alarm_words(const struct ui *ui, const struct screen *screen)
{
    return screen->any_key ? _("Staff: something needs you now, please sign in") : ui->alarm.text;
}

static void draw_all(struct ui *ui, int rows, int cols)
{
    const struct place *p = &ui->places[ui->depth];
    const struct key_page *page = &p->screen->pages[p->page];
    struct area body = {2, 0, rows - 3 - NOTICE_ROWS, cols};
    ui->hint[0] = 0;
    if (page->whole) {
        p->screen->draw(ui, (struct area){0, 0, rows - 1, cols});
        keys_draw(rows - 1, cols - 1, page->rows);
        if (ui->alarm.text[0])
            paint_cell(rows - 1, 0, cols - 1, PAINT_ALARM, alarm_words(ui, p->screen));
        return;
    }
    draw_status(ui, cols);
    int used = paint_text(1, 0, cols, PAINT_BOLD, _(p->screen->title));
    if (*page->title) {
        paint_text(1, used, 3, PAINT_PLAIN, " / ");
        used += 3 + paint_text(1, used + 3, cols, PAINT_BOLD, _(page->title));
    }
    draw_alarm(ui, used + 2, cols);
    p->screen->draw(ui, body);
    draw_notice(ui, rows - 1 - NOTICE_ROWS, cols);
    keys_draw(rows - 1, cols - 1, page->rows);
}

void frame_paint(struct ui *ui)
{
    int rows = paint_rows(), cols = paint_cols();
    paint_begin();
    if (rows < ROWS_MIN || cols < COLS_MIN)
        draw_too_small(rows, cols);
    else
        draw_all(ui, rows, cols);
    paint_end();
}
