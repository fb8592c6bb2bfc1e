/* Owns: the settings of the printers, kept beside the journal: they are this machine's. Invariant:
 * an address that is kept is of a way that there is. */
#include "kiosk/print/printer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"

#define SETTING "printers"
#define NAME "printer" /* of one that was given without a name */
#define COPIES_MOST 9

/* --- ways --------------------------------------------------------------------------------------
 */

static bool absolute(const char *rest)
{
    return rest[0] == '/';
}

static bool anything(const char *rest)
{
    (void)rest;
    return true;
}

/* A host's name or number, and a port: nothing that a shell, a log or a screen could stumble over.
 */
static bool host(const char *rest)
{
    size_t n = strspn(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[]:");
    return *rest != 0 && *rest != ':' && rest[n] == 0;
}

static bool queue(const char *rest)
{
    for (const char *p = rest; *p != 0; p++)
        if (!isalnum((unsigned char)*p) && strchr("._-+", *p) == NULL)
            return false;
    return *rest != 0;
}

const struct printer_way printer_ways[] = {
    {"serial:", absolute, false}, {"tcp:", host, false},  {"cups:", queue, true},
    {"file:", absolute, false},   {"/", anything, false}, {NULL, NULL, false},
};

const struct printer_way *printer_way(const char *address, const char **rest)
{
    for (const struct printer_way *w = printer_ways; w->scheme != NULL; w++) {
        size_t n = strlen(w->scheme);
        if (strncmp(address, w->scheme, n) == 0) {
            *rest = n > 1 ? address + n : address;
            return w->valid(*rest) ? w : NULL;
        }
    }
    return NULL;
}

/* --- settings ----------------------------------------------------------------------------------
 */

void printer_init(struct printer *p, const char *name, const char *address)
{
    *p = (struct printer){.copies = 1, .how = {.dots = STRIP_58}};
    snprintf(p->name, sizeof p->name, "%s", name);
    snprintf(p->address, sizeof p->address, "%s", address);
}

static const struct {
    const char *word;
    int dots;
    const char *page;
} papers[] = {{"58", STRIP_58, NULL}, {"80", STRIP_80, NULL}, {"a4", 0, "a4"}, {"a5", 0, "a5"}};

static const char *paper_of(const struct printer *p)
{
    const char *word = papers[0].word;
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        if (p->pages ? papers[i].page != NULL && p->how.page != NULL &&
                           strcmp(papers[i].page, p->how.page) == 0
                     : papers[i].dots == p->how.dots && papers[i].dots != 0)
            word = papers[i].word;
    return p->pages && p->how.page == NULL ? "a4" : word;
}

static enum err put_paper(struct printer *p, const char *value)
{
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        if (strcmp(papers[i].word, value) == 0) {
            p->pages = papers[i].page != NULL || (p->pages && papers[i].page == NULL);
            p->how.dots = papers[i].dots != 0 ? papers[i].dots : p->how.dots;
            p->how.page = papers[i].page != NULL ? papers[i].page : p->pages ? "strip" : NULL;
            return ERR_OK;
        }
    return err_set(ERR_FIELD_CHOICE, "paper", "58, 80, a4, a5");
}

static enum err put_takes(struct printer *p, const char *value)
{
    bool pages = strcmp(value, "pdf") == 0;
    if (!pages && strcmp(value, "escpos") != 0)
        return err_set(ERR_FIELD_CHOICE, "takes", "escpos, pdf");
    p->pages = pages;
    return ERR_OK;
}

static enum err put_code(struct printer *p, const char *value)
{
    for (int i = 0; i < CODE_COUNT; i++)
        if (strcmp(layout_codes[i], value) == 0) {
            p->how.code = (enum layout_code)i;
            return ERR_OK;
        }
    return err_set(ERR_FIELD_CHOICE, "code", "gb18030, gbk, ascii, picture");
}

static enum err yes_or_no(const char *member, const char *value, bool *out)
{
    *out = strcmp(value, "yes") == 0;
    return *out || strcmp(value, "no") == 0 ? ERR_OK : err_set(ERR_FIELD_CHOICE, member, "yes, no");
}

static enum err put_cutter(struct printer *p, const char *value)
{
    bool yes;
    enum err rc = yes_or_no("cutter", value, &yes);
    p->how.no_cut = rc == ERR_OK ? !yes : p->how.no_cut;
    return rc;
}

static enum err put_asks(struct printer *p, const char *value)
{
    bool yes;
    enum err rc = yes_or_no("asks", value, &yes);
    p->mute = rc == ERR_OK ? !yes : p->mute;
    return rc;
}

static enum err put_copies(struct printer *p, const char *value)
{
    if (value[0] < '1' || value[0] > '0' + COPIES_MOST || value[1] != 0)
        return err_set(ERR_FIELD_RANGE, "copies", "1-%d", COPIES_MOST);
    p->copies = value[0] - '0';
    return ERR_OK;
}

static const struct {
    const char *name;
    enum err (*put)(struct printer *p, const char *value);
} members[] = {
    {"takes", put_takes},   {"paper", put_paper}, {"code", put_code},
    {"cutter", put_cutter}, {"asks", put_asks},   {"copies", put_copies},
};

enum err printer_put(struct printer *p, const char *member, const char *value)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(members[i].name, member) == 0)
            return members[i].put(p, value);
    return err_set(ERR_FIELD_UNKNOWN, member, NULL);
}

