/* Owns: joining a hub and the agent on the command line. */
#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/view.h"
#include "sync/agent/agent.h"
#include "sync/agent/http.h"

const struct option_row sync_options[] = {
    {"once", NULL, N_("until all is acknowledged or the link gives up, then end")},
    {NULL, NULL, NULL},
};

const struct option_row enrol_options[] = {
    {"site", "CODE12", N_("a new machine for this site, which the hub knows; the folder is empty")},
    {"clerk", "NAME", N_("who enrols it, an administrator from now on (admin)")},
    {"plain", NULL, N_("over an unsecured line (http) to another machine, if that is wanted")},
    {NULL, NULL, NULL},
};

/* PINs never travel: each machine has its own. */
static enum err say_pinless(struct cli *c)
{
    size_t i;
    json_t *names = NULL, *name;
    enum err rc = clerk_pinless(c->site, &names);
    json_array_foreach(names, i, name) out_note(
        _("without a PIN on this machine: %s (jiujin clerk reset NAME)"), json_string_value(name));
    json_decref(names);
    return rc;
}

/* A refusal leaves no folder behind; what may have been granted does, and is asked for again. */
static enum err take_up(struct cli *c, const char *clerk, const char *pin)
{
    struct way *way = NULL;
    enum err rc = http_open(&way);
    if (rc == ERR_OK)
        rc = agent_take_up(c->site, way, c->args[0], c->args[1], clerk, pin);
    way_free(way);
    if (rc == ERR_OK || rc == ERR_HUB_DOWN || rc == ERR_HUB_ANSWER ||
        *site_get(c->site->j.store, "hub_url") != 0)
        return rc;
    site_discard(c->site);
    c->site = NULL;
    return rc;
}

static enum err open_received(struct cli *c, const char *code)
{
    enum err rc = site_receive(sign_dir(c), code, sign_terminal(c), &c->site);
    if (rc != ERR_SITE_EXISTS)
        return rc;
    rc = site_open(sign_dir(c), sign_terminal(c), &c->site); /* one whose answer was lost? */
    if (rc == ERR_OK && (strcmp(c->site->j.site, code) != 0 ||
                         journal_closed(c->site->j.store, NULL) != ERR_FETCHING))
        rc = err_set(ERR_SITE_EXISTS, sign_dir(c), NULL);
    return rc;
}

static enum err new_machine(struct cli *c, const char *code)
{
    bool made;
    char pin[CLI_PIN] = "";
    const char *clerk = option_get(c, "clerk");
    clerk = clerk != NULL ? clerk : "admin";
    enum err rc = open_received(c, code);
    if (rc == ERR_OK && *site_get(c->site->j.store, "hub_url") != 0)
        return agent_once(c->site); /* it has joined: the fetching was cut */
    if (rc == ERR_OK)
        rc = sign_new_pin("JIUJIN_PIN", pin, &made);
    if (rc == ERR_OK)
        rc = link_allow_plain(c->site->j.store, option_given(c, "plain"));
    if (rc == ERR_OK)
        rc = take_up(c, clerk, pin);
    if (rc == ERR_OK && made)
        out_say(_("PIN of %s: %s (shown only now)"), clerk, pin);
    secret_wipe(pin, sizeof pin);
    return rc;
}

enum err enrol_run(struct cli *c)
{
    const char *code = option_get(c, "site");
    enum err rc = code == NULL ? sign_open(c, NEEDS_CLERK) : ERR_OK;
    int64_t before = rc == ERR_OK && code == NULL ? c->site->j.epoch : 0;
    if (rc == ERR_OK && code == NULL)
        rc = link_allow_plain(c->site->j.store, option_given(c, "plain"));
    if (rc == ERR_OK)
        rc = code == NULL ? agent_enrol(c->site, c->args[0], c->args[1]) : new_machine(c, code);
    if (rc != ERR_OK)
        return rc;
    out_say(_("joined: %s"), c->args[0]);
    if (c->site->j.epoch != before)
        out_say(_("%lld records of the site are here; this machine's own begin as %lld.1"),
                (long long)journal_count(c->site->j.store), (long long)c->site->j.epoch);
    return code != NULL ? say_pinless(c) : ERR_OK;
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
