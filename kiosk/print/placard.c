/* Owns: how a notice looks on paper. Invariant: nothing stands on it but what the idle screen shows
 * to everybody, and from which site it is. */
#include "kiosk/print/placard.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/device.h"
#include "kiosk/print/layout.h"

/* What the pack says has no title of its own. */
void placard_layout(struct site *s, const json_t *notice, struct layout *out)
{
    int64_t at;
    char day[CLOCK_TEXT] = "";
    const char *title = js_str(notice, "title"), *until = js_str(notice, "until");
    if (js_str(notice, "at") != NULL && clock_parse(js_str(notice, "at"), &at))
        clock_date(at, day);
    layout_title(out, title != NULL ? title : _("Notice"));
    layout_gap(out, 12);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_HUGE, "%s", _("Notice"));
    layout_gap(out, 8);
    if (title != NULL)
        layout_line(out, LAYOUT_CENTRE | LAYOUT_LARGE, "%s", title);
    layout_gap(out, 6);
    layout_rule(out);
    layout_gap(out, 8);
    layout_line(out, LAYOUT_MEDIUM, "%s", js_str(notice, "text"));
    layout_gap(out, 10);
    layout_rule(out);
    layout_gap(out, 6);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_MEDIUM, "%s", s->name);
    if (*day != 0 && until != NULL)
        layout_line(out, LAYOUT_CENTRE, _("%s to %s"), day, until);
    else if (*day != 0)
        layout_line(out, LAYOUT_CENTRE, "%s", day);
}

enum err placard_put(struct site *s, const json_t *notice, const char *to, struct buf *out)
{
    struct layout l = {0};
    placard_layout(s, notice, &l);
    enum err rc = layout_put(&l, to, NULL, out);
    layout_fini(&l);
    return rc;
}

/* --- on its way --------------------------------------------------------------------------------
 */

/* An id of a pack came from outside: it must not lead out of the folder. */
static char *path_of(struct site *s, const json_t *notice, const char *ext)
{
    const char *id = js_str(notice, "id");
    char name[64];
    snprintf(name, sizeof name, "%s", id != NULL ? id : "");
    for (char *p = name; *p != 0; p++)
        if (!isalnum((unsigned char)*p) && *p != '.' && *p != '_' && *p != '-')
            *p = '_';
    return mem_printf("%s/out/notice-%s.%s", s->dir, name, ext);
}

static enum err write_file(struct site *s, const json_t *notice, const char *ext, char **path)
{
    struct buf bytes = BUF_INIT;
    *path = path_of(s, notice, ext);
    enum err rc = placard_put(s, notice, ext, &bytes);
    if (rc == ERR_OK)
        rc = file_write(*path, bytes.data, bytes.len, 0600);
    buf_fini(&bytes);
    return rc;
}

static enum err write_files(struct site *s, const json_t *notice, char **path)
{
    char *folder = mem_printf("%s/out", s->dir), *png = NULL;
    enum err rc = file_folder(folder);
    if (rc == ERR_OK)
        rc = write_file(s, notice, "png", &png);
    if (rc == ERR_OK)
        rc = write_file(s, notice, "pdf", path);
    if (rc != ERR_OK) {
        free(*path);
        *path = NULL;
    }
    free(png);
    free(folder);
    return rc;
}

enum err placard_print(struct site *s, const json_t *notice, char **path)
{
    char printer[256];
    struct buf bytes = BUF_INIT;
    *path = NULL;
    snprintf(printer, sizeof printer, "%s", device_path(s));
    if (*printer == 0)
        return write_files(s, notice, path);
    enum err rc = placard_put(s, notice, "escpos", &bytes);
    if (rc == ERR_OK)
        rc = device_send(printer, bytes.data, bytes.len);
    buf_fini(&bytes);
    return rc;
}
