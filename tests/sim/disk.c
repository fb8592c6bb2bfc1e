/* Owns: the files. Invariant: a page that has more than one owner is never changed. */
#include "tests/sim/disk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/rnd.h"

#define SHM_REGION 32768
#define SECTOR 512

static struct disk *all;
static size_t n_all;
static struct disk_page *spare[4096];
static size_t n_spare;

/* --- pages -------------------------------------------------------------------------------------
 */

static struct disk_page *page_new(void)
{
    struct disk_page *p = n_spare > 0 ? spare[--n_spare] : mem_alloc(sizeof *p);
    p->refs = 1;
    return p;
}

static void page_drop(struct disk_page *p)
{
    if (p == NULL || --p->refs > 0)
        return;
    if (n_spare < sizeof spare / sizeof *spare)
        spare[n_spare++] = p;
    else
        free(p);
}

static struct disk_page *page_keep(struct disk_page *p)
{
    if (p != NULL)
        p->refs++;
    return p;
}

static void pages_room(struct disk_pages *f, size_t n)
{
    if (n <= f->cap)
        return;
    size_t cap = f->cap > 0 ? f->cap : 64;
    while (cap < n)
        cap *= 2;
    f->page = mem_grow(f->page, cap * sizeof *f->page);
    memset(f->page + f->cap, 0, (cap - f->cap) * sizeof *f->page);
    f->cap = cap;
}

static void pages_set(struct disk_pages *f, size_t i, struct disk_page *p)
{
    pages_room(f, i + 1);
    page_drop(f->page[i]);
    f->page[i] = p;
}

static struct disk_page *pages_at(const struct disk_pages *f, size_t i)
{
    return i < f->cap ? f->page[i] : NULL;
}

static void pages_copy(struct disk_pages *to, const struct disk_pages *from)
{
    for (size_t i = 0; i < to->cap || i < from->cap; i++)
        if (pages_at(to, i) != pages_at(from, i))
            pages_set(to, i, page_keep(pages_at(from, i)));
    to->size = from->size;
    to->there = from->there;
}

/* A page of its own, to be written to. */
static struct disk_page *pages_own(struct disk_pages *f, size_t i)
{
    struct disk_page *old = pages_at(f, i);
    if (old != NULL && old->refs == 1)
        return old;
    struct disk_page *p = page_new();
    if (old != NULL)
        memcpy(p->bytes, old->bytes, DISK_PAGE);
    else
        memset(p->bytes, 0, DISK_PAGE);
    pages_set(f, i, p);
    return p;
}

static void mark_dirty(struct disk_file *f, size_t i)
{
    for (size_t k = f->n_dirty; k > 0 && k + 4 > f->n_dirty; k--)
        if (f->dirty[k - 1] == i)
            return;
    if (f->n_dirty == f->cap_dirty) {
        f->cap_dirty = f->cap_dirty > 0 ? f->cap_dirty * 2 : 64;
        f->dirty = mem_grow(f->dirty, f->cap_dirty * sizeof *f->dirty);
    }
    f->dirty[f->n_dirty++] = i;
}

static void file_write(struct disk_file *f, const unsigned char *bytes, size_t len, int64_t at)
{
    while (len > 0) {
        size_t i = (size_t)at / DISK_PAGE, from = (size_t)at % DISK_PAGE;
        size_t n = len < DISK_PAGE - from ? len : DISK_PAGE - from;
        memcpy(pages_own(&f->now, i)->bytes + from, bytes, n);
        mark_dirty(f, i);
        bytes += n;
        len -= n;
        at += (int64_t)n;
    }
    if (at > f->now.size)
        f->now.size = at;
    f->now.there = true; /* a copy of a disk may have taken it from under its connection */
}

static void file_read(const struct disk_file *f, unsigned char *out, size_t len, int64_t at)
{
    while (len > 0) {
        size_t i = (size_t)at / DISK_PAGE, from = (size_t)at % DISK_PAGE;
        size_t n = len < DISK_PAGE - from ? len : DISK_PAGE - from;
        const struct disk_page *p = pages_at(&f->now, i);
        if (p != NULL)
            memcpy(out, p->bytes + from, n);
        else
            memset(out, 0, n);
        out += n;
        len -= n;
        at += (int64_t)n;
    }
}

