/* The libraries that open a workbook (libzip, expat), loaded with the first one and not linked: a
 * start of the program does not wait for them. */
#ifndef KIOSK_RULES_ZIPLIB_H
#define KIOSK_RULES_ZIPLIB_H

#include <expat.h>
#include <zip.h>

#include "kiosk/base/err.h"

#define ZIPLIB_FUNCTIONS(X)                                                                        \
    X(zip_discard)                                                                                 \
    X(zip_error_fini)                                                                              \
    X(zip_error_init)                                                                              \
    X(zip_fclose)                                                                                  \
    X(zip_fopen_index)                                                                             \
    X(zip_fread)                                                                                   \
    X(zip_get_num_entries)                                                                         \
    X(zip_name_locate)                                                                             \
    X(zip_open_from_source)                                                                        \
    X(zip_source_buffer_create)                                                                    \
    X(zip_source_free)

#define XMLLIB_FUNCTIONS(X)                                                                        \
    X(XML_ErrorString)                                                                             \
    X(XML_GetErrorCode)                                                                            \
    X(XML_Parse)                                                                                   \
    X(XML_ParserCreate)                                                                            \
    X(XML_ParserFree)                                                                              \
    X(XML_SetCharacterDataHandler)                                                                 \
    X(XML_SetElementHandler)                                                                       \
    X(XML_SetStartDoctypeDeclHandler)                                                              \
    X(XML_SetUserData)                                                                             \
    X(XML_StopParser)

struct ziplib {
#define ZIPLIB_MEMBER(name) __typeof__(name) *name;
    ZIPLIB_FUNCTIONS(ZIPLIB_MEMBER)
    XMLLIB_FUNCTIONS(ZIPLIB_MEMBER)
#undef ZIPLIB_MEMBER
};

/* The functions; static. ERR_LIBRARY with what is missing. */
enum err ziplib_get(const struct ziplib **out);

#endif
