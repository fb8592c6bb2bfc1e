/* Owns: where in a definition's text a value stands. Invariant: the text has been parsed before, so
 * a walk over it needs no checks but for its end; what is not there is told where its holder
 * stands. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/define.h"

struct walk {
    const char *p, *end;
};

static void skip_space(struct walk *w)
{
    while (w->p < w->end && strchr(" \t\r\n", *w->p) != NULL)
        w->p++;
}

static void skip_text(struct walk *w)
{
    for (w->p++; w->p < w->end && *w->p != '"'; w->p++)
        w->p += *w->p == '\\' && w->p + 1 < w->end;
    w->p += w->p < w->end;
}

/* One value, however deep. */
static void skip_value(struct walk *w)
{
    int depth = 0;
    do {
        skip_space(w);
        if (w->p >= w->end)
            return;
        if (*w->p == '"') {
            skip_text(w);
        } else {
            depth += (*w->p == '{' || *w->p == '[') - (*w->p == '}' || *w->p == ']');
            w->p++;
            while (depth == 0 && w->p < w->end && strchr(",]}", *w->p) == NULL &&
                   !isspace((unsigned char)*w->p) && strchr("]}", w->p[-1]) == NULL)
                w->p++; /* the rest of a number or a word */
        }
    } while (depth > 0);
}

/* To the value of the member `key`; behind the object when it has none. */
static bool enter_member(struct walk *w, const char *key, size_t len)
{
    for (w->p++;;) {
        skip_space(w);
        if (w->p >= w->end || *w->p != '"')
            return false;
        const char *name = w->p + 1;
        skip_text(w);
        bool found = (size_t)(w->p - name) == len + 1 && memcmp(name, key, len) == 0;
        skip_space(w);
        w->p += w->p < w->end; /* the colon */
        skip_space(w);
        if (found)
            return true;
        skip_value(w);
        skip_space(w);
        w->p += w->p < w->end && *w->p == ',';
    }
}

static bool enter_item(struct walk *w, long index)
{
    for (w->p++;; index--) {
        skip_space(w);
        if (w->p >= w->end || *w->p == ']')
            return false;
        if (index == 0)
            return true;
        skip_value(w);
        skip_space(w);
        w->p += w->p < w->end && *w->p == ',';
    }
}

/* One step of a path: "key" or "[3]"; *path goes behind it. */
static bool step(struct walk *w, const char **path)
{
    const char *p = *path;
    skip_space(w);
    if (w->p >= w->end)
        return false;
    if (*p == '[') {
        char *behind;
        long index = strtol(p + 1, &behind, 10);
        *path = behind + (*behind == ']');
        return *w->p == '[' && enter_item(w, index);
    }
    p += *p == '.';
    size_t len = strcspn(p, ".[");
    *path = p + len;
    return *w->p == '{' && enter_member(w, p, len);
}

void def_locate(const char *text, size_t len, const char *path, long *line, long *column)
{
    struct walk w = {text, text + len};
    skip_space(&w);
    const char *at = w.p;
    while (*path != 0 && step(&w, &path))
        at = w.p;
    *line = *column = 1;
    for (const char *p = text; p < at; p++) {
        *column = *p == '\n' ? 1 : *column + ((*p & 0xc0) != 0x80);
        *line += *p == '\n';
    }
}

/* The path ends at the first ": "; a mistake of the whole has none. */
enum err def_told(enum err rc, const char *text, size_t len)
{
    if (rc != ERR_DEFINITION || err_last() != rc)
        return rc;
    long line, column;
    char *detail = mem_strdup(err_detail()), *name = mem_strdup(err_field());
    const char *colon = strstr(detail, ": ");
    char *path = mem_strndup(detail, colon != NULL ? (size_t)(colon - detail) : 0);
    if (strpbrk(path, " '") != NULL)
        *path = 0;
    def_locate(text, len, path, &line, &column);
    err_set(rc, name, "line %ld, column %ld: %s", line, column, detail);
    free(path);
    free(name);
    free(detail);
    return rc;
}

enum err def_read(const char *text, size_t len, const char *name, def_try *try)
{
    json_t *json = NULL;
    enum err rc = js_parse(text, len, name, &json);
    if (rc == ERR_OK)
        rc = def_told(try(json, name), text, len);
    json_decref(json);
    return rc;
}
