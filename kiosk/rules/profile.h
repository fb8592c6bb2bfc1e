/* Export profiles: what an addressee wants of a ledger, as data (assets/profiles/, and
 * DIR/profiles/ of a site).
 *
 * {"schema":"jiujin.profile/1","id":"town","version":1,"addressee":{zh,en},
 *  "language":"zh"|"en" (missing: the present one),"paper":"A4"|"A3","landscape":true,
 *  "dates":"yyyy-mm-dd"|"yyyy/m/d"|"yyyy年m月d日","formats":["csv","xlsx","pdf"],
 *  "encoding":"utf-8"|"gb18030" (of its CSV),"void":"left_out"|"marked" (rows that were struck
 * out), "yes":{zh,en},"no":{zh,en},"sign":[{zh,en},...],
 *  "sheets":[{"ledger":ID,"title":{zh,en},"paper","landscape",
 *    "columns":[{"title":{zh,en},"width":N, one of "field":ID (with
 * "part":"name|id_no|phone|address" of a person), "computed":WORD, "blank":true;
 * "words":{CHOICE:{zh,en}}}]}]}
 *
 * Computed: number (counted from 1), site, site_code, date, time, moment (when it happened), heard
 * (when it was entered), clerk, entry, balance, void. A blank column is for the pen. A profile
 * without sheets takes every ledger, with the columns of its definition between those of "before"
 * and "after". */
#ifndef KIOSK_RULES_PROFILE_H
#define KIOSK_RULES_PROFILE_H

#include "kiosk/rules/form.h"

enum profile_computed {
    COMPUTED_NUMBER,
    COMPUTED_SITE,
    COMPUTED_SITE_CODE,
    COMPUTED_DATE,
    COMPUTED_TIME,
    COMPUTED_MOMENT,
    COMPUTED_HEARD,
    COMPUTED_CLERK,
    COMPUTED_ENTRY,
    COMPUTED_BALANCE,
    COMPUTED_VOID,
    COMPUTED_COUNT,
};

enum profile_format { FORMAT_CSV, FORMAT_XLSX, FORMAT_PDF, FORMAT_COUNT };
enum profile_dates { DATES_DASH, DATES_SLASH, DATES_CHINESE, DATES_COUNT };

struct profile {
    char id[48];
    int version;
    bool english;
    bool gb18030;
    bool marks_void; /* rows that were struck out are there, and marked */
    bool a3, landscape;
    enum profile_dates dates;
    unsigned formats; /* 1 << enum profile_format */
    json_t *json;     /* the definition */
};

/* One sheet of a profile; borrowed from it. */
struct profile_sheet {
    const json_t *json; /* NULL: the ledger's own columns */
    bool a3, landscape;
    size_t index;
};

/* `name` is the file named in errors: ERR_DEFINITION with "sheets[0].columns[3].title: ..." in the
 * note. *out is owned (profile_free). */
enum err profile_parse(const json_t *definition, const char *name, struct profile **out);
void profile_free(struct profile *p);
/* The sheet for a ledger; ERR_NOT_FOUND when the addressee does not want it. */
enum err profile_sheet(const struct profile *p, const char *ledger, struct profile_sheet *out);
/* Whether the columns of a sheet are fields and choices of the form. ERR_DEFINITION with the place.
 */
enum err profile_fits(const struct profile *p, const struct profile_sheet *sheet,
                      const struct form *f);

/* The text of a {zh, en} pair in one language, whatever the desk speaks. Borrowed; never NULL. */
const char *profile_pick(const json_t *pair, bool english);
/* The word of a computed column, and its index; -1: there is none. */
int profile_computed(const char *word);
const char *profile_computed_word(int computed);
const char *profile_format_name(enum profile_format format);

#endif
