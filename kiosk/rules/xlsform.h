/* A ledger's definition out of an XLSForm: a workbook with the sheets survey, choices, settings
 * (xlsform.org). What our forms cannot say is refused with its sheet, row, column and reason;
 * nothing is left out silently. */
#ifndef KIOSK_RULES_XLSFORM_H
#define KIOSK_RULES_XLSFORM_H

#include <jansson.h>

#include "kiosk/base/err.h"

/* Reads a file. *out (owned by the caller) is a definition that form_parse takes. ERR_IO,
 * ERR_TOO_LONG, ERR_LIBRARY, ERR_DEFINITION with the file, "survey!D5: reason". */
enum err xlsform_import(const char *path, json_t **out);
/* The same out of bytes; `name` is the file's. */
enum err xlsform_read(const void *bytes, size_t len, const char *name, json_t **out);

#endif
