/* An old ledger brought in from a CSV: looked at first, then written whole or not at all.
 *
 * Titles are matched to fields by their label in Chinese or English, their id, and the titles of
 * every addressee's profile; choices by any of their words. A row keeps its own date as `at`. Two
 * passes are made, and neither holds more than a row: the first checks, the second writes in one
 * transaction. */
#ifndef KIOSK_DESK_IMPORT_H
#define KIOSK_DESK_IMPORT_H

#include "kiosk/desk/site.h"

#define IMPORT_FIRST 10   /* rows that are shown beforehand */
#define IMPORT_ERRORS 200 /* errors that are told one by one */

struct import_wish {
    const char *path;
    const char *profile;  /* whose titles go first; NULL: any */
    const char *encoding; /* "utf-8", "gb18030"; NULL: found out */
    bool again;           /* also when this very file was imported before */
};

/* Looks at the file; nothing is written. *out (owned by the caller) is
 * {"ledger","title","file","encoding","size","hash","header":LINE,"rows":N,"void":N,"from","to",
 *  "known":{"id","at","clerk"}|null (the file was imported before),
 *  "columns":[{"column":N,"title","field":ID|null,"computed":WORD|null,"label"|null (not taken)}],
 *  "first":[{"line":N,"at","void":bool,"row":{FIELD:value},"shown":{LABEL:text}}],
 *  "errors":[{"line":N,"column":N|null,"title","field","error":WORD,"message"}],"more_errors":N}.
 * ERR_OK also with errors in it. ERR_NOT_FOUND (ledger), ERR_IO, ERR_FIELD_CHOICE (encoding). */
enum err import_look(struct site *s, const char *ledger, const struct import_wish *wish,
                     json_t **out);
/* Looks, and when there is no error writes all rows and the entry that tells of them, in one
 * transaction; the answer has "id" and "seq" of that entry. ERR_IMPORT: there are errors, *out
 * tells them; ERR_DUPLICATE (field "file"): this file was imported before, *out tells when;
 * ERR_SIGN_IN, ERR_ROLE. Then nothing was written. */
enum err import_run(struct site *s, const char *ledger, const struct import_wish *wish,
                    json_t **out);

#endif
