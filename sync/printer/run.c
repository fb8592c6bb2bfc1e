/* Owns: the process of one print job. Invariant: one process at a time talks to a printer; how it
 * ended is written before the process does. */
#include "sync/printer/printer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/desk/printjob.h"
#include "kiosk/print/printer.h"
#include "kiosk/print/printing.h"
#include "kiosk/secret/secret.h"

#define PRINTER_BYTES ((int64_t)1 << 40) /* bytes of the lock file from here on are printers */
#define BYTES_MAX ((size_t)16 << 20)

int printer_ms(int ms)
{
    const char *haste = getenv("JIUJIN_PRINT_HASTE");
    int by = haste != NULL ? atoi(haste) : 1;
    return by > 1 ? ms / by : ms;
}

static bool read_bytes(struct buf *out)
{
    ssize_t n;
    while (out->len < BYTES_MAX && (n = read(STDIN_FILENO, buf_room(out, 65536), 65536)) > 0)
        out->len += (size_t)n;
    return out->len > 0 && out->len < BYTES_MAX;
}

/* FNV-1a: two printers with the same number would only wait for each other. */
static int64_t number_of(const char *address)
{
    uint32_t h = 2166136261u;
    for (; *address != 0; address++)
        h = (h ^ (unsigned char)*address) * 16777619u;
    return PRINTER_BYTES + h;
}

/* Its turn: who waits stands in the order of coming. */
static bool take_turn(const char *address)
{
    struct flock l = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = number_of(address), .l_len = 1};
    return fcntl(PRINTING_LOCK_FD, F_OFD_SETLKW, &l) == 0;
}

static const struct sending_way *way_of(const char *address, const char **rest)
{
    const struct printer_way *known = printer_way(address, rest);
    for (const struct sending_way *w = sending_ways; known != NULL && w->scheme != NULL; w++)
        if (strcmp(w->scheme, known->scheme) == 0)
            return w;
    return NULL;
}

struct work {
    struct site *site;
    int64_t id;
};

static void note(void *with, const char *why)
{
    const struct work *w = with;
    printjob_note(w->site->j.store, w->id, why);
}

static enum err finish(struct site *s, int64_t id, enum sent how, const struct sending *sending)
{
    static const char *const states[] = {[SENT_WHOLE] = "printed",
                                         [SENT_NOTHING] = "failed",
                                         [SENT_PART] = "failed",
                                         [SENT_UNKNOWN] = "unsure"};
    enum err rc;
    for (int tries = 0; tries < 5; tries++) /* not to be lost because the database is busy */
        if ((rc = printjob_end(s->j.store, id, states[how], sending->why, how != SENT_NOTHING,
                               sending->said)) != ERR_BUSY)
            break;
    return rc;
}

static enum err send_job(struct site *s, int64_t id, const struct printjob *job)
{
    struct printer to;
    struct buf bytes = BUF_INIT;
    struct work work = {s, id};
    struct sending sending = {.why = "gone", .trouble = note, .with = &work, .title = job->what};
    enum sent how = SENT_NOTHING;
    enum err rc = printer_find(s, job->printer, &to);
    const struct sending_way *way = rc == ERR_OK ? way_of(to.address, &sending.address) : NULL;
    bool ready = way != NULL && read_bytes(&bytes) && take_turn(to.address);
    rc = printjob_begin(s->j.store, id);
    if (rc == ERR_OK && ready) {
        sending.bytes = bytes.data;
        sending.len = bytes.len;
        sending.pages = to.pages;
        sending.mute = to.mute;
        sending.why = "";
        how = way->send(&sending);
    }
    if (rc == ERR_OK)
        rc = finish(s, id, how, &sending);
    buf_wipe(&bytes);
    return rc;
}

enum err printer_run(struct site *s, int64_t id)
{
    struct printjob job;
    enum err rc = printjob_read(s->j.store, id, &job);
    return rc == ERR_OK ? send_job(s, id, &job) : rc;
}
