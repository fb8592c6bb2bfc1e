/* Owns: the settings of a terminal's readers, and where their definitions are found.
 * Invariant: what is set names a device that can be read, and a way that the device has. */
#include "kiosk/desk/reader.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/define.h"

/* --- definitions -------------------------------------------------------------------------------
 */

enum err reader_device(struct site *s, const char *id, struct device **out)
{
    json_t *json = NULL;
    enum err rc = ERR_OK;
    *out = NULL;
    if (!def_is_name(id)) /* it becomes part of a path */
        return err_set(ERR_NOT_FOUND, "device", NULL);
    char *own = mem_printf("%s/devices/%s.json", s->dir, id);
    char *shipped = mem_printf("devices/%s.json", id);
    const struct asset *asset = asset_find(shipped);
    const char *name = access(own, F_OK) == 0 ? own : shipped;
    if (name == own)
        rc = js_load(own, &json);
    else if (asset != NULL)
        rc = js_parse(asset->data, asset->len, shipped, &json);
    else
        rc = err_set(ERR_NOT_FOUND, "device", "%s", id);
    if (rc == ERR_OK)
        rc = device_parse(json, name, out);
    json_decref(json);
    free(own);
    free(shipped);
    return rc;
}

static void add_id(json_t *ids, const char *file)
{
    char id[48];
    size_t i, len = strlen(file);
    json_t *one;
    if (len < 6 || len - 5 >= sizeof id || strcmp(file + len - 5, ".json") != 0)
        return;
    snprintf(id, sizeof id, "%.*s", (int)(len - 5), file);
    json_array_foreach(ids, i, one) if (strcmp(json_string_value(one), id) == 0) return;
    if (def_is_name(id))
        json_array_append_new(ids, json_string(id));
}

json_t *reader_devices(struct site *s)
{
    json_t *ids = json_array();
    const struct asset *a;
    const struct dirent *e;
    for (size_t i = 0; (a = asset_at("devices/", i)) != NULL; i++)
        add_id(ids, a->name + strlen("devices/"));
    char *folder = mem_printf("%s/devices", s->dir);
    DIR *own = opendir(folder);
    while (own != NULL && (e = readdir(own)) != NULL)
        add_id(ids, e->d_name);
    if (own != NULL)
        closedir(own);
    free(folder);
    return ids;
}

/* --- settings ----------------------------------------------------------------------------------
 */

static char *key_of(const struct site *s)
{
    return mem_printf("readers:%s", s->j.terminal);
}

static json_t *read_all(struct site *s)
{
    char *key = key_of(s);
    const char *text = site_get(s->j.store, key);
    json_t *all = NULL;
    if (*text == 0 || js_parse(text, strlen(text), key, &all) != ERR_OK || !json_is_object(all)) {
        json_decref(all);
        all = json_object();
    }
    free(key);
    return all;
}

static void fill(struct reader_row *row, const char *name, const json_t *one)
{
    const char *device = js_str(one, "device"), *way = js_str(one, "way");
    const char *address = js_str(one, "address");
    snprintf(row->name, sizeof row->name, "%s", name);
    snprintf(row->device, sizeof row->device, "%s", device != NULL ? device : "");
    snprintf(row->way, sizeof row->way, "%s", way != NULL ? way : "");
    snprintf(row->address, sizeof row->address, "%s", address != NULL ? address : "");
}

size_t reader_rows(struct site *s, struct reader_row *out)
{
    json_t *all = read_all(s), *one;
    const char *name;
    size_t n = 0;
    json_object_foreach(all, name, one)
    {
        if (n < READERS_MAX)
            fill(&out[n++], name, one);
    }
    json_decref(all);
    return n;
}

enum err reader_find(struct site *s, const char *name, struct reader_row *out)
{
    struct reader_row rows[READERS_MAX];
    size_t n = reader_rows(s, rows);
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0) {
            *out = rows[i];
            return ERR_OK;
        }
    return err_set(ERR_NOT_FOUND, "reader", "%s", s->j.terminal);
}

/* "serial:/dev/ttyUSB0" */
static enum err divide(const char *place, struct reader_row *row)
{
    const char *colon = strchr(place, ':');
    size_t way = colon != NULL ? (size_t)(colon - place) : 0;
    if (colon == NULL || way >= sizeof row->way || strlen(colon + 1) >= sizeof row->address)
        return err_set(ERR_FIELD_TYPE, place, "serial:/dev/ttyUSB0, tcp:192.0.2.1:7000");
    snprintf(row->way, sizeof row->way, "%.*s", (int)way, place);
    snprintf(row->address, sizeof row->address, "%s", colon + 1);
    bool serial = strcmp(row->way, "serial") == 0 && row->address[0] == '/';
    const char *port = strrchr(row->address, ':');
    bool tcp = strcmp(row->way, "tcp") == 0 && port != NULL && port != row->address && port[1] != 0;
    return serial || tcp
               ? ERR_OK
               : err_set(ERR_FIELD_TYPE, place, "serial:/dev/ttyUSB0, tcp:192.0.2.1:7000");
}

static enum err check_row(struct site *s, const char *place, struct reader_row *row)
{
    struct device *d = NULL;
    enum err rc = divide(place, row);
    if (rc == ERR_OK)
        rc = reader_device(s, row->device, &d);
    if (rc == ERR_OK && !device_has_way(d, row->way))
        rc = err_set(ERR_CONSTRAINT, row->way, "%s", row->device);
    device_free(d);
    return rc;
}

static enum err write_all(struct site *s, const json_t *all)
{
    char *key = key_of(s), *text = js_dump(all);
    enum err rc = site_set(s->j.store, key, text);
    free(text);
    free(key);
    return rc;
}

enum err reader_set(struct site *s, const char *name, const char *device, const char *place)
{
    struct reader_row row = {.name = ""};
    if (!def_is_id(name) || strlen(name) >= sizeof row.name)
        return err_set(ERR_FIELD_TYPE, name, NULL);
    json_t *all = read_all(s);
    enum err rc = ERR_OK;
    snprintf(row.device, sizeof row.device, "%s", device);
    json_object_del(all, name);
    if (strcmp(place, "none") != 0) {
        rc = check_row(s, place, &row);
        json_object_set_new(all, name,
                            json_pack("{s:s,s:s,s:s}", "device", row.device, "way", row.way,
                                      "address", row.address));
    }
    if (rc == ERR_OK && json_object_size(all) > READERS_MAX)
        rc = err_set(ERR_FIELD_RANGE, "reader", "%d", READERS_MAX);
    if (rc == ERR_OK)
        rc = write_all(s, all);
    json_decref(all);
    return rc;
}
