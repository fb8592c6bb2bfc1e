/* Owns: the sheet of daily reports for another program. Invariant: no name of a resident is in it.
 */
#include "sync/hub/api_report.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/tally.h"
#include "sync/hub/api_book.h"
#include "sync/hub/report.h"

static enum err add_row(void *arg, const json_t *row)
{
    json_array_append(arg, (json_t *)(uintptr_t)row);
    return ERR_OK;
}

void api_reports(struct web *w)
{
    char date[CLOCK_TEXT];
    int64_t at = clock_now();
    const char *asked = web_query(w, "date");
    json_t *rows = json_array();
    enum err rc = ERR_OK;
    if (asked != NULL && !clock_parse_date(asked, &at))
        rc = err_set(ERR_DATE, "date", NULL);
    if (rc == ERR_OK)
        rc = hub_report_sheet(w->hub, tally_day(at), add_row, rows);
    if (rc == ERR_OK) {
        json_t *out = json_pack("{s:s,s:O}", "date", clock_date(at, date), "reports", rows);
        api_answer(w, 200, out);
        json_decref(out);
    } else {
        api_fail(w, rc);
    }
    json_decref(rows);
}
