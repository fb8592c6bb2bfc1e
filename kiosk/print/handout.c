/* Owns: what a slip is put on, by a table. Invariant: the case's number stands on it in digits, for
 * a scanner that is broken. */
#include "kiosk/print/handout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/documents.h"
#include "kiosk/print/issue.h"
#include "kiosk/print/printer.h"
#include "kiosk/print/slip_words.h"

#define DOTS 6       /* per module of a picture: 57 modules and the quiet zone are 390 */
#define SYMBOL_MM 75 /* on a page */

static enum err fill(struct site *s, const json_t *found, struct handout *out)
{
    char when[CLOCK_TEXT];
    struct layout *l = &out->layout;
    layout_title(l, out->number);
    layout_line(l, LAYOUT_NORMAL, "%s", s->name);
    layout_line(l, LAYOUT_NORMAL, "%s %s", _("Slip"), clock_date(clock_now(), when));
    slip_words(s, found, l);
    enum err rc = layout_qr(l, LAYOUT_CENTRE, SYMBOL_MM, buf_str(&out->digits), QR_M);
    layout_line(l, LAYOUT_NORMAL, "%s %s", _("Case number"), out->number);
    slip_return(s, l);
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i].kind == LAYOUT_QR)
            out->qr = &l->items[i].qr;
    return rc;
}

enum err handout_make(struct site *s, const char *which, struct handout *out)
{
    json_t *found = NULL;
    *out = (struct handout){.digits = BUF_INIT};
    enum err rc = view_case(s, which, &found);
    if (rc == ERR_OK)
        rc = slip_issue(s, js_str(found, "id"), &out->digits, out->number);
    if (rc == ERR_OK)
        rc = fill(s, found, out);
    if (rc == ERR_OK)
        snprintf(out->id, sizeof out->id, "%s", js_str(found, "id"));
    else
        handout_fini(out);
    json_decref(found);
    return rc;
}

void handout_fini(struct handout *h)
{
    layout_fini(&h->layout);
    buf_fini(&h->digits);
    *h = (struct handout){.digits = BUF_INIT};
}

/* --- putting it on something ---------------------------------------------------------------- */

enum err handout_put(const struct handout *h, const char *to, struct buf *out)
{
    if (strcmp(to, "png") == 0)
        return qr_png(h->qr, DOTS, out);
    if (strcmp(to, "digits") != 0)
        return layout_put(&h->layout, to, &(struct layout_how){.page = "a5"}, out);
    buf_printf(out, "%s\n", buf_str(&h->digits));
    return ERR_OK;
}

/* What the entry has for it; all else it has by the same name. */
static const char *entered(const char *to)
{
    return strcmp(to, "ascii") == 0 ? "text" : strcmp(to, "symbol") == 0 ? "screen" : to;
}

enum err handout_done(struct site *s, const struct handout *h, const char *to)
{
    char *what = mem_printf("slip:%s", h->id);
    json_t *in = json_pack("{s:s}", "to", entered(to)), *out = NULL;
    enum err rc = action_run(s, what, in, &out);
    json_decref(in);
    json_decref(out);
    free(what);
    return rc;
}

/* --- as a document -----------------------------------------------------------------------------
 */

enum err document_slip(struct site *s, const char *which, struct document *d)
{
    struct handout h;
    enum err rc = handout_make(s, which, &h);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "slip-%s", h.number);
    d->layout = h.layout;
    h.layout = (struct layout){0};
    handout_fini(&h);
    return ERR_OK;
}

/* On paper; a slip that was shown on a screen was not printed. */
bool slip_before(struct site *s, const char *which)
{
    size_t i;
    json_t *found = NULL, *one;
    bool before = false;
    if (view_case(s, which, &found) != ERR_OK)
        return false;
    json_array_foreach(js_get(found, "slips"), i, one)
    {
        const char *to = js_str(one, "to");
        before = before || (to != NULL && (strcmp(to, "escpos") == 0 || strcmp(to, "pdf") == 0));
    }
    json_decref(found);
    return before;
}

/* Issued when the printer said so. */
enum err slip_ended(struct site *s, const struct printjob *job)
{
    struct printer to;
    if (strcmp(job->state, "printed") != 0)
        return ERR_OK;
    bool pages = printer_find(s, job->printer, &to) == ERR_OK && to.pages;
    char *what = mem_printf("slip:%s", job->which);
    json_t *out = NULL, *in = json_pack("{s:s,s:i,s:b}", "to", pages ? "pdf" : "escpos", "copies",
                                        job->copies, "reprint", job->marked);
    enum err rc = action_run(s, what, in, &out);
    json_decref(in);
    json_decref(out);
    free(what);
    return rc;
}
