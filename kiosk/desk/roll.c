/* Owns: the roll of unsealed persons. Invariant: a person stands in it once, with the data of the
 * last entry; its memory is overwritten before it is given back. */
#include "kiosk/desk/roll.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/initials.h"

#define PIECE 64        /* persons between two looks at the clock */
#define INITIALS_MAX 40 /* bytes */
#define TEXT_MAX 512    /* bytes: a longer name is searched by its beginning */
#define PART '\x1f'     /* between the parts of a text: nobody types it */
#define BLOCK 65536

/* Texts lie in blocks that are never moved: growing would leave copies behind in freed memory. */
struct block {
    struct block *before;
    size_t used;
    char bytes[BLOCK];
};

/* The text: name, ID number, phone, then initials behind a PART each, in lower case. */
struct rolled {
    char id[ENTRY_ID], entry[ENTRY_ID];
    const char *text;
    bool gone; /* a later place has the person */
};

static struct roll {
    const struct site *site;
    struct rolled *all;
    size_t n, cap;
    struct block *texts;
    uint32_t *table; /* id -> place + 1 */
    size_t mask;
    int64_t at, epoch, seq; /* where reading stands */
    int64_t order;          /* and of those who booked at the sub-centre */
} roll;

void roll_forget(void)
{
    free(roll.all);
    free(roll.table);
    while (roll.texts != NULL) {
        struct block *block = roll.texts;
        roll.texts = block->before;
        explicit_bzero(block, sizeof *block);
        free(block);
    }
    roll = (struct roll){.site = NULL};
}

/* --- a table of ids ----------------------------------------------------------------------------
 */

static size_t hash(const char *id)
{
    uint32_t h = 2166136261u;
    for (; *id != 0; id++)
        h = (h ^ (unsigned char)*id) * 16777619u;
    return h ^ h >> 15;
}

static const char *id_at(const void *all, size_t size, size_t i)
{
    return (const char *)all + size * i; /* each record begins with its id */
}

/* The slot of `id`: it holds the place + 1, or 0. */
static uint32_t *slot(uint32_t *table, size_t mask, const void *all, size_t size, const char *id)
{
    size_t at = hash(id) & mask;
    while (table[at] != 0 && strcmp(id_at(all, size, table[at] - 1), id) != 0)
        at = (at + 1) & mask;
    return &table[at];
}

/* A table with room for twice as many as `n`. */
static uint32_t *fresh_table(size_t n, size_t *mask)
{
    size_t size = 64;
    while (size < 4 * n)
        size *= 2;
    *mask = size - 1;
    return mem_alloc(size * sizeof(uint32_t));
}

static void rehash(void)
{
    free(roll.table);
    roll.table = fresh_table(roll.n, &roll.mask);
    for (size_t i = 0; i < roll.n; i++)
        *slot(roll.table, roll.mask, roll.all, sizeof *roll.all, roll.all[i].id) = (uint32_t)i + 1;
}

/* --- reading -----------------------------------------------------------------------------------
 */

struct text {
    char bytes[TEXT_MAX];
    size_t len;
};

static void add_part(struct text *t, const char *part)
{
    for (; part != NULL && *part != 0 && t->len + 2 < TEXT_MAX; part++)
        t->bytes[t->len++] = (char)tolower((unsigned char)*part);
    t->bytes[t->len++] = PART;
    t->len = t->len + 2 < TEXT_MAX ? t->len : TEXT_MAX - 3;
}

static void add_initials(struct text *t, const char *name)
{
    char plain[INITIALS_MAX] = "", read[INITIALS_MAX] = "";
    if (name == NULL)
        return;
    initials_of(name, 0, plain, sizeof plain);
    initials_of(name, 1, read, sizeof read);
    add_part(t, plain);
    if (strcmp(plain, read) != 0)
        add_part(t, read);
}

static const char *keep_text(struct text *t)
{
    if (roll.texts == NULL || roll.texts->used + t->len + 1 > BLOCK) {
        struct block *block = mem_alloc(sizeof *block);
        block->before = roll.texts;
        roll.texts = block;
    }
    char *at = roll.texts->bytes + roll.texts->used;
    memcpy(at, t->bytes, t->len);
    at[t->len] = 0;
    roll.texts->used += t->len + 1;
    explicit_bzero(t, sizeof *t);
    return at;
}

