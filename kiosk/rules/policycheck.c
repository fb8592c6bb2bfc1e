/* Owns: the checks of what a pack says beside its rules: channels, duties, dates, actions, days.
 * Invariant: whoever reads these parts later needs no checks of their own. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/calendar.h"
#include "kiosk/rules/policydef.h"

#define URL_MAX 32 /* a version 2 symbol: more does not fit beside the words in 24 rows */

static const char *const channel_words[] = {"online", "remote",      "courier",
                                            "proxy",  "appointment", "nearby"};

static const struct def_key effective_keys[] = {{"from", DEF_TEXT, true},
                                                {"to", DEF_TEXT, false},
                                                {"ends", DEF_ID, true},
                                                {NULL, DEF_ANY, false}};
static const struct def_key duty_keys[] = {{"id", DEF_NAME, true},    {"ledger", DEF_NAME, true},
                                           {"title", DEF_PAIR, true}, {"slots", DEF_ARRAY, true},
                                           {"cover", DEF_IDS, false}, {"basis", DEF_TEXT, false},
                                           {"who", DEF_ID, false},    {"entry", DEF_NAME, false},
                                           {"each", DEF_NAME, false}, {NULL, DEF_ANY, false}};
static const struct def_key supplies_keys[] = {{"categories", DEF_ARRAY, true},
                                               {"basis", DEF_TEXT, false},
                                               {"release", DEF_OBJECT, false},
                                               {"expiry_days", DEF_INT, false},
                                               {NULL, DEF_ANY, false}};
static const struct def_key release_keys[] = {
    {"role", DEF_ID, false},  {"posts", DEF_IDS, false},    {"pin", DEF_BOOL, false},
    {"two", DEF_BOOL, false}, {"above", DEF_NUMBER, false}, {"basis", DEF_TEXT, false},
    {NULL, DEF_ANY, false}};
static const struct def_key category_keys[] = {
    {"id", DEF_ID, true},        {"zh", DEF_TEXT, true},     {"en", DEF_TEXT, true},
    {"min_days", DEF_INT, true}, {"basis", DEF_TEXT, false}, {"min", DEF_NUMBER, false},
    {NULL, DEF_ANY, false}};
static const struct def_key slot_keys[] = {{"id", DEF_ID, true},    {"zh", DEF_TEXT, true},
                                           {"en", DEF_TEXT, true},  {"from", DEF_CLOCK, true},
                                           {"to", DEF_CLOCK, true}, {"if", DEF_NAME, false},
                                           {NULL, DEF_ANY, false}};
static const struct def_key named_keys[] = {{"id", DEF_ID, true},
                                            {"zh", DEF_TEXT, true},
                                            {"en", DEF_TEXT, true},
                                            {"basis", DEF_TEXT, false},
                                            {NULL, DEF_ANY, false}};
static const struct def_key post_keys[] = {{"id", DEF_ID, true},       {"zh", DEF_TEXT, true},
                                           {"en", DEF_TEXT, true},     {"outside", DEF_BOOL, false},
                                           {"daily", DEF_BOOL, false}, {"basis", DEF_TEXT, false},
                                           {NULL, DEF_ANY, false}};
static const struct def_key report_keys[] = {
    {"hour", DEF_CLOCK, true}, {"every", DEF_ID, false},    {"to", DEF_PAIR, false},
    {"zero", DEF_BOOL, false}, {"weekday", DEF_INT, false}, {"basis", DEF_TEXT, false},
    {NULL, DEF_ANY, false}};

static const struct def_key hours_keys[] = {{"from", DEF_CLOCK, true},
                                            {"to", DEF_CLOCK, true},
                                            {"days", DEF_ARRAY, false},
                                            {"basis", DEF_TEXT, false},
                                            {NULL, DEF_ANY, false}};
static const struct def_key holiday_keys[] = {{"zh", DEF_TEXT, true},     {"en", DEF_TEXT, true},
                                              {"from", DEF_TEXT, true},   {"to", DEF_TEXT, true},
                                              {"work", DEF_ARRAY, false}, {"basis", DEF_TEXT, true},
                                              {NULL, DEF_ANY, false}};
static const struct def_key group_keys[] = {
    {"id", DEF_ID, true},        {"zh", DEF_TEXT, true},
    {"en", DEF_TEXT, true},      {"departments", DEF_ARRAY, true},
    {"capacity", DEF_INT, true}, {"hub", DEF_INT, true},
    {"basis", DEF_TEXT, false},  {NULL, DEF_ANY, false}};
static const struct def_key guide_keys[] = {{"zh", DEF_TEXT, true},     {"en", DEF_TEXT, true},
                                            {"url", DEF_TEXT, true},    {"steps", DEF_ARRAY, true},
                                            {"basis", DEF_TEXT, false}, {NULL, DEF_ANY, false}};
