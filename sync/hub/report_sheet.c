/* Owns: the district's sheet of a day. Invariant: every village that has joined has a row, whether
 * it reported or not; sums of who did not are the hub's own and are said to be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/report.h"
#include "sync/hub/report.h"
#include "sync/hub/report_private.h"

/* --- the reports of a site's day ---------------------------------------------------------------
 */

static json_t *parsed(const struct hub_rows *rows, int column)
{
    json_t *out = NULL;
    const char *text = hub_text(rows, column);
    return js_parse(text, strlen(text), NULL, &out) == ERR_OK ? out : json_null();
}

static json_t *revision_row(const struct hub_rows *rows)
{
    json_t *row = json_object();
    js_set_str(row, "id", hub_text(rows, 0));
    js_set_int(row, "revision", hub_int(rows, 1));
    js_set_time(row, "at", hub_int(rows, 2));
    js_set_time(row, "arrived", hub_int(rows, 3));
    js_set_str(row, "leader", hub_text(rows, 4));
    js_set_str(row, "clerk", hub_text(rows, 5));
    js_set_str(row, "state", hub_text(rows, 6));
    js_set_int(row, "missing", hub_int(rows, 7));
    json_object_set_new(row, "findings", parsed(rows, 8));
    js_set_time(row, "checked", hub_null(rows, 9) ? CLOCK_NONE : hub_int(rows, 9));
    json_object_set_new(row, "body", parsed(rows, 10));
    return row;
}

enum err hub_report_revisions(struct hub *h, const char *site, int64_t day, hub_row *row, void *arg)
{
    struct hub_rows rows;
    json_t *one, *all = json_array();
    size_t i;
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT id, revision, at, arrived, leader, clerk, state, missing,"
                          " findings, checked, body FROM report WHERE site = ?1 AND day = ?2"
                          " ORDER BY epoch, seq",
                          "si", site, day);
    while (rc == ERR_OK && hub_next(&rows, &rc))
        json_array_append_new(all, revision_row(&rows));
    json_array_foreach(all, i, one)
    {
        if (rc == ERR_OK)
            rc = row(arg, one);
    }
    json_decref(all);
    return rc;
}

static enum err collect(void *arg, const json_t *row)
{
    json_array_append(arg, (json_t *)(uintptr_t)row);
    return ERR_OK;
}

/* --- entries of a day --------------------------------------------------------------------------
 */

static void counted(void *to, int64_t day, const char *series, const char *key, int64_t n,
                    double amount)
{
    int64_t *left = to; /* the day that is looked for; CLOCK_NONE once it was seen */
    (void)series;
    (void)key;
    (void)n;
    (void)amount;
    if (day == *left)
        *left = CLOCK_NONE;
}

static json_t *entry_row(const struct hub_rows *rows, const struct entry *e, int64_t epoch,
                         int64_t upto)
{
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1] = "";
    json_t *row = json_object();
    js_set_str(row, "id", e->id);
    js_set_str(row, "kind", e->kind);
    js_set_time(row, "at", e->at);
    js_set_time(row, "heard", e->heard);
    js_set_time(row, "arrived", hub_int(rows, 2));
    js_set_str(row, "clerk", e->clerk);
    if (hub_bytes(rows, 4, hash, HASH_BYTES))
        hex_encode(hash, HASH_BYTES, hex);
    js_set_str(row, "hash", hex);
    js_set_str(row, "subject", e->subject);
    json_object_set(row, "body", (json_t *)(uintptr_t)e->body);
    json_object_set_new(
        row, "later",
        json_boolean(epoch > 0 && (e->epoch > epoch || (e->epoch == epoch && e->seq > upto))));
    return row;
}

struct looking {
    struct hub *h;
    const char *site;
    int64_t day, epoch, upto;
    json_t *out;
};

