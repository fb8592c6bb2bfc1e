/* Owns: the table of a slip's packed fields. Bits follow each other, most significant first; the
 * last byte is filled with zeros. A row of the table is a field; the rows are in the order of the
 * bits, and a row's meaning never changes: a new layout is a new version in the slip's header.
 * Invariant: what slip_pack took, slip_unpack gives back to the same. */
#include "kiosk/print/slip_pack.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/print/qr.h"
#include "kiosk/rules/idno.h"

#define EPOCH_MS 1577836800000LL /* 2020-01-01T00:00Z: minutes count from here */
#define TEXT_MAX 31              /* bytes: 15 hanzi; names of other peoples are long */
#define ID_BITS 57               /* 17 digits */
#define REQUIRED 1
#define PHONE_BITS 40 /* 12 digits */

/* --- bits --------------------------------------------------------------------------------------
 */

struct bits {
    struct buf *out;           /* writing */
    const unsigned char *data; /* reading */
    size_t n, limit;           /* bits so far, bits there are */
};

static void put(struct bits *b, uint64_t v, int count)
{
    for (int i = count - 1; i >= 0; i--, b->n++) {
        if (b->n % 8 == 0)
            buf_byte(b->out, 0);
        if ((v >> i & 1) != 0)
            b->out->data[b->out->len - 1] |= (unsigned char)(0x80 >> (b->n % 8));
    }
}

/* Zeros behind the end; whoever reads checks b->n against b->limit once, at the end. */
static uint64_t get(struct bits *b, int count)
{
    uint64_t v = 0;
    for (int i = 0; i < count; i++, b->n++)
        v = v << 1 | (b->n < b->limit ? (unsigned)b->data[b->n / 8] >> (7 - b->n % 8) & 1u : 0u);
    return v;
}

/* --- field types -------------------------------------------------------------------------------
 */

struct row;
typedef enum err put_field(struct bits *b, const struct row *row, const json_t *value);
typedef enum err get_field(struct bits *b, const struct row *row, json_t **value);

struct row {
    const char *path; /* "seq", "person.name" */
    put_field *put;
    get_field *get;
    int bits; /* of a number; of a text: its most bytes; of a group: REQUIRED or 0 */
};

static enum err put_number(struct bits *b, const struct row *row, const json_t *value)
{
    json_int_t v = json_integer_value(value);
    if (!json_is_integer(value))
        return err_set(ERR_FIELD_TYPE, row->path, NULL);
    if (v < 0 || v >> row->bits != 0)
        return err_set(ERR_FIELD_RANGE, row->path, NULL);
    put(b, (uint64_t)v, row->bits);
    return ERR_OK;
}

static enum err get_number(struct bits *b, const struct row *row, json_t **value)
{
    *value = json_integer((json_int_t)get(b, row->bits));
    return ERR_OK;
}

static enum err put_minutes(struct bits *b, const struct row *row, const json_t *value)
{
    if (!json_is_integer(value))
        return err_set(ERR_FIELD_TYPE, row->path, NULL);
    json_t *minutes = json_integer((json_integer_value(value) - EPOCH_MS) / 60000);
    enum err rc = put_number(b, row, minutes);
    json_decref(minutes);
    return rc;
}

static enum err get_minutes(struct bits *b, const struct row *row, json_t **value)
{
    *value = json_integer((json_int_t)get(b, row->bits) * 60000 + EPOCH_MS);
    return ERR_OK;
}

static const char *const channels[] = {"online",      "remote", "courier", "proxy",
                                       "appointment", "nearby", "window",  NULL};
static const char *const states[] = {"missing",       "original_seen", "copy_kept",
                                     "original_kept", "returned",      NULL};

static enum err put_word(struct bits *b, const struct row *row, const json_t *value,
                         const char *const *words)
{
    const char *word = json_string_value(value);
    for (unsigned i = 0; word != NULL && words[i] != NULL; i++)
        if (strcmp(words[i], word) == 0) {
            put(b, i, 3);
            return ERR_OK;
        }
    return err_set(ERR_FIELD_CHOICE, row->path, NULL);
}

static enum err get_word(struct bits *b, json_t **value, const char *const *words)
{
    uint64_t want = get(b, 3), i = 0;
    while (i < want && words[i] != NULL)
        i++;
    *value = words[i] != NULL ? json_string(words[i]) : NULL;
    return *value != NULL ? ERR_OK : err_set(ERR_SLIP, NULL, NULL);
}

static enum err put_channel(struct bits *b, const struct row *row, const json_t *value)
{
    return put_word(b, row, value, channels);
}

static enum err get_channel(struct bits *b, const struct row *row, json_t **value)
{
    (void)row;
    return get_word(b, value, channels);
}

