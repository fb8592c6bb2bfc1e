/* Owns how an amount is drawn. Invariant: a bar never leaves its columns, and two values of one
 * chart are never drawn in the wrong order. */
#include "screens/widgets/chart.h"

#include <string.h>

#include "kiosk/base/utf8.h"
#include "screens/widgets/paint.h"

#define EIGHTHS 8
#define BAR_COLUMNS 200

static const uint32_t full_block = 0x2588;  /* from it on the bar's end loses an eighth each */
static const uint32_t lower_block = 0x2580; /* behind it a column grows by an eighth each */
static const char heights[] = "_.:-=+*#";

void chart_bar(int row, int col, int width, double value, double most, bool plain)
{
    char text[BAR_COLUMNS * 4 + 1];
    size_t len = 0;
    if (width > BAR_COLUMNS)
        width = BAR_COLUMNS;
    if (width <= 0 || value <= 0 || most <= 0)
        return;
    int unit = plain ? 1 : EIGHTHS;
    int strokes = (int)(value / most * width * unit + 0.5);
    strokes = strokes > width * unit ? width * unit : strokes < 1 ? 1 : strokes;
    for (int i = 0; i < strokes / unit; i++)
        len += plain ? (size_t)(text[len] = '#', 1) : (size_t)utf8_put(full_block, text + len);
    if (strokes % unit)
        len += (size_t)utf8_put(full_block + (uint32_t)(EIGHTHS - strokes % unit), text + len);
    text[len] = 0;
    paint_text(row, col, width, PAINT_PLAIN, text);
}

static double largest(const double *values, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

/* 0 is the ground line, everything above it at least one step. */
static int step_of(double value, double most)
{
    int step = most > 0 ? (int)(value / most * (EIGHTHS - 1) + 0.5) : 0;
    return value > 0 && step == 0 ? 1 : step < 0 ? 0 : step;
}

int chart_line(int row, int col, int width, const double *values, size_t n, bool plain)
{
    char text[BAR_COLUMNS * 4 + 1];
    size_t len = 0, first = width >= 0 && n > (size_t)width ? n - (size_t)width : 0;
    if (n - first > BAR_COLUMNS)
        first = n - BAR_COLUMNS;
    double most = largest(values + first, n - first);
    for (size_t i = first; i < n; i++) {
        int step = step_of(values[i], most);
        if (plain)
            text[len++] = heights[step];
        else
            len += (size_t)utf8_put(lower_block + 1 + (uint32_t)step, text + len);
    }
    text[len] = 0;
    return paint_text(row, col, width, PAINT_PLAIN, text);
}
