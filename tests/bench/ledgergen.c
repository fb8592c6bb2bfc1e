/* ledgergen DIR N: a site with N invented ledger rows over a year, to try and to measure by. */
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/lang.h"
#include "tests/bench/rows.h"

int main(int argc, char **argv)
{
    if (argc != 3)
        return fprintf(stderr, "ledgergen DIR N\n") > 0 ? 2 : 2;
    lang_init("zh_CN");
    if (secret_init() != ERR_OK)
        return 1;
    site_close(rows_site(argv[1], strtol(argv[2], NULL, 10)));
    return 0;
}
