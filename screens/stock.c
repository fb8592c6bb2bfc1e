/* Owns the look at what is in stock: what is short or ends soon first, in words as well as by bars,
 * the lots of one thing, and the way to a row in, out or of a count. Invariant: nothing is changed
 * here; each movement is a row of its ledger, filled in by a clerk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"
#include "screens/ui.h"
#include "screens/widgets/chart.h"
#include "screens/widgets/list.h"

#define BAR_COLUMN 58

enum { PAGE_THINGS, PAGE_LOTS };

struct stock {
    json_t *things, *lots;
    char item[200], unit[60]; /* whose lots are shown */
    struct list list, lot_list;
};

static const struct key_row thing_keys[] = {
    {'i', "i", N_("in"), N_("Something of the thing that is marked comes in.")},
    {'o', "o", N_("out"), N_("Something of it goes out.")},
    {'n', "n", N_("count"), N_("It was counted: the balance is set to what is there.")},
    {'d', "d", N_("discard"), N_("Something of it is thrown away, with the reason.")},
    {K_ENTER, N_("Enter"), N_("lots"), N_("Where it lies, its batches and what ends first.")},
    {'l', "l", N_("rows"), N_("The ledger that counts it.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row lot_keys[] = {
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the stock.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", thing_keys, false}, {N_("Lots"), lot_keys, false}, {NULL, NULL, false}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static const json_t *marked(const struct stock *st)
{
    return json_array_get(st->things, st->list.cur);
}

/* ---- in order of need ---- */

static int need(const json_t *row)
{
    if (js_bool(row, "missing"))
        return 0;
    if (json_number_value(js_get(row, "expired")) > 0)
        return 1;
    if (js_bool(row, "low"))
        return 2;
    return json_number_value(js_get(row, "expiring")) > 0 ? 3 : 4;
}

static bool before(const json_t *a, const json_t *b)
{
    int64_t left = js_int(a, "days_left", INT64_MAX), other = js_int(b, "days_left", INT64_MAX);
    return need(a) != need(b) ? need(a) < need(b) : left < other;
}

static json_t *by_need(json_t *rows)
{
    json_t *sorted = json_array(), *one;
    size_t i, k;
    json_array_foreach(rows, i, one)
    {
        for (k = 0; k < json_array_size(sorted); k++)
            if (before(one, json_array_get(sorted, k)))
                break;
        json_array_insert(sorted, k, one);
    }
    json_decref(rows);
    return sorted;
}

static enum err take_lot(void *to, json_t *lot)
{
    struct stock *st = to;
    if (strcmp(text_of(lot, "item"), st->item) == 0 && strcmp(text_of(lot, "unit"), st->unit) == 0)
        json_array_append(st->lots, lot);
    return ERR_OK;
}

static void load(struct ui *ui)
{
    struct stock *st = ui_state(ui);
    json_t *rows = NULL;
    enum err rc = view_list(ui->s, "stock", &VIEW_ALL, &rows);
    json_decref(st->things);
    st->things = rc == ERR_OK ? by_need(rows) : json_array();
    list_count(&st->list, json_array_size(st->things));
    json_decref(st->lots);
    st->lots = json_array();
    if (rc == ERR_OK && ui->places[ui->depth].page == PAGE_LOTS)
        rc = view_each(ui->s, "lots", &VIEW_ALL, take_lot, st);
    list_count(&st->lot_list, json_array_size(st->lots));
    if (rc != ERR_OK)
        ui_error(ui, rc);
}

static void open(struct ui *ui, const json_t *arg)
{
    (void)ui;
    (void)arg;
}

/* ---- drawing ---- */

struct drawing {
    const struct stock *st;
    bool plain;
};

static const char *name_of(const json_t *row, const char *named, const char *plain)
{
    const char *text = text_of(row, named);
    return *text ? text : text_of(row, plain);
}

/* How it stands, in words. */
static const char *state_of(const json_t *row, char *out, size_t size)
{
    double expired = json_number_value(js_get(row, "expired"));
    double expiring = json_number_value(js_get(row, "expiring"));
    if (js_bool(row, "missing"))
        return _("never there");
    if (expired > 0)
        snprintf(out, size, _("expired: %.10g"), expired);
    else if (js_bool(row, "low"))
        return _("running out");
    else if (expiring > 0)
        snprintf(out, size, _("ends soon: %.10g"), expiring);
    else
        return _("enough");
    utf8_trim(out);
    return out;
}

static void amount(struct area where, int col, const json_t *value)
{
    char text[32];
    snprintf(text, sizeof text, "%8.10g", json_number_value(value));
    if (json_is_number(value))
        paint_text(where.row, where.col + col, 8, PAINT_PLAIN, text);
}

/* Of what should be there at least (else the most of all that is counted) so much is there. */
static double full(const struct stock *st, const json_t *row)
{
    double least = json_number_value(js_get(row, "least"));
    double rate = json_number_value(js_get(row, "days_left"));
    double balance = json_number_value(js_get(row, "balance")), most = 0;
    size_t i;
    const json_t *one;
    if (least > 0)
        return 2 * least;
    if (rate > 0 && js_int(row, "min", 0) > 0)
        return 2 * balance / rate * (double)js_int(row, "min", 0);
    json_array_foreach(st->things, i, one)
    {
        double other = json_number_value(js_get(one, "balance"));
        most = other > most ? other : most;
    }
    return most;
}

static void draw_thing(void *with, size_t i, struct area where)
{
    const struct drawing *d = with;
    const json_t *row = json_array_get(d->st->things, i);
    char text[64];
    unsigned look = need(row) < 3 ? PAINT_BOLD : PAINT_PLAIN;
    double balance = json_number_value(js_get(row, "balance"));
    paint_text(where.row, where.col, 16, look, name_of(row, "item_name", "item"));
    amount(where, 17, js_get(row, "balance"));
    paint_text(where.row, where.col + 26, 6, PAINT_PLAIN, name_of(row, "unit_name", "unit"));
    amount(where, 31, js_get(row, "days_left"));
    paint_text(where.row, where.col + 41, 16, look, state_of(row, text, sizeof text));
    chart_bar(where.row, where.col + BAR_COLUMN, where.cols - BAR_COLUMN, balance, full(d->st, row),
              d->plain);
}

static void draw_lot(void *with, size_t i, struct area where)
{
    static const struct {
        const char *word, *title;
    } states[] = {{"expired", N_("expired")}, {"expiring", N_("ends soon")}, {"ok", N_("enough")}};
    const struct drawing *d = with;
    const json_t *lot = json_array_get(d->st->lots, i);
    const char *state = text_of(lot, "state");
    for (size_t k = 0; k < sizeof states / sizeof states[0]; k++)
        if (strcmp(states[k].word, state) == 0)
            paint_text(where.row, where.col + 66, 12, k < 2 ? PAINT_BOLD : PAINT_PLAIN,
                       k < 2 ? _(states[k].title) : "");
    paint_text(where.row, where.col, 11, PAINT_PLAIN, text_of(lot, "expiry"));
    amount(where, 11, js_get(lot, "left"));
    paint_text(where.row, where.col + 21, 14, PAINT_PLAIN, text_of(lot, "batch"));
    paint_text(where.row, where.col + 36, 14, PAINT_PLAIN, text_of(lot, "place"));
    paint_text(where.row, where.col + 51, 14, PAINT_PLAIN, text_of(lot, "spec"));
}

struct head {
    int col;
    const char *title;
};
static const struct head thing_heads[] = {
    {0, N_("Thing")}, {17, N_("In stock")}, {26, N_("Unit")},
    {32, N_("Days")}, {41, N_("State")},    {BAR_COLUMN, N_("Full is twice what must be there")},
    {0, NULL}};
static const struct head lot_heads[] = {{0, N_("Ends")},   {12, N_("In stock")}, {21, N_("Batch")},
                                        {36, N_("Place")}, {51, N_("Sort")},     {0, NULL}};

static void draw(struct ui *ui, struct area body)
{
    struct stock *st = ui_state(ui);
    bool lots = ui->places[ui->depth].page == PAGE_LOTS;
    struct drawing d = {st, ui->o->ascii || paint_plain()};
    struct area below = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    for (const struct head *h = lots ? lot_heads : thing_heads; h->title; h++)
        paint_text(body.row, 3 + h->col, body.cols - 4 - h->col, PAINT_BOLD, _(h->title));
    if (lots)
        list_draw(&st->lot_list, below, true, draw_lot, &d);
    else
        list_draw(&st->list, below, true, draw_thing, &d);
    if ((lots ? st->lot_list.count : st->list.count) == 0)
        paint_text(below.row + 1, 4, 60, PAINT_PLAIN, _("Nothing is in stock."));
}

/* ---- a movement ---- */

/* The ledger that counts a thing; for what never was there the first that counts anything. */
static struct form *ledger_of(struct ui *ui, const json_t *row)
{
    struct form *f = NULL;
    json_t *all = NULL, *one;
    size_t i;
    if (*text_of(row, "ledger"))
        return site_form(ui->s, text_of(row, "ledger"), &f) == ERR_OK ? f : NULL;
    if (site_ledgers(ui->s, &all) != ERR_OK)
        return NULL;
    json_array_foreach(all, i, one)
    {
        if (site_form(ui->s, text_of(one, "id"), &f) == ERR_OK && js_get(f->json, "balance"))
            break;
        f = NULL;
    }
    json_decref(all);
    return f;
}

/* What of the row is known: the thing by its fields, its unit, which way. */
static json_t *values_of(const struct form *f, const json_t *row, const char *way)
{
    const json_t *balance = js_get(f->json, "balance");
    const char *item = text_of(row, "item");
    json_t *values = json_object();
    size_t i;
    const json_t *by;
    json_array_foreach(js_get(balance, "by"), i, by)
    {
        const char *field = json_string_value(by);
        size_t n = strcspn(item, "/");
        if (strcmp(field, "unit") == 0) {
            js_set_str(values, field, js_str(row, "unit"));
            continue;
        }
        json_object_set_new(values, field, json_stringn(item, n));
        item += n + (item[n] == '/');
    }
    js_set_str(values, text_of(balance, "direction"), js_str(balance, way));
    return values;
}

static void move(struct ui *ui, const char *way)
{
    const json_t *row = marked(ui_state(ui));
    struct form *f = row ? ledger_of(ui, row) : NULL;
    if (!f)
        ui_warn(ui, "%s", _("No ledger in force counts this."));
    else if (!js_str(js_get(f->json, "balance"), way))
        ui_warn(ui, "%s", _("This ledger knows no such movement."));
    else
        ui_go(ui, "ledgers",
              json_pack("{s:s,s:o,s:s}", "add", f->id, "values", values_of(f, row, way), "back",
                        "stock"));
}

static void show_lots(struct ui *ui)
{
    struct stock *st = ui_state(ui);
    const json_t *row = marked(st);
    if (!row)
        return;
    snprintf(st->item, sizeof st->item, "%s", text_of(row, "item"));
    snprintf(st->unit, sizeof st->unit, "%s", text_of(row, "unit"));
    ui_page(ui, PAGE_LOTS);
    load(ui);
}

static void show_rows(struct ui *ui)
{
    const json_t *row = marked(ui_state(ui));
    struct form *f = row ? ledger_of(ui, row) : NULL;
    if (f)
        ui_go(ui, "ledgers", json_pack("{s:s}", "show", f->id));
}

static unsigned key(struct ui *ui, uint32_t k)
{
    static const struct {
        uint32_t key;
        const char *way;
    } ways[] = {{'i', "in"}, {'o', "out"}, {'n', "count"}, {'d', "discard"}};
    struct stock *st = ui_state(ui);
    bool lots = ui->places[ui->depth].page == PAGE_LOTS;
    for (size_t i = 0; !lots && i < sizeof ways / sizeof ways[0]; i++)
        if (ways[i].key == k) {
            move(ui, ways[i].way);
            return UI_HANDLED;
        }
    if (k == K_ESC && lots)
        ui_page(ui, PAGE_THINGS);
    else if (k == K_ESC)
        ui_home(ui);
    else if (k == K_ENTER && !lots)
        show_lots(ui);
    else if (k == 'l' && !lots)
        show_rows(ui);
    else
        return list_key(lots ? &st->lot_list : &st->list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct stock *st = ui_state(ui);
    json_decref(st->things);
    json_decref(st->lots);
}

const struct screen screen_stock = {
    .name = "stock",
    .letter = 'k',
    .title = N_("Stock"),
    .about =
        N_("What is in stock, how long it lasts and what ends first; in, out and counts with a "
           "key each."),
    .role = "ledger",
    .pages = pages,
    .state = sizeof(struct stock),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
