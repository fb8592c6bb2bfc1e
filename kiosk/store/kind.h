/* The table of kinds: what an entry of each kind is and which projection it keeps. The rows are in
 * kiosk/kinds.c; the journal knows only this shape. */
#ifndef KIOSK_STORE_KIND_H
#define KIOSK_STORE_KIND_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/err.h"
#include "kiosk/store/store.h"

#define ENTRY_ID 32 /* bytes for an entry's id as text: "EPOCH.SEQ", an order's is "o.N" */

/* One entry (or order) as it is projected or read. Strings and JSON are borrowed. */
struct entry {
    bool order;           /* false: an entry of the village; true: an order of the hub */
    int64_t epoch;        /* 0 for an order */
    int64_t seq;          /* counts from 1 */
    char id[ENTRY_ID];    /* "1.57" or "o.3" */
    int64_t at;           /* when it happened */
    int64_t heard;        /* when it was entered; for an order: when it arrived */
    const char *terminal; /* "" for an order */
    const char *clerk;    /* clerk's name; for an order the officer's */
    const char *kind;
    int version;
    const char *subject; /* id of the thing it is about; its own id where it begins a thing */
    const json_t *body;  /* without personal data */
};

typedef enum err kind_project(struct store *s, const struct entry *e);

struct kind {
    const char *name;
    int version;           /* of the body's shape; older bodies are still projected */
    const char *what;      /* what it is for: one sentence, N_() */
    kind_project *project; /* NULL: nothing to keep beyond the journal */
    bool order;            /* travels down */
    bool both;             /* an order that the village may write too, as an entry */
    bool express;          /* overtakes everything else on the way up */
    int keep_days; /* personal data stays on the terminal so long after arrival; 0: for ever */
};

/* Ends with a row whose name is NULL. */
extern const struct kind kind_table[];
/* Tables that projections fill: emptied before a replay. Ends with NULL. */
extern const char *const kind_projections[];

/* The row of that name, or NULL. */
const struct kind *kind_find(const char *name);
/* All that one entry or order leaves in the projections: what its kind keeps, and its counts. */
enum err kind_keep(const struct kind *k, struct store *s, const struct entry *e);

#endif
