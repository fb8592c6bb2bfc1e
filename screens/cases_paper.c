/* Owns the papers of a case that is open. Invariant: only what changed is written, so that a paper
 * that is with the courier stays there. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "screens/asform.h"
#include "screens/cases.h"
#include "screens/words.h"

#define NAME_MAX_TYPED 40

static const char *state_before(const json_t *c, const char *paper)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(c, "papers"), i, one)
    {
        if (strcmp(cases_text(one, "paper"), paper) == 0)
            return cases_text(one, "state");
    }
    return "";
}

void cases_papers_open(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    size_t i;
    json_t *one, *states = json_object();
    wform_free(cs->papers);
    cs->papers = wform_new(ui);
    struct wfield *papers = wform_add(cs->papers, W_CHECKLIST, "papers", _("Papers"), 1);
    for (size_t w = 0; words_at("paper", w); w++)
        wfield_option(papers, words_at("paper", w), words_say("paper", words_at("paper", w)));
    json_array_foreach(js_get(cs->whole, "papers"), i, one)
    {
        const char *name = js_str(one, "name");
        wfield_item(papers, cases_text(one, "paper"), name ? name : cases_text(one, "paper"));
        js_set_str(states, cases_text(one, "paper"), cases_text(one, "state"));
    }
    wfield_set(papers, states);
    json_decref(states);
    ui_page(ui, CASES_PAPERS);
}

/* NULL: nothing changed. */
static json_t *changes(const struct cases *cs, bool *returned)
{
    const struct wfield *papers = wform_field(cs->papers, "papers");
    json_t *all = json_array();
    *returned = false;
    for (size_t i = 0; i < papers->n_items; i++) {
        const char *id = papers->items[i].id;
        const char *state = papers->states[i] >= 0 ? papers->options[papers->states[i]].id : "";
        if (!*state || strcmp(state_before(cs->whole, id), state) == 0)
            continue;
        *returned = *returned || strcmp(state, "returned") == 0;
        json_array_append_new(all, json_pack("{s:s,s:s}", "paper", id, "state", state));
    }
    if (json_array_size(all) > 0)
        return all;
    json_decref(all);
    return NULL;
}

static void given_to(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    json_t *in = cs->in;
    cs->in = NULL;
    if (!answer) {
        json_decref(in);
        return;
    }
    if (*answer) {
        js_set_str(in, "to", answer);
        js_set_str(in, "signed", "yes");
    }
    ui_page(ui, CASES_ONE);
    cases_take(ui, "case_step", in);
}

static void save(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    bool returned;
    json_t *all = changes(cs, &returned);
    if (!all) {
        ui_page(ui, CASES_ONE);
        return;
    }
    json_decref(cs->in);
    cs->in = json_pack("{s:s,s:o}", "step", "paper", "papers", all);
    if (returned)
        ui_ask_text(ui, _("Given back to whom, against signature?"), NAME_MAX_TYPED, given_to);
    else
        given_to(ui, "");
}

unsigned cases_papers_key(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    if (k == K_F2)
        save(ui);
    else if (k == K_ESC)
        ui_page(ui, CASES_ONE);
    else
        return wform_key(cs->papers, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}
