/* Owns: what the command line writes. Invariant: no byte of a control sequence that came from
 * outside reaches a terminal through here, and no failed write goes unnoticed. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/cli/cli.h"

static int failed; /* errno of the first write that did not work */

void out_line(const char *text)
{
    errno = 0;
    if ((fputs(text, stdout) == EOF || putchar('\n') == EOF) && failed == 0)
        failed = errno != 0 ? errno : EIO;
}

void out_json(const json_t *value)
{
    char *text = js_dump(value);
    out_line(text);
    free(text);
}

__attribute__((format(printf, 2, 0))) static void clean_text(char clean[1024], const char *format,
                                                             va_list args)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    utf8_clean(text, clean);
}

void out_say(const char *format, ...)
{
    char clean[1024];
    va_list args;
    va_start(args, format);
    clean_text(clean, format, args);
    va_end(args);
    out_line(clean);
}

void out_note(const char *format, ...)
{
    char clean[1024];
    va_list args;
    va_start(args, format);
    clean_text(clean, format, args);
    va_end(args);
    fprintf(stderr, "jiujin: %s\n", clean);
}

bool out_unheard(void)
{
    return failed == EPIPE;
}

enum err out_end(void)
{
    errno = 0;
    if (fflush(stdout) != 0 && failed == 0)
        failed = errno != 0 ? errno : EIO;
    if (failed == 0)
        return ERR_OK;
    errno = failed;
    return file_errno(_("standard output"));
}

int out_reason(enum err rc)
{
    if (rc == ERR_OK)
        return 0;
    char text[1024];
    err_say(rc, text, sizeof text);
    out_note("%s", text);
    return err_status(rc);
}

json_t *out_refusal(enum err rc, long line)
{
    char text[1024], clean[sizeof text];
    err_say(rc, text, sizeof text);
    utf8_clean(text, clean);
    json_t *out = json_object();
    json_object_set_new(out, "ok", json_false());
    js_set_int(out, "line", line);
    js_set_str(out, "field", err_last() == rc && *err_field() != 0 ? err_field() : NULL);
    js_set_str(out, "error", err_word(rc));
    js_set_str(out, "message", clean);
    return out;
}

/* A device or a pipe is written as it is: renaming a file over it would take its place. */
static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static enum err write_stream(FILE *to, const char *path, const void *bytes, size_t len)
{
    errno = 0;
    bool ok = to != NULL && (len == 0 || fwrite(bytes, 1, len, to) == len) && fflush(to) == 0;
    return ok ? ERR_OK : file_errno(path);
}

enum err out_file(const char *path, const void *bytes, size_t len)
{
    if (strcmp(path, "-") == 0)
        return write_stream(stdout, _("standard output"), bytes, len);
    if (is_file(path))
        return file_write(path, bytes, len, 0600);
    FILE *device = fopen(path, "we");
    enum err rc = write_stream(device, path, bytes, len);
    if (device != NULL)
        fclose(device);
    return rc;
}

enum err cli_time(const char *name, const char *text, bool end, int64_t *at)
{
    *at = CLOCK_NONE;
    if (text == NULL)
        return ERR_OK;
    if (clock_parse_date(text, at)) {
        *at += end ? CLOCK_DAY_MS : 0;
        return ERR_OK;
    }
    return clock_parse(text, at) ? ERR_OK : err_set(ERR_DATE, name, NULL);
}
