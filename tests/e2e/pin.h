/* What a PIN costs in a test. Its derivation is made slow, and takes 19 MiB, so that a stolen disk
 * is of no use; a test that signs in a hundred times proves nothing more by that. In test programs,
 * and nowhere else, the linker puts a cheap cost in the place of secret_pin_cost (see the
 * Makefile); what the products themselves write is held by tests/e2e/cli_test.c. */
#ifndef TESTS_E2E_PIN_H
#define TESTS_E2E_PIN_H

/* The site in `folder`, made by a program with clerks whose PIN is 1234, checks them cheaply from
 * here on: their keys are wrapped anew, and nothing else of it changes. */
void pin_quick(const char *folder);

#endif
