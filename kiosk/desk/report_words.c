/* Owns: what a site calls the things of its report, by the pack in force and its forms. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/report.h"

static const json_t *row_of(const json_t *list, const char *id, size_t len)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        const char *name = js_str(one, "id");
        if (name != NULL && strlen(name) == len && strncmp(name, id, len) == 0)
            return one;
    }
    return NULL;
}

static const char *cause(const json_t *pack, const char *id)
{
    return lang_pick(row_of(js_get(js_get(pack, "incident"), "kinds"), id, strlen(id)));
}

static const char *duty(const json_t *pack, const char *id)
{
    return lang_pick(js_get(row_of(js_get(pack, "duties"), id, strlen(id)), "title"));
}

/* "DUTY/SLOT" */
static const char *slot(const json_t *pack, const char *id)
{
    size_t len = strcspn(id, "/");
    const char *name = id[len] != 0 ? id + len + 1 : "";
    const char *said = lang_pick(
        row_of(js_get(row_of(js_get(pack, "duties"), id, len), "slots"), name, strlen(name)));
    return *said != 0 ? said : name;
}

static const struct {
    const char *group;
    const char *(*name)(const json_t *pack, const char *id);
} groups[] = {{"cause", cause}, {"duty", duty}, {"slot", slot}};

const char *report_pack_word(const json_t *pack, const char *group, const char *id)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strcmp(groups[i].group, group) == 0)
            return groups[i].name(pack, id);
    return NULL;
}

static const char *name_of(void *with, const char *group, const char *id)
{
    struct site *s = with;
    struct form *f;
    struct policy *p;
    if (strcmp(group, "ledger") == 0)
        return site_form(s, id, &f) == ERR_OK ? f->title : NULL;
    return site_policy(s, &p) == ERR_OK ? report_pack_word(policy_json(p), group, id) : NULL;
}

struct report_words report_site_words(struct site *s)
{
    return (struct report_words){name_of, s};
}
