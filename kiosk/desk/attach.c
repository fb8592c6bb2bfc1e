/* Owns: the look at a scan's bytes. Invariant: the file is read once, in pieces, and changed never.
 */
#include "kiosk/desk/attach.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/secret/secret.h"

#define PIECE 65536
#define SIZE_MAX_BYTES (2LL << 30)

static enum err hash_all(FILE *f, const char *path, unsigned char out[HASH_BYTES], int64_t *size)
{
    static unsigned char piece[PIECE];
    struct secret_hash h;
    size_t n;
    secret_hash_init(&h);
    for (*size = 0; (n = fread(piece, 1, sizeof piece, f)) > 0; *size += (int64_t)n) {
        if (*size > SIZE_MAX_BYTES)
            return err_set(ERR_TOO_LONG, path, "2 GB");
        secret_hash_add(&h, piece, n);
    }
    secret_hash_end(&h, out);
    return ferror(f) ? file_errno(path) : ERR_OK;
}

enum err attach_read(const char *path, json_t *in)
{
    int64_t size;
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    const char *slash = strrchr(path, '/');
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return file_errno(path);
    enum err rc = hash_all(f, path, hash, &size);
    fclose(f);
    if (rc != ERR_OK)
        return rc;
    hex_encode(hash, HASH_BYTES, hex);
    js_set_str(in, "file", slash != NULL ? slash + 1 : path);
    js_set_str(in, "hash", hex);
    js_set_int(in, "size", size);
    return ERR_OK;
}
