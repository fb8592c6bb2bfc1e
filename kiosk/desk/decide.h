/* Deciding by the policy in force: what a visit, a staff check and a dry run share. */
#ifndef KIOSK_DESK_DECIDE_H
#define KIOSK_DESK_DECIDE_H

#include "kiosk/desk/site.h"

struct decision {
    struct policy *policy; /* borrowed */
    json_t *out;           /* {"outcome","reasons":[{"rule","text"}],"actions":[..]}; owned */
    json_t *rules;         /* the rules' ids alone; owned */
    json_t *facts;         /* as decided over, "policy" taken out; owned */
    int64_t at;            /* CLOCK_NONE: now */
};

/* Decides over `facts` with `role` (NULL: as the facts say). `at` stands for a missing "at" of the
 * facts. Facts that name another policy than the one in force are refused (ERR_CONSTRAINT). */
enum err decide(struct site *s, const json_t *facts, const char *role, int64_t at,
                struct decision *out);
void decision_fini(struct decision *d);
/* The body's members that every decided entry has: policy, outcome, reasons, actions. */
void decision_into(const struct decision *d, json_t *body);
/* True when the policy asks for `action`. */
bool decision_asks(const struct decision *d, const char *action);
/* What an incident that comes of it is called: what the pack's incident.causes say of the gravest
 * rule, else "other". Borrowed. */
const char *decision_cause(const struct decision *d);

#endif
