/* The catalogue of service items (assets/catalogue/ and orders). Codes are local samples; which
 * fields are sourced and which estimated stays in each item. */
#ifndef KIOSK_RULES_CATALOGUE_H
#define KIOSK_RULES_CATALOGUE_H

#include <jansson.h>
#include <stdbool.h>

#include "kiosk/base/err.h"

struct catalogue;

/* ERR_DEFINITION with the place. catalogue_free it. */
enum err catalogue_parse(const json_t *definition, const char *name, struct catalogue **out);
void catalogue_free(struct catalogue *c);
int catalogue_version(const struct catalogue *c);
size_t catalogue_count(const struct catalogue *c);
/* The i-th item (0-based) or the one of that code; NULL when there is none. Borrowed JSON:
 * {"code","number","zh","en","initials","department","channels":[..],"papers":[{"id","zh","en","form",
 *  "required","proxy_only","can_defer"}],...} `number` is the small fixed number that slips carry.
 */
const json_t *catalogue_at(const struct catalogue *c, size_t i);
const json_t *catalogue_find(const struct catalogue *c, const char *code);
const json_t *catalogue_by_number(const struct catalogue *c, int64_t number);
/* True when the item answers to `query`: part of its name, its code, department, or initials, or
 * its whole number. */
bool catalogue_match(const json_t *item, const char *query);
/* True when `query` is the item's number, and nothing but it. */
bool catalogue_is_number(const json_t *item, const char *query);
/* True when the item names a source for that field of it ("days", "papers"...). What is not
 * sourced is an estimate, to be confirmed on the spot. */
bool catalogue_sourced(const json_t *item, const char *field);
/* The papers of an item for this channel: an array of the item's papers, owned by the caller.
 * Papers marked proxy_only are left out unless there is an agent. */
json_t *catalogue_papers(const json_t *item, bool with_agent);

#endif
