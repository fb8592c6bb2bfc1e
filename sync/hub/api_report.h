/* The API of the district's sheet: GET /api/v1/reports?date=, with a token as for bookings. */
#ifndef SYNC_HUB_API_REPORT_H
#define SYNC_HUB_API_REPORT_H

#include "sync/hub/web.h"

void api_reports(struct web *w);

#endif
