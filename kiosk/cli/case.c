/* Owns: one case on the command line. Its words become the fields of a step by a table. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/attach.h"
#include "kiosk/desk/view.h"

const struct option_row case_options[] = {
    {"by", "person|agent", N_("who stands at the desk")},
    {"to", "NAME", N_("who was given the result, or papers back")},
    {"signed", "yes|no", N_("whether it was signed for")},
    {"phone", "NUMBER", N_("where to be called")},
    {"papers", "ID,ID", N_("courier: only these papers of the case")},
    {"at", "TIME", N_("when it happened, for a late entry")},
    {NULL, NULL, NULL},
};

/* Which action a step is, and which field each word behind it fills; the last one takes all the
 * words that are left, an array one each. */
static const struct step_words {
    const char *step, *action;
    const char *fields[4];
    const char *array; /* field that takes each further word; NULL: none */
} steps[] = {
    {"paper", "case_step", {"paper", "state", "until", NULL}, NULL},
    {"call", "case_step", {"when", "text", NULL}, NULL},
    {"send", "case_step", {"way", "text", NULL}, NULL},
    {"attach", "case_step", {"path", NULL}, NULL},
    {"rate", "rating", {"grade", "reason", NULL}, NULL},
    {"courier", "courier", {"carrier", NULL}, "cases"},
    {"received",
     "courier_step",
     {"text", NULL},
     NULL},                                    /* the list's number stands for the case's */
    {NULL, "case_step", {"text", NULL}, NULL}, /* every other step */
};

static char *join(const struct cli *c, size_t from)
{
    struct buf all = BUF_INIT;
    for (size_t i = from; i < c->n_args; i++)
        buf_printf(&all, "%s%s", i > from ? " " : "", c->args[i]);
    return buf_take(&all);
}

static const struct step_words *row_of(const char *step)
{
    const struct step_words *row = steps;
    while (row->step != NULL && strcmp(row->step, step) != 0)
        row++;
    return row;
}

static size_t take_fields(const struct cli *c, const struct step_words *row, json_t *in)
{
    size_t at = 2;
    for (size_t i = 0; row->fields[i] != NULL && at < c->n_args; i++) {
        bool rest = row->fields[i + 1] == NULL && row->array == NULL;
        char *word = rest ? join(c, at) : mem_strdup(c->args[at]);
        js_set_str(in, row->fields[i], word);
        free(word);
        at = rest ? c->n_args : at + 1;
    }
    return at;
}

/* The case named first stands on the list, and those named behind. */
static void take_array(const struct cli *c, const struct step_words *row, size_t at, json_t *in)
{
    json_t *all = json_array();
    json_array_append_new(all, json_string(c->args[0]));
    for (; at < c->n_args; at++)
        json_array_append_new(all, json_string(c->args[at]));
    json_object_set_new(in, row->array, all);
}

/* "5" is a grade, anything else a refusal to give one. */
static void take_grade(json_t *in)
{
    const char *grade = js_str(in, "grade");
    if (grade != NULL && grade[0] >= '0' && grade[0] <= '9' && grade[1] == 0)
        js_set_int(in, "grade", grade[0] - '0');
    else if (grade != NULL && strcmp(grade, "no") == 0) {
        json_object_del(in, "grade");
        js_set_str(in, "wanted", "no");
    }
}

/* "id_card,photo": papers of the case that the command names. */
static void name_papers(const char *which, json_t *in)
{
    char *text = mem_strdup(js_str(in, "papers")), *rest = text, *one;
    json_t *all = json_array();
    while ((one = strsep(&rest, ",")) != NULL)
        json_array_append_new(all, json_pack("{s:s,s:s}", "case", which, "paper", one));
    json_object_set_new(in, "papers", all);
    free(text);
}

static enum err step_input(const struct cli *c, const struct step_words *row, json_t *in)
{
    enum err rc = ERR_OK;
    size_t at = take_fields(c, row, in);
    if (row->array != NULL)
        take_array(c, row, at, in);
    if (strcmp(row->action, "case_step") == 0 || strcmp(row->action, "courier_step") == 0)
        js_set_str(in, "step", c->args[1]);
    take_grade(in);
    for (const struct option_row *o = case_options; o->name != NULL; o++)
        if (option_given(c, o->name))
            js_set_str(in, o->name, option_get(c, o->name));
    if (js_str(in, "papers") != NULL)
        name_papers(c->args[0], in);
    if (js_str(in, "path") != NULL) {
        rc = attach_read(js_str(in, "path"), in);
        json_object_del(in, "path");
    }
    return rc;
}

static enum err take_step(struct cli *c)
{
    const struct step_words *row = row_of(c->args[1]);
    bool list = row->array != NULL;
    char *what = list ? mem_strdup(row->action) : mem_printf("%s:%s", row->action, c->args[0]);
    json_t *in = json_object(), *out = NULL;
    enum err rc = step_input(c, row, in);
    if (rc == ERR_OK)
        rc = action_run(c->site, what, in, &out);
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
