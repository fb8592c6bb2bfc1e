/* Owns: the table of documents. Invariant: what can be put on paper is a row here, and every row
 * can be put on whatever there is. */
#include "kiosk/print/document.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/print/device.h"
#include "kiosk/print/documents.h"

/* --- what documents share ----------------------------------------------------------------------
 */

const char *document_text(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text != NULL ? text : "";
}

void document_head(struct document *d, struct site *s, const char *title)
{
    char day[CLOCK_TEXT];
    layout_title(&d->layout, title);
    layout_line(&d->layout, LAYOUT_MEDIUM | LAYOUT_CENTRE | LAYOUT_BOLD, "%s", title);
    layout_line(&d->layout, LAYOUT_NORMAL, "%s  %s", s->name, clock_date(clock_now(), day));
    layout_gap(&d->layout, 3);
}

void document_sign(struct document *d, const char *who)
{
    layout_gap(&d->layout, 8);
    layout_line(&d->layout, LAYOUT_NORMAL, "%s ____________", who);
}

/* --- the table ---------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    document_maker *make;
} documents[] = {
    {"notice", document_notice},
    {"pledge", document_pledge},
    {"receipt", document_receipt},
    {"courier", document_courier},
};

enum err document_make(struct site *s, const char *what, const char *which, struct document *out)
{
    enum err rc = err_set(ERR_NOT_FOUND, what, NULL);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        if (strcmp(documents[i].name, what) == 0)
            rc = documents[i].make(s, which, out);
    if (rc != ERR_OK)
        document_fini(out);
    return rc;
}

void document_fini(struct document *d)
{
    layout_fini(&d->layout);
    memset(d, 0, sizeof *d);
}

enum err document_put(const struct document *d, const char *to, struct buf *out)
{
    return layout_put(&d->layout, to, NULL, out);
}

enum err document_print(struct site *s, const struct document *d)
{
    struct buf bytes = BUF_INIT;
    const char *path = device_path(s);
    enum err rc = *path != 0 ? document_put(d, "escpos", &bytes)
                             : err_set(ERR_PRINTER, NULL, "%s", _("no printer is set"));
    if (rc == ERR_OK)
        rc = device_send(path, bytes.data, bytes.len);
    buf_fini(&bytes);
    return rc;
}
