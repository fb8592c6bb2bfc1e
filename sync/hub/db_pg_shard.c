/* Owns: what the SQL must be where villages' tables are divided among servers
 * (assets/sql/shards.sql). Invariant: a statement says the same; only how "insert, or change what
 * is there" is said differs, for a table with parts on other servers has no key that ON CONFLICT
 * could look at. */
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"
#include "sync/hub/db_pg.h"

#define INTO "INSERT INTO "
#define CLASH " ON CONFLICT (site"

struct part { /* of a statement */
    const char *at;
    int len;
};

static struct part between(const char *at, const char *end)
{
    return (struct part){at, (int)(end - at)};
}

static void add(struct buf *out, const char *before, struct part p)
{
    buf_text(out, before);
    buf_add(out, p.at, (size_t)p.len);
}

/* Rows of both that have the same key. Which server has them is said once more as a value where it
 * is one: then the others are not asked. */
static void same_key(struct buf *out, struct part table, struct part keys, struct part rows)
{
    static const char first[] = "VALUES (?";
    const char *glue = " WHERE ";
    for (const char *k = keys.at; k < keys.at + keys.len; glue = " AND ") {
        size_t n = strcspn(k, ",)");
        struct part key = between(k, k + n);
        add(out, glue, table);
        add(out, ".", key);
        add(out, " = excluded.", key);
        k += n + 1 + strspn(k + n + 1, " ");
    }
    if (strncmp(rows.at, first, sizeof first - 1) == 0) {
        const char *number = rows.at + sizeof first - 1;
        add(out, glue, table);
        add(out, ".site = ?", between(number, number + strspn(number, "0123456789")));
    }
}

char *pg_apart(const char *sql)
{
    struct buf out = BUF_INIT;
    const char *clash = strstr(sql, CLASH);
    const char *set = clash != NULL ? strstr(clash, "SET ") : NULL;
    if (strncmp(sql, INTO, sizeof INTO - 1) != 0 || set == NULL)
        return NULL;
    const char *name = sql + sizeof INTO - 1, *open = strchr(name, '('), *close = strchr(open, ')');
    const char *key = strchr(clash, '(') + 1, *body = close + 1 + strspn(close + 1, " ");
    struct part table = between(name, name + strcspn(name, " ("));
    struct part columns = between(open, close + 1), rows = between(body, clash);
    add(&out, "WITH excluded ", columns);
    add(&out, " AS (", rows);
    add(&out, "), changed AS (UPDATE ", table);
    add(&out, " ", between(set, set + strlen(set)));
    buf_text(&out, " FROM excluded");
    same_key(&out, table, between(key, strchr(key, ')')), rows);
    add(&out, " RETURNING 1) INSERT INTO ", table);
    add(&out, " ", columns);
    buf_text(&out, " SELECT * FROM excluded WHERE NOT EXISTS (SELECT 1 FROM changed)");
    buf_byte(&out, 0);
    return buf_take(&out);
}
