/* Owns: who is waited for. Invariant: overdue first, then by promised day, then the oldest. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/case.h"
#include "kiosk/desk/case_row.h"
#include "kiosk/desk/rows.h"
#include "kiosk/desk/sql.h"

#define DUE "coalesce(due, '9999')"
#define WORK(from)                                                                                 \
    CASE_COLUMNS " WHERE" CASE_FILTER " +at >= :from AND +at < :to AND" from " ORDER BY " DUE      \
                 ", at, epoch, seq LIMIT :n"
#define BEHIND " " DUE " >= :due AND (" DUE ", at, epoch, seq) > (:due, :at, :epoch, :seq)"
/* A list by the index over the promised days of who is waited for; what one person, item or number
 * has of it by theirs (the plus keeps SQLite from the others): that is few. */
#define OF(key, whose)                                                                             \
    WORK(key " AND (" whose ") IS TRUE AND (+" DUE ", at, epoch, seq) > (:due, :at, :epoch, "      \
             ":seq)")
#define WORK_LIST(whose)                                                                           \
    {                                                                                              \
        .sql = WORK(" " whose " AND" BEHIND), .of_item = OF(" item = :item", whose),               \
        .make = case_make, .fill = case_fill, .match = work_match,                                 \
        .by_person = OF(" person = :key", whose), .by_item = OF(" item = :key", whose),            \
        .by_id = OF(" id = :key", whose), .person = CASE_COL_PERSON, .item = CASE_COL_ITEM,        \
        .number = case_find, .due = CASE_COL_DUE,                                                  \
    }

static const char *const work_match[] = {"number", "item", "item_name", NULL};
static const struct listing everybody = WORK_LIST("waits IS NOT NULL"),
                            overdue = WORK_LIST("waits IS NOT NULL AND " DUE " < :arg"),
                            one = WORK_LIST("waits = :arg");
static const struct {
    const char *who;
    const struct listing *list;
} lists[] = {
    {"", &everybody}, {"overdue", &overdue}, {"village", &one},
    {"town", &one},   {"citizen", &one},     {NULL, NULL},
};

static const struct listing *list_of(const char *who)
{
    size_t i = 0;
    while (lists[i].who != NULL && strcmp(lists[i].who, who) != 0)
        i++;
    return lists[i].list;
}

/* "work:WHO", or WHO as the state of the query: a case's state is no such word. */
enum err work_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                   void *to)
{
    char today[CLOCK_TEXT];
    struct view_query all = *v;
    if (*arg == 0 && v->state != NULL && list_of(v->state) != NULL) {
        arg = v->state;
        all.state = NULL;
    }
    const struct listing *list = list_of(arg);
    if (list == NULL)
        return err_set(ERR_NOT_FOUND, "what", NULL);
    return listing_each(s, list, list == &overdue ? clock_date(clock_now(), today) : arg, &all, row,
                        to);
}

/* Open cases of one person for one item: "duplicates:PERSON:ITEM". */
enum err duplicates_each(struct site *s, const char *arg, const struct view_query *v, row_fn *row,
                         void *to)
{
    sqlite3_stmt *q;
    char *person = mem_strdup(arg), *item = strchr(person, ':');
    if (item != NULL)
        *item++ = 0;
    enum err rc = sql_open(s->j.store, &q,
                           CASE_COLUMNS " WHERE person = ?1 AND (?2 IS NULL OR item = ?2)"
                                        " AND waits IS NOT NULL ORDER BY at DESC LIMIT 20",
                           "tt", person, item);
    if (rc == ERR_OK)
        rc = rows_show(s, q, case_make, case_fill, v, row, to);
    free(person);
    return rc;
}
