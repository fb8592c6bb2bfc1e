/* Owns: the field types for dates and times. Invariant: a checked date exists, and a moment is
 * written in one way, with the offset of China Standard Time. */
#include "kiosk/rules/fieldtype.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/idno.h"

enum err time_check_date(const struct field *fd, const json_t *in, json_t **out)
{
    char text[CLOCK_TEXT];
    int64_t day;
    if (!json_is_string(in))
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    if (*json_string_value(in) == 0)
        *out = json_null();
    else if (clock_parse_date(json_string_value(in), &day))
        *out = json_string(clock_date(day, text));
    else
        return err_set(ERR_DATE, fd->id, NULL);
    return ERR_OK;
}

enum err time_check_hhmm(const struct field *fd, const json_t *in, json_t **out)
{
    if (!json_is_string(in))
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    if (*json_string_value(in) != 0 && def_clock(json_string_value(in)) < 0)
        return err_set(ERR_TIME, fd->id, "HH:MM");
    *out = *json_string_value(in) != 0 ? json_string(json_string_value(in)) : json_null();
    return ERR_OK;
}

enum err time_check_datetime(const struct field *fd, const json_t *in, json_t **out)
{
    char text[CLOCK_TEXT], date[11];
    int64_t at;
    if (!json_is_string(in))
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    if (*json_string_value(in) == 0) {
        *out = json_null();
    } else if (clock_parse(json_string_value(in), &at)) {
        *out = json_string(clock_iso(at, text));
    } else {
        snprintf(date, sizeof date, "%s", json_string_value(in));
        return err_set(clock_parse_date(date, &at) ? ERR_TIME : ERR_DATE, fd->id, NULL);
    }
    return ERR_OK;
}

enum err time_read(const struct field *fd, const char *text, json_t **out)
{
    char plain[CLOCK_TEXT + 8];
    if (!idno_compact(text, "", plain, sizeof plain))
        return err_set(fd->type == FIELD_DATE ? ERR_DATE : ERR_TIME, fd->id, NULL);
    bool short_time = fd->type == FIELD_TIME && strlen(plain) == 4;
    *out = short_time && plain[1] == ':' ? json_sprintf("0%s", plain)
           : short_time                  ? json_sprintf("%.2s:%s", plain, plain + 2)
                                         : json_string(plain);
    return *out != NULL ? ERR_OK : err_set(ERR_NOT_UTF8, fd->id, NULL);
}

/* Also "2022-05-20 09:00", "05-20 09:00" of this year and "09:00" of today, all local. */
enum err time_read_datetime(const struct field *fd, const char *text, json_t **out)
{
    char plain[CLOCK_TEXT + 8], day[CLOCK_TEXT];
    int64_t at;
    if (!idno_compact(text, "", plain, sizeof plain))
        return err_set(ERR_TIME, fd->id, NULL);
    size_t len = strlen(plain);
    clock_date(clock_now(), day);
    if (clock_parse(plain, &at))
        *out = json_string(plain);
    else if (len == 5)
        *out = json_sprintf("%sT%s:00+08:00", day, plain);
    else if (len == 11)
        *out = json_sprintf("%.4s-%.5sT%s:00+08:00", day, plain, plain + 6);
    else if (len == 16 || len == 19)
        *out = json_sprintf("%.10sT%s%s+08:00", plain, plain + 11, len == 16 ? ":00" : "");
    else
        return err_set(ERR_TIME, fd->id, NULL);
    return ERR_OK;
}

char *time_show_datetime(const struct field *fd, const json_t *value)
{
    char day[CLOCK_TEXT], hour[CLOCK_TEXT];
    int64_t at;
    (void)fd;
    if (!json_is_string(value) || !clock_parse(json_string_value(value), &at))
        return mem_strdup("");
    return mem_printf("%s %s", clock_date(at, day), clock_hhmm(at, hour));
}
