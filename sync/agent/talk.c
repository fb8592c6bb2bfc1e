/* Owns: the conversation. Invariant: nothing is believed that the hub's key has not signed as the
 * answer to this very request. */
#include "sync/agent/talk.h"

#include "sync/agent/pin.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"

#define BUSY_MOST_S 600

enum err talk_init(struct talk *t, struct site *s, struct way *way)
{
    *t = (struct talk){.site = s, .way = way};
    enum err rc = link_read(s->j.store, s->j.site, &t->link);
    if (rc == ERR_OK && !t->link.enrolled)
        rc = err_set(ERR_NOT_ENROLLED, NULL, NULL);
    if (rc == ERR_OK)
        rc = pin_check_url(s->j.store, t->link.url);
    pin_use(way, &t->link);
    if (rc == ERR_OK)
        rc = site_sign_key(s, t->sec, t->pub);
    return rc;
}

void talk_fini(struct talk *t)
{
    secret_wipe(t->sec, sizeof t->sec);
}

enum err talk_error(const char *word)
{
    for (int i = ERR_OK + 1; i < ERR_COUNT && word != NULL; i++)
        if (strcmp(err_word((enum err)i), word) == 0)
            return (enum err)i;
    return ERR_HUB_REFUSED;
}

/* The hub's words are outside text: cleaned and cut before they are noted. */
static enum err note_refusal(const json_t *answer)
{
    char clean[256];
    const char *said = js_str(answer, "why");
    snprintf(clean, sizeof clean, "%s", said != NULL ? said : "");
    utf8_trim(clean);
    utf8_clean(clean, clean);
    return err_set(talk_error(js_str(answer, "error")), NULL, "%s", clean);
}

enum err talk_answer(const struct buf *came, long status,
                     const unsigned char hub_sign[SIGN_PUB_BYTES], const struct wire_request *asked,
                     json_t **answer)
{
    enum err rc = wire_answer_read(came->data, came->len, hub_sign, asked, answer);
    if (rc == ERR_HUB_ANSWER)
        return err_set(ERR_HUB_ANSWER, NULL, "HTTP %ld", status);
    if (rc == ERR_OK && js_str(*answer, "error") != NULL)
        return note_refusal(*answer);
    return rc;
}

/* The stream rests for as long as the hub asks, within reason; what must not wait is not part of
 * that. */
static void note_busy(struct talk *t, const struct talk_errand *errand, const json_t *answer)
{
    int64_t s = js_int(answer, "retry", 0);
    if (errand->lane == WAY_BULK && s > 0)
        t->way->busy_until = clock_mono() + (s < BUSY_MOST_S ? s : BUSY_MOST_S) * 1000;
}

enum err talk_carry(struct talk *t, const struct talk_errand *errand, struct buf *came)
{
    struct buf header = BUF_INIT;
    char *url = mem_printf("%s%s", t->link.url, errand->path);
    buf_text(&header, WIRE_HEADER ": ");
    wire_request_write(errand->asked, t->sec, &header);
    struct http_request what = {.url = url,
                                .header = buf_str(&header),
                                .body = errand->body,
                                .arg = errand->arg,
                                .lane = errand->lane,
                                .meanwhile = errand->meanwhile,
                                .meanwhile_arg = errand->meanwhile_arg,
                                .little = errand->little};
    enum err rc = way_ask(t->way, &what, came, &t->status);
    buf_fini(&header);
    free(url);
    return rc;
}

enum err talk_do(struct talk *t, const struct talk_errand *errand, json_t **answer)
{
    struct buf came = BUF_INIT;
    *answer = NULL;
    enum err rc = talk_carry(t, errand, &came);
    if (rc == ERR_OK)
        rc = talk_answer(&came, t->status, t->link.hub_sign, errand->asked, answer);
    if (rc == ERR_BUSY)
        note_busy(t, errand, *answer);
    buf_fini(&came);
    return rc;
}

enum err talk_ask(struct talk *t, const char *path, struct wire_request *asked, http_body *body,
                  void *arg, json_t **answer)
{
    struct talk_errand errand = {.path = path, .asked = asked, .body = body, .arg = arg};
    return talk_do(t, &errand, answer);
}
