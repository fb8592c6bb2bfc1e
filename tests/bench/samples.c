/* samples SITE CLERK PIN OUT: what the dictionaries are trained on. Writes each entry's head to
 * OUT/heads and each sealed text to OUT/sealed, a file each. What is a person's own in a sealed
 * text (digits, and the characters of names and addresses) is exchanged by chance first, so that
 * the dictionary knows the form of such texts, not the few people that were invented for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/base/lang.h"
#include "kiosk/base/mem.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/site.h"

static const char *folder;
static struct site *site;

static void put(const char *what, int64_t seq, const void *bytes, size_t len)
{
    char *path =
        mem_printf("%s/%s/%s%lld", folder, what, strrchr(site->dir, '/') + 1, (long long)seq);
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
        exit(1);
    free(path);
}

static unsigned char digit(int below)
{
    return (unsigned char)('0' + rand() % below);
}

/* Digits by digits, characters of three bytes by others of the common ones (U+4E00 to U+7FFF). */
static void exchange_person(struct buf *text)
{
    for (size_t i = 0; i < text->len; i++) {
        unsigned char *p = text->data + i;
        if (*p >= '0' && *p <= '9')
            *p = digit(10);
        else if (*p >= 0xe4 && *p <= 0xe9 && i < 30) {
            p[0] = (unsigned char)(0xe4 + rand() % 4);
            p[1] = (unsigned char)(0xb8 + rand() % 8);
            p[2] = (unsigned char)(0x80 + rand() % 64);
            i += 2;
        }
    }
}

/* "2022-05-20T08:00:00": day and time, the year's last digit and the month's. */
static void exchange_times(struct buf *text)
{
    static const int at[] = {3, 6, 9, 12, 14, 15, 17, 18}, below[] = {10, 10, 10, 10, 6, 10, 6, 10};
    for (size_t i = 0; i + 19 < text->len; i++)
        if (text->data[i + 4] == '-' && text->data[i + 7] == '-' && text->data[i + 10] == 'T')
            for (size_t k = 0; k < sizeof at / sizeof *at; k++)
                text->data[i + (size_t)at[k]] = digit(below[k]);
}

static enum err take(void *arg, const struct journal_row *row)
{
    char place[96];
    struct entry e;
    json_t *head = NULL;
    struct buf text = BUF_INIT;
    (void)arg;
    put("heads", row->seq, row->head.data, row->head.len);
    enum err rc = row->sealed.len > 0 ? journal_parse(row, &e, &head) : ERR_OK;
    if (rc == ERR_OK && row->sealed.len > 0) {
        journal_place(site->j.site, false, row->epoch, row->seq, e.kind, place);
        rc = secret_open(site->j.data_key, place, row->sealed.data, row->sealed.len, &text);
        (strcmp(e.kind, "person") == 0 ? exchange_person : exchange_times)(&text);
        put("sealed", row->seq, text.data, text.len);
    }
    json_decref(head);
    buf_wipe(&text);
    return rc;
}

int main(int argc, char **argv)
{
    lang_init("en");
    if (argc != 5 || secret_init() != ERR_OK || site_open(argv[1], "bench", &site) != ERR_OK ||
        clerk_sign_in(site, argv[2], argv[3]) != ERR_OK)
        return fprintf(stderr, "samples SITE CLERK PIN OUT\n") > 0 ? 2 : 2;
    folder = argv[4];
    srand(1);
    return journal_each(site->j.store, site->j.epoch, 0, INT64_MAX, take, NULL) == ERR_OK ? 0 : 1;
}
