/* Owns: what a site itself does with the policy: it adapts within bounds (notice: R66), its clerks
 * confirm having read it (R02), and it writes down its own measures (R64).
 * Invariant: an adaptation is within the bounds of the pack that was in force when it was made, and
 * has a reason and an approver. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/overlay.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"
#include "kiosk/rules/policymerge.h"

enum err adaptations_now(struct store *s, const char *base, int64_t at, json_t **out)
{
    bool more = false;
    sqlite3_stmt *q = NULL;
    *out = json_array();
    enum err rc = sql_open(s, &q,
                           "SELECT id, param, new FROM adaptation WHERE " ADAPTATIONS_NOW
                           " ORDER BY epoch, seq",
                           "it", at, base);
    while (rc == ERR_OK && (rc = store_step(s, q, &more)) == ERR_OK && more)
        json_array_append_new(*out,
                              json_pack("{s:s,s:s,s:o}", "id", store_text(q, 0), "param",
                                        store_text(q, 1), "new", sql_parsed(q, 2, json_null())));
    return rc;
}

static enum err append(struct site *s, const char *kind, const json_t *body, json_t **out)
{
    int64_t seq;
    char id[ENTRY_ID];
    struct journal_new what = {.kind = kind, .at = CLOCK_NONE, .body = body};
    enum err rc = journal_append(&s->j, &what, id, &seq);
    if (rc == ERR_OK)
        *out = action_answer(id, seq);
    return rc;
}

/* --- adaptations ------------------------------------------------------------------------------ */

static const struct member adaptation_shape[] = {
    {"param", MEMBER_TEXT, true, 40, NULL},   {"new", MEMBER_ANY, false, 0, NULL},
    {"reason", MEMBER_TEXT, true, 200, NULL}, {"approver", MEMBER_TEXT, true, 40, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

/* The pack as it would be; what a value makes impossible elsewhere in it is found here. */
static enum err try_value(const struct policy *p, const char *param, const json_t *value)
{
    struct policy *tried = NULL;
    const json_t *layers = policy_layers(p);
    json_t *overlays = json_copy((json_t *)(uintptr_t)layers);
    json_t *all = policy_adaptations(p) != NULL
                      ? json_copy((json_t *)(uintptr_t)policy_adaptations(p))
                      : json_array();
    json_array_remove(overlays, 0);
    json_array_append_new(all,
                          json_pack("{s:s,s:s,s:O}", "id", "new", "param", param, "new", value));
    enum err rc = policy_join(json_array_get(layers, 0), overlays, all, "new", &tried);
    policy_free(tried);
    json_decref(overlays);
    json_decref(all);
    return rc;
}

static enum err check_value(const struct policy *p, const json_t *clean, const json_t **old)
{
    const json_t *value = json_object_get(clean, "new");
    const json_t *row = policy_param_row(p, js_str(clean, "param"));
    if (row == NULL)
        return err_set(ERR_FIELD_CHOICE, "param", NULL);
    *old = json_object_get(row, "value");
    enum err rc = ERR_OK;
    if (!json_is_null(value))
        rc = policy_fits(row, value);
    else if (!js_bool(row, "adaptable"))
        rc = err_set(ERR_CONSTRAINT, "param", NULL);
    if (rc == ERR_OK && json_equal(*old, value))
        rc = err_set(ERR_DUPLICATE, "new", NULL);
    return rc == ERR_OK ? try_value(p, js_str(clean, "param"), value) : rc;
}

enum err adaptation_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    char leader[CLERK_NAME];
    struct policy *p;
    const json_t *old;
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(adaptation_shape, in, &clean);
    if (rc == ERR_OK)
        rc = clerk_answers(s, "leader", leader);
    if (rc == ERR_OK)
        rc = site_policy(s, &p);
    if (rc == ERR_OK)
        rc = check_value(p, clean, &old);
    if (rc == ERR_OK) {
        json_object_set(clean, "old", (json_t *)(uintptr_t)old);
        js_set_str(clean, "base", policy_id(p));
        js_set_str(clean, "policy", policy_label(p));
        js_set_str(clean, "answers", leader);
        rc = append(s, "adaptation", clean, out);
    }
    json_decref(clean);
    return rc;
}

enum err adaptation_project(struct store *s, const struct entry *e)
{
    json_t *none = json_null();
    json_t *old = json_object_get(e->body, "old"), *value = json_object_get(e->body, "new");
    return sql_put(s,
                   "INSERT INTO adaptation (id, epoch, seq, at, clerk, base, param, old, new,"
                   " reason, approver) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
                   "tiiitttjjtt", e->id, e->epoch, e->seq, e->at, e->clerk, js_str(e->body, "base"),
                   js_str(e->body, "param"), old != NULL ? old : none, value != NULL ? value : none,
                   js_str(e->body, "reason"), js_str(e->body, "approver"));
}

/* --- read ------------------------------------------------------------------------------------- */

static const struct member read_shape[] = {{"policy", MEMBER_TEXT, false, 400, NULL},
                                           {NULL, MEMBER_TEXT, false, 0, NULL}};

/* `policy` says which text the clerk had before the eyes: another one was not read. */
enum err policy_read_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    struct policy *p;
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(read_shape, in, &clean);
    if (rc == ERR_OK)
        rc = site_policy(s, &p);
    const char *given = js_str(clean, "policy");
    if (rc == ERR_OK && given != NULL && strcmp(given, policy_label(p)) != 0)
        rc = err_set(ERR_CONSTRAINT, "policy", "%s", policy_label(p));
    if (rc == ERR_OK) {
        js_set_str(clean, "policy", policy_label(p));
        rc = append(s, "policy_read", clean, out);
    }
    json_decref(clean);
    return rc;
}

/* "ordinary@1+heat@1#2.57": each pack by itself, so that one more needs only its own reading. */
enum err policy_read_project(struct store *s, const struct entry *e)
{
    enum err rc = ERR_OK;
    const char *label = js_str(e->body, "policy");
    for (const char *at = label != NULL ? label : ""; rc == ERR_OK && *at != 0 && *at != '#';) {
        size_t len = strcspn(at, "+#");
        char *pack = mem_strndup(at, len);
        rc = sql_put(s,
                     "INSERT OR IGNORE INTO policy_read (pack, clerk, id, at)"
                     " VALUES (?1,?2,?3,?4)",
                     "ttti", pack, e->clerk, e->id, e->at);
        free(pack);
        at += len + (at[len] == '+');
    }
    return rc;
}

/* --- measures ----------------------------------------------------------------------------------
 */

static const struct member measure_shape[] = {{"title", MEMBER_TEXT, true, 60, NULL},
                                              {"text", MEMBER_TEXT, true, 1000, NULL},
                                              {NULL, MEMBER_TEXT, false, 0, NULL}};

enum err measure_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    enum err rc = *arg != 0 ? err_set(ERR_NOT_FOUND, "what", NULL) : ERR_OK;
    if (rc == ERR_OK)
        rc = input_check(measure_shape, in, &clean);
    if (rc == ERR_OK)
        rc = append(s, "measure", clean, out);
    json_decref(clean);
    return rc;
}

enum err measure_project(struct store *s, const struct entry *e)
{
    return sql_put(s,
                   "INSERT INTO measure (id, epoch, seq, at, clerk, title, text)"
                   " VALUES (?1,?2,?3,?4,?5,?6,?7)",
                   "tiiittt", e->id, e->epoch, e->seq, e->at, e->clerk, js_str(e->body, "title"),
                   js_str(e->body, "text"));
}
