/* Owns: the village's steps in a case.
 * Invariant: a step is written only where the table of moves has it, with all that it needs, and by
 * somebody whose authority has not ended. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/paper.h"
#include "kiosk/desk/project.h"

#define FILE_MAX (1u << 31) /* bytes of a scan: beyond, it is a mistake */

/* What each step needs beside its name. */
static const struct step_need {
    const char *step, *needs[3];
} needs[] = {
    {"say", {"text"}},    {"paper", {"papers"}},        {"call", {"when"}},
    {"return", {"text"}}, {"attach", {"file", "hash"}}, {"send", {"way"}},
};
static const char *const steps[] = {"say",    "paper",   "supplement", "withdraw",
                                    "return", "deliver", "attach",     "call",
                                    "send",   "again",   NULL};
static const char *const people[] = {"person", "agent", NULL};
static const char *const ways[] = {"network", "slip", "courier", "bundle", NULL};
static const char *const answers[] = {"yes", "no", NULL};
/* One paper may stand by itself: a command line has no lists. */
static const struct member step_shape[] = {
    {"step", MEMBER_CHOICE, true, 0, steps},
    {"text", MEMBER_TEXT, false, 500, NULL},
    {"papers", MEMBER_ARRAY, false, 0, NULL},
    {"paper", MEMBER_TEXT, false, 64, NULL},
    {"state", MEMBER_TEXT, false, 20, NULL},
    {"until", MEMBER_DATE, false, 0, NULL},
    {"by", MEMBER_CHOICE, false, 0, people}, /* who stands at the desk */
    {"to", MEMBER_TEXT, false, 60, NULL},    /* who was given the result, or papers back */
    {"signed", MEMBER_CHOICE, false, 0, answers},
    {"when", MEMBER_TIME, false, 0, NULL}, /* to be called then */
    {"phone", MEMBER_TEXT, false, 24, NULL},
    {"file", MEMBER_TEXT, false, 200, NULL},
    {"hash", MEMBER_TEXT, false, 64, NULL},
    {"size", MEMBER_COUNT, false, FILE_MAX, NULL},
    {"way", MEMBER_CHOICE, false, 0, ways},
    {"at", MEMBER_TIME, false, 0, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

static void gather_paper(json_t *clean)
{
    static const char *const keys[] = {"paper", "state", "until", NULL};
    if (js_get(clean, "paper") == NULL)
        return;
    json_t *papers = js_get(clean, "papers");
    papers = papers != NULL ? json_copy(papers) : json_array();
    json_array_append_new(papers, input_pick(clean, keys));
    json_object_set_new(clean, "papers", papers);
}

/* --- checked -----------------------------------------------------------------------------------
 */

static enum err check_move(const struct case_now *now, const char *step)
{
    char possible[CASE_POSSIBLE];
    if (case_after(now->state, step, false) != NULL)
        return ERR_OK;
    return err_set(ERR_STATE, "step", _("%s; possible: %s"), case_word(now->state),
                   case_possible(now->state, false, possible, sizeof possible));
}

/* Papers that nobody asked for change no state, here or at the hub: they are a step "paper". */
static const char *step_named(const struct case_now *now, const json_t *clean)
{
    const char *step = js_str(clean, "step");
    bool unasked = strcmp(step, "supplement") == 0 && strcmp(now->state, "supplement") != 0;
    return unasked ? "paper" : step;
}

static enum err check_parts(const struct case_now *now, const json_t *clean)
{
    const char *step = step_named(now, clean);
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        for (size_t k = 0; strcmp(needs[i].step, step) == 0 && k < 3; k++)
            if (needs[i].needs[k] != NULL) {
                const json_t *value = js_get(clean, needs[i].needs[k]);
                if (value == NULL || (json_is_array(value) && json_array_size(value) == 0))
                    return err_set(ERR_FIELD_REQUIRED, needs[i].needs[k], NULL);
            }
    const char *hash = js_str(clean, "hash");
    if (hash != NULL && (strlen(hash) != 64 || strspn(hash, "0123456789abcdef") != 64))
        return err_set(ERR_FIELD_TYPE, "hash", "BLAKE2b-256");
    return ERR_OK;
}

/* Who acts for somebody does so until the day that the authority names. */
static enum err check_agent(const struct case_now *now, const json_t *clean)
{
    char today[CLOCK_TEXT];
    const char *by = js_str(clean, "by");
    int64_t at = input_time(clean, "at");
    if (by == NULL || strcmp(by, "agent") != 0)
        return ERR_OK;
    if (!now->with_agent)
        return err_set(ERR_CONSTRAINT, "by", "%s", _("nobody acts for this person"));
    clock_date(at != CLOCK_NONE ? at : clock_now(), today);
    if (now->until[0] != 0 && strcmp(now->until, today) < 0)
        return err_set(ERR_CONSTRAINT, "by", _("the authority ended on %s"), now->until);
    return ERR_OK;
}

static enum err check_papers(struct site *s, const struct case_now *now, const json_t *clean,
                             json_t **out)
{
    const json_t *item;
    if (js_get(clean, "papers") == NULL)
        return ERR_OK;
    enum err rc = action_item(s, now->item, &item);
    if (rc != ERR_OK)
        return rc;
    return paper_changes(item, now->with_agent, js_get(clean, "papers"),
                         now->due[0] != 0 ? now->due : NULL, out);
}

/* --- written -----------------------------------------------------------------------------------
 */

/* What a step says in clear; NULL: nothing. A file's name may hold a person's: it is sealed. */
static json_t *facts_of(const json_t *clean)
{
    static const char *const keys[] = {"by", "signed", "when", "hash", "size", "way", NULL};
    json_t *facts = input_sealed(clean, keys);
    return facts;
}

static enum err append_step(struct site *s, const struct case_now *now, const json_t *clean,
                            json_t *papers, json_t **out)
{
    static const char *const sealed_keys[] = {"text", "to", "phone", "file", NULL};
    json_t *sealed = input_sealed(clean, sealed_keys), *body = json_object();
    json_t *facts = facts_of(clean);
    js_set_str(body, "step", step_named(now, clean));
    json_object_set_new(body, "said", json_boolean(sealed != NULL));
    if (papers != NULL)
        json_object_set(body, "papers", papers);
    if (facts != NULL)
        json_object_set_new(body, "facts", facts);
    return action_append(s,
                         (struct journal_new){.kind = "case_step",
                                              .at = input_time(clean, "at"),
                                              .subject = now->id},
                         body, sealed, out);
}

static enum err take_step(struct site *s, const char *case_id, const json_t *clean, json_t **out)
{
    bool found;
    struct case_now now;
    json_t *papers = NULL;
    enum err rc = case_read_now(s->j.store, case_id, &now, &found);
    if (rc == ERR_OK)
        rc = check_move(&now, js_str(clean, "step"));
    if (rc == ERR_OK)
        rc = check_parts(&now, clean);
    if (rc == ERR_OK)
        rc = check_agent(&now, clean);
    if (rc == ERR_OK)
        rc = check_papers(s, &now, clean, &papers);
    if (rc == ERR_OK)
        rc = append_step(s, &now, clean, papers, out);
    json_decref(papers);
    return rc;
}

enum err case_step_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    char id[ENTRY_ID];
    json_t *clean = NULL;
    enum err rc = case_find(s, arg, id);
    if (rc == ERR_OK)
        rc = input_check(step_shape, in, &clean);
    if (rc == ERR_OK) {
        gather_paper(clean);
        rc = take_step(s, id, clean, out);
    }
    json_decref(clean);
    return rc;
}
