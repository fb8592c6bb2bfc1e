/* Owns: the catalogue as this site uses it. Invariant: what was taken in last and most often stands
 * first, by the entries alone; the rest keeps the catalogue's order. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/sql.h"

#define RECENT 200 /* cases that are looked at: the newest counts as much, the oldest as one */

struct used {
    const json_t *item;
    size_t place; /* in the catalogue */
    int64_t weight, cases, last;
    bool exact; /* the number that was typed */
};

static void count_case(struct used *all, size_t n, const char *code, int64_t at, int64_t weight)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(js_str(all[i].item, "code"), code) != 0)
            continue;
        if (all[i].cases++ == 0)
            all[i].last = at;
        all[i].weight += weight;
    }
}

static enum err count_cases(struct site *s, struct used *all, size_t n)
{
    bool row = false;
    sqlite3_stmt *q;
    int64_t weight = RECENT;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT item, at FROM case_file ORDER BY at DESC, epoch DESC, seq DESC"
                           " LIMIT ?1",
                           "i", (int64_t)RECENT);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &row)) == ERR_OK && row)
        count_case(all, n, store_text(q, 0), store_int(q, 1), weight--);
    return rc;
}

static int most_used_first(const void *a, const void *b)
{
    const struct used *x = a, *y = b;
    if (x->exact != y->exact)
        return x->exact ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

static json_t *make(struct site *s, const struct used *u)
{
    struct policy *p = NULL;
    json_t *row = json_copy((json_t *)(uintptr_t)u->item);
    const char *url = js_str(u->item, "url");
    json_t *pair = json_pack("{s:O,s:O}", "zh", json_object_get(row, "department"), "en",
                             json_object_get(row, "department_en"));
    js_set_str(row, "department_name", lang_pick(pair));
    json_decref(pair);
    js_set_str(row, "id", js_str(row, "code"));
    js_set_str(row, "name", lang_pick(row));
    js_set_int(row, "cases", u->cases);
    js_set_time(row, "last", u->cases > 0 ? u->last : CLOCK_NONE);
    if (url == NULL && site_policy(s, &p) == ERR_OK)
        url = js_str(js_get(policy_json(p), "guide"), "url");
    js_set_str(row, "address", url);
    return row;
}

static enum err hand_out(struct site *s, const struct used *all, size_t n,
                         const struct view_query *q, row_fn *row, void *to)
{
    int64_t skip = q->offset, left = q->limit > 0 ? q->limit : INT64_MAX;
    enum err rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < n && left > 0; i++) {
        if (skip-- > 0)
            continue;
        json_t *one = make(s, &all[i]);
        rc = row(to, one);
        json_decref(one);
        left--;
    }
    return rc;
}

enum err items_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                    void *to)
{
    struct catalogue *c = NULL;
    size_t n = 0;
    enum err rc = site_catalogue(s, &c);
    if (rc != ERR_OK)
        return rc;
    struct used *all = mem_alloc((catalogue_count(c) + 1) * sizeof *all);
    for (size_t i = 0; i < catalogue_count(c); i++) {
        const json_t *item = catalogue_at(c, i);
        if ((*arg != 0 && strcmp(js_str(item, "code"), arg) != 0) ||
            (q->like != NULL && !catalogue_match(item, q->like)))
            continue;
        bool exact = q->like != NULL && catalogue_is_number(item, q->like);
        all[n++] = (struct used){.item = item, .place = i, .exact = exact};
    }
    rc = count_cases(s, all, n);
    if (rc == ERR_OK && n > 1)
        qsort(all, n, sizeof *all, most_used_first);
    if (rc == ERR_OK)
        rc = hand_out(s, all, n, q, row, to);
    free(all);
    return rc;
}
