/* Owns: one case on the command line. Its words become the fields of a step by a table. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"

/* Which field each word behind a step fills; the last one takes all the words that are left. */
static const struct step_words {
    const char *step;
    const char *fields[4];
} steps[] = {
    {"paper", {"paper", "state", "until", NULL}}, {NULL, {"text", NULL}}, /* every other step */
};

static char *join(const struct cli *c, size_t from)
{
    struct buf all = BUF_INIT;
    for (size_t i = from; i < c->n_args; i++)
        buf_printf(&all, "%s%s", i > from ? " " : "", c->args[i]);
    return buf_take(&all);
}

static json_t *step_input(const struct cli *c)
{
    const struct step_words *row = steps;
    json_t *in = json_object();
    while (row->step != NULL && strcmp(row->step, c->args[1]) != 0)
        row++;
    js_set_str(in, "step", c->args[1]);
    for (size_t i = 0; row->fields[i] != NULL && i + 2 < c->n_args; i++) {
        bool last = row->fields[i + 1] == NULL;
        char *word = last ? join(c, i + 2) : mem_strdup(c->args[i + 2]);
        js_set_str(in, row->fields[i], word);
        free(word);
    }
    return in;
}

static enum err take_step(struct cli *c)
{
    char *what = mem_printf("case_step:%s", c->args[0]);
    json_t *in = step_input(c), *out = NULL;
    enum err rc = action_run(c->site, what, in, &out);
    if (rc == ERR_OK)
        out_json(out);
    json_decref(in);
    json_decref(out);
    free(what);
    return rc;
}

enum err case_run(struct cli *c)
{
    json_t *whole = NULL;
    if (c->n_args > 1)
        return take_step(c);
    enum err rc = view_case(c->site, c->args[0], &whole);
    if (rc == ERR_OK)
        out_json(whole);
    json_decref(whole);
    return rc;
}