/* The place of a person, at the end: what is known of an earlier entry goes. */
static struct rolled *place_of(const char *id)
{
    if (roll.n == roll.cap) {
        roll.cap = roll.cap > 0 ? 2 * roll.cap : 256;
        roll.all = mem_grow(roll.all, roll.cap * sizeof *roll.all);
    }
    if (roll.table == NULL || 2 * (roll.n + 1) > roll.mask)
        rehash();
    uint32_t *at = slot(roll.table, roll.mask, roll.all, sizeof *roll.all, id);
    if (*at != 0)
        roll.all[*at - 1].gone = true;
    *at = (uint32_t)++roll.n;
    return &roll.all[roll.n - 1];
}

static bool known(const char *id, const char *entry)
{
    if (roll.table == NULL)
        return false;
    uint32_t at = *slot(roll.table, roll.mask, roll.all, sizeof *roll.all, id);
    return at != 0 && strcmp(roll.all[at - 1].entry, entry) == 0;
}

static enum err take(struct site *s, const char *id, const char *entry)
{
    json_t *whole = NULL;
    if (known(id, entry))
        return ERR_OK;
    enum err rc = journal_unseal(&s->j, entry, &whole);
    if (rc == ERR_NOT_FOUND) /* dropped after its time: there is nothing to search */
        return ERR_OK;
    if (rc != ERR_OK)
        return rc;
    struct text t = {.len = 0};
    add_part(&t, js_str(whole, "name"));
    add_part(&t, js_str(whole, "id_no"));
    add_part(&t, js_str(whole, "phone"));
    add_initials(&t, js_str(whole, "name"));
    js_forget(whole);
    struct rolled *r = place_of(id);
    *r = (struct rolled){.text = keep_text(&t)};
    memcpy(r->id, id, strlen(id) + 1);
    memcpy(r->entry, entry, strlen(entry) + 1);
    return ERR_OK;
}

/* Who booked at the sub-centre stands in its order, under the booking's id. */
static enum err read_strangers(struct site *s)
{
    bool row = false;
    sqlite3_stmt *q;
    enum err rc;
    do {
        char id[ENTRY_ID];
        rc = sql_open(s->j.store, &q,
                      "SELECT id, seq FROM booking WHERE source = 'hub' AND seq > ?1"
                      " ORDER BY seq LIMIT 1",
                      "i", roll.order);
        if (rc == ERR_OK)
            rc = store_step(s->j.store, q, &row);
        if (rc != ERR_OK || !row)
            break;
        snprintf(id, sizeof id, "%s", store_text(q, 0));
        roll.order = store_int(q, 1);
        sqlite3_reset(q);
        rc = take(s, id, id);
    } while (rc == ERR_OK);
    return rc;
}

/* The next ids behind where reading stands, into `ids` by pairs; their number. A person that was
 * corrected has moved on to the correction's time, so it is met again. */
static enum err read_ids(struct site *s, char ids[PIECE][2][ENTRY_ID], size_t *n)
{
    bool row = false;
    sqlite3_stmt *q;
    enum err rc =
        sql_open(s->j.store, &q,
                 "SELECT id, entry, at, epoch, seq FROM person"
                 " WHERE (at, epoch, seq) > (?1, ?2, ?3) ORDER BY at, epoch, seq LIMIT ?4",
                 "iiii", roll.at, roll.epoch, roll.seq, (int64_t)PIECE);
    *n = 0;
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &row)) == ERR_OK && row) {
        strncpy(ids[*n][0], store_text(q, 0), ENTRY_ID - 1);
        strncpy(ids[*n][1], store_text(q, 1), ENTRY_ID - 1);
        ids[*n][0][ENTRY_ID - 1] = ids[*n][1][ENTRY_ID - 1] = 0;
        roll.at = store_int(q, 2);
        roll.epoch = store_int(q, 3);
        roll.seq = store_int(q, 4);
        ++*n;
    }
    return rc;
}

