/* The readers of this terminal while a screen listens to them: a process each (`jiujin reader`),
 * which drains its port, and a pipe that the loop polls. A reader that hangs, babbles or dies costs
 * the clerk nothing. */
#ifndef SCREENS_READERS_H
#define SCREENS_READERS_H

#include <jansson.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "kiosk/desk/reader.h"

struct ui;
struct readers;

enum reader_state { READER_GOOD, READER_BABBLES, READER_GONE };

/* What a screen hears. All borrowed. */
struct reading {
    const char *device, *title; /* id and name of the device */
    const json_t *facts, *person;
};

/* Starts this terminal's readers for the screen in hand, which has a row `heard`. */
void readers_start(struct ui *ui);
/* Ends them; their processes are gone then. */
void readers_stop(struct ui *ui);
/* READERS_MAX entries to be polled (fd -1: none). */
void readers_poll(const struct ui *ui, struct pollfd fds[READERS_MAX]);
/* Reads what has come, and tells the screen. */
void readers_read(struct ui *ui, const struct pollfd fds[READERS_MAX]);
/* How the i-th reader is, and its name; false behind the last. */
bool readers_at(const struct ui *ui, size_t i, const char **title, enum reader_state *state);
/* The device that types like a keyboard and means something by `text`: *reading is filled, its
 * members are owned by *said and *device (json_decref, device_free). */
bool readers_typed(struct ui *ui, const char *text, struct device **device, json_t **said,
                   struct reading *reading);

#endif
