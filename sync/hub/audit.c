/* Owns: the audit's rows and their chain. Invariant: no row is changed, none is taken out unseen;
 * two writers take turns at the row `audit_end`. */
#include "sync/hub/audit.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"

const struct hub_audit_word hub_audit_words[] = {
    {"log_in", N_("logged in")},
    {"log_in_failed", N_("log-in refused")},
    {"log_in_locked", N_("log-in locked")},
    {"log_out", N_("logged out")},
    {"look_person", N_("looked at a person")},
    {"look_list", N_("saw names in a list")},
    {"search_person", N_("searched for a person")},
    {"export", N_("took a file out")},
    {"decide", N_("decided a case")},
    {"assign", N_("assigned a case")},
    {"receive", N_("received papers")},
    {"slip", N_("read a slip")},
    {"guide", N_("sent guidance")},
    {"cancel_booking", N_("cancelled a booking")},
    {"slots", N_("changed the half hours")},
    {"suspend", N_("suspended service")},
    {"resume", N_("resumed service")},
    {"push", N_("sent a definition")},
    {"notice", N_("hung up a notice")},
    {"site_add", N_("added a village")},
    {"site_code", N_("made an enrolment code")},
    {"site_join", N_("a machine joined")},
    {"site_revoke", N_("shut a village out")},
    {"site_change", N_("changed a village")},
    {"user_add", N_("added a user")},
    {"user_change", N_("changed a user")},
    {"user_password", N_("changed a password")},
    {"session_end", N_("ended a session")},
    {"unlock", N_("lifted a lock")},
    {"token_add", N_("added a token")},
    {"token_revoke", N_("revoked a token")},
    {"webhook_add", N_("added a webhook")},
    {"webhook_remove", N_("removed a webhook")},
    {NULL, NULL},
};

const char *hub_audit_word(const char *code)
{
    for (const struct hub_audit_word *w = hub_audit_words; w->code != NULL; w++)
        if (strcmp(w->code, code) == 0)
            return _(w->label);
    return code;
}

void hub_audit_by(struct hub *h, const char *who, const char *role, const char *address)
{
    struct hub_asker *a = &h->asker;
    snprintf(a->who, sizeof a->who, "%s", who != NULL ? who : "");
    snprintf(a->role, sizeof a->role, "%s", role != NULL ? role : "");
    snprintf(a->address, sizeof a->address, "%s", address != NULL ? address : "");
    a->limited = false;
}

/* --- rows ------------------------------------------------------------------------------------- */

enum { WHO, ROLE, ADDRESS, WHAT, SITE, SUBJECT, NOTE, TEXTS };

#define LINK (2 * HASH_BYTES + 1) /* as text */

static void link_of(const char *before, int64_t n, int64_t at, const char *const text[TEXTS],
                    char out[LINK])
{
    struct secret_hash h;
    unsigned char hash[HASH_BYTES];
    char numbers[64];
    snprintf(numbers, sizeof numbers, "%lld %lld", (long long)n, (long long)at);
    secret_hash_init(&h);
    secret_hash_add(&h, "jiujin-audit/1", 15);
    secret_hash_add(&h, before, strlen(before) + 1);
    secret_hash_add(&h, numbers, strlen(numbers) + 1);
    for (int i = 0; i < TEXTS; i++) /* each with its NUL, so that none runs into the next */
        secret_hash_add(&h, text[i], strlen(text[i]) + 1);
    secret_hash_end(&h, hash);
    hex_encode(hash, sizeof hash, out);
}

static enum err add(struct hub *h, const char *const text[TEXTS])
{
    struct hub_rows rows;
    char hash[LINK] = "";
    int64_t n = 0, at = clock_now();
    enum err rc = hub_run(h->db, "UPDATE audit_end SET n = n + 1 WHERE id = 1", "");
    if (rc == ERR_OK)
        rc = hub_ask(h->db, &rows, "SELECT n, hash FROM audit_end WHERE id = 1", "");
    if (rc == ERR_OK && hub_next(&rows, &rc)) {
        n = hub_int(&rows, 0);
        link_of(hub_text(&rows, 1), n, at, text, hash);
        hub_done(&rows);
    }
    if (rc == ERR_OK)
        rc = hub_run(h->db,
                     "INSERT INTO audit (n, at, who, role, address, what, site, subject, note,"
                     " hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                     "iissssssss", n, at, text[WHO], text[ROLE], text[ADDRESS], text[WHAT],
                     text[SITE], text[SUBJECT], text[NOTE], hash);
    if (rc == ERR_OK)
        rc = hub_run(h->db, "UPDATE audit_end SET hash = ?1 WHERE id = 1", "s", hash);
    return rc;
}

