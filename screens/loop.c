/* Owns the terminal session: waits for keys, for commits of other terminals and for times, and
 * paints once for all that came. Invariant: nothing wakes it without cause; whatever ends it
 * (hang-up, end of input, SIGTERM) keeps the draft first. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/desk/roll.h"
#include "screens/ui.h"

#define IDLE_SECONDS 300
#define SHOW_SECONDS 120 /* at the sign-in without a key: then the screen for everybody */
#define ESC_DELAY 25
#define ESC_DELAY_MAX 2000
#define SETTLE_MS 150   /* commits that come in a row are read once */
#define SETTLE_TRIES 20 /* a write is seen before its commit, which a slow disk makes wait */
#define MINUTE_MS 60000
#define HELD_MAX 8 /* more keys than a person types so fast: a scanner's */
#define HELD_MS 40 /* between two keys of a scanner at most (widgets/key.c), and a little */
#define ROLL_MS 4  /* how long the roll is read at a time, between two keys */
#define ROLL_WAIT 20

enum { FD_KEYS, FD_FOLDER, FD_SIGNALS, FD_MOUNTS, FD_READERS, FDS = FD_READERS + READERS_MAX };

struct loop {
    struct ui ui;
    struct keys keys;
    struct pollfd fds[FDS];
    int64_t idle_ms, show_ms, esc_ms;
    int64_t last_key, esc_due, reload_due, minute; /* steady ms, 0: none; minute: wall */
    uint32_t held[HELD_MAX];                       /* a page that hears scanners waits with them */
    size_t n_held;                                 /* may be more than are kept */
    int64_t held_due;                              /* steady ms, 0: none */
    int64_t version;                               /* of the store, as shown */
    int tries;                                     /* looks left for a commit that was begun */
    bool roll_whole;                               /* nobody waits for the first search */
};

static int from_environment(const char *name, int given, int otherwise, int most)
{
    const char *text = getenv(name);
    long value = given > 0 ? given : text ? strtol(text, NULL, 10) : 0;
    return value > 0 ? (value < most ? (int)value : most) : otherwise;
}

/* ---- what wakes the loop ---- */

