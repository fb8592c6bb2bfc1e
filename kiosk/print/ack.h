/* An acknowledgement on paper: what the hub has of a village's entries, signed by the hub, as
 * digits that a scanner types. It closes the loop where there is no network.
 *
 * bytes = magic 'A' | version<<4|suite | site code (5, big endian number) | epoch (2) | seq (5)
 *         | minutes since 2020 (4) | hash of entry seq (32) | Ed25519 signature (64)
 * The signature covers "jiujin-ack" and all before it. 114 bytes, 277 digits (slip_digits), one QR
 * symbol of version 7-M. It holds no personal data. */
#ifndef KIOSK_PRINT_ACK_H
#define KIOSK_PRINT_ACK_H

#include "kiosk/base/buf.h"
#include "kiosk/desk/site.h"

#define ACK_BYTES 114
#define ACK_DIGITS 277

struct ack {
    char site[SITE_CODE];
    int64_t epoch, seq; /* everything up to this entry has arrived; 0: nothing */
    int64_t at;         /* the hub's clock when it was made, ms; whole minutes */
    unsigned char hash[HASH_BYTES];
};

/* Appends the digits. ERR_FIELD_RANGE: an epoch, number or time that does not fit. */
enum err ack_make(const struct ack *a, const unsigned char hub_sec[SIGN_SEC_BYTES],
                  struct buf *digits);
/* ERR_ACK (not an acknowledgement, or digits missing or wrong), ERR_ACK_FORGED (not signed by this
 * hub). Full-width digits, spaces and dashes do not matter. */
enum err ack_read(const char *typed, const unsigned char hub_pub[SIGN_PUB_BYTES], struct ack *out);

enum ack_answer {
    ACK_ARRIVED, /* more has arrived than was known */
    ACK_OLDER,   /* nothing that was not known */
};
/* Takes it in at the village: what it names counts as arrived, and its digits are kept. ack_read's
 * errors, ERR_NOT_ENROLLED, ERR_ACK_FOREIGN (another village's), ERR_FORK (our entry of that number
 * has another hash, or we have none). */
enum err ack_take(struct site *s, const char *typed, struct ack *out, enum ack_answer *answer);

#endif
