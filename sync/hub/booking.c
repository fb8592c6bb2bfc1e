/* Owns: bookings made and cancelled at the hub. Invariant: each is an order to the village, and
 * takes a place that was the hub's to give; who it is for is sealed before anything is stored. */
#include "sync/hub/booking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/booking_slot.h"
#include "sync/hub/order.h"

#define NAME_POINTS 40
#define AHEAD_MAX 3 /* bookings of one person that still lie ahead, in one village */

/* --- who -------------------------------------------------------------------------------------- */

struct who {
    char name[200], id_no[19], phone[24], tag[2 * TAG_BYTES + 1];
};

static enum err clean_name(const char *text, char out[200])
{
    if (strlen(text) >= 200 || utf8_count(text) > NAME_POINTS)
        return err_set(ERR_TOO_LONG, "name", "%d", NAME_POINTS);
    enum err rc = utf8_check(text, strlen(text));
    if (rc != ERR_OK)
        return err_set(rc, "name", NULL);
    utf8_clean(text, out);
    return *out != 0 ? ERR_OK : err_set(ERR_FIELD_REQUIRED, "name", NULL);
}

/* Notes which field it was: the page shows it beside the field. */
static enum err named(enum err rc, const char *field)
{
    return rc == ERR_OK ? rc : err_set(rc, field, NULL);
}

static enum err read_who(struct hub *h, const struct hub_wish *w, struct who *out)
{
    unsigned char tag[TAG_BYTES];
    const unsigned char *key;
    if (w->name == NULL || w->id_no == NULL || w->phone == NULL)
        return err_set(ERR_FIELD_REQUIRED,
                       w->name == NULL ? "name" : (w->id_no == NULL ? "id_no" : "phone"), NULL);
    int64_t epoch = hub_number(h->db, 0, "SELECT epoch FROM site WHERE site = ?1", "s", w->site);
    enum err rc = clean_name(w->name, out->name);
    if (rc == ERR_OK)
        rc = named(idno_check(w->id_no, out->id_no), "id_no");
    if (rc == ERR_OK)
        rc = named(idno_phone(w->phone, out->phone), "phone");
    if (rc == ERR_OK)
        rc = hub_data_key(h, w->site, epoch, &key);
    if (rc != ERR_OK)
        return rc;
    secret_tag(key, out->id_no, tag);
    hex_encode(tag, sizeof tag, out->tag);
    return ERR_OK;
}

/* Nobody takes many places, nor two in one half hour. */
static enum err check_others(struct hub *h, const struct hub_wish *w, const struct who *who)
{
    int64_t same = hub_number(h->db, 0,
                              "SELECT count(*) FROM booking WHERE site = ?1 AND tag = ?2"
                              " AND starts = ?3 AND state = 'booked'",
                              "ssi", w->site, who->tag, w->from);
    int64_t ahead = hub_number(h->db, 0,
                               "SELECT count(*) FROM booking WHERE site = ?1 AND tag = ?2"
                               " AND starts > ?3 AND state = 'booked'",
                               "ssi", w->site, who->tag, clock_now());
    if (same > 0)
        return err_set(ERR_DUPLICATE, "from", NULL);
    if (ahead >= AHEAD_MAX)
        return err_set(ERR_CONSTRAINT, "person", _("at most %d appointments ahead"), AHEAD_MAX);
    return ERR_OK;
}

/* --- made ------------------------------------------------------------------------------------- */

static enum err order_booking(struct hub *h, const struct hub_wish *w, const struct who *who,
                              const char *group, struct entry *e, json_t **body)
{
    *body = json_object();
    js_set_str(*body, "item", w->item);
    js_set_int(*body, "from", w->from);
    js_set_int(*body, "to", w->from + SLOT_MS);
    js_set_str(*body, "by", w->means);
    js_set_str(*body, "group", group);
    js_set_str(*body, "tag", who->tag);
    json_t *sealed =
        json_pack("{s:s,s:s,s:s}", "name", who->name, "id_no", who->id_no, "phone", who->phone);
    struct hub_order o = {
        .site = w->site, .kind = "booking", .officer = w->by, .body = *body, .sealed = sealed};
    int64_t n = 0;
    enum err rc = hub_order_add(h, &o, &n);
    *e = (struct entry){.order = true,
                        .seq = n,
                        .at = clock_now(),
                        .clerk = w->by,
                        .kind = "booking",
                        .body = *body};
    snprintf(e->id, sizeof e->id, "o.%lld", (long long)n);
    e->subject = e->id;
    json_decref(sealed);
    return rc;
}

