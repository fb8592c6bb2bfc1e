/* The kernel's own word that a link came up: whoever waits for the network need not wait longer. */
#ifndef SYNC_AGENT_NETLINK_H
#define SYNC_AGENT_NETLINK_H

#include <stdbool.h>
#include <stddef.h>

#define NETLINK_LINKS 64

struct netlink {
    int fd; /* readable when the kernel has something to say; -1: there is no such socket */
    struct netlink_link {
        int index;
        bool running;
    } links[NETLINK_LINKS]; /* as heard last */
    size_t n;
};

/* Listens; where that is not allowed it hears nothing. netlink_close ends it. */
void netlink_open(struct netlink *n);
void netlink_close(struct netlink *n);
/* Reads all that waits; true when a link began to run or got an address. The loopback does not
 * count. */
bool netlink_came_up(struct netlink *n);
/* The same of one message as it came. */
bool netlink_read(struct netlink *n, const void *bytes, size_t len);

#endif
