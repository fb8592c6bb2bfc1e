/* Owns: the help, made from the tables. Invariant: what is in no table is in no help. */
#include <stdio.h>

#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"
#include "kiosk/cli/cli.h"

#define MARGIN 30 /* columns before the explanations */

static void row(const char *left, const char *right)
{
    int width = utf8_width(left);
    if (width >= MARGIN - 2)
        printf("  %s\n%*s%s\n", left, MARGIN, "", right);
    else
        printf("  %s%*s%s\n", left, MARGIN - 2 - width, "", right);
}

static void options(const char *title, const struct option_row *rows)
{
    char left[128];
    if (rows == NULL || rows->name == NULL)
        return;
    printf("\n%s\n", title);
    for (; rows->name != NULL; rows++) {
        snprintf(left, sizeof left, "--%s%s%s", rows->name, rows->value != NULL ? " " : "",
                 rows->value != NULL ? rows->value : "");
        row(left, _(rows->what));
    }
}

void help_all(void)
{
    char left[128];
    printf("%s\n\n%s\n", _("Jiujin, the service desk of a village."),
           _("Usage: jiujin [OPTIONS] [COMMAND ...]"));
    for (const struct command *cmd = command_table; cmd->run != NULL; cmd++) {
        if (cmd->what == NULL) /* the program calls it itself */
            continue;
        snprintf(left, sizeof left, "%s%s%s", cmd->name != NULL ? cmd->name : "",
                 cmd->name != NULL && *cmd->args != 0 ? " " : "", cmd->args);
        row(left, _(cmd->what));
    }
    options(_("Options everywhere:"), cli_global_options);
}

void help_command(const struct command *cmd)
{
    if (cmd->name == NULL) {
        help_all();
        return;
    }
    printf("jiujin %s %s\n%s\n", cmd->name, cmd->args, cmd->what != NULL ? _(cmd->what) : "");
    options(_("Options:"), cmd->options);
    options(_("Options everywhere:"), cli_global_options);
}
