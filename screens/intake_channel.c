/* Owns the choice of a channel while a case is taken in. Invariant: what can be chosen is what the
 * item offers, in the policy's order; a channel passed over has a reason of the policy's table. */
#include "screens/intake.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "screens/words.h"

const json_t *intake_item(struct ui *ui, const struct wform *w)
{
    struct catalogue *c = NULL;
    const struct wfield *item = wform_field(w, "item");
    if (!item->picked || site_catalogue(ui->s, &c) != ERR_OK)
        return NULL;
    return catalogue_find(c, item->picked);
}

static bool offers(const json_t *item, const char *channel)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(item, "channels"), i,
                       one) if (json_is_string(one) &&
                                strcmp(json_string_value(one), channel) == 0) return true;
    return false;
}

static const json_t *channels(struct ui *ui)
{
    struct policy *p = NULL;
    return site_policy(ui->s, &p) == ERR_OK ? policy_channels(p) : NULL;
}

/* The item's channels in the policy's order. */
void intake_set_channels(struct ui *ui, struct wform *w, const json_t *item)
{
    struct wfield *channel = wform_field(w, "channel");
    json_t *before = wfield_value(channel);
    const json_t *order = channels(ui);
    wfield_options_clear(channel);
    for (size_t i = 0; i < json_array_size(order); i++) {
        const char *name = json_string_value(json_array_get(order, i));
        if (item && offers(item, name))
            wfield_option(channel, name, words_say("channel", name));
    }
    wfield_set(channel, before);
    json_decref(before);
}

/* A reason is asked for each channel that stands before the chosen one. */
void intake_set_skips(struct wform *w)
{
    const struct wfield *channel = wform_field(w, "channel");
    for (size_t i = 0; i < w->n; i++) {
        struct wfield *wf = w->fields[i];
        if (strncmp(wf->id, "skip.", 5) != 0)
            continue;
        wf->hidden = true;
        for (int c = 0; c < channel->chosen; c++)
            if (strcmp(channel->options[c].id, wf->id + 5) == 0)
                wf->hidden = false;
    }
}

void intake_add_skips(struct ui *ui, struct wform *w)
{
    struct policy *p = NULL;
    const json_t *order = channels(ui), *reasons;
    if (site_policy(ui->s, &p) != ERR_OK)
        return;
    reasons = js_get(policy_json(p), "skip_reasons");
    for (size_t i = 0; i < json_array_size(order); i++) {
        char id[48], label[128];
        const char *name = json_string_value(json_array_get(order, i));
        snprintf(id, sizeof id, "skip.%s", name);
        snprintf(label, sizeof label, _("Why not %s"), words_say("channel", name));
        struct wfield *wf = wform_add(w, W_CHOICE, id, label, 1);
        wf->hidden = true;
        for (size_t r = 0; r < json_array_size(reasons); r++) {
            const json_t *one = json_array_get(reasons, r);
            wfield_option(wf, js_str(one, "id"), lang_pick(one));
        }
    }
}

json_t *intake_skipped(const struct wform *w)
{
    json_t *all = json_array();
    for (size_t i = 0; i < w->n; i++) {
        const struct wfield *wf = w->fields[i];
        if (strncmp(wf->id, "skip.", 5) == 0 && !wf->hidden && wf->chosen >= 0)
            json_array_append_new(
                all, json_pack("{s:s,s:s}", "channel", wf->id + 5, "reason", wfield_choice(wf)));
    }
    return all;
}
