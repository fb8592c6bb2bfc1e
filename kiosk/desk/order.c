/* Owns: what the hub said, in a row each. Invariant: every order has its row, applied or not. */
#include "kiosk/desk/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

#define WORDS_MAX 3000 /* bytes: 1000 hanzi */

char *order_words(const struct entry *e, const char *key)
{
    const char *text = js_str(e->body, key);
    if (text == NULL)
        return NULL;
    char *clean = mem_alloc(strlen(text) + 1);
    utf8_clean(text, clean);
    if (strlen(clean) > WORDS_MAX) {
        clean[WORDS_MAX] = 0;
        utf8_trim(clean);
    }
    if (*clean != 0)
        return clean;
    free(clean);
    return NULL;
}

enum err order_note(struct store *s, const struct entry *e, const char *step, const char *text)
{
    return sql_put(s,
                   "INSERT INTO hub_order (n, at, kind, subject, by, step, text)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7)",
                   "iittttt", e->seq, e->at, e->kind, e->subject, e->clerk, step, text);
}

/* Details are cut at the place that they name: what follows may be SQLite's words of today. */
enum err order_refuse(struct store *s, const struct entry *e, enum err why)
{
    char text[300], place[160] = "";
    if (err_last() == why) {
        snprintf(place, sizeof place, "%s", err_detail());
        place[strcspn(place, ": ")] = 0;
    }
    const char *field = err_last() == why ? err_field() : "";
    snprintf(text, sizeof text, "%s%s%s%s%s", err_word(why), *field ? " " : "", field,
             *place ? " " : "", place);
    utf8_trim(text);
    return sql_put(s, "INSERT INTO order_refused (n, why) VALUES (?1,?2)", "it", e->seq, text);
}

enum err message_project(struct store *s, const struct entry *e)
{
    bool found;
    char *text = order_words(e, "text");
    enum err rc = order_note(s, e, NULL, text);
    if (rc == ERR_OK)
        rc = sql_text(s, &found, NULL, 0, "SELECT 1 FROM case_file WHERE id = ?1", "t", e->subject);
    if (rc == ERR_OK && found)
        rc = sql_put(s,
                     "INSERT INTO case_step (id, case_id, at, heard, who, clerk, step, text,"
                     " sealed, refused) VALUES (?1,?2,?3,?4,'hub',?5,'say',?6,?7,0)",
                     "ttiittb", e->id, e->subject, e->at, e->heard, e->clerk, text,
                     (int)(text == NULL));
    free(text);
    return rc;
}