static const struct def_key venue_keys[] = {{"zh", DEF_TEXT, true},
                                            {"en", DEF_TEXT, true},
                                            {"steps", DEF_ARRAY, true},
                                            {"basis", DEF_TEXT, false},
                                            {NULL, DEF_ANY, false}};
static const struct def_key slip_keys[] = {{"shows", DEF_IDS, true},
                                           {"return", DEF_PAIR, false},
                                           {"basis", DEF_TEXT, false},
                                           {NULL, DEF_ANY, false}};
static const struct def_key guide_step_keys[] = {
    {"zh", DEF_TEXT, true}, {"en", DEF_TEXT, true}, {NULL, DEF_ANY, false}};

/* Days of the week by their numbers: 1 is Monday, 7 Sunday; without any it is all of them. */
static enum err check_days(const json_t *part, const struct def_place *at)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(part, "days"), i, one)
    {
        json_int_t day = json_is_integer(one) ? json_integer_value(one) : 0;
        if (day < 1 || day > 7)
            return def_fail(at, "days", "must be from 1 (Monday) to 7");
    }
    return ERR_OK;
}

/* The hours of a day run forward, the second part behind the first. */
static enum err check_hours(const json_t *pack, const struct def_place *top)
{
    const json_t *list = json_object_get(pack, "hours");
    enum err rc = ERR_OK;
    int end = -1;
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++) {
        struct def_place at = def_below(top, "hours", (long)i);
        const json_t *one = json_array_get(list, i);
        rc = def_check(one, hours_keys, &at);
        if (rc == ERR_OK)
            rc = check_days(one, &at);
        if (rc == ERR_OK && def_clock(js_str(one, "from")) < end)
            rc = def_fail(&at, "from", "before the part above it ends");
        if (rc == ERR_OK && def_clock(js_str(one, "from")) >= def_clock(js_str(one, "to")))
            rc = def_fail(&at, "to", "not behind from");
        if (rc == ERR_OK)
            end = def_clock(js_str(one, "to"));
    }
    return rc;
}

static enum err check_holiday(const json_t *one, const struct def_place *at)
{
    size_t i;
    json_t *day;
    int64_t from, to, worked;
    enum err rc = def_check(one, holiday_keys, at);
    if (rc != ERR_OK)
        return rc;
    if (!clock_parse_date(js_str(one, "from"), &from))
        return def_fail(at, "from", "must be a date like 2026-10-01");
    if (!clock_parse_date(js_str(one, "to"), &to) || to < from)
        return def_fail(at, "to", "must be a date, not before from");
    if (json_array_size(js_get(one, "work")) > CALENDAR_WORK)
        return def_fail(at, "work", "more than %d", CALENDAR_WORK);
    json_array_foreach(js_get(one, "work"), i, day)
    {
        if (!json_is_string(day) || !clock_parse_date(json_string_value(day), &worked))
            return def_fail(at, "work", "must be dates like 2026-10-10");
        if (worked >= from && worked <= to)
            return def_fail(at, "work", "a day of the holiday itself");
    }
    return ERR_OK;
}

static enum err check_holidays(const json_t *pack, const struct def_place *top)
{
    const json_t *list = json_object_get(pack, "holidays");
    enum err rc = json_array_size(list) > CALENDAR_MAX
                      ? def_fail(top, "holidays", "more than %d", CALENDAR_MAX)
                      : ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++) {
        struct def_place at = def_below(top, "holidays", (long)i);
        rc = check_holiday(json_array_get(list, i), &at);
    }
    return rc;
}

/* A limit within the half hours: the sub-centre's part of it is a part of it. */
static enum err check_groups(const json_t *pack, const struct def_place *top)
{
    const json_t *list = json_object_get(pack, "slot_groups");
    enum err rc = def_each(list, group_keys, top, "slot_groups");
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++) {
        struct def_place at = def_below(top, "slot_groups", (long)i);
        const json_t *one = json_array_get(list, i);
        int64_t capacity = js_int(one, "capacity", 0), hub = js_int(one, "hub", 0);
        if (capacity < 0 || hub < 0 || hub > capacity)
            rc = def_fail(&at, "hub", "must be from 0 to capacity");
    }
    return rc;
}

/* The words of the poster stand in one line each (print/poster.c). */
/* What a slip may show beside its symbol; nothing else of a case is ever printed in clear. */
static enum err check_slip(const json_t *pack, const struct def_place *top)
{
    static const char *const shown[] = {"item", "channel", "surname"};
    const json_t *slip = js_get(pack, "slip");
    struct def_place at = def_below(top, "slip", -1);
    size_t i;
    json_t *one;
    if (slip == NULL)
        return ERR_OK;
    enum err rc = def_check(slip, slip_keys, &at);
    json_array_foreach(js_get(slip, "shows"), i, one)
    {
        if (rc == ERR_OK && def_word(shown, 3, json_string_value(one)) < 0)
            rc = def_fail(&at, "shows", "must be of item, channel, surname");
    }
    return rc;
}

