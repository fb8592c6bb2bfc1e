/* Owns: the beginning and the end of taking up a site's records. Invariant: between the two nothing
 * can be entered; behind the end the tables are what a replay makes of the journal. */
#include "kiosk/desk/renew.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/library.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/sql.h"

static enum err enrol_entry(struct site *s, const struct renew_joined *joined)
{
    char sign[2 * SIGN_PUB_BYTES + 1];
    hex_encode(joined->hub_sign, SIGN_PUB_BYTES, sign);
    json_t *body = json_pack("{s:s,s:s,s:I}", "url", joined->url, "hub", sign, "epoch",
                             (json_int_t)joined->epoch);
    struct journal_new what = {.kind = "enrol", .at = CLOCK_NONE, .body = body};
    enum err rc = journal_append(&s->j, &what, NULL, NULL);
    json_decref(body);
    return rc;
}

static enum err begin(struct site *s, const struct renew_joined *joined)
{
    enum err rc = link_hub(s, joined->url, joined->hub_sign, joined->hub_box, joined->epoch);
    if (rc == ERR_OK && joined->clerk != NULL)
        rc = clerk_wrap(s, joined->clerk, joined->pin);
    if (rc == ERR_OK && joined->clerk != NULL)
        rc = site_set(s->j.store, "renew_clerk", joined->clerk);
    if (rc == ERR_OK)
        rc = site_set(s->j.store, "closed", "");
    if (rc == ERR_OK)
        rc = enrol_entry(s, joined);
    if (rc == ERR_OK)
        rc = site_set(s->j.store, "closed", journal_closed_word(ERR_FETCHING));
    return rc;
}

enum err renew_begin(struct site *s, const struct renew_joined *joined)
{
    int64_t before = s->j.epoch;
    if (joined->clerk != NULL) {
        snprintf(s->j.clerk, sizeof s->j.clerk, "%s", joined->clerk);
        memcpy(s->j.data_key, joined->data_key, KEY_BYTES);
    }
    enum err rc = journal_begin(&s->j);
    if (rc == ERR_OK)
        rc = journal_end(&s->j, begin(s, joined));
    if (rc != ERR_OK)
        s->j.epoch = before;
    if (joined->clerk != NULL) {
        secret_wipe(s->j.data_key, KEY_BYTES);
        s->j.clerk[0] = 0;
    }
    return rc;
}

/* What the site's first entry says stands in the settings too. */
static enum err settle(struct site *s)
{
    static const char *const keys[] = {"name", "policy", "type", "demo"};
    bool row;
    char value[4][256] = {"", "", "", ""};
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT name, policy, type, demo FROM site LIMIT 1");
    if (q == NULL)
        return err_last();
    enum err rc = store_step(s->j.store, q, &row);
    if (rc == ERR_OK && !row)
        return err_set(ERR_CORRUPT, "site", NULL);
    for (int i = 0; rc == ERR_OK && i < 4; i++)
        snprintf(value[i], sizeof value[i], "%s", store_text(q, i));
    if (rc == ERR_OK)
        sqlite3_reset(q);
    for (int i = 0; rc == ERR_OK && i < 4; i++)
        rc = site_set(s->j.store, keys[i], value[i]);
    return rc == ERR_OK ? site_settings(s) : rc;
}

static enum err replay(struct site *s)
{
    char now[16];
    int64_t entries;
    snprintf(now, sizeof now, "%d", store_migration(s->j.store));
    enum err rc = journal_rebuild(&s->j, &entries);
    return rc == ERR_OK ? site_set(s->j.store, "tables", now) : rc;
}

static enum err admit(struct site *s)
{
    char name[CLERK_NAME];
    snprintf(name, sizeof name, "%s", site_get(s->j.store, "renew_clerk"));
    if (*name == 0)
        return ERR_OK;
    snprintf(s->j.clerk, sizeof s->j.clerk, "%s", name);
    enum err rc = clerk_admit(s, name);
    s->j.clerk[0] = 0;
    return rc == ERR_OK ? site_set(s->j.store, "renew_clerk", "") : rc;
}

static enum err finish(struct site *s)
{
    enum err rc = replay(s);
    if (rc == ERR_OK)
        rc = settle(s);
    if (rc == ERR_OK)
        rc = site_set(s->j.store, "closed", "");
    return rc == ERR_OK ? admit(s) : rc;
}

enum err renew_end(struct site *s)
{
    enum err rc = journal_begin(&s->j);
    if (rc == ERR_OK)
        rc = journal_end(&s->j, finish(s));
    library_forget(s);
    return rc;
}

enum err renew_stale(struct site *s)
{
    return site_set(s->j.store, "tables", "0");
}

enum err renew_replay(struct site *s)
{
    enum err rc = journal_begin(&s->j);
    if (rc == ERR_OK)
        rc = journal_end(&s->j, replay(s));
    library_forget(s);
    return rc;
}

static enum err close_it(struct site *s, enum err why)
{
    enum err rc = journal_closed(s->j.store, NULL);
    if (rc != ERR_OK)
        return journal_closed_error(rc) ? ERR_OK : rc;
    return site_set(s->j.store, "closed", journal_closed_word(why));
}

enum err renew_close(struct site *s, enum err why)
{
    enum err rc = store_begin(s->j.store);
    return rc == ERR_OK ? store_end(s->j.store, close_it(s, why)) : rc;
}
