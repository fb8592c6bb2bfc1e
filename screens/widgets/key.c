/* Owns the way from bytes to events. Invariant: no control character leaves as text; an unknown
 * sequence is swallowed whole; what is pasted is text only, and a line end in it is a blank. */
#include "screens/widgets/key.h"

#include <string.h>

#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"
#include "screens/widgets/paint.h"

/* last: term.h defines words like "columns" */
#include <curses.h>
#include <term.h>

#define SCAN_GAP_MS 30    /* between two characters of a scanner */
#define SCAN_LENGTH 4     /* so many at that pace are no person's */
#define PASTE_GAP_MS 2000 /* a paste whose end was lost is over after so much silence */

struct sequence {
    const char *bytes; /* behind ESC */
    uint32_t key;
};

#define PASTE_ON (K_F10 + 1)
#define PASTE_OFF (K_F10 + 2)

/* xterm, vt100, the Linux console, rxvt, screen; what TERM adds is in `learned`. */
static const struct sequence known[] = {
    {"[A", K_UP},       {"OA", K_UP},         {"[B", K_DOWN},      {"OB", K_DOWN},
    {"[C", K_RIGHT},    {"OC", K_RIGHT},      {"[D", K_LEFT},      {"OD", K_LEFT},
    {"[H", K_HOME},     {"OH", K_HOME},       {"[1~", K_HOME},     {"[7~", K_HOME},
    {"[F", K_END},      {"OF", K_END},        {"[4~", K_END},      {"[8~", K_END},
    {"[5~", K_PAGE_UP}, {"[6~", K_PAGE_DOWN}, {"[3~", K_DELETE},   {"[Z", K_BACKTAB},
    {"OP", K_F1},       {"[11~", K_F1},       {"[[A", K_F1},       {"OQ", K_F2},
    {"[12~", K_F2},     {"[[B", K_F2},        {"OR", K_F3},        {"[13~", K_F3},
    {"[[C", K_F3},      {"OS", K_F4},         {"[14~", K_F4},      {"[[D", K_F4},
    {"[15~", K_F5},     {"[[E", K_F5},        {"[17~", K_F6},      {"[18~", K_F7},
    {"[19~", K_F8},     {"[20~", K_F9},       {"[21~", K_F10},     {"1", K_F1},
    {"2", K_F2},        {"3", K_F3},          {"4", K_F4},         {"5", K_F5},
    {"6", K_F6},        {"7", K_F7},          {"8", K_F8},         {"9", K_F9},
    {"0", K_F10},       {"OM", K_ENTER},      {"[200~", PASTE_ON}, {"[201~", PASTE_OFF},
};

static struct {
    const char *cap;
    uint32_t key;
    char bytes[16];
} learned[] = {
    {"kcuu1", K_UP, ""},     {"kcud1", K_DOWN, ""},    {"kcub1", K_LEFT, ""},
    {"kcuf1", K_RIGHT, ""},  {"khome", K_HOME, ""},    {"kend", K_END, ""},
    {"kpp", K_PAGE_UP, ""},  {"knp", K_PAGE_DOWN, ""}, {"kcbt", K_BACKTAB, ""},
    {"kdch1", K_DELETE, ""}, {"kf1", K_F1, ""},        {"kf2", K_F2, ""},
    {"kf3", K_F3, ""},       {"kf4", K_F4, ""},        {"kf5", K_F5, ""},
    {"kf6", K_F6, ""},       {"kf7", K_F7, ""},        {"kf8", K_F8, ""},
    {"kf9", K_F9, ""},       {"kf10", K_F10, ""},
};

