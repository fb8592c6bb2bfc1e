/* Owns: the reading of device definitions, and what a device's line means.
 * Invariant: whatever a reader sends, nothing leaves here but values that the definition names, of
 * text that was cleaned. */
#include "kiosk/rules/device.h"

#include <iconv.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/define.h"

#define LINES_MAX 32
#define MATCH_MAX 240    /* bytes of an expression */
#define REPEAT_MAX 200   /* of one {n,m} */
#define REPEATS_MAX 12   /* in one expression */
#define GROUPS_MAX 10    /* the whole line and nine groups */
#define HOURS_MAX 100000 /* a reader that says more is not believed */

struct line {
    regex_t match;
    const json_t *facts, *person; /* of the definition; may be NULL */
};

struct device {
    json_t *json; /* owns all borrowed strings */
    struct line *lines;
    size_t n_lines;
};

static const struct def_key device_keys[] = {
    {"schema", DEF_TEXT, true}, {"id", DEF_NAME, true},     {"version", DEF_INT, true},
    {"title", DEF_PAIR, true},  {"note", DEF_PAIR, false},  {"ways", DEF_IDS, true},
    {"baud", DEF_INT, false},   {"lines", DEF_ARRAY, true}, {"samples", DEF_ARRAY, false},
    {NULL, DEF_ANY, false}};
static const struct def_key line_keys[] = {{"match", DEF_TEXT, true},
                                           {"facts", DEF_OBJECT, false},
                                           {"person", DEF_OBJECT, false},
                                           {NULL, DEF_ANY, false}};
static const struct def_key value_keys[] = {{"value", DEF_ANY, false},
                                            {"group", DEF_INT, false},
                                            {"map", DEF_OBJECT, false},
                                            {"type", DEF_NAME, false},
                                            {NULL, DEF_ANY, false}};
static const struct def_key sample_keys[] = {{"line", DEF_TEXT, true},
                                             {"facts", DEF_OBJECT, false},
                                             {"person", DEF_OBJECT, false},
                                             {NULL, DEF_ANY, false}};

static const char *const way_words[] = {"serial", "tcp", "keyboard"};
static const char *const part_words[] = {"name", "id_no", "phone", "address"};

/* --- what stands in a group --------------------------------------------------------------------
 */

static json_t *text_of(const char *text)
{
    return json_string(text);
}

static json_t *number_of(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    return *end == 0 && end != text && value > -1e9 && value < 1e9 ? json_real(value) : NULL;
}

static json_t *iso_of(int64_t at)
{
    char iso[CLOCK_TEXT];
    return json_string(clock_iso(at, iso));
}

/* 202205201005, 2022-05-20 10:05 and the like, local; seconds are left out. */
static json_t *time_of(const char *text)
{
    char digits[16] = "", iso[CLOCK_TEXT];
    size_t n = 0;
    int64_t at;
    for (; *text != 0; text++) {
        if (*text >= '0' && *text <= '9' && n < 14)
            digits[n++] = *text;
        else if (strchr("-/: T.", *text) == NULL)
            return NULL;
    }
    if (n != 12 && n != 14)
        return NULL;
    snprintf(iso, sizeof iso, "%.4s-%.2s-%.2sT%.2s:%.2s:00+08:00", digits, digits + 4, digits + 6,
             digits + 8, digits + 10);
    return clock_parse(iso, &at) ? iso_of(at) : NULL;
}

static json_t *hours_of(const char *text)
{
    char *end;
    double hours = strtod(text, &end);
    if (*end != 0 || end == text || !(hours >= 0 && hours <= HOURS_MAX))
        return NULL;
    int64_t at = clock_now() - (int64_t)(hours * 3600000);
    return iso_of(at - at % 60000);
}

static const struct {
    const char *name;
    json_t *(*read)(const char *text);
} types[] = {{"text", text_of}, {"number", number_of}, {"time", time_of}, {"hours", hours_of}};
#define TYPES (sizeof types / sizeof types[0])

static size_t type_of(const char *name)
{
    for (size_t i = 0; name != NULL && i < TYPES; i++)
        if (strcmp(types[i].name, name) == 0)
            return i;
    return name == NULL ? 0 : TYPES;
}

