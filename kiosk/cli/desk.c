/* Owns: the way from the command line to the screens. */
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "screens/screens.h"

enum err desk_run(struct cli *c)
{
    struct screens_options o = {.screen = option_get(c, "screen"),
                                .user = option_get(c, "user"),
                                .role = option_get(c, "role")};
    c->status = screens_run(c->site, &o);
    return ERR_OK;
}
