/* Owns what a field of people or items finds while its beginning is typed. Invariant: an ID number
 * is shown masked or not at all, whatever was typed. */
#include "screens/asform.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"

#define FOUND_MAX 24

static enum err add_person(void *to, json_t *row)
{
    char show[300];
    const char *name = js_str(row, "name"), *id_no = js_str(row, "id_no");
    const char *phone = js_str(row, "phone");
    snprintf(show, sizeof show, "%s  %s  %s", name ? name : "", id_no ? id_no : "",
             phone ? phone : "");
    utf8_trim(show);
    json_array_append_new(to, json_pack("{s:s,s:s,s:s}", "id", js_str(row, "id"), "label",
                                        name ? name : "", "show", show));
    return ERR_OK;
}

json_t *asform_find_person(struct ui *ui, const char *text)
{
    json_t *found = json_array();
    struct view_query q = VIEW_ALL;
    char id[ENTRY_ID];
    json_t *person = NULL;
    if (strlen(text) >= 18 && view_person_by_id_no(ui->s, text, id) == ERR_OK &&
        view_person(ui->s, id, &person) == ERR_OK) {
        js_set_str(person, "id_no", "");
        add_person(found, person);
        json_decref(person);
        return found;
    }
    q.like = text;
    q.limit = FOUND_MAX;
    view_each(ui->s, "people", &q, add_person, found);
    return found;
}

static enum err add_item(void *to, json_t *row)
{
    char show[300];
    snprintf(show, sizeof show, "%s  %s", js_str(row, "code"), js_str(row, "name"));
    utf8_trim(show);
    json_array_append_new(to, json_pack("{s:s,s:s,s:s}", "id", js_str(row, "code"), "label",
                                        js_str(row, "name"), "show", show));
    return ERR_OK;
}

/* What this site takes in most comes first. */
json_t *asform_find_item(struct ui *ui, const char *text)
{
    json_t *found = json_array();
    struct view_query q = VIEW_ALL;
    q.like = text;
    q.limit = FOUND_MAX;
    view_each(ui->s, "items", &q, add_item, found);
    return found;
}
