/* Pages for walls, files and superiors, and what they need: a font with Chinese characters. The
 * renderers themselves stand in the table of kiosk/print/layout.h: "pdf" (text stays text; a symbol
 * in rectangles of whole dots, never a bitmap) and "png", on A4, A5 or a strip. */
#ifndef KIOSK_PRINT_PAGE_H
#define KIOSK_PRINT_PAGE_H

#include "kiosk/base/err.h"

#define PAGE_FONT 64

/* The family that pages are set in: the system's choice for simplified Chinese. ERR_FONT: it has
 * none that has the characters; ERR_DRAWLIB. */
enum err page_font(char family[PAGE_FONT]);

#endif
