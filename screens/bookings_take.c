/* Owns a booking while it is taken by telephone. Invariant: the half hour's place is held from the
 * first key on, and let go when the form is left. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/rules/slots.h"
#include "screens/asform.h"
#include "screens/bookings.h"

static const struct form *form_of(struct ui *ui, const char *name)
{
    struct form *f = NULL;
    return site_form(ui->s, name, &f) == ERR_OK ? f : NULL;
}

static json_t *find(void *with, struct wfield *fd, const char *text)
{
    return strcmp(fd->id, "person") == 0 ? asform_find_person(with, text)
                                         : asform_find_item(with, text);
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    const struct form *person = form_of(ui, "person");
    if (person && strncmp(wf->id, "person.", 7) == 0 && wf->edit.len)
        asform_left(w, person, "person.", wf);
}

/* Somebody known is picked; somebody new is typed below. */
static void build(struct ui *ui)
{
    static const char *const parts[] = {"name", "id_no", "phone"};
    struct bookings *b = ui_state(ui);
    const struct form *f = form_of(ui, "booking"), *person = form_of(ui, "person");
    wform_free(b->form);
    b->form = wform_new(ui);
    b->form->left = left;
    b->form->find = find;
    if (f) {
        asform_add_field(ui, b->form, f, "item", "");
        asform_add_field(ui, b->form, f, "person", "");
        b->form->fields[b->form->n - 1]->required = false;
    }
    for (size_t i = 0; person && i < sizeof parts / sizeof parts[0]; i++) {
        asform_add_field(ui, b->form, person, parts[i], "person.");
        struct wfield *wf = b->form->fields[b->form->n - 1];
        wf->required = false;
        wfield_note(wf, _("only of somebody new"));
    }
    if (f) {
        json_t *phone = json_string("phone");
        asform_add_field(ui, b->form, f, "by", "");
        wfield_set(wform_field(b->form, "by"), phone);
        json_decref(phone);
    }
}

void bookings_take(struct ui *ui, int64_t from)
{
    struct bookings *b = ui_state(ui);
    char at[CLOCK_TEXT];
    json_t *out = NULL, *in = json_pack("{s:s}", "from", clock_iso(from, at));
    enum err rc = action_run(ui->s, "slot_hold", in, &out);
    if (rc == ERR_OK) {
        b->from = from;
        b->hold = js_int(out, "hold", 0);
        build(ui);
        ui_page(ui, BOOKINGS_TAKE);
    } else {
        ui_error(ui, rc);
    }
    json_decref(in);
    json_decref(out);
}

void bookings_let_go(struct ui *ui)
{
    struct bookings *b = ui_state(ui);
    char what[40];
    json_t *out = NULL, *in = json_object();
    if (b->hold > 0) {
        snprintf(what, sizeof what, "slot_release:%lld", (long long)b->hold);
        action_run(ui->s, what, in, &out); /* it would be free in a quarter of an hour anyway */
    }
    b->hold = 0;
    wform_free(b->form);
    b->form = NULL;
    json_decref(in);
    json_decref(out);
}

static json_t *person_of(const struct wform *w)
{
    const struct wfield *known = wform_field(w, "person");
    if (known && known->picked)
        return json_pack("{s:s}", "ref", known->picked);
    json_t *person = asform_person(w, "person.");
    return person ? person : json_null();
}

static json_t *input_of(const struct bookings *b)
{
    char from[CLOCK_TEXT], to[CLOCK_TEXT];
    const struct wfield *item = wform_field(b->form, "item");
    json_t *in = json_object();
    json_object_set_new(in, "person", person_of(b->form));
    js_set_str(in, "item", item ? item->picked : NULL);
    js_set_str(in, "from", clock_iso(b->from, from));
    js_set_str(in, "to", clock_iso(b->from + SLOT_MS, to));
    js_set_str(in, "by", wfield_choice(wform_field(b->form, "by")));
    js_set_int(in, "hold", b->hold);
    return in;
}

static void save(struct ui *ui)
{
    struct bookings *b = ui_state(ui);
    json_t *out = NULL;
    wform_leave(b->form);
    json_t *in = input_of(b);
    enum err rc = action_run(ui->s, "booking", in, &out);
    json_decref(in);
    if (rc == ERR_OK) {
        b->hold = 0;
        bookings_let_go(ui);
        ui_page(ui, BOOKINGS_DAY);
        ui_say(ui, _("Booked: %s. Say the number."), js_str(out, "number"));
    } else {
        if (!asform_error(b->form, "", rc))
            asform_error(b->form, "person.", rc);
        ui_error(ui, rc);
    }
    json_decref(out);
}

void bookings_take_draw(struct ui *ui, struct area body)
{
    struct bookings *b = ui_state(ui);
    char text[100], date[CLOCK_TEXT], from[CLOCK_TEXT], to[CLOCK_TEXT];
    snprintf(text, sizeof text, "%s %s-%s", clock_date(b->from, date), clock_hhmm(b->from, from),
             clock_hhmm(b->from + SLOT_MS, to));
    paint_text(body.row + 1, 2, body.cols - 4, PAINT_BOLD, text);
    asform_draw(ui, b->form, (struct area){body.row + 3, 1, body.rows - 3, body.cols - 2});
}

unsigned bookings_take_key(struct ui *ui, uint32_t k)
{
    struct bookings *b = ui_state(ui);
    if (k == K_F2) {
        save(ui);
        return UI_RELOAD;
    }
    if (k == K_ESC) {
        bookings_let_go(ui);
        ui_page(ui, BOOKINGS_DAY);
        return UI_RELOAD;
    }
    return asform_key(ui, b->form, k, _("That was the last field: F2 saves."));
}
