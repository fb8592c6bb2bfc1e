/* Owns: views as JSON lines. Somebody signs in only where a view names people. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/view.h"

const struct option_row show_options[] = {
    {"from", "DATE", N_("not before this day or time")},
    {"to", "DATE", N_("not after this day or time")},
    {"like", "TEXT", N_("characters, pinyin initials or digits")},
    {"state", "STATE", N_("only in this state")},
    {"item", "CODE", N_("only of this item")},
    {"limit", "N", N_("no more than so many")},
    {NULL, NULL, NULL},
};

static enum err print_row(void *to, json_t *object)
{
    (void)to;
    out_json(object);
    return ERR_OK;
}

static enum err find_view(const char *what, const struct view **out)
{
    size_t len = strcspn(what, ":");
    for (*out = view_table; (*out)->name != NULL; (*out)++)
        if (strlen((*out)->name) == len && memcmp((*out)->name, what, len) == 0)
            return ERR_OK;
    return err_set(ERR_USAGE, what, NULL);
}

static enum err read_limit(const struct cli *c, int64_t *limit)
{
    const char *text = option_get(c, "limit");
    char *end = NULL;
    *limit = text != NULL ? strtoll(text, &end, 10) : 0;
    return text == NULL || (*text != 0 && *end == 0 && *limit >= 0)
               ? ERR_OK
               : err_set(ERR_USAGE, "--limit", NULL);
}

enum err show_run(struct cli *c)
{
    const struct view *view;
    struct view_query q = VIEW_ALL;
    q.like = option_get(c, "like");
    q.state = option_get(c, "state");
    q.item = option_get(c, "item");
    enum err rc = find_view(c->args[0], &view);
    if (rc == ERR_OK)
        rc = cli_time("--from", option_get(c, "from"), false, &q.from);
    if (rc == ERR_OK)
        rc = cli_time("--to", option_get(c, "to"), true, &q.to);
    if (rc == ERR_OK)
        rc = read_limit(c, &q.limit);
    if (rc == ERR_OK)
        rc = sign_open(c, view->personal ? NEEDS_CLERK : NEEDS_SITE);
    return rc == ERR_OK ? view_each(c->site, c->args[0], &q, print_row, NULL) : rc;
}
