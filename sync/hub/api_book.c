/* Owns: the API by which another program books, for instance the server of a mini-program; what it
 * says is assets/web/openapi.json. Invariant: nothing is told or done without a token that counts;
 * an error is JSON too. */
#include "sync/hub/api_book.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/booking.h"
#include "sync/hub/items.h"
#include "sync/hub/rate.h"

void api_answer(struct web *w, unsigned status, const json_t *body)
{
    char *text = js_dump(body);
    buf_clear(&w->out);
    buf_text(&w->out, text);
    buf_byte(&w->out, '\n');
    web_reply(w, status, "application/json");
    secret_wipe(text, strlen(text));
    free(text);
}

static unsigned status_of(enum err rc)
{
    static const struct {
        enum err rc;
        unsigned status;
    } table[] = {
        {ERR_SIGN_IN, 401},   {ERR_ROLE, 403},       {ERR_NOT_FOUND, 404},      {ERR_STATE, 409},
        {ERR_SUSPENDED, 409}, {ERR_CONSTRAINT, 409}, {ERR_DUPLICATE, 409},      {ERR_BUSY, 503},
        {ERR_JSON, 400},      {ERR_IO, 500},         {ERR_DISK_FULL, 500},      {ERR_SEAL, 500},
        {ERR_INTERNAL, 500},  {ERR_STORE_DOWN, 503}, {ERR_COMMIT_UNKNOWN, 503},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].rc == rc)
            return table[i].status;
    return 422;
}

void api_fail(struct web *w, enum err rc)
{
    json_t *o = json_object();
    js_set_str(o, "error", err_word(rc));
    js_set_str(o, "field", err_last() == rc && *err_field() != 0 ? err_field() : NULL);
    js_set_str(o, "message", err_what(rc));
    api_answer(w, status_of(rc), o);
    json_decref(o);
}

static void too_many(struct web *w)
{
    err_set(ERR_BUSY, NULL, NULL);
    api_fail(w, ERR_BUSY);
    web_reply(w, MHD_HTTP_TOO_MANY_REQUESTS, "application/json");
}

bool api_admits(struct web *w)
{
    static const char bearer[] = "Bearer ";
    const char *header = web_header(w, "Authorization");
    bool shown = header != NULL && strncmp(header, bearer, sizeof bearer - 1) == 0;
    enum err rc =
        shown ? hub_token_find(w->hub, header + sizeof bearer - 1, w->route->scope, w->caller)
              : err_set(ERR_SIGN_IN, "Authorization", NULL);
    char who[80];
    snprintf(who, sizeof who, "%c%s", *w->caller != 0 ? 't' : 'a',
             *w->caller != 0 ? w->caller : w->address);
    if (!rate_allows_call(who)) {
        too_many(w);
        return false;
    }
    if (rc != ERR_OK)
        api_fail(w, rc);
    return rc == ERR_OK;
}

static bool member_fits(const char *member, const char *key, const json_t *value)
{
    if (*member == '{')
        return strcmp(member + 1, key) == 0 && json_is_object(value);
    if (*member == '#')
        return strcmp(member + 1, key) == 0 && json_is_integer(value);
    return strcmp(member, key) == 0 && json_is_string(value);
}

static bool member_is(const char *member, const char *key)
{
    return strcmp(member + (*member == '{' || *member == '#'), key) == 0;
}

enum err api_body(struct web *w, const char *const *members, json_t **out)
{
    const char *key;
    json_t *value;
    *out = NULL;
    enum err rc = js_parse(buf_str(&w->body), w->body.len, NULL, out);
    if (rc != ERR_OK)
        return rc;
    if (!json_is_object(*out))
        return err_set(ERR_JSON, NULL, NULL);
    json_object_foreach(*out, key, value)
    {
        size_t i = 0;
        while (members[i] != NULL && !member_is(members[i], key))
            i++;
        if (members[i] == NULL)
            return err_set(ERR_FIELD_UNKNOWN, key, NULL);
        if (!member_fits(members[i], key, value))
            return err_set(ERR_FIELD_TYPE, key, NULL);
    }
    return ERR_OK;
}

static enum err read_time(const json_t *in, int64_t *from)
{
    const char *text = js_str(in, "from");
    if (text == NULL)
        return err_set(ERR_FIELD_REQUIRED, "from", NULL);
    return clock_parse(text, from) ? ERR_OK : err_set(ERR_TIME, "from", NULL);
}

/* --- what is free ----------------------------------------------------------------------------- */

