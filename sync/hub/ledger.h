/* The villages' ledgers at the hub: rows that were typed there, with their definition's fields.
 * (Ledgers that a village fills from its other records are made of those.) */
#ifndef SYNC_HUB_LEDGER_H
#define SYNC_HUB_LEDGER_H

#include "kiosk/rules/form.h"
#include "sync/hub/view.h"

struct hub_ledger_query { /* NULL and CLOCK_NONE: all */
    const char *ledger;   /* the definition's id; must be there */
    const char *site;
    int64_t from, to;        /* UTC ms; `to` is not of it */
    const char *field, *has; /* only rows whose field, as it is shown, contains this */
    bool personal;           /* opens what is sealed: the caller wrote the audit's row */
    int64_t limit;
};
/* The definition of a ledger: the newest that was pushed, else the shipped one. *out is owned
 * (form_free). ERR_NOT_FOUND. */
enum err hub_ledger_form(struct hub *h, const char *ledger, struct form **out);
/* Rows, newest first: {"site","site_name","id","at","clerk","void" (the entry that struck it out,
 * or null),"row":{FIELD: VALUE}}. Ends at the limit. `f` NULL: no filter by field. */
enum err hub_ledger_each(struct hub *h, const struct form *f, const struct hub_ledger_query *q,
                         hub_row *row, void *arg);
/* Of each ledger that has rows: {"ledger","rows","struck","sites","last"}. */
enum err hub_ledger_list(struct hub *h, hub_row *row, void *arg);
/* Whether the sums of a field say something. */
bool hub_ledger_sums(const struct field *fd);

#endif
