/* Owns the list of the open numbers: what is called, who is next, who is held. Invariant: the
 * marker stays on its number while others come and go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/view.h"
#include "screens/queue.h"
#include "screens/words.h"

static const struct column columns[] = {
    {N_("Number"), 8}, {N_("Service"), 13}, {N_("State"), 13}, {N_("Window"), 7},
    {N_("Waits"), 8},  {N_("Name"), 11},    {" ", 0},
};
enum { COL_NUMBER, COL_SERVICE, COL_STATE, COL_WINDOW, COL_WAITS, COL_NAME };

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

static int64_t time_of(const json_t *row, const char *key)
{
    int64_t at;
    return clock_parse(text_of(row, key), &at) ? at : 0;
}

static int64_t minutes(const json_t *row)
{
    int64_t ms = clock_now() - time_of(row, "at");
    return ms > 0 ? ms / 60000 : 0;
}

static const char *cell(void *with, size_t i, size_t c, char *out)
{
    const struct queue *q = with;
    const json_t *row = json_array_get(q->rows, i);
    switch (c) {
    case COL_NUMBER: return text_of(row, "number");
    case COL_SERVICE: return queue_service(q, text_of(row, "service"));
    case COL_STATE:
        return js_bool(row, "first") ? _("recalled") : words_say("ticket", text_of(row, "state"));
    case COL_WINDOW: return text_of(row, "window");
    case COL_WAITS: snprintf(out, 32, _("%lld min"), (long long)minutes(row)); return out;
    case COL_NAME: return text_of(row, "name");
    default: return minutes(row) > q->stay ? _("STAYS TOO LONG") : "";
    }
}

/* ---- in order ---- */

static int rank(const json_t *row)
{
    static const char *const order[] = {"called", "waiting", "skipped", "held"};
    int i = 0;
    while (i < 4 && strcmp(order[i], text_of(row, "state")) != 0)
        i++;
    return i;
}

/* A row with what its place goes by, read once: a busy day has thousands. */
struct ranked {
    json_t *row;
    int rank;
    bool first;
    int64_t time;
    size_t came;
};
struct ranking {
    struct ranked *rows;
    size_t n, room;
};

/* The one called last stands on top; who waits, as the turn comes. Rows come newest first: of
 * equals the older one goes before. */
static int before(const void *one, const void *other)
{
    const struct ranked *a = one, *b = other;
    if (a->rank != b->rank)
        return a->rank - b->rank;
    if (a->rank != 0 && a->first != b->first)
        return a->first ? -1 : 1;
    if (a->time != b->time)
        return (a->time < b->time) == (a->rank != 0) ? -1 : 1;
    return a->came > b->came ? -1 : 1;
}

static enum err collect(void *to, json_t *row)
{
    struct ranking *all = to;
    int state = rank(row);
    if (state == 4)
        return ERR_OK;
    if (all->n == all->room) {
        all->room = all->room ? all->room * 2 : 64;
        all->rows = mem_grow(all->rows, all->room * sizeof *all->rows);
    }
    bool first = js_bool(row, "first");
    const char *key = state == 0 ? "called" : first || state == 2 ? "since" : "at";
    all->rows[all->n] = (struct ranked){json_incref(row), state, first, time_of(row, key), all->n};
    all->n++;
    return ERR_OK;
}

static json_t *in_order(struct ranking *all)
{
    json_t *rows = json_array();
    if (all->n > 0)
        qsort(all->rows, all->n, sizeof *all->rows, before);
    for (size_t i = 0; i < all->n; i++)
        json_array_append_new(rows, all->rows[i].row);
    free(all->rows);
    return rows;
}

void queue_load_rows(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    struct ranking all = {0};
    char mark[ENTRY_ID];
    size_t i;
    json_t *one;
    snprintf(mark, sizeof mark, "%s", text_of(json_array_get(q->rows, q->table.list.cur), "id"));
    enum err rc = view_each(ui->s, "tickets", &VIEW_ALL, collect, &all);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    json_t *rows = in_order(&all);
    json_decref(q->rows);
    q->rows = rows;
    list_count(&q->table.list, json_array_size(rows));
    json_array_foreach(rows, i, one) if (strcmp(text_of(one, "id"), mark) == 0) q->table.list.cur =
        i;
    q->table.columns = columns;
    q->table.n_columns = sizeof columns / sizeof columns[0];
    q->table.cell = cell;
    q->table.with = q;
}

/* ---- drawing ---- */

/* "Waiting: A 3  B 0", in the order of the pack. */
static void draw_counts(const struct queue *q, struct area at)
{
    size_t i, k;
    json_t *service, *row;
    char text[200];
    int col = at.col + paint_text(at.row, at.col, at.cols, PAINT_PLAIN, _("Waiting: "));
    json_array_foreach(q->services, i, service)
    {
        int n = 0;
        json_array_foreach(q->rows, k, row) n +=
            rank(row) == 1 && strcmp(text_of(row, "service"), text_of(service, "id")) == 0;
        snprintf(text, sizeof text, "%s %d", lang_pick(service), n);
        utf8_trim(text);
        bool ours = !q->only[0] || strcmp(q->only, text_of(service, "id")) == 0;
        col += 2 + paint_text(at.row, col, at.cols - col, ours ? PAINT_BOLD : PAINT_PLAIN, text);
    }
}

void queue_draw_rows(struct ui *ui, struct area body)
{
    struct queue *q = ui_state(ui);
    struct area counts = {body.row, 1, 1, body.cols - 2};
    struct area table = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    draw_counts(q, counts);
    table_draw(&q->table, table, true);
    if (json_array_size(q->rows) == 0)
        paint_text(body.row + 3, 3, body.cols - 6, PAINT_PLAIN, _("Nobody is in the queue."));
}
