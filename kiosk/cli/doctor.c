/* Owns: what a clerk or a helper at the other end of a telephone wants to know of a machine: a line
 * each, and what to do. Invariant: every check is tried, whatever the others said, and nothing is
 * changed. */
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/link.h"
#include "kiosk/print/page.h"
#include "kiosk/print/printer.h"

#define BUILT_BEFORE 1767225600000LL /* 2026-01-01: no clock that is right is before this */
#define CLOCK_SLACK_MS 60000
#define DISK_LEAST ((unsigned long long)100 << 20)
#define DISK_LITTLE ((unsigned long long)1 << 30)

enum finding { GOOD, LOOK, BAD };

struct report {
    enum finding finding;
    char text[400];
};

__attribute__((format(printf, 3, 4))) static void say(struct report *r, enum finding finding,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->text, sizeof r->text, format, args);
    va_end(args);
    r->finding = finding;
}

static void say_err(struct report *r, enum finding finding, enum err rc)
{
    r->finding = finding;
    err_say(rc, r->text, sizeof r->text);
}

static void check_site(struct cli *c, struct report *r)
{
    enum err rc = sign_open(c, NEEDS_SITE);
    if (rc != ERR_OK)
        say_err(r, BAD, rc);
    else
        say(r, GOOD, "%s %s", c->site->j.site, c->site->name);
}

static void check_disk(struct cli *c, struct report *r)
{
    struct statvfs v;
    if (statvfs(c->site != NULL ? sign_dir(c) : "/", &v) != 0) {
        say(r, BAD, "%s", sign_dir(c));
        return;
    }
    unsigned long long left = (unsigned long long)v.f_bavail * v.f_frsize;
    if (left < DISK_LEAST)
        say(r, BAD, _("%llu MB left: free some space now"), left >> 20);
    else if (left < DISK_LITTLE)
        say(r, LOOK, _("%llu MB left: free some space soon"), left >> 20);
    else
        say(r, GOOD, _("%llu MB left"), left >> 20);
}

static int64_t last_heard(struct cli *c)
{
    struct link_state link;
    if (c->site == NULL || link_read(c->site->j.store, c->site->j.site, &link) != ERR_OK)
        return CLOCK_NONE;
    return link.contact;
}

static void check_clock(struct cli *c, struct report *r)
{
    char now[CLOCK_TEXT];
    struct link_state link;
    clock_iso(clock_now(), now);
    if (clock_now() < BUILT_BEFORE || last_heard(c) > clock_now() + CLOCK_SLACK_MS)
        say(r, BAD, _("%s: the clock was set back; set it right"), now);
    else if (c->site != NULL && link_read(c->site->j.store, c->site->j.site, &link) == ERR_OK &&
             link.contact != CLOCK_NONE && llabs(link.drift) > CLOCK_SLACK_MS)
        say(r, LOOK, _("%s: %lld s away from the hub's clock; set it right"), now,
            (long long)link.drift / 1000);
    else
        say(r, GOOD, "%s", now);
}

static void check_locale(struct cli *c, struct report *r)
{
    (void)c;
    bool chinese = strcmp(lang_name(), "zh_CN") == 0;
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        say(r, BAD, _("no UTF-8 locale: the system must have C.UTF-8"));
    else if (chinese && strcmp(_("Done."), "Done.") == 0)
        say(r, BAD, "the Chinese messages are not installed: run 'make install'");
    else
        say(r, GOOD, "UTF-8, %s", lang_name());
}

static void check_terminal(struct cli *c, struct report *r)
{
    (void)c;
    struct winsize size;
    const char *term = getenv("TERM");
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        say(r, LOOK, _("standard output is no terminal: run this on the desk's own"));
    else if (size.ws_col < 80 || size.ws_row < 24)
        say(r, BAD, _("%ux%u: at least 80x24 is needed"), size.ws_col, size.ws_row);
    else if (term == NULL || *term == 0)
        say(r, BAD, _("TERM is not set"));
    else
        say(r, GOOD, "%s, %ux%u", term, size.ws_col, size.ws_row);
}

/* Nobody but the clerk sees what a terminal shows. */
static void check_font(struct cli *c, struct report *r)
{
    (void)c;
    const char *term = getenv("TERM");
    if (term != NULL && strcmp(term, "linux") == 0)
        say(r, LOOK,
            _("the bare console has no Chinese font: use fbterm, kmscon or a graphical "
              "terminal"));
    else
        say(r, GOOD, "%s |就近服务|", _("these must be four characters, two columns each:"));
}

