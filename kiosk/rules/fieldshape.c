/* Owns: values with parts: persons, agents, lists of papers and of channels. Invariant: each part
 * is a field like any other (the same table of types checks it), and a part that no shape knows is
 * refused. */
#include "kiosk/rules/fieldtype.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/rules/define.h"
#include "kiosk/rules/idno.h"

#define LIST_MAX 60 /* rows of a list, facts of an object */
#define REF_MAX 31  /* an entry's id */

/* Screens have words of their own for these; here the ids are enough. */
static const struct choice states[] = {{"original_seen", "original_seen"},
                                       {"copy_kept", "copy_kept"},
                                       {"original_kept", "original_kept"},
                                       {"returned", "returned"},
                                       {"missing", "missing"}};
static const struct choice channels[] = {{"online", "online"},           {"remote", "remote"},
                                         {"courier", "courier"},         {"proxy", "proxy"},
                                         {"appointment", "appointment"}, {"nearby", "nearby"}};

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define END                                                                                        \
    {                                                                                              \
        .id = NULL                                                                                 \
    }

/* A person is known already, or is told. */
static const struct field ref_parts[] = {
    {.id = "ref", .type = FIELD_TEXT, .max = REF_MAX, .required = true}, END};
static const struct field person_parts[] = {{.id = "name", .type = FIELD_NAME, .required = true},
                                            {.id = "id_no", .type = FIELD_ID_NUMBER},
                                            {.id = "phone", .type = FIELD_PHONE},
                                            {.id = "address", .type = FIELD_TEXT, .max = 120},
                                            END};
static const struct field agent_parts[] = {
    {.id = "person", .type = FIELD_PERSON, .required = true},
    {.id = "relation", .type = FIELD_TEXT, .max = 40, .required = true},
    {.id = "scope", .type = FIELD_TEXT, .max = 80},
    {.id = "until", .type = FIELD_DATE},
    END};
static const struct field paper_parts[] = {{.id = "paper", .type = FIELD_ITEM, .required = true},
                                           {.id = "state",
                                            .type = FIELD_CHOICE,
                                            .choices = states,
                                            .n_choices = COUNT(states),
                                            .required = true},
                                           {.id = "until", .type = FIELD_DATE},
                                           END};
static const struct field skipped_parts[] = {
    {.id = "channel",
     .type = FIELD_CHOICE,
     .choices = channels,
     .n_choices = COUNT(channels),
     .required = true},
    {.id = "reason", .type = FIELD_TEXT, .max = 60, .required = true},
    END};

static const struct field *part_of(const struct field *parts, const char *key)
{
    for (; parts->id != NULL; parts++)
        if (strcmp(parts->id, key) == 0)
            return parts;
    return NULL;
}

/* Puts the place before the part's own: "person.id_no", "papers[2].state". */
static enum err at_part(enum err rc, const char *where, const char *part)
{
    char place[96];
    snprintf(place, sizeof place, "%.60s.%.30s", where, part);
    utf8_trim(place);
    return err_set(rc, place, "%s", err_detail());
}

static enum err check_part(const struct field *part, const json_t *in, const char *where,
                           json_t *into)
{
    json_t *value = NULL;
    enum err rc = ERR_OK;
    if (in != NULL && !json_is_null(in)) {
        rc = form_types[part->type].check(part, in, &value);
        if (rc != ERR_OK)
            return at_part(rc, where, err_field());
    }
    if (value == NULL)
        value = json_null();
    if (part->required && json_is_null(value)) {
        json_decref(value);
        err_set(ERR_FIELD_REQUIRED, NULL, NULL);
        return at_part(ERR_FIELD_REQUIRED, where, part->id);
    }
    json_object_set_new(into, part->id, value);
    return ERR_OK;
}

static enum err check_object(const struct field *parts, const json_t *in, const char *where,
                             json_t **out)
{
    const char *key;
    json_t *value, *made;
    if (!json_is_object(in))
        return err_set(ERR_FIELD_TYPE, where, NULL);
    json_object_foreach((json_t *)in, key, value) if (part_of(parts, key) == NULL)
    {
        err_set(ERR_FIELD_UNKNOWN, NULL, NULL);
        return at_part(ERR_FIELD_UNKNOWN, where, utf8_check(key, strlen(key)) ? "?" : key);
    }
    made = json_object();
    for (; parts->id != NULL; parts++) {
        enum err rc = check_part(parts, json_object_get(in, parts->id), where, made);
        if (rc != ERR_OK) {
            json_decref(made);
            return rc;
        }
    }
    *out = made;
    return ERR_OK;
}

