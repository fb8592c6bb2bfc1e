/* What an administrator changes about a village that is known. Every change is in the audit. */
#ifndef SYNC_HUB_SITE_ADMIN_H
#define SYNC_HUB_SITE_ADMIN_H

#include "sync/hub/site.h"

/* ERR_NOT_FOUND for all. */

/* ERR_FIELD_REQUIRED, ERR_TOO_LONG, ERR_NOT_UTF8, ERR_CONTROL_CHARS. Machines that join later are
 * told the new name. */
enum err hub_site_rename(struct hub *h, const char *site, const char *name);
/* From now on nothing is taken from this one machine; the others of the village work on. */
enum err hub_machine_revoke(struct hub *h, const char *site, int64_t epoch);
/* Takes back an enrolment code that nobody used yet. */
enum err hub_site_code_void(struct hub *h, const char *site);

/* Millionths of a degree as text. */
const char *site_degrees(int64_t micro, char out[24]);

#endif
