/* Owns the look at sums: a ledger by day, week or month, one number at a time as a column of
 * figures with its bars and the line of all periods above. Enter goes down to the rows of a period,
 * and from there to the entry. Invariant: a bar never stands without its number. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"
#include "screens/ledgers.h"
#include "screens/widgets/chart.h"

#define PERIODS_MAX 120
#define BAR_COLUMN 38

const struct key_row ledgers_sum_keys[] = {
    {K_ENTER, N_("Enter"), N_("rows"), N_("The rows of the period that is marked.")},
    {K_RIGHT, N_("Left Right"), N_("period"), N_("By day, week or month.")},
    {'n', "n", N_("next number"), N_("Show the next number: rows, sums, choices.")},
    {'p', "p", N_("before"), N_("Show the number before.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the rows.")},
    {0, NULL, NULL, NULL},
};

static const struct {
    const char *word, *title;
} bys[] = {{"day", N_("by day")}, {"week", N_("by week")}, {"month", N_("by month")}};
enum { BYS = sizeof bys / sizeof bys[0] };

/* Which number is shown: the rows, the sum of a field, or the rows with a choice. */
struct number {
    char field[48], choice[48], title[128];
    char thing[128]; /* of a stock: "ITEM/UNIT"; choice is the way then */
};

/* ---- the numbers that there are ---- */

static bool adds_up(const struct form *f, const struct field *fd)
{
    const char *stock = js_str(js_get(f->json, "balance"), "quantity");
    return !fd->personal && (!stock || strcmp(stock, fd->id) != 0) &&
           (fd->type == FIELD_INTEGER || fd->type == FIELD_DECIMAL);
}

static const char *label_of(const struct field *fd, const char *choice)
{
    for (size_t i = 0; fd && i < fd->n_choices; i++)
        if (strcmp(fd->choices[i].id, choice) == 0)
            return fd->choices[i].label;
    return choice;
}

static bool has(const struct ledgers *l, const char *field, const char *choice)
{
    size_t i;
    const json_t *one;
    json_array_foreach(l->sums.periods, i, one)
    {
        if (js_int(js_get(js_get(one, "choices"), field), choice, 0) > 0)
            return true;
    }
    return false;
}

/* The words of "mask/box", in: by the fields that the balance names. */
static void thing_title(const struct form *f, const char *thing, const char *way,
                        struct number *out)
{
    const json_t *balance = js_get(f->json, "balance");
    const struct field *direction = form_field(f, ledgers_text(balance, "direction"));
    char part[64];
    size_t i, len = 0;
    const json_t *by;
    json_array_foreach(js_get(balance, "by"), i, by)
    {
        snprintf(part, sizeof part, "%.*s", (int)strcspn(thing, "/"), thing);
        thing += strcspn(thing, "/");
        thing += *thing == '/';
        len += (size_t)snprintf(out->title + len, sizeof out->title - len, "%s ",
                                label_of(form_field(f, json_string_value(by)), part));
        len = len < sizeof out->title ? len : sizeof out->title - 1;
    }
    snprintf(out->title + len, sizeof out->title - len, "%s", label_of(direction, way));
}

/* What moved of each thing, each way: the quantities of different things are no sum. */
static size_t find_stock(struct ui *ui, size_t n, size_t at, struct number *out)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    json_t *all = json_object(), *ways, *value;
    const char *thing, *way;
    size_t i;
    const json_t *one;
    json_array_foreach(l->sums.periods, i, one)
    {
        json_object_foreach(js_get(one, "stock"), thing, ways)
        {
            if (!json_object_get(all, thing))
                json_object_set_new(all, thing, json_object());
            json_object_update_missing(json_object_get(all, thing), ways);
        }
    }
    json_object_foreach(all, thing, ways) json_object_foreach(ways, way, value)
    {
        if (!f || n++ != at)
            continue;
        snprintf(out->thing, sizeof out->thing, "%s", thing);
        snprintf(out->choice, sizeof out->choice, "%s", way);
        thing_title(f, thing, way, out);
    }
    json_decref(all);
    return n;
}

/* Number `at` in the order of the definition; at 0 the rows. Returns how many there are. */
static size_t find_number(struct ui *ui, size_t at, struct number *out)
{
    struct ledgers *l = ui_state(ui);
    struct form *f = ledgers_form(ui);
    size_t n = 1;
    *out = (struct number){.title = ""};
    snprintf(out->title, sizeof out->title, "%s", _("Number of rows"));
    for (size_t i = 0; f && i < f->n_fields; i++) {
        const struct field *fd = &f->fields[i];
        if (adds_up(f, fd) && n++ == at) {
            snprintf(out->field, sizeof out->field, "%s", fd->id);
            snprintf(out->title, sizeof out->title, *fd->unit ? "%s (%s)" : "%s", fd->label,
                     fd->unit);
        }
        for (size_t k = 0; k < fd->n_choices; k++) {
            if (!has(l, fd->id, fd->choices[k].id) || n++ != at)
                continue;
            snprintf(out->field, sizeof out->field, "%s", fd->id);
            snprintf(out->choice, sizeof out->choice, "%s", fd->choices[k].id);
            snprintf(out->title, sizeof out->title, "%s: %s", fd->label, fd->choices[k].label);
        }
    }
    n = find_stock(ui, n, at, out);
    utf8_trim(out->title);
    return n;
}

