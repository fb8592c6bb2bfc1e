/* Owns: the words of the command line. Invariant: every word is an option of a table, its value,
 * the command, or one of the command's words; anything else is wrong use. */
#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"

const struct option_row cli_global_options[] = {
    {"dir", "DIR", N_("the site's folder (else $JIUJIN_DIR, else /var/lib/jiujin)")},
    {"lang", "LANG", N_("zh_CN or en (else from the locale)")},
    {"user", "NAME", N_("the clerk (else $JIUJIN_USER); the PIN comes from $JIUJIN_PIN")},
    {"vouch", "NAME", N_("a second clerk who confirms; the PIN comes from $JIUJIN_VOUCH_PIN")},
    {"role", "ROLE", N_("a desk for this role's work only")},
    {"screen", "NAME", N_("the screen to begin with")},
    {"ascii", NULL, N_("a terminal without block characters (else $JIUJIN_ASCII=1)")},
    {"terminal", "NAME", N_("this desk's name in the records")},
    {"help", NULL, N_("this help")},
    {"version", NULL, N_("the program's version")},
    {NULL, NULL, NULL},
};

static int find(const struct option_row *rows, const char *name, size_t len)
{
    for (int i = 0; rows != NULL && rows[i].name != NULL; i++)
        if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
            return i;
    return -1;
}

/* "--print", "--print=NAME", and "--print NAME" where the command has no room for a further word.
 */
static bool follows(const struct cli *c, int argc, char **argv, int at)
{
    bool full = c->command != NULL && c->n_args >= c->command->most;
    return full && at + 1 < argc && argv[at + 1][0] != '-';
}

/* Takes "--name", "--name=value" or "--name value" at argv[*at]. */
static enum err take(struct cli *c, int argc, char **argv, int *at)
{
    const char *word = argv[*at], *name = word + 2;
    size_t len = strcspn(name, "=");
    const struct option_row *rows = c->command != NULL ? c->command->options : NULL;
    const char **values = c->values;
    int i = find(rows, name, len);
    if (i < 0) {
        rows = cli_global_options;
        values = c->globals;
        i = find(rows, name, len);
    }
    if (i < 0)
        return err_set(ERR_USAGE, word, "%s", _("there is no such option"));
    bool may = rows[i].value != NULL && rows[i].value[0] == '[';
    if (rows[i].value == NULL || (may && name[len] == 0 && !follows(c, argc, argv, *at))) {
        values[i] = "";
        return name[len] == 0 ? ERR_OK : err_set(ERR_USAGE, word, "%s", _("takes no value"));
    }
    if (name[len] == '=')
        values[i] = name + len + 1;
    else if (*at + 1 < argc)
        values[i] = argv[++*at];
    else
        return err_set(ERR_USAGE, word, "%s", _("needs a value"));
    return ERR_OK;
}

static enum err take_word(struct cli *c, const char *word)
{
    if (c->command == NULL) {
        for (const struct command *cmd = command_table; cmd->run != NULL; cmd++)
            if (cmd->name != NULL && strcmp(cmd->name, word) == 0)
                c->command = cmd;
        return c->command != NULL ? ERR_OK
                                  : err_set(ERR_USAGE, word, "%s", _("there is no such command"));
    }
    if (c->n_args >= c->command->most)
        return err_set(ERR_USAGE, word, "%s", _("one word too many"));
    c->args[c->n_args++] = word;
    return ERR_OK;
}

enum err option_read(struct cli *c, int argc, char **argv)
{
    enum err rc = ERR_OK;
    bool words_only = false;
    for (int i = 1; rc == ERR_OK && i < argc; i++) {
        if (!words_only && strcmp(argv[i], "--") == 0)
            words_only = true;
        else if (!words_only && strncmp(argv[i], "--", 2) == 0)
            rc = take(c, argc, argv, &i);
        else
            rc = take_word(c, argv[i]);
    }
    return rc;
}

const char *option_get(const struct cli *c, const char *name)
{
    size_t len = strlen(name);
    int i = find(c->command != NULL ? c->command->options : NULL, name, len);
    if (i >= 0)
        return c->values[i];
    i = find(cli_global_options, name, len);
    return i >= 0 ? c->globals[i] : NULL;
}

bool option_given(const struct cli *c, const char *name)
{
    return option_get(c, name) != NULL;
}
