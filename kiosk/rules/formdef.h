/* How a form is built: shared by form files and by the facts of a policy pack. */
#ifndef KIOSK_RULES_FORMDEF_H
#define KIOSK_RULES_FORMDEF_H

#include "kiosk/rules/define.h"
#include "kiosk/rules/form.h"

/* As form_parse, but mistakes in the fields are placed below `fields` ("facts[3].type"). */
enum err formdef_build(const json_t *definition, const char *name, const char *fields,
                       struct form **out);

/* What expressions may name beside the fields: the present moment and day, and when the row
 * happened. A field of that name goes before. NULL ends. */
extern const char *const form_words[];
/* Puts the lists in that the fields name: {"choices":"NAME"} of {"lists":{NAME:[..]}}. */
void formdef_lists(json_t *definition);
/* The keys of a ledger (rules/formledger.c). */
enum err formdef_ledger(const struct form *f, const struct def_place *top);

#endif
