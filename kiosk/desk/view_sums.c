/* Owns: sums of a ledger by day, week and month. Invariant: they are the tally's, or, where a
 * ledger takes only some of the entries that feed it, those of the rows that it shows; a week
 * begins on Monday, and a period that the query cuts has the sums of the days that are left. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/feed.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/tally.h"

/* --- periods -----------------------------------------------------------------------------------
 */

static int64_t same_day(int64_t day)
{
    return day;
}

/* Day 0 of 1970 was a Thursday. */
static int64_t monday_of(int64_t day)
{
    int64_t from_monday = (day + 3) % 7;
    return day - (from_monday < 0 ? from_monday + 7 : from_monday);
}

static int64_t first_of_month(int64_t day)
{
    int64_t start = CLOCK_NONE;
    char date[CLOCK_TEXT];
    clock_date(tally_day_start(day), date);
    snprintf(date + strlen(date) - 2, 3, "01");
    return clock_parse_date(date, &start) ? tally_day(start) : day;
}

static const struct period {
    const char *name;
    int64_t (*first)(int64_t day); /* of the period that the day lies in */
    int64_t longest;               /* days */
} periods[] = {
    {"day", same_day, 1},
    {"week", monday_of, 7},
    {"month", first_of_month, 31},
};

static enum err find_period(const char *name, const struct period **out)
{
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        *out = &periods[i];
        if (strcmp(periods[i].name, name) == 0)
            return ERR_OK;
    }
    return err_set(ERR_FIELD_CHOICE, "period", "day, week, month");
}

static int64_t last_of(const struct period *p, int64_t first)
{
    int64_t last = first;
    while (last - first < p->longest - 1 && p->first(last + 1) == first)
        last++;
    return last;
}

/* --- one period --------------------------------------------------------------------------------
 */

struct summing {
    const struct period *period;
    const struct form *form;
    const char *feed_key;
    int64_t from, to; /* days that are asked for, both of them */
    int64_t first;    /* of the period in hand */
    json_t *row;      /* NULL: none yet */
    int64_t skip, left;
    row_fn *fn;
    void *arg;
};

static json_t *part(json_t *of, const char *key)
{
    json_t *one = json_object_get(of, key);
    if (one == NULL)
        json_object_set_new(of, key, one = json_object());
    return one;
}

static json_t *number(double v)
{
    return v == (double)(int64_t)v ? json_integer((json_int_t)v) : json_real(v);
}

static void add_to(json_t *of, const char *key, double n)
{
    json_object_set_new(of, key, number(json_number_value(json_object_get(of, key)) + n));
}

static void add_rows(json_t *row, int64_t n)
{
    js_set_int(row, "rows", js_int(row, "rows", 0) + n);
}

/* "FIELD=CHOICE", or FIELD alone: a sum. */
static void add_field(json_t *row, const char *key, int64_t n, double amount)
{
    char field[128];
    size_t len = strcspn(key, "=");
    snprintf(field, sizeof field, "%.*s", (int)len, key);
    if (key[len] == 0)
        add_to(part(row, "sums"), key, amount);
    else
        add_to(part(part(row, "choices"), field), key + len + 1, (double)n);
}

/* "ITEM/UNIT:WAY" */
static void add_stock(json_t *row, const char *key, double amount)
{
    char thing[256];
    const char *way = strrchr(key, ':');
    if (way == NULL)
        return;
    snprintf(thing, sizeof thing, "%.*s", (int)(way - key), key);
    add_to(part(part(row, "stock"), thing), way + 1, amount);
}

static void add_count(struct summing *m, sqlite3_stmt *q)
{
    const char *series = store_text(q, 1), *key = store_text(q, 2);
    int64_t n = store_int(q, 3);
    if (strncmp(series, "stock:", 6) == 0) {
        add_stock(m->row, key, sqlite3_column_double(q, 4));
    } else if (strncmp(series, "ledger:", 7) == 0 && *key != 0) {
        add_field(m->row, key, n, sqlite3_column_double(q, 4));
    } else {
        add_rows(m->row, n);
        if (strncmp(series, "ledger:", 7) != 0 && m->feed_key != NULL && *key != 0)
            add_to(part(part(m->row, "choices"), m->feed_key), key, (double)n);
    }
}

static void begin_period(struct summing *m, int64_t first)
{
    char date[CLOCK_TEXT];
    int64_t last = last_of(m->period, first);
    m->first = first;
    m->row = json_object();
    js_set_str(m->row, "from",
               clock_date(tally_day_start(first > m->from ? first : m->from), date));
    js_set_str(m->row, "to", clock_date(tally_day_start(last < m->to ? last : m->to), date));
    js_set_int(m->row, "rows", 0);
    part(m->row, "sums");
    part(m->row, "choices");
}

static enum err end_period(struct summing *m)
{
    enum err rc = ERR_OK;
    if (m->row == NULL || m->left == 0)
        return ERR_OK;
    if (m->skip > 0)
        m->skip--;
    else {
        m->left--;
        rc = m->fn(m->arg, m->row);
    }
    json_decref(m->row);
    m->row = NULL;
    return rc;
}

