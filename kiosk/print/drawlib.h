/* The libraries that draw pages: cairo, pango and fontconfig. They are loaded with the first page
 * and not linked: the seventy libraries behind them would make every start of the program 60 ms
 * longer and every desk 12 MB larger, for a page a month. */
#ifndef KIOSK_PRINT_DRAWLIB_H
#define KIOSK_PRINT_DRAWLIB_H

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>

#include "kiosk/base/err.h"

#define DRAWLIB_FUNCTIONS(X)                                                                       \
    X(cairo_create)                                                                                \
    X(cairo_destroy)                                                                               \
    X(cairo_fill)                                                                                  \
    X(cairo_image_surface_get_data)                                                                \
    X(cairo_image_surface_get_stride)                                                              \
    X(cairo_surface_flush)                                                                         \
    X(cairo_image_surface_create)                                                                  \
    X(cairo_move_to)                                                                               \
    X(cairo_paint)                                                                                 \
    X(cairo_pdf_surface_create_for_stream)                                                         \
    X(cairo_pdf_surface_set_metadata)                                                              \
    X(cairo_rectangle)                                                                             \
    X(cairo_scale)                                                                                 \
    X(cairo_set_antialias)                                                                         \
    X(cairo_set_source_rgb)                                                                        \
    X(cairo_show_page)                                                                             \
    X(cairo_status)                                                                                \
    X(cairo_status_to_string)                                                                      \
    X(cairo_surface_destroy)                                                                       \
    X(cairo_surface_finish)                                                                        \
    X(cairo_surface_status)                                                                        \
    X(cairo_surface_write_to_png_stream)                                                           \
    X(g_object_unref)                                                                              \
    X(pango_cairo_create_layout)                                                                   \
    X(pango_cairo_show_layout)                                                                     \
    X(pango_font_description_free)                                                                 \
    X(pango_font_description_new)                                                                  \
    X(pango_font_description_set_absolute_size)                                                    \
    X(pango_font_description_set_weight)                                                           \
    X(pango_font_description_set_family)                                                           \
    X(pango_layout_get_pixel_size)                                                                 \
    X(pango_layout_set_alignment)                                                                  \
    X(pango_layout_set_font_description)                                                           \
    X(pango_layout_set_text)                                                                       \
    X(pango_layout_set_width)                                                                      \
    X(pango_layout_set_wrap)                                                                       \
    X(FcConfigSubstitute)                                                                          \
    X(FcDefaultSubstitute)                                                                         \
    X(FcFontMatch)                                                                                 \
    X(FcLangSetHasLang)                                                                            \
    X(FcNameParse)                                                                                 \
    X(FcPatternDestroy)                                                                            \
    X(FcPatternGetLangSet)                                                                         \
    X(FcPatternGetString)

struct drawlib {
#define DRAWLIB_MEMBER(name) __typeof__(name) *name;
    DRAWLIB_FUNCTIONS(DRAWLIB_MEMBER)
#undef DRAWLIB_MEMBER
};

/* The functions, loaded once and kept until the program ends. ERR_DRAWLIB with what is missing. */
enum err drawlib_get(const struct drawlib **out);

#endif
