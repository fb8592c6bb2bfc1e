/* Owns: the one table of what can happen to a case.
 * Invariant: whoever asks what is possible, asks here; a pair that has no row is refused. */
#include "kiosk/desk/case.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/lang.h"

#define VILLAGE false
#define HUB true

/* done straight from taken_in: what is decided on the spot. accept from rejected: looked at again.
 * supplement by the village brings the case back to be looked at.
 *
 * Village and hub move a case without waiting for each other, and each learns of the other's moves
 * later; the rows are chosen so that both end in the same state whatever the order (a test holds
 * it). So a withdrawal wins over every decision; papers are asked for before acceptance (as the law
 * has it), and once until they came: what else is wanted then, is said. */
const struct case_move case_moves[] = {
    {"taken_in", "say", VILLAGE, "taken_in"},
    {"taken_in", "paper", VILLAGE, "taken_in"},
    {"taken_in", "supplement", VILLAGE, "taken_in"},
    {"taken_in", "withdraw", VILLAGE, "withdrawn"},
    {"taken_in", "say", HUB, "taken_in"},
    {"taken_in", "accept", HUB, "accepted"},
    {"taken_in", "supplement", HUB, "supplement"},
    {"taken_in", "reject", HUB, "rejected"},
    {"taken_in", "done", HUB, "done"},

    {"accepted", "say", VILLAGE, "accepted"},
    {"accepted", "paper", VILLAGE, "accepted"},
    {"accepted", "supplement", VILLAGE, "accepted"},
    {"accepted", "withdraw", VILLAGE, "withdrawn"},
    {"accepted", "say", HUB, "accepted"},
    {"accepted", "reject", HUB, "rejected"},
    {"accepted", "done", HUB, "done"},

    {"supplement", "say", VILLAGE, "supplement"},
    {"supplement", "paper", VILLAGE, "supplement"},
    {"supplement", "supplement", VILLAGE, "taken_in"},
    {"supplement", "withdraw", VILLAGE, "withdrawn"},
    {"supplement", "say", HUB, "supplement"},
    {"supplement", "accept", HUB, "accepted"},
    {"supplement", "reject", HUB, "rejected"},

    {"rejected", "say", VILLAGE, "rejected"},
    {"rejected", "paper", VILLAGE, "rejected"},
    {"rejected", "supplement", VILLAGE, "rejected"},
    {"rejected", "withdraw", VILLAGE, "withdrawn"},
    {"rejected", "say", HUB, "rejected"},
    {"rejected", "accept", HUB, "accepted"},

    {"done", "say", VILLAGE, "done"},
    {"done", "paper", VILLAGE, "done"},
    {"done", "supplement", VILLAGE, "done"},
    {"done", "withdraw", VILLAGE, "withdrawn"},
    {"done", "deliver", VILLAGE, "delivered"},
    {"done", "say", HUB, "done"},

    {"withdrawn", "say", VILLAGE, "withdrawn"},
    {"withdrawn", "paper", VILLAGE, "withdrawn"},
    {"withdrawn", "say", HUB, "withdrawn"},

    {"delivered", "say", VILLAGE, "delivered"},
    {"delivered", "paper", VILLAGE, "delivered"},
    {"delivered", "say", HUB, "delivered"},
    {NULL, NULL, VILLAGE, NULL},
};

const struct case_move *case_move(const char *state, const char *step, bool hub)
{
    for (const struct case_move *m = case_moves; m->state != NULL; m++)
        if (m->hub == hub && strcmp(m->state, state) == 0 && strcmp(m->step, step) == 0)
            return m;
    return NULL;
}

const char *case_possible(const char *state, bool hub, char *out, size_t size)
{
    size_t len = 0;
    out[0] = 0;
    for (const struct case_move *m = case_moves; m->state != NULL && len < size; m++)
        if (m->hub == hub && strcmp(m->state, state) == 0) {
            int n = snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", m->step);
            len += n > 0 ? (size_t)n : 0;
        }
    return out;
}

static const struct {
    const char *id, *word;
} words[] = {
    {"taken_in", N_("taken in")},
    {"accepted", N_("accepted")},
    {"supplement", N_("papers to be supplied")},
    {"rejected", N_("rejected")},
    {"done", N_("completed")},
    {"withdrawn", N_("withdrawn")},
    {"delivered", N_("delivered")},
};

const char *case_word(const char *state)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].id, state) == 0)
            return _(words[i].word);
    return state;
}
