/* The journal: append-only, numbered, hash-chained; the only truth of a site.
 *
 * An entry's frozen bytes are its `head`, a JSON object in this order:
 *   {"n":SEQ,"at":MS,"heard":MS,"term":"..","by":"..","k":"KIND","v":1,"sub":"ID","body":{..}}
 * ("at" is left out when it equals "heard"; "sub" when it is the entry's own id), and its `sealed`
 * bytes (may be none). hash(n) = BLAKE2b-256(hash(n-1) | u32le len(head) | head | sh), where sh is
 * BLAKE2b-256(sealed), or 32 zero bytes without a sealed part: so the sealed part can be dropped
 * later and the chain still verifies. hash(0) of an epoch = BLAKE2b-256("jiujin/1" | site | u32le
 * epoch). `sealed` is bound to "site/EPOCH.SEQ/kind". */
#ifndef KIOSK_STORE_JOURNAL_H
#define KIOSK_STORE_JOURNAL_H

#include "kiosk/base/buf.h"
#include "kiosk/secret/secret.h"
#include "kiosk/store/kind.h"

#define JOURNAL_PART_MAX 65536 /* bytes of a head or of a sealed part */
#define SITE_CODE 13           /* 12 digits and NUL */
#define CLERK_NAME 64          /* bytes, with NUL */
#define TERMINAL_NAME 32

/* Who writes where: one per process. Set up by kiosk/desk/site.h. */
struct journal {
    struct store *store;
    char site[SITE_CODE];
    int64_t epoch;
    char terminal[TERMINAL_NAME];
    char clerk[CLERK_NAME]; /* "" when nobody is signed in */
    char role[16];
    bool unlocked; /* data_key is set */
    unsigned char data_key[KEY_BYTES];
};

/* What an action hands over. body and sealed are borrowed; sealed NULL: no personal data. */
struct journal_new {
    const char *kind;
    int64_t at;          /* CLOCK_NONE: now */
    const char *subject; /* NULL: this entry begins its own thing */
    const json_t *body;
    const json_t *sealed;
};

/* Appends one entry and runs its projection, inside the caller's transaction (or one of its own).
 * `heard` is the clock's time, but never before the last entry's. *id (ENTRY_ID bytes, may be NULL)
 * and *seq (may be NULL) name the new entry. ERR_SIGN_IN when there is a sealed part and no data
 * key; ERR_INTERNAL for a kind that is not in the table; journal_closed's errors; the store's
 * errors; the projection's errors. The epoch is the one that stands in the store: a machine may
 * have enrolled anew while this process ran. */
enum err journal_append(struct journal *j, const struct journal_new *what, char *id, int64_t *seq);

/* ERR_OK while entries may be written. Otherwise why not, as setting "closed" says: ERR_REPLACED,
 * ERR_OLD_COPY, ERR_FORK, ERR_FETCHING; *epoch (may be NULL) is the present one. */
enum err journal_closed(struct store *s, int64_t *epoch);
/* True for the errors of journal_closed. */
bool journal_closed_error(enum err rc);
/* The word that stands for such an error in setting "closed"; "" for ERR_OK. */
const char *journal_closed_word(enum err rc);

/* Begin and end an action's transaction. journal_end looks the last appended entry up after
 * ERR_COMMIT_UNKNOWN and turns it into ERR_OK or ERR_IO. Nests like store_begin/store_end. */
enum err journal_begin(struct journal *j);
enum err journal_end(struct journal *j, enum err rc);

/* An entry as it lies in the store. Free with journal_row_fini. */
struct journal_row {
    int64_t epoch, seq;
    bool order;
    struct buf head;   /* frozen bytes */
    struct buf sealed; /* may be empty */
    bool dropped;      /* the sealed part was removed after its time; its hash is kept */
    unsigned char sealed_hash[HASH_BYTES];
    unsigned char hash[HASH_BYTES];
};
void journal_row_fini(struct journal_row *row);

/* Reads one entry by id ("1.57") or order ("o.3"). ERR_NOT_FOUND. */
enum err journal_read(struct store *s, const char *id, struct journal_row *row);
/* Up to `limit` rows of `epoch` with seq > after, oldest first; visit returns non-OK to stop. */
enum err journal_each(struct store *s, int64_t epoch, int64_t after, int64_t limit,
                      enum err (*visit)(void *arg, const struct journal_row *row), void *arg);
