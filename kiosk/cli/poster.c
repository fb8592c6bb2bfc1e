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
    {"print", NULL, N_("on this site's receipt printer")},
    {"code", "TEXT", N_("keeps the code that the city issued; \"\" forgets it (a leader)")},
    {NULL, NULL, NULL},
};

static const char *const targets[] = {"png", "pdf", "escpos"};

static enum err put(struct cli *c, const char *target, const char *file)
{
    struct buf bytes = BUF_INIT;
    enum err rc = poster_put(c->site, target, &bytes);
    if (rc == ERR_OK)
        rc = out_file(file, bytes.data, bytes.len);
    buf_fini(&bytes);
    return rc;
}

static enum err set_code(struct cli *c)
{
    enum err rc = sign_open(c, NEEDS_CLERK);
    return rc == ERR_OK ? poster_set_code(c->site, option_get(c, "code")) : rc;
}

enum err poster_run(struct cli *c)
{
    bool any = option_given(c, "code") || option_given(c, "print");
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        any = any || option_given(c, targets[i]);
    if (!any)
        return err_set(ERR_USAGE, "poster", "--png, --pdf, --escpos, --print, --code");
    enum err rc = option_given(c, "code") ? set_code(c) : ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < sizeof targets / sizeof *targets; i++)
        if (option_given(c, targets[i]))
            rc = put(c, targets[i], option_get(c, targets[i]));
    return rc == ERR_OK && option_given(c, "print") ? poster_print(c->site) : rc;
}
