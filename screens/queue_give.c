/* Owns a number on its way to a person: the service chosen by a digit, then paper or the screen.
 * Invariant: a number that did not come out is void before the clerk reads of it. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/print/printer.h"
#include "kiosk/print/ticket.h"
#include "screens/prints.h"
#include "screens/queue.h"
#include "screens/widgets/big.h"

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* Nobody is left over for the next number. */
static void finish(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    q->visit[0] = q->person[0] = 0;
    explicit_bzero(q->name, sizeof q->name);
    if (q->door)
        ui_go(ui, "triage", NULL);
    else
        ui_page(ui, QUEUE_LIST);
}

/* It is being printed: the clerk goes on, and reads of it when it went wrong. */
static void given(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    if (js_str(q->ticket, "trouble")) {
        ui_page(ui, QUEUE_FAILED);
    } else if (js_int(q->ticket, "job", 0) != 0) {
        prints_watch(ui, js_int(q->ticket, "job", 0));
        ui_page(ui, QUEUE_PAPER);
    } else {
        ui_page(ui, QUEUE_NUMBER);
    }
}

static void give(struct ui *ui, bool paper)
{
    struct queue *q = ui_state(ui);
    json_t *in = json_object(), *out = NULL;
    js_set_str(in, "service", q->service);
    js_set_str(in, "visit", q->visit[0] ? q->visit : NULL);
    js_set_str(in, "person", q->person[0] ? q->person : NULL);
    enum err rc = ticket_hand_out(ui->s, in, paper, &out);
    json_decref(in);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    if (out) { /* even where its voiding failed: the clerk must know of it */
        json_decref(q->ticket);
        q->ticket = out;
    }
    if (rc == ERR_OK)
        given(ui);
    queue_load_rows(ui);
}

/* ---- being printed ---- */

void queue_load_paper(struct ui *ui)
{
    struct queue *q = ui_state(ui);
    if (ticket_printed(ui->s, q->ticket, 0) != ERR_OK)
        return;
    if (js_str(q->ticket, "trouble")) {
        ui_page(ui, QUEUE_FAILED);
    } else if (js_bool(q->ticket, "printed")) {
        finish(ui);
        ui_say(ui, _("%s was printed; %lld wait before."), text_of(q->ticket, "number"),
               (long long)js_int(q->ticket, "before", 0));
    }
}

void queue_draw_paper(struct ui *ui, struct area body)
{
    struct queue *q = ui_state(ui);
    char text[300];
    snprintf(text, sizeof text, _("%s is being printed; %lld wait before."),
             text_of(q->ticket, "number"), (long long)js_int(q->ticket, "before", 0));
    utf8_trim(text);
    paint_text(body.row + 2, 4, body.cols - 6, PAINT_BOLD, text);
    paint_text(body.row + 4, 4, body.cols - 6, PAINT_PLAIN,
               _("You need not wait: should it not come out, the line below says so."));
}

/* ---- which service ---- */

void queue_draw_give(struct ui *ui, struct area body)
{
    struct queue *q = ui_state(ui);
    size_t i;
    json_t *one;
    char text[100];
    int row = body.row + 1;
    paint_text(row, 2, body.cols - 4, PAINT_BOLD, q->name[0] ? q->name : _("A person"));
    json_array_foreach(q->services, i, one)
    {
        snprintf(text, sizeof text, "%zu  %s  (%s)", i + 1, lang_pick(one), text_of(one, "letter"));
        utf8_trim(text);
        paint_text(row + 2 + 2 * (int)i, 4, body.cols - 6, PAINT_PLAIN, text);
    }
    if (json_array_size(q->services) == 0)
        paint_text(row + 2, 4, body.cols - 6, PAINT_PLAIN,
                   _("The policy in force names no services."));
    ui_hint(ui, printer_any(ui->s) ? _("The number comes out of the printer.")
                                   : _("There is no printer: the number stands on the screen."));
}

unsigned queue_give_key(struct ui *ui, uint32_t key)
{
    struct queue *q = ui_state(ui);
    const char *service = queue_digit(q, key);
    if (key == K_ESC) {
        finish(ui);
        return UI_HANDLED;
    }
    if (!service)
        return UI_IGNORED;
    snprintf(q->service, sizeof q->service, "%s", service);
    give(ui, true);
    return UI_HANDLED;
}

/* ---- the number, large ---- */

void queue_draw_number(struct ui *ui, struct area body)
{
    struct queue *q = ui_state(ui);
    char text[400];
    const char *number = text_of(q->ticket, "number");
    big_draw(body.row + 2, 6, body.cols - 8, number);
    snprintf(text, sizeof text, "%s  %s  %s", number,
             queue_service(q, text_of(q->ticket, "service")), q->name);
    utf8_trim(text);
    paint_text(body.row + 3 + BIG_ROWS, 6, body.cols - 8, PAINT_BOLD, text);
    snprintf(text, sizeof text, _("%lld wait before."), (long long)js_int(q->ticket, "before", 0));
    paint_text(body.row + 5 + BIG_ROWS, 6, body.cols - 8, PAINT_PLAIN, text);
}

unsigned queue_number_key(struct ui *ui, uint32_t key)
{
    if (key != K_ESC && key != K_ENTER)
        return UI_IGNORED;
    finish(ui);
    return UI_HANDLED;
}

/* ---- the printer failed ---- */

void queue_draw_failed(struct ui *ui, struct area body)
{
    struct queue *q = ui_state(ui);
    char text[300];
    snprintf(text, sizeof text, _("%s was not printed: %s."), text_of(q->ticket, "number"),
             text_of(q->ticket, "trouble"));
    utf8_trim(text);
    paint_text(body.row + 2, 4, body.cols - 6, PAINT_BOLD, text);
    snprintf(text, sizeof text, _("The number %s is void and will not be called."),
             text_of(q->ticket, "number"));
    paint_text(body.row + 4, 4, body.cols - 6, PAINT_PLAIN, text);
    paint_text(body.row + 7, 4, body.cols - 6, PAINT_PLAIN, _("p  print again, with a new number"));
    paint_text(body.row + 9, 4, body.cols - 6, PAINT_PLAIN,
               _("v  a new number without paper: say it to the person"));
}

unsigned queue_failed_key(struct ui *ui, uint32_t key)
{
    if (key == 'p' || key == 'v')
        give(ui, key == 'p');
    else if (key == K_ESC)
        finish(ui);
    else
        return UI_IGNORED;
    return UI_HANDLED;
}
