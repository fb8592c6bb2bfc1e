/* Owns a slip on its way out. Invariant: it counts as issued only when its bytes are where they
 * were wanted. A screen too small for the whole slip shows the case number's symbol. */
#include "screens/slip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/handout.h"

struct slip {
    struct buf blocks; /* lines of half blocks */
    bool whole;        /* the slip itself; false: the case number's symbol */
    char number[32];
};

static const struct key_row keys[] = {
    {K_ESC, "Esc", N_("back"), N_("Back to where you were.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, true}, {NULL, NULL, false}};

void slip_write(struct ui *ui, const char *which, const char *to, const char *ext)
{
    struct handout slip;
    struct buf bytes = BUF_INIT;
    char *folder = mem_printf("%s/out", ui->s->dir), *path = NULL;
    enum err rc = handout_make(ui->s, which, &slip);
    if (rc == ERR_OK)
        rc = handout_put(&slip, to, &bytes);
    if (rc == ERR_OK)
        rc = file_folder(folder);
    path = mem_printf("%s/slip-%s.%s", folder, slip.number, ext);
    if (rc == ERR_OK)
        rc = file_write(path, bytes.data, bytes.len, 0600);
    if (rc == ERR_OK)
        rc = handout_done(ui->s, &slip, to);
    if (rc == ERR_OK)
        ui_say(ui, _("The slip is in %s"), path);
    else
        ui_error(ui, rc);
    free(path);
    free(folder);
    buf_fini(&bytes);
    handout_fini(&slip);
}

static int rows_of(const struct buf *blocks)
{
    int rows = 0;
    for (size_t i = 0; i < blocks->len; i++)
        rows += blocks->data[i] == '\n';
    return rows;
}

/* The case number alone: fits where the slip does not. */
static void make_number(struct ui *ui, struct slip *sl)
{
    struct qr qr;
    char digits[32] = "";
    size_t n = 0;
    for (const char *p = sl->number; *p && n + 1 < sizeof digits; p++)
        if (*p >= '0' && *p <= '9')
            digits[n++] = *p;
    buf_clear(&sl->blocks);
    if (qr_make(digits, QR_M, &qr) != ERR_OK)
        return;
    qr_blocks(&qr, ui->o->ascii, &sl->blocks);
    qr_fini(&qr);
}

static enum err make_whole(struct ui *ui, struct slip *sl, const char *which)
{
    struct handout slip;
    enum err rc = handout_make(ui->s, which, &slip);
    if (rc == ERR_OK) {
        qr_blocks(slip.qr, ui->o->ascii, &sl->blocks);
        sl->whole = rows_of(&sl->blocks) <= paint_rows() - 1;
    }
    if (rc == ERR_OK && sl->whole)
        rc = handout_done(ui->s, &slip, "screen");
    handout_fini(&slip);
    return rc;
}

static void open(struct ui *ui, const json_t *arg)
{
    struct slip *sl = ui_state(ui);
    const char *which = js_str(arg, "case"), *number = js_str(arg, "number");
    snprintf(sl->number, sizeof sl->number, "%s", number ? number : "");
    enum err rc = make_whole(ui, sl, which ? which : "");
    if (rc != ERR_OK)
        sl->whole = false;
    if (!sl->whole)
        make_number(ui, sl);
}

static void draw(struct ui *ui, struct area body)
{
    struct slip *sl = ui_state(ui);
    int row = body.row, rows = rows_of(&sl->blocks);
    const char *p = buf_str(&sl->blocks);
    bool words = rows + 2 <= body.rows;
    if (words)
        paint_text(row++, 2, body.cols - 4, PAINT_BOLD,
                   sl->whole ? _("Slip of the case, sealed for the sub-centre")
                             : _("Case number only: the window is too small for the whole slip"));
    for (; *p && row < body.row + body.rows; row++) {
        size_t n = strcspn(p, "\n");
        char *line = mem_strndup(p, n);
        paint_text(row, 2, body.cols - 2, PAINT_REVERSE, line);
        free(line);
        p += n + (p[n] == '\n');
    }
    if (words)
        paint_text(row, 2, body.cols - 4, PAINT_PLAIN, sl->number);
}

static unsigned key(struct ui *ui, uint32_t k)
{
    if (k != K_ESC && k != K_ENTER)
        return UI_IGNORED;
    ui_back(ui);
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct slip *sl = ui_state(ui);
    buf_wipe(&sl->blocks);
}

void slip_show(struct ui *ui, const char *which, const char *number)
{
    ui_over(ui, &screen_slip, json_pack("{s:s,s:s}", "case", which, "number", number));
}

const struct screen screen_slip = {
    .name = "slip",
    .title = N_("Slip"),
    .about = N_("A slip hands a case on without a network: its symbol carries the case, sealed for "
                "the sub-centre. From 34 lines on the whole slip fits on the screen."),
    .role = "window",
    .pages = pages,
    .state = sizeof(struct slip),
    .open = open,
    .draw = draw,
    .key = key,
    .close = leave,
};
