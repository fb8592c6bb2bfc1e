/* Owns the terminal's picture. Invariant: a glyph is drawn whole or not at all, and never beyond
 * the last column; nothing is sent outside paint_end. Widths are those of kiosk/base/utf8.h: where
 * the C library thinks otherwise of a character, "?" is drawn, so that columns never shift. */
#define NCURSES_WIDECHAR 1
#include "screens/widgets/paint.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "kiosk/base/utf8.h"

/* last: term.h defines words like "columns" */
#include <curses.h>
#include <term.h>
#undef lines
#undef columns

#define LINE_MAX_GLYPHS 512
#define ALARM_PAIR 1

static bool taken;
static SCREEN *terminal;
static int cursor_row, cursor_col;
static bool cursor_shown, cursor_is_shown, rings;

static void say(const char *bytes)
{
    fputs(bytes, stdout);
    fflush(stdout);
}

bool paint_plain(void)
{
    const char *term = termname();
    return strncmp(term, "vt1", 3) == 0 || strncmp(term, "vt5", 3) == 0 ||
           strcmp(term, "dumb") == 0;
}

/* A vt100 shows the markers of a mode that it does not know; there only xterm's kin is asked. */
static bool knows_paste(void)
{
    return !paint_plain();
}

bool paint_init(void)
{
    int why = 0;
    if (setupterm(NULL, STDOUT_FILENO, &why) != OK || !cursor_address)
        return false;
    terminal = newterm(NULL, stdout, stdin);
    if (!terminal)
        return false;
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    idlok(stdscr, FALSE);
    if (has_colors() && start_color() == OK && use_default_colors() == OK)
        init_pair(ALARM_PAIR, COLOR_WHITE, COLOR_RED);
    cursor_is_shown = true;
    taken = true;
    if (knows_paste())
        say("\033[?2004h");
    return true;
}

void paint_fini(void)
{
    if (!taken)
        return;
    taken = false;
    if (knows_paste())
        say("\033[?2004l");
    curs_set(1);
    endwin();
    delscreen(terminal);
    terminal = NULL;
}

void paint_begin(void)
{
    erase();
    cursor_row = cursor_col = 0;
    cursor_shown = false;
}

void paint_end(void)
{
    if (cursor_shown != cursor_is_shown) {
        curs_set(cursor_shown);
        cursor_is_shown = cursor_shown;
    }
    move(cursor_row, cursor_col);
    wnoutrefresh(stdscr);
    if (rings)
        beep();
    rings = false;
    doupdate();
}

void paint_bell(void)
{
    rings = true;
}

void paint_again(void)
{
    clearok(curscr, TRUE);
}

void paint_resize(int rows, int cols)
{
    resizeterm(rows, cols);
}

int paint_rows(void)
{
    return LINES;
}

int paint_cols(void)
{
    return COLS;
}

/* The next glyph of `text` as it may be drawn; its bytes are returned, 0 at the end. */
static int glyph(const char *text, wchar_t *out, int *width)
{
    uint32_t cp;
    int n = utf8_next(text, strlen(text), &cp);
    if (n == 0)
        return 0;
    if (n < 0 || cp < 32 || utf8_unwanted(cp) || wcwidth((wchar_t)cp) != utf8_cp_width(cp)) {
        *out = L'?';
        *width = 1;
        return n < 0 ? 1 : n;
    }
    *out = (wchar_t)cp;
    *width = utf8_cp_width(cp);
    return n;
}

static int look_attr(unsigned look)
{
    if (look & PAINT_ALARM)
        return has_colors() ? (int)(A_BOLD | COLOR_PAIR(ALARM_PAIR)) : (int)(A_BOLD | A_REVERSE);
    return (int)((look & PAINT_BOLD ? A_BOLD : A_NORMAL) |
                 (look & PAINT_REVERSE ? A_REVERSE : A_NORMAL));
}

int paint_text(int row, int col, int width, unsigned look, const char *text)
{
    wchar_t line[LINE_MAX_GLYPHS];
    int n = 0, used = 0, w, bytes;
    if (row < 0 || col < 0 || row >= LINES)
        return 0;
    if (width > COLS - col)
        width = COLS - col;
    while (n < LINE_MAX_GLYPHS && (bytes = glyph(text, &line[n], &w)) > 0 && used + w <= width) {
        if (w > 0 || n > 0)
            n++;
        used += w;
        text += bytes;
    }
    if (n > 0) {
        attrset(look_attr(look));
        mvaddnwstr(row, col, line, n);
        attrset(A_NORMAL);
    }
    return used;
}

void paint_cell(int row, int col, int width, unsigned look, const char *text)
{
    int used = paint_text(row, col, width, look, text);
    if (width > COLS - col)
        width = COLS - col;
    if (used < width)
        mvhline(row, col + used, ' ' | (chtype)look_attr(look), width - used);
}

/* Latin text breaks at its last blank; Chinese anywhere. */
static unsigned break_at(const char *text, unsigned fit)
{
    const char *blank = NULL;
    if (!text[fit] || text[fit] == ' ' || (unsigned char)text[fit] >= 0x80 || fit == 0)
        return fit;
    for (const char *p = text; p < text + fit; p++)
        if (*p == ' ' || (unsigned char)*p >= 0x80)
            blank = p;
    if (!blank)
        return fit;
    unsigned at = (unsigned)(blank - text);
    while (((unsigned char)text[at] & 0xc0) == 0x80 || (unsigned char)text[at] >= 0xc0)
        at++;
    return at ? at : fit;
}

unsigned paint_line(const char *text, int width)
{
    unsigned end = (unsigned)strcspn(text, "\n");
    unsigned fit = (unsigned)utf8_fit(text, width);
    if (end <= fit)
        return text[end] == '\n' ? end + 1 : end;
    fit = break_at(text, fit);
    if (fit == 0) { /* a glyph wider than the line: pass over it */
        uint32_t cp;
        int n = utf8_next(text, strlen(text), &cp);
        fit = n > 0 ? (unsigned)n : 1;
    }
    while (text[fit] == ' ')
        fit++;
    return fit;
}

int paint_wrapped(int row, int col, int width, int rows, unsigned look, const char *text)
{
    int lines = 0;
    while (*text) {
        unsigned n = paint_line(text, width);
        if (lines < rows) {
            char line[1024];
            unsigned cut = n < sizeof line ? n : (unsigned)sizeof line - 1;
            while (cut > 0 && (text[cut - 1] == '\n' || text[cut - 1] == ' '))
                cut--;
            memcpy(line, text, cut);
            line[cut] = 0;
            paint_text(row + lines, col, width, look, line);
        }
        lines++;
        text += n;
    }
    return lines;
}

void paint_cursor(int row, int col, bool shown)
{
    cursor_row = row < LINES ? row : LINES - 1;
    cursor_col = col < COLS ? col : COLS - 1;
    cursor_shown = shown;
}
