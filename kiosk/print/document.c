/* Owns: the documents and what they are put on. Invariant: no ID number stands on any of them: a
 * sheet that was lost tells its finder the case's number and whose it is. */
#include "kiosk/print/document.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/courier.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/device.h"
#include "kiosk/print/page.h"

#define PAPER_DOTS 384 /* 58 mm */

static void line(struct document *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void line(struct document *d, const char *fmt, ...)
{
    va_list args;
    struct buf text = BUF_INIT;
    char piece[1200];
    if (d->n == DOCUMENT_LINES)
        return;
    va_start(args, fmt);
    vsnprintf(piece, sizeof piece, fmt, args);
    va_end(args);
    buf_text(&text, piece);
    d->lines[d->n++] = buf_take(&text);
    d->lines[d->n] = NULL;
}

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text != NULL ? text : "";
}

static void head(struct document *d, struct site *s, const char *title)
{
    char day[CLOCK_TEXT];
    line(d, "%s", title);
    line(d, "%s  %s", s->name, clock_date(clock_now(), day));
}

static void sign_line(struct document *d, const char *who)
{
    line(d, "%s", "");
    line(d, "%s ____________", who);
}

/* --- one-time notice --------------------------------------------------------------------------
 */

/* What has no source says so, on paper too. */
static void doubt(struct document *d, const json_t *item, const char *field)
{
    if (!catalogue_sourced(item, field))
        line(d, "%s", _("(sample data, not confirmed here)"));
}

static void item_facts(struct document *d, const json_t *item)
{
    const json_t *days = js_get(item, "days"), *legal = js_get(item, "legal_days");
    line(d, "%s %s", js_str(item, "code"), lang_pick(item));
    if (json_is_integer(days))
        line(d, _("Promised in %lld working days after it is taken in."),
             (long long)json_integer_value(days));
    if (json_is_integer(legal))
        line(d, _("By law in %lld working days."), (long long)json_integer_value(legal));
    if (json_is_integer(days) || json_is_integer(legal))
        doubt(d, item, "days");
    if (js_get(item, "conditions") != NULL)
        line(d, _("Conditions: %s"), lang_pick(js_get(item, "conditions")));
}

static void item_papers(struct document *d, const json_t *item)
{
    size_t i;
    json_t *p;
    json_t *papers = catalogue_papers(item, true);
    line(d, "%s", _("Please bring:"));
    json_array_foreach(papers, i, p)
    {
        line(d, "%zu. %s%s%s%s", i + 1, lang_pick(p),
             js_bool(p, "required") ? "" : _(" (if you have it)"),
             js_bool(p, "proxy_only") ? _(" (when somebody acts for you)") : "",
             js_bool(p, "can_defer") ? _(" (may follow)") : "");
    }
    if (i == 0)
        line(d, "%s", _("No papers are asked for."));
    doubt(d, item, "papers");
    json_decref(papers);
}

static enum err notice_of_item(struct site *s, const char *code, struct document *d)
{
    struct catalogue *c;
    enum err rc = site_catalogue(s, &c);
    const json_t *item = rc == ERR_OK ? catalogue_find(c, code) : NULL;
    if (rc == ERR_OK && item == NULL)
        rc = err_set(ERR_NOT_FOUND, "item", NULL);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "notice-%.30s", code);
    head(d, s, _("One-time notice"));
    item_facts(d, item);
    item_papers(d, item);
    line(d, "%s", _("With all of it one visit is enough."));
    return ERR_OK;
}

static size_t missing_papers(struct document *d, const json_t *c)
{
    size_t i, n = 0;
    json_t *p;
    line(d, "%s", _("Still missing:"));
    json_array_foreach(js_get(c, "papers"), i, p)
    {
        const char *until = js_str(p, "until");
        if (strcmp(text_of(p, "state"), "missing") == 0 && js_bool(p, "needed"))
            line(d, "%zu. %s%s%s", ++n, *text_of(p, "name") ? text_of(p, "name") : "?",
                 until != NULL ? _(", by ") : "", until != NULL ? until : "");
    }
    if (n == 0)
        line(d, "%s", _("Nothing: all papers are here."));
    return n;
}

static enum err make_notice(struct site *s, const char *which, struct document *d)
{
    json_t *c = NULL;
    struct catalogue *items;
    if (site_catalogue(s, &items) == ERR_OK && catalogue_find(items, which) != NULL)
        return notice_of_item(s, which, d);
    enum err rc = view_case(s, which, &c);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "notice-%s", text_of(c, "number"));
    head(d, s, _("One-time notice"));
    line(d, "%s %s", _("Case number"), text_of(c, "number"));
    line(d, "%s", text_of(c, "item_name"));
    missing_papers(d, c);
    if (*text_of(c, "due"))
        line(d, "%s %s", _("Promised day:"), text_of(c, "due"));
    line(d, "%s", _("With all of it one visit is enough."));
    json_decref(c);
    return ERR_OK;
}

