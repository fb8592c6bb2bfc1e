/* Owns: what stands on the poster of the venue code. Invariant: it says both languages, whatever
 * the clerk's is, and never passes off the site's own code as the city's. */
#include "kiosk/print/poster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/link.h"
#include "kiosk/print/documents.h"

#define STEPS_MAX 3
#define SYMBOL_MM 120
#define SETTING "venue_code"

/* --- the code ----------------------------------------------------------------------------------
 */

enum err poster_code(struct site *s, char code[POSTER_CODE_MAX + 1], bool *issued)
{
    struct link_state link;
    enum err rc = link_read(s->j.store, s->j.site, &link);
    if (rc != ERR_OK)
        return rc;
    const char *given = site_get(s->j.store, SETTING);
    size_t len = strlen(link.url);
    while (len > 0 && link.url[len - 1] == '/')
        len--;
    *issued = *given != 0;
    if (*issued)
        snprintf(code, POSTER_CODE_MAX + 1, "%s", given);
    else if (link.enrolled)
        snprintf(code, POSTER_CODE_MAX + 1, "%.*s/v/%s", (int)len, link.url, s->j.site);
    else
        snprintf(code, POSTER_CODE_MAX + 1, "jiujin:venue:%s", s->j.site);
    return ERR_OK;
}

enum err poster_set_code(struct site *s, const char *code)
{
    if (!s->j.unlocked || s->j.clerk[0] == 0)
        return err_set(ERR_SIGN_IN, NULL, NULL);
    if (!clerk_may(s, "leader"))
        return err_set(ERR_ROLE, NULL, "leader");
    if (strlen(code) > POSTER_CODE_MAX)
        return err_set(ERR_TOO_LONG, "--code", "%d", POSTER_CODE_MAX);
    enum err rc = utf8_check(code, strlen(code));
    if (rc == ERR_OK && strpbrk(code, "\t\n") != NULL)
        rc = ERR_CONTROL_CHARS;
    return rc == ERR_OK ? site_set(s->j.store, SETTING, code) : err_set(rc, "--code", NULL);
}

/* --- the page ----------------------------------------------------------------------------------
 */

static const struct {
    const char *zh, *en;
} own = {"本码由本服务点自编，不是市里核发的码。",
         "This code is the service point's own, not one that the city issued."};

static void pair(struct layout *l, unsigned zh, unsigned en, const json_t *words)
{
    if (js_str(words, "zh") != NULL)
        layout_line(l, LAYOUT_CENTRE | zh, "%s", js_str(words, "zh"));
    if (js_str(words, "en") != NULL)
        layout_line(l, LAYOUT_CENTRE | en, "%s", js_str(words, "en"));
}

static void steps(struct layout *l, const json_t *venue)
{
    size_t i;
    json_t *step;
    layout_gap(l, 5);
    layout_rule(l);
    layout_gap(l, 5);
    json_array_foreach(js_get(venue, "steps"), i, step)
    {
        if (i == STEPS_MAX)
            break;
        pair(l, LAYOUT_MEDIUM, LAYOUT_NORMAL, step);
        layout_gap(l, 3);
    }
}

enum err poster_layout(struct site *s, struct layout *out)
{
    struct policy *policy;
    bool issued;
    char code[POSTER_CODE_MAX + 1];
    enum err rc = site_policy(s, &policy);
    if (rc == ERR_OK)
        rc = poster_code(s, code, &issued);
    if (rc != ERR_OK)
        return rc;
    const json_t *venue = js_get(policy_json(policy), "venue"); /* NULL: the pack has no words */
    layout_title(out, s->name);
    pair(out, LAYOUT_HUGE, LAYOUT_MEDIUM, venue);
    layout_gap(out, 6);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_LARGE, "%s", s->name);
    rc = layout_qr(out, LAYOUT_CENTRE, SYMBOL_MM, code, QR_M);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_MEDIUM, "%s", s->j.site);
    steps(out, venue);
    if (!issued) {
        layout_line(out, LAYOUT_CENTRE | LAYOUT_SMALL, "%s", own.zh);
        layout_line(out, LAYOUT_CENTRE | LAYOUT_SMALL, "%s", own.en);
    }
    return rc;
}

enum err document_poster(struct site *s, const char *which, struct document *d)
{
    if (*which != 0)
        return err_set(ERR_NOT_FOUND, "poster", NULL);
    snprintf(d->name, sizeof d->name, "poster-");
    return poster_layout(s, &d->layout);
}
