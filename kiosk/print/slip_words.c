/* Owns: the words on a slip. Invariant: of a person never more than the first sign of the name, and
 * that only where the policy says so. */
#include "kiosk/print/slip_words.h"

#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/policy.h"

static const json_t *rules_of(struct site *s)
{
    struct policy *policy;
    return site_policy(s, &policy) == ERR_OK ? js_get(policy_json(policy), "slip") : NULL;
}

static void put_item(const json_t *found, struct layout *l)
{
    const char *item = js_str(found, "item_name");
    if (item != NULL)
        layout_line(l, LAYOUT_NORMAL, "%s", item);
}

static const struct {
    const char *channel, *word;
} channels[] = {
    {"proxy", N_("proxy")},   {"nearby", N_("nearby")}, {"courier", N_("courier")},
    {"remote", N_("remote")}, {"online", N_("online")}, {"appointment", N_("by appointment")},
};

static void put_channel(const json_t *found, struct layout *l)
{
    const char *channel = js_str(found, "channel");
    for (size_t i = 0; channel != NULL && i < sizeof channels / sizeof *channels; i++)
        if (strcmp(channels[i].channel, channel) == 0)
            layout_line(l, LAYOUT_NORMAL, "%s", _(channels[i].word));
}

static void put_surname(const json_t *found, struct layout *l)
{
    uint32_t cp;
    const char *name = js_str(found, "name");
    int n = name != NULL ? utf8_next(name, strlen(name), &cp) : 0;
    if (n > 0)
        layout_line(l, LAYOUT_NORMAL, "%.*s**", n, name);
}

static const struct {
    const char *word;
    void (*put)(const json_t *found, struct layout *l);
} shown[] = {{"item", put_item}, {"channel", put_channel}, {"surname", put_surname}};

void slip_words(struct site *s, const json_t *found, struct layout *l)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(rules_of(s), "shows"), i, one)
    {
        for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
            if (strcmp(shown[k].word, json_string_value(one)) == 0)
                shown[k].put(found, l);
    }
}

void slip_return(struct site *s, struct layout *l)
{
    const json_t *own = js_get(rules_of(s), "return");
    layout_line(l, LAYOUT_NORMAL, "%s",
                own != NULL ? lang_pick(own)
                            : _("Found it? Please hand it in at any service desk."));
}
