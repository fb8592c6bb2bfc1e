/* Notices: what everybody who comes in may read. */
#ifndef KIOSK_DESK_NOTICE_H
#define KIOSK_DESK_NOTICE_H

#include <jansson.h>

#include "kiosk/base/err.h"

#define NOTICE_TITLE_MAX 30 /* characters */
#define NOTICE_TEXT_MAX 200
#define NOTICE_COLUMNS 240 /* of the text: what the idle screen shows at once */

/* Checks {"title","text","until":DATE|null} as the village and the hub both say it. *clean (owned
 * by the caller) has every member. input_check's errors; ERR_CONSTRAINT: an ID number stands in the
 * words, or the last day is over. */
enum err notice_check(const json_t *in, json_t **clean);

#endif
