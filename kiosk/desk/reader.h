/* The readers of a terminal: which device stands at which port. They are settings of this machine
 * and no part of the journal. Definitions are those shipped (assets/devices/) and, before them,
 * those of the site: DIR/devices/ID.json. */
#ifndef KIOSK_DESK_READER_H
#define KIOSK_DESK_READER_H

#include "kiosk/desk/site.h"
#include "kiosk/rules/device.h"

#define READERS_MAX 4 /* at one terminal */

struct reader_row {
    char name[16];     /* "1" */
    char device[48];   /* id of its definition */
    char way[12];      /* serial, tcp */
    char address[160]; /* "/dev/ttyUSB0", "192.0.2.1:7000" */
};

/* Sets the reader `name` of this terminal; `place` is "serial:/dev/ttyUSB0", "tcp:HOST:PORT", or
 * "none", which takes it away. ERR_FIELD_TYPE (name, place), ERR_NOT_FOUND (device),
 * ERR_FIELD_RANGE (more than READERS_MAX), ERR_DEFINITION. */
enum err reader_set(struct site *s, const char *name, const char *device, const char *place);
/* This terminal's readers, at most READERS_MAX; their number. */
size_t reader_rows(struct site *s, struct reader_row *out);
/* One of them, or ERR_NOT_FOUND. */
enum err reader_find(struct site *s, const char *name, struct reader_row *out);
/* A device's definition, by id; device_free it. ERR_NOT_FOUND, ERR_DEFINITION. */
enum err reader_device(struct site *s, const char *id, struct device **out);
/* Ids of all devices that are known, the site's own among them; owned by the caller. */
json_t *reader_devices(struct site *s);

#endif
