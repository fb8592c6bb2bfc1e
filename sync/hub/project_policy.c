/* Owns: what a village did with its policy, as the hub keeps it (notice: R66).
 * Invariant: an adaptation is seen here as it was entered there, with its reason. */
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "sync/hub/project.h"

static const char *word(const struct entry *e, const char *key)
{
    const char *text = js_str(e->body, key);
    return text != NULL ? text : "";
}

static char *value_text(const struct entry *e, const char *key)
{
    json_t *value = json_object_get(e->body, key), *none = json_null();
    return js_dump(value != NULL ? value : none);
}

enum err hub_adaptation(struct hub *h, const char *site, const struct entry *e)
{
    if (js_str(e->body, "param") == NULL)
        return err_set(ERR_FIELD_REQUIRED, "param", NULL);
    char *old = value_text(e, "old"), *value = value_text(e, "new");
    enum err rc = hub_run(h->db,
                          "INSERT INTO adaptation (site, id, at, clerk, policy, param, old, new,"
                          " reason, approver) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
                          "ssisssssss", site, e->id, e->at, e->clerk, word(e, "policy"),
                          word(e, "param"), old, value, word(e, "reason"), word(e, "approver"));
    free(old);
    free(value);
    return rc;
}

enum err hub_overlay(struct hub *h, const char *site, const struct entry *e)
{
    if (js_str(e->body, "id") == NULL)
        return err_set(ERR_FIELD_REQUIRED, "id", NULL);
    return hub_run(h->db,
                   "INSERT INTO overlay (site, id, at, clerk, pack, version, document, starts,"
                   " review, approver) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
                   "ssissisiis", site, e->id, e->at, e->clerk, word(e, "id"),
                   js_int(e->body, "version", 1), word(e, "order"), js_int(e->body, "start", e->at),
                   js_int(e->body, "review", e->at), word(e, "approver"));
}

/* A village may end what an order of ours started: then there is no row of its own to mark. */
enum err hub_overlay_end(struct hub *h, const char *site, const struct entry *e)
{
    return hub_run(h->db,
                   "UPDATE overlay SET ended = ?3, end_order = ?4, end_reason = ?5"
                   " WHERE site = ?1 AND pack = ?2 AND ended IS NULL",
                   "ssiss", site, word(e, "id"), e->at, word(e, "order"), word(e, "reason"));
}
