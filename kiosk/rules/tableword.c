/* Owns: the words of assets/table.json. Invariant: they are data, never a format of printf. */
#include "kiosk/rules/tableword.h"

#include "kiosk/base/asset.h"
#include "kiosk/base/js.h"

const char *tableword(const char *name, bool english)
{
    static json_t *words;
    if (words == NULL) {
        const struct asset *a = asset_find("table.json");
        if (a == NULL || js_parse(a->data, a->len, a->name, &words) != ERR_OK)
            return "";
    }
    const char *text = js_str(json_object_get(words, name), english ? "en" : "zh");
    return text != NULL ? text : "";
}

void tableword_put(struct buf *out, const char *name, bool english, const char *a, const char *b)
{
    for (const char *p = tableword(name, english); *p != 0; p++) {
        if (p[0] == '%' && (p[1] == '1' || p[1] == '2'))
            buf_text(out, *++p == '1' ? a : b);
        else
            buf_byte(out, (unsigned char)*p);
    }
}

static void add_about(struct buf *out, const char *word, bool english, const char *text)
{
    if (text == NULL || *text == 0)
        return;
    buf_text(out, out->len > 0 ? "    " : "");
    if (word != NULL)
        tableword_put(out, word, english, text, "");
    else
        buf_text(out, text);
}

void tableword_about(struct buf *out, const struct table_head *head)
{
    add_about(out, "place", head->english, head->place);
    add_about(out, "addressee", head->english, head->addressee);
    add_about(out, NULL, head->english, head->period);
}
