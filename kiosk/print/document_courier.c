/* Owns: the list of papers that a courier carries. Invariant: every case and the number of its
 * papers stand on it, and who signs for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/courier.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/documents.h"

static size_t papers_of(const json_t *list, const char *case_id)
{
    size_t i, n = 0;
    json_t *one;
    json_array_foreach(js_get(list, "papers"), i, one)
    {
        n += strcmp(document_text(one, "case"), case_id) == 0;
    }
    return n;
}

/* The number never breaks: it is what is looked for. */
static const struct layout_columns columns = {
    4, {{3, LAYOUT_NORMAL}, {20, LAYOUT_NORMAL}, {19, LAYOUT_NORMAL}, {6, LAYOUT_RIGHT}}};

static enum err list_cases(struct site *s, const json_t *list, struct document *d)
{
    size_t i;
    json_t *id, *c = NULL;
    layout_row(&d->layout, &columns,
               (const char *const[]){"", _("Case number"), _("Item"), _("papers")});
    layout_rule(&d->layout);
    json_array_foreach(js_get(list, "cases"), i, id)
    {
        enum err rc = view_case(s, json_string_value(id), &c);
        if (rc != ERR_OK)
            return rc;
        char place[24], papers[24];
        snprintf(place, sizeof place, "%zu.", i + 1);
        snprintf(papers, sizeof papers, "%zu", papers_of(list, json_string_value(id)));
        layout_row(&d->layout, &columns,
                   (const char *const[]){place, document_text(c, "number"),
                                         document_text(c, "item_name"), papers});
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
    enum err rc = layout_qr(&d->layout, LAYOUT_NORMAL, 40, text, QR_M);
    free(text);
    return rc;
}

enum err document_courier(struct site *s, const char *which, struct document *d)
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
        snprintf(d->name, sizeof d->name, "courier-%s", document_text(w.row, "number"));
        document_head(d, s, _("List of papers handed over"));
        layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", _("List number"),
                    document_text(w.row, "number"));
        layout_line(&d->layout, LAYOUT_NORMAL, "%s %s", _("Carried by"),
                    document_text(w.row, "carrier"));
        rc = list_cases(s, w.row, d);
    }
    if (rc == ERR_OK) {
        layout_rule(&d->layout);
        layout_line(&d->layout, LAYOUT_NORMAL, _("Cases: %zu, papers: %zu"),
                    json_array_size(js_get(w.row, "cases")),
                    json_array_size(js_get(w.row, "papers")));
        document_sign(d, _("Handed over by"));
        document_sign(d, _("Carried by"));
        document_sign(d, _("Received by"));
        rc = courier_symbol(s, w.row, d);
    }
    json_decref(w.row);
    return rc;
}
