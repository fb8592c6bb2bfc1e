/* Owns: the forms and ledgers in force, as this process holds them parsed.
 * Invariant: a form that does not parse never takes the place of one that does. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/library.h"
#include "kiosk/desk/place.h"

static struct form **slot_of(struct site *s, const char *id)
{
    for (size_t i = 0; i < s->n_forms; i++)
        if (strcmp(s->forms[i]->id, id) == 0)
            return &s->forms[i];
    return NULL;
}

static enum err load_form(struct site *s, const struct edition *e, struct form **out)
{
    json_t *json;
    enum err rc = library_read(s->j.store, "form", e, &json);
    if (rc == ERR_OK && s->policy != NULL)
        places_into(json, s->policy);
    if (rc == ERR_OK)
        rc = form_parse(json, e->id, out);
    json_decref(json);
    return rc;
}

/* Under another policy other places may be choices: what was read is read again when asked for. */
static void follow_policy(struct site *s)
{
    struct policy *p;
    if (site_policy(s, &p) != ERR_OK ||
        (s->forms_key != NULL && strcmp(s->forms_key, s->policy_key) == 0))
        return;
    free(s->forms_key);
    s->forms_key = mem_strdup(s->policy_key);
    for (size_t i = 0; i < s->n_forms; i++)
        s->forms[i]->version = 0;
}

static enum err form_by_id(struct site *s, const char *id, struct form **out)
{
    struct edition e;
    follow_policy(s);
    struct form **slot = slot_of(s, id);
    enum err rc = library_in_force(s->j.store, "form", id, id, &e);
    if (rc == ERR_OK && slot != NULL && (*slot)->version == e.version) {
        *out = *slot;
        return ERR_OK;
    }
    if (rc == ERR_OK)
        rc = load_form(s, &e, out);
    if (rc != ERR_OK)
        return rc;
    if (slot != NULL) {
        form_free(*slot);
        *slot = *out;
        return ERR_OK;
    }
    s->forms = mem_grow(s->forms, (s->n_forms + 1) * sizeof *s->forms);
    s->forms[s->n_forms++] = *out;
    return ERR_OK;
}

/* All form ids that are known, as an array of strings owned by the caller. */
static enum err form_ids(struct site *s, json_t **out)
{
    bool row;
    sqlite3_stmt *q = store_sql(s->j.store, "SELECT DISTINCT id FROM definition"
                                            " WHERE what = 'form' ORDER BY id");
    enum err rc = store_step(s->j.store, q, &row);
    *out = json_array();
    for (; rc == ERR_OK && row; rc = store_step(s->j.store, q, &row))
        json_array_append_new(*out, json_string(store_text(q, 0)));
    return rc;
}

enum err site_form(struct site *s, const char *id, struct form **out)
{
    json_t *ids = NULL, *one;
    size_t i;
    *out = NULL;
    if (library_known(s->j.store, "form", id) == ERR_OK)
        return form_by_id(s, id, out);
    enum err rc = form_ids(s, &ids);
    bool found = false;
    json_array_foreach(ids, i, one)
    {
        if (rc == ERR_OK && !found)
            rc = form_by_id(s, json_string_value(one), out);
        found = found || (rc == ERR_OK && strcmp((*out)->code, id) == 0);
    }
    json_decref(ids);
    if (rc == ERR_OK && !found)
        rc = err_set(ERR_NOT_FOUND, "form", "%s", id);
    if (rc != ERR_OK)
        *out = NULL;
    return rc;
}

enum err site_ledgers(struct site *s, json_t **out)
{
    struct policy *policy;
    struct form *f;
    json_t *ids = NULL, *one;
    size_t i;
    *out = json_array();
    enum err rc = site_policy(s, &policy);
    if (rc == ERR_OK)
        rc = form_ids(s, &ids);
    json_array_foreach(ids, i, one)
    {
        if (rc == ERR_OK)
            rc = form_by_id(s, json_string_value(one), &f);
        if (rc == ERR_OK && strcmp(f->kind, "ledger") == 0 && policy_keeps(policy, f))
            json_array_append_new(
                *out, json_pack("{s:s,s:s,s:s}", "id", f->id, "code", f->code, "title", f->title));
    }
    json_decref(ids);
    return rc;
}