static enum err check_list(const struct field *parts, const json_t *in, const struct field *fd,
                           json_t **out)
{
    char where[64];
    size_t i;
    json_t *one, *row, *made = json_array();
    enum err rc = json_is_array(in) ? ERR_OK : err_set(ERR_FIELD_TYPE, fd->id, NULL);
    if (rc == ERR_OK && json_array_size(in) > LIST_MAX)
        rc = err_set(ERR_TOO_LONG, fd->id, "%d", LIST_MAX);
    json_array_foreach(in, i, one)
    {
        snprintf(where, sizeof where, "%.40s[%zu]", fd->id, i);
        if (rc == ERR_OK && (rc = check_object(parts, one, where, &row)) == ERR_OK)
            json_array_append_new(made, row);
    }
    if (rc == ERR_OK)
        *out = json_incref(made);
    json_decref(made);
    return rc;
}

enum err shape_check_person(const struct field *fd, const json_t *in, json_t **out)
{
    bool known = js_get(in, "ref") != NULL;
    return check_object(known ? ref_parts : person_parts, in, fd->id, out);
}

enum err shape_check_agent(const struct field *fd, const json_t *in, json_t **out)
{
    return check_object(agent_parts, in, fd->id, out);
}

/* One paper stands in the list once: two states of it would contradict each other. */
enum err shape_check_papers(const struct field *fd, const json_t *in, json_t **out)
{
    json_t *list = NULL;
    enum err rc = check_list(paper_parts, in, fd, &list);
    for (size_t i = 0; rc == ERR_OK && i < json_array_size(list); i++)
        for (size_t k = 0; rc == ERR_OK && k < i; k++)
            if (strcmp(js_str(json_array_get(list, i), "paper"),
                       js_str(json_array_get(list, k), "paper")) == 0)
                rc = err_set(ERR_DUPLICATE, fd->id, NULL);
    if (rc == ERR_OK)
        *out = json_incref(list);
    json_decref(list);
    return rc;
}

enum err shape_check_skipped(const struct field *fd, const json_t *in, json_t **out)
{
    return check_list(skipped_parts, in, fd, out);
}

/* Only the outline: which facts there are, the policy in force knows. */
enum err shape_check_facts(const struct field *fd, const json_t *in, json_t **out)
{
    const char *key;
    json_t *value;
    if (!json_is_object(in) || json_object_size(in) > LIST_MAX)
        return err_set(ERR_FIELD_TYPE, fd->id, NULL);
    json_object_foreach((json_t *)in, key, value) if (!def_is_name(key))
    {
        err_set(ERR_FIELD_UNKNOWN, NULL, NULL);
        return at_part(ERR_FIELD_UNKNOWN, fd->id, "?");
    }
    *out = json_deep_copy(in);
    return ERR_OK;
}

enum err shape_read(const struct field *fd, const char *text, json_t **out)
{
    (void)text;
    *out = NULL;
    return err_set(ERR_FIELD_TYPE, fd->id, NULL);
}

char *shape_show_person(const struct field *fd, const json_t *value)
{
    char masked[19];
    const char *name = js_str(value, "name"), *id_no = js_str(value, "id_no");
    (void)fd;
    if (name == NULL)
        return mem_strdup(js_str(value, "ref") != NULL ? js_str(value, "ref") : "");
    return id_no == NULL ? mem_strdup(name) : mem_printf("%s %s", name, idno_masked(id_no, masked));
}

char *shape_show_agent(const struct field *fd, const json_t *value)
{
    const char *relation = js_str(value, "relation");
    char *person = shape_show_person(fd, json_object_get(value, "person"));
    char *text = mem_printf("%s (%s)", person, relation != NULL ? relation : "");
    free(person);
    return text;
}

char *shape_show_list(const struct field *fd, const json_t *value)
{
    (void)fd;
    size_t n = json_is_array(value) ? json_array_size(value) : json_object_size(value);
    return mem_printf("%zu", n);
}