/* What is projected of our own order, and the hold that it was made from. */
static enum err write_booking(struct hub *h, const struct hub_wish *w, const struct who *who,
                              const char *group, const unsigned char *hold, char id[ENTRY_ID])
{
    struct entry e;
    json_t *body = NULL;
    enum err rc = order_booking(h, w, who, group, &e, &body);
    if (rc == ERR_OK)
        rc = hub_booking_begin(h, w->site, &e);
    if (rc == ERR_OK && hold != NULL)
        rc = hub_run(h->db, "UPDATE booking SET hold = ?3 WHERE site = ?1 AND id = ?2", "ssb",
                     w->site, e.id, hold, (size_t)HASH_BYTES);
    memcpy(id, e.id, ENTRY_ID);
    json_decref(body);
    return rc;
}

/* The hold's own place becomes free for its booking: it is gone when this transaction is. */
static enum err use_hold(struct hub *h, const struct hub_wish *w, const unsigned char *hold)
{
    return hub_run(h->db,
                   "DELETE FROM slot_hold WHERE site = ?1 AND token = ?2 AND starts = ?3"
                   " AND item = ?4",
                   "sbis", w->site, hold, (size_t)HASH_BYTES, w->from, w->item);
}

static enum err book(struct hub *h, const struct hub_wish *w, const unsigned char *hold,
                     char id[ENTRY_ID])
{
    struct who who;
    const json_t *item;
    json_t *plan = NULL;
    enum err rc = hub_plan(h, w->site, &plan);
    if (rc == ERR_OK)
        rc = hub_item_known(h, w->site, w->item, &item);
    if (rc == ERR_OK)
        rc = read_who(h, w, &who);
    if (rc == ERR_OK)
        rc = check_others(h, w, &who);
    if (rc == ERR_OK && hold != NULL)
        rc = use_hold(h, w, hold);
    if (rc == ERR_OK)
        rc = hub_slot_room(h, w->site, plan, item, w->from);
    if (rc == ERR_OK)
        rc = write_booking(h, w, &who, js_str(slots_group(plan, item), "id"), hold, id);
    secret_wipe(&who, sizeof who);
    json_decref(plan);
    return rc;
}

/* The booking that this hold became already; false: none. */
static bool made_of(struct hub *h, const char *site, const unsigned char *hold, char id[ENTRY_ID])
{
    struct hub_rows rows;
    enum err rc = hub_ask(h->db, &rows, "SELECT id FROM booking WHERE site = ?1 AND hold = ?2",
                          "sb", site, hold, (size_t)HASH_BYTES);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return false;
    snprintf(id, ENTRY_ID, "%s", hub_text(&rows, 0));
    hub_done(&rows);
    return true;
}

enum err hub_book(struct hub *h, const struct hub_wish *wish, json_t **out)
{
    unsigned char hash[HASH_BYTES], *hold = NULL;
    char id[ENTRY_ID] = "";
    *out = NULL;
    if (wish->hold != NULL && *wish->hold != 0) {
        hub_hold_hash(wish->hold, hash);
        hold = hash;
    }
    enum err rc = hub_begin(h->db);
    if (rc != ERR_OK)
        return rc;
    rc = hub_lock(h->db, wish->site);
    if (rc == ERR_OK && (hold == NULL || !made_of(h, wish->site, hold, id)))
        rc = book(h, wish, hold, id);
    rc = hub_end(h->db, rc);
    return rc == ERR_OK ? hub_booking_read(h, wish->site, id, out) : rc;
}

/* --- read ------------------------------------------------------------------------------------- */

