/* The English words of enumerations (cli.md) in the present language. */
#ifndef SCREENS_WORDS_H
#define SCREENS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* `group`: "outcome", "action", "cause", "incident", "told", "channel", "state", "step", "paper",
 * "relation", "skip", "role", "duty", "form", "bys". An unknown word comes back as it is. */
const char *words_say(const char *group, const char *word);
/* The i-th word of a group (NULL behind the last). */
const char *words_at(const char *group, size_t i);

#endif
