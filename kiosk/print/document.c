/* Owns: the table of documents. Invariant: what can be put on paper is a row here, and every row
 * can be put on whatever there is. */
#include "kiosk/print/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/ticket.h"
#include "kiosk/print/documents.h"

/* --- what documents share ----------------------------------------------------------------------
 */

const char *document_text(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text != NULL ? text : "";
}

void document_head(struct document *d, struct site *s, const char *title)
{
    char day[CLOCK_TEXT];
    layout_title(&d->layout, title);
    layout_line(&d->layout, LAYOUT_MEDIUM | LAYOUT_CENTRE | LAYOUT_BOLD, "%s", title);
    layout_line(&d->layout, LAYOUT_NORMAL, "%s  %s", s->name, clock_date(clock_now(), day));
    layout_gap(&d->layout, 3);
}

void document_sign(struct document *d, const char *who)
{
    layout_gap(&d->layout, 8);
    layout_line(&d->layout, LAYOUT_NORMAL, "%s ____________", who);
}

/* --- the table ---------------------------------------------------------------------------------
 */

const struct document_kind document_kinds[] = {
    {"slip", N_("Slip"), "a5", 1, true, document_slip, slip_before, slip_ended},
    {"receipt", N_("Receipt"), "a5", 1, true, document_receipt, NULL, NULL},
    {"notice", N_("One-time notice"), "a5", 1, false, document_notice, NULL, NULL},
    {"pledge", N_("Pledge: papers that follow"), "a5", 2, true, document_pledge, NULL, NULL},
    {"courier", N_("List of papers handed over"), "a4", 1, true, document_courier, NULL, NULL},
    {"ticket", N_("Number"), "strip", 1, true, document_ticket, NULL, ticket_ended},
    {"placard", N_("Notice"), "a4", 1, false, document_placard, NULL, NULL},
    {"poster", N_("Poster"), "a4", 1, false, document_poster, NULL, NULL},
    {"report", N_("Daily report"), "a4", 1, false, document_report, NULL, NULL},
    {"test", N_("Test page"), "a5", 1, false, document_test, NULL, NULL},
    {NULL, NULL, NULL, 0, false, NULL, NULL, NULL},
};

static const struct document_kind *find(const char *what)
{
    const struct document_kind *k = document_kinds;
    while (k->name != NULL && strcmp(k->name, what) != 0)
        k++;
    return k;
}

enum err document_make(struct site *s, const char *what, const char *which, struct document *out)
{
    memset(out, 0, sizeof *out);
    out->kind = find(what);
    enum err rc = out->kind->name != NULL ? out->kind->make(s, which, out)
                                          : err_set(ERR_NOT_FOUND, what, NULL);
    if (rc != ERR_OK)
        document_fini(out);
    return rc;
}

void document_fini(struct document *d)
{
    layout_fini(&d->layout);
    memset(d, 0, sizeof *d);
}

const char *document_which(const struct document *d)
{
    return d->name + strlen(d->kind->name) + 1;
}

const char *document_word(const char *what)
{
    const struct document_kind *k = find(what);
    return k->name != NULL ? _(k->word) : what;
}

bool document_tells(const char *what)
{
    return find(what)->ended != NULL;
}

enum err document_printed(struct site *s, const struct printjob *job)
{
    const struct document_kind *k = find(job->what);
    return k->ended != NULL ? k->ended(s, job) : ERR_OK;
}

int document_copies(struct site *s, const struct document_kind *kind)
{
    char name[40];
    snprintf(name, sizeof name, "%s_copies", kind->name);
    int64_t n = ticket_param(s, name, kind->copies);
    return n >= 1 && n <= 9 ? (int)n : kind->copies;
}

/* --- put on something --------------------------------------------------------------------------
 */

enum err document_put(const struct document *d, const char *to, const char *page, struct buf *out)
{
    struct layout_how how = {.page = page != NULL ? page : d->kind->page};
    return layout_put(&d->layout, to, &how, out);
}

static const char *ext_of(const char *to)
{
    for (const struct layout_renderer *r = layout_renderers; r->name != NULL; r++)
        if (strcmp(r->name, to) == 0)
            return r->ext;
    return to;
}

enum err document_keep(struct site *s, const struct document *d, const char *to, char **path)
{
    struct buf bytes = BUF_INIT;
    char *folder = mem_printf("%s/out", s->dir);
    *path = mem_printf("%s/%s.%s", folder, d->name, ext_of(to));
    enum err rc = document_put(d, to, NULL, &bytes);
    if (rc == ERR_OK)
        rc = file_folder(folder);
    if (rc == ERR_OK)
        rc = file_write(*path, bytes.data, bytes.len, 0600);
    if (rc != ERR_OK) {
        free(*path);
        *path = NULL;
    }
    buf_wipe(&bytes);
    free(folder);
    return rc;
}