static const struct {
    unsigned char byte;
    uint32_t key;
} controls[] = {
    {'\r', K_ENTER}, {'\n', K_ENTER}, {'\t', K_TAB}, {8, K_BACKSPACE}, {127, K_BACKSPACE},
    {12, K_REDRAW},  {21, K_WORDS},   {19, K_F2},    {14, K_DOWN},     {16, K_UP},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void keys_learn(void)
{
    for (size_t i = 0; i < COUNT(learned); i++) {
        const char *bytes = tigetstr(learned[i].cap);
        if (bytes && bytes != (char *)-1 && bytes[0] == 27 && bytes[1] &&
            strlen(bytes) < sizeof learned[i].bytes)
            memcpy(learned[i].bytes, bytes + 1, strlen(bytes));
    }
}

/* The event of a whole sequence; *more: it may become one. */
static uint32_t look_up(const char *seq, size_t len, bool *more)
{
    *more = false;
    for (size_t i = 0; i < COUNT(known) + COUNT(learned); i++) {
        bool l = i >= COUNT(known);
        const char *bytes = l ? learned[i - COUNT(known)].bytes : known[i].bytes;
        if (strncmp(bytes, seq, len) != 0 || !*bytes)
            continue;
        if (!bytes[len])
            return l ? learned[i - COUNT(known)].key : known[i].key;
        *more = true;
    }
    return K_NONE;
}

static uint32_t finish(struct keys *k, uint32_t key)
{
    k->len = 0;
    if (key == PASTE_ON || key == PASTE_OFF) {
        k->pasting = key == PASTE_ON;
        return K_NONE;
    }
    return k->pasting ? K_NONE : key;
}

/* Behind ESC: a key, a control sequence that we do not know, or a control string. */
static uint32_t sequence_byte(struct keys *k, unsigned char byte)
{
    bool more;
    if (byte == 27 || k->len + 1 >= KEYS_HELD) { /* Esc Esc: the first one counts */
        k->len = byte == 27;
        return k->pasting ? K_NONE : K_ESC;
    }
    k->held[k->len++] = byte;
    k->held[k->len] = 0;
    uint32_t key = look_up((const char *)k->held + 1, k->len - 1, &more);
    if (key != K_NONE)
        return finish(k, key);
    if (more)
        return K_NONE;
    if (k->len == 2 && strchr("]P^_X", byte) && byte) {
        k->skipping = true;
        k->len = 0;
        return K_NONE;
    }
    bool introduced = k->held[1] == '[' && k->len > 2;
    if (k->len == 2 && (byte == '[' || byte == 'O'))
        return K_NONE;
    if (introduced && byte >= 0x20 && byte < 0x40)
        return K_NONE;
    return finish(k, K_NONE); /* Alt-x, or a sequence that we do not know */
}

static void forget_scan(struct keys *k)
{
    explicit_bzero(k->scan, sizeof k->scan);
    k->scan_len = 0;
}

static void count_burst(struct keys *k, size_t len, int64_t now)
{
    k->burst = now - k->typed <= SCAN_GAP_MS ? k->burst + 1 : 1;
    k->typed = now;
    if (k->burst == 1)
        forget_scan(k);
    if (k->scan_len + len <= KEYS_SCAN)
        memcpy(k->scan + k->scan_len, k->held, len);
    else
        explicit_bzero(k->scan, sizeof k->scan);
    k->scan_len += len;
}

static uint32_t character(struct keys *k, int64_t now)
{
    uint32_t cp;
    int n = utf8_next((const char *)k->held, k->len, &cp);
    if (n <= 0 && k->len < 4 && k->held[0] >= 0xc2 && (k->len == 1 || k->held[k->len - 1] < 0xc0))
        return K_NONE; /* not whole yet */
    k->len = 0;
    if (n <= 0 || utf8_unwanted(cp))
        return K_NONE;
    count_burst(k, (size_t)n, now);
    return k->pasting ? cp | K_PASTED : cp;
}

static uint32_t control(struct keys *k, unsigned char byte, int64_t now)
{
    if (k->pasting)
        return byte == '\r' || byte == '\n' || byte == '\t' ? ' ' | (uint32_t)K_PASTED : K_NONE;
    for (size_t i = 0; i < COUNT(controls); i++) {
        if (controls[i].byte != byte)
            continue;
        bool scanned = k->burst >= SCAN_LENGTH && now - k->typed <= SCAN_GAP_MS;
        k->burst = 0;
        scanned = scanned && controls[i].key == K_ENTER;
        if (!scanned)
            forget_scan(k);
        return scanned ? K_SCAN : controls[i].key;
    }
    return K_NONE;
}

/* Inside a control string: thrown away up to BEL, or ESC (whose backslash then follows). */
static uint32_t skip(struct keys *k, unsigned char byte)
{
    k->skipping = byte != 7 && byte != 27;
    if (byte == 27)
        k->held[k->len++] = byte;
    return K_NONE;
}

uint32_t keys_byte(struct keys *k, unsigned char byte, int64_t now)
{
    if (k->skipping)
        return skip(k, byte);
    if (k->pasting && now - k->heard > PASTE_GAP_MS)
        k->pasting = false;
    k->heard = now;
    if (k->len > 0 && k->held[0] == 27)
        return sequence_byte(k, byte);
    if (byte < 32 || byte == 127) {
        k->len = 0;
        if (byte == 27) {
            k->held[k->len++] = byte;
            return K_NONE;
        }
        return control(k, byte, now);
    }
    if (k->len > 0 && (byte & 0xc0) != 0x80)
        k->len = 0; /* a character that was cut short */
    k->held[k->len++] = byte;
    return character(k, now);
}

void keys_new_scan(struct keys *k)
{
    k->burst = 0;
    k->typed = 0;
    forget_scan(k);
}

bool keys_waiting(const struct keys *k)
{
    return k->skipping || (k->len > 0 && k->held[0] == 27);
}

uint32_t keys_flush(struct keys *k)
{
    bool lone = k->len == 1 && k->held[0] == 27 && !k->pasting;
    k->len = 0;
    k->skipping = false;
    return lone ? K_ESC : K_NONE;
}

void keys_draw(int row, int width, const struct key_row *table)
{
    int col = 0;
    for (; table->cap; table++) {
        const char *cap = _(table->cap), *label = _(table->label);
        int need = utf8_width(cap) + 1 + utf8_width(label);
        if (!*table->label)
            continue;
        if (col + need > width)
            return;
        col += paint_text(row, col, width - col, PAINT_BOLD, cap) + 1;
        col += paint_text(row, col, width - col, PAINT_PLAIN, label) + 2;
    }
}
