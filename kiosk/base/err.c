/* Owns: the note of the last error and the sentences. Invariant: every code has words. */
#include "kiosk/base/err.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"

struct err_row {
    const char *name;
    int status;
    const char *what;
    const char *next;
};

#define ERR_ROW(name, status, what, next) {#name, status, what, next},
static const struct err_row rows[] = {ERR_TABLE(ERR_ROW)};
#undef ERR_ROW

static _Thread_local struct {
    enum err code;
    char field[96];
    char detail[512];
} note;

static const struct err_row *row_of(enum err code)
{
    return &rows[(unsigned)code < ERR_COUNT ? code : ERR_INTERNAL];
}

enum err err_set(enum err code, const char *field, const char *detail, ...)
{
    char text[sizeof note.detail] = "";
    if (detail != NULL) {
        va_list args;
        va_start(args, detail);
        vsnprintf(text, sizeof text, detail, args);
        va_end(args);
    }
    snprintf(note.field, sizeof note.field, "%s", field != NULL ? field : "");
    memcpy(note.detail, text, sizeof text);
    utf8_trim(note.detail);
    utf8_trim(note.field);
    note.code = code;
    return code;
}

enum err err_last(void)
{
    return note.code;
}

const char *err_field(void)
{
    return note.field;
}

const char *err_detail(void)
{
    return note.detail;
}

const char *err_word(enum err code)
{
    static _Thread_local char word[32];
    const char *name = row_of(code)->name;
    size_t i = 0;
    for (; name[i] != 0 && i + 1 < sizeof word; i++)
        word[i] = (char)tolower((unsigned char)name[i]);
    word[i] = 0;
    return word;
}

int err_status(enum err code)
{
    return row_of(code)->status;
}

const char *err_what(enum err code)
{
    return _(row_of(code)->what);
}

static void say(const struct err_row *row, const char *field, const char *detail, char *out,
                size_t size)
{
    const char *next = *row->next != 0 ? _(row->next) : "";
    snprintf(out, size, "%s%s%s%s%s%s%s%s", field, *field ? ": " : "", _(row->what),
             *detail ? " (" : "", detail, *detail ? ")" : "", *next ? " " : "", next);
    utf8_trim(out);
}

void err_say(enum err code, char *out, size_t size)
{
    bool noted = note.code == code;
    say(row_of(code), noted ? note.field : "", noted ? note.detail : "", out, size);
}

/* word TAB field TAB detail */
void err_keep(enum err code, char *out, size_t size)
{
    bool noted = note.code == code;
    snprintf(out, size, "%s\t%s\t%s", err_word(code), noted ? note.field : "",
             noted ? note.detail : "");
    utf8_trim(out);
}

static const struct err_row *row_of_word(const char *word, size_t len)
{
    for (unsigned code = 0; code < ERR_COUNT; code++)
        if (strlen(rows[code].name) == len && strncasecmp(rows[code].name, word, len) == 0)
            return &rows[code];
    return NULL;
}

void err_say_kept(const char *kept, char *out, size_t size)
{
    char field[sizeof note.field];
    size_t word = strcspn(kept, "\t");
    const struct err_row *row = row_of_word(kept, word);
    const char *at = kept + word;
    if (row == NULL || *at != '\t') {
        snprintf(out, size, "%s", kept);
        utf8_trim(out);
        return;
    }
    size_t len = strcspn(++at, "\t");
    snprintf(field, sizeof field, "%.*s", (int)len, at);
    say(row, field, at[len] == '\t' ? at + len + 1 : "", out, size);
}
