/* Owns: what happens in a seed: a table of events with their weights, the end of all faults, the
 * judgement. Invariant: after an event every machine that is on has its journal in the books. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "sync/hub/order.h"
#include "sync/wire/frame.h"
#include "sync/wire/pack.h"
#include "tests/sim/world.h"

static struct disk backups[MACHINES + 1]; /* the last one: the hub's */
static bool has_backup[MACHINES + 1];

/* What sort of seed it is: rare things happen in some of them only, so that the plain ones stay. */
static struct {
    bool copies, crashes, disk_trouble, clones, restores, hub_restores, clocks, forgers;
    int villages;
} mood;

/* --- clerks and officers ------------------------------------------------------------------------
 */

static const char *const kinds[][3] = {
    {"sign_in", "{\"by\":\"pin\"}", NULL},
    {"measure", "{\"title\":\"\xe9\x80\x9a\xe9\xa3\x8e\",\"text\":\"\xe5\xbc\x80\xe7\xaa\x97\"}",
     NULL},
    {"person", "{\"tag\":null,\"has_phone\":true}",
     "{\"name\":\"\xe6\xb5\x8b\xe8\xaf\x95\xe7\x94\xb2\",\"phone\":\"12000000001\"}"},
    {"incident", "{\"cause\":\"other\",\"actions\":[]}", NULL},
    {"rating", "{\"grade\":5}", NULL}, /* of a case that there is not: the hub refuses it */
};
#define KINDS (sizeof kinds / sizeof *kinds)
#define INCIDENT 3

static enum err write_one(struct machine *m, size_t kind)
{
    static json_t *body[KINDS], *sealed[KINDS];
    if (body[kind] == NULL)
        body[kind] = json_loads(kinds[kind][1], 0, NULL);
    if (sealed[kind] == NULL && kinds[kind][2] != NULL)
        sealed[kind] = json_loads(kinds[kind][2], 0, NULL);
    struct journal_new what = {.kind = kinds[kind][0],
                               .at = CLOCK_NONE,
                               .subject = strcmp(kinds[kind][0], "rating") == 0 ? "1.999" : NULL,
                               .body = body[kind],
                               .sealed = sealed[kind]};
    return journal_append(&m->site->j, &what, NULL, NULL);
}

/* One action of a clerk: so many entries, all or none. */
static void write_some(struct machine *m, uint32_t n)
{
    world_clock(m->w, m);
    int64_t before = m->mirror.tip;
    enum err rc = journal_begin(&m->site->j);
    if (rc == ERR_OK) {
        for (uint32_t i = 0; rc == ERR_OK && i < n; i++)
            rc = write_one(m, world_below(8) == 0 ? 4 : world_below(KINDS - 1));
        rc = journal_end(&m->site->j, rc);
    }
    tell(m->w, "%s: a clerk enters %u: %s", m->name, n, err_word(rc));
    if (m->disk->dead)
        return; /* what was saved is looked up when it is on again */
    truth_follow(m);
    if (rc == ERR_OK && m->mirror.tip < before + n)
        wrong(m->w, "%s: saved, and not there", m->name);
}

static struct machine *somebody(struct world *w)
{
    struct machine *m = &w->m[world_below(MACHINES)];
    return m->exists && m->site != NULL && !m->disk->dead ? m : NULL;
}

static void clerk_writes(struct world *w)
{
    struct machine *m = somebody(w);
    if (m != NULL && m->mirror.tip < TRUTH_MAX - 50)
        write_some(m, 1 + world_below(one_in(w, 6) ? 12 : 3));
}

/* While an upload runs: it overtakes. */
static void something_urgent(struct world *w)
{
    struct machine *m = w->busy;
    if (m == NULL || m->disk->dead || m->mirror.tip > TRUTH_MAX - 50)
        return;
    world_clock(w, m);
    enum err rc = write_one(m, INCIDENT);
    tell(w, "%s: an incident: %s", m->name, err_word(rc));
    if (!m->disk->dead)
        truth_follow(m);
}

/* More than goes into one frame. */
static void backlog(struct world *w)
{
    struct machine *m = somebody(w);
    if (m != NULL && one_in(w, 4) && m->mirror.tip < TRUTH_MAX / 2)
        write_some(m, 52);
}

static void agent_visits(struct world *w)
{
    struct machine *m = somebody(w);
    if (m != NULL && !m->visiting)
        machine_visit(m);
}

