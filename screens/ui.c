/* Owns which screen stands open and what happens between two keys. Invariant: places[depth] is
 * open; a change of screen takes place only when the key that asked for it is done with. */
#include "screens/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/clerk.h"
#include "screens/prints.h"

#define DRAFT_PAUSE_MS 1000

void *ui_state(struct ui *ui)
{
    return ui->places[ui->depth].state;
}

void ui_page(struct ui *ui, int page)
{
    ui->places[ui->depth].page = page;
}

const struct screen *ui_screen(const char *name)
{
    for (size_t i = 0; screen_table[i]; i++)
        if (strcmp(screen_table[i]->name, name) == 0)
            return screen_table[i];
    return NULL;
}

bool ui_may(struct ui *ui, const struct screen *screen)
{
    return !screen->role || (ui->s->j.clerk[0] && clerk_may(ui->s, screen->role));
}

void ui_go(struct ui *ui, const char *name, json_t *arg)
{
    json_decref(ui->next_arg);
    ui->next = ui_screen(name);
    ui->next_arg = arg;
}

void ui_home(struct ui *ui)
{
    ui_go(ui, "home", NULL);
}

/* ---- what is said ---- */

__attribute__((format(printf, 3, 0))) static void note(struct ui *ui, bool bad, const char *fmt,
                                                       va_list ap)
{
    vsnprintf(ui->notice, sizeof ui->notice, fmt, ap);
    utf8_trim(ui->notice);
    ui->notice_bad = bad;
}

void ui_say(struct ui *ui, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    note(ui, false, fmt, ap);
    va_end(ap);
}

void ui_warn(struct ui *ui, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    note(ui, true, fmt, ap);
    va_end(ap);
}

void ui_error(struct ui *ui, enum err code)
{
    err_say(code, ui->notice, sizeof ui->notice);
    ui->notice_bad = true;
}

void ui_hint(struct ui *ui, const char *text)
{
    snprintf(ui->hint, sizeof ui->hint, "%s", text);
    utf8_trim(ui->hint);
}

void ui_wait(struct ui *ui, const char *text)
{
    ui_say(ui, "%s", text);
    frame_paint(ui);
    ui->notice[0] = 0;
}

void ui_ask_text(struct ui *ui, const char *question, int max, prompt_done *done)
{
    prompt_text(&ui->prompt, question, max, done, ui);
}

void ui_ask_keys(struct ui *ui, const char *question, const char *keys, prompt_done *done)
{
    prompt_keys(&ui->prompt, question, keys, done, ui);
}

/* ---- drafts ---- */

void ui_typed(struct ui *ui)
{
    ui->draft_due = clock_mono() + DRAFT_PAUSE_MS;
}

void ui_keep(struct ui *ui)
{
    const struct screen *screen = ui->places[0].screen;
    int depth = ui->depth;
    ui->draft_due = 0;
    if (!screen || !screen->keep || !ui->s->j.unlocked)
        return;
    ui->depth = 0; /* the form lies under the help */
    screen->keep(ui);
    ui->depth = depth;
}

/* ---- screens come and go ---- */

static void leave(struct ui *ui, int depth)
{
    struct place *p = &ui->places[depth];
    if (!p->screen)
        return;
    if (p->screen->close)
        p->screen->close(ui);
    free(p->state);
    json_decref(p->arg);
    *p = (struct place){0};
}

static void enter(struct ui *ui, const struct screen *screen, json_t *arg)
{
    struct place *p = &ui->places[ui->depth];
    *p = (struct place){.screen = screen, .arg = arg};
    p->state = mem_alloc(screen->state + 1);
    screen->open(ui, arg);
    if (screen->load)
        screen->load(ui);
}

void ui_back(struct ui *ui)
{
    if (ui->depth == 0)
        return;
    leave(ui, 1);
    ui->depth = 0;
}

void ui_leave_all(struct ui *ui)
{
    prompt_close(&ui->prompt);
    ui_back(ui);
    if (ui->draft_due)
        ui_keep(ui);
    leave(ui, 0);
}

void ui_enter(struct ui *ui, const struct screen *screen, json_t *arg)
{
    ui_leave_all(ui);
    enter(ui, screen, arg);
}

void ui_over(struct ui *ui, const struct screen *screen, json_t *arg)
{
    if (ui->depth) {
        json_decref(arg);
        return;
    }
    ui->depth = 1;
    enter(ui, screen, arg);
}

void ui_load(struct ui *ui)
{
    const struct place *p = &ui->places[ui->depth];
    frame_status(ui);
    if (p->screen && p->screen->load)
        p->screen->load(ui);
}

void ui_settle(struct ui *ui)
{
    alarm_settle(ui);
    const struct screen *next = ui->next;
    json_t *arg = ui->next_arg;
    ui->next = NULL;
    ui->next_arg = NULL;
    if (!next)
        return;
    if (!ui_may(ui, next)) {
        json_decref(arg);
        ui_error(ui, err_set(ERR_ROLE, NULL, NULL));
        return;
    }
    ui_enter(ui, next, arg);
    frame_status(ui);
}

void ui_key(struct ui *ui, uint32_t key)
{
    unsigned did = UI_HANDLED;
    int depth = ui->depth;
    if (key == K_REDRAW) {
        paint_again();
        return;
    }
    ui->notice[0] = 0;
    if (ui->prints.n == 0) /* what came out was read */
        ui->prints.line[0] = 0;
    if (key == K_F7 && ui->s->j.clerk[0] && ui->depth == 0) {
        prompt_close(&ui->prompt);
        prints_open(ui);
    } else if (key == K_F9 && ui->s->j.clerk[0]) {
        prompt_close(&ui->prompt);
        alarm_open(ui);
    } else if (ui->prompt.open)
        prompt_key(&ui->prompt, key);
    else if (key == K_F1 && ui->depth == 0 && !ui->places[0].screen->any_key)
        ui_over(ui, &screen_help, NULL);
    else
        did = ui->places[ui->depth].screen->key(ui, key);
    if (did & UI_RELOAD || ui->depth < depth) /* what lay below was not read meanwhile */
        ui_load(ui);
    ui_settle(ui);
}
