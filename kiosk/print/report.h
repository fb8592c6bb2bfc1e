/* A day's report on paper. */
#ifndef KIOSK_PRINT_REPORT_H
#define KIOSK_PRINT_REPORT_H

#include "kiosk/desk/site.h"
#include "kiosk/print/layout.h"

/* The report (a row of the view "report") as a layout, with lines for the signature and the stamp;
 * layout_fini it. */
void report_layout(struct site *s, const json_t *report, struct layout *out);
/* As a table: "csv" or "xlsx" into `path` ("-": standard output), or "pdf", the layout.
 * ERR_XLSXLIB, layout_put's errors, ERR_IO. */
enum err report_put(struct site *s, const json_t *report, const char *format, const char *path);

#endif
