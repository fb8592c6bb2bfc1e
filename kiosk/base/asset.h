/* The files of assets/, built into the program: read only, found by their path below assets/. */
#ifndef KIOSK_BASE_ASSET_H
#define KIOSK_BASE_ASSET_H

#include <stddef.h>

struct asset {
    const char *name; /* "policies/ordinary.json" */
    const char *data; /* NUL-terminated behind len */
    size_t len;
};

/* The asset of that name, or NULL. */
const struct asset *asset_find(const char *name);
/* The i-th asset (from 0, by name) whose name begins with `prefix`; NULL behind the last. */
const struct asset *asset_at(const char *prefix, size_t i);

#endif
