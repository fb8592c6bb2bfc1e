/* Owns: the one table of what can happen to a case.
 * Invariant: whoever asks what is possible, asks here; a pair that has no row is refused. */
#include "kiosk/desk/case.h"

#include <stdio.h>
#include <string.h>

#define VILLAGE false
#define HUB true

/* done straight from taken_in: what is decided on the spot. accept from rejected: looked at again.
 * supplement by the village brings the case back to be looked at. */
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
    {"accepted", "supplement", HUB, "supplement"},
    {"accepted", "reject", HUB, "rejected"},
    {"accepted", "done", HUB, "done"},

    {"supplement", "say", VILLAGE, "supplement"},
    {"supplement", "paper", VILLAGE, "supplement"},
    {"supplement", "supplement", VILLAGE, "taken_in"},
    {"supplement", "withdraw", VILLAGE, "withdrawn"},
    {"supplement", "say", HUB, "supplement"},
    {"supplement", "accept", HUB, "accepted"},
    {"supplement", "supplement", HUB, "supplement"},
    {"supplement", "reject", HUB, "rejected"},

    {"rejected", "say", VILLAGE, "rejected"},
    {"rejected", "paper", VILLAGE, "rejected"},
    {"rejected", "say", HUB, "rejected"},
    {"rejected", "accept", HUB, "accepted"},

    {"done", "say", VILLAGE, "done"},
    {"done", "paper", VILLAGE, "done"},
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