static void watch(struct loop *l)
{
    sigset_t set;
    sigemptyset(&set);
    const int all[] = {SIGWINCH, SIGHUP, SIGTERM, SIGCHLD, SIGINT, SIGQUIT, SIGTSTP, SIGPIPE};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        sigaddset(&set, all[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int folder = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (folder >= 0)
        inotify_add_watch(folder, l->ui.s->dir, IN_MODIFY | IN_CREATE | IN_MOVED_TO);
    l->fds[FD_KEYS] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    l->fds[FD_FOLDER] = (struct pollfd){.fd = folder, .events = POLLIN};
    /* a stick that is put in or pulled: the kernel says so by an exception, once */
    l->fds[FD_MOUNTS] =
        (struct pollfd){.fd = open("/proc/self/mounts", O_RDONLY | O_CLOEXEC), .events = POLLPRI};
    l->fds[FD_SIGNALS] =
        (struct pollfd){.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), .events = POLLIN};
}

static void unwatch(struct loop *l)
{
    close(l->fds[FD_FOLDER].fd);
    close(l->fds[FD_SIGNALS].fd);
    close(l->fds[FD_MOUNTS].fd);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return b && (!a || b < a) ? b : a;
}

static bool locked(const struct loop *l)
{
    return !l->ui.s->j.clerk[0];
}

/* The screen for everybody stands there already: no time ends it. */
static bool shown(const struct loop *l)
{
    return locked(l) && l->ui.places[0].screen->any_key;
}

/* Milliseconds until something is due. */
static int patience(const struct loop *l)
{
    int64_t now = clock_mono(), due = now + MINUTE_MS - clock_now() % MINUTE_MS;
    due = sooner(due, l->esc_due);
    due = sooner(due, l->reload_due);
    due = sooner(due, l->held_due);
    due = sooner(due, l->ui.draft_due);
    if (alarm_wait(&l->ui) >= 0)
        due = sooner(due, now + alarm_wait(&l->ui));
    due = sooner(due, shown(l) ? 0 : l->last_key + (locked(l) ? l->show_ms : l->idle_ms));
    due = sooner(due, locked(l) || l->roll_whole ? 0 : now + ROLL_WAIT);
    return due <= now ? 0 : (int)(due - now);
}

/* ---- what is done about it ---- */

static void press_now(struct loop *l, uint32_t key)
{
    l->ui.scanned = key == K_SCAN ? l->keys.scan : NULL;
    const struct place was = l->ui.places[l->ui.depth];
    if (paint_rows() >= 24 && paint_cols() >= 80)
        ui_key(&l->ui, key);
    const struct place *at = &l->ui.places[l->ui.depth];
    if (at->screen != was.screen || at->state != was.state || at->page != was.page)
        keys_new_scan(&l->keys);
    l->ui.scanned = NULL;
}

static bool hears(const struct loop *l)
{
    const struct place *at = &l->ui.places[l->ui.depth];
    return at->page > 0 && at->page == at->screen->scans && !l->ui.prompt.open;
}

/* The keys that waited were a person's; a scanner's without its Enter are nobody's. */
static void let_go(struct loop *l)
{
    size_t n = l->n_held <= HELD_MAX ? l->n_held : 0;
    l->n_held = 0;
    l->held_due = 0;
    for (size_t i = 0; i < n && !l->ui.quit; i++)
        press_now(l, l->held[i]);
}

static void press(struct loop *l, uint32_t key)
{
    if (key == K_NONE || l->ui.quit)
        return;
    l->last_key = clock_mono();
    if (key < K_NONE && (l->n_held || hears(l))) {
        if (l->n_held < HELD_MAX)
            l->held[l->n_held] = key;
        l->n_held++;
        l->held_due = l->last_key + HELD_MS;
        return;
    }
    if (key == K_SCAN)
        l->n_held = 0;
    let_go(l);
    press_now(l, key);
}

static void read_keys(struct loop *l)
{
    unsigned char bytes[4096];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        l->ui.quit = true;
        return;
    }
    int64_t now = clock_mono();
    for (ssize_t i = 0; i < n; i++)
        press(l, keys_byte(&l->keys, bytes[i], now));
    l->esc_due = keys_waiting(&l->keys) ? clock_mono() + l->esc_ms : 0;
    explicit_bzero(bytes, sizeof bytes);
}

static void read_folder(struct loop *l)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    while (read(l->fds[FD_FOLDER].fd, events, sizeof events) > 0)
        ;
    l->tries = SETTLE_TRIES;
    if (!l->reload_due)
        l->reload_due = clock_mono() + SETTLE_MS;
}

static void resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
        paint_resize(size.ws_row, size.ws_col);
}

static void read_signals(struct loop *l)
{
    struct signalfd_siginfo what;
    while (read(l->fds[FD_SIGNALS].fd, &what, sizeof what) == (ssize_t)sizeof what) {
        if (what.ssi_signo == SIGWINCH)
            resize();
        else if (what.ssi_signo == SIGCHLD)
            ui_reap(&l->ui);
        else if (what.ssi_signo == SIGHUP || what.ssi_signo == SIGTERM)
            l->ui.quit = true;
    }
}

/* Another terminal or the agent has committed: read again. The commit itself makes no event (it
 * shows in shared memory), so that a write without one is waited for; and behind one that was found
 * there may be another. */
static void look_again(struct loop *l)
{
    int64_t version = store_version(l->ui.s->j.store);
    l->reload_due = l->tries-- > 0 ? clock_mono() + SETTLE_MS : 0;
    if (version == l->version && !l->ui.carrying)
        return;
    l->version = version;
    l->roll_whole = false;
    ui_load(&l->ui);
    ui_settle(&l->ui);
}

/* Names are unsealed while nobody types, so that the first search is as quick as any. */
static void read_roll(struct loop *l)
{
    if (locked(l))
        l->roll_whole = false;
    else if (!l->roll_whole && roll_read(l->ui.s, ROLL_MS, &l->roll_whole) != ERR_OK)
        l->roll_whole = true; /* a search will say what is wrong */
}

