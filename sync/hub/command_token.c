/* Owns: the command for the API's tokens. Invariant: a token is printed once, alone, for scripts.
 */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/lang.h"
#include "sync/hub/booking.h"
#include "sync/hub/command.h"
#include "sync/hub/view.h"

static enum err print_row(void *arg, const json_t *row)
{
    (void)arg;
    json_dumpf(row, stdout, JSON_COMPACT);
    return putchar('\n') == EOF ? err_set(ERR_IO, "stdout", NULL) : ERR_OK;
}

static enum err add(struct hub *h, const char *name, const char *scopes)
{
    char token[HUB_HOLD];
    enum err rc = hub_token_add_for(h, name, scopes != NULL ? scopes : HUB_TOKEN_SCOPES, token);
    if (rc != ERR_OK)
        return rc;
    printf("%s\n", token);
    fprintf(stderr, "%s\n",
            _("Keep it safe: it is not shown again. Sent as: Authorization: Bearer TOKEN"));
    secret_wipe(token, sizeof token);
    return ERR_OK;
}

enum err command_token(struct hub *h, const struct command_line *line)
{
    struct hub_query q = {.site = NULL};
    if (strcmp(line->word[0], "list") == 0 && line->words == 1)
        return hub_view(h, "tokens", &q, print_row, NULL);
    if (strcmp(line->word[0], "add") == 0 && line->words == 2)
        return add(h, line->word[1], line->scope);
    if (strcmp(line->word[0], "revoke") == 0 && line->words == 2)
        return hub_token_revoke(h, line->word[1]);
    return err_set(ERR_USAGE, line->word[0], "add NAME, list, revoke NAME");
}
