/* The API for other programs, described by assets/web/openapi.json (served at /api/openapi.json):
 * half hours, holds and bookings of a site, for who shows a token (`jiujin-hub token add`). */
#ifndef SYNC_HUB_API_BOOK_H
#define SYNC_HUB_API_BOOK_H

#include "sync/hub/web.h"

#define API_BOOK_MAX ((size_t)4096)

void api_slots(struct web *w);
void api_hold(struct web *w);
void api_book(struct web *w);
void api_booking(struct web *w);
void api_booking_cancel(struct web *w);
void api_description(struct web *w);

/* What the APIs share: a JSON answer; an error as one; who shows the token ("Authorization: Bearer
 * TOKEN"), ERR_SIGN_IN. */
void api_answer(struct web *w, unsigned status, const json_t *body);
void api_fail(struct web *w, enum err rc);
enum err api_token_name(struct web *w, char name[64]);

#endif
