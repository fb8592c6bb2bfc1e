/* Owns what is decided at the door, as the policy says or otherwise, and what comes of it.
 * Invariant: somebody refused is not left before another channel was given (notice: R04). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/draft.h"
#include "screens/asform.h"
#include "screens/door_booking.h"
#include "screens/triage.h"
#include "screens/words.h"

#define REASON_MAX 200

static const char *const outcomes[] = {"admit", "deny", "isolate"}; /* lightest first */

/* ---- shown ---- */

static const struct policy *policy_of(struct ui *ui)
{
    struct policy *p = NULL;
    return site_policy(ui->s, &p) == ERR_OK ? p : NULL;
}

/* In one line, "1 online  2 remote": it stands above the reasons, however many there are. */
static void show_channels(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    const struct policy *p = policy_of(ui);
    char line[400] = "";
    size_t i;
    json_t *one;
    json_array_foreach(p ? policy_channels(p) : NULL, i, one)
    {
        size_t len = strlen(line);
        snprintf(line + len, sizeof line - len, "%s%zu %s", len ? "  " : "", i + 1,
                 words_say("channel", json_string_value(one)));
    }
    utf8_trim(line);
    pager_add(&t->pager, PAINT_BOLD, 0, "%s", _("Which other channel? One digit:"));
    pager_add(&t->pager, PAINT_BOLD, 2, "%s", line);
}

static void show_actions(struct ui *ui, const json_t *out)
{
    struct triage *t = ui_state(ui);
    const struct policy *p = policy_of(ui);
    size_t i;
    json_t *one;
    pager_add(&t->pager, PAINT_PLAIN, 0, "%s", "");
    json_array_foreach(js_get(out, "actions"), i, one)
        pager_add(&t->pager, PAINT_BOLD, 0, "> %s",
                  p ? policy_action(p, json_string_value(one)) : json_string_value(one));
    if (t->incident[0])
        pager_add(&t->pager, PAINT_BOLD, 0,
                  _("Incident %s was opened. Go on with it: note who was told."), t->incident);
}

static void show_outcome(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    const json_t *out = t->shown;
    size_t i;
    json_t *one;
    pager_fini(&t->pager);
    pager_add(&t->pager, PAINT_BOLD, 0, "%s  %s", words_say("outcome", t->outcome), t->name);
    if (t->override[0])
        pager_add(&t->pager, PAINT_BOLD, 0, _("Decided otherwise than the policy: %s"), t->reason);
    if (t->owes)
        show_channels(ui);
    else if (t->offered[0])
        pager_add(&t->pager, PAINT_BOLD, 0, _("Other channel: %s"),
                  words_say("channel", t->offered));
    pager_add(&t->pager, PAINT_PLAIN, 0, "%s", "");
    json_array_foreach(js_get(out, "reasons"), i, one)
    {
        const char *text = js_str(one, "text"), *rule = js_str(one, "rule");
        if (text || rule)
            pager_add(&t->pager, PAINT_PLAIN, 0, "- %s",
                      text            ? text
                      : policy_of(ui) ? policy_rule(policy_of(ui), rule)
                                      : rule);
    }
    door_booking_show(ui, t->person, &t->pager);
    show_actions(ui, out);
    ui_page(ui, TRIAGE_OUTCOME);
}

static void show(struct ui *ui, const json_t *out)
{
    struct triage *t = ui_state(ui);
    json_decref(t->shown);
    t->shown = json_incref((json_t *)(uintptr_t)out);
    show_outcome(ui);
}

static void copy(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
    utf8_trim(out);
}

/* ---- recorded ---- */

static json_t *visit_of(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    const struct form *facts = triage_facts(ui);
    json_t *values = facts ? asform_values(t->form, facts, "facts.") : json_object();
    if (!values)
        return NULL;
    json_t *in = json_object(), *person = asform_person(t->form, "person.");
    json_t *devices = triage_devices(ui);
    const char *purpose = wfield_text(wform_field(t->form, "purpose"));
    json_object_set_new(in, "person", person ? person : json_null());
    js_set_str(in, "purpose", *purpose ? purpose : NULL);
    json_object_set_new(in, "facts", values);
    if (devices)
        json_object_set_new(in, "device", devices);
    return in;
}

