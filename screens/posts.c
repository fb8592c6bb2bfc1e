/* Owns the look at who is responsible for what, and the giving of posts by a leader: each post with
 * its holder and number to call, and the week of those that change by the day. */
#include <stdio.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/utf8.h"
#include "kiosk/desk/action.h"
#include "kiosk/desk/clerk.h"
#include "kiosk/desk/view.h"
#include "screens/ui.h"
#include "screens/widgets/list.h"

#define NAME_MAX_CHARS 40

enum { PAGE_POSTS, PAGE_WEEK };

struct posts {
    json_t *rows, *week;
    struct table table, days;
    /* being given */
    char post[48], day[CLOCK_TEXT], clerk[CLERK_NAME], name[NAME_MAX_CHARS * 4 + 1];
};

static const struct key_row post_keys[] = {
    {K_ENTER, N_("Enter"), N_("give"), N_("Give the post that is marked, or leave it vacant.")},
    {'d', "d", N_("leader of a day"), N_("The week: who leads on which day.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the home screen.")},
    {0, NULL, NULL, NULL},
};
static const struct key_row week_keys[] = {
    {K_ENTER, N_("Enter"), N_("give"), N_("Give the post for the day that is marked.")},
    {K_F1, "F1", N_("help"), N_("Keys and a short how-to.")},
    {K_ESC, "Esc", N_("back"), N_("Back to the posts.")},
    {0, NULL, NULL, NULL},
};
static const struct key_page pages[] = {
    {"", post_keys, false}, {N_("The week"), week_keys, false}, {NULL, NULL, false}};

static const struct column post_columns[] = {
    {N_("Post"), 26}, {N_("Held by"), 16}, {N_("To call"), 18}, {N_("Since"), 0}};
static const struct column week_columns[] = {
    {N_("Day"), 12}, {N_("Post"), 20}, {N_("Held by"), 16}, {N_("To call"), 0}};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = js_str(row, key);
    return text ? text : "";
}

/* Outside the site a number alone is enough. */
static const char *holder_of(const json_t *row)
{
    return js_bool(row, "vacant") ? _("VACANT") : text_of(row, "holder");
}

static const char *post_cell(void *with, size_t i, size_t c, char *out)
{
    const struct posts *p = with;
    const json_t *row = json_array_get(p->rows, i);
    switch (c) {
    case 0: return text_of(row, "title");
    case 1: return holder_of(row);
    case 2: return text_of(row, "phone");
    default: snprintf(out, 256, "%.10s", text_of(row, "since")); return out;
    }
}

static const char *week_cell(void *with, size_t i, size_t c, char *out)
{
    const struct posts *p = with;
    const json_t *row = json_array_get(p->week, i);
    (void)out;
    switch (c) {
    case 0: return text_of(row, "day");
    case 1: return text_of(row, "title");
    case 2: return holder_of(row);
    default: return text_of(row, "phone");
    }
}

static void read_rows(struct ui *ui, const char *view, json_t **rows, struct table *table)
{
    json_decref(*rows);
    *rows = NULL;
    enum err rc = view_list(ui->s, view, &VIEW_ALL, rows);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    list_count(&table->list, json_array_size(*rows));
}

static void load(struct ui *ui)
{
    struct posts *p = ui_state(ui);
    read_rows(ui, "posts", &p->rows, &p->table);
    read_rows(ui, "rota", &p->week, &p->days);
}

/* ---- giving ---- */

static void give(struct ui *ui, const char *phone)
{
    struct posts *p = ui_state(ui);
    json_t *out = NULL, *in = json_object();
    js_set_str(in, "post", p->post);
    js_set_str(in, "clerk", *p->clerk ? p->clerk : NULL);
    js_set_str(in, "name", *p->name ? p->name : NULL);
    js_set_str(in, "phone", phone && *phone ? phone : NULL);
    js_set_str(in, "day", *p->day ? p->day : NULL);
    enum err rc = action_run(ui->s, "post", in, &out);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    else if (*p->clerk || *p->name || (phone && *phone))
        ui_say(ui, "%s", _("Noted who is responsible."));
    else
        ui_say(ui, "%s", _("The post is vacant now."));
    json_decref(in);
    json_decref(out);
    ui_load(ui);
}

static void got_phone(void *with, const char *answer)
{
    if (answer)
        give(with, answer);
}

/* Who is typed by name and is a clerk here, is that clerk. */
static void got_name(void *with, const char *answer)
{
    struct ui *ui = with;
    struct posts *p = ui_state(ui);
    if (!answer)
        return;
    if (*answer && clerk_known(ui->s, answer) == ERR_OK)
        snprintf(p->clerk, sizeof p->clerk, "%s", answer);
    else
        snprintf(p->name, sizeof p->name, "%s", answer);
    ui_ask_text(ui, _("Telephone number:"), NAME_MAX_CHARS, got_phone);
}

