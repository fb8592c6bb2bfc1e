/* Owns: what a program may read. Invariant: a name is told only where the audit was told first. */
#include "sync/hub/api_read.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/celltext.h"
#include "kiosk/rules/idno.h"
#include "sync/hub/api_book.h"
#include "sync/hub/audit.h"
#include "sync/hub/casework.h"
#include "sync/hub/person.h"
#include "sync/hub/view.h"

#define WHY_LEAST 2 /* signs */

/* The view of a path's last part, where the two have not the same name. */
static const char *view_of(const struct web *w)
{
    const char *name = w->route->pattern + strlen(API_V1);
    return strcmp(name, "users") == 0 ? "officers" : name;
}

struct page {
    int64_t passed, most; /* rows before it; rows of it */
    json_t *rows;
    bool more;
};

static enum err take_row(void *arg, const json_t *row)
{
    struct page *p = arg;
    if (p->passed > 0)
        p->passed--;
    else if ((int64_t)json_array_size(p->rows) < p->most)
        json_array_append(p->rows, (json_t *)(uintptr_t)row);
    else
        p->more = true;
    return ERR_OK;
}

/* A whole number of a query's value between two bounds. */
static enum err read_number(struct web *w, const char *name, int64_t least, int64_t most,
                            int64_t *out)
{
    char *end;
    const char *text = web_query(w, name);
    if (text == NULL)
        return ERR_OK;
    int64_t n = strtoll(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != 0 || n < least || n > most)
        return err_set(ERR_FIELD_RANGE, name, "%lld-%lld", (long long)least, (long long)most);
    *out = n;
    return ERR_OK;
}

/* --- CSV --------------------------------------------------------------------------------------
 */

static void put_text(struct buf *out, const char *text)
{
    buf_byte(out, '"');
    if (celltext_formula(text))
        buf_byte(out, '\'');
    for (; *text != 0; text++) {
        if (*text == '"')
            buf_byte(out, '"');
        buf_byte(out, (unsigned char)*text);
    }
    buf_byte(out, '"');
}

static void put_value(struct buf *out, const json_t *value)
{
    if (json_is_null(value))
        return;
    if (json_is_string(value)) {
        put_text(out, json_string_value(value));
        return;
    }
    char *text = js_dump(value);
    if (json_is_object(value) || json_is_array(value))
        put_text(out, text);
    else
        buf_text(out, text);
    free(text);
}

/* Every row of a view has the same members in the same order. */
static void answer_csv(struct web *w, const json_t *rows)
{
    size_t i;
    json_t *row, *value;
    const char *key, *comma = "";
    buf_clear(&w->out);
    json_object_foreach(json_array_get(rows, 0), key, value)
    {
        buf_printf(&w->out, "%s%s", comma, key);
        comma = ",";
    }
    buf_text(&w->out, "\r\n");
    json_array_foreach(rows, i, row)
    {
        comma = "";
        json_object_foreach(row, key, value)
        {
            buf_text(&w->out, comma);
            put_value(&w->out, value);
            comma = ",";
        }
        buf_text(&w->out, "\r\n");
    }
    web_reply(w, MHD_HTTP_OK, "text/csv; charset=utf-8");
}

/* --- lists ------------------------------------------------------------------------------------
 */

static void answer_rows(struct web *w, const struct page *p, int64_t next)
{
    char text[24];
    json_t *o = json_pack("{s:O}", "rows", p->rows);
    snprintf(text, sizeof text, "%lld", (long long)next);
    js_set_str(o, "next", p->more ? text : NULL);
    api_answer(w, MHD_HTTP_OK, o);
    json_decref(o);
}

void api_list(struct web *w)
{
    const char *format = web_query(w, "format");
    bool csv = format != NULL && strcmp(format, "csv") == 0;
    int64_t after = 0, most = csv ? API_CSV_MOST : API_USUAL;
    struct page p = {.rows = json_array()};
    enum err rc = ERR_OK;
    if (format != NULL && !csv && strcmp(format, "json") != 0)
        rc = err_set(ERR_FIELD_CHOICE, "format", "json, csv");
    if (rc == ERR_OK)
        rc = read_number(w, "limit", API_LEAST, csv ? API_CSV_MOST : API_MOST, &most);
    if (rc == ERR_OK)
        rc = read_number(w, "after", 0, INT64_MAX / 2, &after);
    p.passed = after;
    p.most = most;
    struct hub_query q = {
        .site = web_query(w, "site"), .state = web_query(w, "state"), .limit = after + most + 1};
    if (rc == ERR_OK && csv)
        rc = hub_audit(w->hub, NULL, "export", q.site, view_of(w));
    if (rc == ERR_OK)
        rc = hub_view(w->hub, view_of(w), &q, take_row, &p);
    if (rc != ERR_OK)
        api_fail(w, rc);
    else if (csv)
        answer_csv(w, p.rows);
    else
        answer_rows(w, &p, after + most);
    json_decref(p.rows);
}

