/* Owns the papers of a case that is taken in. Invariant: they are the papers of the item chosen,
 * with the agent's only when there is one. */
#include "screens/intake.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"

static const char *paper_label(const json_t *paper, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", lang_pick(paper), js_bool(paper, "required") ? " *" : "",
             js_bool(paper, "can_defer") ? _(" (may follow)") : "");
    utf8_trim(out);
    return out;
}

void intake_set_papers(struct wform *w, const json_t *item, bool agent)
{
    struct wfield *papers = wform_field(w, "papers");
    json_t *before = wfield_value(papers), *list, *one;
    char label[300];
    size_t i;
    wfield_items_clear(papers);
    list = item ? catalogue_papers(item, agent) : NULL;
    json_array_foreach(list, i, one)
        wfield_item(papers, js_str(one, "id"), paper_label(one, label, sizeof label));
    papers->hidden = papers->n_items == 0;
    wfield_set(papers, before);
    json_decref(before);
    json_decref(list);
}

static bool may_follow(const json_t *item, const char *paper)
{
    size_t i;
    json_t *one, *list = item ? catalogue_papers(item, true) : NULL;
    bool may = false;
    json_array_foreach(list, i, one) may =
        may || (strcmp(js_str(one, "id"), paper) == 0 && js_bool(one, "can_defer"));
    json_decref(list);
    return may;
}

static const char *state_of(const struct wfield *papers, size_t i)
{
    return papers->states[i] >= 0 ? papers->options[papers->states[i]].id : "missing";
}

void intake_set_follow(struct wform *w, const json_t *item)
{
    const struct wfield *papers = wform_field(w, "papers");
    bool any = false;
    for (size_t i = 0; i < papers->n_items; i++)
        any = any || (strcmp(state_of(papers, i), "missing") == 0 &&
                      may_follow(item, papers->items[i].id));
    wform_field(w, "follow")->hidden = !any;
}

json_t *intake_papers(const struct wform *w, const json_t *item)
{
    const struct wfield *papers = wform_field(w, "papers"), *follow = wform_field(w, "follow");
    json_t *all = json_array();
    for (size_t i = 0; i < papers->n_items; i++) {
        const char *state = state_of(papers, i), *id = papers->items[i].id;
        bool later = !follow->hidden && *wfield_text(follow) && strcmp(state, "missing") == 0 &&
                     may_follow(item, id);
        json_t *one = json_pack("{s:s,s:s,s:n}", "paper", id, "state", state, "until");
        if (later)
            js_set_str(one, "until", wfield_text(follow));
        json_array_append_new(all, one);
    }
    return all;
}
