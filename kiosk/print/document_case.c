/* Owns: the documents that are about an item or a case: one-time notice, pledge, receipt.
 * Invariant: no ID number stands on any of them: a sheet that was lost tells its finder the case's
 * number and whose it is. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/documents.h"

/* --- one-time notice --------------------------------------------------------------------------
 */

/* What has no source says so, on paper too. */
static void doubt(struct document *d, const json_t *item, const char *field)
{
    if (!catalogue_sourced(item, field))
        layout_line(&d->layout, LAYOUT_NORMAL, "%s", _("(sample data, not confirmed here)"));
}

static void item_facts(struct document *d, const json_t *item)
{
    const json_t *days = js_get(item, "days"), *legal = js_get(item, "legal_days");
    layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", js_str(item, "code"), lang_pick(item));
    if (json_is_integer(days))
        layout_line(&d->layout, LAYOUT_NORMAL,
                    _("Promised in %lld working days after it is taken in."),
                    (long long)json_integer_value(days));
    if (json_is_integer(legal))
        layout_line(&d->layout, LAYOUT_NORMAL, _("By law in %lld working days."),
                    (long long)json_integer_value(legal));
    if (json_is_integer(days) || json_is_integer(legal))
        doubt(d, item, "days");
    if (js_get(item, "conditions") != NULL)
        layout_line(&d->layout, LAYOUT_NORMAL, _("Conditions: %s"),
                    lang_pick(js_get(item, "conditions")));
}

static void item_papers(struct document *d, const json_t *item)
{
    size_t i;
    json_t *p;
    json_t *papers = catalogue_papers(item, true);
    layout_line(&d->layout, LAYOUT_NORMAL, "%s", _("Please bring:"));
    json_array_foreach(papers, i, p)
    {
        layout_line(&d->layout, LAYOUT_NORMAL, "%zu. %s%s%s%s", i + 1, lang_pick(p),
                    js_bool(p, "required") ? "" : _(" (if you have it)"),
                    js_bool(p, "proxy_only") ? _(" (when somebody acts for you)") : "",
                    js_bool(p, "can_defer") ? _(" (may follow)") : "");
    }
    if (i == 0)
        layout_line(&d->layout, LAYOUT_NORMAL, "%s", _("No papers are asked for."));
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
    document_head(d, s, _("One-time notice"));
    item_facts(d, item);
    item_papers(d, item);
    layout_line(&d->layout, LAYOUT_NORMAL, "%s", _("With all of it one visit is enough."));
    return ERR_OK;
}

static size_t missing_papers(struct document *d, const json_t *c)
{
    size_t i, n = 0;
    json_t *p;
    layout_line(&d->layout, LAYOUT_NORMAL, "%s", _("Still missing:"));
    json_array_foreach(js_get(c, "papers"), i, p)
    {
        const char *until = js_str(p, "until");
        if (strcmp(document_text(p, "state"), "missing") == 0 && js_bool(p, "needed"))
            layout_line(&d->layout, LAYOUT_NORMAL, "%zu. %s%s%s", ++n,
                        *document_text(p, "name") ? document_text(p, "name") : "?",
                        until != NULL ? _(", by ") : "", until != NULL ? until : "");
    }
    if (n == 0)
        layout_line(&d->layout, LAYOUT_NORMAL, "%s", _("Nothing: all papers are here."));
    return n;
}

enum err document_notice(struct site *s, const char *which, struct document *d)
{
    json_t *c = NULL;
    struct catalogue *items;
    if (site_catalogue(s, &items) == ERR_OK && catalogue_find(items, which) != NULL)
        return notice_of_item(s, which, d);
    enum err rc = view_case(s, which, &c);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "notice-%s", document_text(c, "number"));
    document_head(d, s, _("One-time notice"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", _("Case number"), document_text(c, "number"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s", document_text(c, "item_name"));
    missing_papers(d, c);
    if (*document_text(c, "due"))
        layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", _("Promised day:"),
                    document_text(c, "due"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s", _("With all of it one visit is enough."));
    json_decref(c);
    return ERR_OK;
}

/* --- pledge -----------------------------------------------------------------------------------
 */

/* Taken in although a paper is missing: what the resident promises, in writing. */
enum err document_pledge(struct site *s, const char *which, struct document *d)
{
    json_t *c = NULL;
    enum err rc = view_case(s, which, &c);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "pledge-%s", document_text(c, "number"));
    document_head(d, s, _("Pledge: papers that follow"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", _("Case number"), document_text(c, "number"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s", document_text(c, "item_name"));
    if (missing_papers(d, c) == 0)
        rc = err_set(ERR_STATE, "papers", "%s", _("no paper of this case is missing"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s",
                _("I was told what is missing, and bring it by the day named. If I do not, the "
                  "case may be returned to me undone."));
    document_sign(d, _("Signed (resident or agent)"));
    document_sign(d, _("Signed (clerk)"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s",
                _("In two copies: one for the resident, one stays here."));
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
        bool over = strcmp(document_text(s, "step"), "deliver") == 0 ||
                    strcmp(document_text(s, "step"), "return") == 0;
        if (over && !js_bool(s, "refused") && clock_parse(document_text(s, "at"), &at))
            layout_line(&d->layout, LAYOUT_NORMAL, "%s %s %s", _("Handed over on"),
                        clock_date(at, when), document_text(s, "to"));
    }
}

enum err document_receipt(struct site *s, const char *which, struct document *d)
{
    size_t i;
    json_t *c = NULL, *p;
    enum err rc = view_case(s, which, &c);
    if (rc != ERR_OK)
        return rc;
    snprintf(d->name, sizeof d->name, "receipt-%s", document_text(c, "number"));
    document_head(d, s, _("Receipt"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", _("Case number"), document_text(c, "number"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s", document_text(c, "item_name"));
    layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", _("State:"),
                case_word(document_text(c, "state")));
    if (*document_text(c, "due"))
        layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", _("Promised day:"),
                    document_text(c, "due"));
    json_array_foreach(js_get(c, "papers"), i, p)
    {
        layout_line(&d->layout, LAYOUT_NORMAL, "%zu. %s: %s", i + 1,
                    *document_text(p, "name") ? document_text(p, "name") : "?",
                    paper_word(document_text(p, "state")));
    }
    handed_over(d, c);
    document_sign(d, _("Signed (resident or agent)"));
    document_sign(d, _("Signed (clerk)"));
    json_decref(c);
    return ERR_OK;
}
