/* Owns: numbers that carry their own check. Invariant: what is accepted is normalised, so two ways
 * of typing one number give the same bytes. */
#include "kiosk/rules/idno.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/utf8.h"

/* A machine whose clock was set back must not refuse everybody born since. */
#define BIRTHS_UP_TO 2026

/* An input method in full-width mode types these for ASCII. */
static uint32_t narrow(uint32_t cp)
{
    if (cp >= 0xff01 && cp <= 0xff5e)
        return cp - 0xfee0;
    return cp == 0x3000 ? ' ' : cp;
}

bool idno_compact(const char *text, const char *skip, char *out, size_t size)
{
    size_t used = 0, len = strlen(text);
    uint32_t cp;
    while (len > 0) {
        int n = utf8_next(text, len, &cp);
        if (n <= 0 || (cp = narrow(cp)) > 0x7e || cp < 0x20)
            return false;
        text += n;
        len -= (size_t)n;
        if (strchr(skip, (int)cp) != NULL)
            continue;
        if (used + 1 >= size)
            return false;
        out[used++] = (char)cp;
    }
    out[used] = 0;
    return true;
}

static bool all_digits(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isdigit((unsigned char)s[i]))
            return false;
    return true;
}

static int number(const char *s, size_t len)
{
    int n = 0;
    while (len-- > 0)
        n = n * 10 + (*s++ - '0');
    return n;
}

char idno_digit(const char *first17)
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (first17[i] - '0');
    return "10X98765432"[sum % 11];
}

static bool born(const char *yyyymmdd)
{
    char today[CLOCK_TEXT], floor[16];
    int year = number(yyyymmdd, 4);
    if (year < 1800 || year > 2099 ||
        !clock_date_exists(year, number(yyyymmdd + 4, 2), number(yyyymmdd + 6, 2)))
        return false;
    clock_date(clock_now(), today);
    int present = atoi(today) * 10000 + atoi(today + 5) * 100 + atoi(today + 8);
    snprintf(floor, sizeof floor, "%d0101", BIRTHS_UP_TO);
    int day = number(yyyymmdd, 8);
    return day <= present || day < number(floor, 8);
}

enum err idno_check(const char *text, char out[19])
{
    char id[19];
    if (!idno_compact(text, " ", id, sizeof id) || strlen(id) != 18 || !all_digits(id, 17) ||
        id[0] == '0')
        return err_set(ERR_ID_FORM, NULL, NULL);
    id[17] = (char)toupper((unsigned char)id[17]);
    if (!isdigit((unsigned char)id[17]) && id[17] != 'X')
        return err_set(ERR_ID_FORM, NULL, NULL);
    if (!born(id + 6))
        return err_set(ERR_ID_DATE, NULL, NULL);
    if (idno_digit(id) != id[17])
        return err_set(ERR_ID_CHECK, NULL, NULL);
    memcpy(out, id, sizeof id);
    return ERR_OK;
}

const char *idno_masked(const char *id_no, char *out)
{
    size_t len = id_no != NULL ? strlen(id_no) : 0;
    if (len == 18)
        snprintf(out, 19, "%.6s********%s", id_no, id_no + 14);
    else
        snprintf(out, 19, "%s", len > 0 ? "********" : "");
    return out;
}

enum err idno_phone(const char *text, char out[24])
{
    char phone[24];
    if (!idno_compact(text, " -()", phone, sizeof phone))
        return err_set(ERR_PHONE, NULL, NULL);
    char *p = phone;
    if (strncmp(p, "+86", 3) == 0)
        p += 3;
    size_t len = strlen(p);
    bool mobile = len == 11 && p[0] == '1';
    bool landline = len >= 10 && len <= 12 && p[0] == '0' && p[1] != '0';
    bool local = len == 8 && p[0] != '0';
    if (!all_digits(p, len) || !(mobile || landline || local))
        return err_set(ERR_PHONE, NULL, NULL);
    memcpy(out, p, len + 1);
    return ERR_OK;
}

char idno_mod11_10(const char *digits)
{
    int product = 10;
    for (; *digits != 0; digits++) {
        int sum = (product + (*digits - '0')) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (char)('0' + (11 - product) % 10);
}

const char *idno_case_number(const char *site, long long epoch, long long seq, char *out)
{
    char digits[64];
    size_t len = strlen(site);
    const char *six = len > 6 ? site + len - 6 : site;
    snprintf(digits, sizeof digits, "%s%02lld%06lld", six, epoch, seq);
    char check = idno_mod11_10(digits);
    snprintf(out, 32, "%.6s-%02lld-%06lld-%c", six, epoch % 1000000, seq % 1000000000000, check);
    return out;
}

enum err idno_case_parse(const char *text, char *site6, long long *epoch, long long *seq)
{
    char digits[32];
    if (!idno_compact(text, " -", digits, sizeof digits))
        return err_set(ERR_FIELD_TYPE, NULL, NULL);
    size_t len = strlen(digits);
    if (len < 15 || len > 21 || !all_digits(digits, len))
        return err_set(ERR_FIELD_TYPE, NULL, NULL);
    char check = digits[--len];
    digits[len] = 0;
    if (idno_mod11_10(digits) != check)
        return err_set(ERR_CHECK_DIGIT, NULL, NULL);
    snprintf(site6, 7, "%.6s", digits);
    *epoch = number(digits + 6, 2);
    *seq = atoll(digits + 8);
    return ERR_OK;
}
