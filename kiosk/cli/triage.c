/* Owns: decisions without a record. Invariant: nothing is written, and no site is needed when the
 * facts name a policy that is built in. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/cli/cli.h"
#include "kiosk/rules/policymerge.h"

/* Policies read so far, by name: a stream of facts names few. */
struct packs {
    struct pack {
        char *id;
        struct policy *policy;
    } * all;
    size_t n;
};

static enum err shipped(void *with, const char *id, int version, json_t **out)
{
    char *name = mem_printf("policies/%s.json", id);
    const struct asset *asset = asset_find(name);
    (void)with;
    enum err rc = asset != NULL ? js_parse(asset->data, asset->len, name, out)
                                : err_set(ERR_NOT_FOUND, "policy", "%s", id);
    if (rc == ERR_OK && version != 0 && js_int(*out, "version", 0) != version)
        rc = err_set(ERR_NOT_FOUND, "policy", "%s@%d", id, version);
    free(name);
    return rc;
}

static enum err named(struct cli *c, struct packs *packs, const char *id, struct policy **out)
{
    for (size_t i = 0; i < packs->n; i++)
        if (strcmp(packs->all[i].id, id) == 0) {
            *out = packs->all[i].policy;
            return ERR_OK;
        }
    enum err rc = c->site != NULL ? site_policy_named(c->site, id, out)
                                  : policy_join_named(id, shipped, NULL, out);
    if (rc != ERR_OK)
        return rc;
    packs->all = mem_grow(packs->all, (packs->n + 1) * sizeof *packs->all);
    packs->all[packs->n++] = (struct pack){mem_strdup(id), *out};
    return ERR_OK;
}

static void packs_fini(struct packs *packs)
{
    for (size_t i = 0; i < packs->n; i++) {
        policy_free(packs->all[i].policy);
        free(packs->all[i].id);
    }
    free(packs->all);
}

static enum err decide(struct cli *c, struct packs *packs, const char *text, size_t len,
                       json_t **out)
{
    json_t *facts = NULL;
    struct policy *policy = NULL;
    enum err rc = js_parse(text, len, NULL, &facts);
    if (rc == ERR_OK && !json_is_object(facts))
        rc = err_set(ERR_JSON, NULL, "%s", _("a line holds one object"));
    const char *id = rc == ERR_OK ? js_str(facts, "policy") : NULL;
    if (rc == ERR_OK && id != NULL)
        rc = named(c, packs, id, &policy);
    else if (rc == ERR_OK && c->site != NULL)
        rc = site_policy(c->site, &policy);
    else if (rc == ERR_OK)
        rc = err_set(ERR_FIELD_REQUIRED, "policy", NULL);
    if (rc == ERR_OK)
        rc = policy_decide(policy, facts, out);
    json_decref(facts);
    return rc;
}

static enum err one_line(struct cli *c, struct packs *packs, struct lines *in)
{
    char *text;
    size_t len;
    json_t *out = NULL;
    enum err rc = lines_next(in, &text, &len);
    if (rc == ERR_IO || (rc == ERR_OK && (text == NULL || strspn(text, " \t") == len)))
        return rc;
    if (rc == ERR_OK)
        rc = decide(c, packs, text, len, &out);
    if (rc != ERR_OK) {
        out = out_refusal(rc, in->number);
        c->status = 1;
    }
    out_json(out);
    json_decref(out);
    return out_end();
}

enum err triage_run(struct cli *c)
{
    struct packs packs = {NULL, 0};
    struct lines in = {.fd = STDIN_FILENO};
    enum err rc = sign_open(c, NEEDS_SITE);
    if (rc == ERR_NO_SITE)
        rc = ERR_OK;
    while (rc == ERR_OK && !lines_end(&in)) {
        rc = lines_wait(&in);
        if (rc == ERR_OK)
            rc = one_line(c, &packs, &in);
    }
    packs_fini(&packs);
    lines_fini(&in);
    return rc;
}
