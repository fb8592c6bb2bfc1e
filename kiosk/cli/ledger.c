/* Owns: a ledger out to files and an old one in from a file. Invariant: every file that was written
 * is told in one line, with its rows and its hash; every mistake of one that came in, in a line of
 * its own. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/import.h"
#include "kiosk/print/sheet.h"

const struct option_row ledger_options[] = {
    {"csv", "FILE", N_("into this file; - is standard output")},
    {"xlsx", "FILE", N_("the same as a workbook")},
    {"pdf", "FILE", N_("the same as pages to print")},
    {"from", "DATE", N_("not before this day or time")},
    {"to", "DATE", N_("not after this day or time")},
    {"profile", "PROFILE", N_("for this addressee: 'jiujin show profiles', or a file")},
    {"encoding", "CODE", N_("of CSV: utf-8 or gb18030 (else the profile's)")},
    {"import", "FILE", N_("an old ledger from a CSV: all of it, or nothing")},
    {"preview", NULL, N_("only shows what an import would read")},
    {"again", NULL, N_("imports a file that was imported before")},
    {NULL, NULL, NULL},
};

static enum err write_file(struct cli *c, struct sheet_wish *wish, const char *format)
{
    json_t *out = NULL;
    wish->format = (enum profile_format)sheet_format(format);
    enum err rc = sheet_ledger(c->site, c->args[0], wish, &out);
    if (rc == ERR_OK && strcmp(wish->path, "-") != 0)
        out_json(out);
    json_decref(out);
    return rc;
}

static enum err export_run(struct cli *c)
{
    static const char *const formats[] = {"csv", "xlsx", "pdf"};
    struct sheet_wish wish = {.profile = option_get(c, "profile"),
                              .encoding = option_get(c, "encoding")};
    bool any = false;
    enum err rc = cli_time("--from", option_get(c, "from"), false, &wish.from);
    if (rc == ERR_OK)
        rc = cli_time("--to", option_get(c, "to"), true, &wish.to);
    for (size_t i = 0; rc == ERR_OK && i < sizeof formats / sizeof *formats; i++) {
        wish.path = option_get(c, formats[i]);
        any = any || wish.path != NULL;
        if (wish.path != NULL)
            rc = write_file(c, &wish, formats[i]);
    }
    wish.path = "-";
    return rc == ERR_OK && !any ? write_file(c, &wish, "csv") : rc;
}

/* Columns, rows and mistakes a line each; the whole in the last one. */
static void tell_import(json_t *out)
{
    static const char *const lists[] = {"columns", "first", "errors"};
    size_t k;
    json_t *one;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (js_get(out, lists[i]) == NULL)
            continue;
        json_array_foreach(js_get(out, lists[i]), k, one) out_json(one);
        json_object_set_new(out, lists[i],
                            json_integer((json_int_t)json_array_size(js_get(out, lists[i]))));
    }
    out_json(out);
}

static enum err import_command(struct cli *c)
{
    json_t *out = NULL;
    struct import_wish wish = {option_get(c, "import"), option_get(c, "profile"),
                               option_get(c, "encoding"), option_given(c, "again")};
    bool preview = option_given(c, "preview");
    enum err rc = (preview ? import_look : import_run)(c->site, c->args[0], &wish, &out);
    if (rc == ERR_OK && preview && json_array_size(js_get(out, "errors")) > 0)
        rc = err_set(ERR_IMPORT, wish.path, NULL);
    if (out != NULL && !preview) { /* what was imported needs no second look */
        json_object_del(out, "columns");
        json_object_del(out, "first");
    }
    if (out != NULL)
        tell_import(out);
    json_decref(out);
    return rc;
}

enum err ledger_run(struct cli *c)
{
    bool in = option_given(c, "import");
    if (!in && (option_given(c, "preview") || option_given(c, "again")))
        return err_set(ERR_USAGE, "--import", "%s", _("a word is missing"));
    return in ? import_command(c) : export_run(c);
}
