/* Owns: the commands that look after users, and the audit. Invariant: a password stands on no
 * command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/rnd.h"
#include "sync/hub/audit.h"
#include "sync/hub/command.h"
#include "sync/hub/lockout.h"
#include "sync/hub/user_admin.h"
#include "sync/hub/view.h"

static bool type_password(char *out, size_t size)
{
    struct termios old, quiet;
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &old) != 0)
        return false;
    quiet = old;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s", _("Password: "));
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    bool ok = fgets(out, (int)size, stdin) != NULL;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
    fputc('\n', stderr);
    out[ok ? strcspn(out, "\n") : 0] = 0;
    return ok;
}

/* 16 signs that cannot be mistaken for each other: 80 bits. */
static void make_password(char out[20])
{
    static const char signs[] = "abcdefghjkmnpqrstuvwxyz23456789A";
    size_t n = 0;
    for (int i = 0; i < 16; i++) {
        if (i > 0 && i % 4 == 0)
            out[n++] = '-';
        out[n++] = signs[rnd_below(32)];
    }
    out[n] = 0;
}

/* With a new password: given, typed, or made and printed. */
static enum err with_password(struct hub *h, const struct command_line *line,
                              enum err (*run)(struct hub *h, const struct command_line *line,
                                              const char *password))
{
    char password[300] = "";
    const char *given = getenv("JIUJIN_HUB_PASSWORD");
    bool made = false;
    if (given != NULL) {
        snprintf(password, sizeof password, "%s", given);
    } else if (!type_password(password, sizeof password)) {
        make_password(password);
        made = true;
    }
    enum err rc = run(h, line, password);
    if (rc == ERR_OK && made)
        printf("%s\n", password);
    secret_wipe(password, sizeof password);
    return rc;
}

static enum err add(struct hub *h, const struct command_line *line, const char *password)
{
    return hub_user_add(h, line->word[1], line->role, password);
}

static enum err renew(struct hub *h, const struct command_line *line, const char *password)
{
    return hub_user_password(h, line->word[1], NULL, password);
}

static enum err user_add(struct hub *h, const struct command_line *line)
{
    if (line->role == NULL)
        return err_set(ERR_USAGE, "user add", "--role viewer|officer|admin");
    return with_password(h, line, add);
}

static enum err user_password(struct hub *h, const struct command_line *line)
{
    return with_password(h, line, renew);
}

static enum err user_role(struct hub *h, const struct command_line *line)
{
    return hub_user_role(h, line->word[1], line->role != NULL ? line->role : "");
}

static enum err user_disable(struct hub *h, const struct command_line *line)
{
    return hub_user_disable(h, line->word[1], true);
}

static enum err user_enable(struct hub *h, const struct command_line *line)
{
    return hub_user_disable(h, line->word[1], false);
}

static enum err user_sites(struct hub *h, const struct command_line *line)
{
    return hub_user_sites(h, line->word[1], line->words == 3 ? line->word[2] : "");
}

static enum err user_end(struct hub *h, const struct command_line *line)
{
    return hub_sessions_end(h, line->word[1]);
}

static enum err user_unlock(struct hub *h, const struct command_line *line)
{
    return hub_lock_lift(h, line->word[1]);
}

static enum err print_row(void *arg, const json_t *row)
{
    (void)arg;
    json_dumpf(row, stdout, JSON_COMPACT);
    return putchar('\n') == EOF ? err_set(ERR_IO, "stdout", NULL) : ERR_OK;
}

static enum err user_list(struct hub *h, const struct command_line *line)
{
    struct hub_query q = {.site = NULL};
    (void)line;
    return hub_view(h, "officers", &q, print_row, NULL);
}

static const struct {
    const char *name;
    int words;
    enum err (*run)(struct hub *h, const struct command_line *line);
} acts[] = {
    {"add", 2, user_add},       {"role", 2, user_role},         {"disable", 2, user_disable},
    {"enable", 2, user_enable}, {"password", 2, user_password}, {"sites", 2, user_sites},
    {"sites", 3, user_sites},   {"end", 2, user_end},           {"unlock", 2, user_unlock},
    {"list", 1, user_list},
};

enum err command_user(struct hub *h, const struct command_line *line)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i].name, line->word[0]) == 0 && acts[i].words == line->words)
            return acts[i].run(h, line);
    return err_set(ERR_USAGE, line->word[0],
                   "add, role, disable, enable, password, sites, end, unlock, list");
}

/* --- audit ------------------------------------------------------------------------------------ */

enum err command_audit(struct hub *h, const struct command_line *line)
{
    int64_t n;
    struct hub_audit_query q = {.who = line->officer,
                                .what = line->state,
                                .site = line->site,
                                .from = CLOCK_NONE,
                                .to = CLOCK_NONE};
    if (line->words == 1 && strcmp(line->word[0], "check") == 0) {
        enum err rc = hub_audit_check(h, &n);
        if (rc == ERR_OK)
            printf("{\"ok\":true,\"rows\":%lld}\n", (long long)n);
        return rc;
    }
    if (line->words == 1 && !clock_parse_date(line->word[0], &q.from))
        return err_set(ERR_DATE, "DATE", "%.20s", line->word[0]);
    if (line->words == 1)
        q.to = q.from + CLOCK_DAY_MS;
    return hub_audit_each(h, &q, print_row, NULL);
}
