/* Inside the PostgreSQL store: one connection, always in pipeline mode. What is only written is
 * sent without waiting for its answer; whoever asks waits for all that was sent before.
 *
 * A transaction runs in one of two ways. "In a row": nothing waits, inner transactions are not even
 * told to the server, and the first thing that goes wrong makes the whole of it worthless, to be
 * run again "with care": each statement's answer is waited for, inner transactions are savepoints.
 */
#ifndef SYNC_HUB_DB_PG_H
#define SYNC_HUB_DB_PG_H

#include "sync/hub/db.h"
#include "sync/hub/db_pglib.h"

#define PG_DEPTH 8 /* of transactions in each other */
#define PG_STATE 6 /* an SQLSTATE and its end */
#define PG_TOLD 32 /* news of one transaction that are remembered, so that each is told once */
#define PG_NEWS 56 /* bytes of one */
#define PG_SELF 17 /* this connection's name in them: 16 hexadecimal digits */

struct pg {
    const struct pglib *lib;
    PGconn *conn; /* NULL or bad: it is lost */
    char *where;
    int64_t tried;       /* when it was last asked for in vain, in ms of the monotonic clock */
    struct pg_kept {     /* statements prepared on this connection, by their text's address */
        const char *sql; /* NULL: the place is free */
        char *text;      /* as PostgreSQL reads it */
        char name[16];   /* "": not prepared */
    } * kept;
    size_t room, used;
    unsigned names; /* given so far: a statement's or a cursor's */
    int depth;
    bool apart;              /* villages' tables are divided among servers */
    bool in_row;             /* see above */
    bool broken;             /* this transaction cannot be committed any more */
    bool again;              /* it may be run again with care */
    bool warned;             /* the server warned while it committed */
    unsigned sent[PG_DEPTH]; /* statements before that transaction began */
    unsigned statements;     /* sent since the outermost began */
    unsigned pending;        /* whose answers were not read */
    char state[PG_STATE];    /* the first thing that went wrong since the last look; "": nothing */
    char text[300];          /* its words */
    char self[PG_SELF];
    unsigned told;
    char news[PG_TOLD][PG_NEWS];
};

struct pg_bound { /* values as the wire wants them */
    const char *at[HUB_VALUES];
    int len[HUB_VALUES], format[HUB_VALUES];
    unsigned char number[HUB_VALUES][8];
};

/* An answer, row by row. */
struct pg_rows {
    const struct pglib *lib;
    PGresult *result;
    int at, count;
    char *cursor,
        *fetch;      /* NULL: the result is all of it; else its name, and how more is fetched */
    char number[24]; /* a number's text */
};

/* --- db_pg_link.c: the connection --------------------------------------------------------------
 */

enum err pg_open(struct hub_db *db, const char *where);
void pg_close(struct hub_db *db);
/* A connection as the hub's are; it may be a bad one. The caller finishes it. */
PGconn *pg_connect(const struct pglib *lib, const char *where);
/* Makes sure that there is a connection before a transaction or a statement outside of one.
 * ERR_STORE_DOWN. */
enum err pg_alive(struct pg *p);
bool pg_lost(const struct pg *p);
/* What an SQLSTATE is to us, noted with its words. */
enum err pg_fault(const struct pg *p);
/* Keeps the first thing that went wrong. */
void pg_note(struct pg *p, const PGresult *r);

/* --- db_pg_rows.c ------------------------------------------------------------------------------
 */

struct pg_rows *pg_rows_of(const struct pglib *lib, PGresult *result); /* takes the result */
void pg_rows_more(struct pg_rows *rows, PGresult *result);
void pg_rows_free(struct pg_rows *rows);
int64_t pg_number(void *at, int column);
const char *pg_text(void *at, int column);
const void *pg_blob(void *at, int column, size_t *len);
bool pg_null(void *at, int column);

/* --- db_pg_schema.c ----------------------------------------------------------------------------
 */

/* Brings the schema up to date, one process at a time. ERR_SCHEMA_NEWER, ERR_STORE_DOWN... */
enum err pg_migrate(struct pg *p);
/* Looks whether the tables are divided. */
enum err pg_divided(struct pg *p);

/* --- db_pg_shard.c -----------------------------------------------------------------------------
 */

/* "Insert, or change what is there" for a village's table that is divided; the caller frees. NULL:
 * the statement is none, and stays as it is. */
char *pg_apart(const char *sql);

/* --- db_pg_sql.c -------------------------------------------------------------------------------
 */

/* SQL as the hub writes it in PostgreSQL's words: ?1 is $1, and a table of words. `schema`: a
 * column's type is meant. The caller frees. */
char *pg_words(const char *sql, bool schema);
/* The prepared statement of `sql`; sends what prepares it. NULL: the connection is lost. */
const char *pg_prepared(struct pg *p, const char *sql, const struct hub_value *v, size_t n);
/* Sends what makes a cursor for `sql`; its name, and *fetch, what gets its next rows: the caller
 * frees both. NULL: the connection is lost. */
char *pg_declare(struct pg *p, const char *sql, const struct hub_value *v, size_t n, char **fetch);
/* The values as they are sent; they point into v and b. */
void pg_bind(struct pg_bound *b, const struct hub_value *v, size_t n);
/* After something went wrong nobody knows what was prepared: all is prepared anew when it is next
 * needed. */
void pg_forget(struct pg *p);

/* --- db_pg_news.c: what hubs on one database tell each other ------------------------------------
 */

enum err pg_tell(struct hub_db *db, const char *topic, const char *site);
enum err pg_listen(struct hub_db *db, hub_heard *heard, void *arg, struct hub_news **out);
void pg_unlisten(struct hub_news *news);

#endif
