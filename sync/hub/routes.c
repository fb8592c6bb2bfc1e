/* Owns: the map of the hub's paths for people and offices; the villages' own is in serve.c. */
#include "sync/hub/api_book.h"
#include "sync/hub/api_report.h"
#include "sync/hub/page.h"
#include "sync/hub/watch.h"
#include "sync/hub/web.h"

#define FORM .body_max = WEB_FORM_MAX
#define BOOK_API "/api/v1/sites/:"

const struct web_route web_routes[] = {
    {"GET", "/", .role = "viewer", .run = page_home},
    {"GET", "/style.css", .run = page_style},
    {"GET", "/live.js", .run = page_script},
    {"GET", "/live", .role = "viewer", .run = page_live},
    {"GET", "/healthz", .run = watch_health},
    {"GET", "/login", .run = page_login},
    {"POST", "/login", FORM, .run = page_login_post},
    {"POST", "/logout", .role = "viewer", FORM, .run = page_logout},
    {"GET", "/sites", .role = "viewer", .run = page_sites},
    {"GET", "/sites/:", .role = "viewer", .run = page_site},
    {"POST", "/sites/:/suspend", .role = "officer", FORM, .run = page_site_suspend},
    {"GET", "/sites/:/ack", .role = "officer", .run = page_ack},
    {"GET", "/sites/:/ack.png", .role = "officer", .run = page_ack_png},
    {"POST", "/sites/:/seen", .role = "viewer", FORM, .run = page_site_seen},
    {"GET", "/incidents", .role = "viewer", .run = page_incidents},
    {"GET", "/policy", .role = "viewer", .run = page_policy},
    {"GET", "/reports", .role = "viewer", .run = page_reports},
    {"GET", "/reports.csv", .role = "viewer", .run = page_reports_csv},
    {"GET", "/reports.xlsx", .role = "viewer", .run = page_reports_xlsx},
    {"GET", "/reports/:", .role = "viewer", .run = page_report},
    {"GET", "/cases", .role = "viewer", .run = page_cases},
    {"GET", "/calls", .role = "viewer", .run = page_calls},
    {"GET", "/cases/:/:", .role = "viewer", .run = page_case},
    {"POST", "/cases/:/:", .role = "officer", FORM, .run = page_case_post},
    {"GET", "/slip", .role = "viewer", .run = page_slip},
    {"POST", "/slip", .role = "officer", FORM, .run = page_slip_post},
    {"GET", "/bookings/:", .role = "viewer", .run = page_bookings},
    {"POST", "/bookings/:/:", .role = "officer", FORM, .run = page_bookings_cancel},

    {"GET", "/book", .run = page_book_sites},
    {"GET", "/book/:", .run = page_book},
    {"POST", "/book/:", FORM, .run = page_book_post},
    {"POST", "/book/:/hold", FORM, .run = page_book_hold},
    {"GET", "/book/:/cancel", .run = page_book_cancel},
    {"POST", "/book/:/cancel", FORM, .run = page_book_cancel_post},

    {"GET", "/api/openapi.json", .run = api_description},
    {"GET", "/api/v1/reports", .run = api_reports},
    {"GET", BOOK_API "/slots", .run = api_slots},
    {"POST", BOOK_API "/holds", .body_max = API_BOOK_MAX, .run = api_hold},
    {"POST", BOOK_API "/bookings", .body_max = API_BOOK_MAX, .run = api_book},
    {"GET", BOOK_API "/bookings/:", .run = api_booking},
    {"DELETE", BOOK_API "/bookings/:", .run = api_booking_cancel},
    {NULL, NULL, .run = NULL},
};