static void file_cut(struct disk_file *f, int64_t size)
{
    if (size % DISK_PAGE != 0 && size < f->now.size) {
        struct disk_page *p = pages_own(&f->now, (size_t)size / DISK_PAGE);
        memset(p->bytes + size % DISK_PAGE, 0, DISK_PAGE - (size_t)(size % DISK_PAGE));
        mark_dirty(f, (size_t)size / DISK_PAGE);
    }
    for (size_t i = (size_t)(size + DISK_PAGE - 1) / DISK_PAGE; i < f->now.cap; i++)
        if (f->now.page[i] != NULL) {
            pages_set(&f->now, i, NULL);
            mark_dirty(f, i);
        }
    f->now.size = size;
}

static void file_sync(struct disk_file *f)
{
    for (size_t k = 0; k < f->n_dirty; k++)
        pages_set(&f->safe, f->dirty[k], page_keep(pages_at(&f->now, f->dirty[k])));
    f->n_dirty = 0;
    f->safe.size = f->now.size;
    f->safe.there = f->now.there;
}

/* --- power cuts and copies ----------------------------------------------------------------------
 */

static void tear(struct disk_file *f, size_t i, uint32_t (*below)(uint32_t))
{
    const struct disk_page *now = pages_at(&f->now, i);
    struct disk_page *safe = pages_own(&f->safe, i);
    for (size_t at = 0; at < DISK_PAGE; at += SECTOR)
        if (below(2) == 0) {
            if (now != NULL)
                memcpy(safe->bytes + at, now->bytes + at, SECTOR);
            else
                memset(safe->bytes + at, 0, SECTOR);
        }
}

static void file_halt(struct disk_file *f, uint32_t (*below)(uint32_t))
{
    for (size_t k = 0; k < f->n_dirty; k++) {
        uint32_t fate = below(4); /* two of four: wholly there */
        if (fate < 2)
            pages_set(&f->safe, f->dirty[k], page_keep(pages_at(&f->now, f->dirty[k])));
        else if (fate == 2)
            tear(f, f->dirty[k], below);
    }
    if (f->safe.size != f->now.size && below(2) == 0)
        f->safe.size = f->now.size;
    if (!f->safe.there && f->now.there)
        f->safe.there = below(2) == 0;
    if (!f->safe.there)
        f->safe.size = 0;
    f->n_dirty = 0;
    pages_copy(&f->now, &f->safe);
}

static void forget_shm(struct disk_file *f)
{
    for (size_t i = 0; i < sizeof f->shm / sizeof *f->shm; i++)
        if (f->shm[i] != NULL)
            memset(f->shm[i], 0, SHM_REGION);
}

static void heal(struct disk *d)
{
    d->dead = d->full = d->no_sync = false;
    d->until = d->error_in = 0;
}

void disk_halt(struct disk *d, bool kill, uint32_t (*below)(uint32_t n))
{
    for (size_t i = 0; i < DISK_FILES; i++) {
        if (!kill)
            file_halt(&d->file[i], below);
        forget_shm(&d->file[i]);
    }
    heal(d);
}

void disk_copy(struct disk *to, const struct disk *from)
{
    for (size_t i = 0; i < DISK_FILES; i++) {
        struct disk_file *f = &to->file[i];
        memcpy(f->name, from->file[i].name, sizeof f->name);
        pages_copy(&f->now, &from->file[i].now);
        pages_copy(&f->safe, &from->file[i].now);
        f->n_dirty = 0;
        forget_shm(f);
    }
    heal(to);
}

/* --- the VFS ------------------------------------------------------------------------------------
 */

struct open_file {
    sqlite3_file base;
    struct disk *disk;
    struct disk_file *file;
    struct disk_file *own; /* a file without a name: freed when it is closed */
};

