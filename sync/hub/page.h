/* The hub's pages: HTML made on the server, without scripts. */
#ifndef SYNC_HUB_PAGE_H
#define SYNC_HUB_PAGE_H

#include "kiosk/base/clock.h"
#include "sync/hub/view.h"
#include "sync/hub/web.h"

void page_home(struct web *w);
void page_style(struct web *w);
void page_script(struct web *w);
void page_icon(struct web *w);
void page_live(struct web *w);
void page_login(struct web *w);
void page_login_post(struct web *w);
void page_logout(struct web *w);
void page_sites(struct web *w);
void page_site(struct web *w);
void page_site_seen(struct web *w);
void page_ack(struct web *w);
void page_ack_png(struct web *w);
void page_site_suspend(struct web *w);
void page_incidents(struct web *w);
void page_cases(struct web *w);
void page_calls(struct web *w);
void page_policy(struct web *w);
void page_definition(struct web *w);
void page_definition_post(struct web *w);
void page_reports(struct web *w);
void page_reports_csv(struct web *w);
void page_reports_xlsx(struct web *w);
void page_report(struct web *w);
void page_case(struct web *w);
void page_case_post(struct web *w);
void page_slip(struct web *w);
void page_slip_post(struct web *w);
void page_bookings(struct web *w);
void page_bookings_cancel(struct web *w);
void page_admin(struct web *w);
void page_admin_post(struct web *w);
void page_admin_site(struct web *w);
void page_admin_site_post(struct web *w);
void page_people(struct web *w);
void page_people_post(struct web *w);
void page_person_ask(struct web *w);
void page_person_post(struct web *w);
void page_ledgers(struct web *w);
void page_ledger(struct web *w);
void page_ledger_csv(struct web *w);
void page_ledger_xlsx(struct web *w);
void page_work(struct web *w);
void page_work_post(struct web *w);
void page_users(struct web *w);
void page_users_post(struct web *w);
void page_me(struct web *w);
void page_me_post(struct web *w);
void page_audit(struct web *w);
void page_audit_csv(struct web *w);
void page_audit_xlsx(struct web *w);
/* public */
void page_book_sites(struct web *w);
void page_book(struct web *w);
void page_book_hold(struct web *w);
void page_book_post(struct web *w);
void page_book_cancel(struct web *w);
void page_book_cancel_post(struct web *w);

/* What was kept aside of a village; nothing where there is none (page_fork.c). */
void page_put_forks(struct web *w, const char *site);

/* --- parts that the pages are made of --------------------------------------------------------- */

/* Appends text as `fmt` says: %s text, escaped for HTML and cleaned of control characters; %d
 * int64_t; %r text as it is (ours); %% a percent sign. */
void page_put(struct buf *out, const char *fmt, ...);
/* Begins a page: head, title, menu (`here` is the menu's path that it belongs to). */
void page_begin(struct web *w, const char *title, const char *here);
/* Ends it and makes it the answer. */
void page_end(struct web *w, unsigned status);
/* A view as a table below `heads` (N_(), NULL ends them). `row` gets a struct page_list and counts
 * in it. False: it could not be read, and the answer is a page that says so. */
#define PAGE_ROWS 200 /* of a list; the newest */
struct page_list {
    struct web *w;
    int64_t n;
};
bool page_table(struct web *w, const char *view, const struct hub_query *q, hub_row *row,
                const char *const *heads);
/* A whole page with one message. */
void page_message(struct web *w, unsigned status, const char *text);
/* What is the matter with a village (a word of sites.h): in words; whether it is trouble and not
 * only to be looked at; and as an item of a list, with what belongs to it: the reason, the count,
 * how far off. */
const char *page_look(const char *look);
bool page_look_bad(const char *look);
void page_put_look(struct web *w, const json_t *row, const char *look);
/* The definitions that the hub knows, as the first part of the page of policies. */
void page_put_definitions(struct web *w);
/* What may follow in an incident (hub_incident_next), each with its clock: a list, or nothing. */
void page_put_next(struct web *w, const json_t *next);
/* Of a village's page (a row of the view "sites"): whether it is suspended, and the form to say so.
 */
void page_put_suspend(struct web *w, const json_t *site);
/* Where a case's slip and its entries say different things (hub_slip_differs): a table, or nothing.
 */
void page_put_differs(struct web *w, const char *item, const json_t *differs);
/* Of a case's page: who looks after it, and the form to change that. */
void page_put_work(struct web *w, const char *site, const char *id);
/* The token that every form carries. */
void page_csrf(struct web *w);

/* The word of a code ("taken_in", "accepted"...), translated; the code itself when unknown. */
const char *page_word(const char *code);
/* A time (ISO text or NULL) as people read it: "05-20 09:00", "—" when there is none. */
const char *page_time(const char *iso, char out[CLOCK_TEXT]);
/* A length of time as people read it: "5 min", "2 h 10 min", "3 days"; and "... ago". */
const char *page_span(int64_t ms, char out[64]);
const char *page_ago(int64_t ms, char out[64]);
/* A day as people read it: "2026-11-25 Wed". */
const char *page_day(int64_t day, char out[64]);
/* The name of an item or of one of its papers, from the catalogue in force; the code when unknown.
 */
const char *page_item(const char *code);
const char *page_paper(const char *item, const char *paper);
/* A person's name into `out`, for a list; a viewer's is masked. "—" when there is none, it cannot
 * be opened, or the look cannot be put down. */
const char *page_person(struct web *w, const char *site, const char *person, char out[200]);

#endif
