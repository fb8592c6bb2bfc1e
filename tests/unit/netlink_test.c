/* What the kernel says of links, as it comes: only news that a waiting agent can use. */
#include "tests/unit/unit.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/rnd.h"
#include "sync/agent/netlink.h"

static size_t put(unsigned char *out, uint16_t type, const void *data, size_t len)
{
    struct nlmsghdr h = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(len), .nlmsg_type = type};
    memset(out, 0, NLMSG_SPACE(len));
    memcpy(out, &h, sizeof h);
    memcpy(out + NLMSG_HDRLEN, data, len);
    return NLMSG_SPACE(len);
}

static bool link_says(struct netlink *n, uint16_t type, int index, unsigned flags)
{
    unsigned char bytes[128];
    struct ifinfomsg info = {.ifi_index = index, .ifi_flags = flags};
    return netlink_read(n, bytes, put(bytes, type, &info, sizeof info));
}

static bool address_says(struct netlink *n, unsigned char scope, unsigned char flags)
{
    unsigned char bytes[128];
    struct ifaddrmsg addr = {.ifa_index = 2, .ifa_scope = scope, .ifa_flags = flags};
    return netlink_read(n, bytes, put(bytes, RTM_NEWADDR, &addr, sizeof addr));
}

static void a_link_is_news_once_when_it_begins_to_run(void **state)
{
    (void)state;
    struct netlink n = {.fd = -1};
    assert_false(link_says(&n, RTM_NEWLINK, 2, IFF_UP)); /* no carrier yet */
    assert_true(link_says(&n, RTM_NEWLINK, 2, IFF_UP | IFF_RUNNING));
    assert_false(link_says(&n, RTM_NEWLINK, 2, IFF_UP | IFF_RUNNING)); /* told for another reason */
    assert_true(link_says(&n, RTM_NEWLINK, 3, IFF_UP | IFF_RUNNING));
    assert_false(link_says(&n, RTM_NEWLINK, 2, IFF_UP));
    assert_true(link_says(&n, RTM_NEWLINK, 2, IFF_UP | IFF_RUNNING));
    assert_false(link_says(&n, RTM_DELLINK, 2, IFF_UP | IFF_RUNNING)); /* pulled out */
    assert_true(link_says(&n, RTM_NEWLINK, 2, IFF_UP | IFF_RUNNING));
    assert_false(link_says(&n, RTM_NEWLINK, 1, IFF_UP | IFF_RUNNING | IFF_LOOPBACK));
}

static void an_address_is_news_when_it_can_be_used_from_here_to_there(void **state)
{
    (void)state;
    struct netlink n = {.fd = -1};
    assert_true(address_says(&n, RT_SCOPE_UNIVERSE, 0));
    assert_false(address_says(&n, RT_SCOPE_LINK, 0));
    assert_false(address_says(&n, RT_SCOPE_HOST, 0));
    assert_false(address_says(&n, RT_SCOPE_UNIVERSE, IFA_F_TENTATIVE));
}

static void damaged_messages_say_nothing_and_are_not_read_beyond_their_end(void **state)
{
    (void)state;
    struct netlink n = {.fd = -1};
    for (int i = 0; i < 20000; i++) {
        size_t len = rnd_below(64);
        unsigned char *bytes = malloc(len + 1); /* so that a sanitizer sees each byte too many */
        rnd_bytes(bytes, len);
        if (len >= 4 && i % 2 == 0)
            memcpy(bytes, &(uint32_t){rnd_below(80)}, 4);
        netlink_read(&n, bytes, len);
        free(bytes);
    }
    assert_true(n.n <= NETLINK_LINKS);
}

static void listening_costs_nothing_where_nothing_happens(void **state)
{
    (void)state;
    struct netlink n;
    netlink_open(&n);
    netlink_came_up(&n);
    assert_false(netlink_came_up(&n));
    netlink_close(&n);
    assert_false(netlink_came_up(&n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_news_once_when_it_begins_to_run),
        cmocka_unit_test(an_address_is_news_when_it_can_be_used_from_here_to_there),
        cmocka_unit_test(damaged_messages_say_nothing_and_are_not_read_beyond_their_end),
        cmocka_unit_test(listening_costs_nothing_where_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
