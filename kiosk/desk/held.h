/* The texts of the definitions that this machine was given by order, as they came: the next ones
 * come as their differences. */
#ifndef KIOSK_DESK_HELD_H
#define KIOSK_DESK_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "kiosk/store/store.h"

/* The newest first, while `look` returns true. */
enum err held_each(struct store *s, bool (*look)(void *arg, const char *text, size_t len),
                   void *arg);

#endif