/* The heads up to `upto`, newest first, until `visit` (which only copies) says false or there are
 * no more. ERR_NOT_FOUND when the newest is not entry `upto`. */
enum err journal_heads_back(struct store *s, int64_t epoch, int64_t upto,
                            bool (*visit)(void *arg, const void *head, size_t len), void *arg);
/* Makes `e` from a row's head; *head is its parsed JSON, which `e` borrows from (json_decref it).
 * ERR_CORRUPT when it is not an entry. */
enum err journal_parse(const struct journal_row *row, struct entry *e, json_t **head);
/* The personal data of an entry: *out is owned by the caller. ERR_NOT_FOUND (no such entry, or it
 * has no sealed part or that was dropped), ERR_SIGN_IN, ERR_SEAL. */
enum err journal_unseal(struct journal *j, const char *id, json_t **out);
/* The same of a row that was read; somebody is signed in. */
enum err journal_open(struct journal *j, const struct journal_row *row, json_t **out);

/* The last entry of an epoch: seq 0 and the epoch's first hash when there is none. */
enum err journal_tip(struct store *s, const char *site, int64_t epoch, int64_t *seq,
                     unsigned char hash[HASH_BYTES]);
/* The hash that an entry with these bytes has behind `before`. sealed may be NULL: then sealed_hash
 * (or 32 zero bytes) is used as it is. */
void journal_hash(const unsigned char before[HASH_BYTES], const void *head, size_t head_len,
                  const unsigned char sealed_hash[HASH_BYTES], unsigned char out[HASH_BYTES]);
void journal_first_hash(const char *site, int64_t epoch, unsigned char out[HASH_BYTES]);
/* The place a sealed part is bound to: "site/EPOCH.SEQ/kind"; an order's: "site/o.N/kind". */
void journal_place(const char *site, bool order, int64_t epoch, int64_t seq, const char *kind,
                   char out[96]);

/* The id as text: "EPOCH.SEQ" or "o.N". Returns out. */
const char *journal_id(bool order, int64_t epoch, int64_t seq, char out[ENTRY_ID]);
/* What the hub signs for an order: BLAKE2b-256 over "jiujin/order", n, head and sealed. */
void journal_order_hash(int64_t n, const void *head, size_t head_len,
                        const unsigned char sealed_hash[HASH_BYTES], unsigned char out[HASH_BYTES]);

/* Stores an order as it came (its head has "n","at","by","k","v","sub","body"; the caller has
 * checked the hub's signature over journal_order_hash) and projects it. An order that is there
 * already is a no-op; ERR_STATE when a number before it is missing; ERR_FORK when the number holds
 * other bytes. */
enum err journal_order(struct journal *j, int64_t n, const void *head, size_t head_len,
                       const void *sealed, size_t sealed_len);
int64_t journal_last_order(struct store *s);
int64_t journal_count(struct store *s); /* entries of all epochs */

/* --- a journal that comes back from the hub (take.c); nothing here is projected --------------- */

/* Stores an entry as it came, behind the entry before it, whose hash is `before`. One that is there
 * already is a no-op; ERR_FORK when the number holds another one; ERR_CORRUPT when it is none. */
enum err journal_take(struct journal *j, const struct journal_row *row,
                      const unsigned char before[HASH_BYTES]);
/* Stores an order as journal_order does, at the place of the journal where it is to be replayed. */
enum err journal_take_order(struct journal *j, int64_t n, const void *head, size_t head_len,
                            const void *sealed, size_t sealed_len, int64_t after_epoch,
                            int64_t after_seq);
/* The same into table branch, where it waits for the entries before it. */
enum err journal_take_aside(struct journal *j, const struct journal_row *row,
                            const unsigned char before[HASH_BYTES]);
/* Moves what waits in table branch and follows the last entry of that epoch into the journal; *n
 * counts. */
enum err journal_adopt(struct journal *j, int64_t epoch, int64_t *n);
/* Sets the entries of an epoch behind number `after` aside, into table branch; *n counts them. */
enum err journal_aside(struct journal *j, int64_t epoch, int64_t after, int64_t *n);

/* Verify: chain, numbering, columns against frozen bytes, then projections against a replay into a
 * fresh database. *entries counts what was walked. ERR_CORRUPT with the place in the note. */
enum err journal_verify(struct journal *j, int64_t *entries);
/* Throws all projections away and replays journal and orders in the order in which they came. */
enum err journal_rebuild(struct journal *j, int64_t *entries);

#endif
