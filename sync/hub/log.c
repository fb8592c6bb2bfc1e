/* Owns: the log's lines. Invariant: a line is written whole by one write(2), so that threads and
 * processes do not mix theirs. */
#include "sync/hub/log.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"

static atomic_int log_fd = -1;

void log_open(int fd)
{
    log_fd = fd;
}

void log_line(const char *event, json_t *facts)
{
    struct buf line = BUF_INIT;
    if (log_fd >= 0) {
        json_t *o = json_object();
        js_set_time(o, "at", clock_now());
        js_set_str(o, "event", event);
        json_object_update(o, facts);
        char *text = js_dump(o);
        buf_printf(&line, "%s\n", text);
        free(text);
        json_decref(o);
        if (write(log_fd, line.data, line.len) < 0)
            log_fd = -1; /* nobody reads it any more */
        buf_fini(&line);
    }
    json_decref(facts);
}
