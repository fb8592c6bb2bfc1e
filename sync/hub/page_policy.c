/* Owns: the page of what villages adapted, and of the overlays that they started. */
#include <microhttpd.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/page.h"
#include "sync/hub/view.h"

/* A value as people read it: texts without quotes. NULL for the pack's own. */
static char *value_text(const json_t *row, const char *key)
{
    const json_t *value = js_get(row, key);
    return value != NULL ? js_dump(value) : NULL;
}

static enum err adaptation_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT];
    char *old = value_text(row, "old"), *value = value_text(row, "new");
    l->n++;
    page_put(&l->w->out,
             "<tr><td data-label=\"%s\">%s</td><td data-label=\"%s\"><a href=\"/sites/%s\">%s</a>"
             "</td><td data-label=\"%s\">%s<br><small>%s</small></td>"
             "<td data-label=\"%s\">%s → <b class=\"%r\">%s</b></td>"
             "<td data-label=\"%s\">%s</td><td data-label=\"%s\">%s<br><small>%s</small></td></tr>",
             _("Time"), page_time(js_str(row, "at"), at), _("Village"), js_str(row, "site"),
             js_str(row, "site_name"), _("Parameter"), js_str(row, "param"), js_str(row, "policy"),
             _("Value"), old != NULL ? old : "", js_bool(row, "latest") ? "new" : "done",
             value != NULL ? value : _("the pack's own"), _("Reason"), js_str(row, "reason"),
             _("Approved by"), js_str(row, "approver"), js_str(row, "clerk"));
    free(old);
    free(value);
    return ERR_OK;
}

static enum err overlay_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char from[CLOCK_TEXT], review[CLOCK_TEXT], ended[CLOCK_TEXT];
    const char *end = js_str(row, "ended");
    l->n++;
    page_put(&l->w->out,
             "<tr><td data-label=\"%s\"><a href=\"/sites/%s\">%s</a></td>"
             "<td data-label=\"%s\">%s@%d</td><td data-label=\"%s\">%s</td>"
             "<td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td>"
             "<td data-label=\"%s\">%s<br><small>%s %s</small></td></tr>",
             _("Village"), js_str(row, "site"), js_str(row, "site_name"), _("Overlay"),
             js_str(row, "pack"), js_int(row, "version", 0), _("Order"), js_str(row, "order"),
             _("From"), page_time(js_str(row, "start"), from), _("Review"),
             page_time(js_str(row, "review"), review), _("Ended"), page_time(end, ended),
             end != NULL ? js_str(row, "end_order") : "",
             end != NULL ? js_str(row, "end_reason") : "");
    return ERR_OK;
}

void page_policy(struct web *w)
{
    static const char *const heads[] = {N_("Time"),  N_("Village"), N_("Parameter"),
                                        N_("Value"), N_("Reason"),  N_("Approved by"),
                                        NULL};
    static const char *const overlay_heads[] = {
        N_("Village"), N_("Overlay"), N_("Order"), N_("From"), N_("Review"), N_("Ended"), NULL};
    struct hub_query q = {.site = web_query(w, "site"), .limit = PAGE_ROWS};
    page_begin(w, _("Policies and catalogue"), "/policy");
    page_put_definitions(w);
    page_put(&w->out, "<h2>%s</h2>", _("Adapted within the bounds of the pack"));
    if (!page_table(w, "adaptations", &q, adaptation_row, heads))
        return;
    page_put(&w->out, "<h2>%s</h2>", _("Overlays started by villages"));
    if (page_table(w, "overlays", &q, overlay_row, overlay_heads))
        page_end(w, MHD_HTTP_OK);
}
