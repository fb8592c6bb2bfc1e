/* Owns: the villages' folders. Invariant: records are numbered through the whole campaign, so none
 * is like another. */
#include "tests/bench/campaign/town.h"

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"
#include "tests/bench/campaign/book.h"
#include "tests/e2e/records.h"

struct hubproc town_hub;
char town_said[500];
static uint32_t dice;
static struct records records;

void town_seed(uint32_t seed)
{
    dice = seed;
    records_start(&records, seed);
}

uint32_t town_roll(uint32_t below)
{
    dice = dice * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)dice * below >> 32);
}

static void set_words(const struct machine *m, const char *const *words, const char *argv[16])
{
    size_t n = 0;
    argv[n++] = prog_path("jiujin");
    argv[n++] = "--lang";
    argv[n++] = "en";
    argv[n++] = "--dir";
    argv[n++] = m->dir;
    while (*words != NULL && n < 15)
        argv[n++] = *words++;
    argv[n] = NULL;
}

int town_run(const struct machine *m, int want, const char *input, const char *const *words)
{
    const char *argv[16];
    set_words(m, words, argv);
    struct ran r = prog_run_with(NULL, input, argv);
    snprintf(town_said, sizeof town_said, "%s", r.err);
    if (want >= 0 && r.status != want)
        fail_msg("%s: jiujin %s: status %d: %s", m->site, words[0], r.status, r.err);
    int status = r.status;
    ran_free(&r);
    return status;
}

bool town_killed(const struct machine *m, int ms, const char *const *words)
{
    const char *argv[16];
    set_words(m, words, argv);
    struct running p = prog_start(argv);
    usleep(1000 * town_roll((uint32_t)ms));
    return prog_end(&p, SIGKILL) == 128 + SIGKILL;
}

/* Until when it is good is said on standard error, each time. */
char *town_code(const char *how, const char *site, const char *name)
{
    int err = dup(STDERR_FILENO), none = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(none, STDERR_FILENO);
    char *code = HUBPROC(&town_hub, "site", how, site, name);
    dup2(err, STDERR_FILENO);
    close(err);
    close(none);
    code[strcspn(code, "\n")] = 0;
    return code;
}

void town_village(struct machine *m, int number)
{
    snprintf(m->site, sizeof m->site, "310118%06d", 101201 + number);
    m->dir = prog_folder();
    TOWN(m, 0, NULL, "init", "--site", m->site, "--name", "测试村", "--policy", "epidemic-2022");
    char *code = town_code("add", m->site, "测试村");
    TOWN(m, 0, NULL, "enrol", town_hub.url, code);
    free(code);
}

void town_forget(struct machine *m)
{
    prog_folder_remove(m->dir);
    m->dir = NULL;
}

/* What needs stock or a free place is left out: two machines of a site would have to share it. */
static bool plain(const char *line)
{
    static const char *const kinds[] = {"visit\"", "incident\"", "case\"", "staff\"", "person\""};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(line + strlen("{\"what\":\""), kinds[i], strlen(kinds[i])) == 0)
            return true;
    return false;
}

void town_enter(const struct machine *m, int n)
{
    struct buf lines = BUF_INIT;
    while (n > 0) {
        size_t before = lines.len;
        records_next(&records, &lines);
        if (plain(buf_str(&lines) + before))
            n--;
        else
            lines.len = before;
    }
    if (lines.len > 0)
        TOWN(m, 0, buf_str(&lines), "add", "mixed");
    buf_fini(&lines);
    book_note(m->site, m->dir);
}

static void shell(char *command)
{
    struct ran r = prog_run(NULL, "/bin/sh", "-c", command);
    if (r.status != 0)
        fail_msg("%s: %s", command, r.err);
    ran_free(&r);
    free(command);
}

void town_copy(const char *from, const char *to)
{
    shell(mem_printf("rm -rf '%s' && cp -a '%s' '%s'", to, from, to));
}

void town_copy_hub(const char *from, const char *to)
{
    shell(mem_printf("rm -f '%s'/hub.db* && cp -a '%s'/hub.db* '%s'/", to, from, to));
}
