/* Text longer than the screen, by pages. */
#ifndef SCREENS_WIDGETS_PAGER_H
#define SCREENS_WIDGETS_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screens/widgets/paint.h"

struct pager_line {
    char *text; /* owned */
    unsigned look;
    int indent;
};
struct pager {
    struct pager_line *lines;
    size_t n;
    int top, height, shown; /* in screen lines: first shown, all, per page */
};

void pager_fini(struct pager *p); /* empties it too; all zero is empty */
void pager_add(struct pager *p, unsigned look, int indent, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
bool pager_key(struct pager *p, uint32_t key);
void pager_draw(struct pager *p, struct area where);

#endif