static enum err look_at(struct looking *l, const struct hub_rows *rows)
{
    size_t len;
    struct entry e;
    json_t *head = NULL;
    struct journal_row row = {.epoch = hub_int(rows, 0), .seq = hub_int(rows, 1)};
    const void *bytes = hub_blob(rows, 3, &len);
    int64_t left = l->day;
    enum err rc = ERR_OK;
    buf_add(&row.head, bytes, len);
    if (journal_parse(&row, &e, &head) == ERR_OK) {
        rc = hub_tally_entry(l->h, l->site, &e, counted, &left);
        if (rc == ERR_OK && left == CLOCK_NONE)
            json_array_append_new(l->out, entry_row(rows, &e, l->epoch, l->upto));
    }
    json_decref(head);
    buf_fini(&row.head);
    return rc;
}

/* What happened on that day, and what struck out a row of it later. */
static enum err look_for(struct looking *l)
{
    struct hub_rows rows;
    int64_t from = tally_day_start(l->day);
    enum err rc = hub_ask(l->h->db, &rows,
                          "SELECT epoch, seq, arrived, head, hash FROM entry WHERE site = ?1"
                          " AND at >= ?2 AND (at < ?3 OR kind = 'ledger_void')"
                          " ORDER BY epoch, seq",
                          "sii", l->site, from, from + CLOCK_DAY_MS);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        rc = look_at(l, &rows);
        if (rc != ERR_OK)
            hub_done(&rows);
    }
    return rc;
}

/* The end of what the last report of the day counts; epoch 0: there is none. */
static enum err last_place(struct hub *h, const char *site, int64_t day, int64_t *epoch,
                           int64_t *upto)
{
    struct hub_rows rows;
    *epoch = *upto = 0;
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT epoch, upto FROM report WHERE site = ?1 AND day = ?2"
                          " ORDER BY epoch DESC, seq DESC LIMIT 1",
                          "si", site, day);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc;
    *epoch = hub_int(&rows, 0);
    *upto = hub_int(&rows, 1);
    hub_done(&rows);
    return ERR_OK;
}

enum err hub_report_entries(struct hub *h, const char *site, int64_t day, hub_row *row, void *arg)
{
    size_t i;
    json_t *one;
    struct looking l = {.h = h, .site = site, .day = day, .out = json_array()};
    enum err rc = last_place(h, site, day, &l.epoch, &l.upto);
    if (rc == ERR_OK)
        rc = look_for(&l);
    json_array_foreach(l.out, i, one)
    {
        if (rc == ERR_OK)
            rc = row(arg, one);
    }
    json_decref(l.out);
    return rc;
}

static enum err count_later(void *arg, const json_t *row)
{
    *(int64_t *)arg += js_bool(row, "later");
    return ERR_OK;
}

/* --- the sheet ---------------------------------------------------------------------------------
 */

static const char *unsigned_state(int64_t due)
{
    if (due == CLOCK_NONE)
        return "none";
    return clock_now() >= due ? "late" : "open";
}

/* Its last revision, and whether entries came after it. */
static enum err put_report(struct hub *h, const char *site, int64_t day, const json_t *all,
                           json_t *row)
{
    static const char *const keys[] = {"id",     "state",   "revision", "at",
                                       "leader", "missing", "findings"};
    int64_t later = 0;
    const json_t *last = json_array_get(all, json_array_size(all) - 1),
                 *body = js_get(last, "body");
    json_t *now = json_incref(json_object_get(row, "sums"));
    json_t *differs = report_differences(js_get(body, "sums"), now);
    enum err rc = ERR_OK;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_object_set(row, keys[i], json_object_get(last, keys[i]));
    js_set_int(row, "revisions", (int64_t)json_array_size(all));
    json_object_set_new(row, "nil", json_boolean(js_bool(body, "nil")));
    js_set_int(row, "duties", (int64_t)json_array_size(js_get(body, "missing")));
    js_set_str(row, "status", js_str(js_get(body, "facts"), "status"));
    if (strcmp(js_str(last, "state"), "agrees") == 0 && json_array_size(differs) > 0)
        rc = hub_report_entries(h, site, day, count_later, &later);
    json_object_set_new(row, "changed", json_boolean(later > 0));
    js_set_int(row, "later", later);
    json_object_set(row, "sums", js_get(body, "sums"));
    json_decref(differs);
    json_decref(now);
    return rc;
}

