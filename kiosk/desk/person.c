/* Owns: persons, and the one place in memory where unsealed ones are kept.
 * Invariant: two persons of one site never have the same ID number; what is kept in memory is
 * overwritten before it is freed. */
#include "kiosk/desk/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/roll.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/idno.h"

/* --- kept in memory ----------------------------------------------------------------------------
 */

#define KEPT_BITS 12
#define KEPT_MAX ((size_t)1 << KEPT_BITS) /* places; a newer person takes an older one's */

static struct person kept[KEPT_MAX];
static const struct site *kept_for[KEPT_MAX];

static void wipe_text(char **text)
{
    if (*text != NULL)
        explicit_bzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

static void person_wipe(struct person *p)
{
    wipe_text(&p->name);
    wipe_text(&p->id_no);
    wipe_text(&p->phone);
    wipe_text(&p->address);
    p->id[0] = p->entry[0] = 0;
}

void desk_forget(void)
{
    for (size_t i = 0; i < KEPT_MAX; i++)
        person_wipe(&kept[i]);
    roll_forget();
}

static struct person *place_of(const char *id)
{
    uint32_t h = 2166136261u;
    for (; *id != 0; id++)
        h = (h ^ (unsigned char)*id) * 16777619u;
    return &kept[(h ^ h >> KEPT_BITS) & (KEPT_MAX - 1)];
}

static char *copy_member(const json_t *whole, const char *key)
{
    const char *text = js_str(whole, key);
    return text != NULL ? mem_strdup(text) : NULL;
}

/* What is read inside a transaction may yet be rolled back, and its id given to another entry: it
 * is not remembered beyond this call. */
static void keep(struct site *s, struct person *p, const char *id, const char *entry,
                 const json_t *whole)
{
    person_wipe(p);
    kept_for[p - kept] = store_depth(s->j.store) == 0 ? s : NULL;
    snprintf(p->id, sizeof p->id, "%s", id);
    snprintf(p->entry, sizeof p->entry, "%s", entry);
    p->name = copy_member(whole, "name");
    p->id_no = copy_member(whole, "id_no");
    p->phone = copy_member(whole, "phone");
    p->address = copy_member(whole, "address");
}

enum err person_find(struct site *s, const char *id, const struct person **out)
{
    bool found;
    char entry[ENTRY_ID];
    json_t *whole = NULL;
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    enum err rc = sql_text(s->j.store, &found, entry, sizeof entry,
                           "SELECT entry FROM person WHERE id = ?1", "t", id);
    if (rc != ERR_OK || !found)
        return rc != ERR_OK ? rc : err_set(ERR_NOT_FOUND, "person", NULL);
    struct person *p = place_of(id);
    *out = p;
    if (kept_for[p - kept] == s && strcmp(p->id, id) == 0 && strcmp(p->entry, entry) == 0)
        return ERR_OK;
    rc = journal_unseal(&s->j, entry, &whole);
    if (rc != ERR_OK && rc != ERR_NOT_FOUND) /* not found: dropped after its time */
        return rc;
    keep(s, p, id, entry, whole);
    if (whole != NULL)
        js_forget(whole);
    return ERR_OK;
}

json_t *person_json(const struct person *p, bool masked)
{
    char id_no[19];
    json_t *out = json_object();
    js_set_str(out, "id", p->id);
    js_set_str(out, "name", p->name);
    js_set_str(out, "id_no", p->id_no != NULL && masked ? idno_masked(p->id_no, id_no) : p->id_no);
    js_set_str(out, "phone", p->phone);
    js_set_str(out, "address", p->address);
    return out;
}

enum err person_into(struct site *s, json_t *row, const char *id)
{
    char id_no[19];
    const struct person *p = NULL;
    enum err rc = ERR_OK;
    if (id != NULL && s->j.unlocked) /* before the row is changed: `id` may stand in it */
        rc = person_find(s, id, &p);
    json_object_set_new(row, "person", id != NULL ? json_string(id) : json_null());
    js_set_str(row, "name", p != NULL ? p->name : NULL);
    js_set_str(row, "id_no", p != NULL && p->id_no != NULL ? idno_masked(p->id_no, id_no) : NULL);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

/* --- looked up ---------------------------------------------------------------------------------
 */

static void tag_text(const struct site *s, const char *id_no, char out[2 * TAG_BYTES + 1])
{
    unsigned char tag[TAG_BYTES];
    secret_tag(s->j.data_key, id_no, tag);
    hex_encode(tag, sizeof tag, out);
}

static enum err find_tag(struct site *s, const char *tag, bool *found, char id[ENTRY_ID])
{
    return sql_text(s->j.store, found, id, ENTRY_ID, "SELECT id FROM person WHERE tag = ?1", "t",
                    tag);
}

enum err person_tag(struct site *s, const char *id_no, char *out)
{
    char number[19];
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    enum err rc = idno_check(id_no, number);
    if (rc == ERR_OK)
        tag_text(s, number, out);
    return rc;
}

enum err person_by_id_no(struct site *s, const char *id_no, char id[ENTRY_ID])
{
    bool found;
    char number[19], tag[2 * TAG_BYTES + 1];
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    enum err rc = idno_check(id_no, number);
    if (rc != ERR_OK)
        return rc;
    tag_text(s, number, tag);
    rc = find_tag(s, tag, &found, id);
    return rc != ERR_OK || found ? rc : err_set(ERR_NOT_FOUND, "id_no", NULL);
}

/* --- entered -----------------------------------------------------------------------------------
 */

static const char *const parts[] = {"name", "id_no", "phone", "address", NULL};
/* `known` NULL: a new person. A correction has the whole data, for its entry stands for all. */
static enum err append_person(struct site *s, const json_t *whole, const char *known,
                              char id[ENTRY_ID], int64_t *seq)
{
    char tag[2 * TAG_BYTES + 1];
    const char *id_no = js_str(whole, "id_no");
    json_t *sealed = input_sealed(whole, parts), *body = json_object();
    if (id_no != NULL)
        tag_text(s, id_no, tag);
    js_set_str(body, "tag", id_no != NULL ? tag : NULL);
    json_object_set_new(body, "has_phone", json_boolean(js_get(whole, "phone") != NULL));
    struct journal_new what = {
        .kind = "person", .at = CLOCK_NONE, .subject = known, .body = body, .sealed = sealed};
    enum err rc = journal_append(&s->j, &what, id, seq);
    json_decref(body);
    if (sealed != NULL)
        js_forget(sealed);
    return rc;
}

/* Given values win over known ones; what was not given stays. *differs tells whether any did. */
static json_t *merge(const struct person *p, const json_t *clean, bool *differs)
{
    const char *const old[] = {p->name, p->id_no, p->phone, p->address};
    json_t *whole = json_object();
    *differs = false;
    for (int i = 0; parts[i] != NULL; i++) {
        const char *given = js_str(clean, parts[i]);
        js_set_str(whole, parts[i], given != NULL ? given : old[i]);
        *differs |= given != NULL && (old[i] == NULL || strcmp(given, old[i]) != 0);
    }
    return whole;
}

static enum err correct(struct site *s, const char *id, const json_t *clean, int64_t *seq)
{
    bool differs;
    char entry[ENTRY_ID];
    const struct person *p;
    enum err rc = person_find(s, id, &p);
    if (rc != ERR_OK)
        return rc;
    json_t *whole = merge(p, clean, &differs);
    const char *dot = strchr(p->entry, '.');
    *seq = dot != NULL ? strtoll(dot + 1, NULL, 10) : 0;
    if (differs)
        rc = append_person(s, whole, id, entry, seq);
    js_forget(whole);
    return rc;
}

static enum err enter(struct site *s, const json_t *clean, char id[ENTRY_ID], int64_t *seq)
{
    bool found = false;
    char tag[2 * TAG_BYTES + 1];
    enum err rc = ERR_OK;
    if (js_str(clean, "id_no") != NULL) {
        tag_text(s, js_str(clean, "id_no"), tag);
        rc = find_tag(s, tag, &found, id);
    }
    if (rc != ERR_OK)
        return rc;
    return found ? correct(s, id, clean, seq) : append_person(s, clean, NULL, id, seq);
}

static enum err take_ref(struct site *s, const char *ref, char id[ENTRY_ID])
{
    bool found;
    enum err rc =
        sql_text(s->j.store, &found, id, ENTRY_ID, "SELECT id FROM person WHERE id = ?1", "t", ref);
    return rc != ERR_OK || found ? rc : err_set(ERR_NOT_FOUND, "person", NULL);
}

enum err person_put(struct site *s, const json_t *in, char id[ENTRY_ID])
{
    int64_t seq;
    if (!s->j.unlocked)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    const char *ref = js_str(in, "ref");
    return ref != NULL ? take_ref(s, ref, id) : enter(s, in, id, &seq);
}

/* With an id behind the colon it corrects that person, the ID number too. */
static enum err correct_named(struct site *s, const char *id, const json_t *clean, int64_t *seq)
{
    bool found = false;
    char tag[2 * TAG_BYTES + 1], other[ENTRY_ID] = "";
    enum err rc = ERR_OK;
    if (js_str(clean, "id_no") != NULL) {
        tag_text(s, js_str(clean, "id_no"), tag);
        rc = find_tag(s, tag, &found, other);
    }
    if (rc == ERR_OK && found && strcmp(other, id) != 0)
        rc = err_set(ERR_DUPLICATE, "id_no", NULL);
    return rc == ERR_OK ? correct(s, id, clean, seq) : rc;
}

enum err person_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    int64_t seq = 0;
    char id[ENTRY_ID] = "";
    json_t *clean = NULL;
    enum err rc = action_form(s, "person", in, &clean);
    if (rc == ERR_OK && *arg != 0) {
        snprintf(id, sizeof id, "%s", arg);
        rc = correct_named(s, arg, clean, &seq);
    } else if (rc == ERR_OK) {
        rc = enter(s, clean, id, &seq);
    }
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    json_decref(clean);
    return rc;
}

enum err person_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO person (id, epoch, seq, tag, entry, at, has_phone)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT (id) DO UPDATE SET"
                   " tag = excluded.tag, entry = excluded.entry, at = excluded.at,"
                   " has_phone = excluded.has_phone",
                   "tiittib", e->subject, e->epoch, e->seq, js_str(e->body, "tag"), e->id, e->at,
                   (int)js_bool(e->body, "has_phone"));
}

/* --- looked at ---------------------------------------------------------------------------------
 */

static const struct member reveal_shape[] = {{NULL, MEMBER_TEXT, false, 0, NULL}};

enum err reveal_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    int64_t seq;
    char id[ENTRY_ID];
    json_t *clean = NULL;
    const struct person *p;
    enum err rc = input_check(reveal_shape, in, &clean);
    if (rc == ERR_OK)
        rc = person_find(s, arg, &p);
    struct journal_new what = {
        .kind = "reveal", .at = CLOCK_NONE, .subject = arg, .body = clean, .sealed = NULL};
    if (rc == ERR_OK)
        rc = journal_append(&s->j, &what, id, &seq);
    if (rc == ERR_OK) {
        *out = action_answer(id, seq);
        json_object_set_new(*out, "person", person_json(p, false));
    }
    json_decref(clean);
    return rc;
}

enum err reveal_project(struct store *s, const struct entry *e)
{
    return sql_put(s, "INSERT INTO reveal (id, at, clerk, person) VALUES (?1,?2,?3,?4)", "titt",
                   e->id, e->at, e->clerk, e->subject);
}
