/* The actions' functions, for the table in action.c, and what they share. */
#ifndef KIOSK_DESK_ACTIONS_H
#define KIOSK_DESK_ACTIONS_H

#include "kiosk/desk/site.h"

typedef enum err action_fn(struct site *s, const char *arg, const json_t *in, json_t **out);
action_fn person_run, reveal_run;
action_fn visit_run, triage_run, staff_run;
action_fn incident_run, incident_step_run;
action_fn case_run, case_step_run, slip_run;
action_fn ledger_run, ledger_void_run;
action_fn booking_run;

/* {"seq":N,"id":"..."}: what every action answers with. */
json_t *action_answer(const char *id, int64_t seq);
/* An item's code is in the catalogue, else ERR_FIELD_CHOICE ("item"). *item is borrowed. */
enum err action_item(struct site *s, const char *code, const json_t **item);
/* The person of a member that may be null: *given tells. Inside the transaction. */
enum err action_person(struct site *s, const json_t *in, const char *key, bool *given,
                       char id[ENTRY_ID]);

#endif
