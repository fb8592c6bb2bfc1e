/* Owns: how a test opens a desk and signs in at it. Invariant: it types what a clerk types, and no
 * key before the screen asks for it. */
#include "tests/e2e/desk.h"
#include "tests/e2e/pin.h"

#include <string.h>

#include "tests/e2e/prog.h"
#include "tests/unit/unit.h"

#define WAIT 15000 /* ms; nothing takes so long on a machine that is not busy */

char *desk_site(const char *policy)
{
    char *folder = prog_folder();
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--lang", "en", "--dir", folder, "init",
                            "--demo", policy ? "--policy" : NULL, policy);
    if (r.status != 0)
        fail_msg("init --demo: %s", r.err);
    ran_free(&r);
    pin_quick(folder);
    return folder;
}

struct term *desk_open(const struct desk *d)
{
    const char *argv[12] = {prog_path("jiujin"), "--dir", d->folder, "--lang",
                            d->lang ? d->lang : "zh_CN"};
    const char *env[] = {"LC_ALL=C.UTF-8", d->env, NULL};
    struct term_how how = {.rows = d->rows, .cols = d->cols, .term = d->term, .env = env};
    size_t n = 5;
    if (d->terminal) {
        argv[n++] = "--terminal";
        argv[n++] = d->terminal;
    }
    if (d->screen) {
        argv[n++] = "--screen";
        argv[n++] = d->screen;
    }
    argv[n] = d->option;
    return term_start(&how, argv);
}

struct term *desk_names(const struct desk *d)
{
    struct term *t = desk_open(d);
    bool english = d->lang && strcmp(d->lang, "en") == 0;
    term_wait(t, english ? "Who are you?" : "请选择您的姓名", WAIT);
    return t;
}

void desk_sign_in(struct term *t, const char *clerk, const char *seen)
{
    term_type(t, clerk);
    term_wait(t, "Esc", WAIT);
    term_type(t, "1234\r");
    term_wait(t, seen, WAIT);
    term_quiet(t, 100);
}

struct term *desk_at(const struct desk *d, const char *clerk, const char *seen)
{
    struct term *t = desk_names(d);
    desk_sign_in(t, clerk, seen);
    return t;
}

void desk_end(struct term *t)
{
    term_hang_up(t);
    term_wait_end(t, WAIT);
    term_free(t);
}
