/* Owns: the reading of CSV. Invariant: no more than one block and one row of the file is held, and
 * whatever the bytes are, they end in rows or in a reason with its line. */
#include "kiosk/desk/csv_in.h"

#include <csv.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/gb18030.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"

#define BLOCK 65536
#define UNREADABLE "\xef\xbf\xbd" /* U+FFFD */

struct reading {
    struct csv_file *file;
    csv_row_fn *row;
    void *to;
    enum err rc;
    long line, begins; /* the present one, and where its row begins */
    bool after_return; /* the last byte of a line's end was a CR */
    bool words;        /* the row has a cell that is not empty */
    struct buf text;   /* of the row's cells, each with its NUL */
    size_t starts[CSV_COLUMNS];
    char *cells[CSV_COLUMNS];
    size_t n;
    struct csv_parser parser;
    struct recoder *recoder;
    struct buf cut; /* a character that a block's end cut in two */
};

static const char *const names[] = {[CSV_UTF8] = "utf-8", [CSV_GB18030] = "gb18030"};

enum err csv_encoding_named(const char *name, enum csv_encoding *out)
{
    *out = CSV_DETECT;
    if (name == NULL)
        return ERR_OK;
    for (int i = CSV_UTF8; i <= CSV_GB18030; i++)
        if (strcmp(names[i], name) == 0)
            *out = (enum csv_encoding)i;
    return *out != CSV_DETECT ? ERR_OK : err_set(ERR_FIELD_CHOICE, "encoding", "utf-8, gb18030");
}

const char *csv_encoding_name(enum csv_encoding encoding)
{
    return encoding == CSV_DETECT ? "" : names[encoding];
}

static enum err fail(struct reading *r, long line, const char *why)
{
    return r->rc =
               err_set(ERR_CSV, r->file->path, _("line %ld, column %zu: %s"), line, r->n + 1, why);
}

/* --- rows ---------------------------------------------------------------------------------------
 */

