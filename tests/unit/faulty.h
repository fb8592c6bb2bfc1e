/* A disk that fails on demand: a SQLite VFS around the system's own, for tests. The count-th write
 * or sync fails; it may be done first and reported as failed, as real disks do. */
#ifndef TESTS_UNIT_FAULTY_H
#define TESTS_UNIT_FAULTY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

static struct {
    sqlite3_vfs vfs, *real;
    long countdown; /* 0: never; n: the n-th call from now fails */
    bool for_ever;  /* and all that follow */
    bool sync_only; /* count only syncs */
    bool done_all_the_same;
    int code; /* SQLITE_IOERR_FSYNC, SQLITE_FULL... */
    long calls;
} faulty;

struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_file *faulty_real(sqlite3_file *f)
{
    return ((struct faulty_file *)f)->real;
}

static bool faulty_now(bool sync)
{
    if (faulty.sync_only && !sync)
        return false;
    faulty.calls++;
    if (faulty.countdown == 0)
        return false;
    if (faulty.countdown > 1) {
        faulty.countdown--;
        return false;
    }
    if (!faulty.for_ever)
        faulty.countdown = 0;
    return true;
}

static int faulty_close(sqlite3_file *f)
{
    int rc = faulty_real(f)->pMethods->xClose(faulty_real(f));
    sqlite3_free(faulty_real(f));
    return rc;
}

static int faulty_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return faulty_real(f)->pMethods->xRead(faulty_real(f), p, n, at);
}

static int faulty_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    bool fail = faulty_now(false);
    int rc = fail && !faulty.done_all_the_same
                 ? SQLITE_OK
                 : faulty_real(f)->pMethods->xWrite(faulty_real(f), p, n, at);
    return fail ? faulty.code : rc;
}

static int faulty_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    return faulty_real(f)->pMethods->xTruncate(faulty_real(f), n);
}

static int faulty_sync(sqlite3_file *f, int flags)
{
    int rc = faulty_real(f)->pMethods->xSync(faulty_real(f), flags);
    return faulty_now(true) ? faulty.code : rc;
}

static int faulty_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return faulty_real(f)->pMethods->xFileSize(faulty_real(f), n);
}

static int faulty_lock(sqlite3_file *f, int how)
{
    return faulty_real(f)->pMethods->xLock(faulty_real(f), how);
}

static int faulty_unlock(sqlite3_file *f, int how)
{
    return faulty_real(f)->pMethods->xUnlock(faulty_real(f), how);
}

static int faulty_reserved(sqlite3_file *f, int *out)
{
    return faulty_real(f)->pMethods->xCheckReservedLock(faulty_real(f), out);
}

static int faulty_control(sqlite3_file *f, int op, void *arg)
{
    return faulty_real(f)->pMethods->xFileControl(faulty_real(f), op, arg);
}

static int faulty_sector(sqlite3_file *f)
{
    return faulty_real(f)->pMethods->xSectorSize(faulty_real(f));
}

static int faulty_traits(sqlite3_file *f)
{
    return faulty_real(f)->pMethods->xDeviceCharacteristics(faulty_real(f));
}

static int faulty_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return faulty_real(f)->pMethods->xShmMap(faulty_real(f), page, size, extend, out);
}

static int faulty_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return faulty_real(f)->pMethods->xShmLock(faulty_real(f), offset, n, flags);
}

static void faulty_shm_barrier(sqlite3_file *f)
{
    faulty_real(f)->pMethods->xShmBarrier(faulty_real(f));
}

static int faulty_shm_unmap(sqlite3_file *f, int del)
{
    return faulty_real(f)->pMethods->xShmUnmap(faulty_real(f), del);
}

static int faulty_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags,
                       int *out)
{
    static const sqlite3_io_methods methods = {2,
                                               faulty_close,
                                               faulty_read,
                                               faulty_write,
                                               faulty_truncate,
                                               faulty_sync,
                                               faulty_size,
                                               faulty_lock,
                                               faulty_unlock,
                                               faulty_reserved,
                                               faulty_control,
                                               faulty_sector,
                                               faulty_traits,
                                               faulty_shm_map,
                                               faulty_shm_lock,
                                               faulty_shm_barrier,
                                               faulty_shm_unmap,
                                               NULL,
                                               NULL};
    struct faulty_file *file = (struct faulty_file *)f;
    (void)vfs;
    file->base.pMethods = NULL;
    file->real = sqlite3_malloc(faulty.real->szOsFile);
    memset(file->real, 0, (size_t)faulty.real->szOsFile);
    int rc = faulty.real->xOpen(faulty.real, name, file->real, flags, out);
    if (rc != SQLITE_OK)
        sqlite3_free(file->real);
    else
        file->base.pMethods = &methods;
    return rc;
}

/* Registers the faulty disk under the name "faulty"; it behaves until countdown is set. */
static inline void faulty_register(void)
{
    faulty.real = sqlite3_vfs_find(NULL);
    faulty.vfs = *faulty.real;
    faulty.vfs.zName = "faulty";
    faulty.vfs.szOsFile = sizeof(struct faulty_file);
    faulty.vfs.xOpen = faulty_open;
    sqlite3_vfs_register(&faulty.vfs, 0);
}

#endif
