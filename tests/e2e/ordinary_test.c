/* The ordinary pack: the same screens serve a normal day, and none says a word of an epidemic. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "tests/e2e/pin.h"
#include "tests/e2e/prog.h"
#include "tests/e2e/term.h"

#define WAIT 8000
#define KEYS_MAX 8

static char *dir;

static int setup(void **state)
{
    (void)state;
    dir = prog_folder();
    struct ran r = prog_run(NULL, prog_path("jiujin"), "--lang", "en", "--dir", dir, "init",
                            "--demo", "--policy", "ordinary");
    int bad = r.status;
    ran_free(&r);
    pin_quick(dir);
    return bad;
}

static int teardown(void **state)
{
    (void)state;
    prog_folder_remove(dir);
    return 0;
}

/* Ways through the screens from home. Not the rows of the stock: masks on a shelf are masks. */
static const char *const ways[][KEYS_MAX] = {
    {"1"},
    {"1", T_F6},
    {"1", T_F2},
    {"1", T_F1},
    {"1", T_F1, T_PAGE_DOWN},
    {"2"},
    {"2", T_F1},
    {"3"},
    {"3", T_ENTER},
    {"3", T_F1},
    {"4"},
    {"4", T_ENTER},
    {"4", T_ENTER, "n"},
    {"4", T_F1},
    {"5"},
    {"6"},
    {"6", "z"},
    {"6", "a"},
    {"6", "g"},
    {"6", T_F1},
    {"7"},
    {"7", T_ENTER},
    {"7", "o"},
    {"7", "s"},
    {"7", "s", "c"},
    {"7", "h"},
    {"7", T_F1},
    {"8"},
    {"8", "i"},
    {"8", "i", "n"},
    {"8", "i", T_F1},
    {"8", "s"},
    {"8", "s", T_F1},
    {"8", "r"},
    {"8", "r", "d"},
    {"8", "r", T_F1},
    {"8", "p"},
    {"8", "p", "r"},
    {"8", "p", "m"},
    {"8", "p", T_F1},
    {"8", "n"},
    {"8", "n", T_F1},
    {"9"},
    {"9", T_PAGE_DOWN},
    {"0"},
    {"0", T_F1},
};

/* 码 alone is any symbol that a telephone reads; cleaning with disinfectant is of every day. */
static const char *const words[] = {
    "健康码",      "随申码",     "场所码",   "核酸",        "体温",          "口罩",   "隔离",
    "疫",          "防控",       "哨兵",     "红码",        "黄码",          "阳性",   "发热",
    "health code", "venue code", "mask",     "test result", "negative test", "isolat", "epidemic",
    "temperature", "fever",      "sentinel", "quarantine",  "health_code",
};

static void says_no_word(struct term *t, const char *lang, size_t way)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (term_has(t, words[i]))
            fail_msg("way %zu in %s says %s:\n%s", way, lang, words[i], term_screen(t));
}

/* Who walks, in which language; `least`: so many ways lead somewhere, the role keeps from the
 * others. All walk side by side: most of a walk is waiting for screens. */
static struct walker {
    const char *lang, *clerk;
    size_t least, reached;
    struct term *t;
} walkers[] = {
    {.lang = "zh_CN",
     .clerk = "1",
     .least = 38}, /* the administrator may open what others may not */
    {.lang = "en", .clerk = "1", .least = 38},
    {.lang = "zh_CN", .clerk = "2", .least = 24},
    {.lang = "zh_CN", .clerk = "3", .least = 24},
};
#define EACH(w)                                                                                    \
    for (struct walker *w = walkers; w < walkers + sizeof walkers / sizeof *walkers; w++)

static bool at_home(struct term *t)
{
    return term_has(t, "Due now") || term_has(t, "当前待办");
}

static void sign_in(struct walker *w)
{
    const char *argv[] = {prog_path("jiujin"), "--dir", dir, "--lang", w->lang, NULL};
    const char *env[] = {"LC_ALL=C.UTF-8", NULL};
    w->t = term_start(&(struct term_how){.env = env}, argv);
    term_wait(w->t, strcmp(w->lang, "en") == 0 ? "Who are you?" : "请选择您的姓名", WAIT);
    says_no_word(w->t, w->lang, 999);
    term_type(w->t, w->clerk);
    term_wait(w->t, "Esc", WAIT);
    term_type(w->t, "1234\r");
    term_wait(w->t, "F10", WAIT);
    term_settle(w->t);
    says_no_word(w->t, w->lang, 998);
}

static void press(const char *key, size_t way)
{
    EACH(w) term_type(w->t, key);
    EACH(w)
    {
        term_settle(w->t);
        says_no_word(w->t, w->lang, way);
    }
}

static bool all_at_home(void)
{
    bool all = true;
    EACH(w) all &= at_home(w->t);
    return all;
}

/* A visitor refused must be given a channel; a draft may be thrown away. */
static void go_home(void)
{
    for (int i = 0; i < 8 && !all_at_home(); i++) {
        EACH(w) if (!at_home(w->t)) term_type(w->t, "\033");
        term_run(walkers[0].t, 80); /* an Esc alone is one only after a while */
        EACH(w) term_settle(w->t);
        EACH(w)
        {
            if (!term_has(w->t, "y/n"))
                continue;
            term_type(w->t, "y");
            term_settle(w->t);
        }
    }
    assert_true(all_at_home());
}

static void no_screen_of_an_ordinary_day_says_a_word_of_an_epidemic(void **state)
{
    (void)state;
    EACH(w) sign_in(w);
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        for (size_t k = 0; k < KEYS_MAX && ways[way][k]; k++)
            press(ways[way][k], way);
        EACH(w) w->reached += !at_home(w->t);
        go_home();
    }
    EACH(w)
    {
        assert_true(w->reached >= w->least);
        term_hang_up(w->t);
        term_wait_end(w->t, WAIT);
        term_free(w->t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_screen_of_an_ordinary_day_says_a_word_of_an_epidemic),
    };
    return cmocka_run_group_tests_name("ordinary", tests, setup, teardown);
}
