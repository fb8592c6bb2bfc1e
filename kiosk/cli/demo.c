/* Owns: the filling of a demonstration site from assets/demo/. Invariant: people and records are
 * plainly invented (ID numbers of region 999, phones that begin with 12), all go through the
 * actions that a clerk's typing goes through, and nothing is dated in the future. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/rules/idno.h"

#define DAYS 7
#define ASSET "demo/week.json"

struct demo {
    struct site *site;
    json_t *plan;
    size_t people, purposes; /* how many were handed out */
    int64_t at;              /* of the present row */
    char last[ENTRY_ID], incident[ENTRY_ID];
};

/* --- people ----------------------------------------------------------------------------------- */

static const char *text_at(const json_t *array, size_t i)
{
    return json_string_value(json_array_get(array, i % json_array_size(array)));
}

/* The i-th of families x given names: born 1940 to 1989, so that old people are many. */
static json_t *person(const struct demo *d, size_t i)
{
    const json_t *families = js_get(d->plan, "families"), *given = js_get(d->plan, "given");
    size_t all = json_array_size(families) * json_array_size(given), n = i % all;
    unsigned k = (unsigned)n;
    char id_no[24], name[64], phone[16], address[96];
    snprintf(id_no, sizeof id_no, "999%03u%04u%02u%02u%03u", k % 7 + 1, 1940 + k * 7 % 50,
             k % 12 + 1, k % 28 + 1, 100 + k);
    id_no[17] = idno_digit(id_no);
    id_no[18] = 0;
    snprintf(name, sizeof name, "%s%s", text_at(families, n / json_array_size(given)),
             text_at(given, n));
    snprintf(phone, sizeof phone, "12%09u", 100000000 + k * 1010101 % 900000000);
    snprintf(address, sizeof address, "%s%u组%u号", js_str(d->plan, "address"), k % 9 + 1,
             k * 3 % 80 + 1);
    return json_pack("{s:s,s:s,s:s,s:s}", "name", name, "id_no", id_no, "phone", phone, "address",
                     address);
}

/* --- one row ------------------------------------------------------------------------------------
 */

/* "$at", "$at-20h", "$at+46h" */
static json_t *time_value(const struct demo *d, const char *text)
{
    char iso[CLOCK_TEXT];
    return json_string(clock_iso(d->at + strtoll(text + 3, NULL, 10) * 3600 * 1000, iso));
}

static json_t *filled(struct demo *d, const json_t *value);

static json_t *filled_text(struct demo *d, const char *text)
{
    if (strcmp(text, "$person") == 0)
        return person(d, d->people++);
    if (strcmp(text, "$purpose") == 0)
        return json_string(text_at(js_get(d->plan, "purposes"), d->purposes++));
    if (strcmp(text, "$me") == 0)
        return json_string(d->site->j.clerk);
    if (strncmp(text, "$at", 3) == 0)
        return time_value(d, text);
    return json_string(text);
}

static json_t *filled_members(struct demo *d, const json_t *value)
{
    json_t *out = json_object(), *member;
    const char *key;
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
        json_object_set_new(out, key, filled(d, member));
    return out;
}

static json_t *filled(struct demo *d, const json_t *value)
{
    if (json_is_string(value))
        return filled_text(d, json_string_value(value));
    if (json_is_object(value))
        return filled_members(d, value);
    return json_deep_copy(value);
}

/* "case_step:$last" names the record before. */
static char *what_of(const struct demo *d, const char *what)
{
    const char *dollar = strchr(what, '$');
    if (dollar == NULL)
        return mem_strdup(what);
    return mem_printf("%.*s%s", (int)(dollar - what), what,
                      strcmp(dollar, "$last") == 0 ? d->last : d->incident);
}

static void remember(struct demo *d, const char *what, const json_t *out)
{
    const char *id = js_str(out, "id"), *incident = js_str(out, "incident");
    if (strcmp(what, "incident") == 0)
        incident = id;
    if (id != NULL)
        snprintf(d->last, sizeof d->last, "%s", id);
    if (incident != NULL)
        snprintf(d->incident, sizeof d->incident, "%s", incident);
}

static enum err run_row(struct demo *d, const json_t *row)
{
    json_t *in = filled(d, js_get(row, "in")), *out = NULL;
    char *what = what_of(d, js_str(row, "what"));
    enum err rc = action_run(d->site, what, in, &out);
    if (rc == ERR_OK)
        remember(d, what, out);
    json_decref(in);
    json_decref(out);
    free(what);
    return rc;
}

static bool has_day(const json_t *row, int day)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(row, "days"), i, one) if (json_integer_value(one) == day) return true;
    return false;
}

static enum err run_times(struct demo *d, const json_t *row, int day)
{
    enum err rc = ERR_OK;
    int hour, minute;
    size_t i;
    json_t *time;
    json_array_foreach(js_get(row, "times"), i, time)
    {
        if (rc != ERR_OK || sscanf(json_string_value(time), "%d:%d", &hour, &minute) != 2)
            continue;
        d->at = clock_day(clock_now()) - day * CLOCK_DAY_MS + (hour * 60 + minute) * 60000LL;
        if (d->at <= clock_now())
            rc = run_row(d, row);
    }
    return rc;
}

/* --- the week ----------------------------------------------------------------------------------
 */

static bool belongs(const json_t *row, const char *clerk, const char *policy, int day)
{
    const char *only = js_str(row, "policy");
    return strcmp(js_str(row, "by"), clerk) == 0 && has_day(row, day) &&
           (only == NULL || strcmp(only, policy) == 0);
}

static enum err run_week(struct demo *d, const char *clerk)
{
    struct policy *policy = NULL;
    enum err rc = site_policy(d->site, &policy);
    size_t i;
    json_t *row;
    for (int day = DAYS - 1; rc == ERR_OK && day >= 0; day--)
        json_array_foreach(js_get(d->plan, "rows"), i, row)
        {
            if (rc == ERR_OK && belongs(row, clerk, policy_id(policy), day))
                rc = run_times(d, row, day);
        }
    return rc;
}

/* All that one clerk did, in one transaction. */
static enum err play(struct demo *d, const char *clerk)
{
    clerk_sign_out(d->site, "sign_out");
    enum err rc = clerk_sign_in(d->site, clerk, DEMO_PIN);
    if (rc == ERR_OK)
        rc = journal_begin(&d->site->j);
    return rc == ERR_OK ? journal_end(&d->site->j, run_week(d, clerk)) : rc;
}

static enum err add_clerks(struct demo *d)
{
    size_t i;
    json_t *clerk;
    enum err rc = ERR_OK;
    json_array_foreach(js_get(d->plan, "clerks"), i, clerk)
    {
        if (rc == ERR_OK)
            rc = clerk_add(d->site, js_str(clerk, "name"), js_str(clerk, "role"), DEMO_PIN);
    }
    return rc;
}

enum err demo_fill(struct site *s)
{
    struct demo d = {.site = s};
    const struct asset *asset = asset_find(ASSET);
    enum err rc = asset != NULL ? js_parse(asset->data, asset->len, ASSET, &d.plan)
                                : err_set(ERR_INTERNAL, ASSET, NULL);
    size_t i;
    json_t *clerk;
    if (rc == ERR_OK)
        rc = add_clerks(&d);
    json_array_foreach(js_get(d.plan, "clerks"), i, clerk)
    {
        if (rc == ERR_OK)
            rc = play(&d, js_str(clerk, "name"));
    }
    json_decref(d.plan);
    return rc;
}