static void answer_one(struct web *w, enum err rc, const json_t *one)
{
    if (rc == ERR_OK)
        api_answer(w, MHD_HTTP_OK, one);
    else
        api_fail(w, rc);
}

void api_site(struct web *w)
{
    struct page p = {.rows = json_array(), .most = 1};
    struct hub_query q = {.site = w->arg[0]};
    enum err rc = hub_view(w->hub, "sites", &q, take_row, &p);
    if (rc == ERR_OK && json_array_size(p.rows) == 0)
        rc = err_set(ERR_NOT_FOUND, "site", NULL);
    answer_one(w, rc, json_array_get(p.rows, 0));
    json_decref(p.rows);
}

void api_audit(struct web *w)
{
    int64_t most = API_USUAL;
    struct page p = {.rows = json_array(), .most = API_MOST};
    enum err rc = read_number(w, "limit", API_LEAST, API_MOST, &most);
    struct hub_audit_query q = {.who = web_query(w, "who"),
                                .what = web_query(w, "what"),
                                .site = web_query(w, "site"),
                                .from = CLOCK_NONE,
                                .to = CLOCK_NONE,
                                .limit = most};
    if (rc == ERR_OK)
        rc = hub_audit_each(w->hub, &q, take_row, &p);
    if (rc == ERR_OK)
        answer_rows(w, &p, 0);
    else
        api_fail(w, rc);
    json_decref(p.rows);
}

/* --- with names -------------------------------------------------------------------------------
 */

void api_case(struct web *w)
{
    char site[SITE_CODE], id[ENTRY_ID];
    json_t *c = NULL;
    enum err rc = hub_case_find(w->hub, w->arg[0], w->arg[1], site, id);
    if (rc == ERR_OK)
        rc = hub_audit(w->hub, NULL, "look_person", site, id);
    if (rc == ERR_OK)
        rc = hub_case_whole(w->hub, site, id, &c);
    answer_one(w, rc, c);
    js_forget(c);
}

static enum err need_why(const char *why)
{
    return why != NULL && utf8_check(why, strlen(why)) == ERR_OK && utf8_count(why) >= WHY_LEAST
               ? ERR_OK
               : err_set(ERR_FIELD_REQUIRED, "why", NULL);
}

static enum err found_row(void *arg, const json_t *row)
{
    char masked[32] = "";
    const char *id_no = js_str(row, "id_no");
    json_t *o = json_deep_copy(row);
    if (id_no != NULL && strlen(id_no) == 18)
        idno_masked(id_no, masked);
    js_set_str(o, "id_no", masked);
    json_object_del(o, "phone");
    json_array_append_new(arg, o);
    return ERR_OK;
}

void api_people(struct web *w)
{
    static const char *const members[] = {"q", "why", "site", NULL};
    int64_t left = 0;
    json_t *in, *rows = json_array();
    enum err rc = api_body(w, members, &in);
    const char *text = js_str(in, "q"), *site = js_str(in, "site");
    if (rc == ERR_OK)
        rc = text != NULL ? need_why(js_str(in, "why")) : err_set(ERR_FIELD_REQUIRED, "q", NULL);
    if (rc == ERR_OK)
        rc = hub_audit_note(w->hub, NULL, "search_person", site, hub_people_kind(text),
                            js_str(in, "why"));
    if (rc == ERR_OK)
        rc = hub_people_find(w->hub, site, text, found_row, rows, &left);
    json_t *o = json_pack("{s:O,s:I}", "rows", rows, "left", (json_int_t)left);
    answer_one(w, rc, o);
    json_decref(o);
    json_decref(rows);
    js_forget(in);
}

void api_person(struct web *w)
{
    json_t *person = NULL;
    const char *why = web_query(w, "why");
    enum err rc = need_why(why);
    if (rc == ERR_OK)
        rc = hub_audit_note(w->hub, NULL, "look_person", w->arg[0], w->arg[1], why);
    if (rc == ERR_OK)
        rc = hub_person(w->hub, w->arg[0], w->arg[1], &person);
    answer_one(w, rc, person);
    js_forget(person);
}
