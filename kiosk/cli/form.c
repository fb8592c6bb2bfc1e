/* Owns: definitions on the command line. Invariant: a file with one mistake changes nothing, and is
 * told by file, line, column and reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/ownform.h"
#include "kiosk/desk/view.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/xlsform.h"

const struct option_row form_options[] = {
    {"out", "FILE", N_("the imported definition into this file; without it, standard output")},
    {NULL, NULL, NULL},
};

static enum err give(void *to, json_t *row)
{
    (void)to;
    out_json(row);
    return ERR_OK;
}

static enum err list(struct cli *c)
{
    enum err rc = sign_open(c, NEEDS_SITE);
    return rc == ERR_OK ? view_each(c->site, "forms", &VIEW_ALL, give, NULL) : rc;
}

/* As a person reads and edits it. */
static char *pretty(const json_t *definition)
{
    char *text = json_dumps(definition, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    return text != NULL ? text : mem_strdup("");
}

static enum err show(struct cli *c)
{
    char id[64];
    json_t *definition = NULL;
    const char *at = strchr(c->args[1], '@');
    snprintf(id, sizeof id, "%.*s", (int)strcspn(c->args[1], "@"), c->args[1]);
    enum err rc = sign_open(c, NEEDS_SITE);
    if (rc == ERR_OK)
        rc = ownform_read(c->site, id, at != NULL ? strtoll(at + 1, NULL, 10) : 0, &definition);
    if (rc != ERR_OK)
        return rc;
    char *text = pretty(definition);
    out_line(text);
    free(text);
    json_decref(definition);
    return ERR_OK;
}

static enum err read_file(const char *path, json_t **out)
{
    struct buf text = BUF_INIT;
    *out = NULL;
    enum err rc = file_read(path, &text, FILE_LIMIT);
    if (rc == ERR_OK)
        rc = def_read(buf_str(&text), text.len, path, ownform_check);
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&text), text.len, path, out);
    buf_fini(&text);
    return rc;
}

static enum err check(struct cli *c)
{
    json_t *definition;
    enum err rc = read_file(c->args[1], &definition);
    if (rc == ERR_OK)
        out_say(_("%s@%lld: nothing is wrong with it"), js_str(definition, "id"),
                (long long)js_int(definition, "version", 1));
    json_decref(definition);
    return rc;
}

static enum err add(struct cli *c)
{
    json_t *definition = NULL, *out = NULL;
    enum err rc = read_file(c->args[1], &definition);
    if (rc == ERR_OK)
        rc = sign_open(c, NEEDS_CLERK);
    if (rc == ERR_OK) {
        json_t *in = json_pack("{s:O}", "definition", definition);
        rc = action_run(c->site, "form", in, &out);
        json_decref(in);
    }
    if (rc == ERR_OK)
        out_json(out);
    json_decref(out);
    json_decref(definition);
    return rc;
}

static enum err import(struct cli *c)
{
    json_t *definition = NULL;
    const char *file = option_get(c, "out");
    enum err rc = xlsform_import(c->args[1], &definition);
    if (rc == ERR_OK)
        rc = ownform_check(definition, c->args[1]);
    if (rc == ERR_OK) {
        char *text = pretty(definition), *whole = mem_printf("%s\n", text);
        rc = out_file(file != NULL && *file != 0 ? file : "-", whole, strlen(whole));
        free(whole);
        free(text);
    }
    json_decref(definition);
    return rc;
}

static const struct {
    const char *word;
    size_t words;
    enum err (*run)(struct cli *c);
} verbs[] = {{"list", 1, list},
             {"show", 2, show},
             {"check", 2, check},
             {"add", 2, add},
             {"import", 2, import}};

enum err form_run(struct cli *c)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].word, c->args[0]) == 0 && verbs[i].words == c->n_args)
            return verbs[i].run(c);
    return err_set(ERR_USAGE, c->command->name, "%s", c->command->args);
}
