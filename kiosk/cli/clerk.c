/* Owns: clerks on the command line. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/clerk.h"

static enum err list(struct cli *c)
{
    json_t *clerks = NULL, *clerk;
    size_t i;
    enum err rc = clerk_list(c->site, &clerks);
    json_array_foreach(clerks, i, clerk) out_json(clerk);
    json_decref(clerks);
    return rc;
}

/* Gives the clerk a new PIN, and shows it when it was made here. */
static enum err give_pin(struct cli *c, const char *role)
{
    char pin[CLI_PIN] = "";
    bool made;
    enum err rc = sign_new_pin("JIUJIN_NEW_PIN", pin, &made);
    if (rc == ERR_OK)
        rc = role != NULL ? clerk_add(c->site, c->args[1], role, pin)
                          : clerk_reset(c->site, c->args[1], pin);
    if (rc == ERR_OK && made)
        out_say(_("PIN of %s: %s (shown only now)"), c->args[1], pin);
    secret_wipe(pin, sizeof pin);
    return rc;
}

static enum err add(struct cli *c)
{
    return give_pin(c, c->args[2]);
}

static enum err reset(struct cli *c)
{
    return give_pin(c, NULL);
}

static const struct {
    const char *word;
    size_t words;
    enum err (*run)(struct cli *c);
} verbs[] = {{"list", 1, list}, {"add", 3, add}, {"reset", 2, reset}};

enum err clerk_run(struct cli *c)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].word, c->args[0]) == 0 && verbs[i].words == c->n_args)
            return verbs[i].run(c);
    return err_set(ERR_USAGE, c->command->name, "%s", c->command->args);
}
