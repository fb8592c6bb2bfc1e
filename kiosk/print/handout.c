/* Owns: the way from a case to its slip. Invariant: what the slip says is what the views say, and
 * the case's number stands on it in digits, for a scanner that is broken. */
#include "kiosk/print/handout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/link.h"
#include "kiosk/desk/view.h"
#include "kiosk/print/slip.h"

#define DOTS 6         /* per module: 57 modules and the quiet zone fill 384 dots */
#define PAPER_DOTS 384 /* 58 mm */

/* --- what it says --------------------------------------------------------------------------- */

static const char *state_of(const json_t *papers, const char *paper)
{
    size_t i;
    json_t *one;
    json_array_foreach(papers, i, one)
    {
        const char *id = js_str(one, "paper");
        if (id != NULL && paper != NULL && strcmp(id, paper) == 0)
            return js_str(one, "state");
    }
    return NULL;
}

static json_t *paper_states(const json_t *item, const json_t *found)
{
    json_t *out = json_array(), *paper;
    size_t i;
    json_array_foreach(js_get(item, "papers"), i, paper)
    {
        const char *state = state_of(js_get(found, "papers"), js_str(paper, "id"));
        json_array_append_new(out, json_string(state != NULL ? state : "missing"));
    }
    return out;
}

static enum err agent_of(struct site *s, const json_t *found, json_t **out)
{
    const json_t *agent = js_get(found, "agent");
    const char *id = agent != NULL ? js_str(agent, "person") : NULL;
    *out = NULL;
    if (id == NULL)
        return ERR_OK;
    enum err rc = view_person(s, id, out);
    if (rc == ERR_OK)
        js_set_str(*out, "relation", js_str(agent, "relation"));
    return rc;
}

static void place_of(const char *id, json_t *what)
{
    char *end;
    long long epoch = strtoll(id, &end, 10);
    js_set_int(what, "epoch", epoch);
    js_set_int(what, "seq", *end == '.' ? strtoll(end + 1, NULL, 10) : 0);
}

static enum err contents(struct site *s, const json_t *found, json_t **out)
{
    struct catalogue *catalogue = NULL;
    json_t *person = NULL, *agent = NULL;
    int64_t at = 0;
    const char *who = js_str(found, "person"), *when = js_str(found, "at");
    const char *code = js_str(found, "item");
    enum err rc = site_catalogue(s, &catalogue);
    const json_t *item = rc == ERR_OK && code != NULL ? catalogue_find(catalogue, code) : NULL;
    if (rc == ERR_OK &&
        (item == NULL || who == NULL || !clock_parse(when != NULL ? when : "", &at)))
        rc = err_set(ERR_NOT_FOUND, "item", "%s", code != NULL ? code : "");
    if (rc == ERR_OK)
        rc = view_person(s, who, &person);
    if (rc == ERR_OK)
        rc = agent_of(s, found, &agent);
    if (rc == ERR_OK) {
        *out = json_object();
        js_set_str(*out, "site", s->j.site);
        place_of(js_str(found, "id"), *out);
        js_set_int(*out, "at", at);
        js_set_int(*out, "item", js_int(item, "number", 0));
        js_set_str(*out, "channel", js_str(found, "channel"));
        json_object_set(*out, "person", person);
        json_object_set(*out, "agent", agent != NULL ? agent : json_null());
        json_object_set_new(*out, "papers", paper_states(item, found));
    }
    json_decref(person);
    json_decref(agent);
    return rc;
}

/* --- making it ------------------------------------------------------------------------------ */

static enum err seal(struct site *s, const json_t *what, struct buf *digits)
{
    struct link_state link;
    unsigned char sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES];
    struct buf bytes = BUF_INIT;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc == ERR_OK && !link.enrolled)
        rc = err_set(ERR_NOT_ENROLLED, NULL, NULL);
    if (rc == ERR_OK)
        rc = site_sign_key(s, sec, pub);
    if (rc == ERR_OK)
        rc = slip_make(what, sec, link.hub_box, &bytes);
    if (rc == ERR_OK)
        slip_digits(bytes.data, bytes.len, digits);
    secret_wipe(sec, sizeof sec);
    buf_fini(&bytes);
    return rc;
}

