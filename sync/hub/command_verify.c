/* Owns: the command that walks through all that must hold. Invariant: it changes nothing, and ends
 * at the first thing that does not hold, with its place. The signature of a frame is verified when
 * it comes and is not kept: the chain that it signed is. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "sync/hub/audit.h"
#include "sync/hub/command.h"
#include "sync/wire/talk.h"

struct walk {
    char site[SITE_CODE];
    int64_t epoch, seq, total;
    unsigned char hash[HASH_BYTES];
};

static enum err walk_one(struct walk *k, const struct hub_rows *r)
{
    size_t head_len, len;
    unsigned char sealed[HASH_BYTES] = {0}, stored[HASH_BYTES];
    if (strcmp(k->site, hub_text(r, 0)) != 0 || k->epoch != hub_int(r, 1)) {
        snprintf(k->site, sizeof k->site, "%s", hub_text(r, 0));
        k->epoch = hub_int(r, 1);
        k->seq = 0;
        journal_first_hash(k->site, k->epoch, k->hash);
    }
    k->seq++;
    k->total++;
    const void *head = hub_blob(r, 3, &head_len), *bytes = hub_blob(r, 4, &len);
    bool good = hub_int(r, 2) == k->seq && hub_bytes(r, 6, stored, HASH_BYTES);
    if (len > 0)
        secret_hash_once(bytes, len, sealed);
    if (good && !hub_null(r, 5)) {
        unsigned char kept[HASH_BYTES];
        good = hub_bytes(r, 5, kept, HASH_BYTES) &&
               (len == 0 || memcmp(kept, sealed, HASH_BYTES) == 0);
        memcpy(sealed, kept, HASH_BYTES);
    }
    journal_hash(k->hash, head, head_len, sealed, k->hash);
    if (good && memcmp(k->hash, stored, HASH_BYTES) == 0)
        return ERR_OK;
    return err_set(ERR_CORRUPT, k->site, "%lld.%lld", (long long)k->epoch, (long long)k->seq);
}

/* Every village's entries, each with the hash of all before it. */
static enum err walk_chains(struct hub *h, int64_t *n)
{
    struct hub_rows r;
    struct walk k = {.epoch = 0};
    enum err rc = hub_ask_long(h->db, &r,
                               "SELECT site, epoch, seq, head, sealed, sealed_hash, hash FROM entry"
                               " ORDER BY site, epoch, seq",
                               "");
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        rc = walk_one(&k, &r);
        if (rc != ERR_OK)
            hub_done(&r);
    }
    *n = k.total;
    return rc;
}

/* A mark says how far a chain goes; neither may be without the other. */
static enum err check_marks(struct hub *h)
{
    int64_t off = hub_number(h->db, 0,
                             "SELECT count(*) FROM site_epoch e WHERE e.seq <> (SELECT"
                             " coalesce(max(n.seq), 0) FROM entry n WHERE n.site = e.site"
                             " AND n.epoch = e.epoch)",
                             "");
    return off == 0 ? ERR_OK : err_set(ERR_CORRUPT, "site_epoch", "mark");
}

static enum err check_order(struct hub *h, const struct hub_rows *r)
{
    int64_t n;
    size_t head_len, sealed_len, sig_len;
    struct buf head = BUF_INIT, sealed = BUF_INIT;
    const void *at = hub_blob(r, 2, &head_len), *words = hub_blob(r, 3, &sealed_len);
    const unsigned char *sig = hub_blob(r, 4, &sig_len);
    enum err rc = ERR_SIGNATURE;
    if (sig_len == SIGN_BYTES) {
        json_t *order = wire_order_write(hub_int(r, 1), at, head_len, sealed_len > 0 ? words : NULL,
                                         sealed_len, sig);
        rc = wire_order_read(order, h->keys.sign_pub, hub_text(r, 0), &n, &head, &sealed);
        json_decref(order);
    }
    buf_fini(&head);
    buf_fini(&sealed);
    if (rc != ERR_OK)
        return err_set(ERR_CORRUPT, hub_text(r, 0), "o.%lld", (long long)hub_int(r, 1));
    return ERR_OK;
}

/* What was said to villages, by our signature. */
static enum err walk_orders(struct hub *h, int64_t *n)
{
    struct hub_rows r;
    *n = 0;
    enum err rc =
        hub_ask(h->db, &r, "SELECT site, n, head, sealed, sig FROM orders ORDER BY site, n", "");
    while (rc == ERR_OK && hub_next(&r, &rc)) {
        ++*n;
        rc = check_order(h, &r);
        if (rc != ERR_OK)
            hub_done(&r);
    }
    return rc;
}

enum err command_verify(struct hub *h, const struct command_line *line)
{
    int64_t entries = 0, orders = 0, audit = 0;
    (void)line;
    enum err rc = walk_chains(h, &entries);
    if (rc == ERR_OK)
        rc = check_marks(h);
    if (rc == ERR_OK)
        rc = walk_orders(h, &orders);
    if (rc == ERR_OK)
        rc = hub_audit_check(h, &audit);
    if (rc == ERR_OK)
        printf("{\"ok\":true,\"entries\":%lld,\"orders\":%lld,\"audit\":%lld,\"sites\":%lld,"
               "\"forks\":%lld}\n",
               (long long)entries, (long long)orders, (long long)audit,
               (long long)hub_number(h->db, 0, "SELECT count(*) FROM site", ""),
               (long long)hub_number(h->db, 0, "SELECT count(*) FROM fork", ""));
    return rc;
}
