/* What the screens share: the table they are rows of, the terminal session that they live in, and
 * the few things they may ask of it. A screen changes state; the loop alone paints. */
#ifndef SCREENS_UI_H
#define SCREENS_UI_H

#include <sys/types.h>

#include "kiosk/base/lang.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/site.h"
#include "screens/alarm.h"
#include "screens/readers.h"
#include "screens/screens.h"
#include "screens/widgets/key.h"
#include "screens/widgets/paint.h"
#include "screens/widgets/prompt.h"

struct ui;

/* One way in which a screen works, with its keys: the bottom line and the help are made of it. */
struct key_page {
    const char *title; /* N_(), "" when the screen's own says enough; NULL ends the table */
    const struct key_row *rows;
    bool whole; /* draws on the whole terminal but the last line */
};

enum ui_did {
    UI_IGNORED = 0,
    UI_HANDLED = 1,
    UI_RELOAD = 2, /* data changed: load views again */
};

struct screen {
    const char *name;  /* on the command line, in drafts */
    char digit;        /* on the home screen; 0: not listed there */
    char letter;       /* on the screen "The site"; 0: not listed there */
    const char *title; /* N_() */
    const char *about; /* one sentence for the help, N_() */
    const char *role;  /* needed at least; "": any; NULL: anybody, signed in or not */
    bool any_key;      /* every key is for it, help too */
    bool stops;        /* takes something new in: a suspension stops it */
    /* The page (not the first) where single keys act and a scan begins anew: keys wait until it is
     * known that no scanner sends them; of a scan the page gets K_SCAN alone. 0: none. */
    int scans;
    const struct key_page *pages;
    size_t state; /* bytes of its state, zeroed before open */
    void (*open)(struct ui *ui, const json_t *arg);
    void (*load)(struct ui *ui); /* reads its views again; may be NULL */
    void (*draw)(struct ui *ui, struct area body);
    unsigned (*key)(struct ui *ui, uint32_t key);
    /* A reader said something (screens/readers.h); NULL: it listens to none. */
    void (*heard)(struct ui *ui, const struct reading *reading);
    void (*keep)(struct ui *ui);  /* keeps its draft now; may be NULL */
    void (*close)(struct ui *ui); /* frees what its state holds */
};
extern const struct screen *const screen_table[]; /* ends with NULL */
extern const struct screen screen_sign_in, screen_home, screen_triage, screen_intake, screen_cases,
    screen_ledgers, screen_sync, screen_help, screen_slip, screen_site, screen_idle,
    screen_incident, screen_incident_new, screen_suspend, screen_posts, screen_queue,
    screen_bookings, screen_board, screen_policy, screen_duties, screen_round, screen_staff,
    screen_handover, screen_notices, screen_items, screen_stock, screen_report, screen_prints,
    screen_printers;

/* What this desk gave to printers and is not done with (screens/prints.h). */
#define PRINTS_WATCHED 16
struct prints {
    int64_t ids[PRINTS_WATCHED];
    size_t n;
    char line[400];
    bool bad;
};

/* A screen that stands open. */
struct place {
    const struct screen *screen;
    void *state;
    int page;    /* index into screen->pages */
    json_t *arg; /* what it was opened with, may be NULL */
};

struct ui {
    struct site *s;
    const struct screens_options *o;
    struct place places[2]; /* [1]: help or a slip, over the other */
    int depth;              /* index of the one on top */
    struct prompt prompt;
    char notice[512]; /* what the last key led to; gone with the next */
    bool notice_bad;
    char hint[512]; /* about the field in hand, set while drawing */
    struct link_state link;
    char policy[96];
    struct alarm alarm;
    char reminder[200]; /* of the daily report; "" */
    struct prints prints;
    bool quit;
    int64_t draft_due; /* steady ms; 0: nothing to keep */
    /* where to go when the key in hand is done with; NULL: nowhere */
    const struct screen *next;
    json_t *next_arg;
    /* who was locked out, and from where */
    char lock_clerk[CLERK_NAME];
    const struct screen *lock_screen;
    json_t *lock_arg;
    /* a second clerk is being asked for (vouch.c) */
    char voucher[CLERK_NAME];
    prompt_done *vouched;
    struct readers *readers; /* of the screen in hand; NULL: none */
    const char *scanned;     /* with K_SCAN: all that the scanner typed */
    pid_t syncing;           /* the agent that we started, 0: none */
    int sync_status;         /* how the last one ended */
    pid_t carrying;          /* writes or reads a stick for us, 0: none */
    char carried[400];       /* what it said last */
};

/* The state of the screen on top. */
void *ui_state(struct ui *ui);
void ui_page(struct ui *ui, int page);
/* Leaves this screen for another when the key is done with. `arg` is taken over, may be NULL. */
void ui_go(struct ui *ui, const char *name, json_t *arg);
void ui_home(struct ui *ui);
/* The screen of that name, or NULL. */
const struct screen *ui_screen(const char *name);
/* True when the signed-in clerk may open it. */
bool ui_may(struct ui *ui, const struct screen *screen);

void ui_say(struct ui *ui, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ui_warn(struct ui *ui, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ui_error(struct ui *ui, enum err code); /* in the clerk's words */
void ui_hint(struct ui *ui, const char *text);
/* Asks; see prompt.h. `done` gets the ui. */
void ui_ask_text(struct ui *ui, const char *question, int max, prompt_done *done);
void ui_ask_keys(struct ui *ui, const char *question, const char *keys, prompt_done *done);
/* Asks a second clerk for name and PIN (clerk_vouch): somebody with `role`, or with "" anybody but
 * who is signed in. `done` gets the name, NULL when nobody did; who is signed in answers at once
 * where the own role is enough. */
void ui_ask_vouch(struct ui *ui, const char *role, prompt_done *done);
/* Something was typed: the draft is kept after a pause. */
void ui_typed(struct ui *ui);
void ui_keep(struct ui *ui); /* at once */
/* Shows a notice before something slow. */
void ui_wait(struct ui *ui, const char *text);

/* Home and lock (screens/session.c) */
void ui_signed_in(struct ui *ui);
/* Nobody is signed in and nobody types: the screen for everybody. */
void ui_show_idle(struct ui *ui);
void ui_lock(struct ui *ui, const char *why); /* "idle", "sign_out", "hang_up" */
/* Starts one try of the agent; false when one runs. */
bool ui_sync_now(struct ui *ui);
void ui_reap(struct ui *ui);
/* Starts "bundle WHAT FOLDER" (what: "out", "in"); false when one runs. What it says is read into
 * ui->carried, and said in the end. */
bool ui_carry(struct ui *ui, const char *what, const char *folder);
void ui_carried(struct ui *ui); /* reads how far it is */

/* The loop's own (loop.c, frame.c) */
void ui_enter(struct ui *ui, const struct screen *screen, json_t *arg);
/* Opens a screen over this one (help, a slip); `arg` is taken over. */
void ui_over(struct ui *ui, const struct screen *screen, json_t *arg);
void ui_back(struct ui *ui); /* closes what stands over the screen */
void ui_leave_all(struct ui *ui);
void ui_load(struct ui *ui);
void ui_key(struct ui *ui, uint32_t key);
/* Goes where the last key, or a suspension that began or ended, leads. */
void ui_settle(struct ui *ui);
void frame_status(struct ui *ui);
void frame_paint(struct ui *ui);

#endif
