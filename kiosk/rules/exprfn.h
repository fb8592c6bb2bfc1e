/* The functions of expressions that cost more than the length of their text: LIKE and instr.
 *
 * SQLite looks at its progress handler only where the program jumps, and never inside of a
 * function: so these two look at the clock themselves, and take their time from the two lengths,
 * not from what the pattern asks for. */
#ifndef KIOSK_RULES_EXPRFN_H
#define KIOSK_RULES_EXPRFN_H

#include <sqlite3.h>
#include <stdint.h>

#define EXPRFN_PATTERN 64 /* bytes of a LIKE pattern */

/* Puts them in place of SQLite's own; *deadline (clock_mono) is read at each call. LIKE as SQLite
 * has it, but for ESCAPE, which is an error, as is a longer pattern. */
void exprfn_install(sqlite3 *db, const int64_t *deadline);

#endif
