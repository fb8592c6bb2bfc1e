/* What people carry between village and sub-centre: the folder of a USB stick. Nothing on it is
 * trusted: only names that the caller knows are opened, in that very folder, and only ordinary
 * files; links, pipes and devices are refused without being touched. */
#ifndef KIOSK_BASE_STICK_H
#define KIOSK_BASE_STICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/err.h"

#define STICK_PATH 256
#define STICK_NAME 128
#define STICK_PLACES 8  /* sticks looked at */
#define STICK_FILES 200 /* names taken from one folder */

/* A stick that is mounted. */
struct stick_place {
    char path[STICK_PATH];
    bool read_only;
    int64_t room; /* bytes that may still be written */
};
/* Mounted removable file systems, at most STICK_PLACES, in the order of the mounts; never the disk
 * that the system itself runs from. $JIUJIN_STICK (folders, joined by ':') stands in their place.
 */
size_t stick_find(struct stick_place out[STICK_PLACES]);
/* The same from a table of mounts (the text of /proc/self/mountinfo) and a tree of devices
 * ("/sys"). */
size_t stick_find_in(const char *mounts, const char *sys, struct stick_place out[STICK_PLACES]);

struct stick { /* an open folder */
    int fd;
    char path[STICK_PATH];
};
/* ERR_STICK (no such folder, or it may not be read). stick_close ends it. */
enum err stick_open(const char *folder, struct stick *out);
/* Opens the folder that `path` lies in, and gives the name within. A path that is a folder itself
 * is opened, and *name is "". */
enum err stick_open_for(const char *path, struct stick *out, char name[STICK_NAME]);
void stick_close(struct stick *s);

/* The names in it that `ours` knows, sorted, at most STICK_FILES: one array, which the caller
 * frees. */
typedef bool stick_ours(const void *arg, const char *name);
size_t stick_list(const struct stick *s, stick_ours *ours, const void *arg,
                  char (**out)[STICK_NAME]);

/* Opens an ordinary file of at most `limit` bytes. ERR_NOT_FOUND, ERR_STICK_FILE (a link, a pipe, a
 * device, a folder), ERR_STICK_LONG, ERR_STICK. The caller closes *fd. */
enum err stick_open_file(const struct stick *s, const char *name, size_t limit, int *fd);
/* The same, its bytes appended to `into`. */
enum err stick_read(const struct stick *s, const char *name, size_t limit, struct buf *into);
/* Reads up to `room` bytes; *n is 0 at the end. ERR_STICK. */
enum err stick_next(int fd, const char *name, void *to, size_t room, size_t *n);

/* A file as it is written: under another name until it is whole and on the medium. */
struct stick_file {
    const struct stick *stick;
    int fd;
    char tmp[STICK_NAME];
};
/* ERR_STICK_READ_ONLY, ERR_STICK_FULL, ERR_STICK. */
enum err stick_begin(const struct stick *s, struct stick_file *f);
enum err stick_write(struct stick_file *f, const void *bytes, size_t len);
/* Gives it its name, in the place of one that has it. After any error nothing of it is left. */
enum err stick_end(struct stick_file *f, const char *name);
void stick_drop(struct stick_file *f);
/* Removes an ordinary file of that name; what cannot be removed stays. */
void stick_remove(const struct stick *s, const char *name);

#endif
