/* Owns: what narrows the list of cases. Invariant: an answer that is not understood leaves it as it
 * was. */
#include "screens/cases_filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/case.h"
#include "screens/words.h"

#define DAYS_MAX 3660

static const char *const turns[] = {"", "village", "town", "citizen", "overdue", NULL};

static void next_of(const char *const *all, char *now, size_t size)
{
    size_t at = 0;
    while (all[at] && strcmp(all[at], now) != 0)
        at++;
    snprintf(now, size, "%s", all[at] && all[at + 1] ? all[at + 1] : "");
}

void cases_filter_turn(struct cases_filter *f)
{
    next_of(turns, f->turn, sizeof f->turn);
}

void cases_filter_state(struct cases_filter *f)
{
    if (f->state[0])
        next_of(case_states, f->state, sizeof f->state);
    else
        snprintf(f->state, sizeof f->state, "%s", case_states[0]);
}

/* --- the item ---- */

static enum err take_item(struct cases_filter *f, const json_t *item)
{
    snprintf(f->item, sizeof f->item, "%s", js_str(item, "code"));
    return ERR_OK;
}

enum err cases_filter_item(struct cases_filter *f, struct site *s, const char *typed)
{
    struct catalogue *c;
    const json_t *found = NULL;
    if (!*typed) {
        f->item[0] = 0;
        return ERR_OK;
    }
    enum err rc = site_catalogue(s, &c);
    for (size_t i = 0; rc == ERR_OK && i < catalogue_count(c); i++) {
        const json_t *one = catalogue_at(c, i);
        if (catalogue_is_number(one, typed) || strcasecmp(js_str(one, "code"), typed) == 0)
            return take_item(f, one);
        if (!catalogue_match(one, typed))
            continue;
        if (found)
            rc = err_set(ERR_FIELD_CHOICE, NULL, _("several items: %s, %s"), lang_pick(found),
                         lang_pick(one));
        found = one;
    }
    if (rc != ERR_OK)
        return rc;
    return found ? take_item(f, found) : err_set(ERR_NOT_FOUND, "item", NULL);
}

/* --- days ---- */

static bool read_day(const char *word, int64_t *day)
{
    char whole[40], today[CLOCK_TEXT];
    int64_t now = clock_now();
    if (clock_parse_date(word, day))
        return true;
    clock_date(now, today);
    snprintf(whole, sizeof whole, "%.4s-%.20s", today, word);
    if (!clock_parse_date(whole, day))
        return false;
    if (*day > now) {
        snprintf(whole, sizeof whole, "%04d-%.20s", atoi(today) - 1, word);
        return clock_parse_date(whole, day);
    }
    return true;
}

static bool read_last(const char *word, int64_t *from)
{
    char *end;
    long days = strtol(word, &end, 10);
    if (*end || days < 1 || days > DAYS_MAX)
        return false;
    *from = clock_day(clock_now()) - (days - 1) * CLOCK_DAY_MS;
    return true;
}

enum err cases_filter_days(struct cases_filter *f, const char *typed)
{
    char first[24] = "", last[24] = "", more[2] = "";
    int64_t from = CLOCK_NONE, to = CLOCK_NONE;
    int n = sscanf(typed, "%23s %23s %1s", first, last, more);
    bool good = n < 3;
    if (good && n == 1 && !read_last(first, &from)) {
        good = read_day(first, &from);
        to = from + CLOCK_DAY_MS;
    } else if (good && n == 2) {
        good = read_day(first, &from) && read_day(last, &to) && from <= to;
        to += CLOCK_DAY_MS;
    }
    if (!good)
        return err_set(ERR_DATE, NULL, "11-20, 11-01 11-20, 7");
    f->from = from;
    f->to = to;
    return ERR_OK;
}

/* --- asked and told ---- */

const char *cases_filter_view(const struct cases_filter *f, struct view_query *q, char out[32])
{
    *q = VIEW_ALL;
    q->like = f->like[0] ? f->like : NULL;
    q->state = f->state[0] ? f->state : NULL;
    q->item = f->item[0] ? f->item : NULL;
    q->from = f->from;
    q->to = f->to;
    snprintf(out, 32, "%s%s", f->turn[0] ? "work:" : "cases", f->turn);
    return out;
}

static void add(char *out, size_t size, const char *what, const char *value)
{
    size_t len = strlen(out);
    if (*value && len < size)
        snprintf(out + len, size - len, "  %s%s", what, value);
}

static void days_words(const struct cases_filter *f, char *out, size_t size)
{
    char from[CLOCK_TEXT], to[CLOCK_TEXT];
    out[0] = 0;
    if (f->from == CLOCK_NONE)
        return;
    clock_date(f->from, from);
    if (f->to == CLOCK_NONE)
        snprintf(out, size, _("since %s"), from);
    else if (f->to == f->from + CLOCK_DAY_MS)
        snprintf(out, size, "%s", from);
    else
        snprintf(out, size, "%s - %s", from, clock_date(f->to - CLOCK_DAY_MS, to));
}

void cases_filter_words(const struct cases_filter *f, struct site *s, char *out, size_t size)
{
    struct catalogue *c;
    char days[2 * CLOCK_TEXT + 8];
    const char *item = NULL;
    out[0] = 0;
    days_words(f, days, sizeof days);
    if (f->item[0] && site_catalogue(s, &c) == ERR_OK)
        item = lang_pick(catalogue_find(c, f->item));
    add(out, size, _("Turn: "), f->turn[0] ? words_say("waits", f->turn) : "");
    add(out, size, _("State: "), f->state[0] ? words_say("state", f->state) : "");
    add(out, size, _("Item: "), item ? item : f->item);
    add(out, size, _("Days: "), days);
    add(out, size, _("Search: "), f->like);
}
