/* The table of jiujin-hub's subcommands, and how their options are read. */
#ifndef SYNC_HUB_COMMAND_H
#define SYNC_HUB_COMMAND_H

#include "kiosk/print/layout.h"
#include "sync/hub/hub.h"

#define COMMAND_WORDS 6

struct command_line {                    /* what was typed behind the subcommand */
    const char *word[COMMAND_WORDS + 1]; /* without options; NULL behind the last */
    int words;
    const char *store, *files, *listen, *cert, *key, *tls, *role, *site, *effective, *valid, *state,
        *officer;
    const char *order, *review, *approver, *reason, *until;
    const char *sort, *silent, *behind, *watch, *log, *scope, *topic;
    const char *text, *json, *csv, *xlsx, *png, *pdf, *escpos,
        *digits; /* digits: "" when it was given */
};
struct command {
    const char *name, *usage, *what; /* what: N_() */
    int least, most;                 /* words behind the name */
    enum err (*run)(struct hub *h, const struct command_line *line);
};
extern const struct command command_table[]; /* ends with name NULL */

/* Divides argv (behind the program's name) into words and options. ERR_USAGE with the option. */
enum err command_read(int argc, char **argv, struct command_line *out);

/* The commands, in the files that do them. */
enum err command_serve(struct hub *h, const struct command_line *line);
enum err command_site(struct hub *h, const struct command_line *line);
enum err command_user(struct hub *h, const struct command_line *line);
enum err command_audit(struct hub *h, const struct command_line *line);
enum err command_push(struct hub *h, const struct command_line *line);
enum err command_end(struct hub *h, const struct command_line *line);
enum err command_case(struct hub *h, const struct command_line *line);
enum err command_courier(struct hub *h, const struct command_line *line);
enum err command_notice(struct hub *h, const struct command_line *line);
enum err command_slip(struct hub *h, const struct command_line *line);
enum err command_sites(struct hub *h, const struct command_line *line);
enum err command_import(struct hub *h, const struct command_line *line);
enum err command_ack(struct hub *h, const struct command_line *line);
enum err command_suspend(struct hub *h, const struct command_line *line);
enum err command_resume(struct hub *h, const struct command_line *line);
enum err command_report(struct hub *h, const struct command_line *line);
enum err command_show(struct hub *h, const struct command_line *line);
enum err command_token(struct hub *h, const struct command_line *line);
enum err command_backup(struct hub *h, const struct command_line *line);
enum err command_webhook(struct hub *h, const struct command_line *line);
enum err command_verify(struct hub *h, const struct command_line *line);

/* Writes a layout where --pdf and --escpos say, and its symbol alone where --png does. layout_put's
 * errors, ERR_IO. */
enum err command_paper(const struct command_line *line, const struct layout *what);

/* --- what they share -------------------------------------------------------------------------- */

/* Sends an order to one village, or to all that are not revoked (site NULL). ERR_NOT_FOUND: none.
 */
enum err command_send(struct hub *h, const char *kind, const json_t *body, const char *site);
/* A day of an option as milliseconds; null when it was not given. ERR_DATE with the option. */
enum err command_day(const char *option, const char *text, json_t **out);
/* Checks a definition of that kind (ERR_FIELD_CHOICE, ERR_DEFINITION) and sends it as the command
 * push would, with the options of `line`. */
enum err command_push_definition(struct hub *h, const struct command_line *line, const char *kind,
                                 const json_t *definition);
/* Starts an overlay; `from` is its first day, null: at once. Needs --order. */
enum err command_overlay(struct hub *h, const struct command_line *line, const json_t *definition,
                         const json_t *from);

#endif
