/* Owns: the villages at the command line, as the page of sites shows them. */
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "sync/hub/command.h"
#include "sync/hub/sites.h"

enum err command_sites(struct hub *h, const struct command_line *line)
{
    struct hub_sites q = {.look = line->state, .sort = line->sort};
    json_t *rows = NULL, *row;
    size_t i;
    if (line->silent != NULL) {
        char *end;
        double hours = strtod(line->silent, &end);
        if (end == line->silent || *end != 0 || !(hours > 0) || hours > 24 * 365)
            return err_set(ERR_FIELD_RANGE, "--silent", "0-8760");
        q.silent_ms = (int64_t)(hours * 3600000.0);
    }
    enum err rc = hub_sites(h, &q, &rows);
    json_array_foreach(rows, i, row)
    {
        json_dumpf(row, stdout, JSON_COMPACT);
        putchar('\n');
    }
    json_decref(rows);
    return rc == ERR_OK && ferror(stdout) ? err_set(ERR_IO, "stdout", NULL) : rc;
}
