/* Owns: documents on the command line. Invariant: a command that prints waits until it knows what
 * became of the paper, and says so. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/print/document.h"
#include "kiosk/print/printing.h"
#include "sync/printer/printer.h"

#define WAIT_MS 150000 /* longer than any printer is given */

const struct option_row print_options[] = {
    {"print", "[PRINTER]", N_("on a printer: the usual one, or the one named")},
    {"printer", "PRINTER", N_("the printer: its name or address")},
    {"copies", "N", N_("how many")},
    {"escpos", "FILE", N_("bytes for a receipt printer")},
    {"png", "FILE", N_("the page as a picture, 300 dots an inch")},
    {"pdf", "FILE", N_("the page as PDF")},
    {"page", "PAGE", N_("a4, a5, or strip: what a file is set on")},
    {"text", NULL, N_("in block characters")},
    {"ascii", NULL, N_("in plain characters")},
    {NULL, NULL, NULL},
};

static const char *const targets[] = {"escpos", "png", "pdf", "text", "ascii"};

static const char *page_of(const struct cli *c)
{
    static const char *const pages[] = {"a4", "a5", "strip"};
    const char *word = option_get(c, "page");
    for (size_t i = 0; word != NULL && i < sizeof pages / sizeof *pages; i++)
        if (strcmp(pages[i], word) == 0)
            return pages[i];
    return NULL;
}

static enum err put(struct cli *c, const struct document *d, const char *target)
{
    struct buf bytes = BUF_INIT;
    const char *file = option_get(c, target);
    enum err rc = document_put(d, target, page_of(c), &bytes);
    if (rc == ERR_OK)
        rc = out_file(*file != 0 ? file : "-", bytes.data, bytes.len);
    buf_wipe(&bytes);
    return rc;
}

static enum err put_all(struct cli *c, const char *what, const char *which)
{
    struct document d;
    enum err rc = document_make(c->site, what, which, &d);
    for (size_t i = 0; rc == ERR_OK && i < sizeof targets / sizeof *targets; i++)
        if (option_given(c, targets[i]))
            rc = put(c, &d, targets[i]);
    if (rc == ERR_OK)
        document_fini(&d);
    return rc;
}

/* --- on a printer ------------------------------------------------------------------------------
 */

static void say_job(const struct printjob *job)
{
    json_t *line = json_object();
    js_set_int(line, "job", job->id);
    js_set_str(line, "state", job->state);
    js_set_str(line, "why", job->why[0] != 0 ? job->why : NULL);
    json_object_set_new(line, "reprint", json_boolean(job->marked));
    out_json(line);
    json_decref(line);
}

enum err print_wait(struct cli *c, int64_t id)
{
    struct printjob job;
    enum err rc = printing_wait(c->site, id, WAIT_MS, &job);
    if (rc != ERR_OK)
        return rc;
    say_job(&job);
    if (strcmp(job.state, "printed") == 0)
        return ERR_OK;
    return err_set(ERR_PRINTER, NULL, "%s%s%s", printing_state(job.state),
                   job.why[0] != 0 ? ": " : "", job.why[0] != 0 ? printing_why(job.why) : "");
}

enum err print_on(struct cli *c, const char *what, const char *which)
{
    int64_t id;
    const char *copies = option_get(c, "copies"), *named = option_get(c, "print");
    struct printing p = {.what = what, .which = which, .printer = option_get(c, "printer")};
    if (named != NULL && *named != 0)
        p.printer = named;
    if (copies != NULL && (copies[0] < '1' || copies[0] > '9' || copies[1] != 0))
        return err_set(ERR_FIELD_RANGE, "--copies", "1-9");
    p.copies = copies != NULL ? copies[0] - '0' : 0;
    enum err rc = printing_start(c->site, &p, &id);
    return rc == ERR_OK ? print_wait(c, id) : rc;
}

enum err print_document(struct cli *c, const char *what, const char *which)
{
    bool file = false, paper = option_given(c, "print") || option_given(c, "printer");
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        file = file || option_given(c, targets[i]);
    if (option_given(c, "page") && page_of(c) == NULL)
        return err_set(ERR_FIELD_CHOICE, "--page", "a4, a5, strip");
    enum err rc = file ? put_all(c, what, which) : ERR_OK;
    return rc == ERR_OK && (paper || !file) ? print_on(c, what, which) : rc;
}

enum err print_run(struct cli *c)
{
    return print_document(c, c->args[0], c->n_args > 1 ? c->args[1] : "");
}

enum err print_job_run(struct cli *c)
{
    return printer_run(c->site, strtoll(c->args[0], NULL, 10));
}
