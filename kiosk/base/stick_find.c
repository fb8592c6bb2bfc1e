/* Owns: which sticks are here. Invariant: what the kernel says decides, never a name or a label;
 * nothing is mounted, and nobody has to be root. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/stick.h"

#define MOUNTS "/proc/self/mountinfo"

/* One line of mountinfo: "36 35 8:17 / /media/stick rw,nosuid shared:1 - vfat /dev/sdb1 rw". */
struct mount {
    char device[16], root[STICK_PATH], path[STICK_PATH];
    bool read_only;
};

/* A mount's path as it is: the kernel writes blanks and such as \040. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *p = text; *p != 0; to++) {
        unsigned v;
        if (p[0] == '\\' && sscanf(p + 1, "%3o", &v) == 1 && v > 0 && v < 256) {
            *to = (char)v;
            p += 4;
        } else {
            *to = *p++;
        }
    }
    *to = 0;
}

static bool read_mount(const char *line, struct mount *m)
{
    char how[256];
    if (sscanf(line, "%*d %*d %15s %255s %255s %255s", m->device, m->root, m->path, how) != 4)
        return false;
    unescape(m->path);
    m->read_only = strncmp(how, "ro", 2) == 0 && (how[2] == ',' || how[2] == 0);
    return true;
}

/* The disk that a device number is, or is a part of, as a folder of /sys; "" when it is no disk. */
static void disk_of(const char *sys, const char *device, char out[PATH_MAX])
{
    char *link = mem_printf("%s/dev/block/%s", sys, device), part[PATH_MAX + 16];
    *out = 0;
    if (realpath(link, out) == NULL)
        *out = 0;
    free(link);
    snprintf(part, sizeof part, "%s/partition", out);
    char *slash = strrchr(out, '/');
    if (*out != 0 && slash != NULL && access(part, F_OK) == 0)
        *slash = 0;
}

static bool removable(const char *disk)
{
    char path[PATH_MAX + 16];
    struct buf text = BUF_INIT;
    snprintf(path, sizeof path, "%s/removable", disk);
    bool yes = file_read(path, &text, 64) == ERR_OK && buf_str(&text)[0] == '1';
    buf_fini(&text);
    return yes || strstr(disk, "/usb") != NULL; /* big ones call themselves fixed */
}

static void look(struct stick_place *p, const char *path)
{
    struct statvfs st;
    snprintf(p->path, sizeof p->path, "%s", path);
    p->room = -1;
    if (statvfs(path, &st) != 0)
        return;
    p->room = (int64_t)(st.f_bavail * st.f_frsize);
    p->read_only = p->read_only || (st.f_flag & ST_RDONLY) != 0 || access(path, W_OK) != 0;
}

/* Calls for each line; returns what was found. */
static size_t each_mount(const char *mounts, bool (*take)(void *arg, const struct mount *m),
                         void *arg)
{
    size_t n = 0;
    char line[1024];
    for (const char *p = mounts; *p != 0;) {
        size_t len = strcspn(p, "\n");
        struct mount m = {.read_only = false};
        if (len < sizeof line) {
            memcpy(line, p, len);
            line[len] = 0;
            n += read_mount(line, &m) && take(arg, &m);
        }
        p += len + (p[len] == '\n');
    }
    return n;
}

struct finding {
    const char *sys;
    char own[PATH_MAX]; /* the disk of "/" */
    struct stick_place *out;
    size_t n;
};

static bool is_root(void *arg, const struct mount *m)
{
    struct finding *f = arg;
    if (strcmp(m->path, "/") != 0)
        return false;
    disk_of(f->sys, m->device, f->own);
    return true;
}

static bool take_stick(void *arg, const struct mount *m)
{
    struct finding *f = arg;
    char disk[PATH_MAX];
    if (f->n == STICK_PLACES || strcmp(m->root, "/") != 0)
        return false;
    disk_of(f->sys, m->device, disk);
    if (*disk == 0 || strcmp(disk, f->own) == 0 || !removable(disk))
        return false;
    f->out[f->n] = (struct stick_place){.read_only = m->read_only};
    look(&f->out[f->n++], m->path);
    return true;
}

size_t stick_find_in(const char *mounts, const char *sys, struct stick_place out[STICK_PLACES])
{
    struct finding f = {.sys = sys, .out = out};
    each_mount(mounts, is_root, &f);
    return each_mount(mounts, take_stick, &f);
}

static size_t named(const char *folders, struct stick_place out[STICK_PLACES])
{
    size_t n = 0;
    char *copy = mem_strdup(folders), *rest = copy;
    for (char *one; n < STICK_PLACES && (one = strsep(&rest, ":")) != NULL;) {
        int fd = *one != 0 ? open(one, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        if (fd < 0 || strlen(one) >= STICK_PATH)
            continue;
        close(fd);
        out[n] = (struct stick_place){.read_only = false};
        look(&out[n++], one);
    }
    free(copy);
    return n;
}

size_t stick_find(struct stick_place out[STICK_PLACES])
{
    struct buf mounts = BUF_INIT;
    const char *folders = getenv("JIUJIN_STICK");
    if (folders != NULL)
        return named(folders, out);
    size_t n = 0;
    if (file_read(MOUNTS, &mounts, (size_t)1 << 20) == ERR_OK)
        n = stick_find_in(buf_str(&mounts), "/sys", out);
    buf_fini(&mounts);
    return n;
}
