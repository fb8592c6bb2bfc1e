/* The table of jiujin-hub's subcommands, and how their options are read. */
#ifndef SYNC_HUB_COMMAND_H
#define SYNC_HUB_COMMAND_H

#include "sync/hub/hub.h"

#define COMMAND_WORDS 6

struct command_line {                    /* what was typed behind the subcommand */
    const char *word[COMMAND_WORDS + 1]; /* without options; NULL behind the last */
    int words;
    const char *store, *listen, *cert, *key, *role, *site, *effective, *valid, *state, *officer;
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
enum err command_push(struct hub *h, const struct command_line *line);
enum err command_case(struct hub *h, const struct command_line *line);
enum err command_slip(struct hub *h, const struct command_line *line);
enum err command_show(struct hub *h, const struct command_line *line);
enum err command_verify(struct hub *h, const struct command_line *line);

#endif
