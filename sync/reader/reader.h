/* The process of one reader: what it says, as JSON lines on standard output, until nobody reads
 * them.
 *
 * {"facts":{..},"person":{..}}   a reading
 * {"trouble":"gone"}             the port cannot be opened, or was cut: it is tried again
 * {"trouble":"babble"}           nothing but garbage comes
 * {"trouble":null}               the port is there (again) */
#ifndef SYNC_READER_READER_H
#define SYNC_READER_READER_H

#include "kiosk/rules/device.h"

struct reader_at {
    const char *way; /* serial, tcp */
    const char *address;
    const struct device *device;
};

/* Runs until standard output is closed. ERR_OK, or ERR_IO when nothing can be written. */
enum err reader_run(const struct reader_at *at);

#endif
