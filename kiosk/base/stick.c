/* Owns: files on a stick. Invariant: no name leads out of the folder, and nothing but an ordinary
 * file is read or written; a name stands only for a file that is whole. */
#include "kiosk/base/stick.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"

#define NAMES_READ 20000 /* of a folder; the rest is not looked at */
#define TMP_PREFIX "jiujin-new-"

static enum err trouble(const char *name)
{
    static const struct {
        int why;
        enum err rc;
    } table[] = {
        {ENOENT, ERR_NOT_FOUND},       {ELOOP, ERR_STICK_FILE},      {EISDIR, ERR_STICK_FILE},
        {ENXIO, ERR_STICK_FILE},       {ENOTDIR, ERR_STICK_FILE},    {ENOSPC, ERR_STICK_FULL},
        {EDQUOT, ERR_STICK_FULL},      {EFBIG, ERR_STICK_FULL},      {EROFS, ERR_STICK_READ_ONLY},
        {EACCES, ERR_STICK_READ_ONLY}, {EPERM, ERR_STICK_READ_ONLY},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].why == errno)
            return err_set(table[i].rc, name, NULL);
    return err_set(ERR_STICK, name, "%s", strerror(errno));
}

enum err stick_open(const char *folder, struct stick *out)
{
    *out = (struct stick){.fd = -1};
    if (strlen(folder) >= sizeof out->path)
        return err_set(ERR_TOO_LONG, "folder", NULL);
    snprintf(out->path, sizeof out->path, "%s", folder);
    out->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return out->fd >= 0 ? ERR_OK : err_set(ERR_STICK, folder, "%s", strerror(errno));
}

enum err stick_open_for(const char *path, struct stick *out, char name[STICK_NAME])
{
    struct stat st;
    char folder[STICK_PATH] = ".";
    const char *slash = strrchr(path, '/');
    *name = 0;
    *out = (struct stick){.fd = -1};
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return stick_open(path, out);
    const char *last = slash != NULL ? slash + 1 : path;
    size_t len = slash != NULL ? (size_t)(slash - path) : 1;
    if (*last == 0)
        return err_set(ERR_STICK, path, "%s", strerror(ENOENT));
    if (len >= sizeof folder || strlen(last) >= STICK_NAME)
        return err_set(ERR_TOO_LONG, path, NULL);
    if (slash != NULL)
        snprintf(folder, sizeof folder, "%.*s", len > 0 ? (int)len : 1, path);
    snprintf(name, STICK_NAME, "%s", last);
    return stick_open(folder, out);
}

void stick_close(struct stick *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

size_t stick_list(const struct stick *s, stick_ours *ours, const void *arg,
                  char (**out)[STICK_NAME])
{
    int fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    size_t n = 0;
    struct dirent *one;
    *out = mem_alloc(STICK_FILES * sizeof **out);
    for (int read = 0; dir != NULL && n < STICK_FILES && read < NAMES_READ; read++) {
        if ((one = readdir(dir)) == NULL)
            break;
        if (strlen(one->d_name) < STICK_NAME && ours(arg, one->d_name))
            snprintf((*out)[n++], STICK_NAME, "%s", one->d_name);
    }
    if (dir != NULL)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    qsort(*out, n, sizeof **out, by_name);
    return n;
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* Opening blocks on no pipe, and moves no device: what is not a file is left alone. */
enum err stick_open_file(const struct stick *s, const char *name, size_t limit, int *fd)
{
    struct stat st;
    *fd = -1;
    if (fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return trouble(name);
    if (!S_ISREG(st.st_mode))
        return err_set(ERR_STICK_FILE, name, NULL);
    int got = openat(s->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (got < 0 && errno == EACCES)
        return err_set(ERR_STICK, name, "%s", strerror(errno));
    if (got < 0)
        return trouble(name);
    enum err rc = ERR_OK;
    if (fstat(got, &st) != 0 || !S_ISREG(st.st_mode)) /* what was opened, not what was looked at */
        rc = err_set(ERR_STICK_FILE, name, NULL);
    else if (st.st_size < 0 || (uintmax_t)st.st_size > limit)
        rc = err_set(ERR_STICK_LONG, name, "%lld", (long long)st.st_size);
    if (rc == ERR_OK)
        *fd = got;
    else
        close(got);
    return rc;
}

enum err stick_next(int fd, const char *name, void *to, size_t room, size_t *n)
{
    ssize_t got;
    do
        got = read(fd, to, room);
    while (got < 0 && errno == EINTR);
    *n = got > 0 ? (size_t)got : 0;
    return got >= 0 ? ERR_OK : err_set(ERR_STICK, name, "%s", strerror(errno));
}

enum err stick_read(const struct stick *s, const char *name, size_t limit, struct buf *into)
{
    int fd;
    size_t n = 1, all = 0;
    enum err rc = stick_open_file(s, name, limit, &fd);
    if (rc != ERR_OK)
        return rc;
    for (; rc == ERR_OK && n > 0 && all <= limit; all += n) { /* it may grow while it is read */
        rc = stick_next(fd, name, buf_room(into, 65536), 65536, &n);
        into->len += n;
    }
    close(fd);
    return rc == ERR_OK && all > limit ? err_set(ERR_STICK_LONG, name, NULL) : rc;
}

/* --- writing -------------------------------------------------------------------------------------
 */

static bool left_over(const void *arg, const char *name)
{
    (void)arg;
    return strncmp(name, TMP_PREFIX, strlen(TMP_PREFIX)) == 0;
}

/* What a pulled stick or a power cut left half written. */
static void clear_left_over(const struct stick *s)
{
    char(*names)[STICK_NAME];
    size_t n = stick_list(s, left_over, NULL, &names);
    for (size_t i = 0; i < n; i++)
        stick_remove(s, names[i]);
    free(names);
}

enum err stick_begin(const struct stick *s, struct stick_file *f)
{
    unsigned char mark[6];
    char hex[2 * sizeof mark + 1];
    clear_left_over(s);
    rnd_bytes(mark, sizeof mark);
    hex_encode(mark, sizeof mark, hex);
    *f = (struct stick_file){.stick = s};
    snprintf(f->tmp, sizeof f->tmp, TMP_PREFIX "%s", hex);
    f->fd = openat(s->fd, f->tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return f->fd >= 0 ? ERR_OK : trouble(s->path);
}

void stick_drop(struct stick_file *f)
{
    if (f->fd < 0)
        return;
    close(f->fd);
    unlinkat(f->stick->fd, f->tmp, 0);
    f->fd = -1;
}

static enum err failed(struct stick_file *f)
{
    enum err rc = trouble(f->stick->path);
    stick_drop(f);
    return rc;
}

enum err stick_write(struct stick_file *f, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    while (len > 0) {
        ssize_t n = write(f->fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENOSPC;
        if (n <= 0)
            return failed(f);
        p += n;
        len -= (size_t)n;
    }
    return ERR_OK;
}

enum err stick_end(struct stick_file *f, const char *name)
{
    if (fsync(f->fd) != 0 || renameat(f->stick->fd, f->tmp, f->stick->fd, name) != 0)
        return failed(f);
    int fd = f->fd;
    f->fd = -1;
    fsync(f->stick->fd); /* some file systems of sticks cannot, and need it not */
    return close(fd) == 0 ? ERR_OK : trouble(f->stick->path);
}

void stick_remove(const struct stick *s, const char *name)
{
    struct stat st;
    if (fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
        unlinkat(s->fd, name, 0);
}
