/* Owns: the poster of the venue code on the command line. Invariant: whoever is there may print it;
 * what it holds only a leader changes. */
#include "kiosk/print/poster.h"

#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"

const struct option_row poster_options[] = {
    {"png", "FILE", N_("the page as a picture, 300 dots an inch")},
    {"pdf", "FILE", N_("the page as PDF")},
    {"escpos", "FILE", N_("bytes for a receipt printer")},
    {"print", "[PRINTER]", N_("on a printer: the usual one, or the one named")},
    {"code", "TEXT", N_("keeps the code that the city issued; \"\" forgets it (a leader)")},
    {NULL, NULL, NULL},
};

static enum err set_code(struct cli *c)
{
    enum err rc = sign_open(c, NEEDS_CLERK);
    return rc == ERR_OK ? poster_set_code(c->site, option_get(c, "code")) : rc;
}

enum err poster_run(struct cli *c)
{
    bool code = option_given(c, "code"), paper = false;
    for (const struct option_row *o = poster_options; o->name != NULL; o++)
        paper = paper || (strcmp(o->name, "code") != 0 && option_given(c, o->name));
    if (!code && !paper)
        return err_set(ERR_USAGE, "poster", "--png, --pdf, --escpos, --print, --code");
    enum err rc = code ? set_code(c) : ERR_OK;
    return rc == ERR_OK && paper ? print_document(c, "poster", "") : rc;
}