static struct disk_file *file_of(sqlite3_file *f)
{
    return ((struct open_file *)f)->file;
}

/* True when this write or sync is not to succeed. */
static bool strikes(sqlite3_file *f)
{
    struct disk *d = ((struct open_file *)f)->disk;
    if (d == NULL)
        return false;
    d->writes++;
    if (d->until > 0 && --d->until == 0)
        d->dead = true;
    return d->dead || (d->error_in > 0 && --d->error_in == 0);
}

static bool is_dead(sqlite3_file *f)
{
    struct disk *d = ((struct open_file *)f)->disk;
    return d != NULL && d->dead;
}

static void pages_free(struct disk_pages *p)
{
    for (size_t i = 0; i < p->cap; i++)
        page_drop(p->page[i]);
    free(p->page);
}

static int v_close(sqlite3_file *f)
{
    struct disk_file *own = ((struct open_file *)f)->own;
    if (own != NULL) {
        pages_free(&own->now);
        pages_free(&own->safe);
        free(own->dirty);
        free(own);
    }
    return SQLITE_OK;
}

static int v_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
    struct disk_file *file = file_of(f);
    if (is_dead(f))
        return SQLITE_IOERR_READ;
    file_read(file, out, (size_t)n, at);
    if (at + n <= file->now.size)
        return SQLITE_OK;
    int64_t have = at < file->now.size ? file->now.size - at : 0;
    memset((unsigned char *)out + have, 0, (size_t)(n - have));
    return SQLITE_IOERR_SHORT_READ;
}

static int v_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    struct open_file *o = (struct open_file *)f;
    if (is_dead(f))
        return SQLITE_IOERR_WRITE;
    if (o->disk != NULL && o->disk->full && at + n > o->file->now.size)
        return SQLITE_FULL;
    if (!strikes(f)) {
        file_write(o->file, bytes, (size_t)n, at);
        return SQLITE_OK;
    }
    if (o->disk->dead) /* it was under way: the power cut decides */
        file_write(o->file, bytes, (size_t)n, at);
    return SQLITE_IOERR_WRITE;
}

static int v_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (is_dead(f) || strikes(f))
        return SQLITE_IOERR_TRUNCATE;
    file_cut(file_of(f), size);
    return SQLITE_OK;
}

static int v_sync(sqlite3_file *f, int flags)
{
    struct open_file *o = (struct open_file *)f;
    (void)flags;
    if (is_dead(f) || strikes(f))
        return SQLITE_IOERR_FSYNC;
    if (o->disk == NULL)
        return SQLITE_OK;
    o->disk->syncs++;
    if (!o->disk->no_sync)
        file_sync(o->file);
    return SQLITE_OK;
}

static int v_size(sqlite3_file *f, sqlite3_int64 *size)
{
    *size = file_of(f)->now.size;
    return SQLITE_OK;
}

static int v_lock(sqlite3_file *f, int how)
{
    (void)f, (void)how;
    return SQLITE_OK;
}

static int v_reserved(sqlite3_file *f, int *out)
{
    (void)f;
    *out = 0;
    return SQLITE_OK;
}

static int v_control(sqlite3_file *f, int op, void *arg)
{
    (void)f, (void)op, (void)arg;
    return SQLITE_NOTFOUND;
}

static int v_sector(sqlite3_file *f)
{
    (void)f;
    return DISK_PAGE;
}

static int v_traits(sqlite3_file *f)
{
    (void)f;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int v_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
    struct disk_file *file = file_of(f);
    *out = NULL;
    if (region >= (int)(sizeof file->shm / sizeof *file->shm) || size != SHM_REGION)
        return SQLITE_IOERR_SHMMAP;
    if (file->shm[region] == NULL && extend)
        file->shm[region] = mem_alloc(SHM_REGION);
    *out = file->shm[region];
    return SQLITE_OK;
}

static int v_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    (void)f, (void)at, (void)n, (void)flags;
    return SQLITE_OK;
}

static void v_shm_barrier(sqlite3_file *f)
{
    (void)f;
}

