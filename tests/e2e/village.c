/* Owns: a village's programs in a test. Invariant: what is looked at is read by a connection of the
 * test's own; what is written, a program wrote. */
#include "tests/e2e/village.h"
#include "tests/e2e/pin.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

#include "kiosk/desk/clerk.h"

static void set_words(const struct village *v, const char *const *words, const char *argv[16])
{
    size_t n = 0;
    argv[n++] = prog_path("jiujin");
    argv[n++] = "--dir";
    argv[n++] = v->dir;
    while (*words != NULL && n < 15)
        argv[n++] = *words++;
    argv[n] = NULL;
}

char *village_run(const struct village *v, const char *input, const char *const *words)
{
    const char *argv[16];
    set_words(v, words, argv);
    struct ran r = prog_run_with(NULL, input, argv);
    if (r.status != 0)
        fail_msg("jiujin %s: status %d: %s", words[0], r.status, r.err);
    free(r.err);
    return r.out;
}

struct running village_start(const struct village *v, const char *const *words)
{
    const char *argv[16];
    set_words(v, words, argv);
    return prog_start(argv);
}

void village_make(struct village *v, const struct hubproc *hub)
{
    setenv("JIUJIN_USER", "admin", 1);
    setenv("JIUJIN_PIN", "1234", 1);
    v->dir = prog_folder();
    free(VILLAGE(v, NULL, "init", "--site", VILLAGE_SITE, "--name", "测试村", "--policy",
                 "epidemic-2022"));
    pin_quick(v->dir);
    char *code = HUBPROC(hub, "site", "add", VILLAGE_SITE, "测试村");
    code[strcspn(code, "\n")] = 0;
    free(VILLAGE(v, NULL, "enrol", hub->url, code));
    free(code);
    assert_ok(site_open(v->dir, "test", &v->site));
    assert_ok(clerk_sign_in(v->site, "admin", "1234"));
}

void village_free(struct village *v)
{
    site_close(v->site);
    prog_folder_remove(v->dir);
    unsetenv("JIUJIN_USER");
    unsetenv("JIUJIN_PIN");
}
