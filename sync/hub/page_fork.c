/* Owns the look at two machines that wrote under the same numbers: both branches, side by side.
 * Invariant: nothing sealed is opened here. */
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/store/kind.h"
#include "sync/hub/page.h"

static const char *kind_name(const char *kind)
{
    const struct kind *k = kind != NULL ? kind_find(kind) : NULL;
    return k != NULL ? _(k->what) : kind != NULL ? kind : "-";
}

static enum err fork_row(void *arg, const json_t *row)
{
    struct page_list *l = arg;
    char at[CLOCK_TEXT], stands[CLOCK_TEXT], came[CLOCK_TEXT], came_stands[CLOCK_TEXT];
    const json_t *head = js_get(row, "head");
    int64_t wrote = js_int(head, "at", CLOCK_NONE);
    if (l->n++ == 0)
        page_put(
            &l->w->out,
            "<h2>%s</h2><p>%s</p><table><thead><tr><th>%s</th><th>%s</th><th>%s</th></tr>"
            "</thead><tbody>",
            _("Two machines under the same numbers"),
            _("Both branches are kept. Find out which machine works on; let it enrol anew with "
              "a new code (jiujin-hub site code CODE12). What is missing is entered there "
              "again."),
            _("Record"), _("In its place"), _("Kept aside"));
    page_put(&l->w->out,
             "<tr><td data-label=\"%s\">%d.%d</td><td data-label=\"%s\">%s %s<br><small>%s %s"
             "</small></td><td data-label=\"%s\">%s %s %s<br><small>%s %s</small></td></tr>",
             _("Record"), js_int(row, "epoch", 0), js_int(row, "seq", 0), _("In its place"),
             kind_name(js_str(row, "stands_kind")), page_time(js_str(row, "stands_at"), stands),
             _("received"), page_time(js_str(row, "stands_arrived"), came_stands), _("Kept aside"),
             kind_name(js_str(head, "k")), wrote != CLOCK_NONE ? clock_short(wrote, at) : "",
             js_str(head, "by") != NULL ? js_str(head, "by") : "", _("received"),
             page_time(js_str(row, "arrived"), came));
    return ERR_OK;
}

void page_put_forks(struct web *w, const char *site)
{
    struct page_list l = {w, 0};
    struct hub_query q = {.site = site, .limit = PAGE_ROWS};
    hub_view(w->hub, "forks", &q, fork_row, &l);
    if (l.n > 0)
        page_put(&w->out, "</tbody></table>");
}
