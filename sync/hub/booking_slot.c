/* Owns: the places of a half hour at the hub, and those held. Invariant: what is handed out was
 * free in the same transaction. */
#include "sync/hub/booking_slot.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/rnd.h"
#include "kiosk/rules/define.h"
#include "sync/hub/items.h"

enum err hub_plan(struct hub *h, const char *site, json_t **out)
{
    struct hub_rows rows;
    *out = NULL;
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT p.plan FROM slot_plan p JOIN site s ON s.site = p.site"
                          " WHERE p.site = ?1 AND s.state = 'joined'",
                          "s", site);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "site", NULL);
    rc = js_parse(hub_text(&rows, 0), strlen(hub_text(&rows, 0)), "plan", out);
    hub_done(&rows);
    return rc;
}

/* --- what is taken -----------------------------------------------------------------------------
 */

static int64_t taken(struct hub *h, const char *site, int64_t from, const char *share,
                     const char *group)
{
    return hub_number(h->db, 0,
                      "SELECT count(*) FROM booking WHERE site = ?1 AND starts >= ?2"
                      " AND starts < ?3 AND ends > ?4 AND share = ?5 AND state <> 'cancelled'"
                      " AND (?6 IS NULL OR grp = ?6)",
                      "siiiss", site, clock_day(from), from + SLOT_MS, from, share, group);
}

static struct slots_use use_of(struct hub *h, const char *site, int64_t from, const char *group)
{
    struct slots_use u = {.starts = from,
                          .village = taken(h, site, from, "village", group),
                          .hub = taken(h, site, from, "hub", group)};
    u.held = hub_number(h->db, 0,
                        "SELECT count(*) FROM slot_hold WHERE site = ?1 AND starts = ?2"
                        " AND until > ?3 AND (?4 IS NULL OR grp = ?4)",
                        "siis", site, from, clock_now(), group);
    if (group == NULL)
        u.passed = hub_number(h->db, 0,
                              "SELECT coalesce(sum(places), 0) FROM slot_pass"
                              " WHERE site = ?1 AND starts = ?2",
                              "si", site, from);
    return u;
}

/* As the village reported it, or as an officer ordered it. */
static bool suspended(struct hub *h, const char *site)
{
    return hub_number(h->db, 0,
                      "SELECT count(*) FROM suspension WHERE site = ?1 AND scope = 'site'"
                      " AND ended IS NULL",
                      "s", site) > 0;
}

int64_t hub_slot_free(struct hub *h, const char *site, const json_t *plan, const json_t *item,
                      int64_t from)
{
    int64_t now = clock_now();
    struct slots_plan p = slots_plan_read(plan);
    struct slots_use u = use_of(h, site, from, NULL);
    const json_t *group = slots_group(plan, item);
    int64_t free = suspended(h, site) ? 0 : slots_hub(&p, &u, now);
    if (group == NULL || free == 0)
        return free;
    struct slots_plan of_group = slots_plan_of(&p, group);
    u = use_of(h, site, from, js_str(group, "id"));
    int64_t left = slots_hub(&of_group, &u, now);
    return left < free ? left : free;
}

/* --- the half hours of a day -------------------------------------------------------------------
 */

struct asked {
    struct hub *h;
    const char *site;
    const json_t *plan, *item;
    json_t *out;
};

static enum err put_slot(void *arg, int64_t from)
{
    struct asked *a = arg;
    json_t *row = json_object();
    js_set_time(row, "from", from);
    js_set_time(row, "to", from + SLOT_MS);
    js_set_int(row, "free", hub_slot_free(a->h, a->site, a->plan, a->item, from));
    json_array_append_new(a->out, row);
    return ERR_OK;
}

bool hub_day_open(const json_t *plan, int64_t day)
{
    int64_t today = clock_day(clock_now());
    return day >= today && day < today + js_int(plan, "days", 0) * CLOCK_DAY_MS;
}

enum err hub_item_known(struct hub *h, const char *site, const char *code, const json_t **item)
{
    hub_items_use(h, site);
    *item = hub_item(code);
    return *item != NULL ? ERR_OK : err_set(ERR_FIELD_CHOICE, "item", NULL);
}

enum err hub_slots(struct hub *h, const char *site, int64_t day, const char *item, json_t **out)
{
    json_t *plan = NULL;
    struct asked a = {.h = h, .site = site};
    *out = NULL;
    enum err rc = hub_plan(h, site, &plan);
    if (rc == ERR_OK)
        rc = hub_item_known(h, site, item, &a.item);
    if (rc == ERR_OK) {
        a.plan = plan;
        a.out = *out = json_array();
        if (hub_day_open(plan, day))
            rc = slots_day(plan, day, put_slot, &a);
    }
    json_decref(plan);
    return rc;
}

/* --- held --------------------------------------------------------------------------------------
 */

void hub_hold_hash(const char *token, unsigned char out[HASH_BYTES])
{
    secret_hash_once(token, strlen(token), out);
}

enum err hub_slot_room(struct hub *h, const char *site, const json_t *plan, const json_t *item,
                       int64_t from)
{
    char at[CLOCK_TEXT];
    if (suspended(h, site))
        return err_set(ERR_SUSPENDED, "site", NULL);
    if (!slots_begins(plan, from) || !hub_day_open(plan, clock_day(from)))
        return err_set(ERR_CONSTRAINT, "from", NULL);
    if (hub_slot_free(h, site, plan, item, from) > 0)
        return ERR_OK;
    return err_set(ERR_CONSTRAINT, "from", "full: %s", clock_short(from, at));
}

static enum err insert_hold(struct hub *h, const char *site, const json_t *plan, const json_t *item,
                            int64_t from, const char *token, int64_t until)
{
    unsigned char hash[HASH_BYTES];
    hub_hold_hash(token, hash);
    enum err rc = hub_run(h->db, "DELETE FROM slot_hold WHERE site = ?1 AND until <= ?2", "si",
                          site, clock_now());
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO slot_hold (site, token, starts, item, grp, until)"
                     " VALUES (?1,?2,?3,?4,?5,?6)",
                     "sbissi", site, hash, sizeof hash, from, js_str(item, "code"),
                     js_str(slots_group(plan, item), "id"), until);
    return rc;
}

static enum err hold(struct hub *h, const char *site, const char *code, int64_t from,
                     const char *token, int64_t *until)
{
    const json_t *item;
    json_t *plan = NULL;
    enum err rc = hub_lock(h->db, site);
    if (rc == ERR_OK)
        rc = hub_plan(h, site, &plan);
    if (rc == ERR_OK)
        rc = hub_item_known(h, site, code, &item);
    if (rc == ERR_OK)
        rc = hub_slot_room(h, site, plan, item, from);
    if (rc == ERR_OK) {
        struct slots_plan p = slots_plan_read(plan);
        *until = slots_hold_until(&p, from, clock_now());
        rc = insert_hold(h, site, plan, item, from, token, *until);
    }
    json_decref(plan);
    return rc;
}

enum err hub_hold(struct hub *h, const char *site, const char *item, int64_t from,
                  char token[HUB_HOLD], int64_t *until)
{
    unsigned char bytes[32];
    rnd_bytes(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, token);
    enum err rc = hub_begin(h->db);
    return rc == ERR_OK ? hub_end(h->db, hold(h, site, item, from, token, until)) : rc;
}
