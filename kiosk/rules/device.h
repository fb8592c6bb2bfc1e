/* Device definitions: what a reader's line means, as data (assets/devices/, DIR/devices/). A reader
 * stands at a serial port, at a TCP address, or types like a keyboard.
 *
 * {"schema":"jiujin.device/1","id":"sentinel","version":1,"title":{zh,en},"note":{zh,en},
 *  "ways":["serial","tcp","keyboard"],"baud":9600,
 *  "lines":[{"match":"^T=([0-9.]+)$","facts":{FACT:VALUE,..},"person":{PART:VALUE,..}}],
 *  "samples":[{"line":"T=36.5","facts":{"temperature":36.5}}]}
 *
 * match   a POSIX extended regular expression over the whole cleaned line, without back references
 * VALUE   {"value":X}                      X whenever the line matches
 *         {"group":1,"map":{"G":"green"}}  what stands in the group, by a table; else unknown
 *         {"group":1,"type":TYPE}          text (when no type is given), number, time
 *                                          (202205201005), hours (so many before now)
 * FACT    of whatever pack is in force: facts that it does not ask for are left out by the reader
 * PART    name, id_no, phone, address
 * samples are lines with what they must mean: checked when the definition is read. */
#ifndef KIOSK_RULES_DEVICE_H
#define KIOSK_RULES_DEVICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "kiosk/base/err.h"

#define DEVICE_LINE 512 /* bytes of the longest line */

struct device;

/* Builds a device from its JSON; `name` is the place named in errors. ERR_DEFINITION with the place
 * ("lines[1].match: ..."). device_free it. */
enum err device_parse(const json_t *definition, const char *name, struct device **out);
void device_free(struct device *d);

const char *device_id(const struct device *d);
const char *device_title(const struct device *d); /* in the present language */
bool device_has_way(const struct device *d, const char *way);
int device_baud(const struct device *d);
const json_t *device_json(const struct device *d);

/* What a line says: *out = {"facts":{..},"person":{..}}, unknown ones left out; owned by the
 * caller. Bytes are UTF-8, else taken as GB18030, and cleaned. ERR_TOO_LONG (over DEVICE_LINE),
 * ERR_NOT_UTF8 (neither of the two), ERR_NOT_FOUND (no line of this device). */
enum err device_line(const struct device *d, const void *bytes, size_t len, json_t **out);

#endif
