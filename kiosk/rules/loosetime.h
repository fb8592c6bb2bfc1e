/* Dates and times as old tables write them: 2022/5/18, 2022-05-18, 2022.5.18, 20220518,
 * 2022年5月18日 (星期三), 9:05, 09:05:30, 上午9:05, 下午3时5分, 9点, and both together; full ISO
 * 8601 too. */
#ifndef KIOSK_RULES_LOOSETIME_H
#define KIOSK_RULES_LOOSETIME_H

#include <stdbool.h>
#include <stdint.h>

struct loosetime {
    bool has_day, has_time;
    int64_t day; /* first millisecond of the local day */
    int minute;  /* of the day */
    int second;
};

/* False: it is none of these, or no such day or time. A year has four digits: 5月18日 alone could
 * be any. */
bool loosetime_read(const char *text, struct loosetime *out);

#endif
