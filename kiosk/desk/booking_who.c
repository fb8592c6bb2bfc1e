/* Owns: whom a booking is for. Invariant: a name and a telephone are compared where they are
 * unsealed, and overwritten behind it; nothing of them is kept. */
#include "kiosk/desk/booking_who.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/booking.h"
#include "kiosk/desk/person.h"
#include "kiosk/desk/sql.h"
#include "kiosk/desk/view.h"

static void set(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text != NULL ? text : "");
}

void booking_who_fini(struct booking_who *who)
{
    explicit_bzero(who, sizeof *who);
}

static enum err of_known(struct site *s, const char *id, struct booking_who *out)
{
    const struct person *p;
    enum err rc = person_find(s, id, &p);
    if (rc != ERR_OK)
        return rc;
    set(out->id, sizeof out->id, id);
    set(out->name, sizeof out->name, p->name);
    set(out->phone, sizeof out->phone, p->phone);
    return p->id_no != NULL ? person_tag(s, p->id_no, out->tag) : ERR_OK;
}

enum err booking_who_of(struct site *s, const json_t *in, struct booking_who *out)
{
    const char *ref = js_str(in, "ref"), *id_no = js_str(in, "id_no");
    *out = (struct booking_who){.id = ""};
    if (ref != NULL)
        return of_known(s, ref, out);
    set(out->name, sizeof out->name, js_str(in, "name"));
    set(out->phone, sizeof out->phone, js_str(in, "phone"));
    if (id_no == NULL)
        return ERR_OK;
    enum err rc = person_tag(s, id_no, out->tag);
    if (rc == ERR_OK && person_by_id_no(s, id_no, out->id) != ERR_OK)
        out->id[0] = 0;
    return rc;
}

/* Of somebody unknown here the order has the data; dropped after its time, nothing is known. */
static enum err of_order(struct site *s, const char *booking, struct booking_who *out)
{
    json_t *sealed = NULL;
    enum err rc = journal_unseal(&s->j, booking, &sealed);
    set(out->name, sizeof out->name, js_str(sealed, "name"));
    set(out->phone, sizeof out->phone, js_str(sealed, "phone"));
    if (sealed != NULL)
        js_forget(sealed);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

#define WHO_OF                                                                                     \
    "SELECT b.id, coalesce(nullif(b.person, ''), (SELECT p.id FROM person p WHERE p.tag = b.tag)," \
    " ''), coalesce(b.tag, '') FROM booking b WHERE"

enum err booking_who_read(struct site *s, const char *booking, struct booking_who *out)
{
    bool row = false;
    sqlite3_stmt *q;
    char id[ENTRY_ID] = "", tag[sizeof out->tag] = "";
    *out = (struct booking_who){.id = ""};
    enum err rc = sql_open(s->j.store, &q, WHO_OF " b.id = ?1", "t", booking);
    if (rc == ERR_OK)
        rc = store_step(s->j.store, q, &row);
    if (rc != ERR_OK || !row)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "booking", NULL);
    set(id, sizeof id, store_text(q, 1));
    set(tag, sizeof tag, store_text(q, 2));
    sqlite3_reset(q);
    rc = id[0] != 0 ? of_known(s, id, out) : of_order(s, booking, out);
    if (rc == ERR_OK && out->tag[0] == 0)
        set(out->tag, sizeof out->tag, tag);
    return rc;
}

/* --- the same --------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a[0] != 0 && strcmp(a, b) == 0;
}

static bool same(const struct booking_who *a, const struct booking_who *b)
{
    return same_text(a->id, b->id) || same_text(a->tag, b->tag) ||
           (same_text(a->name, b->name) && same_text(a->phone, b->phone));
}

#define AT_ONCE_MAX 200 /* bookings that touch one half hour */

enum err booking_once(struct site *s, const struct booking_who *who, const char *but, int64_t from,
                      int64_t to)
{
    char ids[AT_ONCE_MAX][ENTRY_ID];
    size_t n = 0;
    bool row = false, twice = false;
    sqlite3_stmt *q;
    enum err rc = sql_open(s->j.store, &q,
                           "SELECT id FROM booking WHERE starts < ?2 AND starts >= ?3"
                           " AND ends > ?1 AND state = 'booked' AND id <> ?4",
                           "iiit", from, to, clock_day(from), but);
    while (rc == ERR_OK && (rc = store_step(s->j.store, q, &row)) == ERR_OK && row)
        if (n < AT_ONCE_MAX)
            set(ids[n++], ENTRY_ID, store_text(q, 0));
    for (size_t i = 0; rc == ERR_OK && !twice && i < n; i++) {
        struct booking_who other;
        rc = booking_who_read(s, ids[i], &other);
        twice = rc == ERR_OK && same(who, &other);
        booking_who_fini(&other);
    }
    if (rc != ERR_OK || !twice)
        return rc;
    return err_set(ERR_DUPLICATE, "from", "%s", _("this person is booked then already"));
}

