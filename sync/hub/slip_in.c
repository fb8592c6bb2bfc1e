/* Owns: slips at the hub. Invariant: a slip and the entries of the same case make one case,
 * whichever comes first and however often the slip is read; names stay sealed in the slip. */
#include "sync/hub/slip_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/print/slip.h"
#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/casework.h"
#include "sync/hub/items.h"
#include "sync/hub/site.h"

static enum err open_slip(struct hub *h, const void *bytes, size_t len, json_t **what)
{
    struct hub_mark mark;
    char site[SITE_CODE];
    enum err rc = slip_site(bytes, len, site);
    if (rc == ERR_OK) {
        int64_t epoch = hub_number(h->db, 0, "SELECT epoch FROM site WHERE site = ?1", "s", site);
        rc = hub_mark_read(h, site, epoch, &mark);
    }
    if (rc == ERR_OK)
        rc = slip_read(bytes, len, h->keys.box_pub, h->keys.box_sec, mark.pub, what);
    return rc;
}

/* --- kept ------------------------------------------------------------------------------------- */

static enum err put_papers(struct hub *h, const char *site, const char *id, const json_t *item,
                           const json_t *what)
{
    size_t i;
    json_t *p;
    enum err rc = ERR_OK;
    json_t *papers = catalogue_papers(item, js_get(what, "agent") != NULL);
    json_array_foreach(papers, i, p)
    {
        const json_t *state = json_array_get(js_get(what, "papers"), i);
        if (rc == ERR_OK && json_is_string(state))
            rc = hub_run(h->db,
                         "INSERT INTO paper (site, case_id, n, paper, state, until, needed, holder)"
                         " VALUES (?1,?2,?3,?4,?5,NULL,?6, CASE WHEN ?5 IN ('copy_kept',"
                         " 'original_kept') THEN 'village' ELSE 'citizen' END)"
                         " ON CONFLICT DO NOTHING",
                         "ssissi", site, id, (int64_t)i, js_str(p, "id"), json_string_value(state),
                         (int64_t)js_bool(p, "required"));
    }
    json_decref(papers);
    return rc;
}

/* The village's clerk and the person's id are not on a slip: they come with the entry. */
static enum err begin_case(struct hub *h, const char *site, const char *id, const char *number,
                           const json_t *what)
{
    const struct catalogue *c = hub_items();
    const json_t *item = c != NULL ? catalogue_by_number(c, js_int(what, "item", 0)) : NULL;
    if (item == NULL)
        return err_set(ERR_FIELD_CHOICE, "item", NULL);
    enum err rc = hub_run(h->db,
                          "INSERT INTO case_file (site, id, number, at, arrived, clerk, person,"
                          " item, channel, state, missing, updated)"
                          " VALUES (?1,?2,?3,?4,?5,'','',?6,?7,'taken_in',0,?4)",
                          "sssiiss", site, id, number, js_int(what, "at", 0), clock_now(),
                          js_str(item, "code"), js_str(what, "channel"));
    if (rc == ERR_OK)
        rc = put_papers(h, site, id, item, what);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "UPDATE case_file SET missing = (SELECT count(*) FROM paper p"
                     " WHERE p.site = ?1 AND p.case_id = ?2 AND p.needed = 1"
                     " AND p.state = 'missing') WHERE site = ?1 AND id = ?2",
                     "ss", site, id);
    return rc;
}

static bool here(struct hub *h, const char *site, const char *id, const char *more)
{
    return hub_number(h->db, 0, more, "ss", site, id) > 0;
}

static enum err keep(struct hub *h, const struct buf *bytes, const char *officer, json_t *what)
{
    char id[ENTRY_ID], number[32];
    const char *site = js_str(what, "site");
    int64_t epoch = js_int(what, "epoch", 0), seq = js_int(what, "seq", 0);
    journal_id(false, epoch, seq, id);
    idno_case_number(site, epoch, seq, number);
    bool known = here(h, site, id, "SELECT count(*) FROM case_file WHERE site = ?1 AND id = ?2");
    enum err rc = known ? ERR_OK : begin_case(h, site, id, number, what);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO slip_in (site, case_id, at, officer, bytes)"
                     " VALUES (?1,?2,?3,?4,?5) ON CONFLICT DO NOTHING",
                     "ssisb", site, id, clock_now(), officer, bytes->data, bytes->len);
    if (rc == ERR_OK && !here(h, site, id,
                              "SELECT count(*) FROM case_file WHERE site = ?1 AND id = ?2"
                              " AND received IS NOT NULL"))
        rc = hub_case_decide(h, site, id, "receive", "", officer);
    js_set_str(what, "id", id);
    js_set_str(what, "number", number);
    json_object_set_new(what, "known", json_boolean(known));
    return rc;
}

enum err hub_slip_take(struct hub *h, const char *digits, const char *officer, json_t **what)
{
    struct buf bytes = BUF_INIT;
    *what = NULL;
    enum err rc = slip_from_digits(digits, &bytes);
    if (rc == ERR_OK)
        rc = open_slip(h, bytes.data, bytes.len, what);
    if (rc == ERR_OK && (rc = hub_begin(h->db)) == ERR_OK)
        rc = hub_end(h->db, keep(h, &bytes, officer, *what));
    if (rc != ERR_OK) {
        json_decref(*what);
        *what = NULL;
    }
    buf_fini(&bytes);
    return rc;
}

enum err hub_slip_read(struct hub *h, const char *site, const char *id, json_t **what)
{
    struct hub_rows r;
    struct buf bytes = BUF_INIT;
    *what = NULL;
    enum err rc = hub_ask(h->db, &r, "SELECT bytes FROM slip_in WHERE site = ?1 AND case_id = ?2",
                          "ss", site, id);
    if (rc != ERR_OK || !hub_next(&r, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "slip", NULL);
    size_t len;
    const void *blob = hub_blob(&r, 0, &len);
    buf_add(&bytes, blob, len);
    hub_done(&r);
    rc = open_slip(h, bytes.data, bytes.len, what);
    buf_fini(&bytes);
    return rc;
}
