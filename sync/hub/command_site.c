/* Owns: the commands that look after villages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "kiosk/print/centre.h"
#include "kiosk/print/qr.h"
#include "sync/hub/command.h"
#include "sync/hub/day.h"
#include "sync/hub/site.h"
#include "sync/hub/view.h"

#define VALID_MAX_DAYS 90

static enum err valid_ms(const char *days, int64_t *out)
{
    char *end;
    *out = HUB_CODE_VALID_MS;
    if (days == NULL)
        return ERR_OK;
    double n = strtod(days, &end);
    if (*end != 0 || end == days || !(n >= 0) || n > VALID_MAX_DAYS)
        return err_set(ERR_FIELD_RANGE, "--valid", "0-%d", VALID_MAX_DAYS);
    *out = (int64_t)(n * (double)CLOCK_DAY_MS);
    return ERR_OK;
}

static void show_qr(const char *code)
{
    struct qr q;
    struct buf picture = BUF_INIT;
    if (!isatty(STDOUT_FILENO) || qr_make(code, QR_M, &q) != ERR_OK)
        return;
    qr_blocks(&q, false, &picture);
    fputs(buf_str(&picture), stdout);
    buf_fini(&picture);
    qr_fini(&q);
}

static enum err write_sheet(const struct command_line *line, const char *code, int64_t until)
{
    struct layout sheet = {.title = NULL};
    enum err rc = centre_enrolment(line->word[1], line->word[2], code, until, &sheet);
    if (rc == ERR_OK)
        rc = command_paper(line, &sheet);
    layout_fini(&sheet);
    return rc;
}

/* The code alone on standard output, for scripts; the words beside it. */
static void say_code(const char *code)
{
    printf("%s\n", code);
    show_qr(code);
}

static enum err site_add(struct hub *h, const struct command_line *line)
{
    int64_t valid;
    char code[WIRE_CODE_TEXT], until[CLOCK_TEXT];
    enum err rc = line->words == 3 ? valid_ms(line->valid, &valid)
                                   : err_set(ERR_USAGE, "site add", "CODE12 NAME");
    if (rc == ERR_OK)
        rc = hub_site_add(h, line->word[1], line->word[2], valid, code);
    if (rc != ERR_OK)
        return rc;
    say_code(code);
    fprintf(stderr, _("Good once, until %s. At the village: jiujin enrol URL CODE\n"),
            clock_short(clock_now() + valid, until));
    rc = write_sheet(line, code, clock_now() + valid);
    secret_wipe(code, sizeof code);
    return rc;
}

/* For a new machine, or for one that must enrol anew. */
static enum err site_code(struct hub *h, const struct command_line *line)
{
    int64_t valid;
    char code[WIRE_CODE_TEXT], until[CLOCK_TEXT];
    enum err rc = line->words == 2 ? valid_ms(line->valid, &valid)
                                   : err_set(ERR_USAGE, "site code", "CODE12");
    if (rc == ERR_OK)
        rc = hub_site_code(h, line->word[1], valid, code);
    if (rc != ERR_OK)
        return rc;
    say_code(code);
    fprintf(stderr,
            _("Good once, until %s, and opens all records of this site. On a new machine: "
              "jiujin enrol URL CODE --site CODE12; on one that must enrol anew: jiujin enrol "
              "URL CODE\n"),
            clock_short(clock_now() + valid, until));
    secret_wipe(code, sizeof code);
    return ERR_OK;
}

static enum err site_place(struct hub *h, const struct command_line *line)
{
    int64_t lat, lon;
    enum err rc = hub_place_read(line->word[2], &lat, &lon);
    return rc == ERR_OK ? hub_site_place(h, line->word[1], lat, lon) : rc;
}

static enum err print_row(void *arg, const json_t *row)
{
    (void)arg;
    json_dumpf(row, stdout, JSON_COMPACT);
    return putchar('\n') == EOF ? err_set(ERR_IO, "stdout", NULL) : ERR_OK;
}

enum err command_site(struct hub *h, const struct command_line *line)
{
    struct hub_query q = {.site = NULL};
    if (strcmp(line->word[0], "add") == 0)
        return site_add(h, line);
    if (strcmp(line->word[0], "code") == 0)
        return site_code(h, line);
    if (strcmp(line->word[0], "list") == 0)
        return hub_view(h, "sites", &q, print_row, NULL);
    if (strcmp(line->word[0], "revoke") == 0 && line->words == 2)
        return hub_site_revoke(h, line->word[1]);
    if (strcmp(line->word[0], "place") == 0 && line->words == 3)
        return site_place(h, line);
    return err_set(ERR_USAGE, line->word[0], "add, code, list, place, revoke");
}

enum err command_show(struct hub *h, const struct command_line *line)
{
    struct hub_query q = {.site = line->site, .state = line->state};
    return hub_view(h, line->word[0], &q, print_row, NULL);
}
