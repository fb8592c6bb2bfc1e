/* The expressions of an XLSForm (a part of XPath) as ours: SQL over the row. Pure. */
#ifndef KIOSK_RULES_XPATH_H
#define KIOSK_RULES_XPATH_H

#include "kiosk/base/err.h"

enum xtype {
    X_ANY,
    X_NUMBER,
    X_TEXT,
    X_BOOL,
    X_DATE,
    X_TIME,
    X_MOMENT, /* day and time */
    X_LIST,   /* several choices */
};

struct xfield {
    char from[64]; /* as the XLSForm names it */
    char id[48];   /* as the definition does */
    enum xtype type;
};

struct xscope {
    const struct xfield *fields;
    size_t n_fields;
    const struct xfield *self; /* what "." is; NULL: nothing */
};

/* Translates one expression. *sql is owned by the caller; *type is what it gives. What it cannot
 * say is refused: ERR_DEFINITION, whose note's detail is the reason in words. */
enum err xpath_sql(const char *text, const struct xscope *scope, char **sql, enum xtype *type);

#endif
