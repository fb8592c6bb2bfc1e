/* Owns the large characters: five by five dots, a dot is two columns wide. */
#include "screens/widgets/big.h"

#include <string.h>

#include "screens/widgets/paint.h"

#define DOTS 5

/* Each line's dots, the first in the highest of five bits. */
static const unsigned char digits[][DOTS] = {
    {14, 17, 17, 17, 14}, {4, 12, 4, 4, 14},   {30, 1, 14, 16, 31},  {30, 1, 14, 1, 30},
    {18, 18, 31, 2, 2},   {31, 16, 30, 1, 30}, {14, 16, 30, 17, 14}, {31, 1, 2, 4, 4},
    {14, 17, 14, 17, 14}, {14, 17, 15, 1, 14},
};
static const unsigned char letters[][DOTS] = {
    {14, 17, 31, 17, 17}, {30, 17, 30, 17, 30}, {15, 16, 16, 16, 15}, {30, 17, 17, 17, 30},
    {31, 16, 30, 16, 31}, {31, 16, 30, 16, 16}, {15, 16, 19, 17, 15}, {17, 17, 31, 17, 17},
    {14, 4, 4, 4, 14},    {1, 1, 1, 17, 14},    {17, 18, 28, 18, 17}, {16, 16, 16, 16, 31},
    {17, 27, 21, 17, 17}, {17, 25, 21, 19, 17}, {14, 17, 17, 17, 14}, {30, 17, 30, 16, 16},
    {14, 17, 21, 18, 13}, {30, 17, 30, 18, 17}, {15, 16, 14, 1, 30},  {31, 4, 4, 4, 4},
    {17, 17, 17, 17, 14}, {17, 17, 17, 10, 4},  {17, 17, 21, 27, 17}, {17, 10, 4, 10, 17},
    {17, 10, 4, 4, 4},    {31, 2, 4, 8, 31},
};

static const unsigned char *glyph(char c)
{
    if (c >= '0' && c <= '9')
        return digits[c - '0'];
    return c >= 'A' && c <= 'Z' ? letters[c - 'A'] : NULL;
}

bool big_has(const char *text)
{
    for (; *text; text++)
        if (!glyph(*text))
            return false;
    return true;
}

/* Dots that stand side by side are one run: fewer bytes on a slow line. */
static void draw_line(int row, int col, unsigned dots)
{
    static const char blanks[] = "          ";
    for (int i = 0; i < DOTS;) {
        int n = 0;
        while (i + n < DOTS && dots >> (DOTS - 1 - i - n) & 1)
            n++;
        if (n)
            paint_cell(row, col + 2 * i, 2 * n, PAINT_REVERSE, blanks + sizeof blanks - 1 - 2 * n);
        i += n ? n : 1;
    }
}

int big_draw(int row, int col, int width, const char *text)
{
    int used = 0;
    for (; *text && used + 2 * DOTS <= width; text++, used += BIG_COLS) {
        const unsigned char *g = glyph(*text);
        for (int line = 0; g && line < DOTS; line++)
            draw_line(row + line, col + used, g[line]);
    }
    return used;
}
