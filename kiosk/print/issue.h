/* Issuing a case's slip: from the case at the desk to the digits that a QR symbol carries. */
#ifndef KIOSK_PRINT_ISSUE_H
#define KIOSK_PRINT_ISSUE_H

#include "kiosk/base/buf.h"
#include "kiosk/desk/site.h"

#define SLIP_NUMBER 32

/* Makes the slip of a case (by id or number). Appends its digits to `digits` (may be NULL: only
 * tried); the number for people goes to `number` (SLIP_NUMBER bytes). Nothing is recorded: whoever
 * has put it on paper or into a file runs the action "slip" then. ERR_NOT_FOUND, ERR_SIGN_IN,
 * ERR_NOT_ENROLLED, ERR_SLIP_LONG, ERR_FIELD_* (what a slip cannot carry), ERR_IO (key file). */
enum err slip_issue(struct site *s, const char *which_case, struct buf *digits,
                    char number[SLIP_NUMBER]);
/* What a slip of this case says, as slip_make takes it; owned by the caller. */
enum err slip_content(struct site *s, const char *which_case, json_t **out);

#endif
