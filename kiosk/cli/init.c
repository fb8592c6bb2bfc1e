/* Owns: the making of a site from the command line. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"

#define DEMO_CODE                                                                                  \
    "310118999901" /* no such place: the statistics bureau has not given this code                 \
                    */

const struct option_row init_options[] = {
    {"site", "CODE12", N_("the committee's 12-digit code")},
    {"name", "NAME", N_("the site's name")},
    {"policy", "ID", N_("the policy in force (ordinary)")},
    {"type", "TYPE", N_("district, branch, town or village (village)")},
    {"clerk", "NAME", N_("the first clerk, an administrator (admin)")},
    {"demo", NULL, N_("with invented clerks (PIN 1234), people and a week of records")},
    {NULL, NULL, NULL},
};

static enum err missing(const struct cli *c, const struct site_new *what)
{
    if (what->code == NULL)
        return err_set(ERR_USAGE, "--site", "%s", c->command->args);
    return what->name != NULL ? ERR_OK : err_set(ERR_USAGE, "--name", "%s", c->command->args);
}

static void demo_names(struct site_new *what)
{
    what->demo = true;
    if (what->code == NULL)
        what->code = DEMO_CODE;
    if (what->name == NULL)
        what->name = "演示村";
    if (what->admin == NULL)
        what->admin = "管理员";
}

static enum err make(struct cli *c, struct site_new *what)
{
    char pin[CLI_PIN] = DEMO_PIN;
    bool made = false;
    enum err rc = what->demo ? ERR_OK : sign_new_pin("JIUJIN_PIN", pin, &made);
    what->pin = pin;
    if (rc == ERR_OK)
        rc = site_make(sign_dir(c), what, sign_terminal(c), &c->site);
    if (rc == ERR_OK && made)
        out_say(_("PIN of %s: %s (shown only now)"), what->admin != NULL ? what->admin : "admin",
                pin);
    secret_wipe(pin, sizeof pin);
    return rc;
}

enum err init_run(struct cli *c)
{
    struct site_new what = {.code = option_get(c, "site"),
                            .name = option_get(c, "name"),
                            .policy = option_get(c, "policy"),
                            .type = option_get(c, "type"),
                            .admin = option_get(c, "clerk")};
    if (option_given(c, "demo"))
        demo_names(&what);
    enum err rc = missing(c, &what);
    if (rc == ERR_OK)
        rc = make(c, &what);
    if (rc == ERR_OK && what.demo)
        rc = demo_fill(c->site);
    if (rc == ERR_OK)
        out_say(_("made: %s, %s, in %s"), what.code, what.name, sign_dir(c));
    return rc;
}