static enum err put_states(struct bits *b, const struct row *row, const json_t *value)
{
    size_t n = json_array_size(value);
    enum err rc = ERR_OK;
    if (!json_is_array(value))
        return err_set(ERR_FIELD_TYPE, row->path, NULL);
    if (n >> row->bits != 0)
        return err_set(ERR_SLIP_LONG, row->path, NULL);
    put(b, n, row->bits);
    for (size_t i = 0; i < n && rc == ERR_OK; i++)
        rc = put_word(b, row, json_array_get(value, i), states);
    return rc;
}

static enum err get_states(struct bits *b, const struct row *row, json_t **value)
{
    size_t n = (size_t)get(b, row->bits);
    enum err rc = ERR_OK;
    *value = json_array();
    for (size_t i = 0; i < n && rc == ERR_OK; i++) {
        json_t *word = NULL;
        rc = get_word(b, &word, states);
        json_array_append_new(*value, word);
    }
    return rc;
}

/* The check digit is not carried: it is made again (GB 11643). */
static enum err put_id_no(struct bits *b, const struct row *row, const json_t *value)
{
    char id[19];
    put(b, json_is_string(value), 1);
    if (!json_is_string(value))
        return ERR_OK;
    enum err rc = idno_check(json_string_value(value), id);
    if (rc != ERR_OK)
        return err_set(rc, row->path, NULL);
    id[17] = 0;
    put(b, strtoull(id, NULL, 10), ID_BITS);
    return ERR_OK;
}

static enum err get_id_no(struct bits *b, const struct row *row, json_t **value)
{
    (void)row;
    if (get(b, 1) == 0) {
        *value = json_null();
        return ERR_OK;
    }
    char *id = mem_printf("%017llu?", (unsigned long long)get(b, ID_BITS));
    bool good = strlen(id) == 18;
    if (good)
        id[17] = idno_digit(id);
    *value = good ? json_string(id) : NULL;
    free(id);
    return good ? ERR_OK : err_set(ERR_SLIP, NULL, NULL);
}

/* A phone: how many digits (4 bits, 0 none), where its dash stands (4 bits, 0 none), the number. */
static enum err put_phone(struct bits *b, const struct row *row, const json_t *value)
{
    const char *text = json_string_value(value), *dash = text != NULL ? strchr(text, '-') : NULL;
    char normal[24];
    uint64_t v = 0;
    size_t n = 0;
    if (text != NULL && idno_phone(text, normal) != ERR_OK)
        return err_set(ERR_PHONE, row->path, NULL);
    for (; text != NULL && *text != 0; text++) {
        if (text == dash)
            continue;
        if (*text < '0' || *text > '9' || ++n > 12)
            return err_set(ERR_PHONE, row->path, NULL);
        v = v * 10 + (uint64_t)(*text - '0');
    }
    put(b, n, 4);
    put(b, dash != NULL ? (uint64_t)(dash - json_string_value(value)) : 0, 4);
    put(b, v, PHONE_BITS);
    return ERR_OK;
}

static enum err get_phone(struct bits *b, const struct row *row, json_t **value)
{
    char text[24];
    int n = (int)get(b, 4), dash = (int)get(b, 4);
    unsigned long long v = get(b, PHONE_BITS);
    (void)row;
    char *digits = mem_printf("%0*llu", n > 0 ? n : 1, v);
    bool good = n <= 12 && dash < 12 && (dash == 0 || dash < n) && strlen(digits) <= 13;
    if (good)
        snprintf(text, sizeof text, "%.*s%s%s", dash, digits, dash > 0 ? "-" : "", digits + dash);
    *value = !good ? NULL : n > 0 ? json_string(text) : json_null();
    free(digits);
    return good ? ERR_OK : err_set(ERR_SLIP, NULL, NULL);
}

/* A text: its bytes in GB18030 (5 bits of length), two a hanzi. */
static enum err text_bytes(const struct row *row, const json_t *value, struct buf *gb)
{
    const char *text = json_string_value(value);
    if (text == NULL && value != NULL && !json_is_null(value))
        return ERR_FIELD_TYPE;
    enum err rc = text != NULL ? utf8_check(text, strlen(text)) : ERR_OK;
    if (rc == ERR_OK && text != NULL)
        rc = gb18030_from(text, gb);
    if (rc == ERR_OK && gb->len > (size_t)row->bits)
        rc = ERR_SLIP_LONG;
    return rc;
}