/* --- pledge -----------------------------------------------------------------------------------
 */

/* Taken in although a paper is missing: what the resident promises, in writing. */
static enum err make_pledge(struct site *s, const char *which, struct document *d)
{
    json_t *c = NULL;
    enum err rc = view_case(s, which, &c);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "pledge-%s", text_of(c, "number"));
    head(d, s, _("Pledge: papers that follow"));
    line(d, "%s %s", _("Case number"), text_of(c, "number"));
    line(d, "%s", text_of(c, "item_name"));
    if (missing_papers(d, c) == 0)
        rc = err_set(ERR_STATE, "papers", "%s", _("no paper of this case is missing"));
    line(d, "%s",
         _("I was told what is missing, and bring it by the day named. If I do not, the "
           "case may be returned to me undone."));
    sign_line(d, _("Signed (resident or agent)"));
    sign_line(d, _("Signed (clerk)"));
    line(d, "%s", _("In two copies: one for the resident, one stays here."));
    json_decref(c);
    return rc;
}

/* --- receipt ----------------------------------------------------------------------------------
 */

static const struct {
    const char *state, *word;
} paper_words[] = {
    {"original_seen", N_("original seen, given back")},
    {"copy_kept", N_("copy kept")},
    {"original_kept", N_("original kept")},
    {"returned", N_("given back")},
    {"missing", N_("missing")},
};

static const char *paper_word(const char *state)
{
    for (size_t i = 0; i < sizeof paper_words / sizeof *paper_words; i++)
        if (strcmp(paper_words[i].state, state) == 0)
            return _(paper_words[i].word);
    return state;
}

static void handed_over(struct document *d, const json_t *c)
{
    size_t i;
    json_t *s;
    json_array_foreach(js_get(c, "steps"), i, s)
    {
        int64_t at;
        char when[CLOCK_TEXT];
        bool over =
            strcmp(text_of(s, "step"), "deliver") == 0 || strcmp(text_of(s, "step"), "return") == 0;
        if (over && !js_bool(s, "refused") && clock_parse(text_of(s, "at"), &at))
            line(d, "%s %s %s", _("Handed over on"), clock_date(at, when), text_of(s, "to"));
    }
}

static enum err make_receipt(struct site *s, const char *which, struct document *d)
{
    size_t i;
    json_t *c = NULL, *p;
    enum err rc = view_case(s, which, &c);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "receipt-%s", text_of(c, "number"));
    head(d, s, _("Receipt"));
    line(d, "%s %s", _("Case number"), text_of(c, "number"));
    line(d, "%s", text_of(c, "item_name"));
    line(d, "%s %s", _("State:"), case_word(text_of(c, "state")));
    if (*text_of(c, "due"))
        line(d, "%s %s", _("Promised day:"), text_of(c, "due"));
    json_array_foreach(js_get(c, "papers"), i, p)
    {
        line(d, "%zu. %s: %s", i + 1, *text_of(p, "name") ? text_of(p, "name") : "?",
             paper_word(text_of(p, "state")));
    }
    handed_over(d, c);
    sign_line(d, _("Signed (resident or agent)"));
    sign_line(d, _("Signed (clerk)"));
    json_decref(c);
    return ERR_OK;
}

/* --- the courier's list -----------------------------------------------------------------------
 */

static size_t papers_of(const json_t *list, const char *case_id)
{
    size_t i, n = 0;
    json_t *one;
    json_array_foreach(js_get(list, "papers"), i, one)
    {
        n += strcmp(text_of(one, "case"), case_id) == 0;
    }
    return n;
}

static enum err list_cases(struct site *s, const json_t *list, struct document *d)
{
    size_t i;
    json_t *id, *c = NULL;
    json_array_foreach(js_get(list, "cases"), i, id)
    {
        enum err rc = view_case(s, json_string_value(id), &c);
        if (rc != ERR_OK)
            return rc;
        line(d, "%zu. %s", i + 1, text_of(c, "number"));
        line(d, "   %s", text_of(c, "item_name"));
        line(d, "   %s %zu", _("papers:"), papers_of(list, json_string_value(id)));
        json_decref(c);
        c = NULL;
    }
    return ERR_OK;
}

struct wanted {
    const char *id;
    json_t *row;
};

static enum err pick(void *to, json_t *row)
{
    struct wanted *w = to;
    if (w->row == NULL && strcmp(js_str(row, "id"), w->id) == 0)
        w->row = json_incref(row);
    return ERR_OK;
}

static enum err courier_symbol(struct site *s, const json_t *list, struct document *d)
{
    char *text = mem_printf("%s %s %zu", s->j.site, js_str(list, "id"),
                            json_array_size(js_get(list, "papers")));
    enum err rc = qr_make(text, QR_M, &d->qr);
    d->has_qr = rc == ERR_OK;
    free(text);
    return rc;
}

