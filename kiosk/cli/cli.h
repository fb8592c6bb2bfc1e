/* The command line: a table of commands, each with a table of options, over the same actions and
 * views as the screens. What a command needs (a site, somebody signed in) is done before it runs.
 *
 * Results go to standard output, one JSON object a line where scripts read them; reasons go to
 * standard error, in words, with what to do. */
#ifndef KIOSK_CLI_CLI_H
#define KIOSK_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "kiosk/base/clock.h"
#include "kiosk/desk/site.h"

#define CLI_ARGS 64     /* words behind a command */
#define CLI_OPTIONS 16  /* rows of one table of options */
#define CLI_PIN 128     /* bytes for a PIN as typed, with NUL */
#define DEMO_PIN "1234" /* every clerk's on a site made with --demo: all in it is invented */

/* One option: "--name VALUE", or a switch when value is NULL; "[VALUE]" is given as "--name=VALUE"
 * or left out. A table ends with name NULL. */
struct option_row {
    const char *name;
    const char *value; /* what stands for it in the help */
    const char *what;  /* N_() */
};

enum cli_needs {
    NEEDS_SITE = 1,      /* site is open */
    NEEDS_CLERK = 2 | 1, /* and somebody is signed in */
};

struct cli;

struct command {
    const char *name; /* NULL: the screens, when no command is given */
    const char *args; /* "WHAT", "[ID [STEP ...]]" */
    size_t least, most;
    unsigned needs;
    const struct option_row *options; /* NULL: none */
    enum err (*run)(struct cli *c);
    const char *what; /* N_() */
};

struct cli {
    const char *globals[CLI_OPTIONS]; /* values beside cli_global_options; "" for a switch */
    const char *values[CLI_OPTIONS];  /* values beside command->options */
    const char *args[CLI_ARGS];
    size_t n_args;
    const struct command *command;
    struct site *site; /* as command->needs says, else NULL; main closes it */
    int status;        /* a command that did its work, but not all: 1, the reason is said */
};

extern const struct option_row cli_global_options[];
/* The commands, sorted as the help shows them; the last row has run NULL. */
extern const struct command command_table[];

/* option.c: divides argv into global options, the command, its options and its words.
 * ERR_USAGE with the word in the note. */
enum err option_read(struct cli *c, int argc, char **argv);
/* The value of a command's (or a global) option; NULL when it was not given. */
const char *option_get(const struct cli *c, const char *name);
bool option_given(const struct cli *c, const char *name);

/* help.c */
void help_all(void);
void help_command(const struct command *cmd);

/* out.c: lines on standard output; a failure (a full disk, a closed pipe) shows in out_end. */
void out_line(const char *text);
void out_json(const json_t *value);
/* A translated sentence, printf-like, with a line end. */
void out_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* ERR_OK when all that was written arrived; else ERR_IO or ERR_DISK_FULL. */
enum err out_end(void);
/* True when the reader of standard output has gone, as head(1) does: no reason to complain. */
bool out_unheard(void);
/* A remark on standard error, printf-like, cleaned. */
void out_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The reason on standard error, cleaned of control characters; returns the exit status. */
int out_reason(enum err rc);
/* {"ok":false,"line":N,"field":..,"error":..,"message":..} for the last error; owned by the caller.
 */
json_t *out_refusal(enum err rc, long line);
/* The bytes into the file `path`; "-" is standard output. */
enum err out_file(const char *path, const void *bytes, size_t len);

/* sign.c: opens what `needs` names. The clerk: --user, JIUJIN_USER, else the only administrator;
 * the PIN: JIUJIN_PIN, else asked on the terminal, else 1234 on a site made with --demo.
 * ERR_SIGN_IN when none is to be had. */
enum err sign_open(struct cli *c, unsigned needs);
/* The folder: --dir, JIUJIN_DIR, /var/lib/jiujin. */
const char *sign_dir(const struct cli *c);
/* The terminal's name in entries: --terminal, else that of the tty for the screens and their
 * readers, else "cli". */
const char *sign_terminal(const struct cli *c);
/* A new clerk's PIN: the environment variable `variable`, else asked twice on the terminal, else
 * six random digits with *made true: the caller shows them, once. ERR_PIN_WRONG: asked twice,
 * answered differently. */
enum err sign_new_pin(const char *variable, char pin[CLI_PIN], bool *made);

/* lines.c: standard input by lines, with a limit. */
#define LINE_LIMIT ((size_t)1 << 20)

struct lines {
    int fd;
    struct buf buf;
    size_t start;  /* of the next line in buf */
    bool end;      /* nothing more comes */
    bool skipping; /* inside of a line over the limit */
    long number;   /* of the line given last, from 1 */
};
/* Waits until a whole line, or the end, is here. ERR_IO. */
enum err lines_wait(struct lines *l);
/* The next line, without its end, NUL-terminated; valid until the next call. Never waits: *text is
 * NULL when none is here, or at the end. ERR_TOO_LONG for a line over LINE_LIMIT (it is passed
 * over), ERR_IO. */
enum err lines_next(struct lines *l, char **text, size_t *len);
/* True when all was given. */
bool lines_end(const struct lines *l);
void lines_fini(struct lines *l);

/* A day or a time as typed: "2022-05-20" is its first millisecond, or with `end` the first one
 * behind that day. ERR_DATE with `name` in the note. NULL gives CLOCK_NONE. */
enum err cli_time(const char *name, const char *text, bool end, int64_t *at);

/* The commands. */
enum err init_run(struct cli *c);
enum err add_run(struct cli *c);
enum err triage_run(struct cli *c);
enum err show_run(struct cli *c);
enum err case_run(struct cli *c);
enum err print_run(struct cli *c);
enum err print_job_run(struct cli *c);
enum err slip_run(struct cli *c);
enum err poster_run(struct cli *c);
enum err ledger_run(struct cli *c);
enum err report_run(struct cli *c);
enum err ticket_run(struct cli *c);
enum err printer_run_command(struct cli *c);
enum err enrol_run(struct cli *c);
enum err sync_run(struct cli *c);
enum err ack_run(struct cli *c);
enum err bundle_run(struct cli *c);
enum err verify_run(struct cli *c);
enum err rebuild_run(struct cli *c);
enum err doctor_run(struct cli *c);
enum err reader_run_command(struct cli *c);
enum err clerk_run(struct cli *c);
enum err form_run(struct cli *c);
enum err desk_run(struct cli *c); /* the screens */

extern const struct option_row form_options[], case_options[], print_options[], printer_options[],
    ticket_options[], init_options[], show_options[], report_options[], slip_options[],
    ledger_options[], sync_options[], enrol_options[], bundle_options[], poster_options[];

/* print.c: a document of the table (kiosk/print/document.h) by the options of print_options that
 * were given: on a printer, into files, on standard output. */
enum err print_document(struct cli *c, const char *what, const char *which);
/* The same on a printer alone, by --print, --printer and --copies. */
enum err print_on(struct cli *c, const char *what, const char *which);
/* Waits for a print job, says its line, and the reason when it did not come out. */
enum err print_wait(struct cli *c, int64_t id);

/* demo.c: people and a week of records, all invented; always the same for the same day. */
enum err demo_fill(struct site *s);

#endif