static json_t *checked_visit(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    wform_leave(t->form);
    json_t *in = visit_of(ui);
    if (!in)
        ui_warn(ui, "%s", _("Correct the fields marked, then decide."));
    return in;
}

static void refused(struct ui *ui, enum err rc)
{
    struct triage *t = ui_state(ui);
    if (!asform_error(t->form, "facts.", rc))
        asform_error(t->form, "person.", rc);
    ui_error(ui, rc);
}

static void recorded(struct ui *ui, const json_t *out)
{
    struct triage *t = ui_state(ui);
    copy(t->visit, sizeof t->visit, js_str(out, "id"));
    copy(t->person, sizeof t->person, js_str(out, "person"));
    copy(t->incident, sizeof t->incident, js_str(out, "incident"));
    copy(t->outcome, sizeof t->outcome, js_str(out, "outcome"));
    copy(t->name, sizeof t->name, wfield_text(wform_field(t->form, "person.name")));
    t->owes = strcmp(t->outcome, "deny") == 0;
    t->offered[0] = 0;
    show(ui, out);
    ui->draft_due = 0;
    draft_drop(ui->s, TRIAGE_DRAFT);
}

void triage_decide(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    json_t *out = NULL, *in = checked_visit(ui);
    if (!in)
        return;
    if (t->override[0])
        json_object_set_new(in, "override",
                            json_pack("{s:s,s:s}", "outcome", t->override, "reason", t->reason));
    enum err rc = action_run(ui->s, "visit", in, &out);
    if (rc == ERR_OK)
        recorded(ui, out);
    else
        refused(ui, rc);
    json_decref(in);
    json_decref(out);
}

/* ---- otherwise ---- */

static void no_override(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    t->frozen = false;
    t->override[0] = 0;
    explicit_bzero(t->reason, sizeof t->reason);
}

static void answered(void *with, const char *leader)
{
    struct ui *ui = with;
    if (leader)
        triage_decide(ui);
    else if (!ui->notice[0])
        ui_warn(ui, "%s",
                _("Less caution than the policy's needs a leader: nothing was recorded."));
    if (ui->places[ui->depth].page == TRIAGE_FORM)
        no_override(ui);
}

static int caution(const char *outcome)
{
    for (int i = 0; outcome && i < 3; i++)
        if (strcmp(outcomes[i], outcome) == 0)
            return i;
    return 0;
}

/* What the policy says, without recording; -1: it was said why not. */
static int policy_says(struct ui *ui)
{
    json_t *out = NULL, *in = checked_visit(ui);
    if (!in)
        return -1;
    enum err rc = action_run(ui->s, "triage", js_get(in, "facts"), &out);
    int said = rc == ERR_OK ? caution(js_str(out, "outcome")) : -1;
    if (rc != ERR_OK)
        refused(ui, rc);
    json_decref(in);
    json_decref(out);
    return said;
}

static void take_reason(void *with, const char *reason)
{
    struct ui *ui = with;
    struct triage *t = ui_state(ui);
    if (!reason || !*reason) {
        no_override(ui);
        ui_warn(ui, "%s", _("Without a reason nothing is decided otherwise."));
        return;
    }
    copy(t->reason, sizeof t->reason, reason);
    int said = policy_says(ui), wanted = caution(t->override);
    if (said < 0) {
        no_override(ui);
    } else if (said == wanted) {
        no_override(ui);
        ui_say(ui, "%s", _("The policy says the same: F2 records it."));
    } else if (wanted > said) {
        answered(ui, ui->s->j.clerk);
    } else {
        ui_ask_vouch(ui, "leader", answered);
    }
}

static void take_outcome(void *with, const char *answer)
{
    struct ui *ui = with;
    struct triage *t = ui_state(ui);
    if (!answer) {
        no_override(ui);
        return;
    }
    copy(t->override, sizeof t->override, outcomes[*answer - '1']);
    ui_ask_text(ui, _("Why?"), REASON_MAX, take_reason);
}

