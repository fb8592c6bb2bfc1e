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
#include "kiosk/print/page.h"
#include "kiosk/print/qr.h"

#define PAPER_DOTS 384 /* of a receipt printer, 58 mm */
#define ITEMS_MAX 16

struct placard {
    const char *title, *text; /* title: NULL when it has none, as what the pack says */
    char days[2 * CLOCK_TEXT + 100];
};

static void make(const json_t *notice, struct placard *p)
{
    int64_t at;
    char day[CLOCK_TEXT] = "";
    const char *until = js_str(notice, "until");
    *p = (struct placard){.title = js_str(notice, "title"), .text = js_str(notice, "text")};
    if (js_str(notice, "at") != NULL && clock_parse(js_str(notice, "at"), &at))
        clock_date(at, day);
    if (*day != 0 && until != NULL)
        snprintf(p->days, sizeof p->days, _("%s to %s"), day, until);
    else
        snprintf(p->days, sizeof p->days, "%s", day);
}

/* --- a page ------------------------------------------------------------------------------------
 */

static void add(struct page *page, struct page_item *items, struct page_item one)
{
    if (one.kind != PAGE_TEXT || (one.text != NULL && *one.text != 0))
        items[page->n++] = one;
}

typedef enum err page_fn(const struct page *p, struct buf *out);

static enum err put_page(struct site *s, const struct placard *p, page_fn *render, struct buf *out)
{
    struct page_item items[ITEMS_MAX];
    struct page page = {.title = p->title != NULL ? p->title : _("Notice"), .items = items};
    const struct page_item all[] = {
        {PAGE_GAP, 12, false, NULL, NULL},    {PAGE_TEXT, 48, true, _("Notice"), NULL},
        {PAGE_GAP, 8, false, NULL, NULL},     {PAGE_TEXT, 32, true, p->title, NULL},
        {PAGE_GAP, 6, false, NULL, NULL},     {PAGE_RULE, 0, false, NULL, NULL},
        {PAGE_GAP, 8, false, NULL, NULL},     {PAGE_TEXT, 26, false, p->text, NULL},
        {PAGE_GAP, 10, false, NULL, NULL},    {PAGE_RULE, 0, false, NULL, NULL},
        {PAGE_GAP, 6, false, NULL, NULL},     {PAGE_TEXT, 18, true, s->name, NULL},
        {PAGE_TEXT, 14, true, p->days, NULL},
    };
    _Static_assert(sizeof all / sizeof *all <= ITEMS_MAX, "the page has more items than room");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        add(&page, items, all[i]);
    return render(&page, out);
}

static enum err put_png(struct site *s, const struct placard *p, struct buf *out)
{
    return put_page(s, p, page_png, out);
}

static enum err put_pdf(struct site *s, const struct placard *p, struct buf *out)
{
    return put_page(s, p, page_pdf, out);
}

/* --- a strip ----------------------------------------------------------------------------------
 */

static enum err put_escpos(struct site *s, const struct placard *p, struct buf *out)
{
    escpos_begin(out);
    escpos_text(_("Notice"), 2, PAPER_DOTS, out);
    if (p->title != NULL)
        escpos_text(p->title, 2, PAPER_DOTS, out);
    escpos_text(p->text, 1, PAPER_DOTS, out);
    escpos_text(s->name, 1, PAPER_DOTS, out);
    if (*p->days != 0)
        escpos_text(p->days, 1, PAPER_DOTS, out);
    escpos_end(out);
    return ERR_OK;
}

static const struct {
    const char *name;
    enum err (*put)(struct site *s, const struct placard *p, struct buf *out);
} targets[] = {{"png", put_png}, {"pdf", put_pdf}, {"escpos", put_escpos}};

enum err placard_put(struct site *s, const json_t *notice, const char *to, struct buf *out)
{
    struct placard p;
    make(notice, &p);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (strcmp(targets[i].name, to) == 0)
            return targets[i].put(s, &p, out);
    return err_set(ERR_NOT_FOUND, to, NULL);
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
