/* The table of screens: what a clerk can open, in the order of the home screen. */
#include "screens/screens.h"

#include "screens/ui.h"

const struct screen *const screen_table[] = {
    &screen_sign_in,  &screen_home,         &screen_triage,  &screen_intake,   &screen_cases,
    &screen_ledgers,  &screen_sync,         &screen_queue,   &screen_duties,   &screen_round,
    &screen_staff,    &screen_handover,     &screen_site,    &screen_help,     &screen_bookings,
    &screen_incident, &screen_incident_new, &screen_suspend, &screen_posts,    &screen_policy,
    &screen_notices,  &screen_items,        &screen_stock,   &screen_idle,     &screen_board,
    &screen_slip,     &screen_report,       &screen_prints,  &screen_printers, NULL,
};

const char *screens_name(int i)
{
    for (int at = 0; screen_table[at]; at++)
        if (at == i)
            return screen_table[at]->name;
    return NULL;
}
