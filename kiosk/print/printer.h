/* The printers of this machine: where each is, what it understands, how wide its paper is.
 *
 * An address says the way as well:
 *   /dev/usb/lp0                a character device, or a FIFO
 *   serial:/dev/ttyS0[,BAUD[,FLOW]]  a serial line; FLOW: xonxoff (also where none is named),
 *                               rtscts, none
 *   tcp:HOST[:PORT]             a raw port, 9100 where none is named
 *   cups:QUEUE                  a queue of CUPS: a raw one gets what a receipt printer gets, any
 *                               other one pages
 *   file:PATH                   a file, for trying out: the bytes are added to it */
#ifndef KIOSK_PRINT_PRINTER_H
#define KIOSK_PRINT_PRINTER_H

#include "kiosk/desk/site.h"
#include "kiosk/print/layout.h"

#define PRINTERS_MAX 16
#define PRINTER_NAME 32
#define PRINTER_ADDRESS 200

struct printer {
    char name[PRINTER_NAME];
    char address[PRINTER_ADDRESS];
    bool pages;            /* it takes PDF: a queue of CUPS for a usual printer */
    bool mute;             /* it is never asked how it is */
    struct layout_how how; /* page: of literals */
    int copies;            /* of each document, 1 to 9 */
};

/* One way to a printer. */
struct printer_way {
    const char *scheme;                 /* "tcp:" */
    bool (*valid)(const char *address); /* of what stands behind the scheme */
    bool unasked;                       /* only one that was set is known for what it takes */
};
extern const struct printer_way printer_ways[]; /* ends with scheme NULL */
/* The row of an address; NULL: none. *rest: what stands behind the scheme. */
const struct printer_way *printer_way(const char *address, const char **rest);

/* The site's printers, the usual one first; returns how many. */
size_t printer_rows(struct site *s, struct printer out[PRINTERS_MAX]);
/* By name or by address (then with the usual settings); NULL or "": the usual one: JIUJIN_PRINTER,
 * else the first that was set. ERR_PRINTER: there is none, or a queue that was never set;
 * ERR_NOT_FOUND: no such printer. */
enum err printer_find(struct site *s, const char *which, struct printer *out);
bool printer_any(struct site *s); /* there is a usual one */
/* Keeps it; `usual` makes it the first. Whether it prints is not tried. ERR_FIELD_TYPE (name,
 * address), ERR_FIELD_RANGE. */
enum err printer_set(struct site *s, const struct printer *p, bool usual);
/* ERR_NOT_FOUND. */
enum err printer_drop(struct site *s, const char *name);
/* One with the usual settings: 58 mm, GB18030, cuts, one copy. */
void printer_init(struct printer *p, const char *name, const char *address);
/* As JSON: {"printer","address","takes":"escpos|pdf","paper":"58|80|a4|a5","code","cutter",
 * "asks","copies"}; and a member of it set from words: "paper" "80"... ERR_FIELD_UNKNOWN,
 * ERR_FIELD_CHOICE, ERR_FIELD_RANGE. */
json_t *printer_json(const struct printer *p);
enum err printer_put(struct printer *p, const char *member, const char *value);
/* The layout as this printer takes it. Appends. layout_put's errors. */
enum err printer_render(const struct printer *p, const struct layout *l, struct buf *out);

#endif
