/* Owns: nothing that lasts. Invariant: a process of an earlier boot never counts as alive. */
#include "kiosk/desk/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

const char *boot_id(void)
{
    static char id[40];
    if (id[0] != 0)
        return id;
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, id, 36) : 0;
    id[n > 0 ? n : 0] = 0;
    if (fd >= 0)
        close(fd);
    return id;
}

bool boot_alive(const char *boot, int64_t pid)
{
    if (strcmp(boot, boot_id()) != 0 || pid <= 0)
        return false;
    return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}
