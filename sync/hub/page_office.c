/* Owns: the parts of the office's pages. Invariant: a file that is sent has no name
 * on a disk: nothing of it stays there, not even when the hub dies over it. */
#include "sync/hub/page_office.h"

#include <ctype.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/lang.h"

#define FILE_MOST ((size_t)64 << 20)

static const struct {
    const char *path, *label;
} tabs[] = {
    {"/admin", N_("Villages")},
    {"/users", N_("Users")},
    {"/audit", N_("Audit")},
};

void page_admin_tabs(struct web *w, const char *here)
{
    page_put(&w->out, "<p class=\"filter\">");
    for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++)
        page_put(&w->out, "<a href=\"%r\"%r>%s</a>", tabs[i].path,
                 strcmp(tabs[i].path, here) == 0 ? " aria-current=\"page\"" : "", _(tabs[i].label));
    page_put(&w->out, "</p>");
}

void page_heads(struct web *w, const char *const *heads)
{
    page_put(&w->out, "<table><thead><tr>");
    for (; *heads != NULL; heads++)
        page_put(&w->out, "<th>%s</th>", _(*heads));
    page_put(&w->out, "</tr></thead><tbody>");
}

void page_cell(struct web *w, const char *label, const char *text)
{
    page_put(&w->out, "<td data-label=\"%s\">%s</td>", _(label), text);
}

void page_put_query(struct buf *out, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++)
        if (isalnum(*p) || strchr("-._", *p) != NULL)
            buf_byte(out, *p);
        else
            buf_printf(out, "%%%02X", *p);
}

const char *page_chosen(const struct web *w, const char *name)
{
    const char *text = web_query(w, name);
    return text != NULL && *text != 0 ? text : NULL;
}

void page_trouble(struct web *w, const char *text)
{
    if (text != NULL)
        page_put(&w->out, "<p class=\"bad\" role=\"alert\">%s</p>", text);
}

unsigned page_status(enum err rc)
{
    switch (rc) {
    case ERR_OK: return MHD_HTTP_OK;
    case ERR_NOT_FOUND: return MHD_HTTP_NOT_FOUND;
    case ERR_STATE:
    case ERR_DUPLICATE: return MHD_HTTP_CONFLICT;
    case ERR_PIN_WRONG:
    case ERR_ROLE: return MHD_HTTP_FORBIDDEN;
    case ERR_PIN_LOCKED: return MHD_HTTP_TOO_MANY_REQUESTS;
    case ERR_IO:
    case ERR_DISK_FULL:
    case ERR_CORRUPT:
    case ERR_BUSY:
    case ERR_INTERNAL: return MHD_HTTP_INTERNAL_SERVER_ERROR;
    default: return MHD_HTTP_UNPROCESSABLE_CONTENT;
    }
}

void page_error(struct web *w, enum err rc)
{
    char text[600];
    err_say(rc, text, sizeof text);
    page_message(w, page_status(rc), text);
}

void page_end_if(struct web *w, enum err rc, unsigned status)
{
    if (rc == ERR_OK)
        page_end(w, status);
    else
        page_error(w, rc);
}

enum err page_file_begin(struct page_file *f, const struct table_head *head, const char *format)
{
    int known = sheet_format(format);
    memset(f, 0, sizeof *f);
    if (known != FORMAT_CSV && known != FORMAT_XLSX)
        return err_set(ERR_FIELD_CHOICE, "format", "csv, xlsx");
    f->format = (enum profile_format)known;
    return sheet_begin(head, f->format, false, NULL, &f->out);
}

void page_file_send(struct web *w, struct page_file *f, enum err rc)
{
    char hash[SHEET_HASH];
    if (rc == ERR_OK)
        rc = sheet_finish(f->out, hash);
    buf_clear(&w->out);
    if (rc == ERR_OK)
        rc = sheet_take(f->out, &w->out, FILE_MOST);
    rc = sheet_close(f->out, rc);
    if (rc != ERR_OK)
        page_error(w, rc);
    else
        web_reply(w, MHD_HTTP_OK,
                  f->format == FORMAT_CSV
                      ? "text/csv; charset=utf-8"
                      : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}
