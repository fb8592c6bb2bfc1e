/* A line editor: UTF-8, by code points, scrolled by columns. Its text is wiped when it goes. */
#ifndef SCREENS_WIDGETS_EDIT_H
#define SCREENS_WIDGETS_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edit {
    char *text;            /* NUL-terminated, owned */
    size_t len, pos, left; /* bytes: length, cursor, first byte shown */
    int max;               /* code points */
    bool secret;           /* drawn as stars */
};

void edit_init(struct edit *e, int max);
void edit_fini(struct edit *e);
void edit_set(struct edit *e, const char *text); /* cleaned and cut at max; cursor at the end */

/* What a key did. */
enum edit_did { EDIT_IGNORED, EDIT_MOVED, EDIT_CHANGED, EDIT_FULL /* max reached: refused */ };
enum edit_did edit_key(struct edit *e, uint32_t key);

/* Draws into `width` columns and puts the cursor there when `focus`. */
void edit_draw(struct edit *e, int row, int col, int width, bool focus);

#endif
