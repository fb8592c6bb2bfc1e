/* Owns: the account of ledgers that went out as files and came in from files.
 * Invariant: what left was written down first: who, for whom, which rows, and the file's hash. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/actions.h"
#include "kiosk/desk/export.h"
#include "kiosk/desk/input.h"
#include "kiosk/desk/listing.h"
#include "kiosk/desk/project.h"
#include "kiosk/desk/sql.h"

static const char *const formats[] = {"csv", "xlsx", "pdf", NULL};
static const struct member export_shape[] = {
    {"ledger", MEMBER_TEXT, true, 48, NULL},
    {"profile", MEMBER_TEXT, true, 48, NULL},
    {"format", MEMBER_CHOICE, true, 0, formats},
    {"from", MEMBER_TIME, false, 0, NULL},
    {"to", MEMBER_TIME, false, 0, NULL},
    {"rows", MEMBER_COUNT, true, 1000000000, NULL},
    {"hash", MEMBER_TEXT, true, 2 * HASH_BYTES, NULL},
    {NULL, MEMBER_TEXT, false, 0, NULL},
};

enum err export_act(struct site *s, const char *arg, const json_t *in, json_t **out)
{
    json_t *clean = NULL;
    (void)arg;
    enum err rc = input_check(export_shape, in, &clean);
    if (rc == ERR_OK)
        return action_append(s, (struct journal_new){.kind = "export", .at = CLOCK_NONE}, clean,
                             NULL, out);
    json_decref(clean);
    return rc;
}

/* A time may be there or not. */
static const json_t *moment(const json_t *body, const char *key)
{
    const json_t *at = js_get(body, key);
    return json_is_integer(at) ? at : NULL;
}

static enum err keep(struct store *s, const struct entry *e, const char *way)
{
    const json_t *b = e->body;
    return sql_put(s,
                   "INSERT INTO ledger_file (id, epoch, seq, at, clerk, way, ledger, profile,"
                   " format, first, last, rows, hash) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,"
                   "CAST(?10 AS INTEGER),CAST(?11 AS INTEGER),?12,?13)",
                   "tiiittttt"
                   "jjit",
                   e->id, e->epoch, e->seq, e->at, e->clerk, way, js_str(b, "ledger"),
                   js_str(b, "profile"), js_str(b, "format"), moment(b, "from"), moment(b, "to"),
                   js_int(b, "rows", 0), js_str(b, "hash"));
}

enum err export_project(struct store *s, const struct entry *e)
{
    return keep(s, e, "export");
}

enum err import_project(struct store *s, const struct entry *e)
{
    return keep(s, e, "import");
}

/* --- looked at ----------------------------------------------------------------------------------
 */

static json_t *make_row(sqlite3_stmt *q)
{
    json_t *row = json_object();
    js_set_str(row, "id", store_text(q, 3));
    js_set_time(row, "at", store_int(q, 0));
    js_set_str(row, "clerk", store_text(q, 4));
    js_set_str(row, "ledger", store_text(q, 5));
    js_set_str(row, "profile", store_text(q, 6));
    js_set_str(row, "format", store_text(q, 7));
    js_set_time(row, "from", sql_time(q, 8));
    js_set_time(row, "to", sql_time(q, 9));
    js_set_int(row, "rows", store_int(q, 10));
    js_set_str(row, "hash", store_text(q, 11));
    return row;
}

static const char *const matched[] = {"ledger", "profile", "clerk", "hash", NULL};
static const struct listing file_listing = {
    .sql = "SELECT at, epoch, seq, id, clerk, ledger, profile, format, first, last, rows, hash"
           " FROM ledger_file WHERE way = :arg AND" LISTING_WINDOW LISTING_ORDER,
    .make = make_row,
    .match = matched,
};

enum err exports_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                      void *to)
{
    (void)arg;
    return listing_each(s, &file_listing, "export", q, row, to);
}

enum err imports_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                      void *to)
{
    (void)arg;
    return listing_each(s, &file_listing, "import", q, row, to);
}

static json_t *profile_row(const struct profile *p)
{
    size_t i;
    json_t *sheet, *row = json_object(), *ledgers = json_array(), *files = json_array();
    js_set_str(row, "profile", p->id);
    js_set_int(row, "version", p->version);
    js_set_str(row, "addressee", profile_pick(js_get(p->json, "addressee"), p->english));
    json_array_foreach(js_get(p->json, "sheets"), i, sheet)
        json_array_append(ledgers, js_get(sheet, "ledger"));
    for (unsigned k = 0; k < FORMAT_COUNT; k++)
        if ((p->formats >> k & 1) != 0)
            json_array_append_new(files, json_string(profile_format_name(k)));
    json_object_set_new(row, "ledgers", json_array_size(ledgers) > 0 ? ledgers : json_null());
    json_object_set_new(row, "formats", files);
    js_set_str(row, "encoding", p->gb18030 ? "gb18030" : "utf-8");
    js_set_str(row, "paper", p->a3 ? "A3" : "A4");
    if (json_array_size(ledgers) == 0)
        json_decref(ledgers);
    return row;
}

/* One that has a mistake is shown with it: somebody wants to correct it. */
static json_t *broken_row(const char *id, enum err rc)
{
    char say[512];
    json_t *row = json_object();
    err_say(rc, say, sizeof say);
    js_set_str(row, "profile", id);
    js_set_str(row, "error", err_word(rc));
    js_set_str(row, "message", say);
    return row;
}

enum err profiles_each(struct site *s, const char *arg, const struct view_query *q, row_fn *row,
                       void *to)
{
    size_t i;
    enum err rc = ERR_OK;
    json_t *id, *ids = export_profile_ids(s);
    (void)arg, (void)q;
    json_array_foreach(ids, i, id)
    {
        struct profile *p;
        if (rc != ERR_OK)
            break;
        enum err read = export_profile_read(s, json_string_value(id), &p);
        json_t *one = read == ERR_OK ? profile_row(p) : broken_row(json_string_value(id), read);
        profile_free(read == ERR_OK ? p : NULL);
        rc = row(to, one);
        json_decref(one);
    }
    json_decref(ids);
    return rc;
}
