/* Owns: courier lists at the hub. Invariant: a list arrives once; a paper that has gone on since
 * stays where it is (as kiosk/desk/courier.c has it). */
#include "sync/hub/courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/order.h"

static enum err hand_over(struct hub *h, const char *site, const struct entry *e)
{
    size_t i;
    json_t *one;
    enum err rc = ERR_OK;
    json_array_foreach(js_get(e->body, "cases"), i, one)
    {
        if (rc == ERR_OK && json_is_string(one))
            rc = hub_run(h->db,
                         "INSERT INTO courier_case (site, case_id, list) VALUES (?1,?2,?3)"
                         " ON CONFLICT DO NOTHING",
                         "sss", site, json_string_value(one), e->id);
    }
    json_array_foreach(js_get(e->body, "papers"), i, one)
    {
        if (rc == ERR_OK)
            rc = hub_run(h->db,
                         "UPDATE paper SET holder = 'courier', held_by = ?2"
                         " WHERE site = ?1 AND case_id = ?3 AND paper = ?4",
                         "ssss", site, e->id, js_str(one, "case"), js_str(one, "paper"));
    }
    return rc;
}

enum err hub_courier_begin(struct hub *h, const char *site, const struct entry *e)
{
    char number[32];
    const json_t *cases = js_get(e->body, "cases"), *papers = js_get(e->body, "papers");
    if (!json_is_array(cases) || !json_is_array(papers))
        return err_set(ERR_FIELD_REQUIRED, "cases", NULL);
    idno_case_number(site, e->epoch, e->seq, number);
    char *text = js_dump(cases);
    enum err rc = hub_run(h->db,
                          "INSERT INTO courier (site, id, number, at, clerk, cases, papers)"
                          " VALUES (?1,?2,?3,?4,?5,?6,?7)",
                          "sssissi", site, e->id, number, e->at, e->clerk, text,
                          (int64_t)json_array_size(papers));
    free(text);
    return rc == ERR_OK ? hand_over(h, site, e) : rc;
}

enum err hub_courier_arrived(struct hub *h, const char *site, const struct entry *e)
{
    int64_t n = hub_number(h->db, 0, "SELECT count(*) FROM courier WHERE site = ?1 AND id = ?2",
                           "ss", site, e->subject);
    if (n == 0)
        return err_set(ERR_NOT_FOUND, "courier", "%.40s", e->subject);
    enum err rc = hub_run(h->db,
                          "UPDATE courier SET received = ?3, receiver = ?4"
                          " WHERE site = ?1 AND id = ?2 AND received IS NULL",
                          "ssis", site, e->subject, e->at, e->clerk);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "UPDATE paper SET holder = 'sub_centre', held_by = ?3"
                     " WHERE site = ?1 AND case_id IN (SELECT case_id FROM courier_case"
                     "  WHERE site = ?1 AND list = ?2) AND holder = 'courier' AND held_by = ?2",
                     "sss", site, e->subject, e->id);
    return rc;
}

/* --- by an officer ---------------------------------------------------------------------------- */

static enum err find(struct hub *h, const char *site, const char *which, char at[SITE_CODE],
                     char id[ENTRY_ID])
{
    struct hub_rows rows;
    char number[40], site6[7];
    long long epoch, seq;
    int n = 0;
    enum err rc = idno_case_parse(which, site6, &epoch, &seq);
    if (rc == ERR_CHECK_DIGIT)
        return rc;
    snprintf(number, sizeof number, "%s", which);
    if (rc == ERR_OK)
        idno_case_number(site6, epoch, seq, number);
    rc = hub_ask(h->db, &rows,
                 "SELECT site, id FROM courier WHERE (?1 IS NULL OR site = ?1)"
                 " AND (number = ?2 OR id = ?3) LIMIT 2",
                 "sss", site, number, which);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        snprintf(at, SITE_CODE, "%s", hub_text(&rows, 0));
        snprintf(id, ENTRY_ID, "%s", hub_text(&rows, 1));
        n++;
    }
    if (rc != ERR_OK || n == 1)
        return rc;
    return n == 0 ? err_set(ERR_NOT_FOUND, "courier", NULL)
                  : err_set(ERR_DUPLICATE, "courier", "name the site too: --site CODE");
}

static enum err receive(struct hub *h, const char *site, const char *id, const char *officer)
{
    int64_t open = hub_number(h->db, 0,
                              "SELECT count(*) FROM courier WHERE site = ?1 AND id = ?2"
                              " AND received IS NULL",
                              "ss", site, id);
    if (open == 0)
        return err_set(ERR_STATE, "courier", "%s", _("this list has arrived already"));
    json_t *body = json_pack("{s:s}", "step", "received");
    struct hub_order o = {
        .site = site, .kind = "courier_step", .officer = officer, .subject = id, .body = body};
    struct entry e = {.order = true, .at = clock_now(), .clerk = officer, .subject = id};
    enum err rc = hub_order_add(h, &o, &e.seq);
    snprintf(e.id, sizeof e.id, "o.%lld", (long long)e.seq);
    if (rc == ERR_OK)
        rc = hub_courier_arrived(h, site, &e);
    json_decref(body);
    return rc;
}

enum err hub_courier_receive(struct hub *h, const char *site, const char *which,
                             const char *officer)
{
    char at[SITE_CODE], id[ENTRY_ID];
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = find(h, site, which, at, id);
    if (rc == ERR_OK)
        rc = receive(h, at, id, officer);
    return hub_end(h->db, rc);
}

enum err hub_courier_of_case(struct hub *h, const char *site, const char *id, json_t **out)
{
    struct hub_rows r;
    *out = json_array();
    enum err rc = hub_ask(h->db, &r,
                          "SELECT c.id, c.number, c.at, c.received, c.receiver, c.papers"
                          " FROM courier_case k JOIN courier c ON c.site = k.site AND c.id = k.list"
                          " WHERE k.site = ?1 AND k.case_id = ?2 ORDER BY c.at",
                          "ss", site, id);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        json_t *one = json_object();
        js_set_str(one, "id", hub_text(&r, 0));
        js_set_str(one, "number", hub_text(&r, 1));
        js_set_time(one, "at", hub_int(&r, 2));
        js_set_time(one, "received", hub_null(&r, 3) ? CLOCK_NONE : hub_int(&r, 3));
        js_set_str(one, "receiver", hub_null(&r, 4) ? NULL : hub_text(&r, 4));
        js_set_int(one, "papers", hub_int(&r, 5));
        json_array_append_new(*out, one);
    }
    return rc;
}