static void officer_orders(struct world *w)
{
    char text[60];
    int village = mood.villages > 1 ? (int)world_below(2) : 0;
    if (w->hub == NULL || w->truth.n_orders[village] > TRUTH_ORDERS - 2)
        return;
    snprintf(text, sizeof text, "\xe8\xaf\xb7\xe8\xa1\xa5\xe6\x9d\x90\xe6\x96\x99 #%lld",
             (long long)++w->truth.said);
    json_t *body = json_pack("{s:s}", "text", text);
    struct hub_order o = {.site = w->m[village == 0 ? VILLAGE_A : VILLAGE_B].site->j.site,
                          .kind = "message",
                          .officer = "officer",
                          .body = body};
    world_clock(w, NULL);
    enum err rc = hub_order_add(w->hub, &o, NULL);
    tell(w, "order #%lld for village %d: %s", (long long)w->truth.said, village, err_word(rc));
    json_decref(body);
    if (w->hub_disk->dead)
        hub_dies(w, one_in(w, 3));
    else
        truth_ordered(w, village);
}

/* --- machines ------------------------------------------------------------------------------------
 */

/* At the n-th write from now, or here and now. */
static void machine_crashes(struct world *w)
{
    struct machine *m = somebody(w);
    if (m == NULL || !mood.crashes)
        return;
    if (one_in(w, 2))
        m->disk->until = 1 + (long)world_below(40);
    else if (m->visiting)
        m->disk->dead = true;
    else
        machine_dies(m, one_in(w, 3));
}

static void dies_if_dead(struct machine *m)
{
    if (m->disk->dead && !m->visiting)
        machine_dies(m, one_in(m->w, 3));
}

static void hub_crashes(struct world *w)
{
    if (w->hub == NULL || !mood.crashes)
        return;
    if (one_in(w, 2))
        w->hub_disk->until = 1 + (long)world_below(60);
    else
        hub_dies(w, one_in(w, 3));
}

static void hub_comes_back(struct world *w)
{
    if (w->hub != NULL)
        return;
    tell(w, "the hub is on");
    hub_on(w);
}

static void disk_errs(struct world *w)
{
    struct disk *d = one_in(w, 2) ? w->hub_disk : w->m[VILLAGE_A].disk;
    if (!mood.disk_trouble)
        return;
    tell(w, "trouble with the disk of %s", d == w->hub_disk ? "the hub" : "a");
    if (one_in(w, 2))
        d->error_in = 1 + (long)world_below(30);
    else
        d->full = !d->full;
}

static void clocks_jump(struct world *w)
{
    static const int64_t steps[] = {61000,       -90000,         86400000LL,
                                    -86400000LL, 315000000000LL, -315000000000LL};
    int64_t step = steps[world_below(sizeof steps / sizeof *steps)];
    struct machine *m = somebody(w);
    if (!mood.clocks || m == NULL)
        return;
    if (one_in(w, 3))
        w->hub_skew = step;
    else
        m->skew = step;
    tell(w, "the clock of %s is off by %lld s", m->name, (long long)step / 1000);
}

static void time_passes(struct world *w)
{
    world_pass(w, NULL, (int64_t)world_below(3600000));
}

/* --- copies of disks -----------------------------------------------------------------------------
 */

static bool at_rest(const struct machine *m)
{
    return m->exists && !m->visiting && !m->disk->dead && m->site != NULL;
}

static void backup_is_made(struct world *w)
{
    struct machine *m = somebody(w);
    if (m == NULL || m->visiting)
        return;
    disk_copy(&backups[m - w->m], m->disk);
    has_backup[m - w->m] = true;
}

static void backup_comes_back(struct world *w)
{
    struct machine *m = somebody(w);
    if (!mood.restores || m == NULL || !at_rest(m) || !has_backup[m - w->m])
        return;
    tell(w, "%s is set back to its backup", m->name);
    machine_off(m);
    disk_copy(m->disk, &backups[m - w->m]);
    machine_on(m);
    truth_replaced(m);
}

static void clone_begins(struct world *w)
{
    struct machine *a = &w->m[VILLAGE_A], *c = &w->m[CLONE_A];
    if (!mood.clones || !at_rest(a) || (c->exists && !at_rest(c)))
        return;
    tell(w, "a is cloned: c");
    machine_off(c);
    disk_copy(c->disk, a->disk);
    c->exists = true;
    c->forked = a->forked;
    machine_on(c);
    truth_replaced(c);
}

static void hub_backup_is_made(struct world *w)
{
    if (w->hub == NULL || w->depth > 0)
        return;
    disk_copy(&backups[MACHINES], w->hub_disk);
    has_backup[MACHINES] = true;
}

