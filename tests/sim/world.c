/* Owns: machines and hub as things that run, die and come back. Invariant: a program is closed only
 * when no call of it is under way, so a machine whose agent is at work dies when that comes back.
 */
#include "tests/sim/world.h"

#include <malloc.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/store/store.h"
#include "sync/hub/items.h"
#include "sync/hub/site.h"
#include "tests/sim/quick.h"

#define BEGINNING 1653004800000LL /* 2022-05-20, eight in the morning */

static struct world *only;
static struct disk disks[MACHINES + 1], base[MACHINES + 1];
static const char *const names[] = {"a", "c", "b", "hub"};

/* --- chance, time, words -----------------------------------------------------------------------
 */

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t world_below(uint32_t n)
{
    return (uint32_t)(((next(&only->rnd) >> 32) * n) >> 32);
}

bool one_in(struct world *w, int n)
{
    (void)w;
    return n > 0 && world_below((uint32_t)n) == 0;
}

static void noise(void *out, size_t len)
{
    unsigned char *p = out;
    for (size_t i = 0; i < len; i += 8) {
        uint64_t v = next(&only->noise);
        memcpy(p + i, &v, len - i < 8 ? len - i : 8);
    }
}

static uint32_t noise_word(void)
{
    return (uint32_t)next(&only->noise);
}

static const char *noise_name(void)
{
    return "sim";
}

static struct randombytes_implementation noise_source = {
    .implementation_name = noise_name, .random = noise_word, .buf = noise};

void tell(struct world *w, const char *fmt, ...)
{
    va_list args;
    if (!w->tell)
        return;
    printf("%10.3f %*s", (double)(w->now - BEGINNING) / 1000, w->depth * 2, "");
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    printf("\n");
}

void wrong(struct world *w, const char *fmt, ...)
{
    va_list args;
    char text[sizeof w->wrong];
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    tell(w, "BROKEN: %s", text);
    if (w->wrong[0] == 0)
        memcpy(w->wrong, text, sizeof text);
}

void world_clock(struct world *w, const struct machine *m)
{
    clock_hold(w->now + (m != NULL ? m->skew : w->hub_skew), w->now - BEGINNING + 1000000);
}

void world_pass(struct world *w, const struct machine *m, int64_t ms)
{
    w->now += ms;
    world_clock(w, m);
}

/* --- a village's machine -----------------------------------------------------------------------
 */

static void must(enum err rc, const char *what)
{
    char say[400];
    if (rc == ERR_OK)
        return;
    err_say(rc, say, sizeof say);
    fprintf(stderr, "sim: %s: %s\n", what, say);
    exit(2);
}

/* A clerk is signed in: what a PIN would open is kept beside. */
static void sign_in(struct machine *m)
{
    struct journal *j = &m->site->j;
    snprintf(j->clerk, sizeof j->clerk, "admin");
    snprintf(j->role, sizeof j->role, "admin");
    memcpy(j->data_key, m->data_key, KEY_BYTES);
    j->unlocked = true;
}

void machine_on(struct machine *m)
{
    world_clock(m->w, m);
    must(site_open(m->dir, "desk-1", &m->site), m->name);
    sign_in(m);
}

void machine_off(struct machine *m)
{
    site_close(m->site);
    m->site = NULL;
}

void machine_dies(struct machine *m, bool kill)
{
    tell(m->w, "%s %s", m->name, kill ? "is killed" : "loses power");
    m->disk->dead = true;
    machine_off(m);
    disk_halt(m->disk, kill, world_below);
    machine_on(m);
    truth_follow(m);
}

enum err machine_visit(struct machine *m)
{
    struct world *w = m->w;
    tell(w, "%s visits the hub", m->name);
    m->visiting = true;
    m->in_doubt = false;
    w->depth++;
    world_clock(w, m);
    enum err rc = agent_visit(m->site, &m->way);
    w->depth--;
    m->visiting = false;
    tell(w, "%s is back: %s %s", m->name, err_word(rc), rc != ERR_OK ? err_detail() : "");
    if (m->disk->dead) {
        machine_dies(m, one_in(w, 3));
        return ERR_IO;
    }
    truth_follow(m);
    bool told = rc == ERR_FORK || rc == ERR_OLD_COPY;
    m->forked |= told;
    if (told && !w->truth.may_fork[m->village])
        wrong(w, "%s was told of a fork that there is not", m->name);
    return rc;
}

/* --- the hub ------------------------------------------------------------------------------------
 */

void hub_on(struct world *w)
{
    char *where = mem_printf("sqlite:%s/hub.db", w->hub_dir);
    world_clock(w, NULL);
    must(hub_open(where, &w->hub), "hub");
    w->hub_down = false;
    free(where);
}

void hub_off(struct world *w)
{
    for (size_t i = 0; i < CONNS; i++)
        net_drop(w, &w->conns[i]);
    hub_close(w->hub);
    w->hub = NULL;
}

void hub_dies(struct world *w, bool kill)
{
    tell(w, "the hub %s", kill ? "is killed" : "loses power");
    w->hub_disk->dead = true;
    hub_off(w);
    disk_halt(w->hub_disk, kill, world_below);
    w->hub_down = true;
    hub_on(w);
    truth_hub(w);
    hub_off(w);
    w->hub_down = true;
}

/* --- the beginning ------------------------------------------------------------------------------
 */

