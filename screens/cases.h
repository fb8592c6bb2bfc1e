/* The parts of the screen of cases: the list, one case whole, its papers, the steps taken. */
#ifndef SCREENS_CASES_H
#define SCREENS_CASES_H

#include "screens/cases_filter.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"
#include "screens/widgets/pager.h"
#include "screens/widgets/wform.h"

enum { CASES_LIST, CASES_ONE, CASES_PAPERS, CASES_LISTS, CASES_GOING }; /* pages */

struct cases {
    json_t *rows;
    struct table table;
    struct cases_filter filter;
    json_t *marked; /* ids of cases that go with the courier: {ID: true} */
    char id[ENTRY_ID];
    json_t *whole; /* the case that is open */
    struct pager pager;
    struct wform *papers;
    json_t *lists; /* of couriers */
    struct table list_table;
    bool lists_all; /* those that arrived too */
    json_t *going;  /* papers that may go with the courier; "stays": true when not */
    struct table going_table;
    char going_from[ENTRY_ID];     /* the open case that it is about; "": the list's marked */
    const struct cases_step *step; /* being taken */
    json_t *in;                    /* what it has so far */
};

const char *cases_text(const json_t *row, const char *key); /* "" when there is none */
const char *cases_day(const json_t *row, const char *key, char *out);
void cases_load_list(struct ui *ui);
/* Reads the open case again. */
void cases_load_one(struct ui *ui);
void cases_open(struct ui *ui, const char *id);

/* cases_page.c: one case as lines. */
void cases_show(struct pager *p, const json_t *c);

/* cases_step.c: one key, one step. */
unsigned cases_step_key(struct ui *ui, uint32_t k);
/* Takes the step that is in hand; `in` is taken over. */
void cases_take(struct ui *ui, const char *action, json_t *in);

/* cases_paper.c */
void cases_papers_open(struct ui *ui);
unsigned cases_papers_key(struct ui *ui, uint32_t k);

/* cases_going.c: papers of the marked cases (or of the one with that id) for a courier. */
void cases_courier(struct ui *ui, const char *id);
void cases_going_draw(struct ui *ui, struct area where);
unsigned cases_going_key(struct ui *ui, uint32_t k);

/* cases_courier.c: the lists that couriers carry. */
void cases_lists_open(struct ui *ui);
void cases_lists_draw(struct ui *ui, struct area where);
unsigned cases_lists_key(struct ui *ui, uint32_t k);

#endif
