/* Owns: the readers of a terminal on the command line, and the process that serves one of them.
 * Invariant: that process holds neither the database nor a key while it runs. */
#include "sync/reader/reader.h"

#include <string.h>
#include <unistd.h>

#include "kiosk/base/js.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/reader.h"

static enum err list(struct cli *c)
{
    struct reader_row rows[READERS_MAX];
    size_t n = reader_rows(c->site, rows);
    for (size_t i = 0; i < n; i++) {
        json_t *line = json_object();
        js_set_str(line, "terminal", c->site->j.terminal);
        js_set_str(line, "reader", rows[i].name);
        js_set_str(line, "device", rows[i].device);
        js_set_str(line, "way", rows[i].way);
        js_set_str(line, "address", rows[i].address);
        out_json(line);
        json_decref(line);
    }
    return ERR_OK;
}

static enum err devices(struct cli *c)
{
    json_t *ids = reader_devices(c->site), *id;
    size_t i;
    enum err rc = ERR_OK;
    json_array_foreach(ids, i, id)
    {
        struct device *d = NULL;
        if (rc == ERR_OK && (rc = reader_device(c->site, json_string_value(id), &d)) == ERR_OK)
            out_json(device_json(d));
        device_free(d);
    }
    json_decref(ids);
    return rc;
}

static enum err set(struct cli *c)
{
    enum err rc = sign_open(c, NEEDS_CLERK);
    if (rc == ERR_OK && !clerk_may(c->site, "admin"))
        rc = err_set(ERR_ROLE, NULL, "admin");
    return rc == ERR_OK ? reader_set(c->site, c->args[1], c->args[2], c->args[3]) : rc;
}

/* What is said is for a pipe: words for people would stand between the lines. */
static enum err serve(struct cli *c)
{
    struct reader_row row;
    struct device *d = NULL;
    enum err rc = reader_find(c->site, c->args[0], &row);
    if (rc == ERR_OK)
        rc = reader_device(c->site, row.device, &d);
    site_close(c->site);
    c->site = NULL;
    if (nice(5) == -1) {
        /* it only is less polite */
    }
    if (rc == ERR_OK)
        rc = reader_run(&(struct reader_at){row.way, row.address, d});
    device_free(d);
    return rc;
}

static const struct {
    const char *word;
    size_t words;
    enum err (*run)(struct cli *c);
} verbs[] = {{"list", 1, list}, {"devices", 1, devices}, {"set", 4, set}};

enum err reader_run_command(struct cli *c)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].word, c->args[0]) == 0)
            return verbs[i].words == c->n_args
                       ? verbs[i].run(c)
                       : err_set(ERR_USAGE, c->command->name, "%s", c->command->args);
    return c->n_args == 1 ? serve(c) : err_set(ERR_USAGE, c->command->name, "%s", c->command->args);
}
