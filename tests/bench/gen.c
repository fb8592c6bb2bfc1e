/* gen SEED N: N invented records of all kinds, a line each, as `jiujin add mixed` takes them. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/e2e/records.h"

int main(int argc, char **argv)
{
    struct records r;
    struct buf line = BUF_INIT;
    if (argc != 3)
        return fprintf(stderr, "gen SEED N\n") > 0 ? 2 : 2;
    records_start(&r, (uint32_t)strtoul(argv[1], NULL, 10));
    for (long n = strtol(argv[2], NULL, 10); n > 0; n--) {
        buf_clear(&line);
        records_next(&r, &line);
        fwrite(line.data, 1, line.len, stdout);
    }
    buf_fini(&line);
    return fflush(stdout) == 0 ? 0 : 1;
}
