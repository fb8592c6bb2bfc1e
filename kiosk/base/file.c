/* Owns: whole files. Invariant: a reader never sees half a file that file_write wrote. */
#include "kiosk/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/mem.h"

enum err file_errno(const char *path)
{
    bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return err_set(full ? ERR_DISK_FULL : ERR_IO, path, "%s", strerror(errno));
}

enum err file_read(const char *path, struct buf *into, size_t limit)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return file_errno(path);
    size_t start = into->len;
    ssize_t n;
    while ((n = read(fd, buf_room(into, 65536), 65536)) > 0) {
        into->len += (size_t)n;
        if (into->len - start > limit)
            break;
    }
    buf_add(into, "", 0);
    enum err rc = n < 0 ? file_errno(path) : ERR_OK;
    if (n > 0)
        rc = err_set(ERR_TOO_LONG, path, "more than %zu bytes", limit);
    close(fd);
    return rc;
}

static bool write_all(int fd, const unsigned char *p, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

static void sync_folder_of(const char *path)
{
    char *copy = mem_strdup(path);
    char *slash = strrchr(copy, '/');
    if (slash != NULL)
        *slash = 0;
    int fd = open(slash == copy ? "/" : slash != NULL ? copy : ".", O_RDONLY | O_DIRECTORY);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

enum err file_write(const char *path, const void *bytes, size_t len, unsigned mode)
{
    char *tmp = mem_printf("%s.new-%d", path, (int)getpid());
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    bool ok = fd >= 0 && write_all(fd, bytes, len) && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (ok && rename(tmp, path) != 0) {
        why = errno;
        ok = false;
    }
    if (!ok && fd >= 0)
        unlink(tmp);
    free(tmp);
    errno = why;
    if (!ok)
        return file_errno(path);
    sync_folder_of(path);
    return ERR_OK;
}

enum err file_folder(const char *path)
{
    char *copy = mem_strdup(path);
    bool ok = true;
    for (char *p = copy + 1; ok && *p != 0; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        ok = mkdir(copy, 0700) == 0 || errno == EEXIST;
        *p = '/';
    }
    ok = ok && (mkdir(copy, 0700) == 0 || errno == EEXIST);
    free(copy);
    return ok ? ERR_OK : file_errno(path);
}