static void put_nothing(json_t *row, int64_t due)
{
    js_set_str(row, "state", unsigned_state(due));
    js_set_str(row, "id", NULL);
    js_set_int(row, "revision", 0);
    js_set_int(row, "revisions", 0);
    js_set_str(row, "at", NULL);
    js_set_str(row, "leader", NULL);
    json_object_set_new(row, "changed", json_false());
    js_set_int(row, "later", 0);
}

static bool after(const char *iso, int64_t due)
{
    int64_t at;
    return due != CLOCK_NONE && iso != NULL && clock_parse(iso, &at) && at >= due;
}

enum err hub_report_row(struct hub *h, const char *site, int64_t day, json_t **out)
{
    char date[CLOCK_TEXT];
    int64_t due;
    json_t *sums = NULL, *row = json_object(), *all = json_array();
    enum err rc = hub_report_due(h, site, day, &due);
    js_set_str(row, "site", site);
    js_set_str(row, "day", clock_date(tally_day_start(day), date));
    js_set_time(row, "due", due);
    if (rc == ERR_OK)
        rc = hub_report_sums(h, site, day, 0, HUB_REPORT_ALL, &sums);
    json_object_set_new(row, "sums", sums != NULL ? sums : json_object());
    if (rc == ERR_OK)
        rc = hub_report_revisions(h, site, day, collect, all);
    const char *first = js_str(json_array_get(all, 0), "at");
    json_object_set_new(
        row, "late",
        json_boolean(first != NULL ? after(first, due) : strcmp(unsigned_state(due), "late") == 0));
    if (json_array_size(all) == 0)
        put_nothing(row, due);
    else if (rc == ERR_OK)
        rc = put_report(h, site, day, all, row);
    json_decref(all);
    *out = row;
    return rc;
}

static enum err sheet_row(struct hub *h, const json_t *site, int64_t day, hub_row *row, void *arg)
{
    json_t *one = NULL;
    enum err rc = hub_report_row(h, js_str(site, "site"), day, &one);
    js_set_str(one, "name", js_str(site, "name"));
    if (rc == ERR_OK)
        rc = row(arg, one);
    json_decref(one);
    return rc;
}

enum err hub_report_sheet(struct hub *h, int64_t day, hub_row *row, void *arg)
{
    size_t i;
    json_t *one, *sites = json_array();
    struct hub_query q = {.state = "joined"};
    enum err rc = hub_view(h, "sites", &q, collect, sites);
    json_array_foreach(sites, i, one)
    {
        if (rc == ERR_OK)
            rc = sheet_row(h, one, day, row, arg);
    }
    json_decref(sites);
    return rc;
}

/* --- as columns --------------------------------------------------------------------------------
 */

const struct hub_sheet_column hub_sheet_columns[] = {
    {N_("Site code"), false},    {N_("Village"), false},  {N_("Report"), false},
    {N_("Revision"), true},      {N_("Signed"), false},   {N_("Leader"), false},
    {N_("Check"), false},        {N_("Visits"), true},    {N_("Not admitted"), true},
    {N_("Incidents"), true},     {N_("New cases"), true}, {N_("Proxy"), true},
    {N_("Nearby"), true},        {N_("Online"), true},    {N_("Duties not done"), true},
    {N_("Later entries"), true}, {NULL, false},
};

static const struct {
    const char *code, *label;
} words[] = {
    {"none", N_("not wanted")},           {"open", N_("not yet")},  {"late", N_("LATE")},
    {"waiting", N_("not yet checkable")}, {"agrees", N_("agrees")}, {"differs", N_("DIFFERS")},
};

static const char *word_of(const char *code)
{
    for (size_t i = 0; code != NULL && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].code, code) == 0)
            return _(words[i].label);
    return code != NULL ? code : "";
}

static char *number(int64_t n)
{
    return mem_printf("%lld", (long long)n);
}

