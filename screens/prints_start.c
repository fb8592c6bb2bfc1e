/* Owns the way of a document from a screen to a printer, and the bottom line about it. Invariant: a
 * job that went wrong stands in the line until the clerk has looked at the list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/utf8.h"
#include "kiosk/print/document.h"
#include "kiosk/print/printing.h"
#include "screens/prints.h"
#include "screens/slip.h"

/* What hangs on a wall is sent to phones too, as a picture. */
static bool hangs(const struct document_kind *kind)
{
    return !kind->unique && strcmp(kind->page, "a4") == 0;
}

/* Where pages cannot be drawn, text can. */
void prints_keep(struct ui *ui, const char *what, const char *which)
{
    struct document d;
    char *path = NULL, *picture = NULL;
    if (strcmp(what, "slip") == 0) { /* as a file it is issued, too */
        slip_write(ui, which, "pdf", "pdf");
        return;
    }
    enum err rc = document_make(ui->s, what, which, &d);
    if (rc == ERR_OK) {
        rc = document_keep(ui->s, &d, "pdf", &path);
        if (rc == ERR_DRAWLIB || rc == ERR_FONT)
            rc = document_keep(ui->s, &d, ui->o->ascii ? "ascii" : "text", &path);
        if (rc == ERR_OK && hangs(d.kind))
            rc = document_keep(ui->s, &d, "png", &picture);
        document_fini(&d);
    }
    free(picture);
    if (rc == ERR_OK)
        ui_say(ui, _("It is in %s"), path);
    else
        ui_error(ui, rc);
    free(path);
}

void prints_start(struct ui *ui, const char *what, const char *which)
{
    int64_t id;
    struct printing p = {.what = what, .which = which};
    if (!printer_any(ui->s)) {
        prints_keep(ui, what, which);
        return;
    }
    enum err rc = printing_start(ui->s, &p, &id);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else
        prints_watch(ui, id);
}

/* --- watched -----------------------------------------------------------------------------------
 */

void prints_watch(struct ui *ui, int64_t job)
{
    struct prints *p = &ui->prints;
    if (p->n == PRINTS_WATCHED) /* the oldest is in the list all the same */
        memmove(p->ids, p->ids + 1, --p->n * sizeof p->ids[0]);
    p->ids[p->n++] = job;
    prints_read(ui);
}

static bool good(const struct printjob *job)
{
    return strcmp(job->state, "printed") == 0;
}

/* What is wrong comes first, then what is under way, then what came out. */
static int weight(const struct printjob *job)
{
    return job->ended != CLOCK_NONE && !good(job) ? 3 : job->ended == CLOCK_NONE ? 2 : 1;
}

void prints_read(struct ui *ui)
{
    struct prints *p = &ui->prints;
    struct printjob job, shown = {.id = 0};
    size_t kept = 0;
    printing_look(ui->s);
    for (size_t i = 0; i < p->n; i++) {
        if (printjob_read(ui->s->j.store, p->ids[i], &job) != ERR_OK)
            continue;
        if (shown.id == 0 || weight(&job) >= weight(&shown))
            shown = job;
        if (!good(&job))
            p->ids[kept++] = job.id;
    }
    p->n = kept;
    if (shown.id == 0)
        return;
    p->bad = weight(&shown) == 3 || (shown.ended == CLOCK_NONE && shown.why[0] != 0);
    printing_say(&shown, p->line, sizeof p->line);
    utf8_trim(p->line);
}

const char *prints_line(const struct ui *ui, bool *bad)
{
    *bad = ui->prints.bad;
    return ui->prints.line;
}
