/* Policy packs: what is checked at the door and what follows, as data (assets/policies/ and
 * orders).
 *
 * {"schema":"jiujin.policy/1","id":"..","version":1,"title":{zh,en},"issuer":{zh,en},
 *  "effective":{"from":DATE,"to":DATE|null,"ends":"by_order"|"on_date"|"never"},
 *  "params":[{"id":"test_hours","value":48,"unit":"h","adaptable":false,"basis":"R14"}],
 *     adaptable ones have "bounds":{"min","max","choices":[..],"least":[..]}; "sets" names the
 * place in the pack ("report.hour") that the value stands for "facts":[field definitions, as in a
 * form, with "who":"visitor|staff" where only they are asked],
 *  "derived":[{"id":"test_age","sql":"at - test_at"}],
 *  "actions":{"open_incident":{zh,en}},
 *  "rules":[{"id":"fever","when":"temperature >= temperature_stop","who":"visitor|staff",
 *    "outcome":"admit|deny|isolate","text":{zh,en},"actions":["open_incident"],"basis":".."}],
 *  "channels":["online",..],"skip_reasons":[{"id","zh","en"}],
 *  "duties":[{"id","ledger":FORM,"title":{zh,en},"slots":[{"id","zh","en","from":"07:30",
 *    "to":"09:30","if":PARAM}],"cover":[..]}], a slot with "if" counts while that list has its id
 *  "gate":true: nobody is served inside (a nearby case) who was not admitted at the door today
 *  "ledgers":["L03",..],"report":{"hour":"17:00"},"retention":{"visit":30},...}
 *
 * An overlay ("layer":"overlay", "review_days":14, "trigger":{zh,en}) says only what it changes:
 * see policymerge.h.
 *
 * Expressions see: each fact, `at`, `role`, each scalar parameter, each derived value above. Times
 * (`at` and facts of type datetime) are integers, UTC ms. A rule's text may hold {PARAM}. */
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
const char *policy_label(const struct policy *p); /* "epidemic-2022@1", "ordinary@1+heat@1#2.57" */
/* The packs that it was joined of, the base first: an array of whole packs. Borrowed. */
const json_t *policy_layers(const struct policy *p);
/* The site's own adaptations in it, the earliest first; NULL: none. Borrowed. */
const json_t *policy_adaptations(const struct policy *p);
/* True for the id of the base pack, all ids joined by "+", or the label. */
bool policy_called(const struct policy *p, const char *name);
bool policy_is_overlay(const json_t *pack);
const char *policy_title(const struct policy *p); /* in the present language */
const json_t *policy_json(const struct policy *p);
/* True when it has an area for who is isolated (a zone that holds incidents). */
bool policy_isolates(const struct policy *p);
/* The facts that this pack asks for at the door, as a form (kind "facts"). */
const struct form *policy_facts(const struct policy *p);
/* The same without what only the other role ("visitor", "staff") is asked. */
const struct form *policy_facts_for(const struct policy *p, const char *role);
/* A parameter, and its value: borrowed, NULL when there is none. */
const json_t *policy_param_row(const struct policy *p, const char *key);
const json_t *policy_param(const struct policy *p, const char *key);
/* The order of channels, an array of strings. Borrowed. */
const json_t *policy_channels(const struct policy *p);

/* What the clerk reads for an action ("open_incident"), in the present language; the id itself when
 * the pack does not name it. Borrowed. */
const char *policy_action(const struct policy *p, const char *id);
/* What the rule of that id says, in the present language; the id itself when the pack has none.
 * Borrowed. */
const char *policy_rule(const struct policy *p, const char *id);
/* True when this ledger is kept under the pack: its definition says always or names the pack, or
 * the pack's "ledgers" name its code. */
bool policy_keeps(const struct policy *p, const struct form *ledger);

/* Decides over facts: an object with the pack's facts and "at" (ISO; missing: now) and "role"
 * ("visitor" or "staff"; missing: visitor); "policy" is ignored. Unknown facts, and those that only
 * the other role is asked, are refused.
 * *out (owned by the caller):
 *   {"outcome":"admit|deny|isolate","reasons":[{"rule":"code_red","text":".."}],"actions":[..]}
 * The gravest outcome wins; all reasons are listed, gravest first; actions without doubles.
 * ERR_FIELD_*, ERR_TIME, ERR_RULE, ERR_RULE_SLOW. */
enum err policy_decide(const struct policy *p, const json_t *facts, json_t **out);

#endif
