/* Owns who sits at the terminal: from sign-in to lock or hang-up; and the agent's tries that a
 * clerk asks for. Invariant: while locked nothing personal is held: the form is its draft. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/clerk.h"
#include "screens/ui.h"

#define CARRY_LOG "bundle.log"

static void forget_lock(struct ui *ui)
{
    json_decref(ui->lock_arg);
    ui->lock_arg = NULL;
    ui->lock_screen = NULL;
    ui->lock_clerk[0] = 0;
}

/* The screen asked for on the command line, unless it is one for nobody in particular. */
static const char *after_sign_in(const struct ui *ui)
{
    const struct screen *asked = ui->o->screen ? ui_screen(ui->o->screen) : NULL;
    return asked && asked->role ? asked->name : "home";
}

void ui_show_idle(struct ui *ui)
{
    if (ui->s->j.clerk[0] || ui->depth || ui->prompt.open || ui->places[0].screen == &screen_idle)
        return;
    ui_enter(ui, &screen_idle, NULL);
}

void ui_signed_in(struct ui *ui)
{
    bool same = strcmp(ui->lock_clerk, ui->s->j.clerk) == 0;
    if (same && ui->lock_screen)
        ui_go(ui, ui->lock_screen->name, json_incref(ui->lock_arg));
    else
        ui_go(ui, after_sign_in(ui), NULL);
    forget_lock(ui);
    if (ui->next && !ui_may(ui, ui->next))
        ui_home(ui);
}

void ui_lock(struct ui *ui, const char *why)
{
    char clerk[CLERK_NAME];
    const struct screen *screen = ui->places[0].screen;
    if (!ui->s->j.clerk[0])
        return;
    snprintf(clerk, sizeof clerk, "%s", ui->s->j.clerk);
    ui_keep(ui);
    forget_lock(ui);
    if (strcmp(why, "idle") == 0) {
        snprintf(ui->lock_clerk, sizeof ui->lock_clerk, "%s", clerk);
        ui->lock_screen = screen;
        ui->lock_arg = json_incref(ui->places[0].arg);
    }
    ui_leave_all(ui);
    clerk_sign_out(ui->s, why);
    /* a board on a second display goes on for everybody */
    bool stays = screen->any_key && strcmp(why, "idle") == 0;
    ui_enter(ui, stays ? screen : ui_screen("sign_in"), NULL);
    frame_status(ui);
}

/* The agent is this same program; the screens themselves never touch the network. What it says
 * goes into the file `log` of the site's folder. */
static void run_self(const struct ui *ui, char *const *argv, const char *log_name)
{
    char log[300];
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    snprintf(log, sizeof log, "%s/%s", ui->s->dir, log_name);
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    dup2(in, STDIN_FILENO);
    dup2(out >= 0 ? out : in, STDOUT_FILENO);
    dup2(out >= 0 ? out : in, STDERR_FILENO);
    execv("/proc/self/exe", argv);
    _exit(127);
}

bool ui_sync_now(struct ui *ui)
{
    char *argv[] = {"jiujin", "--dir", ui->s->dir, "sync", "--once", NULL};
    if (ui->syncing)
        return false;
    pid_t pid = fork();
    if (pid == 0)
        run_self(ui, argv, "sync.log");
    if (pid > 0)
        ui->syncing = pid;
    return pid > 0;
}

bool ui_carry(struct ui *ui, const char *what, const char *folder)
{
    char *argv[] = {"jiujin",   "--lang", (char *)(uintptr_t)lang_name(), "--dir",
                    ui->s->dir, "bundle", (char *)(uintptr_t)what,        (char *)(uintptr_t)folder,
                    NULL};
    if (ui->carrying)
        return false;
    ui->carried[0] = 0;
    pid_t pid = fork();
    if (pid == 0)
        run_self(ui, argv, CARRY_LOG);
    if (pid > 0)
        ui->carrying = pid;
    return pid > 0;
}

/* The last of its lines that is for people. */
void ui_carried(struct ui *ui)
{
    char path[300], line[sizeof ui->carried];
    static const char mark[] = "jiujin: ";
    snprintf(path, sizeof path, "%s/" CARRY_LOG, ui->s->dir);
    FILE *f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, mark, sizeof mark - 1) == 0) {
            line[strcspn(line, "\n")] = 0;
            snprintf(ui->carried, sizeof ui->carried, "%s", line + sizeof mark - 1);
            utf8_trim(ui->carried);
        }
    if (f != NULL)
        fclose(f);
}

static bool reap(pid_t *pid, int *ended)
{
    int status;
    if (*pid == 0 || waitpid(*pid, &status, WNOHANG) != *pid)
        return false;
    *pid = 0;
    *ended = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return true;
}

void ui_reap(struct ui *ui)
{
    int carried = 0;
    bool synced = reap(&ui->syncing, &ui->sync_status);
    if (reap(&ui->carrying, &carried)) {
        ui_carried(ui);
        if (carried == 0)
            ui_say(ui, "%s", ui->carried);
        else
            ui_warn(ui, "%s", ui->carried);
        synced = true;
    }
    if (synced)
        ui_load(ui);
}
