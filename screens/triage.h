/* The check at the door in three parts: the form (triage.c), what readers put into it
 * (triage_reading.c), and what was decided (triage_outcome.c). */
#ifndef SCREENS_TRIAGE_H
#define SCREENS_TRIAGE_H

#include "kiosk/rules/form.h"
#include "screens/ui.h"
#include "screens/widgets/pager.h"
#include "screens/widgets/wform.h"

#define TRIAGE_DRAFT "triage"

enum { TRIAGE_FORM, TRIAGE_OUTCOME };

struct triage {
    struct wform *form;
    json_t *given; /* what readers filled in: {FIELD: {"value","device","note"}} */
    /* before the keys that may be a scanner's */
    json_t *before;
    char before_at[96];
    int64_t key_at;
    bool frozen; /* an override is being asked for: readings wait for the next person */
    char override[12], reason[900];
    /* what was decided */
    struct pager pager;
    char visit[ENTRY_ID], person[ENTRY_ID], name[200];
    char incident[ENTRY_ID]; /* that it opened, "": none */
    char outcome[12], offered[24];
    json_t *shown; /* what was decided, as it is shown */
    bool owes;     /* refused, and no other channel was given yet (notice: R04) */
    bool back;     /* opened for such a debt: behind it comes the screen anew, with its draft */
};

/* triage.c */
/* The facts that the policy in force asks of a visitor, and the form of a person; NULL: none. */
const struct form *triage_facts(struct ui *ui);
const struct form *triage_person(struct ui *ui);
/* A field was filled in or changed: checked, its note made anew. */
void triage_left(struct ui *ui, struct wfield *wf);
/* The form for the next person: empty. */
void triage_next(struct ui *ui);

/* triage_reading.c */
/* Puts a reading into the form: never over what the clerk typed, never into another person's form.
 * `scan`: typed by a scanner, so that the cursor may go on. */
void triage_heard(struct ui *ui, const struct reading *reading, bool scan);
/* The same as the screen's row `heard`. */
void triage_reading(struct ui *ui, const struct reading *reading);
/* To be called with each key of the form before it is used; true: it ended a scan that was a
 * reading, or one that nobody can use, and is done with. */
bool triage_scanned(struct ui *ui, uint32_t key);
/* A scan at the outcome's page: the next person, with what it says. */
void triage_scan_next(struct ui *ui);
/* What stands beside a field that a reader filled in: NULL when none did, or it was changed since.
 */
const char *triage_note(struct ui *ui, const struct wfield *wf);
/* Ids of the readers whose values stand in the form; NULL: none. Owned by the caller. */
json_t *triage_devices(struct ui *ui);
/* Draws how the readers are, in one line. */
void triage_draw_readers(struct ui *ui, int row, int col, int cols);

/* triage_outcome.c */
/* Decides over the form and records; with t->override otherwise than the policy. */
void triage_decide(struct ui *ui);
/* Asks what is to be decided otherwise, why, and who answers; then records. */
void triage_override(struct ui *ui);
/* Opens the outcome of a visit in the list, for the channel that it still owes. */
void triage_show_debt(struct ui *ui, const json_t *visit);
unsigned triage_outcome_key(struct ui *ui, uint32_t key);
/* False, and words: somebody refused has not been given another channel yet. */
bool triage_may_go(struct ui *ui);

#endif