void triage_override(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    t->frozen = true;
    if (policy_of(ui) && policy_isolates(policy_of(ui)))
        ui_ask_keys(ui, _("Otherwise than the policy: 1 admit  2 do not admit  3 isolate"), "123",
                    take_outcome);
    else
        ui_ask_keys(ui, _("Otherwise than the policy: 1 admit  2 do not admit"), "12",
                    take_outcome);
}

/* ---- another channel ---- */

bool triage_may_go(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    if (t->owes)
        ui_warn(ui, "%s",
                _("Nobody is only refused: first choose another channel with one digit."));
    return !t->owes;
}

static bool note_offer(struct ui *ui, json_t *in)
{
    struct triage *t = ui_state(ui);
    char what[48];
    json_t *out = NULL;
    snprintf(what, sizeof what, "visit_offer:%s", t->visit);
    enum err rc = action_run(ui->s, what, in, &out);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    return rc == ERR_OK;
}

static unsigned offer(struct ui *ui, uint32_t k)
{
    struct triage *t = ui_state(ui);
    const struct policy *p = policy_of(ui);
    const char *channel =
        p && k >= '1' && k <= '9'
            ? json_string_value(json_array_get(policy_channels(p), (size_t)(k - '1')))
            : NULL;
    if (!channel)
        return UI_IGNORED;
    if (!note_offer(ui, json_pack("{s:s}", "channel", channel)))
        return UI_HANDLED;
    t->owes = false;
    copy(t->offered, sizeof t->offered, channel);
    show_outcome(ui);
    ui_say(ui, _("Noted: %s. n: the next person."), words_say("channel", channel));
    return UI_RELOAD;
}

static void tell_online(struct ui *ui)
{
    if (note_offer(ui, json_pack("{s:b}", "told_online", 1)))
        ui_say(ui, "%s", _("Noted: told how it is done online."));
}

void triage_show_debt(struct ui *ui, const json_t *visit)
{
    struct triage *t = ui_state(ui);
    json_t *out = json_pack("{s:o,s:o}", "reasons", json_array(), "actions", json_array());
    size_t i;
    json_t *rule, *reasons = js_get(out, "reasons");
    copy(t->visit, sizeof t->visit, js_str(visit, "id"));
    copy(t->person, sizeof t->person, js_str(visit, "person"));
    copy(t->name, sizeof t->name, js_str(visit, "name"));
    copy(t->outcome, sizeof t->outcome, js_str(visit, "outcome"));
    json_array_foreach(js_get(visit, "reasons"), i, rule)
        json_array_append_new(reasons, json_pack("{s:O}", "rule", rule));
    json_object_set(out, "actions", js_get(visit, "actions"));
    t->owes = t->back = true;
    show(ui, out);
    json_decref(out);
}

/* ---- keys ---- */

static void take_in(struct ui *ui)
{
    struct triage *t = ui_state(ui);
    ui_go(ui, "intake",
          t->person[0] ? json_pack("{s:s,s:s}", "person", t->person, "name", t->name) : NULL);
}

unsigned triage_outcome_key(struct ui *ui, uint32_t k)
{
    struct triage *t = ui_state(ui);
    unsigned did = t->owes ? offer(ui, k) : UI_IGNORED;
    if (did)
        return did;
    if (k == 'w' && strcmp(t->outcome, "deny") == 0 && !t->owes) {
        t->owes = true;
        show_outcome(ui);
    } else if (k == 'b' && door_booking_arrived(ui, t->person)) {
        show_outcome(ui);
    } else if (k == 't') {
        tell_online(ui);
    } else if (k == 'o' && t->incident[0]) {
        ui_go(ui, "incident", json_pack("{s:s}", "incident", t->incident));
    } else if (k != 'i' && k != 'q' && k != 'n' && k != K_SCAN) {
        return pager_key(&t->pager, k) ? UI_HANDLED : UI_IGNORED;
    } else if (triage_may_go(ui)) {
        if (k == 'i')
            take_in(ui);
        else if (k == 'n')
            triage_next(ui);
        else if (k == K_SCAN)
            triage_scan_next(ui);
        else
            ui_go(ui, "queue",
                  json_pack("{s:s,s:s,s:s}", "visit", t->visit, "person", t->person, "name",
                            t->name));
    }
    return UI_HANDLED;
}
