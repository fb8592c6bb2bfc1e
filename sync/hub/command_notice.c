/* Owns: the command that hangs up a notice in villages. Invariant: what a village would refuse to
 * hang up itself is refused here, before any order is written. */
#include "kiosk/base/js.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/notice.h"
#include "sync/hub/command.h"

enum err command_notice(struct hub *h, const struct command_line *line)
{
    static const char *const keys[] = {"title", "text", "until", NULL};
    json_t *clean = NULL, *in = json_object();
    js_set_str(in, "title", line->word[0]);
    js_set_str(in, "text", line->word[1]);
    js_set_str(in, "until", line->until);
    enum err rc = notice_check(in, &clean);
    if (rc == ERR_OK) {
        json_t *body = input_pick(clean, keys);
        rc = command_send(h, "notice", body, line->site);
        json_decref(body);
    }
    json_decref(clean);
    json_decref(in);
    return rc;
}
