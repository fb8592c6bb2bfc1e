/* Owns: the notes about the link. Invariant: they are sums of what was, by local days; nothing
 * decides by them. */
#include "kiosk/desk/link_use.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "kiosk/base/clock.h"

#define DAYS_KEPT 30

static int64_t get(struct store *s, const char *key, int64_t otherwise)
{
    const char *text = site_get(s, key);
    return *text != 0 ? atoll(text) : otherwise;
}

static enum err put(struct store *s, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return site_set(s, key, text);
}

static enum err add_day(struct store *s, int64_t day, const struct link_use *use)
{
    sqlite3_stmt *q =
        store_sql(s, "INSERT INTO link_day (day, up, down, tries, failed) VALUES (?1,?2,?3,?4,?5)"
                     " ON CONFLICT (day) DO UPDATE SET up = up + ?2, down = down + ?3,"
                     " tries = tries + ?4, failed = failed + ?5");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, day);
    store_bind_int(q, 2, use->up);
    store_bind_int(q, 3, use->down);
    store_bind_int(q, 4, use->tries);
    store_bind_int(q, 5, use->failed);
    return store_run(s, q);
}

static enum err forget_days(struct store *s, int64_t before)
{
    sqlite3_stmt *q = store_sql(s, "DELETE FROM link_day WHERE day < ?1");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, before);
    return store_run(s, q);
}

enum err link_use_add(struct store *s, int64_t at, const struct link_use *use)
{
    int64_t day = clock_day(at);
    enum err rc = store_begin(s);
    if (rc != ERR_OK)
        return rc;
    rc = add_day(s, day, use);
    if (rc == ERR_OK)
        rc = forget_days(s, day - DAYS_KEPT * CLOCK_DAY_MS);
    if (rc == ERR_OK && use->rtt > 0)
        rc = put(s, "link_rtt", use->rtt);
    if (rc == ERR_OK && use->rate > 0)
        rc = put(s, "link_rate", use->rate);
    return store_end(s, rc);
}

enum err link_use_read(struct store *s, int64_t now, struct link_quality *out)
{
    bool row = false;
    *out = (struct link_quality){.next = get(s, "link_next", CLOCK_NONE)};
    out->day.rtt = get(s, "link_rtt", 0);
    out->day.rate = get(s, "link_rate", 0);
    sqlite3_stmt *q = store_sql(s, "SELECT up, down, tries, failed FROM link_day WHERE day = ?1");
    if (q == NULL)
        return err_last();
    store_bind_int(q, 1, clock_day(now));
    enum err rc = store_step(s, q, &row);
    if (rc != ERR_OK || !row)
        return rc;
    out->day.up = store_int(q, 0);
    out->day.down = store_int(q, 1);
    out->day.tries = store_int(q, 2);
    out->day.failed = store_int(q, 3);
    sqlite3_reset(q);
    return ERR_OK;
}

enum err link_next(struct store *s, int64_t at)
{
    if (get(s, "link_next", CLOCK_NONE) == at)
        return ERR_OK;
    enum err rc = store_begin(s);
    return rc == ERR_OK ? store_end(s, put(s, "link_next", at)) : rc;
}

enum err link_want(struct store *s)
{
    enum err rc = store_begin(s);
    return rc == ERR_OK ? store_end(s, put(s, "link_want", get(s, "link_want", 0) + 1)) : rc;
}

int64_t link_wanted(struct store *s)
{
    return get(s, "link_want", 0);
}

static int lock_file(const struct site *s)
{
    char path[sizeof s->dir + 16];
    snprintf(path, sizeof path, "%s/sync.lock", s->dir);
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

int link_agent_begin(const struct site *s)
{
    int fd = lock_file(s);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool link_agent_here(const struct site *s)
{
    int fd = lock_file(s);
    bool here = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0;
    if (fd >= 0)
        close(fd);
    return here;
}
