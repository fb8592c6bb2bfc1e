/* The slip: a case on paper, signed by the site and sealed to the hub, in at most 206 bytes
 * (seals.md).
 *
 * bytes = header(8) | sealed box( payload(<= 86) | Ed25519 signature(64) )
 * header: magic 'J', version<<4|suite, site code (5 bytes, big endian number), hub key id (1 byte:
 * first byte of BLAKE2b of the hub's box key). The signature covers header | hub box key | payload.
 * digits: 7 bytes -> 17 digits, the rest in as few as hold it; one QR symbol in numeric mode, M. */
#ifndef KIOSK_PRINT_SLIP_H
#define KIOSK_PRINT_SLIP_H

#include <jansson.h>

#include "kiosk/base/buf.h"
#include "kiosk/secret/secret.h"

#define SLIP_MAX_BYTES 206
#define SLIP_MAX_DIGITS 501

/* What a slip says. JSON, so that both ends and the tests speak of the same:
 * {"site":CODE12,"epoch":1,"seq":57,"at":MS,"item":NUMBER,"channel":"proxy",
 *  "person":{"name","id_no","phone"},"agent":{"name","id_no","phone","relation"}|null,
 *  "papers":[STATE,...]}  papers: state of each paper of the item, in the catalogue's order. */

/* Packs, signs, seals. Appends to `out`. ERR_SLIP_LONG (names too long), ERR_FIELD_* for what
 * cannot be packed (ID number, phone, a character that GB18030 has not). */
enum err slip_make(const json_t *what, const unsigned char site_sec[SIGN_SEC_BYTES],
                   const unsigned char hub_box[BOX_PUB_BYTES], struct buf *out);
/* The site's code of a slip's clear header. ERR_SLIP (no slip at all), ERR_SLIP_CUT (its header is
 * there, the rest is not). */
enum err slip_site(const void *bytes, size_t len, char site[13]);
/* Whether it is sealed to this hub and whole, whoever signed it. ERR_SLIP, ERR_SLIP_CUT (a part is
 * missing or wrong), ERR_SLIP_FOREIGN (another hub's key). */
enum err slip_check(const void *bytes, size_t len, const unsigned char hub_box[BOX_PUB_BYTES],
                    const unsigned char hub_sec[BOX_SEC_BYTES]);
/* Opens and verifies with the hub's key pair and the site's public key. *what is owned by the
 * caller. slip_check's errors, ERR_SLIP_FORGED (not this site's signature), ERR_SLIP (signed, but
 * nothing that a slip says). */
enum err slip_read(const void *bytes, size_t len, const unsigned char hub_box[BOX_PUB_BYTES],
                   const unsigned char hub_sec[BOX_SEC_BYTES],
                   const unsigned char site_pub[SIGN_PUB_BYTES], json_t **what);

/* Bytes to digits and back. slip_from_digits: ERR_SLIP for anything that is not such a number,
 * ERR_SLIP_CUT where digits are missing at the end. Spaces and line ends are passed over. */
void slip_digits(const void *bytes, size_t len, struct buf *out);
enum err slip_from_digits(const char *digits, struct buf *out);

#endif
