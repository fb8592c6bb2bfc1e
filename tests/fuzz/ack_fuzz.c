/* What a scanner may type in the place of an acknowledgement's digits: nothing that the hub has not
 * signed is ever taken, and every refusal has its reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/mem.h"
#include "kiosk/print/ack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
    static bool begun;
    struct ack a;
    if (!begun) {
        begun = secret_init() == ERR_OK;
        secret_sign_pair(pub, sec);
    }
    char *text = mem_strndup((const char *)data, size);
    enum err rc = ack_read(text, pub, &a);
    if ((rc != ERR_ACK && rc != ERR_ACK_FORGED) || a.seq != 0)
        abort();
    free(text);
    return 0;
}
