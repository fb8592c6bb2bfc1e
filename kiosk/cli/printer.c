/* Owns: the printers and the queue's numbers on the command line. Invariant: what is set is an
 * administrator's; printing is everybody's. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/printer.h"
#include "kiosk/print/printing.h"
#include "kiosk/print/ticket.h"
#include "sync/printer/printer.h"

#define NAME "printer" /* of one that is set without --name */

const struct option_row printer_options[] = {
    {"name", "NAME", N_("the printer's name here (else: printer)")},
    {"paper", "PAPER", N_("58, 80 (mm), a4, a5")},
    {"code", "CODE", N_("gb18030, gbk, ascii (initials), picture (text sent as dots)")},
    {"takes", "WHAT", N_("escpos or pdf (else: as its address says)")},
    {"cutter", "YES", N_("yes or no")},
    {"asks", "YES", N_("no: it is never asked how it is")},
    {"copies", "N", N_("how many of each document, 1 to 9")},
    {"usual", NULL, N_("the one that is meant where none is named")},
    {"printer", "PRINTER", N_("the printer: its name or address")},
    {NULL, NULL, NULL},
};

static enum err list(struct cli *c)
{
    struct printer rows[PRINTERS_MAX];
    size_t n = printer_rows(c->site, rows);
    for (size_t i = 0; i < n; i++) {
        json_t *line = printer_json(&rows[i]);
        out_json(line);
        json_decref(line);
    }
    return ERR_OK;
}

static enum err show(struct cli *c)
{
    struct printer p;
    out_line(printer_find(c->site, NULL, &p) == ERR_OK ? p.address : "none");
    return ERR_OK;
}

/* --- set ---------------------------------------------------------------------------------------
 */

/* A queue is asked what it takes, where nobody says. */
static enum err ask_queue(struct cli *c, struct printer *p)
{
    const char *rest;
    bool raw = false;
    const struct printer_way *way = printer_way(p->address, &rest);
    if (way == NULL || strcmp(way->scheme, "cups:") != 0 || option_given(c, "takes"))
        return ERR_OK;
    enum err rc = cups_is_raw(rest, &raw);
    p->pages = rc == ERR_OK && !raw;
    return rc;
}

static enum err set_one(struct cli *c, const char *name, const char *address)
{
    static const char *const members[] = {"takes", "paper", "code", "cutter", "asks", "copies"};
    struct printer p;
    bool known = printer_find(c->site, name, &p) == ERR_OK && strcmp(p.name, name) == 0;
    if (!known || strcmp(p.address, address) != 0)
        printer_init(&p, name, address);
    enum err rc = ask_queue(c, &p);
    for (size_t i = 0; rc == ERR_OK && i < sizeof members / sizeof *members; i++)
        if (option_given(c, members[i]))
            rc = printer_put(&p, members[i], option_get(c, members[i]));
    return rc == ERR_OK ? printer_set(c->site, &p, option_given(c, "usual")) : rc;
}

static enum err set(struct cli *c)
{
    const char *name = option_given(c, "name") ? option_get(c, "name") : NAME;
    if (strcmp(c->args[1], "none") != 0)
        return set_one(c, name, c->args[1]);
    enum err rc = printer_drop(c->site, name);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

/* --- jobs --------------------------------------------------------------------------------------
 */

static enum err test(struct cli *c)
{
    int64_t id;
    struct printing p = {.what = "test", .which = "", .printer = option_get(c, "printer")};
    enum err rc = printing_start(c->site, &p, &id);
    return rc == ERR_OK ? print_wait(c, id) : rc;
}

static enum err put_row(void *to, json_t *row)
{
    (void)to;
    out_json(row);
    return ERR_OK;
}

static enum err jobs(struct cli *c)
{
    struct view_query q = VIEW_ALL;
    printing_look(c->site);
    return view_each(c->site, "print_jobs", &q, put_row, NULL);
}

static enum err again(struct cli *c)
{
    int64_t id;
    enum err rc = sign_open(c, NEEDS_CLERK);
    if (rc == ERR_OK)
        rc = printing_again(c->site, strtoll(c->args[1], NULL, 10), option_get(c, "printer"), &id);
    return rc == ERR_OK ? print_wait(c, id) : rc;
}

static enum err cancel(struct cli *c)
{
    return printing_cancel(c->site, strtoll(c->args[1], NULL, 10));
}

static const struct {
    const char *word;
    size_t words;
    enum err (*run)(struct cli *c);
} verbs[] = {{"list", 1, list}, {"set", 2, set},     {"test", 1, test},
             {"jobs", 1, jobs}, {"again", 2, again}, {"cancel", 2, cancel}};

enum err printer_run_command(struct cli *c)
{
    if (c->n_args == 0)
        return show(c);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].word, c->args[0]) == 0 && verbs[i].words == c->n_args)
            return verbs[i].run(c);
    return err_set(ERR_USAGE, c->command->name, "%s", c->command->args);
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
        rc = ticket_printed(c->site, out, TICKET_WAIT_MS);
    json_object_del(out, "job");
    if (rc == ERR_OK)
        out_json(out);
    if (rc == ERR_OK && js_str(out, "trouble") != NULL)
        rc = err_set(ERR_PRINTER, NULL, "%s", js_str(out, "trouble"));
    json_decref(in);
    json_decref(out);
    return rc;
}
