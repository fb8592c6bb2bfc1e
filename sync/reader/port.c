/* Owns the opening of ports. Invariant: every descriptor is non-blocking and closed on exec. */
#include "sync/reader/port.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#define IDLE_SECONDS 10 /* a silent connection is asked whether it is still there */

static const struct {
    int baud;
    speed_t speed;
} speeds[] = {{300, B300},     {1200, B1200},   {2400, B2400},   {4800, B4800},    {9600, B9600},
              {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200}};

static speed_t speed_of(int baud)
{
    speed_t best = B9600;
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++)
        if (speeds[i].baud <= baud)
            best = speeds[i].speed;
    return best;
}

int port_serial(const char *path, int baud)
{
    struct termios t;
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (tcgetattr(fd, &t) != 0 || ioctl(fd, TIOCEXCL) != 0) {
        close(fd);
        return -1;
    }
    cfmakeraw(&t);
    t.c_cflag |= CLOCAL | CREAD;
    t.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB);
    cfsetispeed(&t, speed_of(baud));
    cfsetospeed(&t, speed_of(baud));
    if (tcsetattr(fd, TCSANOW, &t) != 0) {
        close(fd);
        return -1;
    }
    tcflush(fd, TCIFLUSH); /* what was read before the clerk sat down is somebody else's */
    return fd;
}

static bool divide(const char *address, char host[160], char port[16])
{
    const char *colon = strrchr(address, ':');
    if (colon == NULL || colon == address || strlen(colon + 1) >= 16)
        return false;
    bool bracket = address[0] == '[' && colon[-1] == ']';
    snprintf(host, 160, "%.*s", (int)(colon - address) - 2 * bracket, address + bracket);
    snprintf(port, 16, "%s", colon + 1);
    return true;
}

static void notice_silence(int fd)
{
    const int on = 1, idle = IDLE_SECONDS, tries = 3;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof tries);
}

int port_tcp(const char *address)
{
    char host[160], port[16];
    struct addrinfo want = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int fd = -1;
    if (!divide(address, host, port) || getaddrinfo(host, port, &want, &found) != 0)
        return -1;
    for (const struct addrinfo *a = found; a != NULL && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0 && errno != EINPROGRESS) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    if (fd >= 0)
        notice_silence(fd);
    return fd;
}

bool port_connected(int fd)
{
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}
