/* A terminal for tests: a program runs in a pty, what it prints goes to libvterm, and the test sees
 * the cells. It answers nothing to the program but what term_type sends. Each function that waits
 * fails the cmocka test (with the screen printed) when its time is over. Programs left running when
 * the test program ends are killed. */
#ifndef TESTS_E2E_TERM_H
#define TESTS_E2E_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct term;

struct term_how {
    int rows, cols;         /* 0: 24, 80 */
    const char *term;       /* TERM; NULL: xterm-256color */
    const char *const *env; /* "NAME=VALUE" beside the test's own, ends with NULL; may be NULL */
};

/* Starts argv (argv[0] is the path). term_free kills and frees. */
struct term *term_start(const struct term_how *how, const char *const *argv);
void term_free(struct term *t);

/* What a person or a scanner sends, in one write. Keys by name below; Esc alone needs a pause
 * behind it: use term_esc. */
void term_type(struct term *t, const char *keys);
void term_bytes_in(struct term *t, const void *bytes, size_t len);
void term_esc(struct term *t);
/* One character each `ms`, as a person types: no scanner. */
void term_type_slowly(struct term *t, const char *keys, int ms);

#define T_ENTER "\r"
#define T_TAB "\t"
#define T_UP "\033[A"
#define T_DOWN "\033[B"
#define T_RIGHT "\033[C"
#define T_LEFT "\033[D"
#define T_PAGE_UP "\033[5~"
#define T_PAGE_DOWN "\033[6~"
#define T_END "\033[F"
#define T_HOME "\033[H"
#define T_BACK "\177"
#define T_F1 "\033OP"
#define T_F2 "\033OQ"
#define T_F3 "\033OR"
#define T_F4 "\033OS"
#define T_F5 "\033[15~"
#define T_F6 "\033[17~"
#define T_F7 "\033[18~"
#define T_F8 "\033[19~"
#define T_F9 "\033[20~"
#define T_F10 "\033[21~"

/* Takes in output for `ms`. */
void term_run(struct term *t, int ms);
/* Takes in output until none came for `ms`. */
void term_quiet(struct term *t, int ms);
/* Takes in output until the program sleeps and says no more: sooner than term_quiet, and later when
 * the machine is busy. */
void term_settle(struct term *t);
/* Waits until `text` stands in one row of the screen (or no longer stands there). */
void term_wait(struct term *t, const char *text, int ms);
void term_wait_gone(struct term *t, const char *text, int ms);
/* Waits until the program has ended; its wait status. */
int term_wait_end(struct term *t, int ms);

/* Row `row` (from 0) as UTF-8, blanks at its end cut; valid until the next call. */
const char *term_row(struct term *t, int row);
/* The row in which `text` stands, or -1. */
int term_find(struct term *t, const char *text);
bool term_has(struct term *t, const char *text);
/* The whole screen, a line a row; valid until the next call. */
const char *term_screen(struct term *t);
/* One cell: its first code point (0: empty), and its width (1, 2; 0: the second half of a wide
 * one). */
uint32_t term_cell(struct term *t, int row, int col, int *width);
void term_cursor(struct term *t, int *row, int *col);

size_t term_bytes(const struct term *t); /* received since the start */
/* Everything received, as it came. */
const unsigned char *term_raw(const struct term *t, size_t *len);
bool term_running(struct term *t);
int term_pid(const struct term *t);
void term_signal(struct term *t, int sig);
void term_kill(struct term *t);    /* SIGKILL, and waits */
void term_hang_up(struct term *t); /* closes the terminal's side */
void term_resize(struct term *t, int rows, int cols);

#endif