static enum err put_text(struct bits *b, const struct row *row, const json_t *value)
{
    struct buf gb = BUF_INIT;
    enum err rc = text_bytes(row, value, &gb);
    if (rc != ERR_OK)
        err_set(rc, row->path, NULL);
    else {
        put(b, gb.len, 5);
        for (size_t i = 0; i < gb.len; i++)
            put(b, gb.data[i], 8);
    }
    buf_wipe(&gb);
    return rc;
}

/* Who signed it may still be hostile: what comes out is fit for a screen. */
static enum err get_text(struct bits *b, const struct row *row, json_t **value)
{
    unsigned char gb[TEXT_MAX] = {0};
    struct buf text = BUF_INIT;
    size_t n = (size_t)get(b, 5);
    (void)row;
    for (size_t i = 0; i < n; i++)
        gb[i] = (unsigned char)get(b, 8);
    enum err rc = gb18030_to(gb, n, &text);
    if (rc == ERR_OK)
        rc = utf8_check(buf_str(&text), text.len);
    *value = rc != ERR_OK ? NULL : n > 0 ? json_string(buf_str(&text)) : json_null();
    buf_wipe(&text);
    return *value != NULL ? ERR_OK : err_set(ERR_SLIP, NULL, NULL);
}

/* A name: a text that must be there. */
static enum err put_name(struct bits *b, const struct row *row, const json_t *value)
{
    if (value == NULL || json_is_null(value) ||
        (json_is_string(value) && !json_string_length(value)))
        return err_set(ERR_FIELD_REQUIRED, row->path, NULL);
    return put_text(b, row, value);
}

/* Whether a group follows: when not, the rows below "agent." are left out. */
static enum err put_group(struct bits *b, const struct row *row, const json_t *value)
{
    if (value != NULL && !json_is_null(value) && !json_is_object(value))
        return err_set(ERR_FIELD_TYPE, row->path, NULL);
    if (row->bits != 0 && !json_is_object(value))
        return err_set(ERR_FIELD_REQUIRED, row->path, NULL);
    put(b, json_is_object(value), 1);
    return ERR_OK;
}

static enum err get_group(struct bits *b, const struct row *row, json_t **value)
{
    (void)row;
    *value = get(b, 1) != 0 ? json_object() : json_null();
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------
 */

static const struct row rows[] = {
    {"epoch", put_number, get_number, 8},          {"seq", put_number, get_number, 28},
    {"at", put_minutes, get_minutes, 26},          {"item", put_number, get_number, 12},
    {"channel", put_channel, get_channel, 3},      {"person", put_group, get_group, REQUIRED},
    {"person.name", put_name, get_text, TEXT_MAX}, {"person.id_no", put_id_no, get_id_no, 0},
    {"person.phone", put_phone, get_phone, 0},     {"agent", put_group, get_group, 0},
    {"agent.name", put_name, get_text, TEXT_MAX},  {"agent.id_no", put_id_no, get_id_no, 0},
    {"agent.phone", put_phone, get_phone, 0},      {"agent.relation", put_text, get_text, TEXT_MAX},
    {"papers", put_states, get_states, 5},
};
#define ROWS (sizeof rows / sizeof *rows)

/* The object that a row's member lies in, and the member's name; NULL: its group was left out. */
static json_t *home_of(json_t *what, const char *path, const char **member)
{
    char group[16];
    const char *dot = strchr(path, '.');
    *member = dot != NULL ? dot + 1 : path;
    if (dot == NULL)
        return what;
    memcpy(group, path, (size_t)(dot - path));
    group[dot - path] = 0;
    return js_get(what, group);
}

enum err slip_pack(const json_t *what, struct buf *out)
{
    struct bits b = {.out = out};
    const char *member;
    enum err rc = ERR_OK;
    for (size_t i = 0; i < ROWS && rc == ERR_OK; i++) {
        const json_t *home = home_of((json_t *)(uintptr_t)what, rows[i].path, &member);
        if (home != NULL)
            rc = rows[i].put(&b, &rows[i], json_object_get(home, member));
    }
    return rc;
}

enum err slip_unpack(const unsigned char *bytes, size_t len, json_t **what)
{
    struct bits b = {.data = bytes, .limit = len * 8};
    const char *member;
    enum err rc = ERR_OK;
    *what = json_object();
    for (size_t i = 0; i < ROWS && rc == ERR_OK; i++) {
        json_t *value = NULL, *home = home_of(*what, rows[i].path, &member);
        if (home == NULL)
            continue;
        rc = rows[i].get(&b, &rows[i], &value);
        json_object_set_new(home, member, value);
    }
    if (rc == ERR_OK && (b.n > b.limit || b.limit - b.n > 7))
        rc = err_set(ERR_SLIP, NULL, NULL);
    if (rc != ERR_OK) {
        json_decref(*what);
        *what = NULL;
    }
    return rc;
}
