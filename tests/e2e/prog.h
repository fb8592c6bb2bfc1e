/* Runs the built programs as a script does: words in, standard input in, output and status out.
 * What goes wrong in here fails the cmocka test. */
#ifndef TESTS_E2E_PROG_H
#define TESTS_E2E_PROG_H

#include <stddef.h>
#include <sys/types.h>

/* "$JIUJIN_BUILD/name" (build/name without it). Static, for a handful of names. */
const char *prog_path(const char *name);

struct ran {
    int status; /* exit status; 128 + signal when it was killed */
    char *out;  /* NUL-terminated; owned: ran_free */
    char *err;
};
void ran_free(struct ran *r);

/* Runs to its end. input NULL: none. env: "NAME=VALUE"... ending with NULL; may be NULL. */
struct ran prog_run_with(const char *const *env, const char *input, const char *const *argv);
#define prog_run(input, ...) prog_run_with(NULL, (input), (const char *const[]){__VA_ARGS__, NULL})

/* Under sanitizers one in `every` of these runs is looked at for leaks (8 until told otherwise),
 * for the look takes as long as the run; what is left running, and the test itself, always are.
 * The others do not note who allocated what, which a leak's report needs. */
void prog_leaks(int every);

/* Started and left running; *in and *out are its standard input and output. */
struct running {
    pid_t pid;
    int in, out;
    char read[4096]; /* of its output, what prog_line has not given yet: [at, end) */
    size_t at, end;
};
struct running prog_start(const char *const *argv);
/* Reads up to and with a line end, waiting `ms` at most; "" at the end. The caller frees. */
char *prog_line(struct running *p, int ms);
/* Sends the signal (0: none) and waits; as ran.status. */
int prog_end(struct running *p, int signal_number);

/* A new folder below TMPDIR, of the running test alone. The caller frees the name. */
char *prog_folder(void);
void prog_folder_remove(char *folder); /* with all in it; frees the name */

/* A free TCP port of the loopback, as text. Static. */
const char *prog_port(void);
/* Number of lines in `text` that hold `what`. */
int prog_lines(const char *text, const char *what);

#endif
