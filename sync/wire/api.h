/* The hub's paths for villages, and the members of what goes over them. Every request but the first
 * carries the header WIRE_HEADER; every answer but the first is a signed one (talk.h) and has
 * "site", "nonce" and "at" (the hub's clock, ms).
 *
 *   GET  /v1/keys                              plain JSON {"sign":HEX,"box":HEX}: the hub's public
 * keys, to be held against the fingerprint in the code POST /v1/enrol body:
 * {"site","code":HEX,"pub":B64,"data_key":B64, "epoch","seq","hash":HEX} sealed to the hub's box
 * key; purpose "enrol" GET  /v1/sites/{site}/mark?epoch=E         {"epoch","ack","hash":HEX};
 * purpose "mark" POST /v1/sites/{site}/entries?epoch=E&from=SEQ body: pack.h;
 * {"epoch","ack","hash","refused":
 *                                              [{"seq","why"}],"orders":[..]}; purpose "entries"; a
 * parameter since=N asks for the orders after N GET  /v1/sites/{site}/orders?since=N
 * {"orders":[..],"last":N}; purpose "orders"
 * POST /v1/sites/{site}/express?epoch=E       body: pack.h, lane 1, frames that stand alone; the
 * mark and "express":[{"seq","hash"}]: what is here now of it; purpose "express"
 * {"orders":[..],"last":N}; purpose "orders"; with places=1 each order has "after":[epoch,seq], the
 *                                            place of the journal where it is to be replayed
 *   GET  /v1/sites/{site}/history?of=E&lo=A&hi=B   {"epochs":[[epoch,ack,hash]..] that are older
 * than the request's,"last_order":N,"hashes":[[seq,hash]..] of up to 32 numbers of epoch E, A < seq
 * <= B, spread evenly}; purpose "history" GET  /v1/sites/{site}/fetch?of=E         entries of epoch
 * E from the request's "from" on, which follow its "base": a body as pack.h says, about 1 MiB of
 * frames, each signed by the hub; purpose "fetch". 409 when the base is not the hub's
 *
 * Every answer to a joined site says what it must know of other machines: "newest" epoch of the
 * site when it is not the request's, "older": how many entries the hub has of earlier epochs,
 * "fork": true when another machine wrote under this epoch too. The newest machine may send entries
 * of an earlier epoch (?epoch=E): what it fetched and the hub has lost, or what it had not sent
 * before it enrolled anew.
 *
 * since=N.HHHHHHHH names the last order that the village holds by its hash too. A hub that has lost
 * that one (it was set back to a backup) says "past": [[n,HHHHHHHH]..] of orders that it has, ever
 * older ones, takes no entries (409) and gives no orders until it has them back:
 *   POST /v1/sites/{site}/back?epoch=E          body: JSON [order..] with "after":[epoch,seq],
 * where the village's journal stood, as wire_squeeze packs it; purpose "back"
 *
 * Orders come up to some bytes in one answer; "last" is the number of the last one there is. A
 * definition comes as a patch ("base": what it leans on, "patch": B64, see delta.h) unless the
 * parameter whole=1 asks for "head".
 *
 * /v1/keys names the key of secured connections too, by the hub's signature: tls.h.
 *
 * An error is an answer with a status of 4xx or 5xx and {"error":WORD,"why":TEXT}, where WORD
 * is err_word(); 409 has "ack" and "hash" too: what the hub has. */
#ifndef SYNC_WIRE_API_H
#define SYNC_WIRE_API_H

#define WIRE_PATH_KEYS "/v1/keys"
#define WIRE_PATH_ENROL "/v1/enrol"
#define WIRE_PATH_SITES "/v1/sites/" /* + site + one of: */
#define WIRE_PATH_MARK "/mark"
#define WIRE_PATH_ENTRIES "/entries"
#define WIRE_PATH_ORDERS "/orders"
#define WIRE_PATH_EXPRESS "/express"

#define WIRE_EXPRESS_MAX ((size_t)64 << 10) /* bytes of an express request as it travels */
#define WIRE_PATH_BACK "/back"
#define WIRE_BACK_MAX ((size_t)4 << 20)    /* bytes of a back request as it travels */
#define WIRE_BACK_BYTES ((size_t)64 << 10) /* of orders in one, before they are packed, but one */
#define WIRE_PATH_HISTORY "/history"
#define WIRE_PATH_FETCH "/fetch"
#define WIRE_PROBES 32 /* hashes of one "history" */

#endif