/* Pages for walls and files are drawn here, whatever the terminal can show. */
static void check_paper(struct cli *c, struct report *r)
{
    char family[PAGE_FONT];
    (void)c;
    enum err rc = page_font(family);
    if (rc != ERR_OK)
        say_err(r, LOOK, rc);
    else
        say(r, GOOD, "%s", family);
}

static void check_printer(struct cli *c, struct report *r)
{
    static const char *const devices[] = {"/dev/usb/lp0", "/dev/usb/lp1", "/dev/lp0"};
    struct printer ours;
    if (c->site != NULL && printer_find(c->site, NULL, &ours) == ERR_OK) {
        bool device = ours.address[0] == '/';
        bool good = !device || access(ours.address, W_OK) == 0;
        say(r, good ? GOOD : BAD, good ? "%s" : _("%s may not be written to, or is not there"),
            ours.address);
        return;
    }
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        if (access(devices[i], W_OK) == 0) {
            say(r, LOOK, _("%s is there; use it with 'jiujin printer set'"), devices[i]);
            return;
        }
        if (access(devices[i], F_OK) == 0) {
            say(r, BAD, _("%s may not be written: join the group lp"), devices[i]);
            return;
        }
    }
    say(r, LOOK, _("no printer: slips go to the screen or to a file"));
}

static void check_hub(struct cli *c, struct report *r)
{
    struct link_state link;
    char when[CLOCK_TEXT];
    enum err rc = c->site != NULL ? link_read(c->site->j.store, c->site->j.site, &link)
                                  : err_set(ERR_NO_SITE, NULL, NULL);
    if (rc == ERR_OK && !link.enrolled)
        rc = err_set(ERR_NOT_ENROLLED, NULL, NULL);
    if (rc != ERR_OK) {
        say_err(r, LOOK, rc);
        return;
    }
    long long here = (long long)link.last, there = (long long)link.acked;
    if (link.contact == CLOCK_NONE)
        say(r, LOOK, _("%s: no contact yet; run 'jiujin sync --once'"), link.url);
    else if (link.trouble[0] != 0)
        say(r, LOOK, _("%lld of %lld arrived; last contact %s; %s"), there, here,
            clock_short(link.contact, when), link.trouble);
    else
        say(r, GOOD, _("%lld of %lld arrived; last contact %s"), there, here,
            clock_short(link.contact, when));
}

static void check_keys(struct cli *c, struct report *r)
{
    unsigned char sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES], machine[KEY_BYTES];
    struct stat st;
    if (c->site == NULL) {
        say_err(r, LOOK, err_set(ERR_NO_SITE, NULL, NULL));
        return;
    }
    char *path = mem_printf("%s/keys/machine.key", c->site->dir);
    enum err rc = site_machine_key(c->site, machine);
    if (rc == ERR_OK)
        rc = site_sign_key(c->site, sec, pub);
    if (rc != ERR_OK)
        say_err(r, BAD, rc);
    else if (stat(path, &st) != 0 || (st.st_mode & 077) != 0)
        say(r, BAD, _("others may read %s: chmod 600"), path);
    else
        say(r, GOOD, _("the machine's and the site's key are there"));
    secret_wipe(sec, sizeof sec);
    secret_wipe(machine, sizeof machine);
    free(path);
}

static const struct check {
    const char *name;
    void (*run)(struct cli *c, struct report *r);
} checks[] = {
    {N_("site"), check_site},         {N_("disk"), check_disk},
    {N_("clock"), check_clock},       {N_("locale"), check_locale},
    {N_("font"), check_font},         {N_("page font"), check_paper},
    {N_("terminal"), check_terminal}, {N_("printer"), check_printer},
    {N_("hub"), check_hub},           {N_("keys"), check_keys},
};

enum err doctor_run(struct cli *c)
{
    static const char *const marks[] = {N_("good"), N_("look"), N_("bad")};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct report r = {GOOD, ""};
        checks[i].run(c, &r);
        out_say("%s  %s: %s", _(marks[r.finding]), _(checks[i].name), r.text);
        if (r.finding == BAD)
            c->status = 1;
    }
    return ERR_OK;
}
