/* Owns: the page that acknowledges on paper: to be printed, or held before the village's scanner.
 * Invariant: page and picture are made of the same mark; what is shown holds no personal data. */
#include <microhttpd.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/print/qr.h"
#include "sync/hub/ack_out.h"
#include "sync/hub/page.h"

#define DOTS 6 /* a module: 45 modules and the quiet zone are 318 */

/* The mark of the village in the path; answers itself when there is none. */
static bool find(struct web *w, struct ack *a, struct buf *digits)
{
    char text[400];
    enum err rc = hub_ack(w->hub, w->arg[0], a, digits);
    if (rc == ERR_NOT_ENROLLED)
        page_message(w, MHD_HTTP_NOT_FOUND, _("This village has not joined yet."));
    else if (rc == ERR_HUB_REFUSED)
        page_message(w, MHD_HTTP_FORBIDDEN, _("This village is shut out."));
    else if (rc != ERR_OK) {
        err_say(rc, text, sizeof text);
        page_message(w, MHD_HTTP_INTERNAL_SERVER_ERROR, text);
    }
    return rc == ERR_OK;
}

static enum err put_name(void *arg, const json_t *row)
{
    struct web *w = arg;
    page_put(&w->out, "<p><b>%s</b></p>", js_str(row, "name"));
    return ERR_OK;
}

void page_ack(struct web *w)
{
    struct ack a;
    char at[CLOCK_TEXT];
    struct buf digits = BUF_INIT;
    if (find(w, &a, &digits)) {
        struct hub_query q = {.site = a.site, .limit = 1};
        page_begin(w, _("Acknowledgement on paper"), "/sites");
        hub_view(w->hub, "sites", &q, put_name, w);
        page_put(
            &w->out,
            "<dl><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%d</dd><dt>%s</dt><dd>%s</dd></dl>"
            "<p>%s</p><p class=\"symbol\"><img src=\"/sites/%s/ack.png\" width=\"318\""
            " height=\"318\" alt=\"%s\"></p><p class=\"digits\">%s</p>",
            _("Site code"), a.site, _("Arrived up to record"), a.seq, _("Time"),
            clock_short(a.at, at),
            _("Print this page or show it at the village: screen 5 there, key a, then scan the "
              "symbol."),
            a.site, _("The symbol of the digits below"), buf_str(&digits));
        page_end(w, MHD_HTTP_OK);
    }
    buf_fini(&digits);
}

void page_ack_png(struct web *w)
{
    struct ack a;
    struct qr qr;
    struct buf digits = BUF_INIT;
    if (find(w, &a, &digits)) {
        buf_clear(&w->out);
        enum err rc = qr_make(buf_str(&digits), QR_M, &qr);
        if (rc == ERR_OK)
            rc = qr_png(&qr, DOTS, &w->out);
        qr_fini(&qr);
        web_reply(w, rc == ERR_OK ? MHD_HTTP_OK : MHD_HTTP_INTERNAL_SERVER_ERROR, "image/png");
    }
    buf_fini(&digits);
}
