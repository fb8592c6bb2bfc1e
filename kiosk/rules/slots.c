/* Owns: who may give which place of a slot, and a booking's number. Invariant: however far apart
 * village and hub are, what both may give together never exceeds the capacity that the plan names.
 */
#include "kiosk/rules/slots.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/rules/calendar.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/idno.h"

#define MINUTE_MS 60000LL

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t not_below_zero(int64_t n)
{
    return n > 0 ? n : 0;
}

/* Of the whole slot; by what is known. */
static int64_t left_of_all(const struct slots_plan *p, const struct slots_use *u)
{
    return p->capacity < 0 ? INT64_MAX : p->capacity - u->village - u->hub - u->held;
}

static bool cut_off(const struct slots_plan *p, int64_t starts, int64_t now)
{
    return now >= starts - p->cutoff;
}

int64_t slots_village(const struct slots_plan *p, const struct slots_use *u, int64_t heard)
{
    int64_t all = left_of_all(p, u);
    if (p->capacity < 0 || cut_off(p, u->starts, heard))
        return not_below_zero(all);
    int64_t own = p->capacity - p->hub - u->passed - u->village - u->held;
    return not_below_zero(least(own, all));
}

int64_t slots_hub(const struct slots_plan *p, const struct slots_use *u, int64_t now)
{
    if (cut_off(p, u->starts, now))
        return 0;
    return not_below_zero(least(p->hub + u->passed - u->hub - u->held, left_of_all(p, u)));
}

int64_t slots_hold_until(const struct slots_plan *p, int64_t starts, int64_t now)
{
    return least(now + SLOTS_HOLD_MS, starts - p->cutoff);
}

bool slots_held(int64_t until, int64_t now)
{
    return until > now;
}

/* --- plans --------------------------------------------------------------------------------------
 */

struct slots_plan slots_plan_read(const json_t *plan)
{
    return (struct slots_plan){.capacity = js_int(plan, "capacity", -1),
                               .hub = js_int(plan, "hub", 0),
                               .cutoff = js_int(plan, "cutoff", 0) * MINUTE_MS};
}

struct slots_plan slots_plan_of(const struct slots_plan *plan, const json_t *group)
{
    struct slots_plan p = slots_plan_read(group);
    p.cutoff = plan->cutoff;
    return p;
}

const json_t *slots_group(const json_t *plan, const json_t *item)
{
    size_t i, k;
    json_t *group, *one;
    const char *department = js_str(item, "department");
    json_array_foreach(js_get(plan, "groups"), i, group)
        json_array_foreach(js_get(group, "departments"), k,
                           one) if (department != NULL && json_is_string(one) &&
                                    strcmp(json_string_value(one), department) == 0) return group;
    return NULL;
}

/* A part that names no days is of every day; a weekend day that is worked in exchange is as a
 * Monday. */
static bool of_day(const json_t *part, int weekday)
{
    size_t i;
    json_t *one;
    const json_t *days = js_get(part, "days");
    json_array_foreach(days, i, one)
    {
        if (json_integer_value(one) == weekday)
            return true;
    }
    return json_array_size(days) == 0;
}

enum err slots_day(const json_t *plan, int64_t day, slots_fn *each, void *arg)
{
    size_t i;
    json_t *part;
    enum err rc = ERR_OK;
    struct calendar c;
    calendar_read(js_get(plan, "holidays"), &c);
    int weekday = calendar_exchanged(&c, day) ? 1 : calendar_weekday(day);
    json_array_foreach(js_get(plan, "hours"), i, part)
    {
        const char *from = js_str(part, "from"), *to = js_str(part, "to");
        if (from == NULL || to == NULL || calendar_holiday(&c, day) || !of_day(part, weekday))
            continue;
        int64_t end = day + def_clock(to) * MINUTE_MS;
        for (int64_t at = day + def_clock(from) * MINUTE_MS; rc == ERR_OK && at + SLOT_MS <= end;
             at += SLOT_MS)
            rc = each(arg, at);
    }
    return rc;
}

static enum err same(void *arg, int64_t from)
{
    return from == *(const int64_t *)arg ? ERR_DUPLICATE : ERR_OK;
}

bool slots_begins(const json_t *plan, int64_t from)
{
    return slots_day(plan, clock_day(from), same, &from) == ERR_DUPLICATE;
}

/* --- numbers -----------------------------------------------------------------------------------
 */

/* Both parts go into the check digit: V1-57 and V15-7 differ in it. */
static char check_of(long long epoch, long long n)
{
    char digits[44];
    snprintf(digits, sizeof digits, "%lld0%lld", epoch, n);
    return idno_mod11_10(digits);
}

const char *slots_number(const char *id, char out[SLOTS_NUMBER])
{
    long long epoch = 0, n = 0;
    int end = 0;
    out[0] = 0;
    if (sscanf(id, "o.%lld%n", &n, &end) == 1 && id[end] == 0 && n > 0)
        snprintf(out, SLOTS_NUMBER, "W%lld-%c", n, check_of(0, n));
    else if (sscanf(id, "%lld.%lld%n", &epoch, &n, &end) == 2 && id[end] == 0 && epoch > 0 && n > 0)
        snprintf(out, SLOTS_NUMBER, "V%lld-%lld-%c", epoch, n, check_of(epoch, n));
    return out;
}

static enum err read_parts(const char *text, char out[32])
{
    long long epoch = 0, n = 0;
    int end = 0;
    char check = 0, id[48] = "";
    if (sscanf(text, "W%18lld-%c%n", &n, &check, &end) == 2 && text[end] == 0 && n > 0)
        snprintf(id, sizeof id, "o.%lld", n);
    else if (sscanf(text, "V%9lld-%18lld-%c%n", &epoch, &n, &check, &end) == 3 && text[end] == 0 &&
             epoch > 0 && n > 0)
        snprintf(id, sizeof id, "%lld.%lld", epoch, n);
    else
        return err_set(ERR_FIELD_TYPE, "number", "W12-3, V1-57-4");
    memcpy(out, id, strlen(id) + 1); /* by the widths read, at most 28 digits and a dot */
    return check == check_of(epoch, n) ? ERR_OK : err_set(ERR_CHECK_DIGIT, "number", NULL);
}

enum err slots_number_read(const char *text, char out[32])
{
    char plain[SLOTS_NUMBER];
    if (!idno_compact(text, " ", plain, sizeof plain))
        return err_set(ERR_FIELD_TYPE, "number", NULL);
    for (char *c = plain; *c != 0; c++)
        *c = (char)toupper((unsigned char)*c);
    size_t len = strlen(plain);
    if (plain[0] == 'W' && strchr(plain, '-') == NULL && len > 2 && len + 1 < sizeof plain) {
        plain[len + 1] = 0; /* W123 is W12-3 */
        plain[len] = plain[len - 1];
        plain[len - 1] = '-';
    }
    return read_parts(plain, out);
}
