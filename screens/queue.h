/* What the parts of the queue's screen share. */
#ifndef SCREENS_QUEUE_H
#define SCREENS_QUEUE_H

#include "screens/ui.h"
#include "screens/widgets/list.h"
#include "screens/widgets/pager.h"

enum { QUEUE_LIST, QUEUE_GIVE, QUEUE_NUMBER, QUEUE_FAILED, QUEUE_ZONES, QUEUE_PAPER };

struct queue {
    struct ui *ui; /* for the table's cells */
    json_t *rows;  /* open numbers, in the order in which they are shown */
    json_t *services;
    int64_t stay; /* longest, in minutes */
    struct table table;
    char only[48]; /* calls are of this service; "": of all */
    char step[16]; /* being asked about */
    /* a number being given out */
    char visit[ENTRY_ID], person[ENTRY_ID], name[200], service[48];
    bool door;      /* came from there and goes back there */
    json_t *ticket; /* as given out last */
    struct pager zones;
};

/* A service's name in the present language. */
const char *queue_service(const struct queue *q, const char *id);
/* The service behind a digit; NULL: none. */
const char *queue_digit(const struct queue *q, uint32_t key);
/* "1 Window  2 Self-service", for a question; `keys` gets the digits. */
void queue_choices(const struct queue *q, char *out, size_t size, char keys[10]);

/* The open numbers of today, first who is called, then in the order of their turn (queue_rows.c).
 */
void queue_load_rows(struct ui *ui);
void queue_draw_rows(struct ui *ui, struct area body);

/* Numbers given out (queue_give.c). */
void queue_draw_give(struct ui *ui, struct area body);
void queue_draw_number(struct ui *ui, struct area body);
void queue_draw_paper(struct ui *ui, struct area body);
void queue_load_paper(struct ui *ui); /* goes on when it came out, or did not */
void queue_draw_failed(struct ui *ui, struct area body);
unsigned queue_give_key(struct ui *ui, uint32_t key);
unsigned queue_number_key(struct ui *ui, uint32_t key);
unsigned queue_failed_key(struct ui *ui, uint32_t key);

/* Who is where (queue_zones.c). */
void queue_load_zones(struct ui *ui);

#endif
