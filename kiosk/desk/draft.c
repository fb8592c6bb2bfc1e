/* Owns: drafts. Invariant: what draft_keep was given is on the disk, sealed, when it returns; a
 * draft that a living process holds is never taken from it. */
#include "kiosk/desk/draft.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/boot.h"

static char *place_of(const struct site *s, const char *form)
{
    return mem_printf("%s/draft/%s/%s", s->j.site, form, s->j.clerk);
}

static void seal_values(struct site *s, const char *form, const json_t *values, struct buf *out)
{
    char *place = place_of(s, form), *text = js_dump(values);
    secret_seal(s->j.data_key, place, text, strlen(text), out);
    secret_wipe(text, strlen(text));
    free(text);
    free(place);
}

static enum err open_values(struct site *s, const char *form, const struct buf *sealed,
                            json_t **values)
{
    struct buf plain = BUF_INIT;
    char *place = place_of(s, form);
    enum err rc = secret_open(s->j.data_key, place, sealed->data, sealed->len, &plain);
    if (rc == ERR_OK)
        rc = js_parse(buf_str(&plain), plain.len, "draft", values);
    buf_wipe(&plain);
    free(place);
    return rc;
}

static enum err write_draft(struct site *s, const char *form, const struct buf *sealed)
{
    sqlite3_stmt *q = store_sql(s->j.store, "INSERT OR REPLACE INTO draft (form, clerk, terminal,"
                                            " pid, boot, at, sealed)"
                                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, form);
    store_bind_text(q, 2, s->j.clerk);
    store_bind_text(q, 3, s->j.terminal);
    store_bind_int(q, 4, getpid());
    store_bind_text(q, 5, boot_id());
    store_bind_int(q, 6, clock_now());
    store_bind_blob(q, 7, sealed->data, sealed->len);
    return store_run(s->j.store, q);
}

enum err draft_keep(struct site *s, const char *form, const json_t *values)
{
    struct buf sealed = BUF_INIT;
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    seal_values(s, form, values, &sealed);
    enum err rc = store_begin(s->j.store);
    if (rc == ERR_OK)
        rc = store_end(s->j.store, write_draft(s, form, &sealed));
    buf_fini(&sealed);
    return rc;
}

/* The best draft: this desk's own, else the newest whose process no longer runs. */
static enum err pick(struct site *s, const char *form, char terminal[TERMINAL_NAME],
                     struct buf *sealed)
{
    bool row, found = false;
    enum err rc;
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT terminal, pid, boot, sealed FROM draft"
                                            " WHERE form = ?1 AND clerk = ?2"
                                            " ORDER BY terminal = ?3 DESC, at DESC");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, form);
    store_bind_text(q, 2, s->j.clerk);
    store_bind_text(q, 3, s->j.terminal);
    while ((rc = store_step(s->j.store, q, &row)) == ERR_OK && row && !found) {
        bool own = strcmp(store_text(q, 0), s->j.terminal) == 0;
        if (!own && boot_alive(store_text(q, 2), store_int(q, 1)))
            continue;
        strncpy(terminal, store_text(q, 0), TERMINAL_NAME - 1);
        buf_add(sealed, sqlite3_column_blob(q, 3), (size_t)sqlite3_column_bytes(q, 3));
        found = true;
    }
    sqlite3_reset(q);
    return rc == ERR_OK && !found ? err_set(ERR_NOT_FOUND, "draft", NULL) : rc;
}

static enum err remove_draft(struct site *s, const char *form, const char *terminal)
{
    sqlite3_stmt *q = store_sql(s->j.store, "DELETE FROM draft WHERE form = ?1 AND clerk = ?2"
                                            " AND terminal = ?3");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, form);
    store_bind_text(q, 2, s->j.clerk);
    store_bind_text(q, 3, terminal);
    return store_run(s->j.store, q);
}

static enum err take(struct site *s, const char *form, struct buf *sealed)
{
    char terminal[TERMINAL_NAME] = "";
    enum err rc = pick(s, form, terminal, sealed);
    if (rc == ERR_OK)
        rc = remove_draft(s, form, terminal);
    return rc == ERR_OK ? write_draft(s, form, sealed) : rc;
}

enum err draft_find(struct site *s, const char *form, json_t **values)
{
    struct buf sealed = BUF_INIT;
    *values = NULL;
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    enum err rc = store_begin(s->j.store);
    if (rc == ERR_OK)
        rc = store_end(s->j.store, take(s, form, &sealed));
    if (rc == ERR_OK)
        rc = open_values(s, form, &sealed, values);
    buf_fini(&sealed);
    return rc;
}

enum err draft_drop(struct site *s, const char *form)
{
    enum err rc = store_begin(s->j.store);
    return rc == ERR_OK ? store_end(s->j.store, remove_draft(s, form, s->j.terminal)) : rc;
}

enum err draft_list(struct site *s, json_t **out)
{
    bool row;
    *out = json_array();
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT form, terminal, at FROM draft WHERE clerk = ?1"
                                            " ORDER BY at DESC");
    if (q == NULL)
        return err_last();
    store_bind_text(q, 1, s->j.clerk);
    enum err rc = store_step(s->j.store, q, &row);
    for (; rc == ERR_OK && row; rc = store_step(s->j.store, q, &row)) {
        json_t *one =
            json_pack("{s:s,s:s}", "form", store_text(q, 0), "terminal", store_text(q, 1));
        js_set_time(one, "at", store_int(q, 2));
        json_array_append_new(*out, one);
    }
    return rc;
}