static int v_shm_unmap(sqlite3_file *f, int delete)
{
    if (delete)
        forget_shm(file_of(f));
    return SQLITE_OK;
}

static struct disk *disk_of(const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    for (size_t i = 0; i < n_all && slash != NULL; i++)
        if (strlen(all[i].dir) == (size_t)(slash - path) &&
            strncmp(all[i].dir, path, (size_t)(slash - path)) == 0) {
            *name = slash + 1;
            return &all[i];
        }
    return NULL;
}

static struct disk_file *find(struct disk *d, const char *name, bool make)
{
    for (size_t i = 0; i < DISK_FILES; i++)
        if (strcmp(d->file[i].name, name) == 0)
            return &d->file[i];
    for (size_t i = 0; i < DISK_FILES && make; i++)
        if (d->file[i].name[0] == 0 && strlen(name) < sizeof d->file[i].name) {
            memcpy(d->file[i].name, name, strlen(name) + 1);
            return &d->file[i];
        }
    return NULL;
}

static int v_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *f, int flags, int *out)
{
    static const sqlite3_io_methods methods = {
        2,          v_close,       v_read,      v_write,   v_truncate, v_sync,   v_size,
        v_lock,     v_lock,        v_reserved,  v_control, v_sector,   v_traits, v_shm_map,
        v_shm_lock, v_shm_barrier, v_shm_unmap, NULL,      NULL};
    struct open_file *o = (struct open_file *)f;
    const char *name;
    (void)vfs;
    *o = (struct open_file){.base = {NULL}};
    if (path == NULL) {
        o->file = o->own = mem_alloc(sizeof *o->own);
    } else {
        o->disk = disk_of(path, &name);
        if (o->disk == NULL || o->disk->dead || (o->file = find(o->disk, name, true)) == NULL)
            return SQLITE_CANTOPEN;
        o->file->now.there = true;
    }
    o->base.pMethods = &methods;
    if (out != NULL)
        *out = flags;
    return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *vfs, const char *path, int sync_dir)
{
    const char *name;
    struct disk *d = disk_of(path, &name);
    struct disk_file *f = d != NULL ? find(d, name, false) : NULL;
    (void)vfs, (void)sync_dir;
    if (f == NULL || !f->now.there)
        return SQLITE_IOERR_DELETE_NOENT;
    if (d->dead)
        return SQLITE_IOERR_DELETE;
    file_cut(f, 0);
    f->now.there = false;
    file_sync(f);
    return SQLITE_OK;
}

static int v_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    const char *name;
    struct disk *d = disk_of(path, &name);
    struct disk_file *f = d != NULL ? find(d, name, false) : NULL;
    (void)vfs, (void)flags;
    *out = f != NULL && f->now.there && (flags != SQLITE_ACCESS_EXISTS || f->now.size > 0);
    return SQLITE_OK;
}

static int v_full_path(sqlite3_vfs *vfs, const char *path, int room, char *out)
{
    (void)vfs;
    if ((int)strlen(path) >= room)
        return SQLITE_CANTOPEN;
    memcpy(out, path, strlen(path) + 1);
    return SQLITE_OK;
}

static int v_random(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs;
    rnd_bytes(out, (size_t)n);
    return n;
}

static int v_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int v_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    *out = clock_now() + 210866760000000LL; /* Julian day in ms */
    return SQLITE_OK;
}

static int v_error(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs, (void)n, (void)out;
    return 0;
}

void disk_register(struct disk *disks, size_t n)
{
    static sqlite3_vfs vfs = {.iVersion = 2,
                              .szOsFile = sizeof(struct open_file),
                              .mxPathname = 512,
                              .zName = "sim",
                              .xOpen = v_open,
                              .xDelete = v_delete,
                              .xAccess = v_access,
                              .xFullPathname = v_full_path,
                              .xRandomness = v_random,
                              .xSleep = v_sleep,
                              .xGetLastError = v_error,
                              .xCurrentTimeInt64 = v_time};
    all = disks;
    n_all = n;
    sqlite3_vfs_register(&vfs, 0);
}
