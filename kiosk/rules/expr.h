/* SQL expressions over named facts, in a database of their own: in memory, no tables, an authorizer
 * that refuses all but expressions over the facts, and a progress handler that stops what takes
 * more than 50 ms. An expression cannot read, write, attach, load or loop. */
#ifndef KIOSK_RULES_EXPR_H
#define KIOSK_RULES_EXPR_H

#include <jansson.h>
#include <stdbool.h>

#include "kiosk/base/err.h"

#define EXPR_LIMIT_MS 50

struct expr_set; /* a list of fact names and the expressions prepared over them */

/* `names`: the facts, n of them; each is a column name ([a-z_][a-z0-9_]*). */
struct expr_set *expr_new(const char *const *names, size_t n);
void expr_free(struct expr_set *set);
/* Facts that stand for those an evaluation does not give: the time, say. Taken over. */
void expr_also(struct expr_set *set, json_t *facts);
/* Prepares an expression; *id names it from then on. ERR_RULE (does not parse, unknown name:
 * SQLite's words in the note), ERR_RULE_FORBIDDEN. `place` stands in the note as the field. */
enum err expr_add(struct expr_set *set, const char *place, const char *sql, int *id);
/* True when the expression names this fact. */
bool expr_uses(const struct expr_set *set, int id, const char *name);
/* Evaluates over `facts` (an object; missing is NULL; booleans are 0/1; texts, numbers; a list of
 * texts is ",one,two,"; an object is 1).
 * *out: a new json value (null, integer, real, string; owned by the caller). ERR_RULE_SLOW,
 * ERR_RULE. */
enum err expr_eval(struct expr_set *set, int id, const json_t *facts, json_t **out);
/* The same, as a truth: NULL counts as false. */
enum err expr_true(struct expr_set *set, int id, const json_t *facts, bool *out);
/* Between the two, all evaluations together have the time of one: for a form or a pack with many
 * expressions. NULL is nothing to do. */
void expr_begin(struct expr_set *set);
void expr_end(struct expr_set *set);

#endif
