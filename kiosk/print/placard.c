/* Owns: how a notice looks on paper. Invariant: nothing stands on it but what the idle screen shows
 * to everybody, and from which site it is. */
#include "kiosk/print/placard.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/documents.h"

/* What the pack says has no title of its own. */
void placard_layout(struct site *s, const json_t *notice, struct layout *out)
{
    int64_t at;
    char day[CLOCK_TEXT] = "";
    const char *title = js_str(notice, "title"), *until = js_str(notice, "until");
    if (js_str(notice, "at") != NULL && clock_parse(js_str(notice, "at"), &at))
        clock_date(at, day);
    layout_title(out, title != NULL ? title : _("Notice"));
    layout_gap(out, 12);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_HUGE, "%s", _("Notice"));
    layout_gap(out, 8);
    if (title != NULL)
        layout_line(out, LAYOUT_CENTRE | LAYOUT_LARGE, "%s", title);
    layout_gap(out, 6);
    layout_rule(out);
    layout_gap(out, 8);
    layout_line(out, LAYOUT_MEDIUM, "%s", js_str(notice, "text"));
    layout_gap(out, 10);
    layout_rule(out);
    layout_gap(out, 6);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_MEDIUM, "%s", s->name);
    if (*day != 0 && until != NULL)
        layout_line(out, LAYOUT_CENTRE, _("%s to %s"), day, until);
    else if (*day != 0)
        layout_line(out, LAYOUT_CENTRE, "%s", day);
}

_Static_assert(sizeof((struct document){0}.name) == PLACARD_NAME, "a name is a document's");

struct wanted {
    const char *id;
    json_t *row;
};

static enum err pick(void *to, json_t *row)
{
    struct wanted *w = to;
    if (w->row == NULL && js_str(row, "id") != NULL && strcmp(js_str(row, "id"), w->id) == 0)
        w->row = json_incref(row);
    return ERR_OK;
}

/* An id of a pack came from outside: as a file's name it must not lead out of the folder. */
void placard_name(const char *id, char name[PLACARD_NAME])
{
    snprintf(name, PLACARD_NAME, "placard-%s", id);
    for (char *p = name; *p != 0; p++)
        if (!isalnum((unsigned char)*p) && strchr("._-", *p) == NULL)
            *p = '_';
}

enum err document_placard(struct site *s, const char *which, struct document *d)
{
    struct view_query q = VIEW_ALL;
    struct wanted w = {which, NULL};
    enum err rc = view_each(s, "notices", &q, pick, &w);
    if (rc == ERR_OK && w.row == NULL)
        rc = err_set(ERR_NOT_FOUND, "notice", NULL);
    if (rc == ERR_OK) {
        placard_name(which, d->name);
        placard_layout(s, w.row, &d->layout);
    }
    json_decref(w.row);
    return rc;
}
