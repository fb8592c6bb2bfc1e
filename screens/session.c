/* Owns who sits at the terminal: from sign-in to lock or hang-up; and the agent's tries that a
 * clerk asks for. Invariant: while locked nothing personal is held: the form is its draft. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/desk/clerk.h"
#include "screens/ui.h"

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

/* The agent is this same program; the screens themselves never touch the network. */
static void run_agent(const char *dir)
{
    char log[300];
    sigset_t none;
    char *argv[] = {"jiujin", "--dir", (char *)(uintptr_t)dir, "sync", "--once", NULL};
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    snprintf(log, sizeof log, "%s/sync.log", dir);
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(in, STDIN_FILENO);
    dup2(out >= 0 ? out : in, STDOUT_FILENO);
    dup2(out >= 0 ? out : in, STDERR_FILENO);
    execv("/proc/self/exe", argv);
    _exit(127);
}

bool ui_sync_now(struct ui *ui)
{
    if (ui->syncing)
        return false;
    pid_t pid = fork();
    if (pid == 0)
        run_agent(ui->s->dir);
    if (pid > 0)
        ui->syncing = pid;
    return pid > 0;
}

void ui_reap(struct ui *ui)
{
    int status;
    if (!ui->syncing || waitpid(ui->syncing, &status, WNOHANG) != ui->syncing)
        return;
    ui->syncing = 0;
    ui->sync_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ui_load(ui);
}
