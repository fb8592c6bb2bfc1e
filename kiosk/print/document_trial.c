/* Owns: the page that a printer is tried with. Invariant: whoever looks at it sees what is set
 * wrong: Chinese that is not Chinese is the code, a ruler that breaks is the width, a symbol that
 * no phone reads is the head. */
#include <stdio.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "kiosk/print/documents.h"

#define RULER_COLUMNS 48 /* of the widest paper; on the narrow one it breaks behind 32 */

static void ruler(struct layout *l)
{
    char tens[RULER_COLUMNS + 1], ones[RULER_COLUMNS + 1];
    for (int i = 0; i < RULER_COLUMNS; i++) {
        ones[i] = (char)('0' + (i + 1) % 10);
        tens[i] = (char)((i + 1) % 10 == 0 ? '0' + (i + 1) / 10 : '-');
    }
    ones[RULER_COLUMNS] = tens[RULER_COLUMNS] = 0;
    layout_line(l, LAYOUT_NORMAL, "%s", tens);
    layout_line(l, LAYOUT_NORMAL, "%s", ones);
}

enum err document_test(struct site *s, const char *which, struct document *d)
{
    char day[CLOCK_TEXT], at[CLOCK_TEXT];
    struct layout *l = &d->layout;
    int64_t now = clock_now();
    if (*which != 0)
        return err_set(ERR_NOT_FOUND, "test", NULL);
    snprintf(d->name, sizeof d->name, "test-");
    layout_title(l, _("Test page"));
    layout_line(l, LAYOUT_CENTRE | LAYOUT_LARGE, "%s", _("Test page"));
    layout_line(l, LAYOUT_CENTRE, "%s %s %s", s->name, clock_date(now, day), clock_hhmm(now, at));
    layout_rule(l);
    layout_line(l, LAYOUT_NORMAL, "%s", "中文：就近办 青浦区 测试 壹贰叁 ，。（）");
    layout_line(l, LAYOUT_NORMAL, "%s", "Latin: ABCDEFG abcdefg 0123456789");
    layout_line(l, LAYOUT_BOLD, "%s", "加粗 Bold");
    layout_line(l, LAYOUT_RIGHT, "%s", "右对齐 Right");
    ruler(l);
    enum err rc = layout_qr(l, LAYOUT_CENTRE, 50, "0123456789012345678901234567890123456789", QR_M);
    layout_line(l, LAYOUT_NORMAL, "%s",
                _("Chinese that cannot be read: set another code. A ruler that breaks before its "
                  "32 (58 mm) or 48 (80 mm): set another paper."));
    return rc;
}
