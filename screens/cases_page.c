/* Owns one case as lines of text: what it is, who is waited for, its papers and who holds them,
 * what happened. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "screens/cases.h"
#include "screens/words.h"

static void show_agent(struct pager *p, const json_t *agent)
{
    if (!json_is_object(agent))
        return;
    pager_add(p, PAINT_PLAIN, 0, _("Agent: %s %s %s"), cases_text(agent, "name"),
              cases_text(agent, "relation"), cases_text(agent, "until"));
    if (*cases_text(agent, "scope"))
        pager_add(p, PAINT_PLAIN, 0, _("Authority for: %s"), cases_text(agent, "scope"));
    if (js_bool(agent, "expired"))
        pager_add(p, PAINT_BOLD, 0, _("The agent's authority has ended on %s."),
                  cases_text(agent, "until"));
}

static void show_days(struct pager *p, const json_t *c)
{
    const char *due = js_str(c, "due"), *waits = js_str(c, "waits");
    if (waits)
        pager_add(p, PAINT_PLAIN, 0, _("Waiting for: %s"), words_say("waits", waits));
    if (!due)
        return;
    if (js_bool(c, "overdue"))
        pager_add(p, PAINT_BOLD, 0, _("Promised by %s: overdue by %lld working days"), due,
                  -(long long)js_int(c, "days_left", 0));
    else if (js_get(c, "days_left"))
        pager_add(p, PAINT_PLAIN, 0, _("Promised by %s: %lld working days left"), due,
                  (long long)js_int(c, "days_left", 0));
    else
        pager_add(p, PAINT_PLAIN, 0, _("Promised by %s"), due);
}

static void show_sent(struct pager *p, const json_t *c)
{
    size_t i;
    json_t *one;
    char at[CLOCK_TEXT], line[256] = "";
    json_array_foreach(js_get(c, "sent"), i, one)
    {
        size_t len = strlen(line);
        const char *day = cases_day(one, "at", at);
        snprintf(line + len, sizeof line - len, "%s%s%s%s", len ? "; " : "",
                 words_say("way", cases_text(one, "way")), *day ? " " : "", day);
    }
    if (*line)
        pager_add(p, PAINT_PLAIN, 0, _("Sent: %s"), line);
    if (js_str(c, "received"))
        pager_add(p, PAINT_PLAIN, 0, _("Received by the sub-centre: %s"),
                  cases_day(c, "received", at));
}

static void show_opinion(struct pager *p, const json_t *c)
{
    char grade[8];
    if (!js_bool(c, "rated"))
        return;
    snprintf(grade, sizeof grade, "%lld", (long long)js_int(c, "grade", 0));
    pager_add(p, PAINT_PLAIN, 0, _("Opinion: %s"), words_say("grade", grade));
}

/* What the sub-centre said last stands where nobody has to look for it. */
static void show_said(struct pager *p, const json_t *c)
{
    size_t i;
    char at[CLOCK_TEXT];
    json_t *one, *last = NULL;
    json_array_foreach(js_get(c, "messages"), i, one)
    {
        if (strcmp(cases_text(one, "who"), "hub") == 0)
            last = one;
    }
    if (last)
        pager_add(p, PAINT_BOLD, 0, _("The sub-centre says (%s): %s"), cases_day(last, "at", at),
                  cases_text(last, "text"));
}

static void show_head(struct pager *p, const json_t *c)
{
    char at[CLOCK_TEXT];
    pager_add(p, PAINT_BOLD, 0, "%s  %s", cases_text(c, "number"),
              words_say("state", cases_text(c, "state")));
    pager_add(p, PAINT_PLAIN, 0, "%s  %s", cases_text(c, "name"), cases_text(c, "id_no"));
    show_agent(p, js_get(c, "agent"));
    pager_add(p, PAINT_PLAIN, 0, "%s  (%s)", cases_text(c, "item_name"),
              words_say("channel", cases_text(c, "channel")));
    pager_add(p, PAINT_PLAIN, 0, _("Taken in %s by %s; at the sub-centre: %s"),
              cases_day(c, "at", at), cases_text(c, "clerk"),
              js_bool(c, "arrived") ? _("yes") : _("no"));
    show_said(p, c);
    show_days(p, c);
    show_sent(p, c);
    show_opinion(p, c);
    if (*cases_text(c, "note"))
        pager_add(p, PAINT_PLAIN, 0, _("Note: %s"), cases_text(c, "note"));
}

static void show_papers(struct pager *p, const json_t *c)
{
    size_t i;
    json_t *one;
    char at[CLOCK_TEXT];
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    pager_add(p, PAINT_BOLD, 0, _("Papers (%lld missing)"), (long long)js_int(c, "missing", 0));
    json_array_foreach(js_get(c, "papers"), i, one)
    {
        const char *name = js_str(one, "name"), *until = js_str(one, "until");
        bool ours = strcmp(cases_text(one, "holder"), "citizen") != 0;
        pager_add(
            p, PAINT_PLAIN, 2, "%s: %s%s%s%s%s%s%s", words_say("paper", cases_text(one, "state")),
            name ? name : cases_text(one, "paper"), until ? _(", by ") : "", until ? until : "",
            ours ? " · " : "", ours ? words_say("holder", cases_text(one, "holder")) : "",
            ours ? " " : "", ours ? cases_day(one, "since", at) : "");
    }
}

static void show_facts(struct pager *p, const json_t *one)
{
    char at[CLOCK_TEXT];
    if (js_str(one, "when"))
        pager_add(p, PAINT_BOLD, 4, _("call at %s %s"), cases_day(one, "when", at),
                  cases_text(one, "phone"));
    if (js_str(one, "to"))
        pager_add(p, PAINT_PLAIN, 4, "%s %s%s", _("given to"), cases_text(one, "to"),
                  strcmp(cases_text(one, "signed"), "yes") == 0 ? _(", signed") : "");
    if (js_str(one, "file"))
        pager_add(p, PAINT_PLAIN, 4, "%s  %.16s…", cases_text(one, "file"),
                  cases_text(one, "hash"));
}

static void show_steps(struct pager *p, const json_t *c)
{
    size_t i;
    json_t *one;
    char at[CLOCK_TEXT];
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    pager_add(p, PAINT_BOLD, 0, "%s", _("What happened"));
    json_array_foreach(js_get(c, "steps"), i, one)
    {
        bool hub = strcmp(cases_text(one, "who"), "hub") == 0;
        const char *by = js_str(one, "by");
        bool agent = strcmp(cases_text(one, "stood"), "agent") == 0;
        pager_add(p, hub ? PAINT_BOLD : PAINT_PLAIN, 2, "%s  %s%s%s: %s%s%s  %s",
                  cases_day(one, "at", at), hub ? _("sub-centre") : _("village"), by ? " " : "",
                  by ? by : "", words_say("step", cases_text(one, "step")),
                  agent ? _(" (the agent)") : "",
                  js_bool(one, "refused") ? _(" (came too late, not applied)") : "",
                  cases_text(one, "text"));
        show_facts(p, one);
    }
}

void cases_show(struct pager *p, const json_t *c)
{
    show_head(p, c);
    show_papers(p, c);
    show_steps(p, c);
}
