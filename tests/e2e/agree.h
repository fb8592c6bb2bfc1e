/* Whether a village and its hub have the same, entry for entry and case for case. */
#ifndef TESTS_E2E_AGREE_H
#define TESTS_E2E_AGREE_H

#include "kiosk/desk/site.h"
#include "tests/e2e/hubproc.h"

/* Fails the cmocka test unless all of the journal is acknowledged, the hub has the same hashes
 * under the same numbers and nothing more, its own verify holds, and both show the same cases.
 * Somebody is signed in at the site. */
void agree_both(const struct hubproc *hub, struct site *s);

#endif
