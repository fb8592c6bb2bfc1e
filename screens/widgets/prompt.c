/* Owns the open question. Invariant: it is closed before its answer is handed on, so that the
 * answer's function may ask the next one. */
#include "screens/widgets/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"
#include "screens/widgets/key.h"
#include "screens/widgets/paint.h"

static void ask(struct prompt *p, const char *question, prompt_done *done, void *with)
{
    prompt_close(p);
    p->open = true;
    p->question = mem_strdup(question);
    p->done = done;
    p->with = with;
}

void prompt_text(struct prompt *p, const char *question, int max, prompt_done *done, void *with)
{
    ask(p, question, done, with);
    edit_init(&p->edit, max);
}

void prompt_secret(struct prompt *p, const char *question, int max, prompt_done *done, void *with)
{
    prompt_text(p, question, max, done, with);
    p->edit.secret = true;
}

void prompt_keys(struct prompt *p, const char *question, const char *keys, prompt_done *done,
                 void *with)
{
    ask(p, question, done, with);
    memset(p->keys, 0, sizeof p->keys);
    strncpy(p->keys, keys, sizeof p->keys - 1);
}

void prompt_close(struct prompt *p)
{
    free(p->question);
    edit_fini(&p->edit);
    *p = (struct prompt){0};
}

static void answer(struct prompt *p, const char *text)
{
    char *copy = text ? mem_strdup(text) : NULL;
    prompt_done *done = p->done;
    void *with = p->with;
    prompt_close(p);
    done(with, copy);
    if (copy)
        explicit_bzero(copy, strlen(copy));
    free(copy);
}

void prompt_key(struct prompt *p, uint32_t key)
{
    if (key == K_ESC) {
        answer(p, NULL);
    } else if (p->keys[0]) {
        char text[2] = {(char)(key < 128 ? key : 0), 0};
        if (text[0] >= 'A' && text[0] <= 'Z')
            text[0] = (char)(text[0] + 32);
        if (text[0] && strchr(p->keys, text[0]))
            answer(p, text);
    } else if (key == K_ENTER || key == K_SCAN) {
        answer(p, p->edit.text);
    } else {
        edit_key(&p->edit, key);
    }
}

void prompt_draw(struct prompt *p, int row, int width)
{
    int col = 1 + paint_text(row, 0, width, PAINT_BOLD, p->question);
    if (p->keys[0])
        paint_cursor(row, col, true);
    else
        edit_draw(&p->edit, row, col, width - col > 8 ? width - col : 8, true);
}
