/* A reader's other end: a serial port or a TCP address. Nothing here waits, but for the resolving
 * of a host's name. */
#ifndef SYNC_READER_PORT_H
#define SYNC_READER_PORT_H

#include <stdbool.h>

/* Opens a serial port: raw, 8N1, no flow control, at `baud`, for us alone. The descriptor, or -1.
 */
int port_serial(const char *path, int baud);
/* Begins to connect to "HOST:PORT" ("[::1]:7000" too). The descriptor (it is writable when the
 * connection stands or has failed: port_connected), or -1. */
int port_tcp(const char *address);
/* Whether the connection stands. */
bool port_connected(int fd);

#endif
