/* A site: one folder, one database, its keys and what is in force.
 *
 * DIR/jiujin.db        the database (kiosk/store)
 * DIR/keys/machine.key 32 bytes that go into every PIN derivation (mode 0600)
 * DIR/keys/site.key    64 bytes, the site's Ed25519 secret key (mode 0600); never leaves
 * DIR/out/             slips and exports that the screens write */
#ifndef KIOSK_DESK_SITE_H
#define KIOSK_DESK_SITE_H

#include <jansson.h>

#include "kiosk/rules/catalogue.h"
#include "kiosk/rules/form.h"
#include "kiosk/rules/policy.h"
#include "kiosk/store/journal.h"

struct site {
    struct journal j;
    char dir[256];
    char name[128];
    char type[16]; /* district, branch, town, village */
    bool demo;     /* made with init --demo: everything in it is invented */
    /* What is in force, read on first use; use the functions below. */
    struct policy *policy;
    char *policy_key; /* which layers and adaptations it was joined of */
    struct catalogue *catalogue;
    struct form **forms;
    size_t n_forms;
    char *forms_key;         /* policy_key when the forms were read: its places are their choices */
    int64_t library_version; /* definitions were read at this data_version */
    /* Who proved a PIN at this desk for the next action alone (clerk_vouch). */
    struct {
        char name[CLERK_NAME], role[16];
        int64_t until; /* steady ms */
    } vouch;
};

struct site_new {
    const char *code; /* 12 digits (GB/T 2260 county + town + committee) */
    const char *name;
    const char *policy; /* a base pack's id; NULL: "ordinary" */
    const char *type;   /* district, branch, town, village (notice: R05); NULL: "village" */
    const char *admin;  /* the first clerk's name, NULL: "admin" */
    const char *pin;    /* the first clerk's PIN */
    bool demo;
};

/* Makes the folder, the database, keys, the first clerk (role admin) and the first entries.
 * ERR_SITE_EXISTS, ERR_FIELD_TYPE (code), ERR_NOT_FOUND (policy), ERR_PIN_WEAK, store's errors. The
 * new site is open and signed in: *out, site_close it. */
enum err site_make(const char *dir, const struct site_new *what, const char *terminal,
                   struct site **out);
/* Opens a site. Nobody is signed in. `terminal` names the desk in entries. */
enum err site_open(const char *dir, const char *terminal, struct site **out);
void site_close(struct site *s);
/* Makes the folder and the keys of a machine for a site that exists: it is open, closed for entries
 * (ERR_FETCHING) and empty until the hub has given it the site's records (desk/renew.h). Errors as
 * site_make's. */
enum err site_receive(const char *dir, const char *code, const char *terminal, struct site **out);
/* Closes it and takes the folder away again: the hub did not want it. */
void site_discard(struct site *s);
/* Reads the settings anew after they were changed. */
enum err site_settings(struct site *s);

/* True for district, branch, town, village: the four sorts of points of the notice (R05). */
bool site_type_known(const char *type);
/* The 12-digit code is there and its parts are digits. */
bool site_code_valid(const char *code);

/* The definitions in force now. The policy is the base pack joined with the overlays in force and
 * what the site adapted (kiosk/desk/overlay.h); a name is one of a base pack, or of several packs:
 * "ordinary+heat". Borrowed until the next call that sees a newer definition.
 * ERR_NOT_FOUND (unknown id), ERR_DEFINITION. site_form takes an id ("disinfection") or code
 * ("L03"). */
enum err site_policy(struct site *s, struct policy **out);
enum err site_policy_named(struct site *s, const char *id,
                           struct policy **out); /* policy_free it */
enum err site_catalogue(struct site *s, struct catalogue **out);
enum err site_form(struct site *s, const char *id, struct form **out);
/* Ledgers in force under the present policy, as an array of {"id","code","title"}; owned by caller.
 */
enum err site_ledgers(struct site *s, json_t **out);

/* Small settings of this terminal's database that are no part of the journal. site_get returns ""
 * when missing; the text is borrowed until the next call. */
const char *site_get(struct store *s, const char *key);
enum err site_set(struct store *s, const char *key, const char *value);

/* The site's signing key. ERR_IO. Wipe it after use. */
enum err site_sign_key(struct site *s, unsigned char sec[SIGN_SEC_BYTES],
                       unsigned char pub[SIGN_PUB_BYTES]);
/* The machine's key file. */
enum err site_machine_key(struct site *s, unsigned char key[KEY_BYTES]);

#endif
