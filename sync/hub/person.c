/* Owns: the search for people. Invariant: of a person only keyed tags are kept beside what is
 * sealed, and they are of the newest entry. */
#include "sync/hub/person.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/scope.h"

#define TAG_TEXT (2 * TAG_BYTES + 1)

const char *hub_name_masked(const char *name, char out[200])
{
    uint32_t cp;
    int n = utf8_next(name, strlen(name), &cp);
    snprintf(out, 200, "%.*s**", n > 0 ? n : 0, name);
    return out;
}

const char *hub_people_kind(const char *text)
{
    size_t digits = 0, others = 0;
    for (const char *p = text; *p != 0; p++) {
        digits += isdigit((unsigned char)*p) != 0;
        others += strchr("0123456789 -+xX", *p) == NULL;
    }
    if (others > 0 || digits == 0)
        return "name";
    return digits >= 17 ? "id_no" : "phone";
}

/* As people write it in two ways, it is the same. */
static void normalise(const char *text, char out[200])
{
    size_t n = 0;
    for (; *text != 0 && n < 199; text++)
        if (*text != ' ' && *text != '-')
            out[n++] = (char)toupper((unsigned char)*text);
    out[n] = 0;
}

static bool tag_of(const struct hub *h, const char *what, const char *text, char out[TAG_TEXT])
{
    struct secret_hash s;
    unsigned char hash[HASH_BYTES];
    char plain[200];
    normalise(text, plain);
    secret_hash_init(&s);
    secret_hash_add(&s, h->keys.box_sec, sizeof h->keys.box_sec);
    secret_hash_add(&s, "jiujin-find/1", 14);
    secret_hash_add(&s, what, strlen(what) + 1);
    secret_hash_add(&s, plain, strlen(plain) + 1);
    secret_hash_end(&s, hash);
    hex_encode(hash, TAG_BYTES, out);
    secret_wipe(plain, sizeof plain);
    return *text != 0;
}

/* --- the index -------------------------------------------------------------------------------- */

static const char *const kinds[] = {"id_no", "name", "phone"};

static enum err index_one(struct hub *h, const char *site, const char *id)
{
    json_t *person = NULL;
    char tag[TAG_TEXT];
    enum err rc =
        hub_run(h->db, "DELETE FROM person_tag WHERE site = ?1 AND person = ?2", "ss", site, id);
    bool open = rc == ERR_OK && hub_person(h, site, id, &person) == ERR_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && rc == ERR_OK && open; i++) {
        const char *text = js_str(person, kinds[i]);
        if (text != NULL && tag_of(h, kinds[i], text, tag))
            rc = hub_run(h->db,
                         "INSERT INTO person_tag (site, person, what, tag) VALUES (?1, ?2, ?3, ?4)",
                         "ssss", site, id, kinds[i], tag);
    }
    if (rc ==
        ERR_OK) /* what cannot be opened, because its bytes were dropped, is not tried again */
        rc = hub_run(h->db, "UPDATE person SET indexed = 1 WHERE site = ?1 AND id = ?2", "ss", site,
                     id);
    js_forget(person);
    return rc;
}

enum err hub_people_index(struct hub *h, int64_t limit, int64_t *left)
{
    struct hub_rows r;
    json_t *todo = json_array(), *one;
    size_t i;
    enum err rc = hub_begin(h->db);
    if (rc == ERR_OK) {
        rc = hub_ask(h->db, &r, "SELECT site, id FROM person WHERE indexed = 0 LIMIT ?1", "i",
                     limit);
        while (rc == ERR_OK && hub_next(&r, &rc))
            json_array_append_new(todo, json_pack("[ss]", hub_text(&r, 0), hub_text(&r, 1)));
        json_array_foreach(todo, i, one)
        {
            if (rc == ERR_OK)
                rc = index_one(h, json_string_value(json_array_get(one, 0)),
                               json_string_value(json_array_get(one, 1)));
        }
        rc = hub_end(h->db, rc);
    }
    json_decref(todo);
    *left = rc == ERR_OK ? hub_number(h->db, 0, "SELECT count(*) FROM person WHERE indexed = 0", "")
                         : 0;
    return rc;
}

/* --- finding ---------------------------------------------------------------------------------- */