json_t *printer_json(const struct printer *p)
{
    char copies[4];
    json_t *out = json_object();
    snprintf(copies, sizeof copies, "%d", p->copies % 10);
    js_set_str(out, "printer", p->name);
    js_set_str(out, "address", p->address);
    js_set_str(out, "takes", p->pages ? "pdf" : "escpos");
    js_set_str(out, "paper", paper_of(p));
    js_set_str(out, "code", layout_codes[p->how.code]);
    js_set_str(out, "cutter", p->how.no_cut ? "no" : "yes");
    js_set_str(out, "asks", p->mute ? "no" : "yes");
    js_set_str(out, "copies", copies);
    return out;
}

static void fill(struct printer *p, const json_t *row)
{
    const char *name = js_str(row, "printer"), *address = js_str(row, "address");
    printer_init(p, name != NULL ? name : NAME, address != NULL ? address : "");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (js_str(row, members[i].name) != NULL)
            members[i].put(p, js_str(row, members[i].name));
}

size_t printer_rows(struct site *s, struct printer out[PRINTERS_MAX])
{
    const char *text = site_get(s->j.store, SETTING);
    json_t *all = NULL, *row;
    size_t i, n = 0;
    if (*text != 0 && js_parse(text, strlen(text), SETTING, &all) == ERR_OK) {
        json_array_foreach(all, i, row)
        {
            if (n < PRINTERS_MAX)
                fill(&out[n++], row);
        }
    }
    json_decref(all);
    return n;
}

static enum err write_all(struct site *s, const struct printer *rows, size_t n)
{
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(all, printer_json(&rows[i]));
    char *text = js_dump(all);
    enum err rc = site_set(s->j.store, SETTING, text);
    free(text);
    json_decref(all);
    return rc;
}

enum err printer_find(struct site *s, const char *which, struct printer *out)
{
    const char *rest, *ours = getenv("JIUJIN_PRINTER");
    struct printer rows[PRINTERS_MAX];
    size_t n = printer_rows(s, rows);
    bool usual = which == NULL || *which == 0;
    if (usual && ours != NULL && *ours != 0)
        which = ours;
    else if (usual && n == 0)
        return err_set(ERR_PRINTER, NULL, "%s", _("none is named: jiujin printer set ADDRESS"));
    else if (usual)
        which = rows[0].name;
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, which) == 0 || strcmp(rows[i].address, which) == 0) {
            *out = rows[i];
            return ERR_OK;
        }
    const struct printer_way *way = printer_way(which, &rest);
    if (way == NULL)
        return err_set(ERR_NOT_FOUND, "printer", NULL);
    if (way->unasked)
        return err_set(ERR_PRINTER, which, "%s",
                       _("what it takes is not known: jiujin printer set ADDRESS"));
    printer_init(out, which, which);
    return ERR_OK;
}

bool printer_any(struct site *s)
{
    struct printer p;
    return printer_find(s, NULL, &p) == ERR_OK;
}

static enum err check(const struct printer *p)
{
    const char *rest;
    if (!queue(p->name))
        return err_set(ERR_FIELD_TYPE, "name", "A-Z a-z 0-9 . _ - +");
    if (printer_way(p->address, &rest) == NULL)
        return err_set(ERR_FIELD_TYPE, p->address,
                       "/dev/usb/lp0, serial:/dev/ttyS0,9600, tcp:192.0.2.1, cups:QUEUE");
    return ERR_OK;
}

/* Without the printer of that name. */
static size_t leave_out(struct printer *rows, size_t n, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) != 0)
            rows[kept++] = rows[i];
    return kept;
}

enum err printer_set(struct site *s, const struct printer *p, bool usual)
{
    struct printer rows[PRINTERS_MAX + 1];
    size_t n = printer_rows(s, rows), first;
    enum err rc = check(p);
    if (rc != ERR_OK)
        return rc;
    bool was_first = n > 0 && strcmp(rows[0].name, p->name) == 0;
    n = leave_out(rows, n, p->name);
    if (n == PRINTERS_MAX)
        return err_set(ERR_FIELD_RANGE, "printer", "%d", PRINTERS_MAX);
    first = usual || was_first ? 0 : n;
    memmove(rows + first + 1, rows + first, (n - first) * sizeof *rows);
    rows[first] = *p;
    return write_all(s, rows, n + 1);
}

enum err printer_drop(struct site *s, const char *name)
{
    struct printer rows[PRINTERS_MAX];
    size_t n = printer_rows(s, rows), left = leave_out(rows, n, name);
    return left < n ? write_all(s, rows, left) : err_set(ERR_NOT_FOUND, "printer", NULL);
}

enum err printer_render(const struct printer *p, const struct layout *l, struct buf *out)
{
    return layout_put(l, p->pages ? "pdf" : "escpos", &p->how, out);
}
