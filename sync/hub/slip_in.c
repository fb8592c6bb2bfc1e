/* Owns: slips at the hub. Invariant: a slip and the entries of the same case make one case,
 * whichever comes first and however often the slip is read; names stay sealed in the slip. */
#include "sync/hub/slip_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/case.h"
#include "kiosk/print/slip.h"
#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/audit.h"
#include "sync/hub/casework.h"
#include "sync/hub/items.h"
#include "sync/hub/site.h"

#define NUMBER_MAX 24 /* digits of a case number; the shortest slip has more */

/* --- opened ----------------------------------------------------------------------------------- */

/* By the key of each machine that the site ever had, the last one first: a paper may be older than
 * the machine. */
static enum err open_with_keys(struct hub *h, const char *site, const struct buf *slip,
                               bool *revoked, json_t **what)
{
    struct hub_rows r;
    unsigned char pub[SIGN_PUB_BYTES];
    enum err rc = hub_ask(h->db, &r,
                          "SELECT e.sign_pub, s.state = 'revoked' FROM site_epoch e"
                          " JOIN site s ON s.site = e.site WHERE e.site = ?1 ORDER BY e.epoch DESC",
                          "s", site);
    enum err read = err_set(ERR_SLIP_SITE, site, NULL);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        *revoked = hub_int(&r, 1) != 0;
        read = hub_bytes(&r, 0, pub, sizeof pub)
                   ? slip_read(slip->data, slip->len, h->keys.box_pub, h->keys.box_sec, pub, what)
                   : err_set(ERR_CORRUPT, "site_epoch", NULL);
        if (read == ERR_SLIP_FORGED)
            continue;
        hub_done(&r);
        break;
    }
    return rc != ERR_OK ? rc : read;
}

static enum err open_slip(struct hub *h, const struct buf *slip, bool *revoked, json_t **what)
{
    char site[SITE_CODE];
    *what = NULL;
    *revoked = false;
    enum err rc = slip_check(slip->data, slip->len, h->keys.box_pub, h->keys.box_sec);
    if (rc == ERR_OK)
        rc = slip_site(slip->data, slip->len, site);
    return rc == ERR_OK ? open_with_keys(h, site, slip, revoked, what) : rc;
}

