/* The library that writes XLSX (libxlsxwriter), loaded with the first workbook and not linked: a
 * start of the program does not wait for it, and a desk that writes none does not hold it. */
#ifndef KIOSK_PRINT_XLSXLIB_H
#define KIOSK_PRINT_XLSXLIB_H

#include <xlsxwriter.h>

#include "kiosk/base/err.h"

#define XLSXLIB_FUNCTIONS(X)                                                                       \
    X(format_set_align)                                                                            \
    X(format_set_bold)                                                                             \
    X(format_set_border)                                                                           \
    X(format_set_font_size)                                                                        \
    X(format_set_num_format)                                                                       \
    X(format_set_text_wrap)                                                                        \
    X(lxw_strerror)                                                                                \
    X(workbook_add_format)                                                                         \
    X(workbook_add_worksheet)                                                                      \
    X(workbook_close)                                                                              \
    X(workbook_new_opt)                                                                            \
    X(workbook_set_properties)                                                                     \
    X(worksheet_fit_to_pages)                                                                      \
    X(worksheet_freeze_panes)                                                                      \
    X(worksheet_merge_range)                                                                       \
    X(worksheet_repeat_rows)                                                                       \
    X(worksheet_set_column)                                                                        \
    X(worksheet_set_footer)                                                                        \
    X(worksheet_set_landscape)                                                                     \
    X(worksheet_set_margins)                                                                       \
    X(worksheet_set_paper)                                                                         \
    X(worksheet_write_blank)                                                                       \
    X(worksheet_write_number)                                                                      \
    X(worksheet_write_string)

struct xlsxlib {
#define XLSXLIB_MEMBER(name) __typeof__(name) *name;
    XLSXLIB_FUNCTIONS(XLSXLIB_MEMBER)
#undef XLSXLIB_MEMBER
};

/* The functions, loaded once and kept until the program ends. ERR_XLSXLIB with what is missing. */
enum err xlsxlib_get(const struct xlsxlib **out);

#endif
