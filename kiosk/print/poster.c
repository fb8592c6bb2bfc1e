/* Owns: what stands on the poster of the venue code. Invariant: it says both languages, whatever
 * the clerk's is, and never passes off the site's own code as the city's. */
#include "kiosk/print/poster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/link.h"
#include "kiosk/print/device.h"
#include "kiosk/print/page.h"

#define ITEMS_MAX 32
#define STEPS_MAX 3
#define NAME_POINTS 34
#define LINE_POINTS 960 /* of a name: its points times its columns fill 170 mm */
#define SYMBOL_MM 120
#define PAPER_DOTS 384 /* of a receipt printer, 58 mm */
#define SETTING "venue_code"

/* --- the code ----------------------------------------------------------------------------------
 */

enum err poster_code(struct site *s, char code[POSTER_CODE_MAX + 1], bool *issued)
{
    struct link_state link;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc != ERR_OK)
        return rc;
    const char *given = site_get(s->j.store, SETTING);
    size_t len = strlen(link.url);
    while (len > 0 && link.url[len - 1] == '/')
        len--;
    *issued = *given != 0;
    if (*issued)
        snprintf(code, POSTER_CODE_MAX + 1, "%s", given);
    else if (link.enrolled)
        snprintf(code, POSTER_CODE_MAX + 1, "%.*s/v/%s", (int)len, link.url, s->j.site);
    else
        snprintf(code, POSTER_CODE_MAX + 1, "jiujin:venue:%s", s->j.site);
    return ERR_OK;
}

enum err poster_set_code(struct site *s, const char *code)
{
    if (!s->j.unlocked || s->j.clerk[0] == 0)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    if (!clerk_may(s, "leader"))
        return err_set(ERR_ROLE, NULL, "leader");
    if (strlen(code) > POSTER_CODE_MAX)
        return err_set(ERR_TOO_LONG, "--code", "%d", POSTER_CODE_MAX);
    enum err rc = utf8_check(code, strlen(code));
    if (rc == ERR_OK && strpbrk(code, "\t\n") != NULL)
        rc = ERR_CONTROL_CHARS;
    return rc == ERR_OK ? site_set(s->j.store, SETTING, code) : err_set(rc, "--code", NULL);
}

/* --- the page ----------------------------------------------------------------------------------
 */

static const struct {
    const char *zh, *en;
} own = {"本码由本服务点自编，不是市里核发的码。",
         "This code is the service point's own, not one that the city issued."};

struct poster {
    struct page_item items[ITEMS_MAX];
    size_t n;
    struct qr qr;
    char code[POSTER_CODE_MAX + 1];
    bool issued;
    const json_t *venue; /* the pack's words; NULL: it has none */
};

static void add(struct poster *p, struct page_item item)
{
    item.centre = true;
    if (p->n < ITEMS_MAX && (item.kind != PAGE_TEXT || item.text != NULL))
        p->items[p->n++] = item;
}

static void text(struct poster *p, int points, const char *words)
{
    add(p, (struct page_item){.kind = PAGE_TEXT, .size = points, .text = words});
}

static void gap(struct poster *p, int mm)
{
    add(p, (struct page_item){.kind = PAGE_GAP, .size = mm});
}

/* As large as one line allows. */
static int name_points(const char *name)
{
    int columns = utf8_width(name);
    return columns * NAME_POINTS > LINE_POINTS ? LINE_POINTS / columns : NAME_POINTS;
}

static void fill(struct site *s, struct poster *p)
{
    const json_t *steps = js_get(p->venue, "steps");
    text(p, 48, js_str(p->venue, "zh"));
    text(p, 20, js_str(p->venue, "en"));
    gap(p, 6);
    text(p, name_points(s->name), s->name);
    add(p, (struct page_item){.kind = PAGE_QR, .size = SYMBOL_MM, .qr = &p->qr});
    text(p, 18, s->j.site);
    gap(p, 5);
    add(p, (struct page_item){.kind = PAGE_RULE});
    gap(p, 5);
    for (size_t i = 0; i < json_array_size(steps) && i < STEPS_MAX; i++) {
        text(p, 20, js_str(json_array_get(steps, i), "zh"));
        text(p, 12, js_str(json_array_get(steps, i), "en"));
        gap(p, 3);
    }
    if (p->issued)
        return;
    text(p, 10, own.zh);
    text(p, 9, own.en);
}

static enum err make(struct site *s, struct poster *p)
{
    struct policy *policy;
    *p = (struct poster){.n = 0};
    enum err rc = site_policy(s, &policy);
    if (rc == ERR_OK)
        rc = poster_code(s, p->code, &p->issued);
    if (rc == ERR_OK)
        rc = qr_make(p->code, QR_M, &p->qr);
    if (rc == ERR_OK) {
        p->venue = js_get(policy_json(policy), "venue");
        fill(s, p);
    }
    return rc;
}

typedef enum err page_fn(const struct page *p, struct buf *out);

static enum err put_page(struct site *s, page_fn *page, struct buf *out)
{
    struct poster p;
    enum err rc = make(s, &p);
    if (rc == ERR_OK)
        rc = page(&(struct page){s->name, p.items, p.n}, out);
    qr_fini(&p.qr);
    return rc;
}

static enum err put_png(struct site *s, struct buf *out)
{
    return put_page(s, page_png, out);
}

static enum err put_pdf(struct site *s, struct buf *out)
{
    return put_page(s, page_pdf, out);
}

/* The same words on a receipt, above and below the symbol. */
static enum err put_escpos(struct site *s, struct buf *out)
{
    struct poster p;
    const char *above[ITEMS_MAX + 1] = {NULL}, *below[ITEMS_MAX + 1] = {NULL};
    size_t n[2] = {0, 0};
    bool under = false;
    enum err rc = make(s, &p);
    for (size_t i = 0; rc == ERR_OK && i < p.n; i++) {
        under = under || p.items[i].kind == PAGE_QR;
        if (p.items[i].kind == PAGE_TEXT)
            (under ? below : above)[n[under]++] = p.items[i].text;
    }
    if (rc == ERR_OK)
        rc = escpos_sheet(&(struct sheet){above, &p.qr, below}, PAPER_DOTS, out);
    qr_fini(&p.qr);
    return rc;
}

const struct poster_target poster_targets[] = {
    {"png", put_png}, {"pdf", put_pdf}, {"escpos", put_escpos}, {NULL, NULL}};

enum err poster_put(struct site *s, const char *to, struct buf *out)
{
    for (const struct poster_target *t = poster_targets; t->name != NULL; t++)
        if (strcmp(t->name, to) == 0)
            return t->render(s, out);
    return err_set(ERR_NOT_FOUND, to, NULL);
}

enum err poster_print(struct site *s)
{
    struct buf bytes = BUF_INIT;
    enum err rc = poster_put(s, "escpos", &bytes);
    if (rc == ERR_OK && *device_path(s) == 0)
        rc = err_set(ERR_PRINTER, NULL, "%s", _("none is named: jiujin printer set PATH"));
    if (rc == ERR_OK)
        rc = device_send(device_path(s), bytes.data, bytes.len);
    buf_fini(&bytes);
    return rc;
}