/* The row of the period that a day lies in; NULL: no more are wanted. */
static enum err open_period(struct summing *m, int64_t day)
{
    int64_t first = m->period->first(day);
    enum err rc = m->row != NULL && first != m->first ? end_period(m) : ERR_OK;
    if (rc == ERR_OK && m->row == NULL && m->left != 0)
        begin_period(m, first);
    return rc;
}

/* --- from rows ---------------------------------------------------------------------------------
 */

static void add_choice(struct summing *m, const char *field, const json_t *value)
{
    size_t i;
    json_t *one;
    if (json_is_string(value))
        add_to(part(part(m->row, "choices"), field), json_string_value(value), 1);
    json_array_foreach(value, i, one) add_choice(m, field, one);
}

static void add_value(struct summing *m, const struct field *fd, const json_t *value)
{
    if (json_is_number(value))
        add_to(part(m->row, "sums"), fd->id, json_number_value(value));
    else if (json_is_boolean(value))
        add_to(part(part(m->row, "choices"), fd->id), json_is_true(value) ? "true" : "false", 1);
    else if (fd->n_choices > 0)
        add_choice(m, fd->id, value);
}

static enum err walk_row(void *to, json_t *row)
{
    struct summing *m = to;
    int64_t at;
    if (!clock_parse(js_str(row, "at"), &at))
        return ERR_OK;
    enum err rc = open_period(m, tally_day(at));
    if (rc != ERR_OK || m->row == NULL)
        return rc;
    add_rows(m->row, 1);
    for (size_t i = 0; i < m->form->n_fields; i++)
        add_value(m, &m->form->fields[i], js_get(row, m->form->fields[i].id));
    return ERR_OK;
}

static enum err sum_rows(struct site *s, struct summing *m, const struct view_query *q)
{
    struct view_query all = *q;
    all.state = "standing";
    all.offset = all.limit = 0;
    enum err rc = ledger_each(s, m->form->id, &all, walk_row, m);
    return rc == ERR_OK ? end_period(m) : rc;
}

/* --- from the tally ----------------------------------------------------------------------------
 */

/* Newest first, and only days that have rows are looked into: the table begins with the day. */
static const char by_day[] =
    "WITH RECURSIVE d(day) AS (SELECT max(day) FROM tally WHERE day <= ?2 UNION ALL"
    " SELECT (SELECT max(day) FROM tally WHERE day < d.day) FROM d WHERE d.day > ?1)"
    " SELECT d.day, t.series, t.key, t.n, t.amount FROM d CROSS JOIN tally t"
    " ON t.day = d.day AND t.series IN (?3, ?4, ?5) WHERE d.day >= ?1";

static enum err sum_days(struct site *s, struct summing *m, const char *ledger, const char *fed)
{
    bool more = false;
    char own[64], stock[64];
    sqlite3_stmt *q;
    snprintf(own, sizeof own, "ledger:%s", ledger);
    snprintf(stock, sizeof stock, "stock:%s", ledger);
    enum err rc = sql_open(s->j.store, &q, by_day, "iittt", m->from, m->to, own, stock, fed);
    while (rc == ERR_OK && m->left != 0 && (rc = store_step(s->j.store, q, &more)) == ERR_OK &&
           more) {
        rc = open_period(m, store_int(q, 0));
        if (m->row != NULL)
            add_count(m, q);
    }
    if (more && q != NULL)
        sqlite3_reset(q);
    return rc == ERR_OK ? end_period(m) : rc;
}

static enum err split(const char *arg, char ledger[48], const struct period **p)
{
    size_t len = strcspn(arg, ":");
    snprintf(ledger, 48, "%.*s", (int)(len < 47 ? len : 47), arg);
    return find_period(arg[len] == ':' ? arg + len + 1 : "day", p);
}

enum err sums_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                   void *to)
{
    struct form *f = NULL;
    char ledger[48];
    struct summing m = {.from = q->from == CLOCK_NONE ? INT32_MIN : tally_day(q->from),
                        .to = q->to == CLOCK_NONE ? INT32_MAX : tally_day(q->to - 1),
                        .skip = q->offset,
                        .left = q->limit > 0 ? q->limit : -1,
                        .fn = row,
                        .arg = to};
    enum err rc = split(arg, ledger, &m.period);
    if (rc == ERR_OK)
        rc = site_form(s, ledger, &f);
    if (rc == ERR_OK && strcmp(f->kind, "ledger") != 0)
        rc = err_set(ERR_NOT_FOUND, "ledger", NULL);
    if (rc != ERR_OK)
        return rc;
    const struct feed *feed = feed_of(f);
    m.form = f;
    m.feed_key = feed != NULL ? feed->key : NULL;
    rc = feed != NULL && (feed->series == NULL || f->when_id >= 0)
             ? sum_rows(s, &m, q)
             : sum_days(s, &m, f->id, feed != NULL ? feed->series : NULL);
    json_decref(m.row);
    return rc;
}
