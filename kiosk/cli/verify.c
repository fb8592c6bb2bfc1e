/* Owns: the two commands that walk the whole journal. */
#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"

enum err verify_run(struct cli *c)
{
    int64_t n = 0;
    enum err rc = journal_verify(&c->site->j, &n);
    if (rc == ERR_OK)
        out_say(_("%lld entries: the chain, the numbering and the tables are right"), (long long)n);
    return rc;
}

enum err rebuild_run(struct cli *c)
{
    int64_t n = 0;
    enum err rc = journal_rebuild(&c->site->j, &n);
    if (rc == ERR_OK)
        out_say(_("%lld entries: the tables were made anew"), (long long)n);
    return rc;
}
