/* Charts as SVG inside a page, made here: shapes have classes, the style sheet has the colours, and
 * each chart has its numbers as a table for who reads text. No script, no inline style. */
#ifndef SYNC_HUB_CHART_H
#define SYNC_HUB_CHART_H

#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/buf.h"

#define CHART_SERIES 3

struct chart_item {
    const char *label;
    int64_t n[CHART_SERIES]; /* none below 0 */
};
/* All texts are translated already. */
struct chart {
    const char *title, *head;         /* head: above the labels, in the table */
    const char *series[CHART_SERIES]; /* NULL behind the last */
    const struct chart_item *items;
    size_t n;
};

/* Standing columns, their series upon each other: many items in an order, as the hours of a day.
 * The table is folded away. */
void chart_columns(struct buf *out, const struct chart *c);
/* A table, a bar behind each row: few items with names. */
void chart_bars(struct buf *out, const struct chart *c);

#endif
