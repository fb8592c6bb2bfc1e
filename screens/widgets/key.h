/* Keys: from the bytes that a terminal, a scanner or a paste sends to single events, and the tables
 * from which a screen's bottom line and its help are made. */
#ifndef SCREENS_WIDGETS_KEY_H
#define SCREENS_WIDGETS_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An event is a code point (32 and above), or one of these. */
enum key_code {
    K_NONE = 0x110000,
    K_ENTER,
    K_SCAN, /* Enter as fast behind characters as only a scanner types: goes on, never confirms */
    K_ESC,
    K_TAB,
    K_BACKTAB,
    K_UP,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_BACKSPACE,
    K_DELETE,
    K_REDRAW, /* ^L */
    K_WORDS,  /* ^U: empties the line */
    K_F1,
    K_F2,
    K_F3,
    K_F4,
    K_F5,
    K_F6,
    K_F7,
    K_F8,
    K_F9,
    K_F10
};
/* Set beside a code point that was pasted: text for a line, never a command. */
#define K_PASTED 0x1000000

#define KEYS_HELD 64
#define KEYS_SCAN 512 /* bytes of the longest scan */

/* The decoder. All zero is its beginning. */
struct keys {
    unsigned char held[KEYS_HELD]; /* a sequence or character that is not whole yet */
    size_t len;
    bool pasting;
    bool skipping;            /* inside a control string (OSC, DCS) that is thrown away */
    int64_t heard;            /* when the last byte came, ms */
    int64_t typed;            /* when the last character came, ms */
    unsigned burst;           /* characters that came like a scanner's */
    char scan[KEYS_SCAN + 1]; /* they, as text; with K_SCAN the whole scan ("": too long) */
    size_t scan_len;
};

/* Learns the key strings of TERM (after paint_init). */
void keys_learn(void);
/* Takes one byte that arrived at `now` (ms, steady). Returns an event or K_NONE. */
uint32_t keys_byte(struct keys *k, unsigned char byte, int64_t now);
/* What was typed so far is no part of a scan: it led to another screen. */
void keys_new_scan(struct keys *k);
/* A sequence has begun and waits for more: after ESCDELAY without any, call keys_flush. */
bool keys_waiting(const struct keys *k);
uint32_t keys_flush(struct keys *k); /* the lone Esc, or K_NONE */

/* One row of a screen's key table. */
struct key_row {
    uint32_t key;
    const char *cap;   /* "F2": as printed on the key; N_() */
    const char *label; /* for the bottom line, N_() */
    const char *help;  /* one sentence, N_() */
};
/* Draws "F2 save  Esc back": what fits into `width`; ends with a row whose cap is NULL. */
void keys_draw(int row, int width, const struct key_row *table);

#endif
