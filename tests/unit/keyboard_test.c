/* A scanner is a keyboard: it sends the keys of a US layout, and the host makes of them whatever
 * its own layout says. The digits of a slip and of an acknowledgement must come through; Base45 of
 * the same bytes would not. By libxkbcommon, as Linux desks do it. */
#include "tests/unit/unit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>

#include "kiosk/base/rnd.h"
#include "kiosk/print/slip.h"
#include "kiosk/rules/idno.h"

#define EVDEV 8 /* what X adds to a key's number */
#define SHIFT_KEY (42 + EVDEV)
#define CAPS_KEY (58 + EVDEV)

static const char *const layouts[] = {"us", "cn", "gb", "jp", "de", "it", "es", "ru", "tr"};

static struct xkb_context *context;

/* The key of a US keyboard for a sign, and whether Shift is held. */
static xkb_keycode_t us_key(char sign, bool *shift)
{
    static const struct {
        xkb_keycode_t first;
        const char *plain, *shifted;
    } rows[] = {{2, "1234567890-=", "!@#$%^&*()_+"},
                {16, "qwertyuiop[]", "QWERTYUIOP{}"},
                {30, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
                {44, "zxcvbnm,./", "ZXCVBNM<>?"},
                {57, " ", " "}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *plain = strchr(rows[i].plain, sign), *shifted = strchr(rows[i].shifted, sign);
        *shift = plain == NULL && shifted != NULL;
        if (plain != NULL || shifted != NULL)
            return rows[i].first + EVDEV +
                   (xkb_keycode_t)(plain != NULL ? plain - rows[i].plain
                                                 : shifted - rows[i].shifted);
    }
    fail_msg("no key for %c", sign);
    return 0;
}

/* What the host reads of `text`, typed by a scanner that is set to a US layout. */
static char *typed(const char *layout, bool caps, const char *text)
{
    struct buf out = BUF_INIT;
    struct xkb_rule_names names = {.rules = "evdev", .model = "pc105", .layout = layout};
    struct xkb_keymap *map =
        xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
    assert_non_null(map);
    struct xkb_state *state = xkb_state_new(map);
    if (caps) {
        xkb_state_update_key(state, CAPS_KEY, XKB_KEY_DOWN);
        xkb_state_update_key(state, CAPS_KEY, XKB_KEY_UP);
    }
    for (; *text != 0; text++) {
        char sign[16] = "";
        bool shift;
        xkb_keycode_t key = us_key(*text, &shift);
        if (shift)
            xkb_state_update_key(state, SHIFT_KEY, XKB_KEY_DOWN);
        xkb_state_key_get_utf8(state, key, sign, sizeof sign);
        buf_text(&out, sign);
        xkb_state_update_key(state, key, XKB_KEY_DOWN);
        xkb_state_update_key(state, key, XKB_KEY_UP);
        if (shift)
            xkb_state_update_key(state, SHIFT_KEY, XKB_KEY_UP);
    }
    xkb_state_unref(state);
    xkb_keymap_unref(map);
    return buf_take(&out);
}

static int setup(void **state)
{
    (void)state;
    context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
    return context != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    xkb_context_unref(context);
    return 0;
}

static void every_digit_comes_through_every_layout_with_caps_lock_and_without(void **state)
{
    (void)state;
    unsigned char bytes[SLIP_MAX_BYTES];
    struct buf digits = BUF_INIT, back = BUF_INIT;
    rnd_bytes(bytes, sizeof bytes);
    slip_digits(bytes, sizeof bytes, &digits);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        for (int caps = 0; caps < 2; caps++) {
            char *read = typed(layouts[i], caps != 0, buf_str(&digits));
            if (strcmp(read, buf_str(&digits)) != 0)
                fail_msg("%s, Caps Lock %d: %s", layouts[i], caps, read);
            buf_clear(&back);
            assert_ok(slip_from_digits(read, &back));
            assert_memory_equal(back.data, bytes, sizeof bytes);
            free(read);
        }
    buf_fini(&digits), buf_fini(&back);
}

static void a_case_number_comes_through_with_its_dashes_or_whatever_they_became(void **state)
{
    (void)state;
    char number[32], site6[7];
    long long epoch, seq;
    idno_case_number("310118101201", 1, 57, number);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        char plain[32] = "", *read = typed(layouts[i], false, number);
        for (const char *c = read; *c != 0; c++)
            if (isdigit((unsigned char)*c))
                strncat(plain, c, 1);
        assert_ok(idno_case_parse(plain, site6, &epoch, &seq));
        assert_int_equal(seq, 57);
        free(read);
    }
}

/* Why digits: the signs of Base45, the densest that a symbol's letters allow. */
static void base45_is_lost_on_some_of_the_same_layouts(void **state)
{
    (void)state;
    static const char signs[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    int lost = 0;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        char *read = typed(layouts[i], false, signs);
        lost += strcmp(read, signs) != 0;
        free(read);
    }
    assert_true(lost >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_digit_comes_through_every_layout_with_caps_lock_and_without),
        cmocka_unit_test(a_case_number_comes_through_with_its_dashes_or_whatever_they_became),
        cmocka_unit_test(base45_is_lost_on_some_of_the_same_layouts),
    };
    return cmocka_run_group_tests_name("keyboard", tests, setup, teardown);
}
