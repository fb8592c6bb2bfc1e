/* Owns: the map of the hub's paths for people and offices; the villages' own is in serve.c. */
#include "sync/hub/api_book.h"
#include "sync/hub/api_read.h"
#include "sync/hub/api_report.h"
#include "sync/hub/api_write.h"
#include "sync/hub/page.h"
#include "sync/hub/watch.h"
#include "sync/hub/web.h"

#define FORM .body_max = WEB_FORM_MAX
#define BODY .body_max = API_BODY_MAX
#define READ .scope = "read"
#define DECIDE .scope = "decide"
#define BOOK .scope = "book"
#define ADMIN .scope = "admin"
#define SITE_API API_V1 "sites/:"

const struct web_route web_routes[] = {
    {"GET", "/", .role = "viewer", .run = page_home},
    {"GET", "/style.css", .run = page_style},
    {"GET", "/icon.svg", .run = page_icon},
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

    {"GET", "/admin", .role = "admin", .run = page_admin},
    {"POST", "/admin", .role = "admin", FORM, .run = page_admin_post},
    {"GET", "/admin/:", .role = "admin", .run = page_admin_site},
    {"POST", "/admin/:", .role = "admin", FORM, .run = page_admin_site_post},
    {"GET", "/users", .role = "admin", .run = page_users},
    {"POST", "/users", .role = "admin", FORM, .run = page_users_post},
    {"GET", "/me", .role = "viewer", .run = page_me},
    {"POST", "/me", .role = "viewer", FORM, .run = page_me_post},
    {"GET", "/audit", .role = "admin", .run = page_audit},
    {"GET", "/audit.csv", .role = "admin", .run = page_audit_csv},
    {"GET", "/audit.xlsx", .role = "admin", .run = page_audit_xlsx},

    {"GET", "/book", .run = page_book_sites},
    {"GET", "/book/:", .run = page_book},
    {"POST", "/book/:", FORM, .run = page_book_post},
    {"POST", "/book/:/hold", FORM, .run = page_book_hold},
    {"GET", "/book/:/cancel", .run = page_book_cancel},
    {"POST", "/book/:/cancel", FORM, .run = page_book_cancel_post},

    {"GET", "/api/openapi.json", .run = api_description},
    {"GET", API_V1 "reports", READ, .run = api_reports},
    {"GET", API_V1 "sites", READ, .run = api_list},
    {"GET", API_V1 "entries", READ, .run = api_list},
    {"GET", API_V1 "express", READ, .run = api_list},
    {"GET", API_V1 "forks", READ, .run = api_list},
    {"GET", API_V1 "counts", READ, .run = api_list},
    {"GET", API_V1 "incidents", READ, .run = api_list},
    {"GET", API_V1 "cases", READ, .run = api_list},
    {"GET", API_V1 "calls", READ, .run = api_list},
    {"GET", API_V1 "couriers", READ, .run = api_list},
    {"GET", API_V1 "slips", READ, .run = api_list},
    {"GET", API_V1 "suspensions", READ, .run = api_list},
    {"GET", API_V1 "visits", READ, .run = api_list},
    {"GET", API_V1 "ledgers", READ, .run = api_list},
    {"GET", API_V1 "bookings", READ, .run = api_list},
    {"GET", API_V1 "orders", READ, .run = api_list},
    {"GET", API_V1 "adaptations", READ, .run = api_list},
    {"GET", API_V1 "overlays", READ, .run = api_list},
    {"GET", API_V1 "users", ADMIN, .run = api_list},
    {"GET", API_V1 "tokens", ADMIN, .run = api_list},
    {"GET", API_V1 "webhooks", ADMIN, .run = api_list},
    {"GET", API_V1 "deliveries", ADMIN, .run = api_list},
    {"GET", API_V1 "audit", ADMIN, .run = api_audit},
    {"GET", API_V1 "cases/:/:", DECIDE, .run = api_case},
    {"POST", API_V1 "cases/:/:/steps", DECIDE, BODY, .run = api_decide},
    {"GET", API_V1 "people/:/:", DECIDE, .run = api_person},
    {"POST", API_V1 "sites", ADMIN, BODY, .run = api_site_add},
    {"GET", SITE_API, READ, .run = api_site},
    {"DELETE", SITE_API, ADMIN, .run = api_site_revoke},
    {"POST", SITE_API "/codes", ADMIN, BODY, .run = api_site_code},
    {"POST", SITE_API "/suspension", DECIDE, BODY, .run = api_suspension},
    {"POST", SITE_API "/couriers", DECIDE, BODY, .run = api_courier},
    {"GET", SITE_API "/slots", BOOK, .run = api_slots},
    {"POST", SITE_API "/holds", BOOK, BODY, .run = api_hold},
    {"POST", SITE_API "/bookings", BOOK, BODY, .run = api_book},
    {"GET", SITE_API "/bookings/:", BOOK, .run = api_booking},
    {"DELETE", SITE_API "/bookings/:", BOOK, .run = api_booking_cancel},
    {"POST", API_V1 "definitions", ADMIN, .body_max = API_DEFINITION_MAX, .run = api_push},
    {"POST", API_V1 "notices", ADMIN, BODY, .run = api_notice},
    {"POST", API_V1 "users", ADMIN, BODY, .run = api_user_add},
    {"POST", API_V1 "tokens", ADMIN, BODY, .run = api_token_add},
    {"DELETE", API_V1 "tokens/:", ADMIN, .run = api_token_revoke},
    {NULL, NULL, .run = NULL},
};