static void make_village(struct world *w, struct machine *m, const char *code)
{
    char invite[WIRE_CODE_TEXT];
    struct site_new what = {
        .code = code, .name = "测试村", .admin = "admin", .pin = "1234", .demo = true};
    must(site_make(m->dir, &what, "desk-1", &m->site), m->name);
    memcpy(m->data_key, m->site->j.data_key, KEY_BYTES);
    must(hub_site_add(w->hub, code, "测试村", HUB_CODE_VALID_MS, invite), "invite");
    must(agent_join(m->site, &m->way, HUB_URL, invite), "join");
    must(agent_visit(m->site, &m->way), "first visit");
}

static void copy_file(const char *from, const char *to, const char *name)
{
    struct buf b = BUF_INIT;
    char *a = mem_printf("%s/%s", from, name), *c = mem_printf("%s/%s", to, name);
    must(file_read(a, &b, 4096), a);
    must(file_write(c, b.data, b.len, 0600), c);
    buf_fini(&b);
    free(a);
    free(c);
}

static void make_clone(struct machine *to, const struct machine *from)
{
    char *keys = mem_printf("%s/keys", to->dir), *db = mem_printf("%s/jiujin.db", to->dir);
    must(file_folder(to->dir), to->dir);
    must(file_folder(keys), keys);
    copy_file(from->dir, to->dir, "keys/site.key");
    copy_file(from->dir, to->dir, "keys/machine.key");
    must(file_write(db, "", 0, 0600), db); /* what is looked for; the pages are the disk's */
    memcpy(to->data_key, from->data_key, KEY_BYTES);
    free(keys);
    free(db);
}

static void place(struct world *w, const char *dir)
{
    for (size_t i = 0; i <= MACHINES; i++) {
        snprintf(disks[i].dir, sizeof disks[i].dir, "%s/%s", dir, names[i]);
        if (i < MACHINES) {
            struct machine *m = &w->m[i];
            m->w = w;
            m->name = names[i];
            m->village = i == VILLAGE_B;
            m->disk = &disks[i];
            memcpy(m->dir, disks[i].dir, sizeof m->dir);
            net_init(m);
        }
    }
    w->hub_disk = &disks[MACHINES];
    memcpy(w->hub_dir, w->hub_disk->dir, sizeof w->hub_dir);
    disk_register(disks, MACHINES + 1);
    store_use_vfs("sim");
}

static void quiet(struct world *w)
{
    memset(w->odds, 0, sizeof w->odds);
    w->calm = 0;
    w->room = 16384;
    w->cut_up = w->cut_down = -1;
}

void world_make(struct world *w, const char *dir)
{
    memset(w, 0, sizeof *w);
    only = w;
    w->now = BEGINNING;
    mallopt(M_MMAP_THRESHOLD, 1 << 28); /* memory is kept, not given back for each request */
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
    randombytes_set_implementation(&noise_source);
    rnd_hold(noise);
    must(secret_init(), "libsodium");
    place(w, dir);
    quiet(w);
    must(file_folder(w->hub_dir), w->hub_dir);
    world_clock(w, NULL);
    hub_on(w);
    make_village(w, &w->m[VILLAGE_A], "310118101201");
    make_village(w, &w->m[VILLAGE_B], "310118101202");
    machine_off(&w->m[VILLAGE_A]); /* closed, so that their disks are whole without a log */
    machine_off(&w->m[VILLAGE_B]);
    hub_off(w);
    make_clone(&w->m[CLONE_A], &w->m[VILLAGE_A]);
    disk_copy(&disks[CLONE_A], &disks[VILLAGE_A]);
    for (size_t i = 0; i <= MACHINES; i++)
        disk_copy(&base[i], &disks[i]);
}

void world_free(struct world *w)
{
    for (size_t i = 0; i < MACHINES; i++)
        machine_off(&w->m[i]);
    if (w->hub != NULL)
        hub_off(w);
    net_clear(w);
    for (size_t i = 0; i < 4; i++)
        buf_fini(&w->answers[i]);
}

static void reset_machine(struct machine *m)
{
    m->exists = m->visiting = m->forked = false;
    net_init(m); /* what a way has learnt goes with its seed */
    m->skew = 0;
    disk_copy(m->disk, &base[m - m->w->m]);
    if (m->site == NULL)
        machine_on(m);
    memset(&m->mirror, 0, sizeof m->mirror);
}

void world_reset(struct world *w, uint64_t seed)
{
    net_clear(w);
    for (size_t i = 0; i < CONNS; i++)
        net_drop(w, &w->conns[i]);
    w->seed = w->rnd = seed;
    w->noise = seed ^ 0x5a5a5a5a5a5a5a5au;
    w->now = BEGINNING + 3600000;
    w->hub_skew = 0;
    w->depth = 0;
    w->busy = NULL;
    w->wrong[0] = 0;
    quiet(w);
    quick_signatures = seed % 8 != 0;
    truth_clear(&w->truth);
    sqlite3_randomness(0, NULL);
    disk_copy(w->hub_disk, &base[MACHINES]);
    if (w->hub == NULL)
        hub_on(w);
    hub_forget_keys(w->hub);
    memset(&w->hub->talk, 0, sizeof w->hub->talk);
    world_clock(w, NULL);
    for (size_t i = 0; i < MACHINES; i++)
        reset_machine(&w->m[i]);
}
