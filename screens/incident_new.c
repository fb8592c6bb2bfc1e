/* Owns the form for an incident that no check at the door opened: what, who, when, in words. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/action.h"
#include "screens/asform.h"
#include "screens/formpage.h"
#include "screens/ui.h"

#define FORM "incident_new"

struct incident_new {
    struct wform *form;
};

static const struct key_row keys[] = {
    {K_F2, "F2", N_("save"), N_("Open the incident; every terminal shows it.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F8, "F8", N_("empty"), N_("Throw away what was typed.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the incidents; the draft is kept.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static const struct form *form_of(struct ui *ui, const char *name)
{
    struct form *f = NULL;
    return site_form(ui->s, name, &f) == ERR_OK ? f : NULL;
}

/* The causes of the pack in force; where it names none, those of the form. */
static void add_cause(struct ui *ui, struct wform *w)
{
    size_t i;
    json_t *kind, *kinds = NULL;
    struct policy *p = NULL;
    const struct form *f = form_of(ui, "incident");
    if (site_policy(ui->s, &p) == ERR_OK)
        kinds = js_get(js_get(policy_json(p), "incident"), "kinds");
    if (json_array_size(kinds) == 0) {
        asform_add_field(ui, w, f, "cause", "");
        return;
    }
    struct wfield *fd = wform_add(w, W_CHOICE, "cause", _("What happened"), 1);
    fd->required = true;
    json_array_foreach(kinds, i, kind)
    {
        wfield_option(fd, js_str(kind, "id"), lang_pick(kind));
    }
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    const struct form *person = form_of(ui, "person"), *f = form_of(ui, "incident");
    if (person && strncmp(wf->id, "person.", 7) == 0 && wf->edit.len)
        asform_left(w, person, "person.", wf);
    else if (f && strcmp(wf->id, "at") == 0)
        asform_left(w, f, "", wf);
    ui_keep(ui);
}

static void build(struct ui *ui)
{
    static const char *const parts[] = {"id_no", "name", "phone"};
    struct incident_new *n = ui_state(ui);
    const struct form *person = form_of(ui, "person"), *f = form_of(ui, "incident");
    wform_free(n->form);
    n->form = wform_new(ui);
    n->form->left = left;
    add_cause(ui, n->form);
    for (size_t i = 0; person && i < sizeof parts / sizeof parts[0]; i++) {
        asform_add_field(ui, n->form, person, parts[i], "person.");
        n->form->fields[n->form->n - 1]->required = false;
    }
    if (f) {
        asform_add_field(ui, n->form, f, "note", "");
        asform_add_field(ui, n->form, f, "at", "");
    }
}

static void keep(struct ui *ui)
{
    struct incident_new *n = ui_state(ui);
    asform_keep(ui, n->form, FORM);
}

static void open(struct ui *ui, const json_t *arg)
{
    struct incident_new *n = ui_state(ui);
    (void)arg;
    build(ui);
    formpage_restore(ui, n->form, FORM);
}

static json_t *input_of(const struct wform *w)
{
    char at[2 * CLOCK_TEXT];
    const struct wfield *note = wform_field(w, "note"), *when = wform_field(w, "at");
    json_t *in = json_object(), *person = asform_person(w, "person.");
    json_object_set_new(in, "person", person ? person : json_null());
    js_set_str(in, "cause", wfield_choice(wform_field(w, "cause")));
    if (note && *wfield_text(note))
        js_set_str(in, "note", wfield_text(note));
    if (when && *wfield_text(when)) {
        asform_time(FIELD_DATETIME, wfield_text(when), at, sizeof at);
        js_set_str(in, "at", at);
    }
    return in;
}

static void save(struct ui *ui)
{
    struct incident_new *n = ui_state(ui);
    json_t *out = NULL;
    wform_leave(n->form);
    json_t *in = input_of(n->form);
    enum err rc = action_run(ui->s, "incident", in, &out);
    json_decref(in);
    if (rc == ERR_OK) {
        formpage_drop(ui, FORM);
        ui_go(ui, "incident", json_pack("{s:s}", "incident", js_str(out, "id")));
    } else {
        if (!asform_error(n->form, "", rc))
            asform_error(n->form, "person.", rc);
        ui_error(ui, rc);
    }
    json_decref(out);
}

static void empty(void *with, const char *answer)
{
    if (formpage_emptied(with, answer, FORM))
        build(with);
}

static void draw(struct ui *ui, struct area body)
{
    struct incident_new *n = ui_state(ui);
    asform_draw(ui, n->form, (struct area){body.row + 1, 1, body.rows - 1, body.cols - 2});
}

static void back(struct ui *ui)
{
    ui_go(ui, "incident", NULL);
}

static const struct formpage form_page = {save, back, empty,
                                          N_("That was the last field: F2 saves.")};

static unsigned key(struct ui *ui, uint32_t k)
{
    struct incident_new *n = ui_state(ui);
    return formpage_key(ui, n->form, &form_page, k);
}

static void leave(struct ui *ui)
{
    struct incident_new *n = ui_state(ui);
    wform_free(n->form);
}

const struct screen screen_incident_new = {
    .name = "incident_new",
    .title = N_("A new incident"),
    .about = N_("Note what happened; then whom to call stands step by step."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct incident_new),
    .open = open,
    .draw = draw,
    .key = key,
    .keep = keep,
    .close = leave,
};
