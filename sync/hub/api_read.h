/* The API's reading side: the hub's views for other programs, as JSON and as CSV, a page at a time.
 * What needs no name takes scope "read"; a case whole and a person take "decide", and are put into
 * the audit. */
#ifndef SYNC_HUB_API_READ_H
#define SYNC_HUB_API_READ_H

#include "sync/hub/web.h"

#define API_V1 "/api/v1/"
#define API_LEAST 1
#define API_MOST 1000 /* rows of an answer */
#define API_USUAL 200
#define API_CSV_MOST 100000 /* rows of a file */

/* GET /api/v1/VIEW?site=&state=&limit=&after=&format=csv: {"rows":[..],"next":"..."|null}; "next"
 * is given as `after` for what follows. Of lists whose newest comes first, a row may come twice
 * when new ones arrive between two pages; none is left out. */
void api_list(struct web *w);
void api_site(struct web *w); /* GET /api/v1/sites/SITE */
void api_case(struct web *w); /* GET /api/v1/cases/SITE/CASE */
/* POST /api/v1/people {"q","why","site"}: whose ID number, telephone or whole name that is */
void api_people(struct web *w);
void api_person(struct web *w); /* GET /api/v1/people/SITE/PERSON?why= */
void api_audit(struct web *w);  /* GET /api/v1/audit?who=&what=&site=&limit= */

#endif