enum err hub_slip_read(struct hub *h, const char *site, const char *id, json_t **what)
{
    size_t len;
    struct hub_rows r;
    bool revoked;
    struct buf slip = BUF_INIT;
    *what = NULL;
    enum err rc = hub_ask(h->db, &r,
                          "SELECT bytes FROM slip_in WHERE site = ?1 AND case_id = ?2"
                          " ORDER BY at DESC LIMIT 1",
                          "ss", site, id);
    if (rc != ERR_OK || !hub_next(&r, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "slip", NULL);
    const void *bytes = hub_blob(&r, 0, &len);
    buf_add(&slip, bytes, len);
    hub_done(&r);
    rc = open_slip(h, &slip, &revoked, what);
    buf_fini(&slip);
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
    hub_items_use(h, site);
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

/* Told once, and only where the case still waits for it. */
static enum err tell_received(struct hub *h, const char *site, const char *id, const char *officer)
{
    struct hub_rows r;
    enum err rc = hub_ask(h->db, &r,
                          "SELECT state, received IS NOT NULL FROM case_file"
                          " WHERE site = ?1 AND id = ?2",
                          "ss", site, id);
    if (rc != ERR_OK || !hub_next(&r, &rc))
        return rc;
    bool wanted = hub_int(&r, 1) == 0 && case_after(hub_text(&r, 0), "receive", true) != NULL;
    hub_done(&r);
    return wanted ? hub_case_decide(h, site, id, "receive", "", officer) : ERR_OK;
}

/* When the case's first slip, or with `bytes` this very one, was read, as {"at","by"}; NULL: never.
 */
static json_t *first_read(struct hub *h, const char *site, const char *id, const struct buf *bytes)
{
    struct hub_rows r;
    json_t *first = NULL;
    enum err rc = hub_ask(h->db, &r,
                          "SELECT at, officer FROM slip_in WHERE site = ?1 AND case_id = ?2"
                          " AND (?3 IS NULL OR bytes = ?3) ORDER BY at LIMIT 1",
                          "ssb", site, id, bytes != NULL ? bytes->data : NULL,
                          bytes != NULL ? bytes->len : (size_t)0);
    if (rc != ERR_OK || !hub_next(&r, &rc))
        return NULL;
    first = json_object();
    js_set_time(first, "at", hub_int(&r, 0));
    js_set_str(first, "by", hub_text(&r, 1));
    hub_done(&r);
    return first;
}

/* Which answer it is, with what there is to tell about the readings before. */
static const char *answer_of(struct hub *h, const struct buf *slip, bool known, json_t *what)
{
    const char *site = js_str(what, "site"), *id = js_str(what, "id");
    json_t *same = first_read(h, site, id, slip);
    json_t *other = same == NULL ? first_read(h, site, id, NULL) : NULL;
    const char *answer = same != NULL    ? "again"
                         : other != NULL ? "reprint"
                         : known         ? "joined"
                                         : "recorded";
    if (same != NULL || other != NULL)
        json_object_set(what, "first", same != NULL ? same : other);
    json_decref(same);
    json_decref(other);
    return answer;
}

static enum err keep(struct hub *h, const struct buf *slip, const char *officer, json_t *what)
{
    char id[ENTRY_ID], number[32];
    const char *site = js_str(what, "site");
    int64_t epoch = js_int(what, "epoch", 0), seq = js_int(what, "seq", 0);
    journal_id(false, epoch, seq, id);
    idno_case_number(site, epoch, seq, number);
    bool known = hub_number(h->db, 0, "SELECT count(*) FROM case_file WHERE site = ?1 AND id = ?2",
                            "ss", site, id) > 0;
    js_set_str(what, "id", id);
    js_set_str(what, "number", number);
    json_object_set_new(what, "known", json_boolean(known));
    js_set_str(what, "answer", answer_of(h, slip, known, what));
    if (strcmp(js_str(what, "answer"), "again") == 0)
        return ERR_OK;
    enum err rc = known ? ERR_OK : begin_case(h, site, id, number, what);
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO slip_in (site, case_id, at, officer, bytes)"
                     " VALUES (?1,?2,?3,?4,?5)",
                     "ssisb", site, id, clock_now(), officer, slip->data, slip->len);
    return rc == ERR_OK ? tell_received(h, site, id, officer) : rc;
}

static void put_differs(struct hub *h, json_t *what)
{
    json_t *whole = NULL;
    if (hub_case_whole(h, js_str(what, "site"), js_str(what, "id"), &whole) == ERR_OK)
        json_object_set(what, "differs", js_get(whole, "differs"));
    json_decref(whole);
}

/* The bytes; digits that no whole slip gives are a part of one only behind a slip's header. */
static enum err bytes_of(const char *digits, struct buf *slip)
{
    char site[SITE_CODE];
    enum err rc = slip_from_digits(digits, slip);
    if (rc == ERR_SLIP_CUT && slip_site(slip->data, slip->len, site) == ERR_SLIP)
        return ERR_SLIP;
    return rc == ERR_SLIP_CUT ? err_set(rc, NULL, NULL) : rc;
}

static enum err take_slip(struct hub *h, const char *digits, const char *officer, json_t **what)
{
    bool revoked;
    struct buf slip = BUF_INIT;
    enum err rc = bytes_of(digits, &slip);
    if (rc == ERR_OK)
        rc = open_slip(h, &slip, &revoked, what);
    if (rc == ERR_OK && revoked)
        rc = err_set(ERR_SLIP_REVOKED, js_str(*what, "site"), NULL);
    if (rc == ERR_OK && (rc = hub_begin(h->db)) == ERR_OK)
        rc = hub_end(h->db, keep(h, &slip, officer, *what));
    if (rc == ERR_OK)
        put_differs(h, *what);
    buf_fini(&slip);
    return rc;
}

static enum err find_case(struct hub *h, const char *number, json_t **what)
{
    enum err rc = hub_case_whole(h, NULL, number, what);
    if (rc == ERR_NOT_FOUND)
        return err_set(ERR_CASE_UNKNOWN, "case", NULL);
    if (rc == ERR_OK)
        js_set_str(*what, "answer", "found");
    return rc;
}

/* --- read ------------------------------------------------------------------------------------- */

/* A reading that cannot be noted counts all the same: the case is what matters. */
static void note(struct hub *h, const char *officer, enum err rc, const json_t *what)
{
    if (hub_begin(h->db) != ERR_OK)
        return;
    hub_lock_all(h->db, "slip_reading"); /* another hub may be numbering one */
    enum err noted =
        hub_run(h->db,
                "INSERT INTO slip_reading (n, at, officer, answer, site, case_id)"
                " SELECT coalesce(max(n), 0) + 1, ?1, ?2, ?3, ?4, ?5 FROM slip_reading",
                "issss", clock_now(), officer, rc == ERR_OK ? js_str(what, "answer") : err_word(rc),
                js_str(what, "site"), rc == ERR_OK ? js_str(what, "id") : NULL);
    hub_end(h->db, noted);
}

enum err hub_slip_scan(struct hub *h, const char *typed, const char *officer, json_t **what)
{
    char clean[SLIP_MAX_DIGITS + 1];
    *what = NULL;
    enum err rc = idno_compact(typed, " -", clean, sizeof clean) && *clean != 0
                      ? ERR_OK
                      : err_set(ERR_SLIP, NULL, NULL);
    if (rc == ERR_OK && strlen(clean) > NUMBER_MAX)
        rc = take_slip(h, clean, officer, what);
    else if (rc == ERR_OK && strspn(clean, "0123456789") == strlen(clean))
        rc = find_case(h, clean, what);
    else
        rc = err_set(ERR_SLIP, NULL, NULL);
    note(h, officer, rc, *what);
    if (rc == ERR_OK) /* what is shown now names a person */
        rc = hub_audit_note(h, officer, "slip", js_str(*what, "site"), js_str(*what, "id"),
                            js_str(*what, "answer"));
    if (rc != ERR_OK) {
        json_decref(*what);
        *what = NULL;
    }
    return rc;
}
