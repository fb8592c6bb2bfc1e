/* Owns: the catalogues as the hub has them. Invariant: each wording is parsed once, however many
 * sites it was sent to; one that cannot be read leaves the one before it in force. */
#include "sync/hub/items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"

static struct wording {
    unsigned char hash[HASH_BYTES];
    struct catalogue *c;
} * wordings; /* pushed */
static size_t n_wordings;

static struct edition {
    char site[SITE_CODE];
    int64_t n, from; /* the order; in force since */
    size_t wording;
} * editions;
static size_t n_editions;

static struct {
    const struct hub_db *db;
    int64_t orders, at; /* how many were seen, and the last of them */
    const struct catalogue *c;
} now;

/* Parsed once; names are picked in the language of the moment. */
static const struct catalogue *shipped(void)
{
    static struct catalogue *c;
    static bool tried;
    json_t *json = NULL;
    const struct asset *a = tried ? NULL : asset_find("catalogue/items.json");
    tried = true;
    if (a != NULL && js_parse(a->data, a->len, a->name, &json) == ERR_OK &&
        catalogue_parse(json, a->name, &c) != ERR_OK)
        c = NULL;
    json_decref(json);
    return c;
}

void hub_items_forget(void)
{
    for (size_t i = 0; i < n_wordings; i++)
        catalogue_free(wordings[i].c);
    free(wordings);
    free(editions);
    wordings = NULL;
    editions = NULL;
    n_wordings = n_editions = 0;
    now.db = NULL;
    now.c = NULL;
}

/* The place of a definition among the wordings; false: it is no catalogue. */
static bool wording_of(const json_t *definition, size_t *place)
{
    struct wording w = {.c = NULL};
    char *text = js_dump(definition);
    secret_hash_once(text, strlen(text), w.hash);
    free(text);
    for (*place = 0; *place < n_wordings; ++*place)
        if (memcmp(wordings[*place].hash, w.hash, HASH_BYTES) == 0)
            return true;
    if (catalogue_parse(definition, "pushed", &w.c) != ERR_OK)
        return false;
    wordings = mem_grow(wordings, (n_wordings + 1) * sizeof *wordings);
    wordings[n_wordings++] = w;
    return true;
}

static void take(const char *site, int64_t n, int64_t at, const void *head, size_t len)
{
    json_t *json = NULL;
    struct edition e = {.n = n};
    if (js_parse(head, len, "order", &json) != ERR_OK)
        return;
    const json_t *body = js_get(json, "body");
    snprintf(e.site, sizeof e.site, "%s", site);
    e.from = js_int(body, "effective", at);
    if (wording_of(js_get(body, "definition"), &e.wording)) {
        editions = mem_grow(editions, (n_editions + 1) * sizeof *editions);
        editions[n_editions++] = e;
    }
    json_decref(json);
}

/* Reads anew when an order has come since. */
static void follow(struct hub *h)
{
    struct hub_rows r;
    enum err rc;
    int64_t orders =
        hub_number(h->db, 0, "SELECT count(*) FROM orders WHERE kind = 'catalogue'", "");
    int64_t at = hub_number(h->db, 0,
                            "SELECT coalesce(max(at), 0) FROM orders WHERE kind = 'catalogue'", "");
    if (now.db == h->db && now.orders == orders && now.at == at)
        return;
    hub_items_forget();
    rc = hub_ask(h->db, &r,
                 "SELECT site, n, at, head FROM orders WHERE kind = 'catalogue' ORDER BY site, n",
                 "");
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        size_t len;
        const void *head = hub_blob(&r, 3, &len);
        take(hub_text(&r, 0), hub_int(&r, 1), hub_int(&r, 2), head, len);
    }
    now.db = rc == ERR_OK ? h->db : NULL;
    now.orders = orders;
    now.at = at;
}

void hub_items_use(struct hub *h, const char *site)
{
    const struct edition *best = NULL;
    int64_t today = clock_now();
    follow(h);
    for (size_t i = 0; i < n_editions; i++) {
        const struct edition *e = &editions[i];
        if ((site == NULL || strcmp(e->site, site) == 0) && e->from <= today &&
            (best == NULL || e->from > best->from || (e->from == best->from && e->n >= best->n)))
            best = e;
    }
    now.c = best != NULL ? wordings[best->wording].c : shipped();
}

const struct catalogue *hub_items(void)
{
    return now.c != NULL ? now.c : shipped();
}

const json_t *hub_item(const char *code)
{
    const struct catalogue *c = hub_items();
    return c != NULL && code != NULL ? catalogue_find(c, code) : NULL;
}