/* key NULL: the whole series; "-KEY": all but this one. */
static char *sum_cell(const json_t *row, const char *series, const char *key)
{
    int64_t n = 0;
    const char *name;
    json_t *pair;
    json_object_foreach(json_object_get(js_get(row, "sums"), series), name, pair)
    {
        bool wanted =
            key == NULL || (*key == '-' ? strcmp(key + 1, name) != 0 : strcmp(key, name) == 0);
        n += wanted ? json_integer_value(json_array_get(pair, 0)) : 0;
    }
    return number(n);
}

static char *check_cell(const json_t *row)
{
    const char *state = js_str(row, "state");
    if (js_str(row, "id") == NULL)
        return mem_strdup("");
    if (strcmp(state, "waiting") == 0)
        return mem_printf(_("not yet checkable: %lld missing"),
                          (long long)js_int(row, "missing", 0));
    if (strcmp(state, "differs") == 0)
        return mem_printf(_("DIFFERS: %zu"), json_array_size(js_get(row, "findings")));
    return mem_strdup(js_bool(row, "changed") ? _("agrees; revision expected") : word_of(state));
}

static char *report_cell(const json_t *row)
{
    if (js_str(row, "id") == NULL)
        return mem_strdup(word_of(js_str(row, "state")));
    const char *how = js_bool(row, "late") ? _("signed late") : _("signed");
    return js_bool(row, "nil") ? mem_printf(_("%s, nil report"), how) : mem_strdup(how);
}

char *hub_sheet_cell(const json_t *row, size_t column)
{
    static const struct {
        const char *series, *key;
    } sums[] = {{"visit", NULL},   {"visit", "-admit"}, {"incident", NULL}, {"case", NULL},
                {"case", "proxy"}, {"case", "nearby"},  {"case", "online"}};
    int64_t at;
    char time[CLOCK_TEXT] = "";
    const char *text;
    switch (column) {
    case 0: return mem_strdup(js_str(row, "site"));
    case 1: text = js_str(row, "name"); return mem_strdup(text != NULL ? text : "");
    case 2: return report_cell(row);
    case 3: return number(js_int(row, "revision", 0));
    case 4:
        text = js_str(row, "at");
        return mem_strdup(text != NULL && clock_parse(text, &at) ? clock_short(at, time) : "");
    case 5: text = js_str(row, "leader"); return mem_strdup(text != NULL ? text : "");
    case 6: return check_cell(row);
    case 14: return number(js_int(row, "duties", 0));
    case 15: return number(js_int(row, "later", 0));
    default: return sum_cell(row, sums[column - 7].series, sums[column - 7].key);
    }
}

char *hub_finding_text(const json_t *f)
{
    const char *what = js_str(f, "what");
    long long said = (long long)js_int(f, "said", 0), here = (long long)js_int(f, "here", 0);
    if (strcmp(what, "sum") == 0)
        return mem_printf(_("%s %s: the report says %lld (%g), the entries say %lld (%g)"),
                          js_str(f, "series"), js_str(f, "key"),
                          (long long)json_integer_value(json_array_get(js_get(f, "said"), 0)),
                          json_number_value(json_array_get(js_get(f, "said"), 1)),
                          (long long)json_integer_value(json_array_get(js_get(f, "here"), 0)),
                          json_number_value(json_array_get(js_get(f, "here"), 1)));
    if (strcmp(what, "hash") == 0)
        return mem_printf(_("entry %lld.%lld has another hash here"),
                          (long long)js_int(f, "epoch", 0), (long long)js_int(f, "to", 0));
    if (strcmp(what, "range") == 0)
        return mem_printf(_("it begins at entry %lld, the last report ended before %lld"), said,
                          here);
    if (strcmp(what, "end") == 0)
        return mem_printf(_("it counts entries up to %lld, but was signed after %lld"), said, here);
    if (strcmp(what, "revision") == 0)
        return mem_printf(_("it calls itself revision %lld, but is the %lld. that came"), said,
                          here);
    return mem_printf(_("of machine %lld it counts %lld entries; %lld are here"),
                      (long long)js_int(f, "epoch", 0), said, here);
}
