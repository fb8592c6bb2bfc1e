/* PostgreSQL's libpq, loaded when a store asks for it: a hub on SQLite starts without it and
 * without all that it brings along. */
#ifndef SYNC_HUB_DB_PGLIB_H
#define SYNC_HUB_DB_PGLIB_H

#include <postgresql/libpq-fe.h>

#include "kiosk/base/err.h"

#define PGLIB_FUNCTIONS(X)                                                                         \
    X(PQconnectdbParams)                                                                           \
    X(PQfinish)                                                                                    \
    X(PQstatus)                                                                                    \
    X(PQsocket)                                                                                    \
    X(PQerrorMessage)                                                                              \
    X(PQparameterStatus)                                                                           \
    X(PQsetNoticeReceiver)                                                                         \
    X(PQconsumeInput)                                                                              \
    X(PQnotifies)                                                                                  \
    X(PQfreemem)                                                                                   \
    X(PQexec)                                                                                      \
    X(PQenterPipelineMode)                                                                         \
    X(PQpipelineSync)                                                                              \
    X(PQsendPrepare)                                                                               \
    X(PQsendQueryPrepared)                                                                         \
    X(PQsendQueryParams)                                                                           \
    X(PQgetResult)                                                                                 \
    X(PQresultStatus)                                                                              \
    X(PQresultErrorField)                                                                          \
    X(PQcmdStatus)                                                                                 \
    X(PQntuples)                                                                                   \
    X(PQftype)                                                                                     \
    X(PQgetvalue)                                                                                  \
    X(PQgetlength)                                                                                 \
    X(PQgetisnull)                                                                                 \
    X(PQclear)

struct pglib {
#define PGLIB_MEMBER(name) __typeof__(name) *name;
    PGLIB_FUNCTIONS(PGLIB_MEMBER)
#undef PGLIB_MEMBER
};

/* ERR_PGLIB: it is not installed, or is older than version 14. *out is static. */
enum err pglib_get(const struct pglib **out);

#endif
