/* Owns: documents on the command line: notices, receipts, pledges, couriers' lists. */
#include "kiosk/print/document.h"

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"

const struct option_row document_options[] = {
    {"text", NULL, N_("in block characters")},
    {"ascii", NULL, N_("in plain characters")},
    {"escpos", "FILE", N_("bytes for a receipt printer")},
    {"png", "FILE", N_("the page as a picture, 300 dots an inch")},
    {"pdf", "FILE", N_("the page as PDF")},
    {"print", NULL, N_("on this site's receipt printer")},
    {NULL, NULL, NULL},
};

static enum err put(const struct document *d, const char *target, const char *file)
{
    struct buf bytes = BUF_INIT;
    enum err rc = document_put(d, target, &bytes);
    if (rc == ERR_OK)
        rc = out_file(*file != 0 ? file : "-", bytes.data, bytes.len);
    buf_fini(&bytes);
    return rc;
}

enum err document_run(struct cli *c)
{
    struct document d;
    bool any = false;
    for (const struct option_row *o = document_options; o->name != NULL; o++)
        any = any || option_given(c, o->name);
    if (!any)
        return err_set(ERR_USAGE, c->command->name,
                       "--text, --ascii, --escpos, --png, --pdf,"
                       " --print");
    enum err rc = document_make(c->site, c->args[0], c->args[1], &d);
    for (const struct option_row *o = document_options; rc == ERR_OK && o->name != NULL; o++)
        if (option_given(c, o->name))
            rc = *o->name == 'p' && o->name[1] == 'r' ? document_print(c->site, &d)
                                                      : put(&d, o->name, option_get(c, o->name));
    document_fini(&d);
    return rc;
}