static void what_is_due(struct loop *l)
{
    int64_t now = clock_mono();
    if (l->esc_due && now >= l->esc_due) {
        l->esc_due = 0;
        press(l, keys_flush(&l->keys));
    }
    if (l->held_due && now >= l->held_due)
        let_go(l);
    if (l->ui.draft_due && now >= l->ui.draft_due)
        ui_keep(&l->ui);
    if (l->reload_due && now >= l->reload_due)
        look_again(l);
    if (locked(l) && !shown(l) && now >= l->last_key + l->show_ms) {
        l->last_key = now;
        ui_show_idle(&l->ui);
    } else if (!locked(l) && now >= l->last_key + l->idle_ms) {
        l->last_key = now; /* who comes back first sees who is locked */
        ui_lock(&l->ui, "idle");
    }
    if (clock_now() / MINUTE_MS != l->minute) {
        l->minute = clock_now() / MINUTE_MS;
        ui_load(&l->ui); /* what is due changes with the time */
        alarm_minute(&l->ui);
    } else if (alarm_wait(&l->ui) == 0) {
        ui_load(&l->ui);
    }
}

static void turn(struct loop *l)
{
    readers_poll(&l->ui, &l->fds[FD_READERS]);
    if (poll(l->fds, FDS, patience(l)) < 0 && errno != EINTR) {
        l->ui.quit = true;
        return;
    }
    if (l->fds[FD_SIGNALS].revents & POLLIN)
        read_signals(l);
    if (l->fds[FD_KEYS].revents & POLLIN)
        read_keys(l);
    else if (l->fds[FD_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
        l->ui.quit = true;
    if (l->fds[FD_FOLDER].revents & POLLIN)
        read_folder(l);
    if (l->fds[FD_MOUNTS].revents & POLLPRI)
        ui_load(&l->ui);
    readers_read(&l->ui, &l->fds[FD_READERS]);
    what_is_due(l);
    read_roll(l);
    if (!l->ui.quit)
        frame_paint(&l->ui);
}

static void begin(struct loop *l, struct site *s, const struct screens_options *o)
{
    l->ui.s = s;
    l->ui.o = o;
    l->idle_ms =
        1000 * from_environment("JIUJIN_IDLE_SECONDS", o->idle_seconds, IDLE_SECONDS, 24 * 3600);
    l->show_ms = 1000 * from_environment("JIUJIN_IDLE_SHOW", 0, SHOW_SECONDS, 24 * 3600);
    l->esc_ms = from_environment("ESCDELAY", o->esc_delay, ESC_DELAY, ESC_DELAY_MAX);
    l->last_key = clock_mono();
    l->minute = clock_now() / MINUTE_MS;
    l->version = store_version(s->j.store);
    watch(l);
    keys_learn();
    frame_status(&l->ui);
    ui_enter(&l->ui, ui_screen("sign_in"), NULL);
    if (o->screen && ui_screen(o->screen)->any_key)
        ui_enter(&l->ui, ui_screen(o->screen), NULL);
}

/* Keeps what is typed, signs out, gives the memory back. */
static void finish(struct loop *l)
{
    ui_lock(&l->ui, "hang_up");
    ui_leave_all(&l->ui);
    readers_stop(&l->ui);
    alarm_fini(&l->ui);
    json_decref(l->ui.lock_arg);
    json_decref(l->ui.next_arg);
    explicit_bzero(&l->keys, sizeof l->keys);
    unwatch(l);
}

static int refuse(enum err code, const char *detail)
{
    char text[512];
    err_set(code, "TERM", "%s", detail);
    err_say(code, text, sizeof text);
    fprintf(stderr, "%s\n", text);
    return 1;
}

int screens_run(struct site *s, const struct screens_options *o)
{
    struct loop l = {0};
    const char *term = getenv("TERM");
    if (o->screen && !ui_screen(o->screen)) {
        err_set(ERR_NOT_FOUND, "screen", "%s", o->screen);
        return refuse(ERR_USAGE, o->screen);
    }
    if (!paint_init())
        return refuse(ERR_TERMINAL, term ? term : "");
    begin(&l, s, o);
    frame_paint(&l.ui);
    while (!l.ui.quit)
        turn(&l);
    finish(&l);
    paint_fini();
    return 0;
}
