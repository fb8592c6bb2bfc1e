/* Owns: the command for webhooks. Invariant: a secret is printed once, alone, for scripts. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/lang.h"
#include "sync/hub/command.h"
#include "sync/hub/view.h"
#include "sync/hub/webhook.h"

static enum err print_row(void *arg, const json_t *row)
{
    (void)arg;
    json_dumpf(row, stdout, JSON_COMPACT);
    return putchar('\n') == EOF ? err_set(ERR_IO, "stdout", NULL) : ERR_OK;
}

static enum err add(struct hub *h, const char *url, const char *topics)
{
    char id[WEBHOOK_ID], secret[WEBHOOK_SECRET];
    enum err rc =
        hub_webhook_add(h, url, topics != NULL ? topics : "incident,decision", id, secret);
    if (rc != ERR_OK)
        return rc;
    printf("%s\n", secret);
    fprintf(stderr, _("Webhook %s. Keep its secret safe: it is not shown again.\n"), id);
    secret_wipe(secret, sizeof secret);
    return ERR_OK;
}

enum err command_webhook(struct hub *h, const struct command_line *line)
{
    struct hub_query q = {.state = line->state};
    const char *verb = line->word[0];
    if (strcmp(verb, "list") == 0 && line->words == 1)
        return hub_view(h, "webhooks", &q, print_row, NULL);
    if (strcmp(verb, "deliveries") == 0 && line->words == 1)
        return hub_view(h, "deliveries", &q, print_row, NULL);
    if (strcmp(verb, "add") == 0 && line->words == 2)
        return add(h, line->word[1], line->topic);
    if (strcmp(verb, "remove") == 0 && line->words == 2)
        return hub_webhook_remove(h, line->word[1]);
    if (strcmp(verb, "again") == 0 && line->words == 2)
        return hub_webhook_again(h, line->word[1]);
    return err_set(ERR_USAGE, verb, "add URL, list, remove ID, deliveries, again DELIVERY");
}
