/* Owns: what the slip of a case says otherwise than its entries. Invariant: both are brought to the
 * same flat object of texts first, so that only what is said is compared, not how. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/catalogue.h"
#include "sync/hub/items.h"
#include "sync/hub/slip_in.h"

#define MINUTE_MS 60000

/* A member of a person and its name in the flat object, for the person and for the agent. */
static const struct {
    const char *member, *person, *agent;
} members[] = {
    {"name", "name", "agent_name"},
    {"id_no", "id_no", "agent_id_no"},
    {"phone", "phone", "agent_phone"},
};

static const char *const fields[] = {"item",        "channel",  "at",         "name",
                                     "id_no",       "phone",    "agent_name", "agent_id_no",
                                     "agent_phone", "relation", NULL};

static void put_person(json_t *flat, const json_t *person, bool agent)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        js_set_str(flat, agent ? members[i].agent : members[i].person,
                   js_str(person, members[i].member));
}

/* A slip knows the minute. */
static void put_minute(json_t *flat, int64_t at)
{
    js_set_time(flat, "at", at - at % MINUTE_MS);
}

static void put_paper(json_t *flat, const char *paper, const char *state)
{
    char *field = mem_printf("paper:%s", paper);
    js_set_str(flat, field, state);
    free(field);
}

static json_t *flat_of_slip(const json_t *slip)
{
    size_t i;
    json_t *p, *flat = json_object();
    const json_t *agent = js_get(slip, "agent");
    const json_t *item = catalogue_by_number(hub_items(), js_int(slip, "item", 0));
    json_t *papers = item != NULL ? catalogue_papers(item, agent != NULL) : NULL;
    js_set_str(flat, "item", js_str(item, "code"));
    js_set_str(flat, "channel", js_str(slip, "channel"));
    put_minute(flat, js_int(slip, "at", 0));
    put_person(flat, js_get(slip, "person"), false);
    put_person(flat, agent, true);
    js_set_str(flat, "relation", js_str(agent, "relation"));
    json_array_foreach(papers, i, p)
    {
        const json_t *state = json_array_get(js_get(slip, "papers"), i);
        if (json_is_string(state))
            put_paper(flat, js_str(p, "id"), json_string_value(state));
    }
    json_decref(papers);
    return flat;
}

static json_t *flat_of_case(const json_t *whole)
{
    size_t i;
    int64_t at = 0;
    json_t *p, *flat = json_object();
    clock_parse(js_str(whole, "at"), &at);
    js_set_str(flat, "item", js_str(whole, "item"));
    js_set_str(flat, "channel", js_str(whole, "channel"));
    put_minute(flat, at);
    put_person(flat, whole, false);
    put_person(flat, js_get(whole, "agent"), true);
    js_set_str(flat, "relation", js_str(whole, "relation"));
    json_array_foreach(js_get(whole, "papers"), i, p)
    {
        put_paper(flat, js_str(p, "paper"), js_str(p, "state"));
    }
    return flat;
}

static void compare(json_t *out, const char *field, const json_t *slip, const json_t *entry)
{
    const json_t *a = json_object_get(slip, field), *b = json_object_get(entry, field);
    if (a == NULL || b == NULL || json_equal(a, b))
        return;
    json_array_append_new(out, json_pack("{s:s,s:O,s:O}", "field", field, "slip", a, "entry", b));
}

/* Whether the entry's own persons are here and could be opened. */
static bool comparable(const json_t *whole)
{
    const char *person = js_str(whole, "person");
    return js_bool(whole, "by_slip") && person != NULL && *person != 0 &&
           js_str(whole, "name") != NULL && !json_is_string(json_object_get(whole, "agent"));
}

json_t *hub_slip_differs(struct hub *h, const json_t *whole)
{
    const char *field;
    json_t *unused, *slip = NULL, *out = json_array();
    if (!comparable(whole) ||
        hub_slip_read(h, js_str(whole, "site"), js_str(whole, "id"), &slip) != ERR_OK)
        return out;
    hub_items_use(h, js_str(whole, "site"));
    json_t *said = flat_of_slip(slip), *here = flat_of_case(whole);
    for (int i = 0; fields[i] != NULL; i++)
        compare(out, fields[i], said, here);
    json_object_foreach(said, field, unused)
    {
        if (strncmp(field, "paper:", 6) == 0)
            compare(out, field, said, here);
    }
    json_decref(said);
    json_decref(here);
    json_decref(slip);
    return out;
}