static enum err check_venue(const json_t *pack, const struct def_place *top)
{
    const json_t *venue = js_get(pack, "venue"), *steps = js_get(venue, "steps");
    struct def_place at = def_below(top, "venue", -1);
    if (venue == NULL)
        return ERR_OK;
    enum err rc = def_check(venue, venue_keys, &at);
    if (rc == ERR_OK && utf8_width(js_str(venue, "zh")) > 20)
        rc = def_fail(&at, "zh", "more than 20 columns");
    if (rc == ERR_OK && json_array_size(steps) > 3)
        rc = def_fail(&at, "steps", "more than 3");
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(steps); i++) {
        struct def_place here = def_below(&at, "steps", (long)i);
        const json_t *one = json_array_get(steps, i);
        rc = def_check(one, guide_step_keys, &here);
        if (rc == ERR_OK && utf8_width(js_str(one, "zh")) > 48)
            rc = def_fail(&here, "zh", "more than 48 columns");
        if (rc == ERR_OK && utf8_width(js_str(one, "en")) > 80)
            rc = def_fail(&here, "en", "more than 80 columns");
    }
    return rc;
}

static bool is_address(const char *text)
{
    for (const char *c = text; *c != 0; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return strncmp(text, "https://", 8) == 0 && strlen(text) <= URL_MAX;
}

/* What the symbol on the idle screen opens must be an address that a phone takes to a browser. */
static enum err check_guide(const json_t *pack, const struct def_place *top)
{
    const json_t *guide = js_get(pack, "guide"), *steps = js_get(guide, "steps");
    struct def_place at = def_below(top, "guide", -1);
    if (guide == NULL)
        return ERR_OK;
    enum err rc = def_check(guide, guide_keys, &at);
    if (rc == ERR_OK && !is_address(js_str(guide, "url")))
        rc = def_fail(&at, "url", "must be https:// and plain characters, up to %d", URL_MAX);
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(steps); i++) {
        struct def_place here = def_below(&at, "steps", (long)i);
        rc = def_check(json_array_get(steps, i), guide_step_keys, &here);
    }
    return rc;
}

static bool has_id(const json_t *list, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        const char *own = js_str(one, "id");
        if (own != NULL && strcmp(own, id) == 0)
            return true;
    }
    return false;
}

/* Who answers for a duty is a post of the pack, and what fulfils it is something the desk knows. */
static enum err check_duty(const json_t *pack, const json_t *duty, const struct def_place *at)
{
    static const char *const entries[] = {"staff", "confirm"};
    const char *who = js_str(duty, "who"), *entry = js_str(duty, "entry");
    if (who != NULL && !has_id(json_object_get(pack, "posts"), who))
        return def_fail(at, "who", "no post '%s'", who);
    if (entry != NULL && def_word(entries, 2, entry) < 0)
        return def_fail(at, "entry", "must be staff or confirm");
    return ERR_OK;
}

static enum err check_supplies(const json_t *pack, const struct def_place *top)
{
    size_t i;
    json_t *one;
    const json_t *supplies = js_get(pack, "supplies");
    struct def_place at = def_below(top, "supplies", -1);
    if (supplies == NULL)
        return ERR_OK;
    const json_t *list = json_object_get(supplies, "categories");
    const json_t *release = js_get(supplies, "release");
    struct def_place below = def_below(&at, "release", -1);
    enum err rc = def_check(supplies, supplies_keys, &at);
    if (rc == ERR_OK && release != NULL)
        rc = def_check(release, release_keys, &below);
    if (rc == ERR_OK)
        rc = def_each(list, category_keys, &at, "categories");
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        struct def_place here = def_below(&at, "categories", (long)i);
        if (rc == ERR_OK && js_int(one, "min_days", 0) < 1)
            rc = def_fail(&here, "min_days", "must be days, 1 or more");
    }
    return rc;
}

static enum err check_duties(const json_t *pack, const struct def_place *top)
{
    const json_t *list = json_object_get(pack, "duties");
    enum err rc = def_each(list, duty_keys, top, "duties");
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++) {
        struct def_place at = def_below(top, "duties", (long)i);
        const json_t *slots = json_object_get(json_array_get(list, i), "slots");
        rc = check_duty(pack, json_array_get(list, i), &at);
        if (rc == ERR_OK)
            rc = def_each(slots, slot_keys, &at, "slots");
        for (size_t k = 0; rc == ERR_OK && k < json_array_size(slots); k++) {
            struct def_place here = def_below(&at, "slots", (long)k);
            const json_t *one = json_array_get(slots, k);
            if (def_clock(js_str(one, "from")) >= def_clock(js_str(one, "to")))
                rc = def_fail(&here, "to", "not behind from");
        }
    }
    return rc;
}

