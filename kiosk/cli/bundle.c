/* Owns: the stick at the command line. Invariant: what a script reads stands on standard output,
 * one object; what a person reads, and how far it is, on standard error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"
#include "sync/agent/bundle.h"

#define PROGRESS_MS 500 /* then, and so often, it is told how far it is */

const struct option_row bundle_options[] = {
    {"split", "MIB", N_("no file bigger than so many MiB (4)")},
    {NULL, NULL, NULL},
};

static void progress(void *arg, int64_t done, int64_t of)
{
    int64_t *told = arg;
    if (clock_mono() - *told < PROGRESS_MS)
        return;
    *told = clock_mono();
    out_note(_("%lld of %lld records"), (long long)done, (long long)of);
}

static enum err read_split(const struct cli *c, size_t *split)
{
    const char *text = option_get(c, "split");
    char *end = NULL;
    *split = 0;
    if (text == NULL)
        return ERR_OK;
    double mib = strtod(text, &end);
    if (end == text || *end != 0 || !(mib > 0) || mib * 1048576.0 > (double)BUNDLE_SPLIT_MOST)
        return err_set(ERR_FIELD_RANGE, "--split", "0-%zu", BUNDLE_SPLIT_MOST >> 20);
    *split = (size_t)(mib * 1048576.0);
    return ERR_OK;
}

/* The stick in the machine, when there is one alone. */
static enum err only_stick(char out[STICK_PATH])
{
    struct stick_place places[STICK_PLACES];
    size_t n = stick_find(places);
    if (n != 1)
        return err_set(ERR_STICK, NULL, "%s", n == 0 ? _("none is here") : _("name one of them"));
    memcpy(out, places[0].path, STICK_PATH);
    return ERR_OK;
}

static enum err run_out(struct cli *c, const char *where)
{
    int64_t told = clock_mono();
    struct bundle_out b = {.progress = progress, .arg = &told};
    enum err rc = read_split(c, &b.split);
    if (rc == ERR_OK)
        rc = agent_bundle_out(c->site, where, &b);
    if (b.files == 0)
        return rc;
    json_t *out = json_object();
    json_object_set_new(out, "ok", json_boolean(rc == ERR_OK));
    js_set_str(out, "file", b.file);
    js_set_int(out, "files", b.files);
    js_set_int(out, "from", b.from);
    js_set_int(out, "to", b.to);
    js_set_int(out, "bytes", b.bytes);
    js_set_int(out, "waiting", b.waiting);
    out_json(out);
    json_decref(out);
    if (rc == ERR_OK && b.waiting == 0)
        out_note("%s", _("Nothing waits here: the bundle asks the sub-centre for its orders."));
    else
        out_note(_("%lld of %lld records are on the stick, in %lld files: carry it to the "
                   "sub-centre and bring the answer back."),
                 (long long)(b.to - b.from + 1), (long long)b.waiting, (long long)b.files);
    return rc;
}

static enum err run_in(struct cli *c, const char *where)
{
    struct bundle_in b;
    enum err rc = agent_bundle_in(c->site, where, &b);
    if (rc != ERR_OK && rc != ERR_ANSWER_GAP)
        return rc;
    json_t *out = json_object();
    json_object_set_new(out, "ok", json_boolean(rc == ERR_OK));
    js_set_str(out, "file", b.file);
    js_set_int(out, "arrived", b.arrived);
    js_set_int(out, "acked", b.acked);
    js_set_int(out, "orders", b.orders);
    js_set_int(out, "refused", b.refused);
    json_object_set_new(out, "older", json_boolean(b.older));
    json_object_set_new(out, "more", json_boolean(b.more));
    js_set_str(out, "trouble", b.trouble[0] != 0 ? b.trouble : NULL);
    out_json(out);
    json_decref(out);
    if (b.trouble[0] != 0)
        out_note(_("The sub-centre said: %s"), b.trouble);
    if (b.older)
        out_note("%s", _("An older answer: nothing new about what has arrived."));
    else if (b.arrived == 0 && b.orders == 0)
        out_note("%s", _("The answer was read: nothing new in it."));
    else
        out_note(_("%lld more have arrived at the sub-centre, up to No. %lld; %lld new orders."),
                 (long long)b.arrived, (long long)b.acked, (long long)b.orders);
    if (b.more)
        out_note("%s", _("More orders wait there: write one more bundle."));
    return rc;
}

static enum err run_list(void)
{
    struct stick_place places[STICK_PLACES];
    size_t n = stick_find(places);
    for (size_t i = 0; i < n; i++) {
        json_t *out = json_object();
        js_set_str(out, "folder", places[i].path);
        js_set_int(out, "room", places[i].room);
        json_object_set_new(out, "read_only", json_boolean(places[i].read_only));
        out_json(out);
        json_decref(out);
    }
    return ERR_OK;
}

enum err bundle_run(struct cli *c)
{
    char stick[STICK_PATH];
    const char *what = c->args[0], *where = c->n_args > 1 ? c->args[1] : NULL;
    bool out = strcmp(what, "out") == 0;
    if (strcmp(what, "list") == 0)
        return run_list();
    if (!out && strcmp(what, "in") != 0)
        return err_set(ERR_USAGE, what, "out, in, list");
    enum err rc = where == NULL ? only_stick(stick) : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    where = where != NULL ? where : stick;
    return out ? run_out(c, where) : run_in(c, where);
}
