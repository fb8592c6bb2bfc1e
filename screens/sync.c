/* Owns the picture of what has arrived at the sub-centre. It shows only what was acknowledged; the
 * agent, a process of its own, does the work. */
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "kiosk/desk/link_use.h"
#include "kiosk/print/ack.h"
#include "screens/link.h"

#define TYPED_MAX 600 /* more than an acknowledgement has: a slip scanned here is told, not cut */

struct sync {
    struct pager pager;
};

static const struct key_row keys[] = {
    {'s', "s", N_("send now"), N_("Try now to reach the sub-centre.")},
    {'w', "w", N_("stick: write"),
     N_("Write what has not arrived onto the USB stick, to be carried to the sub-centre.")},
    {'r', "r", N_("stick: read"), N_("Read the sub-centre's answer from the USB stick.")},
    {'a', "a", N_("acknowledgement"),
     N_("Scan an acknowledgement on paper: what it names counts as arrived, without a network.")},
    {K_DOWN, N_("Up Down"), N_("scroll"), N_("Read on.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {{"", keys, false}, {NULL, NULL, false}};

static const char *when(int64_t at, char *out)
{
    if (at == CLOCK_NONE)
        return _("never");
    return clock_short(at, out);
}

static void add_arrived(struct ui *ui, struct pager *p)
{
    const struct link_state *l = &ui->link;
    char at[CLOCK_TEXT];
    pager_add(p, PAINT_BOLD, 0, _("%lld of %lld arrived at the sub-centre, %s"),
              (long long)l->acked, (long long)l->last, when(l->acked_at, at));
    if (l->on_paper)
        pager_add(p, PAINT_PLAIN, 0, "%s", _("The last acknowledgement came on paper."));
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    pager_add(p, PAINT_PLAIN, 0, _("Sub-centre: %s"), l->url);
    pager_add(p, PAINT_PLAIN, 0, _("Last contact: %s"), when(l->contact, at));
    pager_add(p, PAINT_PLAIN, 0, _("Last try: %s"), when(l->tried, at));
    pager_add(p, PAINT_PLAIN, 0, _("Orders from the sub-centre: %lld"), (long long)l->orders);
    link_add_quality(ui, p);
    if (llabs((long long)l->drift) > 60000)
        pager_add(p, PAINT_BOLD, 0, _("The clock of this machine is off by %lld s: set it right."),
                  (long long)l->drift / 1000);
}

static void add_trouble(struct ui *ui, struct pager *p)
{
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    if (ui->link.trouble[0])
        pager_add(p, PAINT_BOLD, 0, _("Last trouble: %s"), ui->link.trouble);
    else if (ui->link.last > ui->link.acked)
        pager_add(p, PAINT_PLAIN, 0, "%s",
                  _("Nothing is lost: what has not arrived is sent when "
                    "the network is back."));
    if (ui->syncing)
        pager_add(p, PAINT_PLAIN, 0, "%s", _("Sending now..."));
    if (ui->link.enrolled && ui->link.last > ui->link.acked)
        link_add_next(ui, p);
}

static void load(struct ui *ui)
{
    struct sync *sy = ui_state(ui);
    int top = sy->pager.top;
    pager_fini(&sy->pager);
    if (ui->link.enrolled) {
        add_arrived(ui, &sy->pager);
    } else {
        pager_add(&sy->pager, PAINT_BOLD, 0, "%s", err_what(ERR_NOT_ENROLLED));
        pager_add(&sy->pager, PAINT_PLAIN, 0, _("%lld records wait here."),
                  (long long)ui->link.last);
    }
    add_trouble(ui, &sy->pager);
    link_add_fork(ui, &sy->pager);
    link_add_refused(ui, &sy->pager);
    link_add_sticks(ui, &sy->pager);
    sy->pager.top = top;
}

static void open(struct ui *ui, const json_t *arg)
{
    (void)arg;
    frame_status(ui);
}

static void draw(struct ui *ui, struct area body)
{
    struct sync *sy = ui_state(ui);
    struct area inner = {body.row + 1, 2, body.rows - 1, body.cols - 4};
    pager_draw(&sy->pager, inner);
}

static void scanned(void *with, const char *typed)
{
    struct ui *ui = with;
    struct ack a;
    enum ack_answer answer;
    if (typed == NULL)
        return;
    enum err rc = ack_take(ui->s, typed, &a, &answer);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else if (answer == ACK_ARRIVED)
        ui_say(ui, _("Arrived, by the paper: everything up to No. %lld."), (long long)a.seq);
    else
        ui_say(ui, _("An older paper, up to No. %lld: nothing new."), (long long)a.seq);
    frame_status(ui);
    ui_load(ui);
}

/* The agent that waits here is woken; where none is, one try is made. */
static void send_now(struct ui *ui)
{
    if (!ui->link.enrolled)
        ui_error(ui, ERR_NOT_ENROLLED);
    else if (link_agent_here(ui->s) && link_want(ui->s->j.store) == ERR_OK)
        ui_say(ui, "%s", _("Sending now..."));
    else if (ui->syncing || ui_sync_now(ui))
        ui_say(ui, "%s", _("Sending now..."));
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct sync *sy = ui_state(ui);
    if (k == K_ESC) {
        ui_home(ui);
        return UI_HANDLED;
    }
    if (k == 'a' || k == 'A') {
        ui_ask_text(ui, _("Scan the acknowledgement, then Enter:"), TYPED_MAX, scanned);
        return UI_HANDLED;
    }
    if (k == 'w' || k == 'W')
        link_carry(ui, "out");
    else if (k == 'r' || k == 'R')
        link_carry(ui, "in");
    else if (k == 's' || k == 'S')
        send_now(ui);
    else
        return pager_key(&sy->pager, k) ? UI_HANDLED : UI_IGNORED;
    return UI_RELOAD;
}

static void leave(struct ui *ui)
{
    struct sync *sy = ui_state(ui);
    pager_fini(&sy->pager);
}

const struct screen screen_sync = {
    .name = "sync",
    .digit = '5',
    .title = N_("Sub-centre"),
    .about = N_("What has arrived at the sub-centre, what has not, and why."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct sync),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
