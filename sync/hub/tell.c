/* Owns: what is told of a request. Invariant: it is told by its route's pattern, never by its path,
 * for a path may hold what somebody typed. */
#include "sync/hub/tell.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "sync/hub/log.h"
#include "sync/hub/metrics.h"

static const char *pattern_of(const struct web *w)
{
    if (w->village.route != NULL)
        return w->village.route->pattern;
    return w->route != NULL ? w->route->pattern : "";
}

static void count_village(const struct web *w, int64_t ms)
{
    const char *last = strrchr(w->village.route->pattern, '/');
    bool entries = strcmp(last, "/entries") == 0 || strcmp(last, "/express") == 0;
    if (w->status >= 400)
        metrics_add(METRIC_REFUSED, 1);
    else if (entries && w->status == 200)
        metrics_ack(ms);
}

void tell_request(const struct web *w)
{
    int64_t ms = clock_mono() - w->begun;
    json_t *facts = json_object();
    if (!w->live) /* which lasts as long as its page is open */
        metrics_request(w->status, ms);
    metrics_add(METRIC_STORE_ERRORS, w->status == 500 || w->status == 503);
    js_set_str(facts, "method", w->method);
    js_set_str(facts, "route", pattern_of(w));
    js_set_int(facts, "status", w->status);
    js_set_int(facts, "ms", ms);
    js_set_int(facts, "bytes", (int64_t)w->sent);
    if (w->village.route != NULL) {
        count_village(w, ms);
        js_set_str(facts, "site", w->village.site);
        if (w->village.trouble != ERR_OK)
            js_set_str(facts, "error", err_word(w->village.trouble));
    }
    log_line("request", facts);
}
