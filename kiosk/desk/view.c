/* Owns: the table of views. Invariant: a view writes nothing. */
#include "kiosk/desk/view.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/draft.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/printjob.h"

const struct view view_table[] = {
    {"visits", true, visits_each},
    {"cases", true, cases_each},
    {"incidents", true, incidents_each},
    {"people", true, people_each},
    {"bookings", true, bookings_each},
    {"staff", false, staff_each},
    {"ledger", true, ledger_each},
    {"sums", true, sums_each},
    {"entry", true, entry_each},
    {"exports", false, exports_each},
    {"imports", false, imports_each},
    {"profiles", false, profiles_each},
    {"stock", false, stock_each},
    {"lots", false, lots_each},
    {"duties", false, duties_each},
    {"orders", false, orders_each},
    {"status", false, status_each},
    {"link", false, link_each},
    {"branch", true, branch_each},
    {"work", true, work_each},
    {"guidance", true, guidance_each},
    {"papers", true, papers_each},
    {"couriers", true, couriers_each},
    {"channels", false, channels_each},
    {"items", false, items_each},
    {"duplicates", true, duplicates_each},
    {"posts", true, posts_each},
    {"rota", true, rota_each},
    {"notices", false, notices_each},
    {"forms", false, forms_each},
    {"slots", false, slots_each},
    {"tickets", true, tickets_each},
    {"zones", true, zones_each},
    {"packs", false, packs_each},
    {"policy", false, policy_each},
    {"overlays", false, overlays_each},
    {"measures", false, measures_each},
    {"adaptations", false, adaptations_each},
    {"alarms", false, alarms_each},
    {"suspension", false, suspension_each},
    {"overdue", false, overdue_each},
    {"clerks", false, clerks_each},
    {"staff_day", false, staff_day_each},
    {"handovers", true, handovers_each},
    {"shift", false, shift_each},
    {"report", false, report_each},
    {"reports", false, reports_each},
    {"print_jobs", false, printjobs_each},
    {NULL, false, NULL},
};

static const struct view *find(const char *what)
{
    size_t len = strcspn(what, ":");
    for (const struct view *v = view_table; v->name != NULL; v++)
        if (strlen(v->name) == len && strncmp(v->name, what, len) == 0)
            return v;
    return NULL;
}

enum err view_each(struct site *s, const char *what, const struct view_query *q, row_fn *row,
                   void *to)
{
    const struct view *v = find(what);
    const char *colon = strchr(what, ':');
    if (v == NULL)
        return err_set(ERR_NOT_FOUND, "what", NULL);
    return v->each(s, colon != NULL ? colon + 1 : "", q, row, to);
}

static enum err append_row(void *to, json_t *object)
{
    json_array_append(to, object);
    return ERR_OK;
}

enum err view_list(struct site *s, const char *what, const struct view_query *q, json_t **out)
{
    *out = json_array();
    bool began = store_look(s->j.store);
    enum err rc = view_each(s, what, q, append_row, *out);
    store_looked(s->j.store, began);
    if (rc == ERR_OK)
        return ERR_OK;
    json_decref(*out);
    *out = NULL;
    return rc;
}

enum err view_person(struct site *s, const char *id, json_t **out)
{
    const struct person *p;
    *out = NULL;
    enum err rc = person_find(s, id, &p);
    if (rc == ERR_OK)
        *out = person_json(p, false);
    return rc;
}

enum err view_person_by_id_no(struct site *s, const char *id_no, char *id)
{
    return person_by_id_no(s, id_no, id);
}

/* --- home --------------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *sql;
} today[] = {
    {"visits", "SELECT count(*) FROM visit WHERE at >= :from AND at < :to"},
    {"admitted", "SELECT count(*) FROM visit WHERE at >= :from AND at < :to AND outcome = 'admit'"},
    {"denied", "SELECT count(*) FROM visit WHERE at >= :from AND at < :to AND outcome = 'deny'"},
    {"isolated",
     "SELECT count(*) FROM visit WHERE at >= :from AND at < :to AND outcome = 'isolate'"},
};

static json_t *count_today(struct store *s)
{
    json_t *out = json_object();
    int64_t day = clock_day(clock_now());
    for (size_t i = 0; i < sizeof today / sizeof today[0]; i++) {
        bool row = false;
        sqlite3_stmt *q = store_sql(s, today[i].sql);
        if (q == NULL)
            continue;
        store_bind_int(q, 1, day);
        store_bind_int(q, 2, day + CLOCK_DAY_MS);
        int64_t n = store_step(s, q, &row) == ERR_OK && row ? store_int(q, 0) : 0;
        if (row)
            sqlite3_reset(q);
        js_set_int(out, today[i].name, n);
    }
    return out;
}

/* Waiting: the village has something to do. */
static const struct {
    const char *name, *sql;
} counts[] = {
    {"incidents_open", "SELECT count(*) FROM incident WHERE state <> 'closed'"},
    {"cases_open", "SELECT count(*) FROM case_file WHERE state IN"
                   " ('taken_in', 'accepted', 'supplement', 'done')"},
    {"cases_waiting", "SELECT count(*) FROM case_file WHERE state IN ('supplement', 'done')"},
};

enum err view_home(struct site *s, json_t **out)
{
    struct link_state link;
    json_t *duties = NULL, *drafts = NULL;
    *out = NULL;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK)
        rc = view_list(s, "duties", &VIEW_ALL, &duties);
    if (rc == ERR_OK && s->j.clerk[0] != 0)
        rc = draft_list(s, &drafts);
    if (rc == ERR_OK) {
        *out = json_object();
        json_object_set_new(*out, "today", count_today(s->j.store));
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
            js_set_int(*out, counts[i].name, store_number(s->j.store, counts[i].sql, 0));
        js_set_int(*out, "unsent", link.last - link.acked);
        json_object_set(*out, "duties", duties);
        js_set_int(*out, "drafts", (int64_t)json_array_size(drafts));
    }
    json_decref(duties);
    json_decref(drafts);
    return rc;
}
