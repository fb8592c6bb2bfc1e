/* The projections of the desk's kinds, for the table of kinds; and the shape of each body.
 *
 * A projection sees one entry or order, reads and writes projection tables (and the archive of
 * definitions) and nothing else: not the clock, not a key, not the journal. What an entry cannot
 * mean is not an error of the projection unless the entry is our own; what the hub orders and
 * cannot be done is kept and marked.
 *
 * entries, body {..} | sealed {..}
 *   person        {"tag":HEX|null,"has_phone":bool} | {"name","id_no","phone","address"}
 *   visit         {"person":ID|null,"policy":"ID@V","outcome","reasons":[rule],"actions":[..],
 *                  "role","override":{"from","to","answers":LEADER|null}?,"device":[ID]?} |
 *                  {"facts","purpose","reason"}; reason: of the override
 *   visit_offer   {"channel"|null,"told_online":bool|null}; subject: the visit
 *   incident      {"visit":ID|null,"person":ID|null,"cause","named":{zh,en}?,"actions":[..],
 *                  "policy":"ID@V","plan":[steps of desk/plan.h]} | {"facts","note"};
 *                  version 1 had neither name, policy nor plan
 *   incident_step {"step","by","place","state"?,"frees"?,"closes"?,"answers":leader?}
 *                 | {"to","ref","note","reason"}; subject: the incident; version 1: {"step","by"}
 *   suspend       {"scope":"site|window:N","answers":leader} | {"reason"}; also an order, without
 *                 "answers"
 *   resume        the same
 *   case          {"person":ID,"agent":ID|null,"until","item","catalogue":VERSION,"channel",
 *                  "skipped":[{"channel","reason"}],"papers":[{"paper","state","until","needed"}]}
 *                 | {"relation","note"}; since v2 also "due":DATE|null,"legal":DATE|null,
 *                 "despite":[ID]? | "scope"
 *   case_step     {"step","said":bool,"papers":[..]?} | {"text"}; subject: the case; since v2 also
 *                 "facts":{"by","signed","when","hash","size","way"}? | "to","phone","file"
 *   courier       {"cases":[ID],"papers":[{"case","paper"}]} | {"carrier"}
 *   rating        {"grade":1..5|null} | {"reason"}; subject: the case
 *   guidance      {"person":ID|null,"item","channel","skipped":[..],"told":true,"visit":ID where there was one}
 *   slip          {"to","copies","reprint":true?}; subject: the case
 *   ledger        {"ledger","version","row":{open fields},"picks":[open fields that hold choices],
 *                  "personal":bool,"stock":{"item","unit","amount","counted"}?,"corrects":ROW?}
 *                  | {personal fields}; version 1 had no picks
 *   ledger_void   {} | {"reason"}; subject: the row
 *   export        {"ledger","profile","format","from":MS|null,"to":MS|null,"rows","hash":HEX}: the
 *                 file's BLAKE2b-256
 *   import        the same, with "void": rows that were struck out, "size": of the file in bytes,
 *                 "encoding"; from and to are the first and behind the last row's own time
 *   staff         {"clerk","policy","outcome","reasons":[..],"actions":[..]} | {"facts"}
 *   booking       {"person":ID,"item","from":MS,"to":MS,"by","group"?}; as an order without
 *                 "person": {..,"tag":HEX} | {"name","id_no","phone"}
 *   booking_step  {"step":"cancel|arrive|no_show","person":ID when who came was linked}|{"step":"move","from":MS,"to":MS}; subject: the
 *                 booking; the hub orders "cancel" alone
 *   slot_plan     as kiosk/rules/slots.h
 *   slot_pass     {"from":MS,"places"}
 *   reveal        {}; subject: the person
 *   post          {"post","clerk":NAME|null,"day":DATE|null,"named":bool,"from":MS} |
 *                 {"name","phone"}; neither clerk nor named: the post is vacant
 *   notice        {"title","text","until":DATE|null}: public words; an order of the hub too
 *   notice_end    {} | {"reason"}; subject: the notice
 *   ticket        {"service","day":"2022-05-20","number":"A001","visit":ID|null,"person":ID|null,
 *                  "paper":bool}
 *   ticket_step   {"step","window"?,"service"?} | {"reason"}; subject: the ticket
 *   site          {"code","name","policy","demo":bool,"type":"district|branch|town|village"}
 *   overlay       {"id","version","order","start":MS,"review":MS,"approver","answers"}
 *   overlay_end   {"id","order","reason","answers"}; subject: the start
 *   adaptation    {"param","old","new":value|null,"reason","approver","base","policy","answers"}
 *   policy_read   {"policy":LABEL}
 *   measure       {"title","text"}
 *   handover      {"from","to","incidents":[ID],"cases":N,"papers":N,"unsent":N,"last":SEQ,
 *                  "noted":bool} | {"note"}
 *   report        {"day":DATE,"revision":N,"due":TIME|null,"over":bool,"nil":bool,
 *                  "sums":{SERIES:{KEY:[n,amount]}} (desk/tally.h),"facts":{..} (desk/report.h),
 *                  "missing":[duties],"late":N entries since the last revision,"answers":LEADER,
 *                  "epoch","from","to" (it counts entries up to here),"hash" (of `to`),
 *                  "before":[{"epoch","to","hash"}] where older epochs ended}
 *   confirm       {"day","clerks":[..],"missing":[..],"denied":[..],"answers":LEADER}
 * orders, body {..} | sealed {..}
 *   decision      {"step":"accept|supplement|reject|done|say","text":".."} or "text" sealed;
 *                 subject: the case's id
 *                 also receive, answer
 *   message       {"text":".."} or "text" sealed; subject: a case's id, or its own
 *   policy, catalogue, form
 *                 {"definition":{..},"effective":"2022-05-18"|MS|null}; null: at once. A policy
 * order puts that pack in force.
 *   overlay       {"definition":{..},"start","review":DATE|MS|null,"order","approver"}
 *   overlay_end   {"id","order","reason","effective":DATE|MS|null} */
#ifndef KIOSK_DESK_PROJECT_H
#define KIOSK_DESK_PROJECT_H

#include "kiosk/store/kind.h"

kind_project site_project, enrol_project, clerk_project; /* site.c, clerk.c */
kind_project person_project, reveal_project;
kind_project visit_project, visit_offer_project;
kind_project incident_project, incident_step_project;
kind_project suspend_project, resume_project;
kind_project case_project, case_step_project, slip_project, decision_project;
kind_project courier_project, courier_step_project, rating_project, guidance_project;
kind_project message_project;
kind_project ledger_project, ledger_void_project, export_project, import_project;
kind_project staff_project, booking_project, booking_step_project;
kind_project slot_plan_project, slot_pass_project;
kind_project notice_project, notice_end_project;
kind_project definition_project;
kind_project ticket_project, ticket_step_project;
kind_project overlay_project, overlay_end_project;
kind_project adaptation_project, policy_read_project, measure_project;
kind_project post_project, handover_project, confirm_project;
kind_project report_project;

#endif
