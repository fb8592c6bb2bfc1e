/* Owns: nothing; reads the orders. */
#include "kiosk/desk/held.h"

#include <string.h>

enum err held_each(struct store *s, bool (*look)(void *arg, const char *text, size_t len),
                   void *arg)
{
    bool row = false, on = true;
    sqlite3_stmt *q =
        store_sql(s, "SELECT head FROM orders WHERE kind IN ('policy', 'overlay', 'catalogue',"
                     " 'form') ORDER BY n DESC");
    if (q == NULL)
        return err_last();
    enum err rc = store_step(s, q, &row);
    for (; rc == ERR_OK && row && on; rc = on ? store_step(s, q, &row) : rc) {
        const char *text = store_text(q, 0);
        on = look(arg, text, strlen(text));
    }
    if (!on)
        sqlite3_reset(q);
    return rc;
}
