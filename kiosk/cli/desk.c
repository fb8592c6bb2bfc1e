/* Owns: the way from the command line to the screens. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "screens/screens.h"

static bool without_blocks(const struct cli *c)
{
    const char *set = getenv("JIUJIN_ASCII");
    return option_given(c, "ascii") || (set != NULL && strcmp(set, "1") == 0);
}

enum err desk_run(struct cli *c)
{
    struct screens_options o = {.screen = option_get(c, "screen"),
                                .user = option_get(c, "user"),
                                .role = option_get(c, "role"),
                                .ascii = without_blocks(c)};
    c->status = screens_run(c->site, &o);
    return ERR_OK;
}