static enum err make_courier(struct site *s, const char *which, struct document *d)
{
    char id[ENTRY_ID];
    struct view_query q = VIEW_ALL;
    struct wanted w = {id, NULL};
    enum err rc = courier_find(s, which, id);
    if (rc == ERR_OK)
        rc = view_each(s, "couriers", &q, pick, &w);
    if (rc == ERR_OK && w.row == NULL)
        rc = err_set(ERR_NOT_FOUND, "courier", NULL);
    if (rc == ERR_OK) {
        snprintf(d->name, sizeof d->name, "courier-%s", text_of(w.row, "number"));
        head(d, s, _("List of papers handed over"));
        line(d, "%s %s", _("List number"), text_of(w.row, "number"));
        line(d, "%s %s", _("Carried by"), text_of(w.row, "carrier"));
        rc = list_cases(s, w.row, d);
    }
    if (rc == ERR_OK) {
        line(d, _("Cases: %zu, papers: %zu"), json_array_size(js_get(w.row, "cases")),
             json_array_size(js_get(w.row, "papers")));
        sign_line(d, _("Handed over by"));
        sign_line(d, _("Carried by"));
        sign_line(d, _("Received by"));
        rc = courier_symbol(s, w.row, d);
    }
    json_decref(w.row);
    return rc;
}

static const struct {
    const char *name;
    enum err (*make)(struct site *s, const char *which, struct document *d);
} documents[] = {
    {"notice", make_notice},
    {"pledge", make_pledge},
    {"receipt", make_receipt},
    {"courier", make_courier},
};

enum err document_make(struct site *s, const char *what, const char *which, struct document *out)
{
    enum err rc = err_set(ERR_NOT_FOUND, what, NULL);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        if (strcmp(documents[i].name, what) == 0)
            rc = documents[i].make(s, which, out);
    if (rc == ERR_OK && out->n == DOCUMENT_LINES)
        rc = err_set(ERR_TOO_LONG, what, "%d", DOCUMENT_LINES);
    if (rc != ERR_OK)
        document_fini(out);
    return rc;
}

void document_fini(struct document *d)
{
    for (size_t i = 0; i < d->n; i++)
        free(d->lines[i]);
    if (d->has_qr)
        qr_fini(&d->qr);
    memset(d, 0, sizeof *d);
}

/* --- putting it on something ------------------------------------------------------------------
 */

static enum err put_blocks(const struct document *d, bool ascii, struct buf *out)
{
    for (size_t i = 0; i < d->n; i++)
        buf_printf(out, "%s\n", d->lines[i]);
    if (d->has_qr)
        qr_blocks(&d->qr, ascii, out);
    return ERR_OK;
}

static enum err put_text(const struct document *d, struct buf *out)
{
    return put_blocks(d, false, out);
}

static enum err put_ascii(const struct document *d, struct buf *out)
{
    return put_blocks(d, true, out);
}

static enum err put_escpos(const struct document *d, struct buf *out)
{
    struct sheet sheet = {(const char *const *)d->lines, d->has_qr ? &d->qr : NULL, NULL};
    return escpos_sheet(&sheet, PAPER_DOTS, out);
}

static enum err put_page(const struct document *d,
                         enum err (*render)(const struct page *, struct buf *), struct buf *out)
{
    struct page_item items[DOCUMENT_LINES + 2];
    struct page page = {.title = d->lines[0], .items = items};
    for (size_t i = 0; i < d->n; i++)
        items[page.n++] = (struct page_item){.kind = *d->lines[i] != 0 ? PAGE_TEXT : PAGE_GAP,
                                             .size = *d->lines[i] == 0 ? 4
                                                     : i == 0          ? 20
                                                                       : 12,
                                             .centre = i == 0,
                                             .text = d->lines[i]};
    if (d->has_qr)
        items[page.n++] = (struct page_item){.kind = PAGE_QR, .size = 40, .qr = &d->qr};
    return render(&page, out);
}

static enum err put_png(const struct document *d, struct buf *out)
{
    return put_page(d, page_png, out);
}

static enum err put_pdf(const struct document *d, struct buf *out)
{
    return put_page(d, page_pdf, out);
}

static const struct {
    const char *name;
    enum err (*put)(const struct document *d, struct buf *out);
} targets[] = {
    {"text", put_text}, {"ascii", put_ascii}, {"escpos", put_escpos},
    {"png", put_png},   {"pdf", put_pdf},
};

enum err document_put(const struct document *d, const char *to, struct buf *out)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (strcmp(targets[i].name, to) == 0)
            return targets[i].put(d, out);
    return err_set(ERR_NOT_FOUND, to, NULL);
}

enum err document_print(struct site *s, const struct document *d)
{
    struct buf bytes = BUF_INIT;
    const char *path = device_path(s);
    enum err rc = *path != 0 ? document_put(d, "escpos", &bytes)
                             : err_set(ERR_PRINTER, NULL, "%s", _("no printer is set"));
    if (rc == ERR_OK)
        rc = device_send(path, bytes.data, bytes.len);
    buf_fini(&bytes);
    return rc;
}