static void got_clerk(void *with, const char *answer)
{
    struct ui *ui = with;
    struct posts *p = ui_state(ui);
    json_t *all = NULL;
    if (!answer)
        return;
    if (*answer == '0') {
        ui_ask_text(ui, _("Name:"), NAME_MAX_CHARS, got_name);
        return;
    }
    if (*answer == 'x') {
        give(ui, NULL);
        return;
    }
    if (clerk_list(ui->s, &all) == ERR_OK)
        snprintf(p->clerk, sizeof p->clerk, "%s",
                 text_of(json_array_get(all, (size_t)(*answer - '1')), "name"));
    json_decref(all);
    ui_ask_text(ui, _("Telephone number:"), NAME_MAX_CHARS, got_phone);
}

static void ask_clerk(struct ui *ui)
{
    char question[400], keys[16] = "0x";
    json_t *all = NULL, *one;
    size_t i, len;
    enum err rc = clerk_list(ui->s, &all);
    if (rc != ERR_OK)
        ui_error(ui, rc);
    snprintf(question, sizeof question, "%s", _("Who?  x vacant  0 somebody else"));
    json_array_foreach(all, i, one)
    {
        if (i >= 9)
            break;
        keys[i + 2] = (char)('1' + i);
        len = strlen(question);
        snprintf(question + len, sizeof question - len, "  %zu %s", i + 1, text_of(one, "name"));
    }
    utf8_trim(question);
    ui_ask_keys(ui, question, keys, got_clerk);
    json_decref(all);
}

static void begin(struct ui *ui, const json_t *row, const char *day)
{
    struct posts *p = ui_state(ui);
    if (!row)
        return;
    snprintf(p->post, sizeof p->post, "%s", text_of(row, "post"));
    snprintf(p->day, sizeof p->day, "%s", day);
    p->clerk[0] = p->name[0] = 0;
    if (!clerk_may(ui->s, "leader"))
        ui_error(ui, err_set(ERR_ROLE, NULL, "%s", "leader"));
    else if (js_bool(row, "outside"))
        ui_ask_text(ui, _("Who is to be called there? (may stay empty)"), NAME_MAX_CHARS, got_name);
    else
        ask_clerk(ui);
}

/* ---- the screen ---- */

static void open(struct ui *ui, const json_t *arg)
{
    struct posts *p = ui_state(ui);
    (void)arg;
    p->table = TABLE_OF(post_columns, post_cell, p);
    p->days = TABLE_OF(week_columns, week_cell, p);
}

static void draw(struct ui *ui, struct area body)
{
    struct posts *p = ui_state(ui);
    struct area inner = {body.row + 1, 1, body.rows - 1, body.cols - 2};
    table_draw(ui->places[ui->depth].page == PAGE_WEEK ? &p->days : &p->table, inner, true);
    if (ui->places[ui->depth].page == PAGE_WEEK)
        ui_hint(ui,
                _("A day that is given to nobody has who holds the post until further notice."));
}

static unsigned week_key(struct ui *ui, uint32_t k)
{
    struct posts *p = ui_state(ui);
    const json_t *row = json_array_get(p->week, p->days.list.cur);
    if (k == K_ESC)
        ui_page(ui, PAGE_POSTS);
    else if (k == K_ENTER)
        begin(ui, row, text_of(row, "day"));
    else
        return list_key(&p->days.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static unsigned key(struct ui *ui, uint32_t k)
{
    struct posts *p = ui_state(ui);
    if (ui->places[ui->depth].page == PAGE_WEEK)
        return week_key(ui, k);
    if (k == K_ESC)
        ui_home(ui);
    else if (k == 'd')
        ui_page(ui, PAGE_WEEK);
    else if (k == K_ENTER)
        begin(ui, json_array_get(p->rows, p->table.list.cur), "");
    else
        return list_key(&p->table.list, k) ? UI_HANDLED : UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct ui *ui)
{
    struct posts *p = ui_state(ui);
    json_decref(p->rows);
    json_decref(p->week);
    explicit_bzero(p->name, sizeof p->name);
}

const struct screen screen_posts = {
    .name = "posts",
    .letter = 'r',
    .title = N_("Who is responsible"),
    .about = N_("Each post of the policy in force: who holds it, whom to call, what is vacant."),
    .role = "gate",
    .pages = pages,
    .state = sizeof(struct posts),
    .open = open,
    .load = load,
    .draw = draw,
    .key = key,
    .close = leave,
};
