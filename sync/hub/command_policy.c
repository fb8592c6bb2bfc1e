/* Owns: the commands about overlays. Invariant: none starts or ends without the reference of the
 * superior's order that says so (notice: R68). */
#include <string.h>

#include "kiosk/base/js.h"
#include "sync/hub/command.h"

static enum err need_order(const struct command_line *line)
{
    return line->order != NULL && *line->order != 0 ? ERR_OK : err_set(ERR_USAGE, "--order", "REF");
}

enum err command_overlay(struct hub *h, const struct command_line *line, const json_t *definition,
                         const json_t *from)
{
    json_t *review = NULL;
    enum err rc = need_order(line);
    if (rc == ERR_OK)
        rc = command_day("--review", line->review, &review);
    if (rc == ERR_OK && json_is_integer(review) && json_is_integer(from) &&
        json_integer_value(review) <= json_integer_value(from))
        rc = err_set(ERR_FIELD_RANGE, "--review", NULL);
    if (rc == ERR_OK) {
        json_t *body = json_pack("{s:O,s:O,s:O,s:s}", "definition", definition, "start", from,
                                 "review", review, "order", line->order);
        js_set_str(body, "approver", line->approver);
        rc = command_send(h, "overlay", body, line->site);
        json_decref(body);
    }
    json_decref(review);
    return rc;
}

enum err command_end(struct hub *h, const struct command_line *line)
{
    json_t *when = NULL;
    enum err rc = strcmp(line->word[0], "overlay") == 0
                      ? need_order(line)
                      : err_set(ERR_USAGE, line->word[0], "overlay");
    if (rc == ERR_OK)
        rc = command_day("--effective", line->effective, &when);
    if (rc == ERR_OK) {
        json_t *body = json_pack("{s:s,s:s,s:O}", "id", line->word[1], "order", line->order,
                                 "effective", when);
        js_set_str(body, "reason", line->reason);
        rc = command_send(h, "overlay_end", body, line->site);
        json_decref(body);
    }
    json_decref(when);
    return rc;
}
