/* What every unit test includes: cmocka with the headers that it wants first. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/base/err.h"

/* Where a test makes its folders: TMPDIR when it is short enough to be part of a socket's path. */
static inline const char *unit_tmp(void)
{
    const char *tmp = getenv("TMPDIR");
    return tmp != NULL && strlen(tmp) < 30 ? tmp : "/tmp";
}

/* Fails with the words of the error. */
#define assert_ok(call)                                                                            \
    do {                                                                                           \
        enum err rc_ = (call);                                                                     \
        if (rc_ != ERR_OK) {                                                                       \
            char say_[512];                                                                        \
            err_say(rc_, say_, sizeof say_);                                                       \
            fail_msg("%s -> %s: %s", #call, err_word(rc_), say_);                                  \
        }                                                                                          \
    } while (0)
#define assert_err(code, call)                                                                     \
    do {                                                                                           \
        enum err rc_ = (call);                                                                     \
        if (rc_ != (code))                                                                         \
            fail_msg("%s -> %s, expected %s", #call, err_word(rc_), #code);                        \
    } while (0)

#endif
