/* Owns: the way of a village's request through the hub. Invariant: a route's end is called once for
 * each begin; a route runs at most once. */
#include "sync/hub/serve.h"

#include <string.h>

#include "sync/hub/api.h"
#include "sync/wire/api.h"

#define SITE_API "/v1/sites/:"

const struct serve_route serve_routes[] = {
    {"GET", "/v1/keys", .run = api_keys},
    {"POST", "/v1/enrol", .body_max = API_ENROL_MAX, .run = api_enrol},
    {"GET", SITE_API "/mark", .run = api_mark, .begin = api_begin, .end = api_end},
    {"GET", SITE_API "/orders", .run = api_mark, .begin = api_begin, .end = api_end},
    {"POST", SITE_API "/express", .body_max = WIRE_EXPRESS_MAX, .run = api_express,
     .begin = api_begin, .end = api_end},
    {"POST", SITE_API "/back", .body_max = WIRE_BACK_MAX, .run = api_back, .begin = api_begin,
     .end = api_end},
    {"GET", SITE_API "/history", .run = api_mark, .begin = api_begin, .end = api_end},
    {"GET", SITE_API "/fetch", .run = api_fetch, .begin = api_begin, .end = api_end},
    {"POST", SITE_API "/entries", .run = api_mark, .begin = api_entries_begin,
     .more = api_entries_more, .end = api_end},
    {NULL, NULL, .run = NULL},
};

/* Compares a path with a pattern and keeps what stands at ':' (at most once). */
static bool matches(const char *pattern, const char *path, char site[SITE_CODE])
{
    site[0] = 0;
    for (; *pattern != 0; pattern++) {
        if (*pattern != ':') {
            if (*pattern != *path++)
                return false;
            continue;
        }
        size_t len = strcspn(path, "/");
        if (len != SITE_CODE - 1 || strspn(path, "0123456789") != len)
            return false;
        memcpy(site, path, len);
        site[len] = 0;
        path += len;
    }
    return *path == 0;
}

const struct serve_route *serve_find(const char *method, const char *path, bool *other)
{
    char site[SITE_CODE];
    for (const struct serve_route *r = serve_routes; r->method != NULL; r++)
        if (matches(r->pattern, path, site)) {
            if (strcmp(r->method, method) == 0)
                return r;
            *other = true;
        }
    return NULL;
}

static void note(struct serve *s, enum err rc)
{
    s->trouble = rc;
    if (rc != ERR_OK)
        err_say(rc, s->why, sizeof s->why);
}

bool serve_begin(struct serve *s, const struct serve_route *route, const char *path)
{
    s->route = route;
    matches(route->pattern, path, s->site);
    if (route->begin != NULL)
        note(s, route->begin(s));
    if (s->trouble != ERR_OK)
        route->run(s);
    return s->trouble == ERR_OK;
}

bool serve_more(struct serve *s, const void *bytes, size_t len)
{
    if (s->trouble != ERR_OK)
        return false;
    if (s->route->more != NULL)
        note(s, s->route->more(s, bytes, len));
    else if (s->body.len + len > s->route->body_max)
        note(s, err_set(ERR_TOO_LONG, "body", NULL));
    else
        buf_add(&s->body, bytes, len);
    return s->trouble == ERR_OK;
}

void serve_answer(struct serve *s)
{
    s->route->run(s);
}

void serve_fini(struct serve *s)
{
    if (s->route != NULL && s->route->end != NULL)
        s->route->end(s);
    buf_wipe(&s->body);
    buf_wipe(&s->out);
    s->route = NULL;
}

const char *serve_header(const struct serve *s, const char *name)
{
    return s->from->header(s->arg, name);
}

const char *serve_query(const struct serve *s, const char *name)
{
    return s->from->query(s->arg, name);
}

void serve_progress(struct serve *s)
{
    s->from->progress(s->arg);
}

void serve_reply(struct serve *s, unsigned status, const char *type)
{
    s->status = status;
    s->type = type;
}
