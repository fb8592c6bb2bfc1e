/* Owns: the reading of histories at the hub. Invariant: the bytes are those of table entry. */
#include "sync/hub/history.h"

enum err hub_history(struct hub *h, const char *site, int64_t epoch, int64_t seq,
                     struct wire_history *out)
{
    struct hub_rows rows;
    int64_t newest = 0;
    enum err rc = hub_ask(h->db, &rows,
                          "SELECT seq, head FROM entry WHERE site = ?1 AND epoch = ?2 AND"
                          " seq <= ?3 ORDER BY seq DESC",
                          "sii", site, epoch, seq);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        size_t len;
        const void *head = hub_blob(&rows, 1, &len);
        newest = newest != 0 ? newest : hub_int(&rows, 0);
        if (!wire_history_add(out, head, len)) {
            hub_done(&rows);
            break;
        }
    }
    if (rc != ERR_OK)
        return rc;
    wire_history_end(out, seq);
    return newest == seq ? ERR_OK : err_set(ERR_PREFIX, NULL, NULL);
}
