/* Owns: the command that copies the store. Invariant: under FILE stands a whole copy or what was
 * there before. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/base/file.h"
#include "kiosk/base/lang.h"
#include "sync/hub/command.h"

enum err command_backup(struct hub *h, const struct command_line *line)
{
    struct stat st;
    const char *file = line->word[0], *store = hub_db_files(line->store);
    if (strcmp(store, file) == 0)
        return err_set(ERR_USAGE, file, NULL);
    enum err rc = hub_db_copy(h->db, file);
    if (rc == ERR_OK && stat(file, &st) != 0)
        rc = file_errno(file);
    if (rc != ERR_OK)
        return rc;
    printf("{\"ok\":true,\"bytes\":%lld}\n", (long long)st.st_size);
    fprintf(stderr,
            _("Keep the key file (%s.keys) too, apart from this copy: without it nobody's "
              "personal data can be opened.\n"),
            store);
    return ERR_OK;
}
