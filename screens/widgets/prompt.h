/* One question in one line: a text, a choice by one key, or yes and no. */
#ifndef SCREENS_WIDGETS_PROMPT_H
#define SCREENS_WIDGETS_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "screens/widgets/edit.h"

/* Gets the answer: the text typed, the key pressed as text ("y", "2"), or NULL when left by Esc. */
typedef void prompt_done(void *with, const char *answer);

struct prompt {
    bool open;
    char *question; /* owned */
    char keys[32];  /* answers of one key; "": a text */
    struct edit edit;
    prompt_done *done;
    void *with;
};

/* Asks for a text of at most `max` characters. */
void prompt_text(struct prompt *p, const char *question, int max, prompt_done *done, void *with);
/* The same, drawn as stars: a PIN. */
void prompt_secret(struct prompt *p, const char *question, int max, prompt_done *done, void *with);
/* Asks for one of `keys`: Enter, and so a scanner, never answers. */
void prompt_keys(struct prompt *p, const char *question, const char *keys, prompt_done *done,
                 void *with);
void prompt_close(struct prompt *p); /* without an answer */
/* Every key belongs to an open prompt. */
void prompt_key(struct prompt *p, uint32_t key);
void prompt_draw(struct prompt *p, int row, int width);

#endif
