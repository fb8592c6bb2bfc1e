/* Owns the words about the link, and the stick that stands in for it. It offers only sticks that
 * the kernel shows as mounted; the writing is done by a process of its own. */
#include "screens/link.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/stick.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/link_use.h"

const char *link_bytes(int64_t n, char out[24])
{
    static const char *const units[] = {"B", "kB", "MB", "GB"};
    double v = (double)n;
    size_t unit = 0;
    for (; v >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++)
        v /= 1000;
    snprintf(out, 24, unit == 0 || v >= 99.5 ? "%.0f %s" : "%.1f %s", v, units[unit]);
    return out;
}

void link_add_quality(struct ui *ui, struct pager *p)
{
    struct link_quality q;
    char up[24], down[24], rate[24];
    if (link_use_read(ui->s->j.store, clock_now(), &q) != ERR_OK)
        return;
    if (q.day.rtt > 0 && q.day.rate > 0)
        pager_add(p, PAINT_PLAIN, 0,
                  _("The link: round trip %lld ms, last long upload %s a second"),
                  (long long)q.day.rtt, link_bytes(q.day.rate, rate));
    else if (q.day.rtt > 0)
        pager_add(p, PAINT_PLAIN, 0, _("The link: round trip %lld ms"), (long long)q.day.rtt);
    if (q.day.tries > 0)
        pager_add(p, PAINT_PLAIN, 0,
                  _("Today: %s up, %s down; %lld of %lld tries failed (%lld %%)"),
                  link_bytes(q.day.up, up), link_bytes(q.day.down, down), (long long)q.day.failed,
                  (long long)q.day.tries, (long long)(100 * q.day.failed / q.day.tries));
}

void link_add_next(struct ui *ui, struct pager *p)
{
    struct link_quality q;
    int64_t now = clock_now();
    if (ui->syncing || link_use_read(ui->s->j.store, now, &q) != ERR_OK)
        return;
    if (!link_agent_here(ui->s))
        pager_add(p, PAINT_PLAIN, 0, "%s", _("Nothing is sent by itself here: s sends now."));
    else if (q.next != CLOCK_NONE && q.next > now)
        pager_add(p, PAINT_PLAIN, 0, _("Next try: in %lld s; s tries now."),
                  (long long)(q.next - now + 999) / 1000);
}

void link_add_refused(struct ui *ui, struct pager *p)
{
    json_t *all = NULL, *one;
    char at[CLOCK_TEXT];
    int64_t when;
    size_t i;
    if (ui->link.refused <= 0 || link_refusals(ui->s->j.store, &all) != ERR_OK)
        return;
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    pager_add(p, PAINT_BOLD, 0, _("%lld refused: each arrived, but could not be used there"),
              (long long)ui->link.refused);
    json_array_foreach(all, i, one)
    {
        const char *why = js_str(one, "why"), *time = js_str(one, "at");
        const struct kind *kind = kind_find(js_str(one, "kind"));
        bool known = time != NULL && clock_parse(time, &when);
        pager_add(p, PAINT_PLAIN, 2, _("No. %lld, %s, %s: %s"), (long long)js_int(one, "seq", 0),
                  known ? clock_short(when, at) : "-", kind != NULL ? _(kind->what) : "-",
                  why != NULL ? why : "");
    }
    pager_add(p, PAINT_PLAIN, 2, "%s",
              _("What to do: enter it again correctly, or strike it out; the other records are not "
                "held up."));
    json_decref(all);
}

/* Why nothing is entered here any more, that two machines write, and what was set aside. */
void link_add_fork(struct ui *ui, struct pager *p)
{
    char say[400];
    enum err why = journal_closed(ui->s->j.store, NULL);
    const struct link_state *l = &ui->link;
    if (!journal_closed_error(why) && !l->forked && l->apart == 0)
        return;
    pager_add(p, PAINT_PLAIN, 0, "%s", "");
    if (journal_closed_error(why)) {
        err_say(why, say, sizeof say);
        pager_add(p, PAINT_BOLD, 0, "%s", say);
    } else if (l->forked) {
        pager_add(p, PAINT_BOLD, 0, "%s",
                  _("Another machine wrote under this one's numbers: one is a copy of the other."));
        pager_add(p, PAINT_PLAIN, 2, "%s",
                  _("Use one of them only; tell the sub-centre, which keeps what both wrote. Enrol "
                    "the one that stays anew: jiujin enrol URL CODE."));
    }
    if (l->apart > 0) {
        pager_add(p, PAINT_BOLD, 0,
                  _("%lld records are set aside here: others have their numbers at the sub-centre"),
                  (long long)l->apart);
        pager_add(p, PAINT_PLAIN, 2, "%s",
                  _("They are in no list: 'jiujin show branch' shows them. Enter again what is "
                    "missing."));
    }
}

/* --- the stick ---- */

void link_add_sticks(struct ui *ui, struct pager *p)
{
    struct stick_place found[STICK_PLACES];
    char out[CLOCK_TEXT], in[CLOCK_TEXT], room[24], path[STICK_PATH];
    size_t n = stick_find(found);
    const struct link_state *l = &ui->link;
    if (n > 0 || l->stick_out != CLOCK_NONE)
        pager_add(p, PAINT_PLAIN, 0, "%s", "");
    if (l->stick_out != CLOCK_NONE)
        pager_add(p, PAINT_PLAIN, 0, _("By stick: written %s, answer read %s"),
                  clock_short(l->stick_out, out),
                  l->stick_in != CLOCK_NONE ? clock_short(l->stick_in, in) : _("never"));
    for (size_t i = 0; i < n; i++) {
        utf8_clean(found[i].path, path);
        pager_add(p, PAINT_BOLD, 0,
                  found[i].read_only ? _("Stick %zu: %s, it may not be written here")
                                     : _("Stick %zu: %s, %s free"),
                  i + 1, path, link_bytes(found[i].room > 0 ? found[i].room : 0, room));
    }
    if (n > 0)
        pager_add(p, PAINT_PLAIN, 2, "%s",
                  _("w writes onto it what has not arrived; r reads the sub-centre's answer."));
    if (ui->carrying) {
        ui_carried(ui);
        pager_add(p, PAINT_BOLD, 2, "%s",
                  ui->carried[0] ? ui->carried : _("The stick is at work..."));
    }
}

static const char *carry_what;

static void carry_to(struct ui *ui, const struct stick_place *stick)
{
    if (ui_carry(ui, carry_what, stick->path))
        ui_say(ui, "%s", _("The stick is at work: leave it in."));
}

static void chosen(void *with, const char *answer)
{
    struct stick_place found[STICK_PLACES];
    size_t n = stick_find(found), k = answer != NULL ? (size_t)(answer[0] - '1') : n;
    if (k < n)
        carry_to(with, &found[k]);
    ui_load(with);
}

void link_carry(struct ui *ui, const char *what)
{
    struct stick_place found[STICK_PLACES];
    char keys[STICK_PLACES + 1] = "";
    size_t n = stick_find(found);
    carry_what = what;
    for (size_t i = 0; i < n; i++)
        keys[i] = (char)('1' + i);
    if (!ui->link.enrolled)
        ui_error(ui, ERR_NOT_ENROLLED);
    else if (ui->carrying)
        ui_warn(ui, "%s", _("The stick is at work: leave it in."));
    else if (n == 0)
        ui_warn(ui, "%s", _("No stick is here: put it in and wait a moment."));
    else if (n == 1)
        carry_to(ui, &found[0]);
    else
        ui_ask_keys(ui, _("Which stick?"), keys, chosen);
}
