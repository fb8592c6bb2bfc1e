/* Owns: records from standard input. Invariant: a line is answered only when its record is on the
 * disk, answers come in the order of the lines, and a bad line costs no other line. */
#include <string.h>
#include <unistd.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/action.h"

#define GROUP 64 /* lines that share one commit, and so one wait for the disk */

struct adding {
    struct cli *cli;
    struct lines lines;
    json_t *answers; /* of the present group, held back until its commit */
    long stored;     /* number of the last line whose record is on the disk; 0: none */
    long good;       /* the same of the present group, not yet committed */
    long refused;
};

/* True when not this line but the place where lines go is at fault. */
static bool systemic(enum err rc)
{
    static const enum err all[] = {ERR_IO,       ERR_DISK_FULL,      ERR_BUSY,   ERR_CORRUPT,
                                   ERR_INTERNAL, ERR_COMMIT_UNKNOWN, ERR_SIGN_IN};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] == rc)
            return true;
    return false;
}

static void refuse(struct adding *a, enum err rc)
{
    json_array_append_new(a->answers, out_refusal(rc, a->lines.number));
    a->refused++;
}

static void accept(struct adding *a, json_t *out)
{
    json_t *answer = json_object();
    json_object_set_new(answer, "ok", json_true());
    json_object_update(answer, out);
    json_array_append_new(a->answers, answer);
    a->good = a->lines.number;
}

static bool blank(const char *text, size_t len)
{
    return strspn(text, " \t") == len;
}

/* One line, as a level of its own inside the group: non-OK only when going on makes no sense. */
static enum err add_line(struct adding *a, const char *text, size_t len)
{
    json_t *in = NULL, *out = NULL;
    if (blank(text, len))
        return ERR_OK;
    enum err rc = js_parse(text, len, NULL, &in);
    if (rc == ERR_OK && !json_is_object(in))
        rc = err_set(ERR_JSON, NULL, "%s", _("a line holds one object"));
    if (rc == ERR_OK)
        rc = action_run(a->cli->site, a->cli->args[0], in, &out);
    if (rc == ERR_OK)
        accept(a, out);
    else if (!systemic(rc)) {
        refuse(a, rc);
        rc = ERR_OK;
    }
    json_decref(in);
    json_decref(out);
    return rc;
}

/* What is here without waiting, up to a group: nobody else waits for this input. */
static enum err fill(struct adding *a)
{
    enum err rc = ERR_OK;
    for (int n = 0; rc == ERR_OK && n < GROUP; n++) {
        char *text;
        size_t len;
        rc = lines_next(&a->lines, &text, &len);
        if (rc == ERR_TOO_LONG) {
            refuse(a, rc);
            rc = ERR_OK;
        } else if (text == NULL) {
            break;
        } else if (rc == ERR_OK) {
            rc = add_line(a, text, len);
        }
    }
    return rc;
}

static enum err answer(struct adding *a)
{
    size_t i;
    json_t *one;
    json_array_foreach(a->answers, i, one) out_json(one);
    json_array_clear(a->answers);
    a->stored = a->good;
    return out_end();
}

static enum err add_group(struct adding *a)
{
    struct journal *j = &a->cli->site->j;
    enum err rc = lines_wait(&a->lines);
    if (rc == ERR_OK)
        rc = journal_begin(j);
    if (rc != ERR_OK)
        return rc;
    rc = journal_end(j, fill(a));
    return rc == ERR_OK ? answer(a) : rc;
}

static enum err check_what(const char *what)
{
    size_t len = strcspn(what, ":");
    for (const struct action *a = action_table; a->name != NULL; a++)
        if (strlen(a->name) == len && memcmp(a->name, what, len) == 0)
            return ERR_OK;
    return strcmp(what, "mixed") == 0 ? ERR_OK : err_set(ERR_USAGE, what, NULL);
}

enum err add_run(struct cli *c)
{
    struct adding a = {.cli = c, .lines = {.fd = STDIN_FILENO}, .answers = json_array()};
    enum err rc = check_what(c->args[0]);
    while (rc == ERR_OK && !lines_end(&a.lines))
        rc = add_group(&a);
    if (rc != ERR_OK && rc != ERR_USAGE)
        out_note(_("the last line stored is %ld; go on behind it"), a.stored);
    if (a.refused > 0) {
        out_note(_("%ld refused; the answers say why"), a.refused);
        c->status = 1;
    }
    json_decref(a.answers);
    lines_fini(&a.lines);
    return rc;
}
