/* Owns: the commands for paper: slips that are read, acknowledgements that are given out.
 * Invariant: a line is a reading, as a scanner ends it with Enter, and has its own answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/print/centre.h"
#include "sync/hub/ack_out.h"
#include "sync/hub/command.h"
#include "sync/hub/slip_in.h"

#define OFFICER "jiujin-hub" /* who reads on the command line, unless --as names somebody */
#define LINE_MAX_BYTES 4096

static void print_line(json_t *line)
{
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

/* For people the last reason stands on standard error too, by main. */
static void print_refusal(enum err rc)
{
    char text[800];
    err_say(rc, text, sizeof text);
    print_line(json_pack("{s:b,s:s,s:s}", "ok", 0, "error", err_word(rc), "message", text));
}

enum err command_slip(struct hub *h, const struct command_line *line)
{
    char typed[LINE_MAX_BYTES];
    const char *officer = line->officer != NULL ? line->officer : OFFICER;
    int read = 0;
    enum err last = ERR_OK;
    while (fgets(typed, sizeof typed, stdin) != NULL) {
        json_t *what = NULL;
        typed[strcspn(typed, "\r\n")] = 0;
        if (*typed == 0)
            continue;
        enum err rc = hub_slip_scan(h, typed, officer, &what);
        read++;
        if (rc == ERR_OK)
            print_line(what);
        else
            print_refusal(last = rc);
    }
    if (read == 0)
        return err_set(ERR_FIELD_REQUIRED, "slip", "standard input");
    return last;
}

/* --- acknowledgements ------------------------------------------------------------------------- */

static enum err write_sheet(const struct command_line *line, const struct ack *a,
                            const char *digits)
{
    struct layout sheet = {.title = NULL};
    enum err rc = centre_ack(a, digits, &sheet);
    if (rc == ERR_OK)
        rc = command_paper(line, &sheet);
    layout_fini(&sheet);
    return rc;
}

enum err command_ack(struct hub *h, const struct command_line *line)
{
    struct ack a;
    struct buf digits = BUF_INIT;
    if (line->digits == NULL && line->png == NULL && line->pdf == NULL && line->escpos == NULL)
        return err_set(ERR_USAGE, "ack", "--digits, --png FILE, --pdf FILE, --escpos FILE");
    enum err rc = hub_ack(h, line->word[0], &a, &digits);
    if (rc == ERR_OK)
        rc = write_sheet(line, &a, buf_str(&digits));
    if (rc == ERR_OK && line->digits != NULL)
        printf("%s\n", buf_str(&digits));
    buf_fini(&digits);
    return rc;
}
