/* What a scanner may type in the place of a slip's digits, and what somebody may have signed in the
 * place of its payload. The first byte of the input says which of the two the rest is. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/js.h"
#include "kiosk/base/mem.h"
#include "kiosk/print/slip.h"
#include "kiosk/print/slip_pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Never a sealed box that opens: no key was ever made for it. What gets so far is refused. */
static void digits(const char *text)
{
    static const unsigned char key[BOX_PUB_BYTES] = {9};
    struct buf bytes = BUF_INIT, again = BUF_INIT;
    json_t *what = NULL;
    if (slip_from_digits(text, &bytes) == ERR_OK) {
        slip_digits(bytes.data, bytes.len, &again);
        if (strspn(text, "0123456789") == strlen(text) && strcmp(buf_str(&again), text) != 0)
            abort(); /* each run of bytes has one run of digits */
        if (slip_read(bytes.data, bytes.len, key, key, key, &what) == ERR_OK || what != NULL)
            abort();
    }
    buf_fini(&bytes);
    buf_fini(&again);
}

/* What is unpacked can be packed to what unpacks to the same; or is refused as a field that no
 * village may send. */
static void payload(const uint8_t *data, size_t size)
{
    json_t *what = NULL, *back = NULL;
    struct buf bytes = BUF_INIT;
    if (slip_unpack(data, size, &what) == ERR_OK && slip_pack(what, &bytes) == ERR_OK &&
        (slip_unpack(bytes.data, bytes.len, &back) != ERR_OK || !json_equal(what, back)))
        abort();
    json_decref(what);
    json_decref(back);
    buf_fini(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool begun;
    if (!begun)
        begun = secret_init() == ERR_OK;
    if (size == 0)
        return 0;
    if (data[0] == 'p') {
        payload(data + 1, size - 1);
    } else {
        char *text = mem_strndup((const char *)data, size);
        digits(text);
        free(text);
    }
    return 0;
}
