/* Owns: what a slip is put on, by a table. Invariant: the case's number stands on it in digits, for
 * a scanner that is broken. */
#include "kiosk/print/handout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/issue.h"

#define DOTS 6         /* per module: 57 modules and the quiet zone fill 384 dots */
#define PAPER_DOTS 384 /* 58 mm */

/* No name and no ID number: a lost slip tells its finder the case number and whose it is. */
static void lines(struct site *s, const json_t *found, struct handout *out)
{
    char when[CLOCK_TEXT];
    const char *item = js_str(found, "item_name");
    int n = 0;
    out->above[n++] = mem_strdup(s->name);
    out->above[n++] = mem_printf("%s %s", _("Slip"), clock_date(clock_now(), when));
    if (item != NULL)
        out->above[n++] = mem_strdup(item);
    out->below[0] = mem_printf("%s %s", _("Case number"), out->number);
    out->below[1] = mem_strdup(_("Found it? Please hand it in at any service desk."));
}

enum err handout_make(struct site *s, const char *which, struct handout *out)
{
    json_t *found = NULL;
    *out = (struct handout){.digits = BUF_INIT};
    enum err rc = view_case(s, which, &found);
    if (rc == ERR_OK)
        rc = slip_issue(s, js_str(found, "id"), &out->digits, out->number);
    if (rc == ERR_OK)
        rc = qr_make(buf_str(&out->digits), QR_M, &out->qr);
    if (rc == ERR_OK) {
        snprintf(out->id, sizeof out->id, "%s", js_str(found, "id"));
        lines(s, found, out);
    } else
        handout_fini(out);
    json_decref(found);
    return rc;
}

void handout_fini(struct handout *h)
{
    for (int n = 0; n < HANDOUT_LINES; n++) {
        free(h->above[n]);
        free(h->below[n]);
    }
    buf_fini(&h->digits);
    qr_fini(&h->qr);
    *h = (struct handout){.digits = BUF_INIT};
}

/* --- putting it on something ---------------------------------------------------------------- */

static enum err put_png(const struct handout *h, struct buf *out)
{
    return qr_png(&h->qr, DOTS, out);
}

static enum err put_escpos(const struct handout *h, struct buf *out)
{
    struct sheet sheet = {(const char *const *)h->above, &h->qr, (const char *const *)h->below};
    return escpos_sheet(&sheet, PAPER_DOTS, out);
}

static void put_lines(char *const *all, struct buf *out)
{
    for (; *all != NULL; all++)
        buf_printf(out, "%s\n", *all);
}

static enum err put_text(const struct handout *h, struct buf *out)
{
    put_lines(h->above, out);
    qr_blocks(&h->qr, false, out);
    put_lines(h->below, out);
    return ERR_OK;
}

static enum err put_ascii(const struct handout *h, struct buf *out)
{
    put_lines(h->above, out);
    qr_blocks(&h->qr, true, out);
    put_lines(h->below, out);
    return ERR_OK;
}

static enum err put_screen(const struct handout *h, struct buf *out)
{
    qr_blocks(&h->qr, false, out);
    return ERR_OK;
}

static enum err put_digits(const struct handout *h, struct buf *out)
{
    buf_printf(out, "%s\n", buf_str(&h->digits));
    return ERR_OK;
}

const struct handout_target handout_targets[] = {
    {"png", "png", put_png},
    {"escpos", "escpos", put_escpos},
    {"text", "text", put_text},
    {"ascii", "text", put_ascii},
    {"screen", "screen", put_screen},
    {"digits", "digits", put_digits},
    {NULL, NULL, NULL},
};

static const struct handout_target *find(const char *name)
{
    for (const struct handout_target *t = handout_targets; t->name != NULL; t++)
        if (strcmp(t->name, name) == 0)
            return t;
    err_set(ERR_NOT_FOUND, name, NULL);
    return NULL;
}

enum err handout_put(const struct handout *h, const char *to, struct buf *out)
{
    const struct handout_target *t = find(to);
    return t != NULL ? t->render(h, out) : ERR_NOT_FOUND;
}

enum err handout_done(struct site *s, const struct handout *h, const char *to)
{
    const struct handout_target *t = find(to);
    if (t == NULL)
        return ERR_NOT_FOUND;
    char *what = mem_printf("slip:%s", h->id);
    json_t *in = json_pack("{s:s}", "to", t->entered), *out = NULL;
    enum err rc = action_run(s, what, in, &out);
    json_decref(in);
    json_decref(out);
    free(what);
    return rc;
}
