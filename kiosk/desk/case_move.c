/* Owns: the one table of what can happen to a case.
 * Invariant: whoever asks what is possible, asks here; a pair that has no row is refused. */
#include "kiosk/desk/case.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/lang.h"

#define VILLAGE false
#define HUB true
#define ANY "*"
#define STAYS NULL

/* Before its first row a case is a draft of the form (kiosk/desk/draft.h): it has no number and
 * nobody else sees it.
 *
 * done straight from taken_in: what is decided on the spot. accept from rejected: looked at again.
 * supplement by the village brings the case back to be looked at.
 *
 * Village and hub move a case without waiting for each other, and each learns of the other's moves
 * later; the rows are chosen so that both end in the same state whatever the order (a test holds
 * it). So a withdrawal wins over every decision, and so does handing it back to the citizen; papers
 * are asked for before acceptance (as the law has it), and once until they came: what else is
 * wanted then, is said.
 *
 * That a case was sent, by which way, and that the sub-centre received it are no states: they cross
 * with every state (a slip, a courier and the network may all carry the same case, in any order and
 * after a decision too), so they are facts beside it. */
const struct case_move case_moves[] = {
    {"taken_in", "supplement", VILLAGE, "taken_in"},
    {"taken_in", "withdraw", VILLAGE, "withdrawn"},
    {"taken_in", "return", VILLAGE, "returned"},
    {"taken_in", "accept", HUB, "accepted"},
    {"taken_in", "supplement", HUB, "supplement"},
    {"taken_in", "reject", HUB, "rejected"},
    {"taken_in", "done", HUB, "done"},

    {"accepted", "supplement", VILLAGE, "accepted"},
    {"accepted", "withdraw", VILLAGE, "withdrawn"},
    {"accepted", "return", VILLAGE, "returned"},
    {"accepted", "reject", HUB, "rejected"},
    {"accepted", "done", HUB, "done"},

    {"supplement", "supplement", VILLAGE, "taken_in"},
    {"supplement", "withdraw", VILLAGE, "withdrawn"},
    {"supplement", "return", VILLAGE, "returned"},
    {"supplement", "accept", HUB, "accepted"},
    {"supplement", "reject", HUB, "rejected"},

    {"rejected", "supplement", VILLAGE, "rejected"},
    {"rejected", "withdraw", VILLAGE, "withdrawn"},
    {"rejected", "return", VILLAGE, "returned"},
    {"rejected", "accept", HUB, "accepted"},

    {"done", "supplement", VILLAGE, "done"},
    {"done", "withdraw", VILLAGE, "withdrawn"},
    {"done", "return", VILLAGE, "returned"},
    {"done", "deliver", VILLAGE, "delivered"},

    /* Words, papers and facts: at any time, for a case that is over has papers to give back too. */
    {ANY, "say", VILLAGE, STAYS},
    {ANY, "paper", VILLAGE, STAYS},
    {ANY, "call", VILLAGE, STAYS},
    {ANY, "attach", VILLAGE, STAYS},
    {ANY, "send", VILLAGE, STAYS},
    {ANY, "again", VILLAGE, STAYS},
    {ANY, "say", HUB, STAYS},
    {ANY, "answer", HUB, STAYS},
    {ANY, "receive", HUB, STAYS},
    {NULL, NULL, VILLAGE, NULL},
};

const char *const case_states[] = {"taken_in", "supplement", "accepted",  "done", "rejected",
                                   "returned", "withdrawn",  "delivered", NULL};

static bool known(const char *state)
{
    for (const char *const *s = case_states; *s != NULL; s++)
        if (strcmp(*s, state) == 0)
            return true;
    return false;
}

static bool applies(const struct case_move *m, const char *state, bool hub)
{
    return m->hub == hub && (strcmp(m->state, state) == 0 || strcmp(m->state, ANY) == 0);
}

const char *case_after(const char *state, const char *step, bool hub)
{
    for (const struct case_move *m = case_moves; known(state) && m->state != NULL; m++)
        if (applies(m, state, hub) && strcmp(m->step, step) == 0)
            return m->to != STAYS ? m->to : state;
    return NULL;
}

const char *case_possible(const char *state, bool hub, char *out, size_t size)
{
    size_t len = 0;
    out[0] = 0;
    for (const struct case_move *m = case_moves; m->state != NULL && len < size; m++)
        if (applies(m, state, hub)) {
            int n = snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", m->step);
            len += n > 0 ? (size_t)n : 0;
        }
    return out;
}

bool case_open(const char *state)
{
    return strcmp(state, "taken_in") == 0 || strcmp(state, "supplement") == 0 ||
           strcmp(state, "accepted") == 0 || strcmp(state, "done") == 0 ||
           strcmp(state, "rejected") == 0;
}

static const struct {
    const char *id, *word;
} words[] = {
    {"taken_in", N_("taken in")},
    {"accepted", N_("accepted")},
    {"supplement", N_("papers to be supplied")},
    {"rejected", N_("rejected")},
    {"done", N_("completed")},
    {"returned", N_("returned to the citizen")},
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
