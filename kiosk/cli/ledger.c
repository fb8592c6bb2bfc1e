/* Owns: a ledger out to files. Invariant: every file that was written is told in one line, with
 * its rows and its hash. */
#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/print/sheet.h"

const struct option_row ledger_options[] = {
    {"csv", "FILE", N_("into this file; - is standard output")},
    {"xlsx", "FILE", N_("the same as a workbook")},
    {"pdf", "FILE", N_("the same as pages to print")},
    {"from", "DATE", N_("not before this day or time")},
    {"to", "DATE", N_("not after this day or time")},
    {"profile", "PROFILE", N_("for this addressee: 'jiujin show profiles', or a file")},
    {"encoding", "CODE", N_("of CSV: utf-8 or gb18030 (else the profile's)")},
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

enum err ledger_run(struct cli *c)
{
    return export_run(c);
}
