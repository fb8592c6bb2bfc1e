/* Packs in layers: a base pack, the overlays in force over it, and what the site itself adapted
 * within the bounds that they allow, joined into one pack.
 *
 * The later document wins for numbers: a member with the id of an earlier one takes its place
 * whole. The stricter one wins for gates: rules are only ever added, and the gravest outcome of all
 * wins; a rule of the same id and other words is a mistake. Texts that are lists ("ledgers",
 * "source") are added up. */
#ifndef KIOSK_RULES_POLICYMERGE_H
#define KIOSK_RULES_POLICYMERGE_H

#include <jansson.h>
#include <stdbool.h>

#include "kiosk/base/err.h"
#include "kiosk/rules/policy.h"

#define POLICY_OVERLAYS_MAX 8 /* in force at once */

/* Joins packs that parse. `overlays`: array of packs, the earliest first; `adaptations`: array of
 * {"id":ENTRY,"param","new"}, the earliest first ("new" null: back to the pack's own value); what
 * does not fit its parameter is left out. Both may be NULL. A new object, owned by the caller. */
json_t *policy_merge(const json_t *base, const json_t *overlays, const json_t *adaptations);

/* policy_merge and policy_parse: the pack's label is "BASE@V+OVERLAY@V#ENTRY", where ENTRY is the
 * last adaptation (nothing when none is in force). ERR_DEFINITION with place and reason. */
enum err policy_join(const json_t *base, const json_t *overlays, const json_t *adaptations,
                     const char *name, struct policy **out);

/* Reads one pack: *out is owned by the caller. version 0: the newest. */
typedef enum err policy_reader(void *with, const char *id, int version, json_t **out);
/* Joins the packs of a name like "ordinary+heat" or "ordinary@1+heat@2". The reader's errors;
 * ERR_FIELD_CHOICE ("policy") when the first is no base pack, or another is none of the overlays.
 */
enum err policy_join_named(const char *name, policy_reader *read, void *with, struct policy **out);

/* True when `value` may stand in the place of the parameter's own: ERR_OK, ERR_FIELD_TYPE,
 * ERR_FIELD_RANGE, ERR_FIELD_CHOICE; ERR_CONSTRAINT when the parameter cannot be adapted. `param`
 * is a member of a pack's "params"; the note's field is "new". */
enum err policy_fits(const json_t *param, const json_t *value);

#endif
