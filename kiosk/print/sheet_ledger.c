/* Owns: a ledger as a file for its addressee. Invariant: the file takes its name after the entry
 * that tells of it was written, and not without it. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/print/sheet.h"

static enum err check_wish(const struct profile *p, const struct sheet_wish *wish)
{
    if ((p->formats >> wish->format & 1) == 0)
        return err_set(ERR_FIELD_CHOICE, profile_format_name(wish->format),
                       _("%s takes other files: see 'jiujin show profiles'"), p->id);
    if (wish->encoding != NULL && strcmp(wish->encoding, "utf-8") != 0 &&
        strcmp(wish->encoding, "gb18030") != 0)
        return err_set(ERR_FIELD_CHOICE, "encoding", "utf-8, gb18030");
    return ERR_OK;
}

static enum err tell(struct site *s, struct export *e, const struct sheet_wish *wish, int64_t rows,
                     const char *hash, json_t **out)
{
    json_t *in = json_object();
    js_set_str(in, "ledger", export_form(e)->id);
    js_set_str(in, "profile", export_profile(e)->id);
    js_set_str(in, "format", profile_format_name(wish->format));
    js_set_time(in, "from", wish->from);
    js_set_time(in, "to", wish->to);
    js_set_int(in, "rows", rows);
    js_set_str(in, "hash", hash);
    enum err rc = action_run(s, "export", in, out);
    json_decref(in);
    if (rc == ERR_OK) {
        js_set_int(*out, "rows", rows);
        js_set_str(*out, "hash", hash);
        js_set_str(*out, "file", wish->path);
    }
    return rc;
}

struct counted {
    struct sheet_out *file;
    int64_t rows;
};

static enum err count_row(void *to, const struct export_row *row)
{
    struct counted *c = to;
    c->rows++;
    return sheet_row(c->file, row->cells);
}

static enum err write_all(struct site *s, struct export *e, const struct sheet_wish *wish,
                          json_t **out)
{
    char hash[SHEET_HASH];
    struct counted c = {0};
    bool gb = wish->encoding != NULL ? strcmp(wish->encoding, "gb18030") == 0
                                     : export_profile(e)->gb18030;
    enum err rc = sheet_begin(export_head(e), wish->format, gb, wish->path, &c.file);
    if (rc == ERR_OK)
        rc = export_rows(e, count_row, &c);
    if (rc == ERR_OK)
        rc = sheet_finish(c.file, hash);
    if (rc == ERR_OK)
        rc = tell(s, e, wish, c.rows, hash, out);
    return sheet_close(c.file, rc);
}

enum err sheet_ledger(struct site *s, const char *ledger, const struct sheet_wish *wish,
                      json_t **out)
{
    struct export *e;
    *out = NULL;
    enum err rc = export_open(s, ledger, wish->profile, wish->from, wish->to, &e);
    if (rc == ERR_OK)
        rc = check_wish(export_profile(e), wish);
    if (rc == ERR_OK)
        rc = write_all(s, e, wish, out);
    export_free(e);
    if (rc != ERR_OK) {
        json_decref(*out);
        *out = NULL;
    }
    return rc;
}
