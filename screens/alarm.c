/* Owns the alarm of this terminal: its words, its sound, the way to it, and what a suspension does
 * to a form in hand. Invariant: an alarm rings once when it is new and each minute while something
 * is overdue, never because a screen was painted again; a form that is stopped keeps its draft. */
#include "screens/alarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/alarm.h"
#include "kiosk/desk/suspend.h"
#include "screens/ui.h"

static void ring(void)
{
    const char *quiet = getenv("JIUJIN_QUIET");
    if (!quiet || strcmp(quiet, "1") != 0)
        paint_bell();
}

/* ---- read ---- */

static char *key_of(const json_t *row)
{
    const char *step = js_str(row, "step");
    return mem_printf("%s %s %s\n", js_str(row, "alarm"), js_str(row, "id"), step ? step : "");
}

/* Puts one alarm among those known; true when it was not there before. */
static bool note(const struct alarm *before, struct buf *known, const json_t *row)
{
    char *key = key_of(row);
    bool is_new = !before->known || !strstr(before->known, key);
    buf_text(known, key);
    free(key);
    return is_new;
}

static void first_of(struct alarm *a, const json_t *row)
{
    bool suspended = strcmp(js_str(row, "alarm"), "suspended") == 0;
    if (suspended && strcmp(js_str(row, "scope"), SUSPEND_SITE) == 0)
        snprintf(a->suspension, sizeof a->suspension, "%s", js_str(row, "id"));
    if (!suspended && !a->incident[0])
        snprintf(a->incident, sizeof a->incident, "%s", js_str(row, "id"));
    if (strcmp(js_str(row, "alarm"), "overdue") == 0)
        a->overdue = true;
}

static void say(struct alarm *a, const json_t *rows)
{
    struct buf text = BUF_INIT;
    size_t i, n = json_array_size(rows);
    json_t *row;
    a->text[0] = 0;
    if (n == 0)
        return;
    buf_text(&text, "F9 !! ");
    if (n > 1)
        buf_printf(&text, "(%zu) ", n);
    json_array_foreach((json_t *)(uintptr_t)rows, i, row)
    {
        if (i < 3)
            buf_printf(&text, "%s%s", i ? " | " : "", js_str(row, "text"));
    }
    snprintf(a->text, sizeof a->text, "%s", buf_str(&text));
    utf8_trim(a->text);
    buf_fini(&text);
}

void alarm_read(struct ui *ui)
{
    struct alarm *a = &ui->alarm;
    struct buf known = BUF_INIT;
    bool is_new = false;
    size_t i;
    json_t *row, *rows = NULL;
    enum err rc = alarm_list(ui->s, clock_now(), &rows, &a->next);
    if (rc == ERR_OK)
        rc = suspend_word(ui->s, &a->word);
    if (rc == ERR_OK) {
        a->incident[0] = a->suspension[0] = 0;
        a->overdue = false;
        json_array_foreach(rows, i, row)
        {
            is_new |= note(a, &known, row);
            first_of(a, row);
        }
        say(a, rows);
        free(a->known);
        a->known = known.len ? buf_take(&known) : NULL;
    }
    if (is_new)
        ring();
    json_decref(rows);
    buf_fini(&known);
}

void alarm_minute(struct ui *ui)
{
    if (ui->alarm.overdue)
        ring();
}

int64_t alarm_wait(const struct ui *ui)
{
    if (ui->alarm.next == CLOCK_NONE)
        return -1;
    int64_t left = ui->alarm.next - clock_now();
    return left > 0 ? left : 0;
}

void alarm_fini(struct ui *ui)
{
    free(ui->alarm.known);
    json_decref(ui->alarm.held_arg);
    ui->alarm = (struct alarm){.next = CLOCK_NONE};
}

/* ---- gone to ---- */

void alarm_open(struct ui *ui)
{
    const struct alarm *a = &ui->alarm;
    if (!ui->s->j.clerk[0])
        return;
    ui_keep(ui);
    if (a->incident[0])
        ui_go(ui, "incident", json_pack("{s:s}", "incident", a->incident));
    else if (a->text[0])
        ui_go(ui, "suspend", NULL);
    else
        ui_go(ui, "incident", NULL);
}

/* ---- a suspension stops what takes something new in ---- */

static void hold(struct ui *ui)
{
    struct alarm *a = &ui->alarm;
    const struct place *p = &ui->places[0];
    if (!p->screen || !p->screen->stops || !ui->s->j.clerk[0])
        return;
    ui_keep(ui);
    json_decref(a->held_arg);
    a->held = p->screen;
    a->held_arg = json_incref(p->arg);
    snprintf(a->held_clerk, sizeof a->held_clerk, "%s", ui->s->j.clerk);
    ui_go(ui, "suspend", json_pack("{s:b}", "stopped", 1));
}

static void give_back(struct ui *ui)
{
    struct alarm *a = &ui->alarm;
    const struct screen *held = a->held, *now = ui->places[0].screen;
    json_t *arg = a->held_arg;
    a->held = NULL;
    a->held_arg = NULL;
    if (held && now == ui_screen("suspend") && strcmp(a->held_clerk, ui->s->j.clerk) == 0)
        ui_go(ui, held->name, arg);
    else
        json_decref(arg);
}

void alarm_settle(struct ui *ui)
{
    struct alarm *a = &ui->alarm;
    if (strcmp(a->settled, a->suspension) == 0)
        return;
    bool began = !a->settled[0];
    snprintf(a->settled, sizeof a->settled, "%s", a->suspension);
    if (began)
        hold(ui);
    else if (!a->suspension[0])
        give_back(ui);
}
