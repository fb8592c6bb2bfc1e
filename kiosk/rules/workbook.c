/* Owns: the unpacking of a workbook and the finding of its sheets. Invariant: nothing is read
 * beyond the bounds in the header, whatever the file says of itself; no entity and no document type
 * is taken from outside. */
#include "kiosk/rules/workbook.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/rules/workbook_private.h"

#define PARTS_MAX 400 /* of the packed file */
#define PIECE 16384
#define SHEETS_MAX 60

enum err workbook_bad(const struct reading *r, const char *why)
{
    return err_set(ERR_DEFINITION, r->name, "%s", why);
}

/* --- a part, unpacked and parsed as it comes ---------------------------------------------------
 */

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

const char *workbook_attribute(const char *const *list, const char *name)
{
    for (; *list != NULL; list += 2)
        if (strcmp(local(*list), name) == 0)
            return list[1];
    return NULL;
}

static void begin(void *arg, const XML_Char *name, const XML_Char **list)
{
    struct reading *r = arg;
    if (r->rc == ERR_OK && ++r->depth > 64)
        r->rc = workbook_bad(r, "the sheet is nested too deep");
    if (r->rc == ERR_OK)
        r->rc = r->part->begin(r, local(name), (const char *const *)list);
    if (r->rc != ERR_OK)
        r->lib->XML_StopParser(r->parser, XML_FALSE);
}

static void end(void *arg, const XML_Char *name)
{
    struct reading *r = arg;
    r->depth--;
    if (r->rc == ERR_OK && r->part->end != NULL)
        r->rc = r->part->end(r, local(name));
    if (r->rc != ERR_OK)
        r->lib->XML_StopParser(r->parser, XML_FALSE);
}

static void text(void *arg, const XML_Char *bytes, int len)
{
    struct reading *r = arg;
    if (!r->in_text || r->rc != ERR_OK)
        return;
    buf_add(&r->text, bytes, (size_t)len);
    if (r->text.len > WORKBOOK_TEXT) {
        r->rc = workbook_bad(r, "a cell is too long");
        r->lib->XML_StopParser(r->parser, XML_FALSE);
    }
}

static void doctype(void *arg, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid,
                    int internal)
{
    struct reading *r = arg;
    (void)name;
    (void)sysid;
    (void)pubid;
    (void)internal;
    r->rc = workbook_bad(r, "a document type is not taken");
    r->lib->XML_StopParser(r->parser, XML_FALSE);
}

static enum err parse_piece(struct reading *r, const char *bytes, size_t len, bool last)
{
    if (r->lib->XML_Parse(r->parser, bytes, (int)len, last) == XML_STATUS_OK || r->rc != ERR_OK)
        return r->rc;
    return err_set(ERR_DEFINITION, r->name, "damaged: %s",
                   r->lib->XML_ErrorString(r->lib->XML_GetErrorCode(r->parser)));
}

static enum err read_open(struct reading *r, zip_file_t *file)
{
    char bytes[PIECE];
    size_t all = 0;
    enum err rc = ERR_OK;
    for (zip_int64_t n = 1; rc == ERR_OK && n > 0;) {
        n = r->lib->zip_fread(file, bytes, sizeof bytes);
        all += n > 0 ? (size_t)n : 0;
        if (n < 0)
            rc = workbook_bad(r, "damaged: a part cannot be unpacked");
        else if (all > WORKBOOK_PART)
            rc = workbook_bad(r, "a part unpacks to too much");
        else
            rc = parse_piece(r, bytes, (size_t)n, n == 0);
    }
    return rc;
}

/* ERR_NOT_FOUND: the file has no such part. */
enum err workbook_part(struct reading *r, const char *path, const struct part *part)
{
    zip_int64_t index = r->lib->zip_name_locate(r->zip, path, ZIP_FL_NOCASE);
    zip_file_t *file = index >= 0 ? r->lib->zip_fopen_index(r->zip, (zip_uint64_t)index, 0) : NULL;
    if (file == NULL)
        return index < 0 ? ERR_NOT_FOUND : workbook_bad(r, "damaged: a part cannot be opened");
    r->part = part;
    r->rc = ERR_OK;
    r->depth = 0;
    r->in_text = false;
    buf_clear(&r->text);
    r->parser = r->lib->XML_ParserCreate(NULL);
    if (r->parser == NULL)
        abort(); /* only memory can be missing */
    r->lib->XML_SetUserData(r->parser, r);
    r->lib->XML_SetElementHandler(r->parser, begin, end);
    r->lib->XML_SetCharacterDataHandler(r->parser, text);
    r->lib->XML_SetStartDoctypeDeclHandler(r->parser, doctype);
    enum err rc = read_open(r, file);
    r->lib->XML_ParserFree(r->parser);
    r->lib->zip_fclose(file);
    return rc;
}

/* --- which sheet is which part -----------------------------------------------------------------
 */

