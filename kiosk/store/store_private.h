/* What store.c (use) and open.c (opening, migrating) share, and nobody else sees. */
#ifndef KIOSK_STORE_STORE_PRIVATE_H
#define KIOSK_STORE_STORE_PRIVATE_H

#include "kiosk/store/store.h"

struct kept {
    const char *sql; /* address of the literal; NULL: a free slot */
    sqlite3_stmt *stmt;
};

struct store {
    sqlite3 *db;
    char *path;
    const struct store_schema *schema;
    unsigned flags;
    int gate;  /* file to lock before writing; -1 for a database in memory */
    int depth; /* of nested transactions */
    struct kept *kept;
    size_t room, used;
};

/* Notes the error for an SQLite result code. */
enum err store_fault(struct store *s, int rc);
/* Finalizes all kept statements. */
void store_forget_statements(struct store *s);
/* Closes the connection and opens it again; the gate stays as it is. */
enum err store_reopen(struct store *s);

#endif
