/* Owns: the service items. Invariant: codes and numbers are unique, and every paper of an item is
 * one of the list of papers, so an id means the same paper everywhere. */
#include "kiosk/rules/catalogue.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/define.h"

#define PAPERS_OF_AN_ITEM 24 /* a slip carries their states as bits */

struct catalogue {
    json_t *json; /* a copy; papers of items have their names put in */
    const json_t *items;
};

static const struct def_key top_keys[] = {{"schema", DEF_TEXT, true}, {"id", DEF_ID, true},
                                          {"version", DEF_INT, true}, {"title", DEF_PAIR, true},
                                          {"notice", DEF_PAIR, true}, {"papers", DEF_ARRAY, true},
                                          {"items", DEF_ARRAY, true}, {NULL, DEF_ANY, false}};
static const struct def_key paper_keys[] = {
    {"id", DEF_ID, true}, {"zh", DEF_TEXT, true}, {"en", DEF_TEXT, true}, {NULL, DEF_ANY, false}};
static const struct def_key item_keys[] = {{"number", DEF_INT, true},
                                           {"code", DEF_ID, true},
                                           {"zh", DEF_TEXT, true},
                                           {"en", DEF_TEXT, true},
                                           {"initials", DEF_ID, true},
                                           {"department", DEF_TEXT, true},
                                           {"department_en", DEF_TEXT, true},
                                           {"category", DEF_TEXT, true},
                                           {"category_en", DEF_TEXT, true},
                                           {"channels", DEF_IDS, true},
                                           {"window", DEF_BOOL, true},
                                           {"papers", DEF_ARRAY, true},
                                           {"days", DEF_INT, false},
                                           {"legal_days", DEF_INT, false},
                                           {"days_unit", DEF_ID, false},
                                           {"conditions", DEF_PAIR, false},
                                           {"url", DEF_TEXT, false},
                                           {"online", DEF_BOOL, false},
                                           {"proxy_allowed", DEF_BOOL, false},
                                           {"in_person", DEF_BOOL, false},
                                           {"note", DEF_TEXT, false},
                                           {"source", DEF_ARRAY, true},
                                           {"sourced", DEF_IDS, true},
                                           {"estimated", DEF_IDS, true},
                                           {NULL, DEF_ANY, false}};
static const struct def_key need_keys[] = {
    {"id", DEF_ID, true},           {"form", DEF_ID, true},        {"required", DEF_BOOL, true},
    {"proxy_only", DEF_BOOL, true}, {"can_defer", DEF_BOOL, true}, {NULL, DEF_ANY, false}};

static const json_t *paper_named(const json_t *papers, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(papers, i, one) if (strcmp(js_str(one, "id"), id) == 0) return one;
    return NULL;
}

static enum err check_papers(const json_t *papers, const struct def_place *top)
{
    for (size_t i = 0; i < json_array_size(papers); i++) {
        struct def_place at = def_below(top, "papers", (long)i);
        const json_t *one = json_array_get(papers, i);
        enum err rc = def_check(one, paper_keys, &at);
        if (rc != ERR_OK)
            return rc;
        if (paper_named(papers, js_str(one, "id")) != one)
            return def_fail(&at, "id", "'%s' is there twice", js_str(one, "id"));
    }
    return ERR_OK;
}

/* Checks what an item needs, and puts the papers' names in. */
static enum err read_needs(const json_t *papers, json_t *item, const struct def_place *at)
{
    json_t *list = json_object_get(item, "papers"), *one;
    size_t i;
    if (json_array_size(list) > PAPERS_OF_AN_ITEM)
        return def_fail(at, "papers", "more than %d", PAPERS_OF_AN_ITEM);
    json_array_foreach(list, i, one)
    {
        struct def_place here = def_below(at, "papers", (long)i);
        enum err rc = def_check(one, need_keys, &here);
        if (rc != ERR_OK)
            return rc;
        const json_t *paper = paper_named(papers, js_str(one, "id"));
        if (paper == NULL)
            return def_fail(&here, "id", "no paper '%s'", js_str(one, "id"));
        for (size_t k = 0; k < i; k++)
            if (strcmp(js_str(json_array_get(list, k), "id"), js_str(one, "id")) == 0)
                return def_fail(&here, "id", "'%s' is there twice", js_str(one, "id"));
        json_object_set(one, "zh", json_object_get(paper, "zh"));
        json_object_set(one, "en", json_object_get(paper, "en"));
    }
    return ERR_OK;
}

