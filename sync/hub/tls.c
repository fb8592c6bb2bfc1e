/* Owns: the making and reading of certificates (GnuTLS, which the server brings along anyway).
 * Invariant: a key is made once; nobody but its owner can read its file. */
#include "sync/hub/tls.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/rnd.h"

#define YEARS 30
#define NAME "jiujin-hub"

static enum err trouble(int rc)
{
    return err_set(ERR_INTERNAL, "TLS", "%s", gnutls_strerror(rc));
}

static int fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
    unsigned char serial[16];
    time_t now = (time_t)(clock_now() / 1000);
    rnd_bytes(serial, sizeof serial);
    serial[0] &= 0x7f;
    int rc = gnutls_x509_crt_set_version(crt, 3);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, NAME,
                                           (unsigned)strlen(NAME));
    if (rc >= 0)
        rc = gnutls_x509_crt_set_activation_time(crt, now);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_expiration_time(crt, now + (time_t)YEARS * 365 * 86400);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_key(crt, key);
    return rc >= 0 ? gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0) : rc;
}

static enum err write_pem(const char *path, gnutls_datum_t *pem)
{
    enum err rc = file_write(path, pem->data, pem->size, 0600);
    secret_wipe(pem->data, pem->size);
    gnutls_free(pem->data);
    return rc;
}

/* The key before the certificate: a certificate without its key would be of no use. */
static enum err write_both(const char *cert, const char *key, gnutls_x509_crt_t crt,
                           gnutls_x509_privkey_t sec)
{
    gnutls_datum_t pem;
    int rc = gnutls_x509_privkey_export2(sec, GNUTLS_X509_FMT_PEM, &pem);
    if (rc < 0)
        return trouble(rc);
    enum err written = write_pem(key, &pem);
    if (written != ERR_OK)
        return written;
    rc = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);
    return rc < 0 ? trouble(rc) : write_pem(cert, &pem);
}

static enum err make(const char *cert, const char *key)
{
    gnutls_x509_crt_t crt = NULL;
    gnutls_x509_privkey_t sec = NULL;
    int rc = gnutls_x509_privkey_init(&sec);
    if (rc >= 0)
        rc = gnutls_x509_privkey_generate(sec, GNUTLS_PK_ECDSA,
                                          GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    if (rc >= 0)
        rc = gnutls_x509_crt_init(&crt);
    if (rc >= 0)
        rc = fill(crt, sec);
    enum err out = rc < 0 ? trouble(rc) : write_both(cert, key, crt, sec);
    if (crt != NULL)
        gnutls_x509_crt_deinit(crt);
    if (sec != NULL)
        gnutls_x509_privkey_deinit(sec);
    return out;
}

enum err tls_make(const char *cert, const char *key)
{
    bool have_cert = access(cert, F_OK) == 0, have_key = access(key, F_OK) == 0;
    if (have_cert && !have_key)
        return err_set(ERR_CORRUPT, key, "the certificate's key is missing");
    return have_cert ? ERR_OK : make(cert, key);
}

static int pin_of(gnutls_x509_crt_t crt, unsigned char pin[TLS_PIN])
{
    gnutls_pubkey_t pub = NULL;
    gnutls_datum_t der = {NULL, 0};
    int rc = gnutls_pubkey_init(&pub);
    if (rc >= 0)
        rc = gnutls_pubkey_import_x509(pub, crt, 0);
    if (rc >= 0)
        rc = gnutls_pubkey_export2(pub, GNUTLS_X509_FMT_DER, &der);
    if (rc >= 0)
        rc = gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.size, pin);
    gnutls_free(der.data);
    if (pub != NULL)
        gnutls_pubkey_deinit(pub);
    return rc;
}

enum err tls_pin(const struct buf *cert, struct wire_tls *out)
{
    gnutls_x509_crt_t crt = NULL;
    gnutls_datum_t pem = {cert->data, (unsigned)cert->len};
    int rc = gnutls_x509_crt_init(&crt);
    if (rc >= 0)
        rc = gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM);
    if (rc >= 0)
        rc = pin_of(crt, out->pin);
    if (rc >= 0)
        out->at = (int64_t)gnutls_x509_crt_get_activation_time(crt) * 1000;
    if (crt != NULL)
        gnutls_x509_crt_deinit(crt);
    return rc >= 0 ? ERR_OK : err_set(ERR_CORRUPT, "--cert", "%s", gnutls_strerror(rc));
}
