/* What a sub-centre hands a village on paper: the code that a machine joins with, and what has
 * arrived. Neither holds anything of any person. */
#ifndef KIOSK_PRINT_CENTRE_H
#define KIOSK_PRINT_CENTRE_H

#include "kiosk/print/ack.h"
#include "kiosk/print/layout.h"

/* The enrolment code of a village, in writing and as a symbol; whoever has the sheet may join until
 * it ends or is used. layout_fini it, also on an error. qr_make's errors. */
enum err centre_enrolment(const char *site, const char *name, const char *code, int64_t until,
                          struct layout *out);
/* An acknowledgement and its digits (ack_make). layout_fini it, also on an error. qr_make's errors.
 */
enum err centre_ack(const struct ack *a, const char *digits, struct layout *out);

#endif
