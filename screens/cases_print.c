/* Owns the way of a document from a screen onto paper. Invariant: it is in the folder out whether
 * the printer works or not. */
#include <stdlib.h>

#include "kiosk/base/file.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/device.h"
#include "kiosk/print/document.h"
#include "screens/cases.h"

static enum err keep_file(struct ui *ui, const struct document *d, char **path)
{
    struct buf bytes = BUF_INIT;
    char *folder = mem_printf("%s/out", ui->s->dir);
    *path = mem_printf("%s/%s.txt", folder, d->name);
    enum err rc = document_put(d, ui->o->ascii ? "ascii" : "text", &bytes);
    if (rc == ERR_OK)
        rc = file_folder(folder);
    if (rc == ERR_OK)
        rc = file_write(*path, bytes.data, bytes.len, 0600);
    buf_fini(&bytes);
    free(folder);
    return rc;
}

void cases_print(struct ui *ui, const char *what, const char *which)
{
    struct document d;
    char *path = NULL;
    enum err rc = document_make(ui->s, what, which, &d);
    if (rc != ERR_OK) {
        ui_error(ui, rc);
        return;
    }
    rc = keep_file(ui, &d, &path);
    if (rc == ERR_OK && *device_path(ui->s) != 0) {
        ui_wait(ui, _("Printing..."));
        rc = document_print(ui->s, &d);
        if (rc == ERR_OK)
            ui_say(ui, _("Printed; also in %s"), path);
    } else if (rc == ERR_OK) {
        ui_say(ui, _("It is in %s"), path);
    }
    if (rc != ERR_OK)
        ui_error(ui, rc);
    free(path);
    document_fini(&d);
}
