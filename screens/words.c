/* Owns the clerk's words for the data's enumerations: one table. */
#include "screens/words.h"

#include <string.h>

#include "kiosk/base/lang.h"

static const struct {
    const char *group, *word, *text;
} words[] = {
    {"outcome", "admit", N_("ADMIT")},
    {"outcome", "deny", N_("DO NOT ADMIT")},
    {"outcome", "isolate", N_("ISOLATE")},
    {"cause", "health_code", N_("health code")},
    {"cause", "temperature", N_("temperature")},
    {"cause", "test", N_("test result")},
    {"cause", "other", N_("other cause")},
    {"incident", "open", N_("not settled")},
    {"incident", "isolated", N_("isolated")},
    {"incident", "leader_told", N_("leader told")},
    {"incident", "town_told", N_("town told")},
    {"incident", "verified", N_("verified")},
    {"incident", "data_error", N_("data error")},
    {"incident", "closed", N_("closed")},
    {"bys", "phone", N_("by telephone")},
    {"bys", "group", N_("in the work group")},
    {"bys", "person", N_("in person")},
    {"channel", "online", N_("online")},
    {"channel", "remote", N_("remote")},
    {"channel", "courier", N_("courier")},
    {"channel", "proxy", N_("proxy")},
    {"channel", "appointment", N_("appointment")},
    {"channel", "nearby", N_("nearby")},
    {"state", "taken_in", N_("taken in")},
    {"state", "accepted", N_("accepted")},
    {"state", "supplement", N_("papers to be added")},
    {"state", "supplemented", N_("papers added")},
    {"state", "rejected", N_("rejected")},
    {"state", "done", N_("done")},
    {"state", "withdrawn", N_("withdrawn")},
    {"state", "delivered", N_("delivered")},
    {"state", "returned", N_("returned")},
    {"step", "taken_in", N_("taken in")},
    {"step", "accept", N_("accepted")},
    {"step", "supplement", N_("papers to be added")},
    {"step", "reject", N_("rejected")},
    {"step", "done", N_("done")},
    {"step", "say", N_("message")},
    {"step", "withdraw", N_("withdrawn")},
    {"step", "deliver", N_("delivered")},
    {"step", "paper", N_("paper handed in")},
    {"step", "slip", N_("slip issued")},
    {"step", "return", N_("handed back to the citizen")},
    {"step", "call", N_("asks for a call")},
    {"step", "answer", N_("answer to a call request")},
    {"step", "receive", N_("received at the sub-centre")},
    {"step", "attach", N_("scan attached")},
    {"step", "send", N_("sent on")},
    {"step", "again", N_("asked again")},
    {"step", "rate", N_("opinion")},
    {"waits", "village", N_("us")},
    {"waits", "town", N_("the town")},
    {"waits", "citizen", N_("the citizen")},
    {"waits", "overdue", N_("overdue")},
    {"holder", "citizen", N_("with the citizen")},
    {"holder", "village", N_("kept here")},
    {"holder", "courier", N_("with the courier")},
    {"holder", "sub_centre", N_("at the sub-centre")},
    {"way", "network", N_("network")},
    {"way", "slip", N_("slip")},
    {"way", "courier", N_("by courier")},
    {"way", "bundle", N_("USB stick")},
    {"grade", "0", N_("none wanted")},
    {"grade", "1", N_("very dissatisfied")},
    {"grade", "2", N_("dissatisfied")},
    {"grade", "3", N_("fair")},
    {"grade", "4", N_("satisfied")},
    {"grade", "5", N_("very satisfied")},
    {"paper", "original_seen", N_("original seen")},
    {"paper", "copy_kept", N_("copy kept")},
    {"paper", "original_kept", N_("original kept")},
    {"paper", "returned", N_("returned")},
    {"paper", "missing", N_("missing")},
    {"role", "gate", N_("gate")},
    {"role", "window", N_("window")},
    {"role", "ledger", N_("ledgers")},
    {"role", "leader", N_("leader")},
    {"role", "admin", N_("administrator")},
    {"site", "district", N_("district centre")},
    {"site", "branch", N_("outlying sub-centre")},
    {"site", "town", N_("town acceptance centre")},
    {"site", "village", N_("village service centre")},
    {"overlay", "planned", N_("planned")},
    {"overlay", "in_force", N_("in force")},
    {"overlay", "due", N_("to be reviewed")},
    {"overlay", "broken", N_("does not fit the pack: left out")},
    {"overlay", "ended", N_("ended")},
    {"basis", "ours", N_("ours, not a superior's")},
    {"value", "report", N_("report")},
    {"value", "sampling", N_("sampling")},
    {"value", "blue", N_("blue")},
    {"value", "yellow", N_("yellow")},
    {"value", "orange", N_("orange")},
    {"value", "red", N_("red")},
    {"value", "none", N_("none")},
    {"duty", "later", N_("later")},
    {"duty", "due", N_("due now")},
    {"duty", "late", N_("overdue")},
    {"duty", "done", N_("finished")},
    {"duty", "done_late", N_("done late")},
    {"duty", "not_done", N_("left out")},
    {"duty", "missed", N_("missed")},
    {"staff", "checked", N_("checked")},
    {"staff", "denied", N_("no shift")},
    {"staff", "missing", N_("not checked")},
    {"ticket", "admitted", N_("let in")},
    {"ticket", "waiting", N_("waiting")},
    {"ticket", "called", N_("called")},
    {"ticket", "held", N_("on hold")},
    {"ticket", "skipped", N_("did not come")},
    {"ticket", "done", N_("served")},
    {"ticket", "void", N_("void")},
    {"ticket_step", "skip", N_("nobody came")},
    {"ticket_step", "hold", N_("on hold")},
    {"ticket_step", "recall", N_("recalled")},
    {"ticket_step", "done", N_("served")},
};

#define COUNT (sizeof words / sizeof words[0])

const char *words_say(const char *group, const char *word)
{
    for (size_t i = 0; word && i < COUNT; i++)
        if (strcmp(words[i].group, group) == 0 && strcmp(words[i].word, word) == 0)
            return _(words[i].text);
    return word ? word : "";
}

const char *words_at(const char *group, size_t i)
{
    for (size_t at = 0; at < COUNT; at++)
        if (strcmp(words[at].group, group) == 0 && i-- == 0)
            return words[at].word;
    return NULL;
}
