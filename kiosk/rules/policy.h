/* Policy packs: what is checked at the door and what follows, as data (assets/policies/ and
 * orders). */
#ifndef KIOSK_RULES_POLICY_H
#define KIOSK_RULES_POLICY_H

#include <jansson.h>

#include "kiosk/base/err.h"
#include "kiosk/rules/form.h"

struct policy;

/* Builds a pack from its JSON; `name` is the place named in errors. ERR_DEFINITION with the place
 * ("rules[3].when: ..."), also for a rule that does not parse or is forbidden. policy_free it. */
enum err policy_parse(const json_t *pack, const char *name, struct policy **out);
void policy_free(struct policy *p);

const char *policy_id(const struct policy *p); /* "epidemic-2022" */
int policy_version(const struct policy *p);
const char *policy_label(const struct policy *p); /* "epidemic-2022@1" */
const char *policy_title(const struct policy *p); /* in the present language */
const json_t *policy_json(const struct policy *p);
/* The facts that this pack asks for at the door, as a form (kind "facts"). */
const struct form *policy_facts(const struct policy *p);
/* A parameter's value: borrowed, NULL when there is none. */
const json_t *policy_param(const struct policy *p, const char *key);
/* The order of channels, an array of strings. Borrowed. */
const json_t *policy_channels(const struct policy *p);

/* Decides over facts: an object with the pack's facts and "at" (ISO; missing: now) and "role"
 * ("visitor" or "staff"; missing: visitor); "policy" is ignored. Unknown facts are refused.
 * *out (owned by the caller):
 *   {"outcome":"admit|deny|isolate","reasons":[{"rule":"code_red","text":".."}],"actions":[..]}
 * The gravest outcome wins; all reasons are listed, gravest first; actions without doubles.
 * ERR_FIELD_*, ERR_TIME, ERR_RULE, ERR_RULE_SLOW. */
enum err policy_decide(const struct policy *p, const json_t *facts, json_t **out);

#endif
