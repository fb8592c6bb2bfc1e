/* What is carried on a stick when there is no network. A bundle, from the village:
 *
 *   "JWU1" | header length u32 | header (JSON) | signature (64) | the body of a request (pack.h)
 *
 *   header {"site","epoch","from","base":HEX,"suite","time","last","orders"}: as a request's, and
 *   the last entry that the writer put in and the last order that it knows. The site's signature
 *   covers "jiujin-bundle/1\n" and the header; each frame of the body is signed by itself, so that
 * a file that ends too early gives what its whole frames hold.
 *
 * And the answer, from the hub: "JWA1", then, squeezed: base64 of the hub's signature over
 * "jiujin-bundle-answer/1\n" and the JSON, '\n', the JSON
 *   {"site","epoch","at","ack","hash":HEX,"refused":[{"seq","why"}],"orders":[..],"more":BOOL,
 *    "error":WORD,"why":TEXT}; the last two only when the bundle was not taken whole. */
#ifndef SYNC_WIRE_BUNDLE_H
#define SYNC_WIRE_BUNDLE_H

#include "sync/wire/talk.h"

#define WIRE_BUNDLE_HEAD ((size_t)1024)                     /* bytes of a header, at most */
#define WIRE_BUNDLE_TOP (8 + WIRE_BUNDLE_HEAD + SIGN_BYTES) /* bytes before the body, at most */
#define WIRE_BUNDLE_NAME 64
#define WIRE_ANSWER_SUFFIX ".answer" /* of a bundle under another name than ours */

struct wire_bundle {
    char site[SITE_CODE];
    int64_t epoch, from, last; /* last: from-1 when nothing is in it */
    unsigned char base[HASH_BYTES];
    int64_t time;   /* the village's clock, ms */
    int64_t orders; /* number of the last order known */
};
/* Appends all that stands before the body. */
void wire_bundle_write(const struct wire_bundle *b, const unsigned char sec[SIGN_SEC_BYTES],
                       struct buf *out);
/* Reads it from the beginning of a file; *used is where the body begins. Nothing of it is to be
 * believed before wire_bundle_verify. ERR_BUNDLE. */
enum err wire_bundle_read(const void *bytes, size_t len, struct wire_bundle *out, size_t *used);
bool wire_bundle_verify(const void *bytes, size_t used, const unsigned char pub[SIGN_PUB_BYTES]);

void wire_bundle_answer_write(const json_t *answer, const unsigned char sec[SIGN_SEC_BYTES],
                              struct buf *out);
/* ERR_ANSWER, ERR_ANSWER_FORGED (not signed by that hub). *out is owned by the caller. */
enum err wire_bundle_answer_read(const void *bytes, size_t len,
                                 const unsigned char pub[SIGN_PUB_BYTES], json_t **out);

/* Our names on a stick: "jiujin-SITE-EPOCH-FROM.jjb", "jiujin-SITE.jja". */
void wire_bundle_name(const struct wire_bundle *b, char out[WIRE_BUNDLE_NAME]);
void wire_bundle_answer_name(const char *site, char out[WIRE_BUNDLE_NAME]);
bool wire_bundle_is_name(const char *name);
/* The same for a site's own alone: what the name says of it. */
bool wire_bundle_own_name(const char *name, const char *site, int64_t *epoch, int64_t *from);

#endif
