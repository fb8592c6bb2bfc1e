/* The table of actions: everything that changes data, by name. The screens, the command line, the
 * import and the tests all go through it: form -> action -> journal -> projection -> view.
 *
 * Input and output are the JSON shapes of cli.md. */
#ifndef KIOSK_DESK_ACTION_H
#define KIOSK_DESK_ACTION_H

#include "kiosk/desk/site.h"

struct action {
    const char *name; /* "visit", "case", "ledger", "case_step"... */
    const char *role; /* needed at least */
    /* Decides, appends entries (in a transaction that the table's caller holds), fills *out. `arg`
     * is what follows the colon ("ledger:L03"), or a case's id for a step; "" otherwise. */
    enum err (*run)(struct site *s, const char *arg, const json_t *in, json_t **out);
};

extern const struct action action_table[]; /* ends with name NULL */

/* Runs `what` ("visit", "ledger:L03", "mixed": then in has "what"). *out is a new object with at
 * least "seq" and "id" (owned by the caller), further members as the action tells: triage gives
 * "outcome", "reasons", "actions", "visit", "incident"; case gives "number". In one transaction: on
 * any error nothing was written. ERR_SIGN_IN, ERR_ROLE, ERR_NOT_FOUND (no such action),
 * ERR_FIELD_*... */
enum err action_run(struct site *s, const char *what, const json_t *in, json_t **out);

/* The actions, one function each, for those who look for them by name. `in` is checked by its form.
 *   person    {"name","id_no","phone","address"}            -> entry kind person; a known ID number
 * gives the known person, with an entry of kind person that corrects what differs visit
 * {"person":P|null,"purpose":"..","facts":{..},"at":".."} decides by the policy in force; opens an
 * incident where an action says open_incident incident
 * {"person":P|null,"cause":"one of the pack's incident.kinds, or other","facts":{},"note":""}
 * incident_step (arg: id) {"step":"isolated|leader_told|town_told|verified|data_error|closed",
 *             "to":"","by":"phone|group|person","note":""}
 *   case      see cli.md; papers missing from the list are taken as missing
 *   case_step (arg: id or number) {"step":"supplement|withdraw|deliver|say|paper","text":"..",...}
 *   ledger    (arg: ledger id) {"row":{..},"at":".."}
 *   export    {"ledger","profile","format","from","to","rows","hash"}: a file of a ledger leaves the
 *             house (kiosk/print/sheet.h writes both)
 *   import    (arg: ledger id) {"file":PATH,"profile","encoding","again":bool}: an old ledger from a
 *             CSV; out as kiosk/desk/import.h tells
 *   ledger_void (arg: entry id) {"reason":".."}: struck out by a further entry
 *   ledger_correct (arg: entry id) {"reason":"..","row":{..}}: strikes the row out and enters the
 *             whole row anew, for the same time; out is of the new row, "void" the striking entry
 *   staff     {"clerk":"..","facts":{..}}: the day's sign-in check; feeds the staff ledger
 *   booking   {"person":P,"item":"CODE","from":"..","to":"..","by":"phone|web|wechat|desk"}
 *             with "hold":N its place is the one held; out has "number"
 *   booking_step (arg: booking id or number) {"step":"cancel|arrive|no_show|move","from","to","at"}
 *   slot_hold {"from":"..","item"}: a place for a quarter of an hour; out {"hold":N,"until"}
 *   slot_release (arg: hold) {}
 *   slot_pass {"from":"..","places":N}: gives places of the village to the sub-centre
 *   post      {"post":ID of the pack,"clerk":NAME|null,"name","phone","day":DATE|null}: gives a
 *             post until further notice, or for one day (a daily post only, never a day that is
 *             over); with neither clerk nor name it is vacant
 *   handover  {"to":CLERK,"note"}: what is open is counted and handed on; the taker vouches
 *   confirm   {"day":DATE|null}: a leader's word on who was checked that day, and who was not
 *   report    {"day":DATE|null}: a leader signs the report of that day; out has "day", "revision",
 *             "nil", "missing":[duties not done]. ERR_STATE: signed, and nothing came after
 *   reveal    (arg: person id) {}: the clerk looked at the whole ID number; out has "person"
 *   overlay   {"id","order":"REF","start":DATE|null,"review":DATE|null,"approver"}: a leader has to
 *             answer; so for the next two
 *   overlay_end {"id","order":"REF","reason"}
 *   adaptation {"param","new":value|null,"reason","approver"}; null: the pack's own value again
 *   policy_read {"policy":LABEL|null}: the clerk has read what is in force
 *   measure   {"title","text"}
 *   form      {"definition":{..}}: a ledger of the point's own, or a further version of one; what came
 *             with the program or by order is changed by order alone
 *   notice    {"title","text","until":DATE|null}: public words, hung up until that day or until
 *   notice_end (arg: notice id) {"reason":".."}; the sub-centre's notice needs a leader
 *   ticket    {"service":"window|self|online","visit":ID|null,"person":ID|null,"paper":bool}: a
 * number of today in the queue; out has "number", "service", "before" (how many wait before it)
 *   ticket_step (arg: id, or number of today) {"step":"call","window":"1"} | skip | hold | recall |
 *             {"step":"transfer","service":".."} | done | {"step":"void","reason":".."}; out has
 *             "ticket", "number"
 *   ticket_next {"service":".."|null,"window":"1"}: calls whose turn it is; out as ticket_step's.
 *             ERR_NOT_FOUND (field "ticket"): nobody waits
 *   slip      (arg: case id) {"to":"png|escpos|screen|text|digits|pdf","copies":2,"reprint":true}:
 *             a slip was issued; reprint: it is marked so on paper */

#endif