/* No name and no ID number: a lost slip tells its finder the case number and whose it is. */
static void lines(struct site *s, const json_t *found, struct handout *out)
{
    char when[CLOCK_TEXT];
    const char *item = js_str(found, "item_name");
    int n = 0;
    out->above[n++] = mem_strdup(s->name);
    out->above[n++] = mem_printf("%s %s", _("Slip"), clock_date(clock_now(), when));
    if (item != NULL)
        out->above[n++] = mem_strdup(item);
    out->below[0] = mem_printf("%s %s", _("Case number"), out->number);
    out->below[1] = mem_strdup(_("Found it? Please hand it in at any service desk."));
}

enum err handout_make(struct site *s, const char *which, struct handout *out)
{
    json_t *found = NULL, *what = NULL;
    *out = (struct handout){.digits = BUF_INIT};
    enum err rc = view_case(s, which, &found);
    if (rc == ERR_OK)
        rc = contents(s, found, &what);
    if (rc == ERR_OK)
        rc = seal(s, what, &out->digits);
    if (rc == ERR_OK)
        rc = qr_make(buf_str(&out->digits), QR_M, &out->qr);
    if (rc == ERR_OK) {
        snprintf(out->id, sizeof out->id, "%s", js_str(found, "id"));
        snprintf(out->number, sizeof out->number, "%s", js_str(found, "number"));
        lines(s, found, out);
    } else
        handout_fini(out);
    json_decref(found);
    json_decref(what);
    return rc;
}

void handout_fini(struct handout *h)
{
    for (int n = 0; n < HANDOUT_LINES; n++) {
        free(h->above[n]);
        free(h->below[n]);
    }
    buf_fini(&h->digits);
    qr_fini(&h->qr);
    *h = (struct handout){.digits = BUF_INIT};
}

/* --- putting it on something ---------------------------------------------------------------- */

static enum err put_png(const struct handout *h, struct buf *out)
{
    return qr_png(&h->qr, DOTS, out);
}

static enum err put_escpos(const struct handout *h, struct buf *out)
{
    struct sheet sheet = {(const char *const *)h->above, &h->qr, (const char *const *)h->below};
    return escpos_sheet(&sheet, PAPER_DOTS, out);
}

static void put_lines(char *const *all, struct buf *out)
{
    for (; *all != NULL; all++)
        buf_printf(out, "%s\n", *all);
}

static enum err put_text(const struct handout *h, struct buf *out)
{
    put_lines(h->above, out);
    qr_blocks(&h->qr, false, out);
    put_lines(h->below, out);
    return ERR_OK;
}

static enum err put_ascii(const struct handout *h, struct buf *out)
{
    put_lines(h->above, out);
    qr_blocks(&h->qr, true, out);
    put_lines(h->below, out);
    return ERR_OK;
}

static enum err put_screen(const struct handout *h, struct buf *out)
{
    qr_blocks(&h->qr, false, out);
    return ERR_OK;
}

static enum err put_digits(const struct handout *h, struct buf *out)
{
    buf_printf(out, "%s\n", buf_str(&h->digits));
    return ERR_OK;
}

const struct handout_target handout_targets[] = {
    {"png", put_png},       {"escpos", put_escpos}, {"text", put_text}, {"ascii", put_ascii},
    {"screen", put_screen}, {"digits", put_digits}, {NULL, NULL},
};

enum err handout_put(const struct handout *h, const char *to, struct buf *out)
{
    for (const struct handout_target *t = handout_targets; t->name != NULL; t++)
        if (strcmp(t->name, to) == 0)
            return t->render(h, out);
    return err_set(ERR_NOT_FOUND, to, NULL);
}

enum err handout_done(struct site *s, const struct handout *h, const char *to)
{
    char *what = mem_printf("slip:%s", h->id);
    json_t *in = json_pack("{s:s}", "to", to), *out = NULL;
    enum err rc = action_run(s, what, in, &out);
    json_decref(in);
    json_decref(out);
    free(what);
    return rc;
}