/* --- reading a definition ----------------------------------------------------------------------
 */

static bool plain(const json_t *value)
{
    return json_is_string(value)
               ? utf8_check(json_string_value(value), json_string_length(value)) == ERR_OK
               : json_is_number(value) || json_is_boolean(value);
}

static enum err check_map(const json_t *map, const struct def_place *at)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)map, key,
                        value) if (*key == 0 ||
                                   !plain(value)) return def_fail(at, "map",
                                                                  "not a table of plain values");
    return ERR_OK;
}

static enum err check_value(const json_t *one, size_t groups, const struct def_place *at)
{
    const json_t *value = js_get(one, "value"), *map = js_get(one, "map");
    int64_t group = js_int(one, "group", -1);
    enum err rc = def_check(one, value_keys, at);
    if (rc != ERR_OK)
        return rc;
    if ((value != NULL) == (group >= 0))
        return def_fail(at, "group", "a value or a group, and not both");
    if (value != NULL)
        return plain(value) ? ERR_OK : def_fail(at, "value", "must be a text, a number or a bool");
    if (group < 1 || group > (int64_t)groups)
        return def_fail(at, "group", "the expression has %zu groups", groups);
    if (map != NULL && js_get(one, "type") != NULL)
        return def_fail(at, "type", "a table gives the values");
    if (type_of(js_str(one, "type")) == TYPES)
        return def_fail(at, "type", "must be text, number, time or hours");
    return map != NULL ? check_map(map, at) : ERR_OK;
}

