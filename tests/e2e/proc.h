/* Programs as children: started with pipes, fed, read, killed. Children left running are killed
 * when the test program ends. A failure ends the program with a message: it is the test's fault. */
#ifndef TESTS_E2E_PROC_H
#define TESTS_E2E_PROC_H

#include <stdbool.h>
#include <sys/types.h>

#include "kiosk/base/buf.h"

struct proc {
    pid_t pid;   /* 0: not running */
    int in, out; /* its standard input and output; -1: closed */
};

/* Where the programs are: "DIR/build/jiujin" for "jiujin". Static. */
const char *proc_path(const char *program);

/* Starts argv (argv[0] is a path); standard error goes to /dev/null, or with `merge` to `out`. */
void proc_start(struct proc *p, const char *const *argv, bool merge);
/* Closes its input. */
void proc_end_input(struct proc *p);
/* SIGKILL, and waits. Nothing when it is not running. */
void proc_kill(struct proc *p);
/* Waits for its end: the exit status, or -signal. */
int proc_wait(struct proc *p);
/* True when it has ended by itself; *status as proc_wait. */
bool proc_ended(struct proc *p, int *status);

/* Runs to the end with `input` (may be NULL); standard output is appended to `out` (may be NULL).
 * Exit status, or -signal. */
int proc_run(const char *const *argv, const struct buf *input, struct buf *out);
/* The same with the first argument after the program's path as one word list: at most 15 words. */
#define PROC(program, ...) ((const char *const[]){proc_path(program), __VA_ARGS__, NULL})

/* Reads one line of p->out (without its end) into *line, waiting `ms`. False: no line came. */
bool proc_line(struct proc *p, struct buf *line, int ms);

/* Starts a hub on 127.0.0.1:*port over `store` ("sqlite:FILE"); *port 0 takes any and is set. */
void proc_hub(struct proc *p, const char *store, int *port);
/* A free folder under $TMPDIR; removed with all that is in it at the program's end. Static. */
const char *proc_folder(void);

#endif
