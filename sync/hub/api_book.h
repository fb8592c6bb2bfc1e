/* The API for other programs, described by assets/web/openapi.json (served at /api/openapi.json):
 * half hours, holds and bookings of a site, for who shows a token (`jiujin-hub token add`). */
#ifndef SYNC_HUB_API_BOOK_H
#define SYNC_HUB_API_BOOK_H

#include "sync/hub/web.h"

void api_slots(struct web *w);
void api_hold(struct web *w);
void api_book(struct web *w);
void api_booking(struct web *w);
void api_booking_cancel(struct web *w);
void api_description(struct web *w);

/* What the APIs share: who shows the token of a route's scope ("Authorization: Bearer TOKEN") is
 * admitted, his name kept in w->caller; else the answer says why not. */
bool api_admits(struct web *w);
void api_answer(struct web *w, unsigned status, const json_t *body);
/* The answer for an error: {"error","field","message"}. */
void api_fail(struct web *w, enum err rc);
/* The body as an object with no members but these; NULL ends them. A member is text, unless its
 * name here begins with '{' (an object) or '#' (a number). *out is owned by the caller, also behind
 * an error. ERR_JSON, ERR_FIELD_UNKNOWN, ERR_FIELD_TYPE. */
enum err api_body(struct web *w, const char *const *members, json_t **out);

#endif
