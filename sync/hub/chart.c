/* Owns: charts. Invariant: what a chart shows stands as a number beside it. */
#include "sync/hub/chart.h"

#include "kiosk/base/lang.h"
#include "sync/hub/page.h"

#define WIDE 360 /* of the columns' picture, in its own units */
#define HIGH 130
#define LEFT 30
#define TOP 8
#define LABELS_MAX 12

static int64_t sum_of(const struct chart_item *item)
{
    int64_t sum = 0;
    for (int s = 0; s < CHART_SERIES; s++)
        sum += item->n[s];
    return sum;
}

static int64_t most_of(const struct chart *c)
{
    int64_t most = 0;
    for (size_t i = 0; i < c->n; i++)
        if (sum_of(&c->items[i]) > most)
            most = sum_of(&c->items[i]);
    return most;
}

/* The next of 1, 2, 5, 10, 20... that is an even scale's end. */
static int64_t scale_of(int64_t most)
{
    int64_t unit = 1;
    while (unit * 10 < most)
        unit *= 10;
    for (int64_t step = 1; step <= 10; step++)
        if (unit * step >= most && (step <= 2 || step % 2 == 0))
            return unit * step;
    return unit * 10;
}

static void put_legend(struct buf *out, const struct chart *c)
{
    page_put(out, "<p class=\"legend\" aria-hidden=\"true\">");
    for (int s = 0; s < CHART_SERIES && c->series[s] != NULL; s++)
        page_put(out,
                 "<svg viewBox=\"0 0 12 12\" width=\"12\" height=\"12\"><rect class=\"s%d\""
                 " width=\"12\" height=\"12\"/></svg> %s ",
                 (int64_t)s, c->series[s]);
    page_put(out, "</p>");
}

static void put_heads(struct buf *out, const struct chart *c)
{
    page_put(out, "<thead><tr><th scope=\"col\">%s</th>", c->head);
    for (int s = 0; s < CHART_SERIES && c->series[s] != NULL; s++)
        page_put(out, "<th scope=\"col\" class=\"figure\">%s</th>", c->series[s]);
}

static void put_numbers(struct buf *out, const struct chart *c, const struct chart_item *item)
{
    page_put(out, "<tr><th scope=\"row\">%s</th>", item->label);
    for (int s = 0; s < CHART_SERIES && c->series[s] != NULL; s++)
        page_put(out, "<td class=\"figure\">%d</td>", item->n[s]);
}

/* --- columns ----------------------------------------------------------------------------------
 */

static void put_scale(struct buf *out, int64_t scale)
{
    for (int64_t i = 0; i <= 2; i++) {
        int64_t y = TOP + HIGH - HIGH * i / 2;
        page_put(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
                 (int64_t)LEFT, (int64_t)WIDE, y, y);
        if (i != 1 || scale % 2 == 0)
            page_put(out, "<text class=\"end\" x=\"%d\" y=\"%d\">%d</text>", (int64_t)LEFT - 4,
                     y + 4, scale * i / 2);
    }
}

static void put_column(struct buf *out, const struct chart *c, size_t i, int64_t scale)
{
    int64_t step = (WIDE - LEFT) / (int64_t)c->n, x = LEFT + step * (int64_t)i;
    int64_t below = 0, every = ((int64_t)c->n + LABELS_MAX - 1) / LABELS_MAX;
    for (int s = 0; s < CHART_SERIES; s++) {
        int64_t bottom = TOP + HIGH - HIGH * below / scale;
        below += c->items[i].n[s];
        int64_t top = TOP + HIGH - HIGH * below / scale;
        if (c->items[i].n[s] > 0)
            page_put(out, "<rect class=\"s%d\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                     (int64_t)s, x + 1, top < bottom ? top : bottom - 1, step - 2,
                     top < bottom ? bottom - top : 1);
    }
    if ((int64_t)i % every == 0)
        page_put(out, "<text class=\"mid\" x=\"%d\" y=\"%d\">%s</text>", x + step / 2,
                 (int64_t)(TOP + HIGH + 13), c->items[i].label);
}

void chart_columns(struct buf *out, const struct chart *c)
{
    int64_t scale = scale_of(most_of(c));
    page_put(out,
             "<figure><figcaption>%s</figcaption><svg class=\"columns\" viewBox=\"0 0 %d %d\""
             " role=\"img\" aria-label=\"%s\">",
             c->title, (int64_t)WIDE, (int64_t)(TOP + HIGH + 18), c->title);
    put_scale(out, scale);
    for (size_t i = 0; i < c->n; i++)
        put_column(out, c, i, scale);
    page_put(out, "</svg>");
    put_legend(out, c);
    page_put(out, "<details><summary>%s</summary><table class=\"plain\">", _("As a table"));
    put_heads(out, c);
    page_put(out, "</tr></thead><tbody>");
    for (size_t i = 0; i < c->n; i++) {
        put_numbers(out, c, &c->items[i]);
        page_put(out, "</tr>");
    }
    page_put(out, "</tbody></table></details></figure>");
}

/* --- bars -------------------------------------------------------------------------------------
 */

static void put_bar(struct buf *out, const struct chart_item *item, int64_t most)
{
    int64_t before = 0;
    page_put(out, "<td class=\"bar\"><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\""
                  " aria-hidden=\"true\">");
    for (int s = 0; s < CHART_SERIES; s++) {
        int64_t from = most > 0 ? 1000 * before / most : 0;
        before += item->n[s];
        int64_t to = most > 0 ? 1000 * before / most : 0;
        if (item->n[s] > 0)
            page_put(out, "<rect class=\"s%d\" x=\"%d\" width=\"%d\" height=\"10\"/>", (int64_t)s,
                     from, to > from ? to - from : 4);
    }
    page_put(out, "</svg></td>");
}

void chart_bars(struct buf *out, const struct chart *c)
{
    int64_t most = most_of(c);
    page_put(out, "<figure><figcaption>%s</figcaption><table class=\"plain bars\">", c->title);
    put_heads(out, c);
    page_put(out, "<td></td></tr></thead><tbody>");
    for (size_t i = 0; i < c->n; i++) {
        put_numbers(out, c, &c->items[i]);
        put_bar(out, &c->items[i], most);
        page_put(out, "</tr>");
    }
    page_put(out, "</tbody></table>");
    if (c->series[1] != NULL)
        put_legend(out, c);
    page_put(out, "</figure>");
}