static void hub_backup_comes_back(struct world *w)
{
    if (w->truth.may_fork[0] || !mood.hub_restores || w->depth > 0 || !has_backup[MACHINES])
        return;
    tell(w, "the hub is set back to its backup");
    if (w->hub != NULL)
        hub_off(w);
    disk_copy(w->hub_disk, &backups[MACHINES]);
    mood.clones = mood.restores = false;
    hub_on(w);
    truth_hub_replaced(w);
}

/* --- the network ---------------------------------------------------------------------------------
 */

static void weather_changes(struct world *w)
{
    bool bad = one_in(w, 3);
    for (int f = FATE_FINE + 1; f < FATES; f++)
        w->odds[f] = one_in(w, 3) ? 0 : (bad ? 6 : 30) + (int)world_below(30);
    w->odds[FATE_FORGED] = mood.forgers ? 10 : 0;
    w->calm = one_in(w, 3) ? 0 : 2 + (int)world_below(6);
    w->room = one_in(w, 3) ? 1 + world_below(300) : 16384;
}

static void late_one_comes(struct world *w)
{
    net_late(w);
}

/* The hub gives up on connections from which nothing comes. */
static void hub_sweeps(struct world *w)
{
    for (size_t i = 0; i < CONNS; i++)
        if (!w->conns[i].held)
            net_drop(w, &w->conns[i]);
}

/* An upload of entries that nobody wrote, by somebody without the village's key. */
static void forger_sends(struct world *w)
{
    unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    struct machine *m = &w->m[VILLAGE_A];
    if (mood.forgers && w->hub != NULL && at_rest(m)) {
        world_clock(w, NULL);
        secret_sign_pair(pub, sec);
        net_forge(m, sec);
    }
}

/* --- the table -----------------------------------------------------------------------------------
 */

static const struct event {
    uint32_t weight;
    void (*happens)(struct world *w);
} events[] = {
    {30, clerk_writes},
    {24, agent_visits},
    {8, officer_orders},
    {4, machine_crashes},
    {4, hub_crashes},
    {8, hub_comes_back},
    {3, disk_errs},
    {2, clocks_jump},
    {3, time_passes},
    {3, backup_is_made},
    {2, backup_comes_back},
    {4, clone_begins},
    {2, hub_backup_is_made},
    {4, hub_backup_comes_back},
    {3, weather_changes},
    {6, late_one_comes},
    {2, hub_sweeps},
    {2, forger_sends},
    {1, backlog},
};

static uint32_t total(void)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        sum += events[i].weight;
    return sum;
}

static void something_happens(struct world *w)
{
    uint32_t at = world_below(total());
    size_t i = 0;
    for (; at >= events[i].weight; i++)
        at -= events[i].weight;
    events[i].happens(w);
    for (i = 0; i < MACHINES; i++)
        if (w->m[i].exists)
            dies_if_dead(&w->m[i]);
}

void scene_step(struct world *w, struct machine *busy)
{
    struct machine *before = w->busy;
    if (w->depth > 2)
        return;
    w->depth++;
    w->busy = busy;
    if (busy != NULL && one_in(w, 4))
        something_urgent(w);
    else
        something_happens(w);
    w->busy = before;
    w->depth--;
}

/* --- stories -------------------------------------------------------------------------------------
 */

static void a_writes(struct world *w)
{
    if (at_rest(&w->m[VILLAGE_A]))
        write_some(&w->m[VILLAGE_A], 1 + world_below(4));
}

static void c_writes(struct world *w)
{
    if (at_rest(&w->m[CLONE_A]))
        write_some(&w->m[CLONE_A], 1 + world_below(8));
}

static void a_visits(struct world *w)
{
    if (at_rest(&w->m[VILLAGE_A]))
        machine_visit(&w->m[VILLAGE_A]);
}

static void c_visits(struct world *w)
{
    if (at_rest(&w->m[CLONE_A]))
        machine_visit(&w->m[CLONE_A]);
}

/* What chance alone would hardly put in this order; other things happen in between. */
#define STORY 8
static void (*const stories[][STORY])(struct world *w) = {
    {clone_begins, hub_backup_is_made, a_writes, a_visits, hub_backup_comes_back, c_writes,
     c_visits, a_writes},
    {a_writes, a_visits, backup_is_made, a_writes, a_visits, backup_comes_back, a_writes, a_visits},
    {a_writes, hub_backup_is_made, a_visits, a_writes, a_visits, hub_backup_comes_back, a_visits,
     a_writes},
    {a_writes, clone_begins, c_writes, a_writes, c_visits, a_visits, c_writes, c_visits},
    {officer_orders, hub_backup_is_made, officer_orders, officer_orders, a_visits,
     hub_backup_comes_back, officer_orders, a_writes},
};
#define STORIES (sizeof stories / sizeof *stories)