/* Cleaned of what a terminal or a sheet might obey, and cut at a whole sign. */
static void clean(const char *text, char out[AUDIT_TEXT])
{
    char cut[AUDIT_TEXT];
    snprintf(cut, sizeof cut, "%s", text);
    utf8_trim(cut);
    utf8_clean(cut, out);
}

enum err hub_audit_note(struct hub *h, const char *who, const char *what, const char *site,
                        const char *subject, const char *note)
{
    const struct hub_asker *a = &h->asker;
    char name[AUDIT_TEXT], about[AUDIT_TEXT], said[AUDIT_TEXT];
    bool self = who == NULL || strcmp(who, a->who) == 0;
    clean(self ? a->who : who, name);
    clean(subject != NULL ? subject : "", about);
    clean(note != NULL ? note : "", said);
    const char *const text[TEXTS] = {
        [WHO] = name,  [ROLE] = self ? a->role : "",      [ADDRESS] = a->address,
        [WHAT] = what, [SITE] = site != NULL ? site : "", [SUBJECT] = about,
        [NOTE] = said,
    };
    enum err rc = hub_begin(h->db);
    return rc == ERR_OK ? hub_end(h->db, add(h, text)) : rc;
}

enum err hub_audit(struct hub *h, const char *who, const char *what, const char *site,
                   const char *subject)
{
    return hub_audit_note(h, who, what, site, subject, NULL);
}

/* --- reading ---------------------------------------------------------------------------------- */

static json_t *row_of(const struct hub_rows *r)
{
    static const char *const keys[] = {"who",  "role",    "address", "what",
                                       "site", "subject", "note",    "site_name"};
    json_t *o = json_object();
    js_set_int(o, "n", hub_int(r, 0));
    js_set_time(o, "at", hub_int(r, 1));
    for (int i = 0; i < (int)(sizeof keys / sizeof *keys); i++)
        js_set_str(o, keys[i], hub_text(r, i + 2));
    return o;
}

enum err hub_audit_each(struct hub *h, const struct hub_audit_query *q,
                        enum err (*row)(void *arg, const json_t *row), void *arg)
{
    struct hub_rows r;
    enum err rc = hub_ask(
        h->db, &r,
        "SELECT a.n, a.at, a.who, a.role, a.address, a.what, a.site, a.subject, a.note, s.name"
        " FROM audit a LEFT JOIN site s ON s.site = a.site"
        " WHERE a.at >= ?1 AND a.at < ?2 AND (?3 IS NULL OR a.who = ?3)"
        " AND (?4 IS NULL OR a.what = ?4) AND (?5 IS NULL OR a.site = ?5)"
        " AND (?6 IS NULL OR a.subject = ?6) ORDER BY a.n DESC LIMIT ?7",
        "iissssi", q->from != CLOCK_NONE ? q->from : 0, q->to != CLOCK_NONE ? q->to : INT64_MAX,
        q->who, q->what, q->site, q->subject, q->limit > 0 ? q->limit : INT64_MAX);
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        json_t *o = row_of(&r);
        rc = row(arg, o);
        json_decref(o);
        if (rc != ERR_OK)
            hub_done(&r);
    }
    return rc;
}

static enum err check_row(const struct hub_rows *r, int64_t want, char hash[LINK])
{
    const char *text[TEXTS];
    char before[LINK];
    for (int i = 0; i < TEXTS; i++)
        text[i] = hub_text(r, i + 2);
    memcpy(before, hash, LINK);
    link_of(before, want, hub_int(r, 1), text, hash);
    if (hub_int(r, 0) == want && strcmp(hub_text(r, 9), hash) == 0)
        return ERR_OK;
    return err_set(ERR_CORRUPT, "audit", "%lld", (long long)want);
}

enum err hub_audit_check(struct hub *h, int64_t *n)
{
    struct hub_rows r;
    char hash[LINK] = "";
    *n = 0;
    enum err rc = hub_ask(h->db, &r,
                          "SELECT n, at, who, role, address, what, site, subject, note, hash"
                          " FROM audit ORDER BY n",
                          "");
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        rc = check_row(&r, *n + 1, hash);
        if (rc == ERR_OK)
            ++*n;
        else
            hub_done(&r);
    }
    if (rc == ERR_OK && hub_number(h->db, -1, "SELECT n FROM audit_end WHERE id = 1", "") != *n)
        rc = err_set(ERR_CORRUPT, "audit", "%lld", (long long)*n + 1);
    return rc;
}
