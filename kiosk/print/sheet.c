/* Owns: the file of a table from its first byte to its name. Invariant: under the name that was
 * asked for there is the whole new file or the old one, and no file without its entry. */
#include "kiosk/print/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/sheet_private.h"

static const struct sheet_format_row *const formats[FORMAT_COUNT] = {
    [FORMAT_CSV] = &sheet_csv, [FORMAT_XLSX] = &sheet_xlsx, [FORMAT_PDF] = &sheet_pdf};

int sheet_format(const char *name)
{
    for (int i = 0; i < FORMAT_COUNT; i++)
        if (strcmp(profile_format_name((enum profile_format)i), name) == 0)
            return i;
    return -1;
}

/* A pipe or a device is written as it is, when all is there: renaming would take its place. */
static bool is_stream(const char *path)
{
    struct stat st;
    return path[0] == 0 || strcmp(path, "-") == 0 || (stat(path, &st) == 0 && !S_ISREG(st.st_mode));
}

static enum err open_working(struct sheet_out *o)
{
    if (o->stream) {
        o->fd = memfd_create("jiujin-sheet", MFD_CLOEXEC);
        o->working = mem_printf("/proc/self/fd/%d", o->fd);
    } else {
        o->working = mem_printf("%s.new-%d", o->path, (int)getpid());
        o->fd = open(o->working, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
    return o->fd >= 0 ? ERR_OK : file_errno(o->path);
}

enum err sheet_begin(const struct table_head *head, enum profile_format format, bool gb18030,
                     const char *path, struct sheet_out **out)
{
    struct sheet_out *o = mem_alloc(sizeof *o);
    *o = (struct sheet_out){
        .head = head, .gb18030 = gb18030, .path = mem_strdup(path != NULL ? path : "")};
    o->stream = is_stream(o->path);
    enum err rc = open_working(o);
    if (rc == ERR_OK) {
        o->format = formats[format];
        rc = o->format->begin(o);
    }
    *out = o;
    if (rc != ERR_OK) {
        sheet_close(o, rc);
        *out = NULL;
    }
    return rc;
}

enum err sheet_row(struct sheet_out *o, const struct cell *cells)
{
    o->rows++;
    return o->format->row(o, cells);
}

enum err sheet_write(struct sheet_out *o, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len > 0) {
        ssize_t n = write(o->fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return file_errno(o->path);
        p += n;
        len -= (size_t)n;
    }
    return ERR_OK;
}

/* Reads the working file from its beginning: a library may have written it by its name. */
static enum err each_piece(struct sheet_out *o, enum err (*take)(void *to, const void *p, size_t n),
                           void *to)
{
    static char piece[65536];
    enum err rc = ERR_OK;
    off_t at = 0;
    ssize_t n = 0;
    while (rc == ERR_OK && (n = pread(o->fd, piece, sizeof piece, at)) > 0) {
        rc = take(to, piece, (size_t)n);
        at += n;
    }
    secret_wipe(piece, sizeof piece);
    return rc == ERR_OK && n < 0 ? file_errno(o->path) : rc;
}

static enum err add_to_hash(void *to, const void *p, size_t n)
{
    secret_hash_add(to, p, n);
    return ERR_OK;
}

static enum err add_to_stream(void *to, const void *p, size_t n)
{
    errno = 0;
    return fwrite(p, 1, n, to) == n ? ERR_OK : ERR_IO;
}

enum err sheet_finish(struct sheet_out *o, char hash[SHEET_HASH])
{
    struct secret_hash h;
    unsigned char digest[HASH_BYTES];
    enum err rc = o->format->end(o);
    if (rc == ERR_OK && !o->stream && fsync(o->fd) != 0)
        rc = file_errno(o->path);
    secret_hash_init(&h);
    if (rc == ERR_OK)
        rc = each_piece(o, add_to_hash, &h);
    secret_hash_end(&h, digest);
    hex_encode(digest, HASH_BYTES, hash);
    o->whole = rc == ERR_OK;
    return rc;
}

struct taking {
    struct buf *into;
    size_t room;
};

static enum err add_to_buf(void *to, const void *p, size_t n)
{
    struct taking *t = to;
    if (n > t->room)
        return err_set(ERR_TOO_LONG, NULL, NULL);
    t->room -= n;
    buf_add(t->into, p, n);
    return ERR_OK;
}

enum err sheet_take(struct sheet_out *o, struct buf *into, size_t limit)
{
    struct taking t = {into, limit};
    return each_piece(o, add_to_buf, &t);
}

static enum err hand_to_stream(struct sheet_out *o)
{
    if (o->path[0] == 0)
        return ERR_OK;
    bool standard = strcmp(o->path, "-") == 0;
    FILE *to = standard ? stdout : fopen(o->path, "we");
    if (to == NULL)
        return file_errno(o->path);
    enum err rc = each_piece(o, add_to_stream, to);
    if (rc == ERR_IO || (rc == ERR_OK && fflush(to) != 0))
        rc = file_errno(o->path);
    if (!standard)
        fclose(to);
    return rc;
}

static enum err give_name(struct sheet_out *o)
{
    return rename(o->working, o->path) == 0 ? ERR_OK : file_errno(o->path);
}

enum err sheet_close(struct sheet_out *o, enum err rc)
{
    if (o == NULL)
        return rc;
    if (rc == ERR_OK && o->whole)
        rc = o->stream ? hand_to_stream(o) : give_name(o);
    if ((rc != ERR_OK || !o->whole) && !o->stream && o->fd >= 0)
        unlink(o->working);
    if (o->state != NULL)
        o->format->drop(o);
    if (o->fd >= 0)
        close(o->fd);
    free(o->path);
    free(o->working);
    free(o);
    return rc;
}
