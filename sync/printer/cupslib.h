/* libcups, loaded when a queue is first meant and not linked: most villages have none, and its
 * thirty libraries would make every start slower. */
#ifndef SYNC_PRINTER_CUPSLIB_H
#define SYNC_PRINTER_CUPSLIB_H

#include <cups/cups.h>

#define CUPSLIB_FUNCTIONS(X)                                                                       \
    X(cupsCancelJob2)                                                                              \
    X(cupsDoRequest)                                                                               \
    X(cupsFinishDocument)                                                                          \
    X(cupsLastError)                                                                               \
    X(cupsServer)                                                                                  \
    X(cupsStartDocument)                                                                           \
    X(cupsUser)                                                                                    \
    X(cupsWriteRequestData)                                                                        \
    X(httpAssembleURIf)                                                                            \
    X(httpClose)                                                                                   \
    X(httpConnect2)                                                                                \
    X(httpSetTimeout)                                                                              \
    X(ippAddInteger)                                                                               \
    X(ippAddString)                                                                                \
    X(ippAddStrings)                                                                               \
    X(ippDelete)                                                                                   \
    X(ippFindAttribute)                                                                            \
    X(ippGetCount)                                                                                 \
    X(ippGetInteger)                                                                               \
    X(ippGetString)                                                                                \
    X(ippNewRequest)                                                                               \
    X(ippPort)

struct cupslib {
#define CUPSLIB_MEMBER(name) __typeof__(name) *name;
    CUPSLIB_FUNCTIONS(CUPSLIB_MEMBER)
#undef CUPSLIB_MEMBER
};

/* The functions; NULL: the library is not here. */
const struct cupslib *cupslib_get(void);

#endif