void api_slots(struct web *w)
{
    int64_t day = clock_day(clock_now());
    json_t *slots = NULL;
    const char *asked = web_query(w, "day"), *item = web_query(w, "item");
    enum err rc = ERR_OK;
    if (item == NULL)
        rc = err_set(ERR_FIELD_REQUIRED, "item", NULL);
    if (rc == ERR_OK && asked != NULL && !clock_parse_date(asked, &day))
        rc = err_set(ERR_DATE, "day", NULL);
    if (rc == ERR_OK)
        rc = hub_slots(w->hub, w->arg[0], day, item, &slots);
    if (rc == ERR_OK) {
        json_t *o = json_pack("{s:O}", "slots", slots);
        api_answer(w, MHD_HTTP_OK, o);
        json_decref(o);
    } else {
        api_fail(w, rc);
    }
    json_decref(slots);
}

/* --- held and booked -------------------------------------------------------------------------- */

void api_hold(struct web *w)
{
    static const char *const members[] = {"item", "from", NULL};
    char token[HUB_HOLD];
    int64_t from = 0, until = 0;
    json_t *in = NULL;
    enum err rc = api_body(w, members, &in);
    if (rc == ERR_OK)
        rc = read_time(in, &from);
    if (rc == ERR_OK)
        rc = hub_hold(w->hub, w->arg[0], js_str(in, "item"), from, token, &until);
    if (rc == ERR_OK) {
        json_t *o = json_object();
        js_set_str(o, "hold", token);
        js_set_time(o, "until", until);
        api_answer(w, MHD_HTTP_CREATED, o);
        json_decref(o);
    } else {
        api_fail(w, rc);
    }
    json_decref(in);
}

/* The names of the papers, in the caller's language. */
static void set_bring(json_t *booking)
{
    size_t i;
    json_t *paper, *bring = json_array();
    const json_t *item = hub_item(js_str(booking, "item"));
    json_t *papers = item != NULL ? catalogue_papers(item, false) : NULL;
    json_array_foreach(papers, i, paper)
        json_array_append_new(bring, json_string(lang_pick(paper)));
    json_object_set_new(booking, "bring", bring);
    json_decref(papers);
}

static enum err book(struct web *w, const json_t *in, const char *by, json_t **out)
{
    struct hub_wish wish = {.site = w->arg[0],
                            .item = js_str(in, "item"),
                            .by = by,
                            .name = js_str(in, "name"),
                            .id_no = js_str(in, "id_no"),
                            .phone = js_str(in, "phone"),
                            .hold = js_str(in, "hold"),
                            .means = js_str(in, "by") != NULL ? js_str(in, "by") : "wechat"};
    enum err rc = read_time(in, &wish.from);
    if (rc == ERR_OK && strcmp(wish.means, "wechat") != 0 && strcmp(wish.means, "web") != 0)
        rc = err_set(ERR_FIELD_CHOICE, "by", "wechat, web");
    return rc == ERR_OK ? hub_book(w->hub, &wish, out) : rc;
}

void api_book(struct web *w)
{
    static const char *const members[] = {"item",  "from", "name", "id_no",
                                          "phone", "hold", "by",   NULL};
    json_t *in = NULL, *booking = NULL;
    enum err rc = api_body(w, members, &in);
    if (rc == ERR_OK)
        rc = book(w, in, w->caller, &booking);
    if (rc == ERR_OK) {
        set_bring(booking);
        api_answer(w, MHD_HTTP_CREATED, booking);
    } else {
        api_fail(w, rc);
    }
    json_decref(in);
    json_decref(booking);
}

/* --- one booking ------------------------------------------------------------------------------ */

/* Only what came by this very token: another's bookings are none of its business. */
static enum err find_own(struct web *w, json_t **booking)
{
    *booking = NULL;
    if (hub_number(w->hub->db, 0,
                   "SELECT count(*) FROM booking WHERE site = ?1 AND id = ?2"
                   " AND source = 'hub' AND by = ?3",
                   "sss", w->arg[0], w->arg[1], w->caller) == 0)
        return err_set(ERR_NOT_FOUND, "booking", NULL);
    return hub_booking_read(w->hub, w->arg[0], w->arg[1], booking);
}

void api_booking(struct web *w)
{
    json_t *booking;
    enum err rc = find_own(w, &booking);
    if (rc == ERR_OK) {
        set_bring(booking);
        api_answer(w, MHD_HTTP_OK, booking);
    } else {
        api_fail(w, rc);
    }
    json_decref(booking);
}

void api_booking_cancel(struct web *w)
{
    json_t *booking;
    enum err rc = find_own(w, &booking);
    if (rc == ERR_OK)
        rc = hub_booking_cancel(w->hub, w->arg[0], w->arg[1], w->caller);
    if (rc == ERR_OK) {
        js_set_str(booking, "state", "cancelled");
        api_answer(w, MHD_HTTP_OK, booking);
    } else {
        api_fail(w, rc);
    }
    json_decref(booking);
}

void api_description(struct web *w)
{
    const struct asset *a = asset_find("web/openapi.json");
    if (a != NULL)
        buf_add(&w->out, a->data, a->len);
    web_reply(w, a != NULL ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND, "application/json");
}
