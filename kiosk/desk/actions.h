/* The actions' functions, for the table in action.c, and what they share. */
#ifndef KIOSK_DESK_ACTIONS_H
#define KIOSK_DESK_ACTIONS_H

#include "kiosk/desk/site.h"

typedef enum err action_fn(struct site *s, const char *arg, const json_t *in, json_t **out);
action_fn person_act, reveal_act;
action_fn visit_act, visit_offer_act, triage_act, staff_act;
action_fn incident_act, incident_step_act;
action_fn suspend_act, resume_act;
action_fn case_act, case_step_act, slip_act;
action_fn courier_act, courier_step_act, rating_act, guidance_act;
action_fn export_act, import_act;
action_fn ledger_act, ledger_void_act, ledger_correct_act;
action_fn booking_act, booking_step_act;
action_fn slot_hold_act, slot_release_act, slot_pass_act;
action_fn post_act, handover_act, confirm_act, report_act;
action_fn notice_act, notice_end_act;
action_fn ticket_act, ticket_step_act, ticket_next_act;
action_fn overlay_act, overlay_end_act, adaptation_act, policy_read_act, measure_act, form_act;

/* {"seq":N,"id":"..."}: what every action answers with. */
json_t *action_answer(const char *id, int64_t seq);
/* Appends the entry `what` with these two parts (stolen; sealed may be NULL: no personal data), and
 * answers with it in *out. journal_append's errors. */
enum err action_append(struct site *s, struct journal_new what, json_t *body, json_t *sealed,
                       json_t **out);
/* Checks `in` against a form after giving each member that is missing (not: null) its default of
 * the definition. *clean is owned by the caller. form_check's errors. */
enum err action_check(struct site *s, const struct form *f, const json_t *in, json_t **clean);
/* The same for what happened at `at` (UTC ms; CLOCK_NONE: now). */
enum err action_check_at(struct site *s, const struct form *f, const json_t *in, int64_t at,
                         json_t **clean);
/* Checks `in` by the form of that name; *clean is owned by the caller. The form's errors. */
enum err action_form(struct site *s, const char *form, const json_t *in, json_t **clean);
/* A date and time of a checked form; CLOCK_NONE when it was not given. */
int64_t action_time(const json_t *clean, const char *key);
/* An item's code is in the catalogue, else ERR_FIELD_CHOICE ("item"). *item is borrowed. */
enum err action_item(struct site *s, const char *code, const json_t **item);
/* The person of a member that may be null: *given tells. Inside the transaction. */
enum err action_person(struct site *s, const json_t *in, const char *key, bool *given,
                       char id[ENTRY_ID]);

#endif
