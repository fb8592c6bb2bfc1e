/* Owns: copies of disks: a village machine set back to a backup of its folder, a folder cloned and
 * both going on, the hub's store set back. Invariant: a machine is expected to be told exactly when
 * the hub's own store shows that another one, or its own later self, was there before it. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/base/mem.h"
#include "tests/bench/campaign/book.h"
#include "tests/bench/campaign/town.h"

#define OF_A_TOWN 10 /* rounds; then a new village begins */

static struct machine m; /* the village's own machine */
static char *backup, *hub_backup;
static int towns;
static struct {
    int restored, cloned, hub, told, forks, enrolled, killed, set_aside, orders;
} count;

/* --- steps -------------------------------------------------------------------------------------
 */

static void visit(const struct machine *who, int want)
{
    if (town_roll(3) == 0)
        count.killed += TOWN_KILLED(who, 40, "sync", "--once");
    TOWN(who, want, NULL, "sync", "--once");
    book_note(who->site, who->dir);
}

/* Numbers of the machine's own epoch under which the hub has something else, or has more. */
static bool overtaken(const struct machine *who)
{
    return book_number(who->site, who->dir,
                       "SELECT count(*) FROM h.entry e WHERE site = ?1 AND epoch = (SELECT 0 +"
                       " value FROM v.meta WHERE key = 'epoch') AND NOT EXISTS (SELECT 1 FROM"
                       " v.entry o WHERE o.epoch = e.epoch AND o.seq = e.seq AND o.hash ="
                       " e.hash)") != 0;
}

static bool wrote_apart(const struct machine *who)
{
    return book_number(who->site, who->dir,
                       "SELECT count(*) FROM v.entry o JOIN h.entry e ON e.site = ?1 AND e.epoch ="
                       " o.epoch AND e.seq = o.seq WHERE e.hash <> o.hash") != 0;
}

static bool hub_tells_of_a_fork(const char *site)
{
    char *rows = HUBPROC(&town_hub, "sites", "--state", "fork");
    bool told = strstr(rows, site) != NULL;
    free(rows);
    return told;
}

/* It was told, in words and for good; nothing more is entered there. */
static void was_told(const struct machine *who, bool apart)
{
    count.told++;
    if (town_said[0] == 0 || strstr(town_said, "enrol") == NULL)
        fail_msg("%s: not told what to do: %s", who->site, town_said);
    const char *closed = book_closed(who->dir);
    if (strcmp(closed, "fork") != 0 && strcmp(closed, "copy") != 0)
        fail_msg("%s: goes on: \"%s\"", who->site, closed);
    TOWN(who, 1, "{\"what\":\"person\",\"name\":\"测试甲\",\"id_no\":null,\"phone\":null}\n", "add",
         "mixed");
    if (apart && !hub_tells_of_a_fork(who->site))
        fail_msg("%s: the hub does not tell of the fork", who->site);
    count.forks += apart;
}

/* Takes up the site's records under a number of its own, killed in the middle now and then. */
static void enrol_anew(const struct machine *who)
{
    char *code = town_code("code", who->site, NULL);
    if (town_roll(3) == 0)
        count.killed += TOWN_KILLED(who, 250, "enrol", town_hub.url, code);
    const char *closed = book_closed(who->dir);
    if (strcmp(closed, "fetching") == 0)
        TOWN(who, 0, NULL, "sync", "--once");
    else if (*closed != 0)
        TOWN(who, 0, NULL, "enrol", town_hub.url, code);
    assert_string_equal(book_closed(who->dir), "");
    book_note(who->site, who->dir);
    count.enrolled++;
    free(code);
}

static void settle(void)
{
    town_enter(&m, 1 + (int)town_roll(3));
    visit(&m, 0);
    book_judge(m.site, m.dir);
}

/* The number of the notice; 0: there is none this time. */
static int officer_speaks(void)
{
    char text[40];
    if (town_roll(2) == 0)
        return 0;
    snprintf(text, sizeof text, "notice %d.", ++count.orders);
    free(HUBPROC(&town_hub, "notice", "通知", text, "--site", m.site));
    return count.orders;
}

static void heard_once(int notice)
{
    char sql[120];
    if (notice == 0)
        return;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM v.orders WHERE head LIKE '%%notice %d.%%'",
             notice);
    if (book_number(NULL, m.dir, sql) != 1)
        fail_msg("%s: notice %d was given and is not there once", m.site, notice);
}

