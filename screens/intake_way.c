/* Owns the other way: the address at which a resident does it alone, as a symbol, and the visit
 * that ends with it. Invariant: two keys, and it is entered: that the address was shown. */
#include "screens/intake.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/print/qr.h"
#include "screens/words.h"

static const char *const ways[] = {"online", "remote", "courier"};

static bool offers(const json_t *item, const char *channel)
{
    size_t i;
    json_t *one;
    json_array_foreach(js_get(item, "channels"), i, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), channel) == 0)
            return true;
    }
    return false;
}

/* The one chosen where it is such a way, else the first that the item offers. */
const char *intake_way(struct ui *ui, const struct wform *w)
{
    const char *chosen = wfield_choice(wform_field(w, "channel"));
    const json_t *item = intake_item(ui, w);
    for (size_t i = 0; chosen && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(chosen, ways[i]) == 0)
            return ways[i];
    for (size_t i = 0; item && i < sizeof ways / sizeof *ways; i++)
        if (offers(item, ways[i]))
            return ways[i];
    return NULL;
}

/* The item's own address, else the place where all of them begin. */
const char *intake_address(struct ui *ui, const struct wform *w)
{
    struct policy *p = NULL;
    const char *own = js_str(intake_item(ui, w), "url");
    if (own)
        return own;
    return site_policy(ui->s, &p) == ERR_OK ? js_str(js_get(policy_json(p), "guide"), "url") : NULL;
}

void intake_draw_way(struct ui *ui, const struct wform *w, struct area body)
{
    struct qr qr;
    struct buf blocks = BUF_INIT;
    const char *url = intake_address(ui, w), *way = intake_way(ui, w);
    int row = body.row;
    paint_text(row++, 2, body.cols - 4, PAINT_BOLD, wfield_text(wform_field(w, "item")));
    paint_text(row++, 2, body.cols - 4, PAINT_PLAIN, words_say("channel", way ? way : ""));
    paint_text(row++, 2, body.cols - 4, PAINT_PLAIN, url ? url : _("not known"));
    if (url && qr_make(url, QR_L, &qr) == ERR_OK) {
        qr_blocks(&qr, ui->o->ascii, &blocks);
        qr_fini(&qr);
    }
    for (const char *p = buf_str(&blocks); *p && row < body.row + body.rows; row++) {
        size_t n = strcspn(p, "\n");
        char *line = mem_strndup(p, n);
        paint_text(row, 2, body.cols - 2, PAINT_REVERSE, line);
        free(line);
        p += n + (p[n] == '\n');
    }
    buf_fini(&blocks);
}

bool intake_close_visit(struct ui *ui, const struct wform *w)
{
    json_t *out = NULL, *in = json_object();
    const struct wfield *person = wform_field(w, "person");
    if (person->picked)
        json_object_set_new(in, "person", json_pack("{s:s}", "ref", person->picked));
    js_set_str(in, "item", wform_field(w, "item")->picked);
    js_set_str(in, "channel", intake_way(ui, w));
    json_object_set_new(in, "skipped", intake_skipped(w));
    enum err rc = action_run(ui->s, "guidance", in, &out);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    json_decref(in);
    json_decref(out);
    return rc == ERR_OK;
}
