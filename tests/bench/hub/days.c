/* Owns: the day of a fleet. Invariant: the last contact of a site is neither silent nor cut, and
 * brings all of its day. */
#include "tests/bench/hub/days.h"

#include <stdlib.h>

#include "kiosk/base/mem.h"

#define CONTACTS_LEAST 4 /* of a village's day */
#define CONTACTS_MORE 13
#define CUT_IN 40    /* one contact in so many is cut */
#define SILENT_IN 15 /* one village in so many is silent for hours */

/* Of a hundred contacts, by hours from eight on: people come at nine, and after two. */
static const int by_hour[PLAN_HOURS] = {6, 30, 14, 8, 3, 5, 12, 10, 8, 4};

/* splitmix64 */
static uint32_t below(uint64_t *state, uint32_t n)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (uint32_t)(((z >> 32) * n) >> 32);
}

/* At nine most come in the first minutes. */
static int32_t moment(uint64_t *rnd)
{
    int hour = 0, share = (int)below(rnd, 100);
    while (share >= by_hour[hour])
        share -= by_hour[hour++];
    uint32_t within = hour == 1 && below(rnd, 2) == 0 ? 600000 : 3600000;
    return (int32_t)(hour * 3600000 + (int32_t)below(rnd, within));
}

static int by_time(const void *a, const void *b)
{
    const struct plan_contact *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->site > y->site) - (x->site < y->site);
}

static void plan_site(struct plan *p, uint64_t *rnd, int32_t site)
{
    int n = CONTACTS_LEAST + (int)below(rnd, CONTACTS_MORE);
    int32_t total = (int32_t)(20 + below(rnd, PLAN_MOST - 20)), silent_from = -1;
    struct plan_contact *c = &p->contact[p->n];
    for (int i = 0; i < n; i++)
        c[i] = (struct plan_contact){.at = moment(rnd), .site = site};
    qsort(c, (size_t)n, sizeof *c, by_time);
    if (below(rnd, SILENT_IN) == 0)
        silent_from = (int32_t)below(rnd, (PLAN_HOURS - 4) * 3600000);
    for (int i = 0; i < n; i++) {
        bool last = i == n - 1;
        c[i].upto = total * (i + 1) / n;
        c[i].silent = !last && silent_from >= 0 && c[i].at >= silent_from &&
                      c[i].at < silent_from + 4 * 3600000;
        c[i].cut = !last && below(rnd, CUT_IN) == 0 ? (uint8_t)(1 + below(rnd, 99)) : 0;
        p->cuts += !c[i].silent && c[i].cut > 0;
        p->silent += c[i].silent;
    }
    p->total[site] = total;
    p->entries += total;
    p->n += n;
}

void days_make(struct plan *p, uint64_t seed, int sites)
{
    *p = (struct plan){.n = 0};
    p->contact = mem_alloc((size_t)sites * (CONTACTS_LEAST + CONTACTS_MORE) * sizeof *p->contact);
    p->total = mem_alloc((size_t)sites * sizeof *p->total);
    for (int i = 0; i < sites; i++)
        plan_site(p, &seed, i);
    qsort(p->contact, (size_t)p->n, sizeof *p->contact, by_time);
}

void days_free(struct plan *p)
{
    free(p->contact);
    free(p->total);
}
