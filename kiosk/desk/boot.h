/* Which boot of the machine this is, and whether a process of it still runs. */
#ifndef KIOSK_DESK_BOOT_H
#define KIOSK_DESK_BOOT_H

#include <stdbool.h>
#include <stdint.h>

/* The kernel's id of this boot, "" where there is none. Static. */
const char *boot_id(void);
/* True when the process `pid` of boot `boot` runs now. */
bool boot_alive(const char *boot, int64_t pid);

#endif
