/* Owns a round: the places of one slot, gone down with one key each. Invariant: no place ever
 * stands as done before its own key was pressed; only the means are copied from the last row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/duty.h"
#include "screens/asform.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"

#define PLACES_MAX 60
#define WHY_CHARS 40

enum { PAGE_PLACES, PAGE_MEANS };

/* What was said about one place: 0 nothing yet, 'y' done, 'n' left out. */
struct answer {
    char said;
    char reason[48];
    char why[WHY_CHARS * 4 + 1]; /* typed, beside the reason */
};

struct round {
    json_t *row; /* duty_round */
    struct list list;
    struct answer answers[PLACES_MAX];
    struct wform *means;
};

static const struct key_row place_keys[] = {
    {'y', "y", N_("done"), N_("The place that is marked was done.")},
    {'n', "n", N_("left out"), N_("It was left out: the reason is asked for.")},
    {K_BACKSPACE, N_("Backspace"), N_("take back"), N_("Take the last answer back.")},
    {'m', "m", N_("means"), N_("What it was done with; taken from the last time.")},
    {K_F2, "F2", N_("save"), N_("Save the round; what is left stays due.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen; the round is kept as a draft.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row means_keys[] = {
    {K_F2, "F2", N_("save"), N_("Save the round; what is left stays due.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_ESC, "Esc", N_("places"), N_("Back to the places.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", place_keys, false}, {N_("Means"), means_keys, false}, {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static const json_t *places(const struct round *r)
{
    return js_get(r->row, "places");
}

static size_t count(const struct round *r)
{
    size_t n = json_array_size(places(r));
    return n < PLACES_MAX ? n : PLACES_MAX;
}

static const char *place_of(const struct round *r, size_t i, const char *key)
{
    return text_of(json_array_get(places(r), i), key);
}

static struct form *definition(struct ui *ui)
{
    const struct round *r = ui_state(ui);
    struct form *f = NULL;
    const char *ledger = js_str(r->row, "ledger");
    return ledger && site_form(ui->s, ledger, &f) == ERR_OK ? f : NULL;
}

static void draft_name(const struct round *r, char out[128])
{
    snprintf(out, 128, "round:%.40s:%.40s", text_of(r->row, "duty"), text_of(r->row, "slot"));
}

/* ---- what was answered ---- */

static size_t unanswered(const struct round *r)
{
    size_t n = 0;
    for (size_t i = 0; i < count(r); i++)
        n += r->answers[i].said == 0;
    return n;
}

/* The answers as the ledger takes them: confirmed, left out, and what was typed as a reason. */
static void put_answers(const struct round *r, const struct form *f, json_t *row)
{
    json_t *confirmed = json_array(), *left = json_object();
    for (size_t i = 0; i < count(r); i++) {
        const struct answer *a = &r->answers[i];
        if (a->said == 'y')
            json_array_append_new(confirmed, json_string(place_of(r, i, "id")));
        else if (a->said == 'n')
            js_set_str(left, place_of(r, i, "id"), a->reason);
    }
    if (json_array_size(confirmed) > 0)
        json_object_set(row, duty_places(f)->id, confirmed);
    if (json_object_size(left) > 0)
        json_object_set(row, duty_excuses(f)->id, left);
    if (js_str(r->row, "slot_field"))
        js_set_str(row, js_str(r->row, "slot_field"), js_str(r->row, "slot"));
    json_decref(confirmed);
    json_decref(left);
}

static bool asked_here(const struct round *r, const struct form *f, const struct field *fd)
{
    const char *slot = js_str(r->row, "slot_field");
    return fd != duty_places(f) && fd != duty_excuses(f) && !fd->calculate &&
           (!slot || strcmp(fd->id, slot) != 0);
}

/* Which of the means are asked for depends on the places. */
static void settle(struct ui *ui)
{
    struct round *r = ui_state(ui);
    struct form *f = definition(ui);
    json_t *row = json_object();
    if (f)
        put_answers(r, f, row);
    for (size_t i = 0; f && i < f->n_fields; i++) {
        struct wfield *wf = wform_field(r->means, f->fields[i].id);
        if (wf && f->fields[i].relevant)
            wf->hidden = !form_relevant(f, &f->fields[i], row);
    }
    json_decref(row);
}

static void left_field(void *with, struct wform *w, struct wfield *wf)
{
    struct ui *ui = with;
    struct form *f = definition(ui);
    if (!asform_left_at(ui, w, wf) && f)
        asform_left(w, f, "", wf);
    settle(ui);
    ui_keep(ui);
}

static void copy_last(struct wfield *wf, const struct field *fd, const json_t *value)
{
    if (!wf || !value || json_is_null(value))
        return;
    if (wf->kind != W_TEXT) {
        wfield_set(wf, value);
        return;
    }
    char *text = form_show(fd, value);
    edit_set(&wf->edit, text);
    free(text);
}

static void build_means(struct ui *ui)
{
    struct round *r = ui_state(ui);
    struct form *f = definition(ui);
    wform_free(r->means);
    r->means = wform_new(ui);
    r->means->left = left_field;
    for (size_t i = 0; f && i < f->n_fields; i++) {
        const struct field *fd = &f->fields[i];
        if (!asked_here(r, f, fd))
            continue;
        asform_add_field(ui, r->means, f, fd->id, "");
        copy_last(wform_field(r->means, fd->id), fd, js_get(js_get(r->row, "last"), fd->id));
    }
    asform_add_at(ui, r->means);
    settle(ui);
}

/* ---- the draft ---- */

static json_t *draft_of(const struct round *r)
{
    json_t *answers = json_object();
    for (size_t i = 0; i < count(r); i++) {
        const struct answer *a = &r->answers[i];
        char said[2] = {a->said, 0};
        if (a->said)
            json_object_set_new(
                answers, place_of(r, i, "id"),
                json_pack("{s:s,s:s,s:s}", "said", said, "reason", a->reason, "why", a->why));
    }
    return json_pack("{s:o,s:o}", "answers", answers, "means", wform_values(r->means));
}

static void keep(struct ui *ui)
{
    const struct round *r = ui_state(ui);
    char name[128];
    if (!r->row)
        return;
    draft_name(r, name);
    if (unanswered(r) == count(r)) {
        draft_drop(ui->s, name);
        return;
    }
    json_t *draft = draft_of(r);
    enum err rc = draft_keep(ui->s, name, draft);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    json_decref(draft);
}

static void to_next(struct round *r)
{
    for (size_t i = 0; i < count(r); i++) {
        size_t at = (r->list.cur + i) % count(r);
        if (!r->answers[at].said) {
            r->list.cur = at;
            return;
        }
    }
}

static void load_draft(struct ui *ui)
{
    struct round *r = ui_state(ui);
    char name[128];
    json_t *draft = NULL;
    draft_name(r, name);
    if (draft_find(ui->s, name, &draft) != ERR_OK)
        return;
    for (size_t i = 0; i < count(r); i++) {
        const json_t *one = js_get(js_get(draft, "answers"), place_of(r, i, "id"));
        r->answers[i].said = text_of(one, "said")[0];
        snprintf(r->answers[i].reason, sizeof r->answers[i].reason, "%s", text_of(one, "reason"));
        snprintf(r->answers[i].why, sizeof r->answers[i].why, "%s", text_of(one, "why"));
    }
    wform_load(r->means, js_get(draft, "means"));
    settle(ui);
    to_next(r);
    json_decref(draft);
    ui_say(ui, "%s", _("Your draft is back."));
}

/* ---- answering ---- */

static void said(struct ui *ui, char what, const char *reason, const char *why)
{
    struct round *r = ui_state(ui);
    struct answer *a = &r->answers[r->list.cur];
    a->said = what;
    snprintf(a->reason, sizeof a->reason, "%s", reason);
    snprintf(a->why, sizeof a->why, "%s", why);
    settle(ui);
    to_next(r);
    ui_typed(ui);
}

static void got_why(void *with, const char *answer)
{
    if (answer && *answer)
        said(with, 'n', "other", answer);
}

static void got_reason(void *with, const char *answer)
{
    struct ui *ui = with;
    const struct round *r = ui_state(ui);
    const json_t *all = js_get(r->row, "reasons");
    const char *id = answer ? js_str(json_array_get(all, (size_t)(*answer - '1')), "id") : NULL;
    if (!id)
        return;
    if (strcmp(id, "other") == 0)
        ui_ask_text(ui, _("Why was it left out?"), WHY_CHARS, got_why);
    else
        said(ui, 'n', id, "");
}

static void ask_reason(struct ui *ui)
{
    const struct round *r = ui_state(ui);
    char question[300], keys[10] = "";
    size_t i, len;
    json_t *one;
    snprintf(question, sizeof question, "%s", _("Why?"));
    json_array_foreach(js_get(r->row, "reasons"), i, one)
    {
        if (i >= sizeof keys - 1)
            break;
        keys[i] = (char)('1' + i);
        len = strlen(question);
        snprintf(question + len, sizeof question - len, " %zu %s", i + 1, text_of(one, "label"));
    }
    utf8_trim(question);
    ui_ask_keys(ui, question, keys, got_reason);
}

/* The answer of the marked place; where there is none, that of the place before it. */
static void take_back(struct ui *ui)
{
    struct round *r = ui_state(ui);
    size_t at = r->list.cur;
    while (at > 0 && !r->answers[at].said)
        at--;
    r->answers[at] = (struct answer){0};
    r->list.cur = at;
    settle(ui);
    ui_typed(ui);
}

/* ---- saving ---- */

static void add_why(const struct round *r)
{
    char text[800] = "";
    struct wfield *wf = wform_field(r->means, "remark");
    if (!wf)
        wf = wform_field(r->means, "fault");
    for (size_t i = 0; i < count(r); i++) {
        size_t len = strlen(text);
        if (r->answers[i].said == 'n' && r->answers[i].why[0])
            snprintf(text + len, sizeof text - len, _("%s%s: %s"), len ? " " : "",
                     place_of(r, i, "label"), r->answers[i].why);
    }
    utf8_trim(text);
    if (wf && *text && !strstr(wfield_text(wf), text))
        edit_set(&wf->edit, text);
}

static void saved(struct ui *ui)
{
    struct round *r = ui_state(ui);
    char name[128];
    draft_name(r, name);
    ui->draft_due = 0;
    draft_drop(ui->s, name);
    if (unanswered(r))
        ui_say(ui, _("Saved; %zu places are still due."), unanswered(r));
    else
        ui_say(ui, "%s", _("The round is saved."));
    json_decref(r->row); /* nothing of it is kept as a draft on the way out */
    r->row = NULL;
    ui_home(ui);
}

static void save(struct ui *ui)
{
    struct round *r = ui_state(ui);
    struct form *f = definition(ui);
    char what[64];
    json_t *out = NULL;
    add_why(r);
    json_t *in = json_object(), *row = f ? asform_values(r->means, f, "") : NULL;
    if (!row || !asform_take_at(ui, r->means, in)) {
        json_decref(row);
        json_decref(in);
        ui_page(ui, PAGE_MEANS);
        ui_warn(ui, "%s", _("Say what it was done with, then save."));
        return;
    }
    put_answers(r, f, row);
    snprintf(what, sizeof what, "ledger:%s", f->id);
    json_object_set_new(in, "row", row);
    enum err rc = action_run(ui->s, what, in, &out);
    json_decref(in);
    json_decref(out);
    if (rc == ERR_OK) {
        saved(ui);
        return;
    }
    if (asform_error(r->means, "", rc))
        ui_page(ui, PAGE_MEANS);
    ui_error(ui, rc);
}

static void partly(void *with, const char *answer)
{
    if (answer && *answer == 'y')
        save(with);
}

static void ask_save(struct ui *ui)
{
    const struct round *r = ui_state(ui);
    char question[200];
    size_t left = unanswered(r);
    if (left == count(r)) {
        ui_warn(ui, "%s", _("Nothing is answered yet: y or n for each place."));
    } else if (left > 0) {
        snprintf(question, sizeof question,
                 _("%zu places are open. Save what was done so far? y/n"), left);
        utf8_trim(question);
        ui_ask_keys(ui, question, "yn", partly);
    } else {
        save(ui);
    }
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct round *r = ui_state(ui);
    const char *duty = js_str(arg, "duty"), *slot = js_str(arg, "slot");
    enum err rc = duty_round(ui->s, duty ? duty : "", slot ? slot : "", &r->row);
    r->means = wform_new(ui);
    if (rc != ERR_OK) {
        ui_error(ui, rc);
        return;
    }
    list_count(&r->list, count(r));
    build_means(ui);
    load_draft(ui);
}

static const char *answer_text(const struct round *r, size_t i, char *out, size_t size)
{
    const struct answer *a = &r->answers[i];
    const char *why = a->why;
    size_t k;
    json_t *one;
    if (!a->said)
        return "-";
    if (a->said == 'y')
        return _("done");
    json_array_foreach(js_get(r->row, "reasons"), k,
                       one) if (!*a->why && strcmp(text_of(one, "id"), a->reason) == 0) why =
        text_of(one, "label");
    snprintf(out, size, _("left out: %s"), why);
    utf8_trim(out);
    return out;
}

static void draw_place(void *with, size_t i, struct area where)
{
    const struct round *r = with;
    char text[300];
    paint_text(where.row, where.col, 30, PAINT_PLAIN, place_of(r, i, "label"));
    paint_text(where.row, where.col + 32, where.cols - 32,
               r->answers[i].said == 'n' ? PAINT_BOLD : PAINT_PLAIN,
               answer_text(r, i, text, sizeof text));
}

/* "chlorine solution, 500 mg/L, wiping": what will be saved as means. */
static void hint_means(struct ui *ui)
{
    const struct round *r = ui_state(ui);
    struct form *f = definition(ui);
    char text[300] = "";
    for (size_t i = 0; f && i < f->n_fields; i++) {
        const struct field *fd = &f->fields[i];
        const struct wfield *wf = wform_field(r->means, fd->id);
        size_t len = strlen(text);
        if (!fd->copy_last || !wf)
            continue;
        const char *shown = wf->kind == W_TEXT ? wfield_text(wf) : "";
        if (wf->kind == W_CHOICE && wf->chosen >= 0)
            shown = wf->options[wf->chosen].label;
        if (*shown)
            snprintf(text + len, sizeof text - len, "%s%s%s%s", len ? _(", ") : "", shown,
                     *fd->unit && wf->kind == W_TEXT && !strpbrk(shown, "%/L") ? " " : "",
                     *fd->unit && wf->kind == W_TEXT && !strpbrk(shown, "%/L") ? fd->unit : "");
    }
    utf8_trim(text);
    ui_hint(ui, text);
}

static void draw(struct ui *ui, struct area body)
{
    struct round *r = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    char head[300];
    if (!r->row)
        return;
    snprintf(head, sizeof head, _("%s  %s  %.5s-%.5s  %s  still open: %zu"),
             text_of(r->row, "title"), text_of(r->row, "slot_title"), text_of(r->row, "from") + 11,
             text_of(r->row, "to") + 11, text_of(r->row, "holder"), unanswered(r));
    utf8_trim(head);
    paint_text(body.row, 1, body.cols - 2, PAINT_BOLD, head);
    if (ui->places[ui->depth].page == PAGE_MEANS) {
        asform_draw(ui, r->means, inner);
        return;
    }
    list_draw(&r->list, inner, true, draw_place, r);
    hint_means(ui);
    if (count(r) == 0)
        ui_hint(ui, _("Nothing is left to do in this round."));
}

static unsigned means_key(struct ui *ui, uint32_t k)
{
    struct round *r = ui_state(ui);
    if (k == K_F2 || k == K_ESC)
        wform_leave(r->means);
    if (k == K_F2) {
        ask_save(ui);
        return UI_HANDLED;
    }
    if (k == K_ESC) {
        ui_page(ui, PAGE_PLACES);
        return UI_HANDLED;
    }
    return asform_key(ui, r->means, k, _("That was the last field: F2 saves."));
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct round *r = ui_state(ui);
    bool some = count(r) > 0;
    if (k == K_ESC && ui->places[ui->depth].page == PAGE_PLACES)
        ui_home(ui);
    else if (!r->row)
        return UI_IGNORED;
    else if (ui->places[ui->depth].page == PAGE_MEANS)
        return means_key(ui, k);
    else if (k == 'y' && some)
        said(ui, 'y', "", "");
    else if (k == 'n' && some)
        ask_reason(ui);
    else if (k == K_BACKSPACE && some)
        take_back(ui);
    else if (k == 'm')
        ui_page(ui, PAGE_MEANS);
    else if (k == K_F2)
        ask_save(ui);
    else
        return list_key(&r->list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct round *r = ui_state(ui);
    json_decref(r->row);
    wform_free(r->means);
    explicit_bzero(r->answers, sizeof r->answers);
}

const struct screen screen_round = {
    .name = "round",
    .title = N_("Round"),
    .about = N_("The places of a round, one key each: y done, n left out with the reason. Nothing "
                "is filled in beforehand."),
    .role = "ledger",
    .pages = pages,
    .state = sizeof(struct round),
    .open = open,
    .draw = draw,
    .key = key,
    .keep = keep,
    .close = leave,
};
