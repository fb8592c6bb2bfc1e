/* Numbers with a check: the resident ID number (GB 11643-1999), phones, the case number (ISO 7064).
 */
#ifndef KIOSK_RULES_IDNO_H
#define KIOSK_RULES_IDNO_H

#include <stdbool.h>
#include <stddef.h>

#include "kiosk/base/err.h"

/* Copies typed digits as ASCII, without the characters of `skip`: an input method in full-width
 * mode types other digits. False when it does not fit into `size` or is not ASCII even so. */
bool idno_compact(const char *text, const char *skip, char *out, size_t size);

/* Normalises an ID number into out[19] (spaces out, x to X) and checks it: ERR_ID_FORM (not 17
 * digits and a digit or X), ERR_ID_DATE (no such birth date), ERR_ID_CHECK (MOD 11-2 of ISO 7064).
 */
enum err idno_check(const char *text, char out[19]);
/* The 18th character for the first 17 digits. */
char idno_digit(const char *first17);
/* "310118********1234": what a screen shows until the clerk asks. `out` takes 19 bytes. */
const char *idno_masked(const char *id_no, char *out);

/* Normalises a phone number into out[24]: mobile ^1[0-9]{10}$, landline with area code, or 8 digits
 * (Shanghai). ERR_PHONE. Invented test numbers begin with 12. */
enum err idno_phone(const char *text, char out[24]);

/* ISO 7064 MOD 11,10 over decimal digits: the check digit that follows them. */
char idno_mod11_10(const char *digits);

/* A case's number for people: 6 digits of the site (its code without the county) + epoch (2) + seq
 * (at least 6) + check digit, written "101201-01-000057-3". `out` takes 32 bytes. */
const char *idno_case_number(const char *site, long long epoch, long long seq, char *out);
/* Reads it back (dashes and spaces optional). ERR_CHECK_DIGIT, ERR_FIELD_TYPE. site6 takes 7 bytes.
 */
enum err idno_case_parse(const char *text, char *site6, long long *epoch, long long *seq);

#endif