/* Reading goes on a moment before it stopped: what came in that same millisecond is met too. */
static void begin(struct site *s)
{
    if (roll.site != s) {
        roll_forget();
        roll.site = s;
        roll.at = roll.order = INT64_MIN;
    } else if (roll.at > INT64_MIN) {
        roll.at--;
        roll.epoch = roll.seq = INT64_MAX;
    }
}

enum err roll_read(struct site *s, int64_t ms, bool *whole)
{
    char ids[PIECE][2][ENTRY_ID];
    size_t n = PIECE;
    int64_t until = clock_mono() + ms;
    enum err rc = s->j.unlocked ? ERR_OK : err_set(ERR_SIGN_IN, NULL, NULL);
    begin(s);
    while (rc == ERR_OK && n == PIECE) {
        rc = read_ids(s, ids, &n);
        for (size_t i = 0; rc == ERR_OK && i < n; i++)
            rc = take(s, ids[i][0], ids[i][1]);
        if (ms != 0 && clock_mono() >= until)
            break;
    }
    if (rc == ERR_OK && n < PIECE)
        rc = read_strangers(s);
    if (rc != ERR_OK)
        roll_forget();
    *whole = rc == ERR_OK && n < PIECE;
    return rc;
}

/* --- searching ---------------------------------------------------------------------------------
 */

/* Initials count from their first letter on, and letters alone. */
static bool answers(const char *text, const char *want, bool letters)
{
    const char *at = strstr(text, want);
    if (at == NULL || !letters)
        return at != NULL;
    for (; at != NULL; at = strstr(at + 1, want))
        if (at > text && at[-1] == PART)
            return true;
    return false;
}

static bool all_letters(const char *want)
{
    for (const char *p = want; *p != 0; p++)
        if (!isalpha((unsigned char)*p))
            return false;
    return true;
}

/* An order's id is nobody's here: it stands for a booking. */
static bool is_stranger(const struct rolled *r)
{
    return strncmp(r->id, "o.", 2) == 0;
}

static enum err each(struct site *s, const char *like, bool strangers,
                     enum err (*visit)(void *arg, const char *id), void *arg)
{
    bool whole;
    enum err rc = roll_read(s, 0, &whole);
    if (rc != ERR_OK)
        return rc;
    char *want = mem_strdup(like);
    for (char *p = want; *p != 0; p++)
        *p = (char)tolower((unsigned char)*p);
    bool letters = all_letters(want), none = letters && strlen(want) < 2;
    for (size_t i = roll.n; rc == ERR_OK && !none && i-- > 0;) {
        const struct rolled *r = &roll.all[i];
        if (!r->gone && (strangers || !is_stranger(r)) && answers(r->text, want, letters))
            rc = visit(arg, r->id);
    }
    explicit_bzero(want, strlen(want));
    free(want);
    return rc;
}

enum err roll_each(struct site *s, const char *like, enum err (*visit)(void *arg, const char *id),
                   void *arg)
{
    return each(s, like, false, visit, arg);
}

static enum err add_hit(void *arg, const char *id)
{
    struct roll_hits *hits = arg;
    if (hits->n % 64 == 0)
        hits->ids = mem_grow(hits->ids, (hits->n + 64) * sizeof *hits->ids);
    strncpy(hits->ids[hits->n++], id, ENTRY_ID);
    return ERR_OK;
}

enum err roll_find(struct site *s, const char *like, struct roll_hits *out)
{
    *out = (struct roll_hits){.n = 0};
    enum err rc = each(s, like, true, add_hit, out);
    out->of = roll.n;
    out->table = fresh_table(out->n, &out->mask);
    for (size_t i = 0; i < out->n; i++)
        *slot(out->table, out->mask, out->ids, ENTRY_ID, out->ids[i]) = (uint32_t)i + 1;
    return rc;
}

bool roll_hit(const struct roll_hits *hits, const char *id)
{
    return hits->table != NULL && id != NULL &&
           *slot(hits->table, hits->mask, hits->ids, ENTRY_ID, id) != 0;
}

void roll_hits_fini(struct roll_hits *hits)
{
    free(hits->ids);
    free(hits->table);
    *hits = (struct roll_hits){.n = 0};
}
