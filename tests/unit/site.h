/* A site in a folder of its own for one test: made before it, removed after it. */
#ifndef TESTS_UNIT_SITE_H
#define TESTS_UNIT_SITE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/site.h"

static char site_dir[64];
static struct site *site;

static int site_setup_policy(const char *policy)
{
    snprintf(site_dir, sizeof site_dir, "%s/jiujin-site-XXXXXX", unit_tmp());
    if (mkdtemp(site_dir) == NULL)
        return -1;
    struct site_new what = {.code = "310118101201",
                            .name = "测试村",
                            .policy = policy,
                            .admin = "admin",
                            .pin = "1234",
                            .demo = true};
    enum err rc = site_make(site_dir, &what, "desk-1", &site);
    if (rc != ERR_OK) {
        char say[512];
        err_say(rc, say, sizeof say);
        fprintf(stderr, "site_make: %s\n", say);
    }
    return rc == ERR_OK ? 0 : -1;
}

static inline int site_setup(void **state)
{
    (void)state;
    return site_setup_policy("ordinary");
}

static inline int site_setup_epidemic(void **state)
{
    (void)state;
    return site_setup_policy("epidemic-2022");
}

static inline int site_teardown(void **state)
{
    static const char *const names[] = {"jiujin.db",
                                        "jiujin.db-wal",
                                        "jiujin.db-shm",
                                        "jiujin.db.gate",
                                        "print.lock",
                                        "keys/machine.key",
                                        "keys/site.key",
                                        "keys/pin.line",
                                        "keys",
                                        "out",
                                        ""};
    (void)state;
    clerk_sign_out(site, "sign_out");
    site_close(site);
    site = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = mem_printf("%s/%s", site_dir, names[i]);
        remove(path);
        free(path);
    }
    return 0;
}

#endif