/* --- a seed --------------------------------------------------------------------------------------
 */

static void begin(struct world *w)
{
    memset(has_backup, 0, sizeof has_backup);
    uint32_t theme = world_below(8); /* 0, 1: the network alone */
    mood.copies = theme == 2 || theme == 3 || theme == 7;
    mood.crashes = theme >= 4;
    mood.disk_trouble = theme >= 6 && one_in(w, 2);
    mood.clones = mood.copies && !one_in(w, 3);
    mood.restores = mood.copies && !one_in(w, 3);
    mood.hub_restores = mood.copies && !one_in(w, 3);
    mood.clocks = one_in(w, 5);
    mood.forgers = one_in(w, 8);
    mood.villages = one_in(w, 3) ? 2 : 1;
    w->m[VILLAGE_A].exists = true;
    w->m[VILLAGE_B].exists = mood.villages > 1;
    for (size_t i = 0; i < MACHINES; i++) {
        truth_follow(&w->m[i]);
        sqlite3_wal_autocheckpoint(store_handle(w->m[i].site->j.store), one_in(w, 3) ? 8 : 1000);
    }
    weather_changes(w);
}

/* All is mended: power, disks, lines, clocks stay as they are. */
static void mend(struct world *w)
{
    tell(w, "the faults end");
    for (int f = 0; f < FATES; f++)
        w->odds[f] = 0;
    w->calm = 0;
    w->room = 16384;
    for (size_t i = 0; i < MACHINES; i++) {
        struct disk *d = w->m[i].disk;
        dies_if_dead(&w->m[i]);
        d->until = d->error_in = 0;
        d->full = false;
    }
    w->hub_disk->until = w->hub_disk->error_in = 0;
    w->hub_disk->full = false;
    hub_comes_back(w);
    hub_sweeps(w);
}

/* A few visits, and everything is where it belongs. */
static void settle(struct machine *m)
{
    enum err rc = ERR_HUB_DOWN;
    write_some(m, 1); /* a village that has nothing to say does not notice what the hub lost */
    for (int i = 0; i < 3 && rc != ERR_OK && !m->forked; i++)
        rc = machine_visit(m);
    if (m->forked)
        machine_visit(m);
    else if (rc != ERR_OK)
        wrong(m->w, "%s does not come to rest: %s %s", m->name, err_word(rc), err_detail());
}

bool scene_run(struct world *w, uint64_t seed)
{
    world_reset(w, seed);
    begin(w);
    size_t story = mood.copies && one_in(w, 2) ? world_below(STORIES) : STORIES, at = 0;
    uint32_t steps = 6 + world_below(16);
    for (uint32_t i = 0; i < steps && w->wrong[0] == 0; i++)
        if (story < STORIES && at < STORY && !one_in(w, 3))
            stories[story][at++](w);
        else
            something_happens(w);
    if (w->wrong[0] == 0)
        mend(w);
    for (size_t i = 0; i < MACHINES && w->wrong[0] == 0; i++)
        if (w->m[i].exists)
            settle(&w->m[i]);
    while (w->late != NULL && w->wrong[0] == 0)
        net_late(w);
    for (size_t i = 0; i < MACHINES && w->wrong[0] == 0; i++)
        if (w->m[i].exists)
            machine_visit(&w->m[i]);
    if (w->wrong[0] == 0)
        truth_settled(w);
    tell(w, "%s", w->wrong[0] == 0 ? "all is as promised" : w->wrong);
    return w->wrong[0] == 0;
}

bool scene_cut(struct world *w, int64_t at_up, int64_t at_down, int64_t *up, int64_t *down)
{
    struct machine *a = &w->m[VILLAGE_A];
    world_reset(w, 1);
    a->exists = true;
    for (size_t i = 0; i < MACHINES; i++)
        truth_follow(&w->m[i]);
    write_some(a, 5);
    w->cut_up = at_up;
    w->cut_down = at_down;
    w->up = w->down = 0;
    if (machine_visit(a) != ERR_OK)
        wrong(w, "an upload that broke at %lld, %lld does not come to rest", (long long)at_up,
              (long long)at_down);
    *up = w->up;
    *down = w->down;
    truth_settled(w);
    return w->wrong[0] == 0;
}
