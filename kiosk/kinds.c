/* Owns: the table of kinds, the map of the program.
 * Invariant: a name in it is never reused or removed, for journals hold it for ever. */
#include "kiosk/store/kind.h"

#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/tally.h"

#define ENTRY(kind_, fn, express_, days, text)                                                     \
    {                                                                                              \
        .name = kind_, .version = 1, .what = text, .project = fn, .express = express_,             \
        .keep_days = days                                                                          \
    }
#define SECOND(kind_, fn, express_, days, text) /* the body has its second shape */                \
    {                                                                                              \
        .name = kind_, .version = 2, .what = text, .project = fn, .express = express_,             \
        .keep_days = days                                                                          \
    }
#define BOTH(kind_, fn, express_, text) /* the village's and the hub's */                          \
    {                                                                                              \
        .name = kind_, .version = 1, .what = text, .project = fn, .order = true, .both = true,     \
        .express = express_                                                                        \
    }
#define ORDER(kind_, fn, text)                                                                     \
    {                                                                                              \
        .name = kind_, .version = 1, .what = text, .project = fn, .order = true                    \
    }

/* Days are how long sealed data stays here once the hub has it: health data 30 (the pack's own
 * figure), people as long as their cases may run. */
const struct kind kind_table[] = {
    ENTRY("site", site_project, false, 0,
          N_("The site was made: its code, name and first policy.")),
    ENTRY("clerk", clerk_project, false, 0, N_("A clerk's account and role.")),
    ENTRY("sign_in", NULL, false, 0, N_("A clerk signed in.")),
    ENTRY("sign_out", NULL, false, 0, N_("A clerk signed out, or the desk locked itself.")),
    ENTRY("lock", NULL, false, 0, N_("A clerk was locked after wrong PINs.")),
    ENTRY("reset", NULL, false, 0, N_("A clerk was given a new PIN.")),
    ENTRY("enrol", enrol_project, false, 0, N_("This machine joined a hub.")),
    ENTRY("clock", NULL, false, 0, N_("The clock was set, or differs from the hub's.")),
    ENTRY("person", person_project, false, 0, N_("A person, entered once or corrected.")),
    ENTRY("reveal", reveal_project, false, 0, N_("A clerk looked at a whole ID number.")),
    SECOND("visit", visit_project, false, 30, N_("A person at the door, and what was decided.")),
    ENTRY("visit_offer", visit_offer_project, false, 0,
          N_("The other channel that somebody at the door was given.")),
    SECOND("incident", incident_project, true, 30, N_("Something that must be reported at once.")),
    SECOND("incident_step", incident_step_project, true, 30,
           N_("What was done about an incident.")),
    SECOND("case", case_project, false, 0, N_("An errand taken in, with its papers.")),
    SECOND("case_step", case_step_project, false, 0, N_("A step of the village in a case.")),
    ENTRY("courier", courier_project, false, 0, N_("Papers were handed to a courier, by a list.")),
    BOTH("courier_step", courier_step_project, false, N_("A courier's list arrived.")),
    ENTRY("rating", rating_project, false, 0, N_("The resident was asked for an opinion, once.")),
    ENTRY("guidance", guidance_project, false, 0,
          N_("A resident was shown another way, and told where.")),
    ENTRY("slip", slip_project, false, 0, N_("A case's slip was issued.")),
    SECOND("ledger", ledger_project, false, 0, N_("A row of a ledger.")),
    ENTRY("export", export_project, false, 0,
          N_("A ledger left the house as a file: for whom, which rows, the file's hash.")),
    ENTRY("import", import_project, false, 0, N_("An old ledger came in from a file.")),
    ENTRY("ledger_void", ledger_void_project, false, 0, N_("A ledger's row was voided.")),
    ENTRY("staff", staff_project, false, 30, N_("The check of a member of staff before work.")),
    BOTH("booking", booking_project, false, N_("An appointment.")),
    BOTH("booking_step", booking_step_project, false,
         N_("What became of an appointment: cancelled, moved, came, did not come.")),
    ENTRY("slot_plan", slot_plan_project, false, 0,
          N_("What the sub-centre was told of the half hours and of its share.")),
    ENTRY("slot_pass", slot_pass_project, false, 0,
          N_("Places of the village that were passed on to the sub-centre.")),
    ENTRY("post", post_project, false, 0, N_("Who holds a post of the site, or nobody.")),
    BOTH("notice", notice_project, false,
         N_("A notice for everybody, of the site or of the sub-centre.")),
    ENTRY("notice_end", notice_end_project, false, 0, N_("A notice was ended.")),
    ENTRY("ticket", ticket_project, false, 0, N_("A number in the queue.")),
    ENTRY("ticket_step", ticket_step_project, false, 30,
          N_("A number was called, held, passed over, sent on or done with.")),
    ENTRY("adaptation", adaptation_project, false, 0,
          N_("The point adapted the policy within its bounds.")),
    ENTRY("policy_read", policy_read_project, false, 0,
          N_("A clerk has read the policy in force.")),
    ENTRY("measure", measure_project, false, 0, N_("A measure of the point's own.")),
    BOTH("overlay", overlay_project, false, N_("An overlay on the policy, and its review date.")),
    BOTH("overlay_end", overlay_end_project, false, N_("An overlay was ended by order.")),
    ENTRY("handover", handover_project, false, 0, N_("A shift was handed to another clerk.")),
    ENTRY("report", report_project, true, 0,
          N_("The report of a day, signed by a leader and frozen.")),
    ENTRY("confirm", confirm_project, false, 0, N_("A leader's daily word on the own staff.")),
    ORDER("decision", decision_project, N_("The sub-centre's decision on a case.")),
    ORDER("message", message_project, N_("A message of the sub-centre.")),
    ORDER("policy", definition_project, N_("A policy pack to be in force.")),
    ORDER("catalogue", definition_project, N_("A new catalogue of service items.")),
    BOTH("form", definition_project, false, N_("A new form or ledger definition.")),
    BOTH("suspend", suspend_project, true, N_("Service to the public was suspended.")),
    BOTH("resume", resume_project, true, N_("Service to the public was resumed.")),
    {.name = NULL},
};

const char *const kind_projections[] = {
    "site",
    "clerk",
    "person",
    "reveal",
    "visit",
    "incident",
    "incident_step",
    "case_file",
    "paper",
    "case_step",
    "slip",
    "ledger_row",
    "stock",
    "staff_check",
    "booking",
    "hub_order",
    "order_refused",
    "in_force",
    "post_holder",
    "notice",
    "ticket",
    "overlay",
    "adaptation",
    "policy_read",
    "measure",
    "suspension",
    "handover",
    "staff_confirm",
    "courier",
    "courier_case",
    "guidance",
    "booking_step",
    "slot_plan",
    "slot_pass",
    "tally",
    "stock_part",
    "report",
    "ledger_file",
    NULL,
};

const struct kind *kind_find(const char *name)
{
    for (const struct kind *k = kind_table; k->name != NULL; k++)
        if (strcmp(k->name, name) == 0)
            return k;
    return NULL;
}

enum err kind_keep(const struct kind *k, struct store *s, const struct entry *e)
{
    enum err rc = k->project != NULL ? k->project(s, e) : ERR_OK;
    return rc == ERR_OK ? tally_project(s, e) : rc;
}
