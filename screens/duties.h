/* From a row of the duties to the screen where it is done. */
#ifndef SCREENS_DUTIES_H
#define SCREENS_DUTIES_H

#include "screens/ui.h"

/* The screen's name; *arg (owned by the caller, may be NULL) is what it is opened with. */
const char *duty_way(const json_t *row, json_t **arg);

#endif
