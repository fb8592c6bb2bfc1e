/* Sending bytes to a receipt printer: a character device (/dev/usb/lp0, a serial line) or a FIFO.
 * Nobody waits longer than DEVICE_LIMIT_MS, whatever the printer does. */
#ifndef KIOSK_PRINT_DEVICE_H
#define KIOSK_PRINT_DEVICE_H

#include "kiosk/desk/site.h"

#define DEVICE_LIMIT_MS 3000 /* for all of it */
#define DEVICE_ANSWER_MS                                                                           \
    250 /* for a status; a printer that never answers is sent to all the same */

/* The printer of this site: JIUJIN_PRINTER, else the setting; "" when there is none. Borrowed until
 * the next site_get. */
const char *device_path(struct site *s);
/* Keeps it as the site's setting; "" takes it away. Whether it prints is not tried. */
enum err device_keep(struct site *s, const char *path);

/* Sends all of it and waits until the printer has taken it. ERR_PRINTER with the reason in the
 * note's detail, in the present language: out of paper, no answer, not there... What it had taken
 * by then may still come out. */
enum err device_send(const char *path, const void *bytes, size_t len);

#endif