static enum err read_item(const struct catalogue *c, size_t i, const struct def_place *at)
{
    json_t *item = json_array_get(c->items, i);
    enum err rc = def_check(item, item_keys, at);
    if (rc != ERR_OK)
        return rc;
    int64_t number = js_int(item, "number", 0);
    if (number < 1 || number > 65535)
        return def_fail(at, "number", "must be from 1 to 65535");
    for (size_t k = 0; k < i; k++) {
        const json_t *other = json_array_get(c->items, k);
        if (strcmp(js_str(other, "code"), js_str(item, "code")) == 0)
            return def_fail(at, "code", "'%s' is there twice", js_str(item, "code"));
        if (js_int(other, "number", 0) == number)
            return def_fail(at, "number", "%lld is there twice", (long long)number);
    }
    return read_needs(json_object_get(c->json, "papers"), item, at);
}

static enum err build(struct catalogue *c, const struct def_place *top)
{
    enum err rc = def_check(c->json, top_keys, top);
    if (rc == ERR_OK && strcmp(js_str(c->json, "schema"), "jiujin.catalogue/1") != 0)
        rc = def_fail(top, "schema", "must be jiujin.catalogue/1");
    if (rc == ERR_OK && catalogue_version(c) < 1)
        rc = def_fail(top, "version", "must be 1 or more");
    if (rc == ERR_OK)
        rc = check_papers(json_object_get(c->json, "papers"), top);
    c->items = json_object_get(c->json, "items");
    for (size_t i = 0; rc == ERR_OK && i < catalogue_count(c); i++) {
        struct def_place at = def_below(top, "items", (long)i);
        rc = read_item(c, i, &at);
    }
    return rc;
}

enum err catalogue_parse(const json_t *definition, const char *name, struct catalogue **out)
{
    struct catalogue *c = mem_alloc(sizeof *c);
    struct def_place top = {.name = name};
    *out = NULL;
    c->json = json_deep_copy(definition);
    enum err rc = build(c, &top);
    if (rc == ERR_OK)
        *out = c;
    else
        catalogue_free(c);
    return rc;
}

void catalogue_free(struct catalogue *c)
{
    if (c == NULL)
        return;
    json_decref(c->json);
    free(c);
}

int catalogue_version(const struct catalogue *c)
{
    return (int)js_int(c->json, "version", 0);
}

size_t catalogue_count(const struct catalogue *c)
{
    return json_array_size(c->items);
}

const json_t *catalogue_at(const struct catalogue *c, size_t i)
{
    return json_array_get(c->items, i);
}

const json_t *catalogue_find(const struct catalogue *c, const char *code)
{
    for (size_t i = 0; i < catalogue_count(c); i++)
        if (strcmp(js_str(catalogue_at(c, i), "code"), code) == 0)
            return catalogue_at(c, i);
    return NULL;
}

const json_t *catalogue_by_number(const struct catalogue *c, int64_t number)
{
    for (size_t i = 0; i < catalogue_count(c); i++)
        if (js_int(catalogue_at(c, i), "number", 0) == number)
            return catalogue_at(c, i);
    return NULL;
}

/* "sbk" stands for 社会保障卡 (shbzk): people leave letters out, from three letters on. */
static bool abbreviates(const char *initials, const char *query)
{
    size_t n = strlen(query);
    if (n < 3 || initials == NULL ||
        tolower((unsigned char)*initials) != tolower((unsigned char)*query))
        return false;
    for (; *initials != 0 && *query != 0; initials++)
        query += tolower((unsigned char)*initials) == tolower((unsigned char)*query);
    return *query == 0;
}

bool catalogue_is_number(const json_t *item, const char *query)
{
    size_t n = strspn(query, "0123456789");
    return n > 0 && n <= 5 && query[n] == 0 &&
           strtoll(query, NULL, 10) == js_int(item, "number", 0);
}

bool catalogue_match(const json_t *item, const char *query)
{
    static const char *const keys[] = {
        "zh", "en", "initials", "code", "department", "department_en", "category", "category_en"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *text = js_str(item, keys[i]);
        if (text != NULL && strcasestr(text, query) != NULL)
            return true;
    }
    return abbreviates(js_str(item, "initials"), query) || catalogue_is_number(item, query);
}

bool catalogue_sourced(const json_t *item, const char *field)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(item, "sourced"), i,
                       one) if (strcmp(json_string_value(one), field) == 0) return true;
    return false;
}

json_t *catalogue_papers(const json_t *item, bool with_agent)
{
    json_t *list = json_array(), *one;
    size_t i;
    json_array_foreach(json_object_get(item, "papers"), i,
                       one) if (with_agent || !js_bool(one, "proxy_only"))
        json_array_append(list, one);
    return list;
}
