/* Owns: a batch of uploads. Invariant: one counts as taken only by the hub's signed word that its
 * last entry is stored. */
#include "tests/bench/hub/batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "tests/bench/hub/load.h"

void batch_make(struct batch *b, struct invented *v, int sites, int64_t each, int64_t size,
                int frame)
{
    *b = (struct batch){.n = sites * each};
    b->upload = mem_alloc((size_t)b->n * sizeof *b->upload);
    for (int64_t i = 0; i < b->n; i++) {
        struct batch_upload *u = &b->upload[i];
        struct invented *from = &v[i % sites];
        invented_upload(from, size, frame, &u->asked, &u->bytes);
        u->last = from->seq;
    }
}

static enum load_next next_upload(void *arg, int line, struct load_job *job)
{
    struct batch *b = arg;
    int64_t i = b->next[line];
    if (i >= b->n)
        return LOAD_END;
    b->next[line] += BATCH_LINES;
    *job = (struct load_job){
        .bytes = b->upload[i].bytes.data, .len = b->upload[i].bytes.len, .tag = &b->upload[i]};
    return LOAD_JOB;
}

static void upload_done(void *arg, const struct load_job *job, const struct load_answer *a)
{
    struct batch *b = arg;
    const struct batch_upload *u = job->tag;
    json_t *told = NULL;
    bool good = a->status == 200 &&
                wire_answer_read(a->body, a->len, b->pub, &u->asked, &told) == ERR_OK &&
                js_int(told, "ack", 0) == u->last;
    if (!good && b->bad++ == 0)
        fprintf(stderr, "an upload was answered %d: %s\n", a->status,
                told != NULL && js_str(told, "why") != NULL ? js_str(told, "why") : "");
    json_decref(told);
}

int64_t batch_send(struct batch *b, int port, const unsigned char pub[SIGN_PUB_BYTES])
{
    struct load l = {.port = port,
                     .connections = BATCH_LINES,
                     .keep = true,
                     .next = next_upload,
                     .done = upload_done,
                     .arg = b};
    b->pub = pub;
    for (int i = 0; i < BATCH_LINES; i++)
        b->next[i] = i;
    int64_t start = load_now_us();
    load_run(&l);
    int64_t us = load_now_us() - start;
    batch_free(b);
    return us;
}

void batch_free(struct batch *b)
{
    for (int64_t i = 0; i < b->n; i++)
        buf_fini(&b->upload[i].bytes);
    free(b->upload);
    b->upload = NULL;
}
