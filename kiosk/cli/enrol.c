/* Owns: joining a hub and the agent on the command line. */
#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/view.h"
#include "sync/agent/agent.h"

const struct option_row sync_options[] = {
    {"once", NULL, N_("until all is acknowledged or the link gives up, then end")},
    {NULL, NULL, NULL},
};

const struct option_row enrol_options[] = {
    {"plain", NULL, N_("over an unsecured line (http) to another machine, if that is wanted")},
    {NULL, NULL, NULL},
};

enum err enrol_run(struct cli *c)
{
    enum err rc = link_allow_plain(c->site->j.store, option_given(c, "plain"));
    if (rc == ERR_OK)
        rc = agent_enrol(c->site, c->args[0], c->args[1]);
    if (rc == ERR_OK)
        out_say(_("joined: %s"), c->args[0]);
    return rc;
}

static enum err say_arrived(struct cli *c)
{
    struct link_state link;
    enum err rc = link_read(c->site->j.store, c->site->j.site, &link);
    if (rc == ERR_OK)
        out_say(_("%lld of %lld arrived; %lld refused; orders up to %lld"), (long long)link.acked,
                (long long)link.last, (long long)link.refused, (long long)link.orders);
    return rc;
}

static enum err print_row(void *to, json_t *object)
{
    (void)to;
    out_json(object);
    return ERR_OK;
}

enum err sync_run(struct cli *c)
{
    if (c->n_args > 0 && strcmp(c->args[0], "status") != 0)
        return err_set(ERR_USAGE, c->args[0], "status");
    if (c->n_args > 0)
        return view_each(c->site, "link", &VIEW_ALL, print_row, NULL);
    if (!option_given(c, "once"))
        return agent_run(c->site);
    enum err rc = agent_once(c->site);
    enum err said = say_arrived(c);
    return rc != ERR_OK ? rc : said;
}
