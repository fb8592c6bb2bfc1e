/* The disks of the simulated machines: a SQLite VFS whose files are pages in memory.
 *
 * What was written and not yet synced is known, so that a power cut may keep, drop or tear it; and
 * a whole disk is copied by counting references, so that a backup or a clone costs nothing. A disk
 * serves one connection a file at a time: its locks are always had. */
#ifndef TESTS_SIM_DISK_H
#define TESTS_SIM_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_PAGE 4096
#define DISK_FILES 4 /* of one disk: database, journal, write-ahead log, one to spare */

struct disk_page {
    int refs;
    unsigned char bytes[DISK_PAGE];
};

struct disk_pages { /* what a file holds; NULL pages are zeros */
    struct disk_page **page;
    size_t cap;
    int64_t size; /* bytes */
    bool there;
};

struct disk_file {
    char name[32];
    struct disk_pages now;  /* as the system sees it */
    struct disk_pages safe; /* as it stands after a power cut at the worst */
    size_t *dirty, n_dirty, cap_dirty;
    void *shm[8]; /* the index of the write-ahead log */
};

struct disk {
    char dir[256]; /* paths below it are its files; "" serves files without a name */
    struct disk_file file[DISK_FILES];
    long until;    /* this many writes and syncs more, then it dies; 0: lives */
    bool dead;     /* nothing is written or read any more */
    long error_in; /* this many, then one of them fails; 0: none */
    bool full;     /* what grows a file fails */
    bool no_sync;  /* lies: what is synced is as unsafe as before */
    uint64_t writes, syncs;
};

/* Registers the VFS "sim" for `n` disks that live as long as the program. */
void disk_register(struct disk *disks, size_t n);
/* Makes `to` hold what `from` holds now, all of it synced; `to` keeps its own dir and is healthy.
 * No transaction may be open on either. */
void disk_copy(struct disk *to, const struct disk *from);
/* The machine stands still: what was not synced is kept, dropped or torn as `below` decides (evenly
 * 0..n-1); then the disk is healthy again. `kill`: only the process died, everything is kept. */
void disk_halt(struct disk *d, bool kill, uint32_t (*below)(uint32_t n));

#endif
