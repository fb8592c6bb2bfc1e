/* Owns: which language the program speaks. Invariant: after lang_init the character set is UTF-8,
 * whatever the machine's locale is: a bare machine has only C, C.UTF-8 and POSIX. */
#include "kiosk/base/lang.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef JIUJIN_LOCALE_DIR
#define JIUJIN_LOCALE_DIR "/usr/local/share/locale"
#endif

static const char *chosen = "zh_CN";

static const char *from_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != 0)
            return strncmp(value, "en", 2) == 0 ? "en" : "zh_CN";
    }
    return "zh_CN";
}

static void bind_catalogue(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 16);
    char *slash = n > 0 ? (path[n] = 0, strrchr(path, '/')) : NULL;
    if (slash != NULL) {
        memcpy(slash, "/locale", sizeof "/locale");
        if (access(path, R_OK) == 0) {
            bindtextdomain("jiujin", path);
            return;
        }
    }
    bindtextdomain("jiujin", JIUJIN_LOCALE_DIR);
}

int lang_init(const char *want)
{
    if (want == NULL)
        want = from_environment();
    if (strcmp(want, "zh") == 0 || strcmp(want, "zh_CN") == 0)
        chosen = "zh_CN";
    else if (strcmp(want, "en") == 0)
        chosen = "en";
    else
        return -1;
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    setenv("LANGUAGE", chosen, 1);
    bind_catalogue();
    bind_textdomain_codeset("jiujin", "UTF-8");
    textdomain("jiujin");
    return 0;
}

const char *lang_name(void)
{
    return chosen;
}

const char *lang_pick(const json_t *pair)
{
    static const char *const order[2][2] = {{"zh", "en"}, {"en", "zh"}};
    if (json_is_string(pair))
        return json_string_value(pair);
    int english = strcmp(chosen, "en") == 0;
    for (int i = 0; i < 2; i++) {
        const char *text = json_string_value(json_object_get(pair, order[english][i]));
        if (text != NULL)
            return text;
    }
    return "";
}