static void take_cell(void *bytes, size_t len, void *arg)
{
    struct reading *r = arg;
    const char *text = bytes;
    if (r->rc != ERR_OK)
        return;
    if (r->n == CSV_COLUMNS) {
        fail(r, r->line, _("more than 200 columns"));
        return;
    }
    r->after_return = false;
    r->starts[r->n++] = r->text.len;
    for (size_t i = 0; i < len; i++) {
        r->line += text[i] == '\n' || (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n'));
        if (text[i] == 0) /* a text that goes on behind its end could not be checked */
            buf_text(&r->text, UNREADABLE);
        else
            buf_byte(&r->text, (unsigned char)text[i]);
    }
    buf_byte(&r->text, 0);
    r->words = r->words || len > 0;
}

static void take_line_end(int byte, void *arg)
{
    struct reading *r = arg;
    bool second = byte == '\n' && r->after_return && r->n == 0;
    if (r->rc != ERR_OK)
        return;
    for (size_t i = 0; i < r->n; i++)
        r->cells[i] = (char *)r->text.data + r->starts[i];
    struct csv_row row = {r->begins, r->n, r->cells};
    if (r->words)
        r->rc = r->row(r->to, &row);
    r->line += second ? 0 : 1;
    r->after_return = byte == '\r';
    r->begins = r->line;
    r->n = 0;
    r->words = false;
    buf_clear(&r->text);
}

static enum err parse(struct reading *r, const char *text, size_t len)
{
    size_t done = csv_parse(&r->parser, text, len, take_cell, take_line_end, r);
    if (r->rc == ERR_OK && done != len)
        return fail(r, r->line, _("a quote stands where none may stand"));
    if (r->rc == ERR_OK && r->parser.entry_pos > CSV_CELL_MAX)
        return fail(r, r->begins, _("a quote is not closed"));
    return r->rc;
}

/* --- bytes --------------------------------------------------------------------------------------
 */

/* What cannot be read becomes U+FFFD: whoever looks at the cell tells its line and column. */
static enum err decode(struct reading *r, const char *block, size_t len)
{
    struct buf out = BUF_INIT;
    size_t used = 0;
    buf_add(&r->cut, block, len);
    while (used < r->cut.len) {
        size_t some;
        const char *from = (const char *)r->cut.data + used;
        enum err rc = recoder_add(r->recoder, from, r->cut.len - used, &some, &out);
        used += some;
        if (rc == ERR_OK)
            break;
        buf_text(&out, UNREADABLE);
        used++;
    }
    buf_drop(&r->cut, used);
    parse(r, buf_str(&out), out.len);
    buf_wipe(&out);
    return r->rc;
}

static enum err take_block(struct reading *r, const char *block, size_t len)
{
    return r->recoder != NULL ? decode(r, block, len) : parse(r, block, len);
}

static enum err take_end(struct reading *r)
{
    if (r->rc == ERR_OK && r->cut.len > 0)
        parse(r, UNREADABLE, strlen(UNREADABLE));
    if (r->rc == ERR_OK && csv_fini(&r->parser, take_cell, take_line_end, r) != 0 &&
        r->rc == ERR_OK)
        return fail(r, r->begins, _("a quote is not closed"));
    if (r->rc == ERR_OK && r->n > 0)
        take_line_end(-1, r);
    return r->rc;
}

/* --- the file -----------------------------------------------------------------------------------
 */

/* What cannot be a CSV is named: people save the wrong kind. */
static enum err known_other(const struct csv_file *f, const unsigned char *p, ssize_t n)
{
    if (n >= 4 && memcmp(p, "PK\3\4", 4) == 0)
        return err_set(ERR_CSV, f->path, "%s", _("this is a workbook: save it as CSV first"));
    if (n >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
        return err_set(ERR_CSV, f->path, "%s",
                       _("this is UTF-16: save it as CSV in UTF-8 or GB18030"));
    return ERR_OK;
}

/* What the bytes speak for, counted block by block. */
struct guess {
    char block[BLOCK + 4];
    size_t kept;    /* of a character that the last block cut */
    long good, bad; /* characters of several bytes, and bytes that are none, as UTF-8 */
    bool marked;
};

static void weigh(struct guess *g, size_t len)
{
    size_t at = 0;
    uint32_t cp;
    while (at < len) {
        int step = utf8_next(g->block + at, len - at, &cp);
        if (step <= 0 && len - at < 4)
            break;
        g->good += step > 1;
        g->bad += step <= 0;
        at += step > 0 ? (size_t)step : 1;
    }
    g->kept = len - at;
    memmove(g->block, g->block + at, g->kept);
}

/* UTF-8 with its mark, or when hardly a byte speaks against it: one that was damaged is told by its
 * place, and does not make another language of the rest. Else GB18030. */
static enum err detect(struct csv_file *f, int fd)
{
    static struct guess g;
    ssize_t n;
    enum err rc = ERR_OK;
    g = (struct guess){.kept = 0};
    f->size = 0;
    while (rc == ERR_OK && (n = read(fd, g.block + g.kept, BLOCK)) > 0) {
        if (f->size == 0) {
            rc = known_other(f, (unsigned char *)g.block, n);
            g.marked = n >= 3 && memcmp(g.block, "\xef\xbb\xbf", 3) == 0;
        }
        f->size += n;
        weigh(&g, g.kept + (size_t)n);
    }
    g.bad += g.kept > 0;
    secret_wipe(g.block, sizeof g.block);
    if (f->encoding == CSV_DETECT)
        f->encoding = g.marked || g.bad * 10 <= g.good ? CSV_UTF8 : CSV_GB18030;
    return rc == ERR_OK && n < 0 ? file_errno(f->path) : rc;
}

static enum err read_all(struct reading *r, int fd)
{
    static char block[BLOCK];
    static const char mark[] = "\xef\xbb\xbf";
    struct secret_hash hash;
    unsigned char digest[HASH_BYTES];
    bool first = true;
    ssize_t n = 0;
    secret_hash_init(&hash);
    while (r->rc == ERR_OK && (n = read(fd, block, sizeof block)) > 0) {
        size_t skip = first && n >= 3 && memcmp(block, mark, 3) == 0 ? 3 : 0;
        secret_hash_add(&hash, block, (size_t)n);
        take_block(r, block + skip, (size_t)n - skip);
        first = false;
    }
    if (r->rc == ERR_OK && n < 0)
        r->rc = file_errno(r->file->path);
    take_end(r);
    secret_hash_end(&hash, digest);
    hex_encode(digest, HASH_BYTES, r->file->hash);
    secret_wipe(block, sizeof block);
    return r->rc;
}

static enum err read_rows(struct reading *r, int fd)
{
    if (lseek(fd, 0, SEEK_SET) != 0)
        return file_errno(r->file->path);
    enum err rc = ERR_OK;
    if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        return err_set(ERR_INTERNAL, "csv", NULL);
    if (r->file->encoding == CSV_GB18030)
        rc = recoder_new(false, &r->recoder);
    if (rc == ERR_OK)
        rc = read_all(r, fd);
    csv_free(&r->parser);
    recoder_free(r->recoder);
    return rc;
}

enum err csv_in_each(struct csv_file *file, csv_row_fn *row, void *to)
{
    struct reading r = {.file = file, .row = row, .to = to, .line = 1, .begins = 1};
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    enum err rc = fd >= 0 ? detect(file, fd) : file_errno(file->path);
    if (rc == ERR_OK)
        rc = read_rows(&r, fd);
    if (fd >= 0)
        close(fd);
    buf_wipe(&r.text);
    buf_wipe(&r.cut);
    return rc;
}