static enum err check_values(const json_t *values, bool person, size_t groups,
                             const struct def_place *top)
{
    const char *key;
    json_t *one;
    struct def_place at = def_below(top, person ? "person" : "facts", -1);
    json_object_foreach((json_t *)(uintptr_t)values, key, one)
    {
        if (!def_is_name(key))
            return def_fail(&at, "?", "must be a name of a-z, 0-9 and _");
        if (person && def_word(part_words, 4, key) < 0)
            return def_fail(&at, key, "must be name, id_no, phone or address");
        struct def_place here = def_below(&at, key, -1);
        enum err rc = check_value(one, groups, &here);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

/* "{3}", "{3,9}" at `p`: NULL when it is one, and not too long. */
static const char *bad_repeat(const char *p)
{
    char *end;
    long most = strtol(p + 1, &end, 10);
    if (*end == ',')
        most = strtol(end + 1, &end, 10);
    return *end != '}' || most < 0 || most > REPEAT_MAX ? "repeats too often" : NULL;
}

/* What regcomp and regexec make of it stays small: no back references (they search for ever), no
 * long repeats, none of a group. */
static const char *bad_match(const char *match)
{
    const char *why = NULL;
    int repeats = 0;
    if (strlen(match) > MATCH_MAX)
        return "is too long";
    for (const char *p = match; *p != 0 && why == NULL; p++) {
        if (*p == '\\' && p[1] >= '1' && p[1] <= '9')
            why = "has a back reference";
        else if (*p == '\\' && p[1] != 0)
            p++;
        else if (*p == ')' && p[1] == '{')
            why = "repeats a group by number";
        else if (*p == '{')
            why = repeats++ < REPEATS_MAX ? bad_repeat(p) : "repeats too often";
    }
    if (why == NULL && (*match != '^' || match[strlen(match) - 1] != '$'))
        why = "must be for the whole line: ^...$";
    return why;
}

static enum err read_line(struct line *l, const json_t *in, const struct def_place *at)
{
    char words[160];
    enum err rc = def_check(in, line_keys, at);
    if (rc != ERR_OK)
        return rc;
    const char *match = js_str(in, "match"), *why = bad_match(match);
    if (why != NULL)
        return def_fail(at, "match", "%s", why);
    int status = regcomp(&l->match, match, REG_EXTENDED);
    if (status != 0) {
        regerror(status, &l->match, words, sizeof words);
        l->match.re_nsub = SIZE_MAX;
        return def_fail(at, "match", "%s", words);
    }
    l->facts = js_get(in, "facts");
    l->person = js_get(in, "person");
    if (l->match.re_nsub >= GROUPS_MAX)
        return def_fail(at, "match", "more than %d groups", GROUPS_MAX - 1);
    rc = check_values(l->facts, false, l->match.re_nsub, at);
    return rc == ERR_OK ? check_values(l->person, true, l->match.re_nsub, at) : rc;
}

static enum err read_lines(struct device *d, const struct def_place *top)
{
    const json_t *list = json_object_get(d->json, "lines");
    size_t n = json_array_size(list);
    if (n < 1 || n > LINES_MAX)
        return def_fail(top, "lines", "must be from 1 to %d", LINES_MAX);
    d->lines = mem_alloc(n * sizeof *d->lines);
    for (size_t i = 0; i < n; i++) {
        struct def_place at = def_below(top, "lines", (long)i);
        d->lines[i].match.re_nsub = SIZE_MAX; /* nothing to free yet */
        d->n_lines = i + 1;
        enum err rc = read_line(&d->lines[i], json_array_get(list, i), &at);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

static bool same_or_none(const json_t *want, const json_t *got)
{
    return json_object_size(want) == json_object_size(got) &&
           (json_object_size(want) == 0 || json_equal(want, got));
}

static enum err try_sample(const struct device *d, const json_t *sample, const struct def_place *at)
{
    json_t *out = NULL;
    const char *line = js_str(sample, "line");
    enum err rc = device_line(d, line, strlen(line), &out);
    bool same = rc == ERR_OK &&
                same_or_none(json_object_get(sample, "facts"), json_object_get(out, "facts")) &&
                same_or_none(json_object_get(sample, "person"), json_object_get(out, "person"));
    json_decref(out);
    return same ? ERR_OK : def_fail(at, "line", "does not mean what the sample says");
}

static enum err read_samples(const struct device *d, const struct def_place *top)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(d->json, "samples"), i, one)
    {
        struct def_place at = def_below(top, "samples", (long)i);
        enum err rc = def_check(one, sample_keys, &at);
        if (rc == ERR_OK)
            rc = try_sample(d, one, &at);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

static enum err check_head(const struct device *d, const struct def_place *top)
{
    size_t i;
    json_t *one;
    enum err rc = def_check(d->json, device_keys, top);
    if (rc != ERR_OK)
        return rc;
    if (strcmp(js_str(d->json, "schema"), "jiujin.device/1") != 0)
        return def_fail(top, "schema", "must be jiujin.device/1");
    if (js_int(d->json, "version", 0) < 1 || js_int(d->json, "version", 0) > 1000000)
        return def_fail(top, "version", "must be 1 or more");
    if (json_array_size(json_object_get(d->json, "ways")) == 0)
        return def_fail(top, "ways", "is empty");
    json_array_foreach(json_object_get(d->json, "ways"), i, one)
    {
        if (def_word(way_words, 3, json_string_value(one)) < 0)
            return def_fail(top, "ways", "must be serial, tcp or keyboard");
    }
    if (js_int(d->json, "baud", 9600) < 300 || js_int(d->json, "baud", 9600) > 115200)
        return def_fail(top, "baud", "must be from 300 to 115200");
    return ERR_OK;
}

enum err device_parse(const json_t *definition, const char *name, struct device **out)
{
    struct device *d = mem_alloc(sizeof *d);
    struct def_place top = {.name = name};
    *out = NULL;
    d->json = json_deep_copy(definition);
    enum err rc = check_head(d, &top);
    if (rc == ERR_OK)
        rc = read_lines(d, &top);
    if (rc == ERR_OK)
        rc = read_samples(d, &top);
    if (rc == ERR_OK)
        *out = d;
    else
        device_free(d);
    return rc;
}

void device_free(struct device *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->n_lines; i++)
        if (d->lines[i].match.re_nsub != SIZE_MAX)
            regfree(&d->lines[i].match);
    free(d->lines);
    json_decref(d->json);
    free(d);
}

const char *device_id(const struct device *d)
{
    return js_str(d->json, "id");
}

const char *device_title(const struct device *d)
{
    return lang_pick(json_object_get(d->json, "title"));
}

const json_t *device_json(const struct device *d)
{
    return d->json;
}

int device_baud(const struct device *d)
{
    return (int)js_int(d->json, "baud", 9600);
}

bool device_has_way(const struct device *d, const char *way)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(d->json, "ways"), i, one)
    {
        if (strcmp(json_string_value(one), way) == 0)
            return true;
    }
    return false;
}

/* --- a line ------------------------------------------------------------------------------------
 */

/* Turns bytes that are not UTF-8 into it, or refuses them whole. */
static bool from_gb18030(char *text, size_t len, size_t size)
{
    char copy[DEVICE_LINE];
    memcpy(copy, text, len);
    char *in = copy, *out = text;
    size_t left = len, room = size - 1;
    iconv_t cd = iconv_open("UTF-8", "GB18030");
    if (cd == (iconv_t)-1)
        return false;
    bool whole = iconv(cd, &in, &left, &out, &room) != (size_t)-1 && left == 0;
    *out = 0;
    iconv_close(cd);
    explicit_bzero(copy, sizeof copy);
    return whole && utf8_valid(text, strlen(text));
}

static enum err clean_line(const void *bytes, size_t len, char out[2 * DEVICE_LINE + 1])
{
    char text[2 * DEVICE_LINE + 1];
    size_t n = 0;
    if (len > DEVICE_LINE)
        return err_set(ERR_TOO_LONG, "line", "%d", DEVICE_LINE);
    for (size_t i = 0; i < len; i++)
        if (((const char *)bytes)[i] != 0)
            text[n++] = ((const char *)bytes)[i];
    text[n] = 0;
    bool good = utf8_valid(text, n) || from_gb18030(text, n, sizeof text);
    if (good)
        utf8_clean(text, out);
    explicit_bzero(text, sizeof text);
    return good ? ERR_OK : err_set(ERR_NOT_UTF8, "line", NULL);
}

/* NULL: unknown. */
static json_t *value_of(const json_t *one, const char *text, const regmatch_t *groups)
{
    char part[2 * DEVICE_LINE + 1];
    const json_t *value = js_get(one, "value"), *map = js_get(one, "map");
    if (value != NULL)
        return json_copy((json_t *)(uintptr_t)value);
    const regmatch_t *g = &groups[js_int(one, "group", 0)];
    if (g->rm_so < 0 || g->rm_so == g->rm_eo)
        return NULL;
    snprintf(part, sizeof part, "%.*s", (int)(g->rm_eo - g->rm_so), text + g->rm_so);
    json_t *out =
        map != NULL ? json_copy(js_get(map, part)) : types[type_of(js_str(one, "type"))].read(part);
    explicit_bzero(part, sizeof part);
    return out;
}

static json_t *values_of(const json_t *values, const char *text, const regmatch_t *groups)
{
    const char *key;
    json_t *one, *out = json_object();
    json_object_foreach((json_t *)(uintptr_t)values, key, one)
    {
        json_t *value = value_of(one, text, groups);
        if (value != NULL)
            json_object_set_new(out, key, value);
    }
    return out;
}

enum err device_line(const struct device *d, const void *bytes, size_t len, json_t **out)
{
    char text[2 * DEVICE_LINE + 1];
    regmatch_t groups[GROUPS_MAX];
    *out = NULL;
    enum err rc = clean_line(bytes, len, text);
    if (rc != ERR_OK)
        return rc;
    for (size_t i = 0; *out == NULL && i < d->n_lines; i++) {
        const struct line *l = &d->lines[i];
        if (regexec(&l->match, text, GROUPS_MAX, groups, 0) != 0)
            continue;
        *out = json_object();
        json_object_set_new(*out, "facts", values_of(l->facts, text, groups));
        json_object_set_new(*out, "person", values_of(l->person, text, groups));
    }
    explicit_bzero(text, sizeof text);
    return *out != NULL ? ERR_OK : err_set(ERR_NOT_FOUND, "line", NULL);
}