/* --- rounds ------------------------------------------------------------------------------------
 */

static void the_machine_is_set_back(void)
{
    count.restored++;
    town_enter(&m, 1 + (int)town_roll(6));
    visit(&m, 0);
    town_copy(m.dir, backup);
    town_enter(&m, (int)town_roll(8));
    officer_speaks();
    uint32_t how = town_roll(3);
    if (how == 0)
        visit(&m, 0);
    else if (how == 1)
        count.killed += TOWN_KILLED(&m, 40, "sync", "--once");
    book_note(m.site, m.dir);
    book_gone(m.site);
    town_copy(backup, m.dir);
    bool behind = overtaken(&m);
    town_enter(&m, (int)town_roll(6));
    bool apart = behind && wrote_apart(&m);
    visit(&m, behind ? 1 : 0);
    if (behind) {
        was_told(&m, apart);
        enrol_anew(&m);
    }
    settle();
}

/* The one that stays enrols last: the other one's records have arrived by then. */
static void the_folder_is_cloned(void)
{
    struct machine c = {.dir = prog_folder()};
    memcpy(c.site, m.site, sizeof c.site);
    count.cloned++;
    town_enter(&m, 1 + (int)town_roll(6));
    visit(&m, 0);
    town_copy(m.dir, c.dir);
    town_enter(&m, (int)town_roll(5));
    town_enter(&c, 1 + (int)town_roll(5));
    const struct machine *first = town_roll(2) == 0 ? &m : &c, *second = first == &m ? &c : &m;
    visit(first, 0);
    officer_speaks();
    bool behind = overtaken(second), apart = wrote_apart(second);
    visit(second, behind ? 1 : 0);
    if (behind) {
        was_told(second, apart);
        enrol_anew(second);
        town_enter(second, (int)town_roll(4));
        visit(second, 0);
    }
    town_enter(first, (int)town_roll(4));
    visit(first, behind ? 1 : -1); /* replaced by now, or overtaken: what it has arrives */
    if (*book_closed(first->dir) != 0)
        enrol_anew(first);
    visit(second, -1);
    if (first == &c) {
        char *dir = m.dir;
        m.dir = c.dir;
        c.dir = dir;
    }
    town_forget(&c);
    settle();
}

static void the_hub_is_set_back(void)
{
    count.hub++;
    town_enter(&m, 1 + (int)town_roll(6));
    visit(&m, 0);
    officer_speaks();
    hubproc_stop(&town_hub, town_roll(2) == 0 ? SIGKILL : SIGTERM);
    town_copy_hub(town_hub.dir, hub_backup);
    hubproc_start(&town_hub);
    town_enter(&m, (int)town_roll(8));
    officer_speaks();
    visit(&m, 0);
    officer_speaks();
    hubproc_stop(&town_hub, town_roll(2) == 0 ? SIGKILL : SIGTERM);
    town_copy_hub(hub_backup, town_hub.dir);
    hubproc_start(&town_hub);
    int notice = officer_speaks(); /* it gets a number that the village may hold already */
    town_enter(&m, (int)town_roll(5));
    visit(&m, 0);
    settle();
    heard_once(notice);
}

void campaign_copies(int rounds)
{
    static void (*const round[])(void) = {the_machine_is_set_back, the_folder_is_cloned,
                                          the_hub_is_set_back};
    time_t began = time(NULL);
    backup = prog_folder();
    hub_backup = prog_folder();
    for (int i = 0; i < rounds; i++) {
        if (i % OF_A_TOWN == 0) {
            if (i > 0)
                town_forget(&m);
            town_village(&m, ++towns);
        }
        round[i < 3 ? (uint32_t)i : town_roll(3)]();
        TOWN(&m, 0, NULL, "verify");
    }
    free(HUBPROC(&town_hub, "verify"));
    count.set_aside = (int)book_number(NULL, NULL, "SELECT count(*) FROM h.fork");
    printf("set back or cloned: machine set back %d, cloned %d, hub set back %d; told %d, of them"
           " with records of their own %d, %d entries set aside; enrolled anew %d; killed in a"
           " visit or an enrolment %d; orders %d; %lld s\n",
           count.restored, count.cloned, count.hub, count.told, count.forks, count.set_aside,
           count.enrolled, count.killed, count.orders, (long long)(time(NULL) - began));
    town_forget(&m);
    prog_folder_remove(backup);
    prog_folder_remove(hub_backup);
}
