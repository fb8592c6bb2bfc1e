/* Owns: the printer and the queue's numbers on the command line. */
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/print/device.h"
#include "kiosk/print/ticket.h"

static enum err show(struct cli *c)
{
    const char *path = device_path(c->site);
    out_line(*path != 0 ? path : "none");
    return ERR_OK;
}

enum err printer_run(struct cli *c)
{
    if (c->n_args == 0)
        return show(c);
    if (c->n_args != 2 || strcmp(c->args[0], "set") != 0)
        return err_set(ERR_USAGE, c->command->name, "%s", c->command->args);
    return device_keep(c->site, strcmp(c->args[1], "none") == 0 ? "" : c->args[1]);
}

const struct option_row ticket_options[] = {
    {"visit", "ID", N_("of this visit")},
    {"paper", NULL, N_("print it; when that fails the number is void")},
    {NULL, NULL, NULL},
};

enum err ticket_run(struct cli *c)
{
    json_t *out = NULL, *in = json_object();
    js_set_str(in, "service", c->args[0]);
    js_set_str(in, "visit", option_get(c, "visit"));
    enum err rc = ticket_hand_out(c->site, in, option_given(c, "paper"), &out);
    if (rc == ERR_OK)
        out_json(out);
    if (rc == ERR_OK && js_str(out, "trouble") != NULL)
        rc = err_set(ERR_PRINTER, NULL, "%s", js_str(out, "trouble"));
    json_decref(in);
    json_decref(out);
    return rc;
}
