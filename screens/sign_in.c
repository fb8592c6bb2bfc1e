/* Owns who asks to sit down here: the clerk chosen and the PIN being typed, until it is checked. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/desk/clerk.h"
#include "screens/ui.h"
#include "screens/widgets/edit.h"
#include "screens/widgets/list.h"
#include "screens/words.h"

#define PIN_MAX 32
#define DEAF_MS 150 /* a scanner sends faster; a person does not type a name in that time */

enum { PAGE_WHO, PAGE_PIN };

struct sign_in {
    json_t *clerks; /* [{"name","role"}] */
    struct list list;
    struct edit pin;
    char name[CLERK_NAME];
    int64_t deaf_until; /* steady ms: what woke the idle screen may be a scan, which goes on */
};

static const struct key_row who_keys[] = {
    {'1', "1-9", N_("choose"), N_("Choose the clerk of that number.")},
    {K_ENTER, N_("Enter"), N_("take"), N_("Choose the clerk that is marked.")},
    {'i', "i", N_("for everybody"), N_("Notices and the way to do it online, for who waits.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_F10, "F10", N_("quit"), N_("Leave the program.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row pin_keys[] = {
    {K_ENTER, N_("Enter"), N_("sign in"), N_("Check the PIN.")},
    {K_ESC, "Esc", N_("other clerk"), N_("Back to the list of clerks.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", who_keys, false}, {N_("PIN"), pin_keys, false}, {NULL, NULL, false}};

static void choose(struct ui *ui, const char *name)
{
    struct sign_in *si = ui_state(ui);
    snprintf(si->name, sizeof si->name, "%s", name);
    edit_set(&si->pin, "");
    ui_page(ui, PAGE_PIN);
}

/* A fixed desk lists only those who may do its work; a weaker role is not shown. */
static bool fits(const struct ui *ui, const json_t *clerk)
{
    const char *role = js_str(clerk, "role");
    if (ui->o->user && strcmp(ui->o->user, js_str(clerk, "name")) != 0)
        return false;
    return !ui->o->role || !role || strcmp(role, ui->o->role) == 0 || strcmp(role, "admin") == 0 ||
           strcmp(role, "leader") == 0;
}

static void load(struct ui *ui)
{
    struct sign_in *si = ui_state(ui);
    json_t *all = NULL, *one;
    size_t i;
    if (clerk_list(ui->s, &all) != ERR_OK)
        return;
    json_decref(si->clerks);
    si->clerks = json_array();
    json_array_foreach(all, i, one) if (fits(ui, one)) json_array_append(si->clerks, one);
    json_decref(all);
    list_count(&si->list, json_array_size(si->clerks));
}

static void open(struct ui *ui, const json_t *arg)
{
    struct sign_in *si = ui_state(ui);
    if (js_bool(arg, "from_idle"))
        si->deaf_until = clock_mono() + DEAF_MS;
    edit_init(&si->pin, PIN_MAX);
    si->pin.secret = true;
    if (ui->o->user)
        choose(ui, ui->o->user);
    else if (ui->lock_clerk[0])
        choose(ui, ui->lock_clerk);
}

static void row(void *with, size_t i, struct area where)
{
    const json_t *one = json_array_get(with, i);
    char text[200];
    snprintf(text, sizeof text, "%c  %s", i < 9 ? (char)('1' + i) : ' ', js_str(one, "name"));
    paint_text(where.row, where.col, 30, PAINT_PLAIN, text);
    paint_text(where.row, where.col + 32, 20, PAINT_PLAIN, words_say("role", js_str(one, "role")));
}

static void draw(struct ui *ui, struct area body)
{
    struct sign_in *si = ui_state(ui);
    struct area list = {body.row + 3, 4, body.rows - 4, body.cols - 8};
    if (ui->places[ui->depth].page == PAGE_PIN) {
        paint_text(body.row + 1, 4, body.cols - 8, PAINT_PLAIN,
                   ui->lock_screen ? _("Locked while nobody typed; the form is kept.") : "");
        paint_text(body.row + 3, 4, 30, PAINT_PLAIN, _("Clerk"));
        paint_text(body.row + 3, 16, 40, PAINT_BOLD, si->name);
        paint_text(body.row + 5, 4, 10, PAINT_PLAIN, _("PIN"));
        edit_draw(&si->pin, body.row + 5, 16, PIN_MAX + 2, true);
        return;
    }
    paint_text(body.row + 1, 4, body.cols - 8, PAINT_PLAIN, _("Who are you?"));
    list_draw(&si->list, list, true, row, si->clerks);
}

static void check(struct ui *ui)
{
    struct sign_in *si = ui_state(ui);
    ui_wait(ui, _("Checking the PIN..."));
    enum err rc = clerk_sign_in(ui->s, si->name, si->pin.text);
    edit_set(&si->pin, "");
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else
        ui_signed_in(ui);
}

static unsigned pin_key(struct ui *ui, uint32_t key)
{
    struct sign_in *si = ui_state(ui);
    if (key == K_ENTER || key == K_SCAN) {
        check(ui);
        return UI_HANDLED;
    }
    if (key == K_ESC && !ui->o->user) {
        edit_set(&si->pin, "");
        ui_page(ui, PAGE_WHO);
        return UI_HANDLED;
    }
    return edit_key(&si->pin, key) ? UI_HANDLED : UI_IGNORED;
}

static void quit(void *with, const char *answer)
{
    struct ui *ui = with;
    ui->quit = answer && *answer == 'y';
}

static unsigned who_key(struct ui *ui, uint32_t key)
{
    struct sign_in *si = ui_state(ui);
    size_t at = key == K_ENTER ? si->list.cur : key >= '1' && key <= '9' ? key - '1' : SIZE_MAX;
    const json_t *one = json_array_get(si->clerks, at);
    if (key == 'i')
        ui_go(ui, "idle", NULL);
    if (one)
        choose(ui, js_str(one, "name"));
    return one || key == 'i' || list_key(&si->list, key) ? UI_HANDLED : UI_IGNORED;
}

/* A scan at the idle screen must not choose a clerk and try a PIN: its rest falls silent. */
static bool deaf(struct sign_in *si)
{
    int64_t now = clock_mono();
    if (now >= si->deaf_until)
        return false;
    si->deaf_until = now + DEAF_MS;
    return true;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    if (deaf(ui_state(ui)))
        return UI_HANDLED;
    if (k == K_F10) {
        ui_ask_keys(ui, _("Leave the program? y/n"), "yn", quit);
        return UI_HANDLED;
    }
    return ui->places[ui->depth].page == PAGE_PIN ? pin_key(ui, k) : who_key(ui, k);
}

static void leave(struct ui *ui)
{
    struct sign_in *si = ui_state(ui);
    json_decref(si->clerks);
    edit_fini(&si->pin);
}

const struct screen screen_sign_in = {
    .name = "sign_in",
    .title = N_("Sign in"),
    .about = N_("Choose your name, type your PIN. After five wrong PINs a clerk is locked for a "
                "while; an administrator can give a new PIN."),
    .pages = pages,
    .state = sizeof(struct sign_in),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