static enum err begin_book(struct reading *r, const char *name, const char *const *list)
{
    const char *title = workbook_attribute(list, "name"), *id = workbook_attribute(list, "id");
    if (strcmp(name, "sheet") != 0 || title == NULL || id == NULL)
        return ERR_OK;
    if (r->n_found == SHEETS_MAX)
        return workbook_bad(r, "too many sheets");
    r->found = mem_grow(r->found, (r->n_found + 1) * sizeof *r->found);
    struct found *f = &r->found[r->n_found++];
    memset(f, 0, sizeof *f);
    snprintf(f->name, sizeof f->name, "%s", title);
    snprintf(f->id, sizeof f->id, "%s", id);
    for (char *p = f->name; *p != 0; p++)
        *p = (char)tolower((unsigned char)*p);
    return ERR_OK;
}

static enum err begin_links(struct reading *r, const char *name, const char *const *list)
{
    const char *target = workbook_attribute(list, "Target"), *id = workbook_attribute(list, "Id");
    if (strcmp(name, "Relationship") != 0 || target == NULL || id == NULL)
        return ERR_OK;
    for (size_t i = 0; i < r->n_found; i++)
        if (strcmp(r->found[i].id, id) == 0)
            snprintf(r->found[i].path, sizeof r->found[i].path, "%s%s", *target == '/' ? "" : "xl/",
                     target + (*target == '/'));
    return ERR_OK;
}

static bool is_wanted(const char *const *wanted, const char *name)
{
    for (; *wanted != NULL; wanted++)
        if (strcmp(*wanted, name) == 0)
            return true;
    return false;
}

static enum err read_sheets(struct reading *r, const char *const *wanted, struct workbook *w)
{
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < r->n_found; i++) {
        const struct found *f = &r->found[i];
        if (!is_wanted(wanted, f->name) || workbook_sheet(w, f->name) != NULL)
            continue;
        w->sheets = mem_grow(w->sheets, (w->n_sheets + 1) * sizeof *w->sheets);
        r->sheet = &w->sheets[w->n_sheets++];
        memset(r->sheet, 0, sizeof *r->sheet);
        snprintf(r->sheet->name, sizeof r->sheet->name, "%s", f->name);
        rc = workbook_cells(r, f->path);
    }
    return rc;
}

static enum err read_book(struct reading *r, const char *const *wanted, struct workbook *w)
{
    static const struct part book = {begin_book, NULL}, links = {begin_links, NULL};
    if (r->lib->zip_get_num_entries(r->zip, 0) > PARTS_MAX)
        return workbook_bad(r, "too many parts");
    enum err rc = workbook_part(r, "xl/workbook.xml", &book);
    if (rc == ERR_OK)
        rc = workbook_part(r, "xl/_rels/workbook.xml.rels", &links);
    if (rc == ERR_OK)
        rc = workbook_shared(r);
    if (rc == ERR_OK)
        rc = read_sheets(r, wanted, w);
    return rc == ERR_NOT_FOUND ? workbook_bad(r, "not a workbook (XLSX): a part is missing") : rc;
}

static void reading_fini(struct reading *r)
{
    for (size_t i = 0; i < r->n_shared; i++)
        free(r->shared[i]);
    free(r->shared);
    free(r->found);
    buf_fini(&r->text);
    buf_fini(&r->run);
    if (r->zip != NULL)
        r->lib->zip_discard(r->zip);
}

static enum err open_zip(struct reading *r, const void *bytes, size_t len)
{
    zip_error_t why;
    r->lib->zip_error_init(&why);
    zip_source_t *source = r->lib->zip_source_buffer_create(bytes, len, 0, &why);
    r->zip = source != NULL ? r->lib->zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
    if (r->zip == NULL && source != NULL)
        r->lib->zip_source_free(source);
    r->lib->zip_error_fini(&why);
    return r->zip != NULL ? ERR_OK : workbook_bad(r, "not a workbook (XLSX)");
}

enum err workbook_read(const void *bytes, size_t len, const char *name, const char *const *wanted,
                       struct workbook **out)
{
    struct reading r = {.name = name, .text = BUF_INIT, .run = BUF_INIT};
    struct workbook *w = mem_alloc(sizeof *w);
    *out = NULL;
    enum err rc = ziplib_get(&r.lib);
    if (rc == ERR_OK)
        rc = len <= WORKBOOK_FILE ? open_zip(&r, bytes, len)
                                  : workbook_bad(&r, "the file is too large");
    if (rc == ERR_OK)
        rc = read_book(&r, wanted, w);
    reading_fini(&r);
    if (rc == ERR_OK)
        *out = w;
    else
        workbook_free(w);
    return rc;
}

void workbook_free(struct workbook *w)
{
    for (size_t i = 0; w != NULL && i < w->n_sheets; i++) {
        for (size_t k = 0; k < w->sheets[i].n_cells; k++)
            free(w->sheets[i].cells[k].text);
        free(w->sheets[i].cells);
    }
    if (w != NULL)
        free(w->sheets);
    free(w);
}

const struct sheet *workbook_sheet(const struct workbook *w, const char *name)
{
    for (size_t i = 0; i < w->n_sheets; i++)
        if (strcmp(w->sheets[i].name, name) == 0)
            return &w->sheets[i];
    return NULL;
}

const char *sheet_letters(int column, char *out)
{
    char back[8];
    int n = 0, k = 0;
    for (; column > 0 && n < 6; column = (column - 1) / 26)
        back[n++] = (char)('A' + (column - 1) % 26);
    while (n > 0)
        out[k++] = back[--n];
    out[k] = 0;
    return out;
}
