/* The table of views: what screens and `jiujin show` read. A view reads projections, never the
 * journal, and writes nothing. Rows are JSON objects. */
#ifndef KIOSK_DESK_VIEW_H
#define KIOSK_DESK_VIEW_H

#include "kiosk/base/clock.h"
#include "kiosk/desk/site.h"

struct view_query {
    int64_t from, to;  /* UTC ms, from <= at < to; CLOCK_NONE: open */
    const char *like;  /* characters, pinyin initials, digits; NULL: all */
    const char *state; /* NULL: all */
    const char *item;  /* catalogue code; NULL: all. Lists of cases and bookings look at it */
    int64_t offset;
    int64_t limit; /* 0: all */
};
#define VIEW_ALL ((struct view_query){.from = CLOCK_NONE, .to = CLOCK_NONE})

struct view {
    const char *name; /* "visits", "cases", "incidents", "persons"... */
    bool personal;    /* rows name people: somebody must be signed in */
    enum err (*each)(struct site *s, const char *arg, const struct view_query *q,
                     enum err (*row)(void *to, json_t *object), void *to);
};
extern const struct view view_table[]; /* ends with name NULL */

/* Runs the view `what` ("cases", "ledger:L03"): `row` gets each object (borrowed) and returns
 * non-OK to stop. Newest first. Personal data is unsealed for the signed-in clerk (ID numbers
 * masked), and null when nobody is signed in.
 *
 * visits     {"id","at","person","name","id_no","purpose","outcome","reasons":[..],"policy",
 *             "said":the policy's outcome when it was overridden,"answers":leader,"reason":why,
 *             "device":[readers],"offered":another channel|null,"told_online":bool|null}
 * branch     {"id","epoch","seq","at","heard","clerk","kind","subject","body","hash","sealed":{..}|
 *             null,"since","taken"}: what a copy wrote under numbers that hold others; oldest first
 * cases {"id","number","at","person","name","id_no","agent":{..}|null,"item","item_name","channel",
 *             "state","missing":N,"updated","arrived":bool,"due":DATE|null,"legal","days_left":N|null
 *             (working
 * days),"overdue":bool,"waits":"village|town|citizen"|null,"received":TIME|null,
 *             "rated":bool,"grade":1..5|null,"despite":[ID]}; agent also "expired":bool
 * work[:WHO]  the same of cases that somebody is waited for; WHO: village, town, citizen, overdue;
 *             overdue first
 * duplicates:PERSON[:ITEM]  the same: open cases of a person
 * papers[:HOLDER|:CASE]  {"case","number","person","name","item","paper","paper_name","state",
 *             "holder":"citizen|village|courier|sub_centre","since","entry","until"}: what is not
 *             with the citizen, or all of one case
 * items[:CODE]  an item of the catalogue (kiosk/rules/catalogue.h) with
 * "id","name","department_name","address" (its own, else the pack's guide),"cases":N and "last" of
 * this site's last 200 cases; those that were taken in last and most often first couriers
 * {"id","number","at","clerk","carrier","cases":[ID],"papers":[{"case","paper"}],
 *             "received":TIME|null,"receiver"}; state "open" or "received"
 * channels    {"day","channel","cases":N,"guided":N,"skipped":{REASON:N}}: a row a day and channel
 * guidance    {"id","at","clerk","person","name","item","item_name","channel","skipped":[..],
 *             "visit":ID|null}
 * incidents  {"id","at","heard","person","name","phone","cause","cause_name","state","policy",
 *             "plan":[..],"possible":[step..],"missing":[step..],"place","since","freed","visit",
 *             "steps":[{"at","heard","clerk","step","by","place","to","ref","note","reason"}]};
 *             incidents:ID is that one alone
 * alarms     as kiosk/desk/alarm.h
 * suspension {"id","at","heard","who","clerk","answers","scope","reason","suspended":bool,"ended",
 *             "ended_by","ended_reason"}
 * people     {"id","name","id_no","phone","address"}
 * staff      {"id","at","clerk","outcome","reasons"}
 * bookings   {"id","number","person","name","id_no","phone","item","from","to","by","state",
 *             "source":"village|hub","made","clerk"}; "person" null: booked at the hub, unknown
 *             here
 * ledger:ID  {"id","at","heard","clerk",FIELD:value...,"void":bool,"voided_by":ENTRY|null,
 *             "void_reason"?,"corrects":ROW|null,"corrected_by":ROW|null,"entered_late":bool}.
 *             state: "standing", "void", "late", "corrected", or "FIELD=CHOICE": the rows that a
 *             number of sums counts
 * sums:LEDGER[:day|week|month]  {"from":DATE,"to":DATE (the last day),"rows":N,
 *             "sums":{FIELD:number},"choices":{FIELD:{ID:N}},"stock":{"ITEM/UNIT":{WAY:number}}?}:
 *             periods that have rows; weeks begin on Monday
 * entry:ID   one entry as it was written: {"id","order","epoch","seq","at","heard","terminal",
 *             "clerk","kind","version","subject","body","hash","before":HASH|null,"follows":bool
 *             (the hash is that of these bytes behind the one before),"has_sealed","dropped",
 *             "sealed":{..}|null (for who keeps ledgers; ID numbers masked),"reversed_by",
 *             "corrected_by","corrects"}
 * orders     {"n","at","kind","subject","by","text"}
 * duties
 * {"duty","title","slot","slot_title","day","from","to","ledger","round":bool,
 *             "state":"later|due|late|missed|done|done_late|not_done","at","heard","by",
 *             "entered_late":bool,"left":[..],"left_words":[..],"not_done":{PLACE: REASON},
 *             "because","who":POST,"who_title","holder"}: today's, or those of the day of `from`
 * overdue    the same rows: what is late, missed or left out, of the last seven days or of the
 *             query's, newest day first
 * clerks {"clerk","role","state":"checked|denied|missing","at","heard","entered_late","reasons",
 *             "actions","by"}: today's staff
 * staff_day  {"day","clerks":N,"checked":N,"missing":[..],"denied":[..],"confirmed","leader"}, one
 * row
 * stock      {"ledger","item","item_name","unit","unit_name","balance","least":number|null,
 *             "days_left" (at the rate of the last 14 days; null: none went out),"low":bool,
 *             "expiring","expired"}; what the pack requires also "min" (days),"missing":bool (there
 *             never was any). state: "low", "expiring"
 * lots[:LEDGER]  what of it lies where, what ends first before the rest: {"ledger","item",
 *             "item_name","unit","unit_name","spec","place","batch","expiry","balance","left",
 *             "days","state":"ok|expiring|expired"} (desk/stock_lot.h). state: "expiring": both, or
 *             "expired"
 * exports    {"id","at","clerk","ledger","profile","format","from","to","rows","hash"}: what left as a
 *             file; imports the same of what came in
 * profiles   {"profile","version","addressee","ledgers":[ID]|null (all),"formats":[..],"encoding",
 *             "paper"}; with a mistake {"profile","error","message"}
 * handovers  {"id","at","from","to","incidents":[..],"cases","papers","unsent","last","note"}
 * shift      what a shift would hand over now: one row, as in handovers
 * posts      {"post","title","outside","daily","clerk","name","holder","phone","since","day",
 *             "vacant"}
 * rota       the daily posts of a week: rows as in posts, each with its "day"
 * notices    {"id","at","source":"policy|hub|site","by","title","text","until","state"}: those in
 *            force; state "ended", "over" (behind its day), "all"
 * slots      {"from","to","capacity","booked","held","free","hub"}: the half hours of a day, by the
 *            pack's hours; free: what the village may give, hub: what it leaves to the sub-centre;
 *            slots:ITEM counts the limit of the item's group
 * tickets    {"id","at","number","service","person","name","id_no","visit","state","since","first",
 *             "calls","window","called"}: of today when no time is given
 * zones      {"zone","title","holds","spots","free","people":[{"id","what","person","name","state",
 *             "since","minutes","over":bool,"place","last","note"}]}: who is where now; last and
 *             note of an incident's steps
 * policy     one row: {"policy","title","read":bool|null,"packs":[{"pack","title","issuer",
 *             "issued","document","note","read"}],"params":[{"param","label","value","unit","pack",
 *             "basis","adaptable":bool,"bounds","adapted":ENTRY|null,"own":value}]}
 * packs      {"id","version","layer","title","trigger","review_days","source"}: the newest of each
 *            that is known; packs:overlay those of one layer
 * overlays   {"entry","at","by","id","version","title","order","start","review","approver","state",
 *             "ended","end_by","end_order","end_reason"}; state: planned, in_force, due (to be
 *             reviewed, and still in force), broken, replaced, ended
 * adaptations {"id","at","clerk","base","param","label","old","new","reason","approver",
 *             "in_force":bool}
 * measures   {"id","at","clerk","title","text"}
 * report[:DATE[:REVISION]]  one row: {"site","name","day","asof","over":bool,"due":TIME|null,
 *             "state" (desk/report.h),"sums","yesterday":sums,"last_week":sums,"facts":{..},
 *             "missing":[..],"signed":{as in reports}|null,"differs":[{"series","key","was","now"}]
 *             since it was signed,"later":[{"id","at","heard","kind","clerk"}],"revisions":[{as in
 *             reports, "differs" from the one before}]}; of a revision what it was signed with
 * reports {"id","at","day","revision","leader","clerk","epoch","from","to","hash","before","nil",
 *             "due","over","late","missing":N,"state":"done|done_late|changed|replaced"}
 * print_jobs {"job","at","document","which","printer","state","why","begun","said","reprint",
 *             "again_of","copies","clerk","terminal","ended"}: what was given to printers; the state
 *             as in kiosk/desk/printjob.h
 * status     as cli.md, one row
 * people and all lists with names: ID numbers masked */
enum err view_each(struct site *s, const char *what, const struct view_query *q,
                   enum err (*row)(void *to, json_t *object), void *to);
/* The rows as an array (owned by the caller). */
enum err view_list(struct site *s, const char *what, const struct view_query *q, json_t **out);

/* One case whole, by id or number: as in "cases" with "papers":[..], "steps":[{"at","who","step",
 * "text","stood":"person|agent",...}], "messages", "sent":[{"way","at"}], "couriers", "slips",
 * "possible". ERR_NOT_FOUND. *out is owned by the caller. */
enum err view_case(struct site *s, const char *which, json_t **out);
/* One person with the whole data (for forms and slips; a screen masks it). */
enum err view_person(struct site *s, const char *id, json_t **out);
/* The person of this ID number, or ERR_NOT_FOUND; *id takes ENTRY_ID bytes. */
enum err view_person_by_id_no(struct site *s, const char *id_no, char *id);
/* The home screen's counts: {"today":{"visits","admitted","denied","isolated"},"incidents_open",
 * "cases_open","cases_waiting","unsent","duties":[..],"drafts":N} */
enum err view_home(struct site *s, json_t **out);

#endif
