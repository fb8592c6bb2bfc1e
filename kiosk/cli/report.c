/* Owns: the daily report on the command line: shown, signed, as a file. */
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/report.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/report.h"

#define COLUMNS 78

const struct option_row report_options[] = {
    {"text", NULL, N_("as text (so it is without an option)")},
    {"json", NULL, N_("as one JSON object")},
    {"csv", "FILE", N_("as a table into this file; - is standard output")},
    {"xlsx", "FILE", N_("as a workbook")},
    {"pdf", "FILE", N_("as a page to sign and hand in")},
    {"print", "[PRINTER]", N_("on a printer: the usual one, or the one named")},
    {"revision", "N", N_("a revision as it was signed")},
    {"sign", NULL, N_("signs it first: by a leader, or with --vouch NAME")},
    {NULL, NULL, NULL},
};

static enum err sign(struct cli *c, const char *day)
{
    json_t *in, *out = NULL;
    enum err rc = sign_open(c, NEEDS_CLERK);
    if (rc != ERR_OK)
        return rc;
    in = json_pack("{s:s}", "day", day);
    rc = action_run(c->site, "report", in, &out);
    if (rc == ERR_OK)
        out_note(_("signed: revision %lld, entry %s"), (long long)js_int(out, "revision", 1),
                 js_str(out, "id"));
    json_decref(in);
    json_decref(out);
    return rc;
}

static enum err read_report(struct cli *c, int64_t day, json_t **out)
{
    char *end;
    const char *revision = option_get(c, "revision");
    if (revision == NULL)
        return report_read(c->site, day, out);
    long long n = strtoll(revision, &end, 10);
    if (*end != 0 || end == revision)
        return err_set(ERR_USAGE, "--revision", "%s", revision);
    return report_revision(c->site, day, n, out);
}

static void print_text(struct cli *c, const json_t *report)
{
    size_t i;
    json_t *one, *head = report_head(report);
    struct report_words words = report_site_words(c->site);
    json_t *lines = report_lines(report, &words);
    struct buf text = BUF_INIT;
    json_array_foreach(head, i, one) out_line(json_string_value(one));
    out_line("");
    report_text(lines, COLUMNS, &text);
    fputs(buf_str(&text), stdout);
    buf_fini(&text);
    json_decref(lines);
    json_decref(head);
}

/* Each file that was asked for; *some tells whether one was. */
static enum err write_files(struct cli *c, const json_t *report, bool *some)
{
    static const char *const formats[] = {"csv", "xlsx", "pdf"};
    enum err rc = ERR_OK;
    *some = false;
    for (size_t i = 0; rc == ERR_OK && i < sizeof formats / sizeof *formats; i++) {
        const char *path = option_get(c, formats[i]);
        *some = *some || path != NULL;
        if (path != NULL)
            rc = report_put(c->site, report, formats[i], path);
    }
    return rc;
}

/* What is printed is read anew: it is the same day's, or the same revision. */
static enum err on_paper(struct cli *c)
{
    char which[40];
    const char *revision = option_get(c, "revision");
    snprintf(which, sizeof which, "%s%s%s", c->args[0], revision != NULL ? "." : "",
             revision != NULL ? revision : "");
    return print_on(c, "report", which);
}

enum err report_run(struct cli *c)
{
    int64_t day;
    json_t *report = NULL;
    if (!clock_parse_date(c->args[0], &day))
        return err_set(ERR_DATE, "DATE", "%s", c->args[0]);
    enum err rc = option_given(c, "sign") ? sign(c, c->args[0]) : ERR_OK;
    if (rc == ERR_OK)
        rc = read_report(c, day, &report);
    bool files = false, paper = option_given(c, "print");
    if (rc == ERR_OK)
        rc = write_files(c, report, &files);
    if (rc == ERR_OK && paper)
        rc = on_paper(c);
    if (rc == ERR_OK && option_given(c, "json"))
        out_json(report);
    else if (rc == ERR_OK && ((!files && !paper) || option_given(c, "text")))
        print_text(c, report);
    json_decref(report);
    return rc;
}
