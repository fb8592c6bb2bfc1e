/* Persons: entered once, named by id ever after. Unsealed ones are remembered in memory for the
 * session of the signed-in clerk. */
#ifndef KIOSK_DESK_PERSON_H
#define KIOSK_DESK_PERSON_H

#include "kiosk/desk/site.h"

/* One person unsealed. Borrowed: until the next call about a person, or desk_forget. */
struct person {
    char id[ENTRY_ID];
    char entry[ENTRY_ID]; /* where it was read: another one means that it was corrected */
    char *name, *id_no, *phone, *address; /* NULL: not known */
};

/* Overwrites and forgets every person held in memory: at sign-out, at lock, at close. */
void desk_forget(void);

/* The person of this id. ERR_NOT_FOUND (field "person"), ERR_SIGN_IN, ERR_SEAL. */
enum err person_find(struct site *s, const char *id, const struct person **out);
/* The id of the person with this ID number. ERR_ID_*, ERR_SIGN_IN, ERR_NOT_FOUND. */
enum err person_by_id_no(struct site *s, const char *id_no, char id[ENTRY_ID]);
/* The keyed tag of an ID number, in hex (2 * TAG_BYTES + 1 bytes). ERR_ID_*, ERR_SIGN_IN. */
enum err person_tag(struct site *s, const char *id_no, char *out);
/* The person that `in` means, as a form's check gives it: {"ref":ID} or the data of one. A known ID
 * number gives the known person, corrected by a further entry where a given value differs; else the
 * person is entered. Inside the caller's transaction. ERR_SIGN_IN, ERR_NOT_FOUND. */
enum err person_put(struct site *s, const json_t *in, char id[ENTRY_ID]);
/* The whole data as JSON (owned by the caller): {"id","name","id_no","phone","address"}. */
json_t *person_json(const struct person *p, bool masked);
/* Puts "person", "name" and the masked "id_no" of a person into a row; null for whom nobody may see
 * or nobody knows. `id` NULL: nobody was named. */
enum err person_into(struct site *s, json_t *row, const char *id);

#endif
