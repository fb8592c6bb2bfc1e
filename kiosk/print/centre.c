/* Owns: how the sub-centre's papers for a village look. Invariant: what a symbol holds can be read
 * from the sheet by a person, or is named by it. */
#include "kiosk/print/centre.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"

#define CODE_MM 60
#define ACK_MM 80
#define HALF 20 /* signs of a code that stand on the narrowest paper's line, hyphens with them */

enum err centre_enrolment(const char *site, const char *name, const char *code, int64_t until,
                          struct layout *out)
{
    char day[CLOCK_TEXT], at[CLOCK_TEXT];
    layout_title(out, _("Enrolment"));
    layout_line(out, LAYOUT_MEDIUM | LAYOUT_CENTRE | LAYOUT_BOLD, "%s", _("Enrolment"));
    layout_line(out, LAYOUT_NORMAL, "%s %s", site, name);
    enum err rc = layout_qr(out, LAYOUT_CENTRE, CODE_MM, code, QR_M);
    size_t half = strlen(code) > HALF ? HALF : strlen(code);
    layout_line(out, LAYOUT_CENTRE | LAYOUT_BOLD, "%.*s", (int)half, code);
    if (code[half] != 0)
        layout_line(out, LAYOUT_CENTRE | LAYOUT_BOLD, "%s", code + half);
    layout_line(out, LAYOUT_NORMAL, _("Good once, until %s %s."), clock_date(until, day),
                clock_hhmm(until, at));
    layout_line(out, LAYOUT_NORMAL, "%s", _("At the village: jiujin enrol URL CODE"));
    layout_line(
        out, LAYOUT_NORMAL, "%s",
        _("Whoever has this code may join as the village: hand it over in person, and destroy "
          "it when it was used."));
    return rc;
}

enum err centre_ack(const struct ack *a, const char *digits, struct layout *out)
{
    char day[CLOCK_TEXT], at[CLOCK_TEXT];
    layout_title(out, _("Acknowledgement"));
    layout_line(out, LAYOUT_MEDIUM | LAYOUT_CENTRE | LAYOUT_BOLD, "%s", _("Acknowledgement"));
    layout_line(out, LAYOUT_NORMAL, "%s  %s %s", a->site, clock_date(a->at, day),
                clock_hhmm(a->at, at));
    layout_line(out, LAYOUT_NORMAL, _("Arrived: up to entry %lld.%lld"), (long long)a->epoch,
                (long long)a->seq);
    enum err rc = layout_qr(out, LAYOUT_CENTRE, ACK_MM, digits, QR_M);
    layout_line(out, LAYOUT_NORMAL, "%s",
                _("At the village: scan it on the screen Sub-centre (key a), or jiujin ack."));
    return rc;
}