enum err hub_booking_read(struct hub *h, const char *site, const char *id, json_t **out)
{
    struct hub_rows rows;
    char number[SLOTS_NUMBER];
    *out = NULL;
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT id, starts, ends, item, state, means, source FROM booking"
                          " WHERE site = ?1 AND id = ?2",
                          "ss", site, id);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "booking", NULL);
    json_t *row = *out = json_object();
    js_set_str(row, "id", hub_text(&rows, 0));
    js_set_str(row, "number", slots_number(hub_text(&rows, 0), number));
    js_set_time(row, "from", hub_int(&rows, 1));
    js_set_time(row, "to", hub_int(&rows, 2));
    js_set_str(row, "item", hub_text(&rows, 3));
    js_set_str(row, "state", hub_text(&rows, 4));
    js_set_str(row, "means", hub_text(&rows, 5));
    js_set_str(row, "source", hub_text(&rows, 6));
    hub_done(&rows);
    return ERR_OK;
}

enum err hub_booking_person(struct hub *h, const char *site, const char *id, json_t **out)
{
    struct hub_rows rows;
    char person[ENTRY_ID];
    *out = NULL;
    if (strncmp(id, "o.", 2) == 0)
        return hub_unseal(h, site, id, out);
    enum err rc = hub_ask(h->db, &rows, "SELECT person FROM booking WHERE site = ?1 AND id = ?2",
                          "ss", site, id);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "booking", NULL);
    snprintf(person, sizeof person, "%s", hub_text(&rows, 0));
    hub_done(&rows);
    return hub_person(h, site, person, out);
}

/* --- cancelled -------------------------------------------------------------------------------- */

static enum err cancel(struct hub *h, const char *site, const char *id, const char *by)
{
    int64_t n = 0;
    json_t *row = NULL, *body = json_pack("{s:s}", "step", "cancel");
    struct hub_order o = {
        .site = site, .kind = "booking_step", .officer = by, .subject = id, .body = body};
    enum err rc = hub_lock(h->db, site);
    if (rc == ERR_OK)
        rc = hub_booking_read(h, site, id, &row);
    if (rc == ERR_OK && strcmp(js_str(row, "state"), "booked") != 0)
        rc = err_set(ERR_STATE, "booking", "%s", js_str(row, "state"));
    if (rc == ERR_OK)
        rc = hub_order_add(h, &o, &n);
    struct entry e = {.order = true,
                      .seq = n,
                      .at = clock_now(),
                      .clerk = by,
                      .subject = id,
                      .kind = "booking_step",
                      .body = body};
    snprintf(e.id, sizeof e.id, "o.%lld", (long long)n);
    if (rc == ERR_OK)
        rc = hub_booking_step(h, site, &e);
    json_decref(row);
    json_decref(body);
    return rc;
}

enum err hub_booking_cancel(struct hub *h, const char *site, const char *id, const char *by)
{
    enum err rc = hub_begin(h->db);
    return rc == ERR_OK ? hub_end(h->db, cancel(h, site, id, by)) : rc;
}

/* Compares in constant time, so that nobody learns the telephone sign by sign. */
static bool proves(const json_t *person, const char *phone, const char *last4)
{
    char typed[24];
    const char *known = js_str(person, "phone"), *id_no = js_str(person, "id_no");
    if (known == NULL || id_no == NULL || strlen(id_no) != 18 || strlen(last4) != 4 ||
        idno_phone(phone, typed) != ERR_OK || strlen(known) != strlen(typed))
        return false;
    char end[5] = {last4[0], last4[1], last4[2], last4[3] == 'x' ? 'X' : last4[3], 0};
    return secret_equal(known, typed, strlen(typed)) && secret_equal(id_no + 14, end, 4);
}

enum err hub_booking_recall(struct hub *h, const char *site, const char *number, const char *phone,
                            const char *last4)
{
    char id[ENTRY_ID];
    json_t *person = NULL;
    if (slots_number_read(number, id) != ERR_OK ||
        hub_booking_person(h, site, id, &person) != ERR_OK || !proves(person, phone, last4)) {
        json_decref(person);
        return err_set(ERR_NOT_FOUND, "booking", NULL);
    }
    json_decref(person);
    return hub_booking_cancel(h, site, id, "web");
}
