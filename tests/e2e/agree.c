/* Owns: the comparison of both sides. Invariant: it reads what each program prints and stores,
 * never what one says of the other. */
#include "tests/e2e/agree.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

#include "kiosk/base/js.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/view.h"

struct rows {
    json_t *hub;
    size_t i;
};

static enum err same_row(void *arg, const struct journal_row *row)
{
    struct rows *r = arg;
    char hash[2 * HASH_BYTES + 1];
    const json_t *there = json_array_get(r->hub, r->i++);
    hex_encode(row->hash, HASH_BYTES, hash);
    assert_int_equal(js_int(there, "epoch", 0), row->epoch);
    assert_int_equal(js_int(there, "seq", 0), row->seq);
    assert_string_equal(js_str(there, "hash"), hash);
    if (js_str(there, "refused") != NULL)
        fail_msg("entry %d was refused: %s", (int)row->seq, js_str(there, "refused"));
    return ERR_OK;
}

static void same_entries(const struct hubproc *hub, struct site *s)
{
    struct link_state l;
    struct rows r = {HUBPROC_LINES(hub, "show", "entries", "--site", s->j.site), 0};
    assert_ok(link_read(s->j.store, s->j.site, &l));
    assert_int_equal(l.acked, l.last);
    assert_int_equal(json_array_size(r.hub), l.last);
    assert_ok(journal_each(s->j.store, s->j.epoch, 0, INT64_MAX, same_row, &r));
    assert_int_equal(r.i, l.last);
    json_decref(r.hub);
}

/* Cases by id, so that the order of the two lists does not matter. */
static json_t *by_id(json_t *list)
{
    json_t *out = json_object(), *one;
    size_t i;
    json_array_foreach(list, i, one) json_object_set(out, js_str(one, "id"), one);
    json_decref(list);
    return out;
}

static void same_cases(const struct hubproc *hub, struct site *s)
{
    static const char *const keys[] = {"number", "item", "channel", "state", "missing", "person"};
    json_t *list = NULL, *one;
    const char *id;
    assert_ok(view_list(s, "cases", &VIEW_ALL, &list));
    json_t *here = by_id(list), *there = by_id(HUBPROC_LINES(hub, "show", "cases"));
    assert_int_equal(json_object_size(here), json_object_size(there));
    json_object_foreach(here, id, one) for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_true(json_equal(json_object_get(one, keys[i]),
                               json_object_get(json_object_get(there, id), keys[i])));
    json_decref(here);
    json_decref(there);
}

void agree_both(const struct hubproc *hub, struct site *s)
{
    same_entries(hub, s);
    same_cases(hub, s);
    free(HUBPROC(hub, "verify"));
}
