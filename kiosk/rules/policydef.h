/* A policy pack as it is kept in memory: shared by its reader and its judge. */
#ifndef KIOSK_RULES_POLICYDEF_H
#define KIOSK_RULES_POLICYDEF_H

#include "kiosk/rules/define.h"
#include "kiosk/rules/expr.h"
#include "kiosk/rules/policy.h"

/* Lightest first. */
enum outcome { OUTCOME_ADMIT, OUTCOME_DENY, OUTCOME_ISOLATE, OUTCOMES };
extern const char *const outcome_words[OUTCOMES];

struct rule {
    const char *id;
    const char *who; /* "visitor", "staff"; NULL: everybody */
    enum outcome outcome;
    char *text; /* parameters put in */
    const json_t *actions;
    int when; /* in the pack's exprs */
};

struct derived {
    const char *id;
    int sql;
};

struct policy {
    json_t *json;        /* owns all borrowed strings */
    char *label;         /* "ordinary@1+heat@1#2.57"; owned */
    json_t *layers;      /* the packs that it was joined of, the base first */
    json_t *adaptations; /* in force; NULL: none */
    struct form *facts;
    struct form *facts_of[2]; /* what a visitor, and staff, are asked */
    struct expr_set *exprs;
    json_t *params; /* id -> value, scalars only: every evaluation begins with a copy */
    struct rule *rules;
    size_t n_rules;
    struct derived *derived;
    size_t n_derived;
};

/* Checks all of a pack but its facts, parameters and rules (rules/policycheck.c). ERR_DEFINITION.
 */
enum err policy_check(const json_t *pack, const struct def_place *top);
/* Its zones and services (rules/policyqueue.c). ERR_DEFINITION. */
enum err policy_check_queue(const json_t *pack, const struct def_place *top);
/* Of these: "incident" and "suspend" (rules/plancheck.c). */
enum err policy_check_incident(const json_t *pack, const struct def_place *top);

/* Parameters (rules/policyparam.c): bounds, and the places that they stand for. ERR_DEFINITION. */
enum err param_check(const json_t *pack, const struct def_place *top);
/* Puts each parameter's value into its place, and takes away the slots whose parameter does not
 * name them. */
void param_settle(json_t *pack);

#endif
