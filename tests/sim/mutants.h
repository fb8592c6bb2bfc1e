/* The rules that can be broken, by their number; what each says is in mutant_names. */
#ifndef TESTS_SIM_MUTANTS_H
#define TESTS_SIM_MUTANTS_H

#include <stdbool.h>

enum mutants {
    BY_NUMBER = 1,
    ANY_ACK,
    ANY_ANSWER,
    ANY_HUB,
    ANY_VILLAGE,
    HUB_UNSYNCED,
    VILLAGE_UNSYNCED,
    MARK_APART,
    SENT_IS_ACKED,
    NO_FORK_KEPT,
    NOT_MARKED,
    ORDER_SKIPPED,
    MARK_NOT_ASKED,
    OVERTOOK_TWICE,
    ORDERS_UNASKED,
    ORDERS_REPLACED,
};

/* True while any signature is taken for good. */
bool mutant_believes(void);

#endif