/* --- perhaps the same -------------------------------------------------------------------------
 */

struct perhaps {
    const char *person, *name;
    json_t *rows;
};

static enum err take_perhaps(void *to, json_t *row)
{
    const struct perhaps *p = to;
    const char *name = js_str(row, "name"), *person = js_str(row, "person");
    const char *state = js_str(row, "state");
    if (name == NULL || strcmp(name, p->name) != 0 || strcmp(state, "booked") != 0 ||
        (person != NULL && strcmp(person, p->person) == 0))
        return ERR_OK;
    json_object_set_new(row, "perhaps", json_true());
    json_array_append(p->rows, row);
    return ERR_OK;
}

enum err booking_perhaps(struct site *s, const char *person, json_t *rows)
{
    struct booking_who who;
    int64_t day = clock_day(clock_now());
    struct view_query q = {.from = day, .to = day + CLOCK_DAY_MS, .state = "booked"};
    enum err rc = s->j.unlocked ? booking_who_of(s, NULL, &who) : err_set(ERR_SIGN_IN, NULL, NULL);
    if (rc != ERR_OK)
        return rc;
    rc = of_known(s, person, &who);
    struct perhaps p = {person, who.name, rows};
    if (rc == ERR_OK && who.name[0] != 0)
        rc = view_each(s, "bookings", &q, take_perhaps, &p);
    booking_who_fini(&who);
    return rc;
}

/* --- who has come ----------------------------------------------------------------------------- */

static json_t *parts_of(const json_t *sealed, const char *const *parts)
{
    json_t *out = json_object();
    for (; *parts != NULL; parts++)
        if (js_str(sealed, *parts) != NULL)
            js_set_str(out, *parts, js_str(sealed, *parts));
    return out;
}

/* The number goes over to somebody of whom none is known. */
static enum err give_number(struct site *s, const char *person, const json_t *sealed)
{
    static const char *const number[] = {"id_no", NULL};
    char what[16 + ENTRY_ID];
    const struct person *p;
    const char *id_no = js_str(sealed, "id_no");
    enum err rc = person_find(s, person, &p);
    if (rc != ERR_OK || id_no == NULL)
        return rc;
    if (p->id_no != NULL)
        return strcmp(p->id_no, id_no) == 0 ? ERR_OK
                                            : err_set(ERR_CONSTRAINT, "person", "%s",
                                                      _("this person has another ID number"));
    json_t *in = parts_of(sealed, number), *out = NULL;
    js_set_str(in, "name", p->name);
    snprintf(what, sizeof what, "%s", person);
    rc = person_act(s, what, in, &out);
    js_forget(in);
    json_decref(out);
    return rc;
}

enum err booking_link(struct site *s, const char *booking, const json_t *in, char person[ENTRY_ID])
{
    static const char *const parts[] = {"name", "id_no", "phone", NULL};
    json_t *sealed = NULL;
    const char *ref = js_str(in, "ref");
    if (ref == NULL && !js_bool(in, "new"))
        return err_set(ERR_FIELD_TYPE, "person", NULL);
    enum err rc = strncmp(booking, "o.", 2) == 0 ? journal_unseal(&s->j, booking, &sealed) : ERR_OK;
    if (rc == ERR_NOT_FOUND)
        rc = ERR_OK;
    json_t *own = rc == ERR_OK && ref == NULL && sealed != NULL ? parts_of(sealed, parts) : NULL;
    if (rc == ERR_OK && ref == NULL && own == NULL)
        rc = err_set(ERR_NOT_FOUND, "person", NULL);
    if (rc == ERR_OK)
        rc = person_put(s, ref != NULL ? in : own, person);
    if (rc == ERR_OK && ref != NULL)
        rc = give_number(s, person, sealed);
    if (own != NULL)
        js_forget(own);
    if (sealed != NULL)
        js_forget(sealed);
    return rc;
}
