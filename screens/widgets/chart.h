/* Amounts as lengths and heights, for who would rather look than read. A look, never the only word:
 * whoever draws one writes the number beside it. */
#ifndef SCREENS_WIDGETS_CHART_H
#define SCREENS_WIDGETS_CHART_H

#include <stdbool.h>
#include <stddef.h>

/* A bar as long as `value` is of `most`, at most `width` columns; something is never nothing: a
 * value above 0 has at least the thinnest stroke. Below 0 there is none. `plain`: without block
 * characters. */
void chart_bar(int row, int col, int width, double value, double most, bool plain);
/* A line of heights, a column a value; the last `width` of them. Returns the columns used. */
int chart_line(int row, int col, int width, const double *values, size_t n, bool plain);

#endif
