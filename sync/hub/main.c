/* jiujin-hub: the sub-centre's program. Owns nothing but the way from argv to a command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/lang.h"
#include "sync/hub/audit.h"
#include "sync/hub/command.h"

#define STORE_DEFAULT "sqlite:" HUB_FILES

static int help(void)
{
    printf("jiujin-hub %s\n\n", JIUJIN_VERSION);
    for (const struct command *c = command_table; c->name != NULL; c++)
        printf("  jiujin-hub %s\n      %s\n", c->usage, _(c->what));
    printf(
        "\n  --store sqlite:FILE | postgresql://HOST/DATABASE\n      %s\n  --files PATH\n      %s\n"
        "  --lang zh_CN|en\n",
        _("the store; default: $JIUJIN_HUB_STORE, else /var/lib/jiujin-hub/hub.db"),
        _("how the names of the key files begin, with PostgreSQL; default: $JIUJIN_HUB_FILES, "
          "else /var/lib/jiujin-hub/hub.db"));
    return 0;
}

static int fail(enum err rc)
{
    char text[800];
    err_say(rc, text, sizeof text);
    fprintf(stderr, "jiujin-hub: %s\n", text);
    return err_status(rc);
}

static const struct command *find(const char *name)
{
    for (const struct command *c = command_table; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static enum err run(const struct command *c, struct command_line *line)
{
    struct hub *h = NULL;
    if (line->words < c->least || line->words > c->most)
        return err_set(ERR_USAGE, c->usage, NULL);
    if (line->store == NULL)
        line->store = getenv("JIUJIN_HUB_STORE");
    if (line->store == NULL)
        line->store = STORE_DEFAULT;
    hub_db_files_at(line->files != NULL ? line->files : getenv("JIUJIN_HUB_FILES"));
    enum err rc = secret_init();
    if (rc == ERR_OK)
        rc = hub_open(line->store, &h);
    if (rc == ERR_OK) {
        hub_audit_by(h, "jiujin-hub", NULL, NULL);
        rc = c->run(h, line);
    }
    hub_close(h);
    return rc;
}

/* --lang stands anywhere; it is taken out before the rest is read. */
static int take_lang(int argc, char **argv)
{
    const char *lang = NULL;
    int n = 0;
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            lang = argv[++i];
        else
            argv[n++] = argv[i];
    return lang_init(lang) == 0 ? n : -1;
}

/* The first word is the command, wherever options stand. */
static const struct command *take_command(struct command_line *line)
{
    const struct command *c = find(line->word[0]);
    if (c != NULL) {
        memmove(line->word, line->word + 1, COMMAND_WORDS * sizeof *line->word);
        line->words--;
    }
    return c;
}

int main(int argc, char **argv)
{
    struct command_line line = {.words = 0};
    argc = take_lang(argc, argv);
    if (argc < 0) {
        lang_init(NULL);
        return fail(err_set(ERR_USAGE, "--lang", "zh_CN, en"));
    }
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return help();
    if (strcmp(argv[1], "--version") == 0)
        return printf("jiujin-hub %s\n", JIUJIN_VERSION) > 0 ? 0 : 1;
    if (argc == 3 && strcmp(argv[2], "--help") == 0 && find(argv[1]) != NULL)
        return printf("jiujin-hub %s\n    %s\n", find(argv[1])->usage, _(find(argv[1])->what)) > 0
                   ? 0
                   : 1;
    enum err rc = command_read(argc - 1, argv + 1, &line);
    const struct command *c = rc == ERR_OK && line.words > 0 ? take_command(&line) : NULL;
    if (rc == ERR_OK && c == NULL)
        rc = err_set(ERR_USAGE, line.word[0], NULL);
    if (rc == ERR_OK)
        rc = run(c, &line);
    return rc == ERR_OK ? 0 : fail(rc);
}
