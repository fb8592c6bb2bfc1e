/* Owns: the tokens of the API. Invariant: a token stands nowhere, only its hash. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/rnd.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/audit.h"
#include "sync/hub/booking.h"

static enum err check_name(struct hub *h, const char *name)
{
    if (*name == 0)
        return err_set(ERR_FIELD_REQUIRED, "NAME", NULL);
    if (strlen(name) >= 64)
        return err_set(ERR_TOO_LONG, "NAME", NULL);
    if (hub_number(h->db, 0, "SELECT count(*) FROM api_token WHERE name = ?1", "s", name) > 0)
        return err_set(ERR_DUPLICATE, "NAME", NULL);
    return utf8_check(name, strlen(name));
}

static const char *const scopes_known[] = {"read", "decide", "book", "admin"};

/* Whether `scope` is one of the words of `scopes`. */
static bool has_scope(const char *scopes, const char *scope)
{
    size_t n = strlen(scope);
    for (const char *at = scopes; (at = strstr(at, scope)) != NULL; at += n)
        if ((at == scopes || at[-1] == ' ') && (at[n] == 0 || at[n] == ' '))
            return true;
    return false;
}

static enum err check_scopes(const char *scopes)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof scopes_known / sizeof *scopes_known; i++)
        if (has_scope(scopes, scopes_known[i]))
            n += strlen(scopes_known[i]) + 1;
    bool good = n > 0 && n - 1 == strlen(scopes); /* each once, and nothing else */
    return good ? ERR_OK : err_set(ERR_FIELD_CHOICE, "scopes", "read, decide, book, admin");
}

enum err hub_token_add(struct hub *h, const char *name, char token[HUB_HOLD])
{
    return hub_token_add_for(h, name, HUB_TOKEN_SCOPES, token);
}

enum err hub_token_add_for(struct hub *h, const char *name, const char *scopes,
                           char token[HUB_HOLD])
{
    unsigned char bytes[32], hash[HASH_BYTES];
    enum err rc = check_name(h, name);
    if (rc == ERR_OK)
        rc = check_scopes(scopes);
    if (rc != ERR_OK)
        return rc;
    rnd_bytes(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, token);
    secret_hash_once(token, strlen(token), hash);
    rc = hub_audit(h, NULL, "token_add", NULL, name);
    if (rc != ERR_OK)
        return rc;
    return hub_run(h->db, "INSERT INTO api_token (name, hash, added, scopes) VALUES (?1,?2,?3,?4)",
                   "sbis", name, hash, sizeof hash, clock_now(), scopes);
}

enum err hub_token_revoke(struct hub *h, const char *name)
{
    if (hub_number(h->db, 0, "SELECT count(*) FROM api_token WHERE name = ?1 AND revoked IS NULL",
                   "s", name) == 0)
        return err_set(ERR_NOT_FOUND, "NAME", NULL);
    enum err rc = hub_audit(h, NULL, "token_revoke", NULL, name);
    if (rc != ERR_OK)
        return rc;
    return hub_run(h->db, "UPDATE api_token SET revoked = ?2 WHERE name = ?1", "si", name,
                   clock_now());
}

enum err hub_token_find(struct hub *h, const char *token, const char *scope, char name[64])
{
    struct hub_rows rows;
    unsigned char hash[HASH_BYTES];
    secret_hash_once(token, strlen(token), hash);
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT name, scopes FROM api_token WHERE hash = ?1 AND revoked IS NULL",
                          "b", hash, sizeof hash);
    if (rc != ERR_OK || !hub_next(&rows, &rc))
        return rc != ERR_OK ? rc : err_set(ERR_SIGN_IN, "token", NULL);
    snprintf(name, 64, "%s", hub_text(&rows, 0));
    bool may = has_scope(hub_text(&rows, 1), scope);
    hub_done(&rows);
    return may ? ERR_OK : err_set(ERR_ROLE, "scope", "%s", scope);
}
