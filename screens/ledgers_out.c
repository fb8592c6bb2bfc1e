/* Owns taking a ledger out as a file: for whom, as what, of which days, and where to. Where the
 * file is, is said; that it was taken out is an entry. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/print/sheet.h"
#include "screens/asform.h"
#include "screens/ledgers.h"

#define PATH_CHARS 200

const struct key_row ledgers_out_keys[] = {
    {K_F2, "F2", N_("write"), N_("Write the file, and say where it is.")},
    {K_ENTER, N_("Enter"), N_("next field"), N_("Go to the next field.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the rows.")},
    {0, NULL, NULL, NULL},
};

/* ---- what can be chosen ---- */

/* A stick that this desk may write to, as the system mounts them: /media/NAME, /media/USER/NAME,
 * /run/media/USER/NAME. */
static bool writable(const char *path)
{
    struct stat at, above;
    char parent[600];
    snprintf(parent, sizeof parent, "%s/..", path);
    return stat(path, &at) == 0 && S_ISDIR(at.st_mode) && stat(parent, &above) == 0 &&
           at.st_dev != above.st_dev && access(path, W_OK) == 0;
}

static void add_sticks(struct wfield *wf, const char *folder, int depth)
{
    DIR *d = opendir(folder);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char path[512];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%.200s/%.255s", folder, e->d_name);
        if (writable(path))
            wfield_option(wf, path, path);
        else if (depth > 0)
            add_sticks(wf, path, depth - 1);
    }
    if (d)
        closedir(d);
}

static void add_places(struct ui *ui, struct wfield *wf)
{
    char out[300];
    snprintf(out, sizeof out, "%.250s/out", ui->s->dir);
    mkdir(out, 0700);
    wfield_option(wf, out, _("this machine"));
    add_sticks(wf, "/media", 1);
    add_sticks(wf, "/run/media", 1);
    wf->chosen = wf->n_options > 1 ? 1 : 0; /* who put in a stick wants it */
}

/* The addressees whose profile takes this ledger; the ledger as it is stands first. */
static void add_profiles(struct ui *ui, struct wfield *wf)
{
    struct ledgers *l = ui_state(ui);
    json_t *ids = export_profile_ids(ui->s), *id;
    size_t i;
    wfield_option(wf, "", _("as it is"));
    json_array_foreach(ids, i, id)
    {
        struct export *e = NULL;
        const char *name = json_string_value(id);
        if (strcmp(name, "own") != 0 &&
            export_open(ui->s, l->id, name, CLOCK_NONE, CLOCK_NONE, &e) == ERR_OK)
            wfield_option(wf, name, lang_pick(js_get(export_profile(e)->json, "addressee")));
        export_free(e);
    }
    json_decref(ids);
    wf->chosen = 0;
}

static struct wfield *choice(struct wform *w, const char *id, const char *label)
{
    struct wfield *wf = wform_add(w, W_CHOICE, id, label, 1);
    wf->required = true;
    return wf;
}

static void left(void *with, struct wform *w, struct wfield *wf)
{
    char day[CLOCK_TEXT * 2];
    (void)with;
    (void)w;
    if (wf->kind != W_TEXT)
        return;
    asform_time(FIELD_DATE, wfield_text(wf), day, sizeof day);
    int64_t at;
    bool good = !*day || clock_parse_date(day, &at);
    edit_set(&wf->edit, day);
    wfield_error(wf, good ? NULL : err_what(ERR_DATE));
}

void ledgers_out_begin(struct ui *ui)
{
    static const char *const formats[][2] = {
        {"xlsx", "XLSX"}, {"csv", "CSV (UTF-8)"}, {"gb18030", "CSV (GB18030)"}, {"pdf", "PDF"}};
    struct ledgers *l = ui_state(ui);
    wform_free(l->out);
    struct wform *w = l->out = wform_new(ui);
    w->left = left;
    add_profiles(ui, choice(w, "profile", _("For whom")));
    struct wfield *format = choice(w, "format", _("As what"));
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        wfield_option(format, formats[i][0], formats[i][1]);
    format->chosen = 0;
    wfield_hint(wform_add(w, W_TEXT, "from", _("From day"), 16),
                _("0520 or 20220520; empty: from the first row on."));
    wfield_hint(wform_add(w, W_TEXT, "to", _("To day"), 16),
                _("Included; empty: to the last row."));
    add_places(ui, choice(w, "where", _("Where to")));
    ui_page(ui, PAGE_OUT);
}

/* ---- written ---- */

static bool day_of(const struct wform *w, const char *id, int64_t days, int64_t *out)
{
    const char *text = wfield_text(wform_field(w, id));
    *out = CLOCK_NONE;
    if (!*text)
        return true;
    if (!clock_parse_date(text, out))
        return false;
    *out += days * CLOCK_DAY_MS;
    return true;
}

/* "supplies-2022-05-20-1430.xlsx": no file takes the place of another. */
static void name_file(const struct ledgers *l, const char *format, char *out, size_t size)
{
    char now[CLOCK_TEXT];
    const char *profile = wfield_choice(wform_field(l->out, "profile"));
    clock_iso(clock_now(), now);
    snprintf(out, size, "%s/%s%s%s-%.10s-%.2s%.2s%.2s.%s",
             wfield_choice(wform_field(l->out, "where")), l->id, *profile ? "-" : "", profile, now,
             now + 11, now + 14, now + 17, format);
}

static void write_file(struct ui *ui)
{
    struct ledgers *l = ui_state(ui);
    const char *format = wfield_choice(wform_field(l->out, "format"));
    const char *profile = wfield_choice(wform_field(l->out, "profile"));
    bool gb = strcmp(format, "gb18030") == 0;
    char path[900];
    json_t *out = NULL;
    struct sheet_wish wish = {.profile = *profile ? profile : NULL,
                              .format = (enum profile_format)sheet_format(gb ? "csv" : format),
                              .encoding = gb                           ? "gb18030"
                                          : strcmp(format, "csv") == 0 ? "utf-8"
                                                                       : NULL,
                              .path = path};
    wform_leave(l->out);
    if (!day_of(l->out, "from", 0, &wish.from) || !day_of(l->out, "to", 1, &wish.to)) {
        ui_warn(ui, "%s", _("Correct the fields marked, then save."));
        return;
    }
    name_file(l, gb ? "csv" : format, path, sizeof path);
    ui_wait(ui, _("Writing the file..."));
    enum err rc = sheet_ledger(ui->s, l->id, &wish, &out);
    if (rc == ERR_OK)
        ui_say(ui, _("%lld rows written: %s"), (long long)js_int(out, "rows", 0), path);
    else
        ui_error(ui, rc);
    json_decref(out);
}

void ledgers_out_draw(struct ui *ui, struct area where)
{
    struct ledgers *l = ui_state(ui);
    if (l->out)
        asform_draw(ui, l->out, where);
}

unsigned ledgers_out_key(struct ui *ui, uint32_t k)
{
    struct ledgers *l = ui_state(ui);
    if (k == K_ESC)
        ui_page(ui, PAGE_ROWS);
    else if (k == K_F2)
        write_file(ui);
    else
        return wform_key(l->out, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}
