/* The API's other side: what officers ("decide") and administrators ("admin") do on the pages, for
 * programs. Every row of the audit has the token's name. */
#ifndef SYNC_HUB_API_WRITE_H
#define SYNC_HUB_API_WRITE_H

#include "sync/hub/web.h"

#define API_BODY_MAX ((size_t)8192)
#define API_DEFINITION_MAX ((size_t)1 << 20)

void api_decide(struct web *w);         /* POST cases/SITE/CASE/steps {"step","text"} */
void api_suspension(struct web *w);     /* POST sites/SITE/suspension {"kind","reason"} */
void api_courier(struct web *w);        /* POST sites/SITE/couriers {"number"} */
void api_site_add(struct web *w);       /* POST sites {"site","name","valid_days"} */
void api_site_code(struct web *w);      /* POST sites/SITE/codes {"valid_days"} */
void api_site_revoke(struct web *w);    /* DELETE sites/SITE */
void api_site_rename(struct web *w);    /* POST sites/SITE/name {"name"} */
void api_machine_revoke(struct web *w); /* DELETE sites/SITE/machines/EPOCH */
void api_push(struct web *w);           /* POST definitions {"kind","definition",..} */
void api_notice(struct web *w);         /* POST notices {"title","text","until","site"} */
void api_user_add(struct web *w);       /* POST users {"name","role","password"} */
/* POST users/changes {"name","role","sites","password","disabled"} */
void api_user_change(struct web *w);
void api_token_add(struct web *w);    /* POST tokens {"name","scopes"} */
void api_token_revoke(struct web *w); /* DELETE tokens/NAME */

#endif
