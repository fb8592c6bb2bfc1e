/* How a form is built: shared by form files and by the facts of a policy pack. */
#ifndef KIOSK_RULES_FORMDEF_H
#define KIOSK_RULES_FORMDEF_H

#include "kiosk/rules/define.h"
#include "kiosk/rules/form.h"

/* As form_parse, but mistakes in the fields are placed below `fields` ("facts[3].type"). */
enum err formdef_build(const json_t *definition, const char *name, const char *fields,
                       struct form **out);

#endif
