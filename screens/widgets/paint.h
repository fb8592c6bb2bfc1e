/* Drawing text by explicit columns, never half a glyph. What is drawn stands in curses' picture of
 * the screen; only the loop sends it (screens/loop.c). */
#ifndef SCREENS_WIDGETS_PAINT_H
#define SCREENS_WIDGETS_PAINT_H

#include <stdbool.h>

enum paint_look { PAINT_PLAIN = 0, PAINT_BOLD = 1, PAINT_REVERSE = 2, PAINT_ALARM = 4 };

/* PAINT_ALARM: bold on red; bold and reverse where there is no colour. */
/* Part of the screen. */
struct area {
    int row, col, rows, cols;
};

/* Takes over the terminal named by TERM: raw, no echo, UTF-8, bracketed paste. false: TERM is
 * unknown or the terminal cannot move its cursor. paint_fini gives it back; it may be called at any
 * time. */
bool paint_init(void);
void paint_fini(void);

void paint_begin(void); /* an empty picture, no cursor */
void paint_end(void);   /* sends what differs from what stands there */
void paint_bell(void);  /* the next paint_end rings, once */
void paint_again(void); /* the next paint_end sends everything */
void paint_resize(int rows, int cols);
int paint_rows(void);
int paint_cols(void);
/* True where the terminal is known to have no block characters (a vt100). */
bool paint_plain(void);

/* Draws at most `width` columns of `text` at row, col (cut at the screen's edge too); characters
 * that must not reach a terminal become "?". Returns the columns used. */
int paint_text(int row, int col, int width, unsigned look, const char *text);
/* The same, filled with blanks up to `width`. */
void paint_cell(int row, int col, int width, unsigned look, const char *text);
/* Breaks text into lines of `width` columns and draws at most `rows` of them; rows 0 only counts.
 * Returns the lines that the whole text needs. */
int paint_wrapped(int row, int col, int width, int rows, unsigned look, const char *text);
/* Bytes of `text` that make its first line of `width` columns (line ends and blanks behind it
 * included); 0 only for "". */
unsigned paint_line(const char *text, int width);
/* Where the cursor stands when the picture is sent; shown: as a text cursor. */
void paint_cursor(int row, int col, bool shown);

#endif
