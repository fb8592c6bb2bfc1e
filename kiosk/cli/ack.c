/* Owns: acknowledgements on paper at the command line. Invariant: a line is one of them, as a
 * scanner ends it with Enter, and has its own answer. */
#include <string.h>
#include <unistd.h>

#include "kiosk/base/js.h"
#include "kiosk/cli/cli.h"
#include "kiosk/print/ack.h"

static const char *const answers[] = {[ACK_ARRIVED] = "arrived", [ACK_OLDER] = "older"};

static json_t *answer_of(const struct ack *a, enum ack_answer answer)
{
    json_t *out = json_pack("{s:b,s:s,s:s,s:I,s:I}", "ok", 1, "answer", answers[answer], "site",
                            a->site, "epoch", (json_int_t)a->epoch, "seq", (json_int_t)a->seq);
    js_set_time(out, "at", a->at);
    return out;
}

static enum err one_line(struct cli *c, struct lines *in)
{
    char *text;
    size_t len;
    struct ack a;
    enum ack_answer answer;
    enum err rc = lines_next(in, &text, &len);
    if (rc == ERR_IO || (rc == ERR_OK && (text == NULL || strspn(text, " \t\r") == len)))
        return rc;
    if (rc == ERR_OK) {
        text[strcspn(text, "\r")] = 0;
        rc = ack_take(c->site, text, &a, &answer);
    }
    json_t *out = rc == ERR_OK ? answer_of(&a, answer) : out_refusal(rc, in->number);
    if (rc != ERR_OK)
        c->status = out_reason(rc);
    out_json(out);
    json_decref(out);
    return out_end();
}

enum err ack_run(struct cli *c)
{
    struct lines in = {.fd = STDIN_FILENO};
    enum err rc = ERR_OK;
    while (rc == ERR_OK && !lines_end(&in)) {
        rc = lines_wait(&in);
        if (rc == ERR_OK)
            rc = one_line(c, &in);
    }
    lines_fini(&in);
    return rc;
}
