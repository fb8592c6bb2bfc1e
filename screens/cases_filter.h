/* What the list of cases is narrowed by: whose turn it is, the state, one item, days, a text: all
 * of them at once. */
#ifndef SCREENS_CASES_FILTER_H
#define SCREENS_CASES_FILTER_H

#include "kiosk/desk/view.h"

struct cases_filter {
    char turn[16];    /* "": all; village, town, citizen, overdue */
    char state[16];   /* "": all */
    char item[40];    /* catalogue code; "": all */
    char like[128];   /* "": all */
    int64_t from, to; /* CLOCK_NONE: open */
};

#define CASES_ALL ((struct cases_filter){.from = CLOCK_NONE, .to = CLOCK_NONE})

/* The next turn, the next state; behind the last all again. */
void cases_filter_turn(struct cases_filter *f);
void cases_filter_state(struct cases_filter *f);
/* The item that is meant by a number, code, name or initials: ERR_NOT_FOUND, or ERR_FIELD_CHOICE
 * with a hint when several are. "" is all. */
enum err cases_filter_item(struct cases_filter *f, struct site *s, const char *typed);
/* "7": the last seven days; "11-20" or "2026-11-20": that day; two of them: from and to. "" is all.
 * ERR_DATE. A day without a year is the last such day. */
enum err cases_filter_days(struct cases_filter *f, const char *typed);

/* The view to ask, and the query (which borrows from *f). */
const char *cases_filter_view(const struct cases_filter *f, struct view_query *q, char out[32]);
/* In words, as "Turn: us  Item: ..."; only what is set. */
void cases_filter_words(const struct cases_filter *f, struct site *s, char *out, size_t size);

#endif
