/* Owns: slips on the command line. Invariant: a slip is entered as issued only when its bytes are
 * where they were wanted. */
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/print/handout.h"

/* Behind the first two the options are the targets: what has a value is a file, the rest goes to
 * standard output. */
#define TARGETS (slip_options + 2)
const struct option_row slip_options[] = {
    {"print", "[PRINTER]", N_("on a printer: the usual one, or the one named")},
    {"copies", "N", N_("how many")},
    {"png", "FILE", N_("the symbol as a picture")},
    {"pdf", "FILE", N_("the slip as a page")},
    {"escpos", "FILE", N_("bytes for a receipt printer; may be the printer's device")},
    {"text", NULL, N_("the slip in block characters")},
    {"ascii", NULL, N_("the slip in plain characters")},
    {"digits", NULL, N_("the digits that the symbol holds")},
    {NULL, NULL, NULL},
};

static enum err put(struct cli *c, const struct handout *slip, const char *target, const char *file)
{
    struct buf bytes = BUF_INIT;
    enum err rc = handout_put(slip, target, &bytes);
    if (rc == ERR_OK)
        rc = out_file(*file != 0 ? file : "-", bytes.data, bytes.len);
    if (rc == ERR_OK)
        rc = handout_done(c->site, slip, target);
    buf_fini(&bytes);
    return rc;
}

static enum err put_all(struct cli *c)
{
    struct handout slip;
    enum err rc = handout_make(c->site, c->args[0], &slip);
    for (const struct option_row *o = TARGETS; rc == ERR_OK && o->name != NULL; o++)
        if (option_given(c, o->name))
            rc = put(c, &slip, o->name, option_get(c, o->name));
    handout_fini(&slip);
    return rc;
}

enum err slip_run(struct cli *c)
{
    bool any = false, paper = option_given(c, "print");
    for (const struct option_row *o = TARGETS; o->name != NULL; o++)
        any = any || option_given(c, o->name);
    if (!any && !paper)
        return err_set(ERR_USAGE, c->command->name,
                       "--print, --png, --pdf, --escpos, --text, --ascii, --digits");
    enum err rc = any ? put_all(c) : ERR_OK;
    return rc == ERR_OK && paper ? print_on(c, "slip", c->args[0]) : rc;
}
