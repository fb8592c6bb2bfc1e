/* Owns: the look at the kernel's links. Invariant: a link that runs is told once, until it has
 * stopped; a message that is not understood says nothing. */
#include "sync/agent/netlink.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GROUPS (RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR)

void netlink_open(struct netlink *n)
{
    struct sockaddr_nl at = {.nl_family = AF_NETLINK, .nl_groups = GROUPS};
    memset(n, 0, sizeof *n);
    n->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (n->fd >= 0 && bind(n->fd, (struct sockaddr *)&at, sizeof at) != 0)
        netlink_close(n);
}

void netlink_close(struct netlink *n)
{
    if (n->fd >= 0)
        close(n->fd);
    n->fd = -1;
}

static struct netlink_link *link_of(struct netlink *n, int index)
{
    for (size_t i = 0; i < n->n; i++)
        if (n->links[i].index == index)
            return &n->links[i];
    if (n->n == NETLINK_LINKS)
        return NULL;
    n->links[n->n] = (struct netlink_link){.index = index};
    return &n->links[n->n++];
}

/* The kernel tells of a link for many reasons: only that it began to run is news. */
static bool link_news(struct netlink *n, const struct ifinfomsg *info)
{
    struct netlink_link *l = link_of(n, info->ifi_index);
    bool running = (info->ifi_flags & IFF_UP) != 0 && (info->ifi_flags & IFF_RUNNING) != 0;
    if (l == NULL || (info->ifi_flags & IFF_LOOPBACK) != 0)
        return false;
    bool news = running && !l->running;
    l->running = running;
    return news;
}

static bool says_up(struct netlink *n, const struct nlmsghdr *h, const void *data)
{
    struct ifinfomsg info;
    struct ifaddrmsg addr;
    size_t len = h->nlmsg_len - NLMSG_HDRLEN;
    if ((h->nlmsg_type == RTM_NEWLINK || h->nlmsg_type == RTM_DELLINK) && len >= sizeof info) {
        memcpy(&info, data, sizeof info);
        if (h->nlmsg_type == RTM_DELLINK)
            info.ifi_flags = 0;
        return link_news(n, &info);
    }
    if (h->nlmsg_type != RTM_NEWADDR || len < sizeof addr)
        return false;
    memcpy(&addr, data, sizeof addr);
    return addr.ifa_scope == RT_SCOPE_UNIVERSE && (addr.ifa_flags & IFA_F_TENTATIVE) == 0;
}

bool netlink_read(struct netlink *n, const void *bytes, size_t len)
{
    bool up = false;
    const unsigned char *p = bytes;
    struct nlmsghdr h;
    while (len >= sizeof h) {
        memcpy(&h, p, sizeof h);
        if (h.nlmsg_len < sizeof h || h.nlmsg_len > len)
            return up;
        up |= says_up(n, &h, p + NLMSG_HDRLEN);
        size_t step = NLMSG_ALIGN(h.nlmsg_len);
        if (step > len)
            return up;
        p += step;
        len -= step;
    }
    return up;
}

bool netlink_came_up(struct netlink *n)
{
    unsigned char bytes[8192];
    struct sockaddr_nl from;
    bool up = false;
    for (;;) {
        socklen_t size = sizeof from;
        ssize_t len = n->fd >= 0 ? recvfrom(n->fd, bytes, sizeof bytes, MSG_DONTWAIT,
                                            (struct sockaddr *)&from, &size)
                                 : -1;
        if (len <= 0)
            return up;
        if (from.nl_pid == 0) /* the kernel itself */
            up |= netlink_read(n, bytes, (size_t)len);
    }
}
