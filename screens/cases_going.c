/* Owns the choice of papers that a courier takes along: all that lies here of the marked cases at
 * first. Invariant: a paper that is not marked stays. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "screens/cases.h"
#include "screens/prints.h"

static const struct column columns[] = {
    {N_("Goes"), 5}, {N_("Number"), 20}, {N_("Name"), 10}, {N_("Paper"), 0}};

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    const struct cases *cs = with;
    const json_t *row = json_array_get(cs->going, i);
    (void)out;
    switch (c) {
    case 0: return js_bool(row, "stays") ? " -" : " *";
    case 1: return cases_text(row, "number");
    case 2: return cases_text(row, "name");
    default: return cases_text(row, js_str(row, "paper_name") ? "paper_name" : "paper");
    }
}

static json_t *marked(const struct cases *cs, const char *id)
{
    const char *key;
    json_t *value, *all = json_array();
    if (id)
        json_array_append_new(all, json_string(id));
    else
        json_object_foreach(cs->marked, key, value) json_array_append_new(all, json_string(key));
    return all;
}

/* What lies here of one case. */
static enum err add_papers(struct ui *ui, const char *id, json_t *going)
{
    size_t i;
    char what[48];
    json_t *one, *rows = NULL;
    snprintf(what, sizeof what, "papers:%s", id);
    enum err rc = view_list(ui->s, what, &VIEW_ALL, &rows);
    json_array_foreach(rows, i, one)
    {
        if (strcmp(cases_text(one, "holder"), "village") == 0)
            json_array_append(going, one);
    }
    json_decref(rows);
    return rc;
}

static void done(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    if (cs->whole && strcmp(cases_text(cs->whole, "id"), cs->going_from) == 0) {
        ui_page(ui, CASES_ONE);
        cases_load_one(ui);
    } else {
        ui_page(ui, CASES_LIST);
        cases_load_list(ui);
    }
}

static void carrier_said(void *with, const char *answer)
{
    struct ui *ui = with;
    struct cases *cs = ui_state(ui);
    json_t *in = cs->in, *out = NULL;
    cs->in = NULL;
    if (!answer || !*answer) {
        json_decref(in);
        return;
    }
    js_set_str(in, "carrier", answer);
    enum err rc = action_run(ui->s, "courier", in, &out);
    if (rc == ERR_OK) {
        json_object_clear(cs->marked);
        ui_say(ui, _("Courier's list %s"), js_str(out, "number"));
        prints_start(ui, "courier", js_str(out, "id"));
        done(ui);
    } else {
        ui_error(ui, rc);
    }
    json_decref(in);
    json_decref(out);
}

/* The papers that are marked, and their cases. */
static void hand_over(struct ui *ui)
{
    struct cases *cs = ui_state(ui);
    size_t i;
    json_t *one, *cases = json_array(), *papers = json_array(), *seen = json_object();
    json_array_foreach(cs->going, i, one)
    {
        const char *id = cases_text(one, "case");
        if (js_bool(one, "stays"))
            continue;
        json_array_append_new(papers,
                              json_pack("{s:s,s:s}", "case", id, "paper", js_str(one, "paper")));
        if (!json_object_get(seen, id))
            json_array_append_new(cases, json_string(id));
        json_object_set_new(seen, id, json_true());
    }
    json_decref(seen);
    json_decref(cs->in);
    cs->in = json_pack("{s:o,s:o}", "cases", cases, "papers", papers);
    if (json_array_size(papers) > 0)
        ui_ask_text(ui, _("Who carries the papers?"), 60, carrier_said);
    else
        ui_warn(ui, "%s", _("Mark a paper first: Space."));
}

void cases_courier(struct ui *ui, const char *id)
{
    struct cases *cs = ui_state(ui);
    size_t i;
    json_t *one, *all = marked(cs, id);
    enum err rc = ERR_OK;
    json_decref(cs->going);
    cs->going = json_array();
    bool of_one = ui->places[ui->depth].page == CASES_ONE;
    snprintf(cs->going_from, sizeof cs->going_from, "%s", of_one && id ? id : "");
    json_array_foreach(all, i, one)
    {
        if (rc == ERR_OK)
            rc = add_papers(ui, json_string_value(one), cs->going);
    }
    json_decref(all);
    cs->going_table = TABLE_OF(columns, cell, cs);
    list_count(&cs->going_table.list, json_array_size(cs->going));
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else if (json_array_size(cs->going) == 0)
        ui_warn(ui, "%s", _("No paper of these cases lies here."));
    else if (json_array_size(cs->going) == 1)
        hand_over(ui); /* nothing to choose from */
    else
        ui_page(ui, CASES_GOING);
}

void cases_going_draw(struct ui *ui, struct area where)
{
    struct cases *cs = ui_state(ui);
    table_draw(&cs->going_table, where, true);
    ui_hint(ui, _("What is marked * goes along; what is not stays here."));
}

unsigned cases_going_key(struct ui *ui, uint32_t k)
{
    struct cases *cs = ui_state(ui);
    json_t *row = json_array_get(cs->going, cs->going_table.list.cur);
    if (k == K_ESC)
        done(ui);
    else if (k == ' ' && row)
        json_object_set_new(row, "stays", json_boolean(!js_bool(row, "stays")));
    else if (k == K_ENTER || k == K_F2)
        hand_over(ui);
    else
        return list_key(&cs->going_table.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}
