/* Overlays and adaptations as they stand: what is joined with the base pack (kiosk/desk/pack.c). */
#ifndef KIOSK_DESK_OVERLAY_H
#define KIOSK_DESK_OVERLAY_H

#include "kiosk/desk/site.h"

/* FROM and WHERE of what stands now; ?1 is the time, ?2 the base pack's id. Of an overlay that was
 * started again the later start stands. */
#define OVERLAYS_NOW                                                                               \
    "(SELECT o.* FROM overlay o WHERE o.starts <= ?1 AND (o.ended IS NULL OR o.ended > ?1)"        \
    " AND NOT EXISTS (SELECT 1 FROM overlay l WHERE l.id = o.id AND l.starts <= ?1"                \
    " AND (l.ended IS NULL OR l.ended > ?1) AND (l.starts, l.n) > (o.starts, o.n))"                \
    " ORDER BY o.starts, o.n)"
/* An adaptation is over once another base pack was in force. */
#define ADAPTATIONS_NOW                                                                            \
    "base = ?2 AND at <= ?1 AND at >= coalesce((SELECT max(f.effective_from) FROM in_force f"      \
    " WHERE f.what = 'policy' AND f.id <> ?2 AND f.effective_from <= ?1), at)"

/* Overlays in force at `at`, the earliest first: an array of {"entry","id","version","start"},
 * owned by the caller. */
enum err overlays_now(struct store *s, int64_t at, json_t **out);
/* Adaptations of that base pack that stand, the earliest first: an array of {"id","param","new"},
 * those that a later one of the same parameter replaced among them; owned by the caller. */
enum err adaptations_now(struct store *s, const char *base, int64_t at, json_t **out);

#endif
