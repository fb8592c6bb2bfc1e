/* Owns: the marks on texts of a table. Invariant: celltext_plain of what was marked is what was
 * there before. */
#include "kiosk/rules/celltext.h"

#include <string.h>

/* Also in full width: some spreadsheet programs of East Asia take them for the same. */
static bool begins_formula(const char *text)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};
    if (*text != 0 && strchr("=+-@\t\r\n", *text) != NULL)
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(text, wide[i], strlen(wide[i])) == 0)
            return true;
    return false;
}

/* Apostrophes before it are counted in: else one that a person typed would be lost on the way back.
 */
bool celltext_formula(const char *text)
{
    return begins_formula(text + strspn(text, "'"));
}

bool celltext_numeric(const char *text)
{
    return *text >= '0' && *text <= '9' && text[strspn(text, "0123456789.,-/:eE+% ")] == 0;
}

char *celltext_plain(char *text)
{
    size_t len = strlen(text);
    if (len > 0 && text[len - 1] == '\t') {
        text[len - 1] = 0;
        if (!celltext_numeric(text))
            text[len - 1] = '\t';
    }
    return *text == '\'' && celltext_formula(text) ? text + 1 : text;
}