static double amount(const json_t *period, const struct number *n)
{
    if (n->thing[0])
        return json_number_value(js_get(js_get(js_get(period, "stock"), n->thing), n->choice));
    if (!n->field[0])
        return (double)js_int(period, "rows", 0);
    if (n->choice[0])
        return (double)js_int(js_get(js_get(period, "choices"), n->field), n->choice, 0);
    return json_number_value(js_get(js_get(period, "sums"), n->field));
}

void ledgers_sums_load(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    struct view_query q = VIEW_ALL;
    struct number n;
    char what[96];
    snprintf(what, sizeof what, "sums:%s:%s", l->id, bys[l->sums.by].word);
    q.limit = PERIODS_MAX;
    json_decref(l->sums.periods);
    l->sums.periods = NULL;
    enum err rc = view_list(ui->s, what, &q, &l->sums.periods);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&l->sums.list, json_array_size(l->sums.periods));
    l->sums.n_what = find_number(ui, 0, &n);
    if (l->sums.what >= l->sums.n_what)
        l->sums.what = 0;
}

void ledgers_sums_open(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    l->sums.what = 0;
    l->sums.list.cur = 0;
    ui_page(ui, PAGE_SUMS);
    ledgers_sums_load(ui);
}

/* ---- drawing ---- */

struct drawing {
    const struct ledgers *l;
    struct number number;
    double most;
    bool plain;
};

static const char *period_text(const struct ledgers *l, const json_t *period, char *out,
                               size_t size)
{
    const char *from = ledgers_text(period, "from"), *to = ledgers_text(period, "to");
    bool week = strcmp(bys[l->sums.by].word, "week") == 0;
    int shown = strcmp(bys[l->sums.by].word, "month") == 0 ? 7 : 10;
    snprintf(out, size, "%.*s%s%.5s", shown, from, week ? " - " : "",
             week && strlen(to) == 10 ? to + 5 : "");
    return out;
}

static void draw_period(void *with, size_t i, struct area where)
{
    const struct drawing *d = with;
    const json_t *period = json_array_get(d->l->sums.periods, i);
    char text[64];
    double value = amount(period, &d->number);
    paint_text(where.row, where.col, 20, PAINT_PLAIN, period_text(d->l, period, text, sizeof text));
    snprintf(text, sizeof text, "%12.10g", value);
    paint_text(where.row, where.col + 21, 14, PAINT_PLAIN, text);
    chart_bar(where.row, where.col + BAR_COLUMN, where.cols - BAR_COLUMN, value, d->most, d->plain);
}

/* Oldest first; returns how many. */
static size_t series(const struct drawing *d, double *values)
{
    size_t n = json_array_size(d->l->sums.periods);
    n = n < PERIODS_MAX ? n : PERIODS_MAX;
    for (size_t i = 0; i < n; i++)
        values[n - 1 - i] = amount(json_array_get(d->l->sums.periods, i), &d->number);
    return n;
}

static void draw_head(struct ui *ui, const struct drawing *d, const double *values, size_t n,
                      struct area where)
{
    const struct ledgers *l = ui_state(ui);
    char text[256];
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    snprintf(text, sizeof text, _("%s  %s  (%zu of %zu: n)  total %.10g"), d->number.title,
             _(bys[l->sums.by].title), l->sums.what + 1, l->sums.n_what, sum);
    utf8_trim(text);
    paint_text(where.row, where.col, where.cols, PAINT_BOLD, text);
    chart_line(where.row + 1, where.col + 2, where.cols - 2, values, n, d->plain);
}

void ledgers_sums_draw(struct ui *ui, struct area where)
{
    struct ledgers *l = ui_state(ui);
    struct drawing d = {.l = l, .plain = ui->o->ascii || paint_plain()};
    struct area below = {where.row + 3, where.col, where.rows - 3, where.cols};
    double values[PERIODS_MAX];
    find_number(ui, l->sums.what, &d.number);
    size_t n = series(&d, values);
    for (size_t i = 0; i < n; i++)
        d.most = values[i] > d.most ? values[i] : d.most;
    draw_head(ui, &d, values, n, where);
    list_draw(&l->sums.list, below, true, draw_period, &d);
    if (n == 0)
        paint_text(below.row, 4, 60, PAINT_PLAIN, _("No rows yet."));
}

/* ---- keys ---- */

static void drill(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    const json_t *period = json_array_get(l->sums.periods, l->sums.list.cur);
    struct number n;
    int64_t from, to;
    if (!clock_parse_date(ledgers_text(period, "from"), &from) ||
        !clock_parse_date(ledgers_text(period, "to"), &to))
        return;
    find_number(ui, l->sums.what, &n);
    const char *choice = n.field[0] ? n.choice : ""; /* of a stock all rows of the period */
    ledgers_rows_of(ui, from, to + CLOCK_DAY_MS, *choice ? n.field : "", choice);
    ui_page(ui, PAGE_ROWS);
}

static void turn_period(struct ui *ui, int by)
{
    struct ledgers *l = ui_state(ui);
    l->sums.by = (l->sums.by + by + BYS) % BYS;
    l->sums.list.cur = 0;
    ledgers_sums_load(ui);
}

unsigned ledgers_sums_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    if (k == K_ESC)
        ui_page(ui, PAGE_ROWS);
    else if (k == K_LEFT || k == K_RIGHT)
        turn_period(ui, k == K_LEFT ? -1 : 1);
    else if (k == 'n' || k == K_TAB)
        l->sums.what = (l->sums.what + 1) % l->sums.n_what;
    else if (k == 'p' || k == K_BACKTAB)
        l->sums.what = (l->sums.what + l->sums.n_what - 1) % l->sums.n_what;
    else if (k == K_ENTER)
        drill(ui);
    else
        return list_key(&l->sums.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}
