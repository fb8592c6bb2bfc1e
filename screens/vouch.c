/* Owns the asking for a second clerk: who, then the PIN. Invariant: the PIN is wiped with its
 * prompt, and `done` is called once, with a name only when the PIN was right. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/clerk.h"
#include "screens/ui.h"

#define PIN_MAX 32

/* Clerks who can answer, in the order of the list. Owned by the caller. */
static json_t *candidates(struct ui *ui, bool leaders)
{
    json_t *all = NULL, *fit = json_array(), *one;
    size_t i;
    if (clerk_list(ui->s, &all) != ERR_OK)
        return fit;
    json_array_foreach(all, i, one)
    {
        const char *role = js_str(one, "role"), *name = js_str(one, "name");
        bool leads = role && (strcmp(role, "leader") == 0 || strcmp(role, "admin") == 0);
        if (name && strcmp(name, ui->s->j.clerk) != 0 && (leads || !leaders))
            json_array_append(fit, one);
    }
    json_decref(all);
    return fit;
}

static void finish(struct ui *ui, const char *name)
{
    prompt_done *done = ui->vouched;
    ui->vouched = NULL;
    if (done)
        done(ui, name);
}

static void proved(void *with, const char *pin)
{
    struct ui *ui = with;
    if (!pin) {
        finish(ui, NULL);
        return;
    }
    ui_wait(ui, _("Checking the PIN..."));
    enum err rc = clerk_vouch(ui->s, ui->voucher, pin);
    finish(ui, rc == ERR_OK ? ui->voucher : NULL);
    if (rc != ERR_OK)
        ui_error(ui, rc);
}

static void ask_pin(struct ui *ui, const char *name)
{
    char question[200];
    snprintf(ui->voucher, sizeof ui->voucher, "%s", name);
    snprintf(question, sizeof question, _("PIN of %s:"), name);
    utf8_trim(question);
    prompt_secret(&ui->prompt, question, PIN_MAX, proved, ui);
}

static void chosen(void *with, const char *answer, bool leaders)
{
    struct ui *ui = with;
    json_t *all = candidates(ui, leaders);
    const char *name = answer ? js_str(json_array_get(all, (size_t)(*answer - '1')), "name") : NULL;
    if (name)
        ask_pin(ui, name);
    else
        finish(ui, NULL);
    json_decref(all);
}

static void chosen_leader(void *with, const char *answer)
{
    chosen(with, answer, true);
}

static void chosen_any(void *with, const char *answer)
{
    chosen(with, answer, false);
}

void ui_ask_vouch(struct ui *ui, const char *role, prompt_done *done)
{
    char question[300], keys[10] = "";
    bool leaders = *role != 0;
    size_t i, len;
    json_t *all, *one;
    if (leaders && clerk_may(ui->s, role)) {
        done(ui, ui->s->j.clerk);
        return;
    }
    all = candidates(ui, leaders);
    ui->vouched = done;
    snprintf(question, sizeof question, "%s", _("Who confirms?"));
    json_array_foreach(all, i, one)
    {
        if (i >= sizeof keys - 1)
            break;
        keys[i] = (char)('1' + i);
        len = strlen(question);
        snprintf(question + len, sizeof question - len, "  %zu %s", i + 1, js_str(one, "name"));
    }
    utf8_trim(question);
    if (json_array_size(all) == 0)
        ui_error(ui, err_set(ERR_VOUCH, NULL, "%s", role));
    else
        ui_ask_keys(ui, question, keys, leaders ? chosen_leader : chosen_any);
    json_decref(all);
}
