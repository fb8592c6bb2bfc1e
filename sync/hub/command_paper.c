/* Owns: the sub-centre's papers into files. Invariant: a file that could not be made is not there.
 */
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/print/layout.h"
#include "sync/hub/command.h"

#define DOTS 6 /* a module of a picture */

/* A sheet, or the symbol alone. */
static enum err make(const struct layout *what, const char *to, struct buf *out)
{
    const char *page = "a5";
    if (strcmp(to, "png") != 0)
        return layout_put(what, to, &(struct layout_how){.page = page}, out);
    for (size_t i = 0; i < what->n; i++)
        if (what->items[i].kind == LAYOUT_QR)
            return qr_png(&what->items[i].qr, DOTS, out);
    return ERR_OK;
}

static enum err put(const struct layout *what, const char *to, const char *file)
{
    struct buf bytes = BUF_INIT;
    if (file == NULL)
        return ERR_OK;
    enum err rc = make(what, to, &bytes);
    if (rc == ERR_OK)
        rc = file_write(file, bytes.data, bytes.len, 0600);
    buf_wipe(&bytes);
    return rc;
}

enum err command_paper(const struct command_line *line, const struct layout *what)
{
    enum err rc = put(what, "pdf", line->pdf);
    if (rc == ERR_OK)
        rc = put(what, "png", line->png);
    return rc == ERR_OK ? put(what, "escpos", line->escpos) : rc;
}
