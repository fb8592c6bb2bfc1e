/* What the screen "Sub-centre" says of the link and of what was refused. */
#ifndef SCREENS_LINK_H
#define SCREENS_LINK_H

#include "screens/ui.h"
#include "screens/widgets/pager.h"

void link_add_quality(struct ui *ui, struct pager *p); /* round trip, rate, tries, bytes today */
void link_add_next(struct ui *ui, struct pager *p);    /* the next try */
void link_add_refused(struct ui *ui, struct pager *p);
void link_add_fork(struct ui *ui, struct pager *p); /* and what a copy wrote apart */
/* "640 B", "1.2 MB": into `out`, which takes 24 bytes. */
const char *link_bytes(int64_t n, char out[24]);

/* The sticks that are here, as lines; and one of them chosen for "out" or "in". */
void link_add_sticks(struct ui *ui, struct pager *p);
void link_carry(struct ui *ui, const char *what);

#endif
