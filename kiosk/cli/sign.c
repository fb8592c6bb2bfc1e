/* Owns: opening a site and signing in from the command line. Invariant: a PIN is wiped when it was
 * used, and is never an argument, which every process of the machine could read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/rnd.h"
#include "kiosk/cli/cli.h"
#include "kiosk/desk/clerk.h"

static const char *given(const char *option, const char *variable)
{
    const char *value = option != NULL ? option : getenv(variable);
    return value != NULL && *value != 0 ? value : NULL;
}

const char *sign_dir(const struct cli *c)
{
    const char *dir = given(option_get(c, "dir"), "JIUJIN_DIR");
    return dir != NULL ? dir : "/var/lib/jiujin";
}

const char *sign_terminal(const struct cli *c)
{
    const char *name = option_get(c, "terminal");
    bool desk = c->command->name == NULL || c->command->run == reader_run_command;
    if (name == NULL && desk && (name = ttyname(STDIN_FILENO)) != NULL)
        name = strncmp(name, "/dev/", 5) == 0 ? name + 5 : name;
    return name != NULL ? name : "cli";
}

/* Reads a line from the terminal without showing it. False: there is no terminal, or no line. */
static bool ask(const char *prompt, char pin[CLI_PIN])
{
    struct termios shown, hidden;
    FILE *tty = isatty(STDERR_FILENO) ? fopen("/dev/tty", "r+") : NULL;
    if (tty == NULL)
        return false;
    bool quiet = tcgetattr(fileno(tty), &shown) == 0;
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    if (quiet)
        quiet = tcsetattr(fileno(tty), TCSAFLUSH, &hidden) == 0;
    setvbuf(tty, NULL, _IONBF, 0);
    fprintf(tty, "%s", prompt);
    bool got = quiet && fgets(pin, CLI_PIN, tty) != NULL;
    if (quiet)
        tcsetattr(fileno(tty), TCSAFLUSH, &shown);
    fputc('\n', tty);
    fclose(tty);
    if (got)
        pin[strcspn(pin, "\r\n")] = 0;
    return got;
}

static bool pin_from(const char *variable, char pin[CLI_PIN])
{
    const char *value = getenv(variable);
    if (value == NULL || *value == 0)
        return false;
    snprintf(pin, CLI_PIN, "%s", value);
    return true;
}

/* The only administrator, when there is one alone. */
static enum err only_admin(struct site *s, char name[CLERK_NAME])
{
    json_t *clerks = NULL, *clerk;
    size_t i, n = 0;
    enum err rc = clerk_list(s, &clerks);
    json_array_foreach(clerks, i, clerk)
    {
        const char *role = js_str(clerk, "role");
        if (role != NULL && strcmp(role, "admin") == 0 && n++ == 0)
            snprintf(name, CLERK_NAME, "%s", js_str(clerk, "name"));
    }
    json_decref(clerks);
    if (rc == ERR_OK && n != 1)
        rc = err_set(ERR_SIGN_IN, "--user", "%s", _("name the clerk"));
    return rc;
}

static enum err sign_in(struct cli *c)
{
    char name[CLERK_NAME], pin[CLI_PIN] = "";
    const char *user = given(option_get(c, "user"), "JIUJIN_USER");
    enum err rc = ERR_OK;
    if (user != NULL)
        snprintf(name, sizeof name, "%s", user);
    else
        rc = only_admin(c->site, name);
    if (rc != ERR_OK)
        return rc;
    if (!pin_from("JIUJIN_PIN", pin) && !ask(_("PIN: "), pin)) {
        if (!c->site->demo)
            return err_set(ERR_SIGN_IN, NULL, "%s", _("no PIN was given"));
        snprintf(pin, sizeof pin, "%s", DEMO_PIN);
    }
    rc = clerk_sign_in(c->site, name, pin);
    secret_wipe(pin, sizeof pin);
    return rc;
}

/* The second of two people, for what one alone may not do. */
static enum err vouch(struct cli *c)
{
    char pin[CLI_PIN] = "";
    const char *name = option_get(c, "vouch");
    if (name == NULL)
        return ERR_OK;
    if (!pin_from("JIUJIN_VOUCH_PIN", pin) && !ask(_("PIN of who confirms: "), pin)) {
        if (!c->site->demo)
            return err_set(ERR_VOUCH, "--vouch", "%s", _("no PIN was given"));
        snprintf(pin, sizeof pin, "%s", DEMO_PIN);
    }
    enum err rc = clerk_vouch(c->site, name, pin);
    secret_wipe(pin, sizeof pin);
    return rc;
}

enum err sign_open(struct cli *c, unsigned needs)
{
    enum err rc = ERR_OK;
    if (needs != 0 && c->site == NULL)
        rc = site_open(sign_dir(c), sign_terminal(c), &c->site);
    if (rc == ERR_OK && (needs & NEEDS_CLERK) == NEEDS_CLERK)
        rc = sign_in(c);
    if (rc == ERR_OK && (needs & NEEDS_CLERK) == NEEDS_CLERK)
        rc = vouch(c);
    return rc;
}

enum err sign_new_pin(const char *variable, char pin[CLI_PIN], bool *made)
{
    char again[CLI_PIN] = "";
    *made = false;
    if (pin_from(variable, pin))
        return ERR_OK;
    if (!ask(_("New PIN: "), pin)) {
        *made = true;
        snprintf(pin, CLI_PIN, "%06u", (unsigned)rnd_below(1000000));
        return ERR_OK;
    }
    bool same = ask(_("The same again: "), again) && strcmp(pin, again) == 0;
    secret_wipe(again, sizeof again);
    return same ? ERR_OK : err_set(ERR_PIN_WRONG, NULL, "%s", _("the two are not the same"));
}