static enum err tell(struct hub *h, const struct hub_rows *r, hub_row *row, void *arg)
{
    json_t *person = NULL, *o = json_object();
    const char *site = hub_text(r, 0), *id = hub_text(r, 1);
    js_set_str(o, "site", site);
    js_set_str(o, "person", id);
    js_set_str(o, "site_name", hub_text(r, 2));
    if (hub_person(h, site, id, &person) == ERR_OK)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            js_set_str(o, kinds[i], js_str(person, kinds[i]));
    enum err rc = row(arg, o);
    js_forget(person);
    js_forget(o);
    return rc;
}

static enum err by_tag(struct hub *h, const char *tag, const char *site, const char *not_site,
                       const char *not_person, hub_row *row, void *arg)
{
    struct hub_rows r;
    int64_t n = 0;
    enum err rc = hub_ask(h->db, &r,
                          "SELECT t.site, t.person, s.name FROM person_tag t"
                          " JOIN site s ON s.site = t.site WHERE t.tag = ?1"
                          " AND (?2 IS NULL OR t.site = ?2)"
                          " AND (?3 IS NULL OR t.site <> ?3 OR t.person <> ?4)"
                          " ORDER BY t.site, t.person",
                          "ssss", tag, site, not_site, not_person);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        if (!hub_scope_has(h, hub_text(&r, 0)))
            continue;
        rc = n++ == PEOPLE_FOUND ? ERR_NOT_FOUND : tell(h, &r, row, arg);
        if (rc != ERR_OK)
            hub_done(&r);
    }
    return n > PEOPLE_FOUND ? ERR_OK : rc;
}

enum err hub_people_find(struct hub *h, const char *site, const char *text, hub_row *row, void *arg,
                         int64_t *left)
{
    char tag[TAG_TEXT];
    *left = 0;
    if (text[strspn(text, " -")] == 0)
        return err_set(ERR_FIELD_REQUIRED, "q", NULL);
    enum err rc = hub_people_index(h, PEOPLE_INDEX, left);
    if (rc != ERR_OK)
        return rc;
    tag_of(h, hub_people_kind(text), text, tag);
    return by_tag(h, tag, site, NULL, NULL, row, arg);
}

enum err hub_people_same(struct hub *h, const char *site, const char *person, hub_row *row,
                         void *arg)
{
    struct hub_rows r;
    char tag[TAG_TEXT] = "";
    enum err rc = hub_ask(h->db, &r,
                          "SELECT tag FROM person_tag WHERE site = ?1 AND person = ?2"
                          " AND what = 'id_no'",
                          "ss", site, person);
    if (rc != ERR_OK || !hub_next(&r, &rc))
        return rc;
    snprintf(tag, sizeof tag, "%s", hub_text(&r, 0));
    hub_done(&r);
    return by_tag(h, tag, NULL, site, person, row, arg);
}

enum err hub_people_past(struct hub *h, const char *site, const char *person, hub_row *row,
                         void *arg)
{
    struct hub_rows r;
    enum err rc = hub_ask(
        h->db, &r,
        "SELECT 'visit' AS kind, id, at, outcome, '' FROM visit WHERE site = ?1 AND person = ?2"
        " UNION ALL SELECT 'case', id, at, state, item FROM case_file"
        "   WHERE site = ?1 AND (person = ?2 OR agent = ?2)"
        " UNION ALL SELECT 'booking', id, starts, state, item FROM booking"
        "   WHERE site = ?1 AND person = ?2"
        " UNION ALL SELECT 'incident', id, at, state, cause FROM incident"
        "   WHERE site = ?1 AND person = ?2 ORDER BY 3 DESC, 2 LIMIT 200",
        "ss", site, person);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        json_t *o = json_object();
        js_set_str(o, "kind", hub_text(&r, 0));
        js_set_str(o, "id", hub_text(&r, 1));
        js_set_time(o, "at", hub_int(&r, 2));
        js_set_str(o, "state", hub_text(&r, 3));
        js_set_str(o, "item", hub_text(&r, 4));
        rc = row(arg, o);
        json_decref(o);
        if (rc != ERR_OK)
            hub_done(&r);
    }
    return rc;
}