static enum err check_actions(const json_t *pack, const struct def_place *top)
{
    static const struct def_key pair[] = {
        {"zh", DEF_TEXT, true}, {"en", DEF_TEXT, true}, {NULL, DEF_ANY, false}};
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(pack, "actions"), key, value)
    {
        struct def_place at = def_below(top, "actions", -1);
        if (!def_is_name(key))
            return def_fail(&at, NULL, "a name is not of a-z, 0-9 and _");
        struct def_place here = def_below(&at, key, -1);
        enum err rc = def_check(value, pair, &here);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

/* Each of the six channels once: a pack orders them, it takes none away. */
static enum err check_channels(const json_t *pack, const struct def_place *top)
{
    size_t n = sizeof channel_words / sizeof *channel_words, i;
    unsigned seen = 0;
    json_t *one;
    if (js_get(pack, "channels") == NULL && policy_is_overlay(pack))
        return ERR_OK;
    json_array_foreach(json_object_get(pack, "channels"), i, one)
    {
        int index = def_word(channel_words, n, json_string_value(one));
        if (index < 0 || (seen & 1u << index) != 0)
            return def_fail(top, "channels", "'%s'", json_string_value(one));
        seen |= 1u << index;
    }
    return seen == (1u << n) - 1 ? ERR_OK : def_fail(top, "channels", "one of the six is missing");
}

static enum err check_retention(const json_t *pack, const struct def_place *top)
{
    const char *key;
    json_t *days;
    struct def_place at = def_below(top, "retention", -1);
    json_object_foreach(json_object_get(pack, "retention"), key,
                        days) if (!json_is_integer(days) ||
                                  json_integer_value(days) <
                                      1) return def_fail(&at, def_is_name(key) ? key : "?",
                                                         "must be days, 1 or more");
    return ERR_OK;
}

static enum err check_effective(const json_t *pack, const struct def_place *top)
{
    static const char *const ends[] = {"by_order", "on_date", "never"};
    const json_t *e = json_object_get(pack, "effective");
    struct def_place at = def_below(top, "effective", -1);
    int64_t from, to;
    if (e == NULL && policy_is_overlay(pack))
        return ERR_OK;
    enum err rc = def_check(e, effective_keys, &at);
    if (rc != ERR_OK)
        return rc;
    if (!clock_parse_date(js_str(e, "from"), &from))
        return def_fail(&at, "from", "no such date");
    if (js_get(e, "to") != NULL && (!clock_parse_date(js_str(e, "to"), &to) || to < from))
        return def_fail(&at, "to", "no such date, or before from");
    if (def_word(ends, 3, js_str(e, "ends")) < 0)
        return def_fail(&at, "ends", "must be by_order, on_date or never");
    return ERR_OK;
}

enum err policy_check(const json_t *pack, const struct def_place *top)
{
    static const char *const named[] = {"skip_reasons", "places", "notices"};
    struct def_place report = def_below(top, "report", -1);
    enum err rc = check_effective(pack, top);
    if (rc == ERR_OK)
        rc = check_actions(pack, top);
    if (rc == ERR_OK)
        rc = check_channels(pack, top);
    for (size_t i = 0; rc == ERR_OK && i < sizeof named / sizeof *named; i++)
        rc = def_each(json_object_get(pack, named[i]), named_keys, top, named[i]);
    if (rc == ERR_OK)
        rc = def_each(json_object_get(pack, "posts"), post_keys, top, "posts");
    if (rc == ERR_OK)
        rc = policy_check_queue(pack, top);
    if (rc == ERR_OK)
        rc = check_duties(pack, top);
    if (rc == ERR_OK)
        rc = check_supplies(pack, top);
    if (rc == ERR_OK)
        rc = check_hours(pack, top);
    if (rc == ERR_OK)
        rc = check_holidays(pack, top);
    if (rc == ERR_OK)
        rc = check_groups(pack, top);
    if (rc == ERR_OK)
        rc = check_guide(pack, top);
    if (rc == ERR_OK)
        rc = check_venue(pack, top);
    if (rc == ERR_OK)
        rc = check_slip(pack, top);
    if (rc == ERR_OK)
        rc = check_retention(pack, top);
    if (rc == ERR_OK)
        rc = policy_check_incident(pack, top);
    if (rc != ERR_OK || (js_get(pack, "report") == NULL && policy_is_overlay(pack)))
        return rc;
    return def_check(json_object_get(pack, "report"), report_keys, &report);
}
