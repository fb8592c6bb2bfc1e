/* Owns: the commands that suspend service at a village, and resume it. */
#include "sync/hub/command.h"
#include "sync/hub/suspend.h"

#define OFFICER "jiujin-hub" /* who orders on the command line, unless --as names somebody */

static enum err order(struct hub *h, const struct command_line *line, const char *kind)
{
    return hub_suspend_order(h, line->word[0], kind, line->word[1],
                             line->officer != NULL ? line->officer : OFFICER);
}

enum err command_suspend(struct hub *h, const struct command_line *line)
{
    return order(h, line, "suspend");
}

enum err command_resume(struct hub *h, const struct command_line *line)
{
    return order(h, line, "resume");
}
