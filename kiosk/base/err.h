/* Errors: one enum for the whole program, and the one place where a clerk's words are made from it.
 *
 * A function that can fail returns enum err; results go by out-parameter. Whoever first meets the
 * trouble calls err_set(); whoever shows it calls err_say(). The note is kept per thread. */
#ifndef KIOSK_BASE_ERR_H
#define KIOSK_BASE_ERR_H

#include <stddef.h>

/* name, exit status, what happened, what to do next */
#define ERR_TABLE(X)                                                                               \
    X(OK, 0, "Done.", "")                                                                          \
    X(USAGE, 2, "The command cannot be read.", "See --help.")                                      \
    X(IO, 1, "Reading or writing failed.", "Check the disk, then try again.")                      \
    X(DISK_FULL, 1, "The disk is full: nothing was saved.",                                        \
      "Free some space, then save again; the draft is kept.")                                      \
    X(BUSY, 1, "Another program holds the database.", "Wait a moment and try again.")              \
    X(STORE_DOWN, 1, "The hub's database server cannot be reached.",                               \
      "Look at the server; villages go on by themselves when it is back.")                         \
    X(PGLIB, 1, "The library that speaks with PostgreSQL is not installed.", "Install libpq5.")    \
    X(NO_SITE, 1, "There is no site in this folder.", "Make one with 'jiujin init'.")              \
    X(SITE_EXISTS, 1, "There is a site in this folder already.", "Choose another folder.")         \
    X(FOREIGN_DB, 1, "This database is not one of ours.", "Choose the right folder with --dir.")   \
    X(SCHEMA_NEWER, 1, "This database was written by a newer version.",                            \
      "Install that version of Jiujin; nothing was changed.")                                      \
    X(CORRUPT, 1, "The stored data is damaged.", "Keep the disk, restore the last backup.")        \
    X(COMMIT_UNKNOWN, 1, "It is not known whether this was saved.", "Look it up before retrying.") \
    X(NOT_FOUND, 1, "There is no such record.", "Check the number.")                               \
    X(DUPLICATE, 1, "This is there already.", "Use the existing one.")                             \
    X(NOT_UTF8, 1, "The text is not valid UTF-8.", "Save it as UTF-8 and try again.")              \
    X(CONTROL_CHARS, 1, "The text has control characters.", "Remove them.")                        \
    X(TOO_LONG, 1, "The text is too long.", "Shorten it.")                                         \
    X(JSON, 1, "The JSON cannot be read.", "Correct it at the place named.")                       \
    X(DEFINITION, 1, "The definition has a mistake; the version in force stays.",                  \
      "Correct the file at the place named.")                                                      \
    X(FIELD_UNKNOWN, 1, "There is no such field.", "Use a field of the definition.")               \
    X(FIELD_REQUIRED, 1, "This must be filled in.", "Fill it in.")                                 \
    X(FIELD_TYPE, 1, "This has the wrong form.", "Use the form shown.")                            \
    X(FIELD_CHOICE, 1, "This is not one of the choices.", "Choose from the list.")                 \
    X(FIELD_RANGE, 1, "This is out of range.", "Check the value.")                                 \
    X(CONSTRAINT, 1, "This value is not allowed here.", "Check the value.")                        \
    X(ID_FORM, 1, "An ID number has 17 digits and a digit or X.", "Scan or type it again.")        \
    X(ID_CHECK, 1, "The check digit of the ID number is wrong.", "Scan or type it again.")         \
    X(ID_DATE, 1, "The birth date in the ID number cannot be.", "Scan or type it again.")          \
    X(PHONE, 1, "This is not a phone number.", "11 digits, or a landline with its area code.")     \
    X(DATE, 1, "There is no such date.", "Use YYYY-MM-DD.")                                        \
    X(TIME, 1, "There is no such time.", "Use YYYY-MM-DDTHH:MM:SS+08:00.")                         \
    X(CHECK_DIGIT, 1, "The check digit of the number is wrong.", "Type the number again.")         \
    X(RULE, 1, "The rule cannot be evaluated.", "Correct the policy pack.")                        \
    X(RULE_FORBIDDEN, 1, "The rule does what a rule may not do.", "Only expressions over facts.")  \
    X(RULE_SLOW, 1, "The rule took too long and was stopped.", "Make the expression simpler.")     \
    X(STATE, 1, "This step is not possible now.", "See the steps that are possible.")              \
    X(ROLE, 1, "Your role does not allow this.", "Ask a colleague with that role.")                \
    X(VOUCH, 1, "A leader must confirm this with name and PIN.",                                   \
      "Have a leader type the PIN here; on the command line: --vouch NAME.")                       \
    X(SUSPENDED, 1, "Service to the public is suspended here.",                                    \
      "Nothing new is taken in until a leader or the sub-centre resumes it.")                      \
    X(SIGN_IN, 1, "Nobody is signed in.",                                                          \
      "Sign in, or give JIUJIN_USER and JIUJIN_PIN to the command line.")                          \
    X(PIN_WRONG, 1, "The name or the PIN is wrong.", "Try again.")                                 \
    X(PIN_LOCKED, 1, "Too many wrong PINs: this clerk is locked for a while.",                     \
      "Wait, or have an administrator reset the PIN.")                                             \
    X(PIN_WEAK, 1, "A PIN has 4 to 32 characters.", "Choose a longer one.")                        \
    X(SEAL, 1, "The sealed data cannot be opened with this key.", "Check the site and its keys.")  \
    X(SIGNATURE, 1, "The signature is wrong.", "Do not use this; tell the sub-centre.")            \
    X(NOT_ENROLLED, 1, "This site has not joined a hub.", "Use 'jiujin enrol URL CODE'.")          \
    X(ENROL_CODE, 1, "The enrolment code is wrong or used up.", "Ask the hub for a new code.")     \
    X(ENROL_EXPIRED, 1, "The enrolment code has expired.", "Ask the hub for a new code.")          \
    X(HUB_DOWN, 1, "The hub cannot be reached.", "Work on; it is sent when the link is back.")     \
    X(HUB_PLAIN, 1,                                                                                \
      "This address is not secured (http): anybody on the way could read who is served where.",    \
      "Use the hub's https address; if the line itself is secured, enrol with --plain.")           \
    X(HUB_TLS, 1, "The secured connection is not with our hub: it shows another key.",             \
      "See whether the network wants a sign-in; else ask the sub-centre by telephone.")            \
    X(HUB_KEY, 1, "This hub does not have the key that we know.",                                  \
      "Do not go on; ask the sub-centre by telephone.")                                            \
    X(HUB_ANSWER, 1, "The hub answered something unexpected.", "Try again later.")                 \
    X(HUB_REFUSED, 1, "The hub refused this.", "See the reason.")                                  \
    X(FORK, 1, "The hub has other entries under these numbers.",                                   \
      "Stop, and call the sub-centre: this machine must enrol anew.")                              \
    X(OLD_COPY, 1,                                                                                 \
      "This machine is an old copy of itself: the hub has more from it than it knows.",            \
      "Write nothing here; ask the hub for a code, then 'jiujin enrol URL CODE'.")                 \
    X(REPLACED, 1, "Another machine has taken this one's place.",                                  \
      "Work at that one; what was still waiting here is sent on.")                                 \
    X(FETCHING, 1, "This machine is still fetching the site's records from the hub.",              \
      "Run 'jiujin sync --once'; it goes on where it was.")                                        \
    X(FRAME, 1, "The batch is damaged.", "It will be sent again.")                                 \
    X(PREFIX, 1, "The hub does not have what this batch builds on.",                               \
      "It will be sent again, whole.")                                                             \
    X(SLIP_LONG, 1, "The case does not fit on a slip.",                                            \
      "Leave the note out, or wait for the net.")                                                  \
    X(SLIP, 1, "This is not a slip that can be read.", "Scan it again, or type the case number.")  \
    X(SLIP_FOREIGN, 1, "This slip is for another sub-centre.", "Send it to the one named on it.")  \
    X(SLIP_CUT, 1, "Digits of this slip are missing or wrong.",                                    \
      "Scan it again, or type the case number.")                                                   \
    X(SLIP_FORGED, 1, "This slip was not made by the village that it names.",                      \
      "Keep the paper, take nothing in on it, and ask the village by telephone.")                  \
    X(SLIP_SITE, 1, "No village with the code of this slip has joined here.",                      \
      "Ask which sub-centre the village belongs to.")                                              \
    X(SLIP_REVOKED, 1, "The village of this slip is shut out: nothing was recorded.",              \
      "Take the matter in here yourself, and tell the administrator.")                             \
    X(CASE_UNKNOWN, 1, "No case of this number has come, neither by slip nor by the network.",     \
      "Check the number, and keep the paper until the village's records are here.")                \
    X(ACK, 1, "This is not an acknowledgement that can be read.",                                  \
      "Scan the sub-centre's paper again, to its end.")                                            \
    X(ACK_FORGED, 1, "This acknowledgement was not made by our sub-centre.",                       \
      "Nothing was changed; ask the sub-centre by telephone.")                                     \
    X(ACK_FOREIGN, 1, "This acknowledgement is for another village.",                              \
      "Nothing was changed; send it to the village that it names.")                                \
    X(STICK, 1, "The stick cannot be read or written.",                                            \
      "Put it in again and wait until it shows; else take another stick.")                         \
    X(STICK_FULL, 1, "The stick is full.", "Free some space on it, or take another stick.")        \
    X(STICK_READ_ONLY, 1, "This stick may not be written here.",                                   \
      "Move its lock, or take another stick.")                                                     \
    X(STICK_FILE, 1, "This name on the stick is not an ordinary file: it was left alone.",         \
      "Somebody may have tampered with the stick: take another, and tell the sub-centre.")         \
    X(STICK_LONG, 1, "This file is too big to be one of ours: it was left alone.",                 \
      "Take the file that Jiujin wrote.")                                                          \
    X(BUNDLE, 1, "This is not a bundle that can be read.",                                         \
      "Nothing was changed; write it again at the village.")                                       \
    X(BUNDLE_NEWER, 1, "This bundle was written by a newer version.",                              \
      "Nothing was taken; install that version here too.")                                         \
    X(BUNDLE_SITE, 1, "No village with the code of this bundle has joined here.",                  \
      "Nothing was taken; ask which sub-centre the village belongs to.")                           \
    X(BUNDLE_EPOCH, 1, "The machine that wrote this bundle has not joined here.",                  \
      "Nothing was taken; the village must enrol that machine first.")                             \
    X(BUNDLE_REVOKED, 1, "The village of this bundle is shut out: nothing was taken.",             \
      "Keep the stick, and tell the administrator.")                                               \
    X(BUNDLE_FORGED, 1, "This bundle was not made by the machine that it names.",                  \
      "Take nothing from this stick; ask the village by telephone.")                               \
    X(BUNDLE_GAP, 1, "Records that come before this bundle are not here.",                         \
      "Take the answer back: the village then writes from where this hub stands.")                 \
    X(BUNDLE_FORK, 1,                                                                              \
      "Other records are here under the numbers of this bundle: it was kept aside.",               \
      "Two machines wrote, or one was set back: the village must enrol anew.")                     \
    X(BUNDLE_TORN, 1, "The bundle ends too early; what is whole in it was taken.",                 \
      "Bring the stick again: the next one goes on from there.")                                   \
    X(BUNDLE_DAMAGED, 1, "The bundle is damaged; what stands before the damage was taken.",        \
      "Take the answer back; the village writes the rest, better on another stick.")               \
    X(ANSWER, 1, "This is not an answer of the sub-centre that can be read.",                      \
      "Nothing was changed; have the sub-centre write it again.")                                  \
    X(ANSWER_NONE, 1, "There is no answer of the sub-centre for this village here.",               \
      "Write the bundle here, carry it to the sub-centre, and bring the answer back.")             \
    X(ANSWER_FORGED, 1, "This answer was not made by our sub-centre.",                             \
      "Nothing was changed; ask the sub-centre by telephone.")                                     \
    X(ANSWER_FOREIGN, 1, "This answer is for another village.",                                    \
      "Nothing was changed; send it to the village that it names.")                                \
    X(ANSWER_EPOCH, 1, "This answer is for an earlier machine of this village.",                   \
      "Nothing was changed; write a new bundle here.")                                             \
    X(ANSWER_GAP, 1, "Orders that come before those of this answer are missing here.",             \
      "The earlier ones were kept; write a new bundle, and bring its answer.")                     \
    X(PRINTER, 1, "The printer did not print.", "Check paper, cover and cable, then try again.")   \
    X(DRAWLIB, 1, "The library that draws pages is not installed.",                                \
      "Install libpangocairo-1.0-0.")                                                              \
    X(XLSXLIB, 1, "The library that writes XLSX is not installed.",                                \
      "Install libxlsxwriter4, or take CSV.")                                                      \
    X(CSV, 1, "This file cannot be read as a table.", "Save it as CSV in UTF-8 or GB18030.")       \
    X(IMPORT, 1, "The file has mistakes: nothing was imported.",                                   \
      "Correct the lines named, then import it again.")                                            \
    X(LIBRARY, 1, "A library that this needs is not installed.", "Install libzip4 and libexpat1.") \
    X(FONT, 1, "No font with Chinese characters is installed.", "Install fonts-wqy-microhei.")     \
    X(TERMINAL, 1, "The terminal is too small or unknown.", "Use at least 80x24 and set TERM.")    \
    X(INTERNAL, 1, "A mistake in the program.", "Please report it with the text above.")

#define ERR_ENUM(name, status, what, next) ERR_##name,
enum err { ERR_TABLE(ERR_ENUM) ERR_COUNT };
#undef ERR_ENUM

/* Keeps a note of what went wrong: the field or place (may be NULL) and a detail (may be NULL, a
 * printf format; cut at 511 bytes; must hold no personal data). Returns `code`. */
enum err err_set(enum err code, const char *field, const char *detail, ...)
    __attribute__((format(printf, 3, 4)));

/* The note: the last code, its field ("" when none) and detail ("" when none). Valid until the next
 * err_set of this thread. */
enum err err_last(void);
const char *err_field(void);
const char *err_detail(void);

/* The word that scripts read: "id_check", "disk_full"... Static. */
const char *err_word(enum err code);
/* Exit status of the command line for this code: 0 done, 1 refused, 2 wrong use. */
int err_status(enum err code);
/* What happened, without the next step, translated. Static. */
const char *err_what(enum err code);
/* The clerk's sentence for `code`, translated: what happened, where, the detail, what to do next.
 * Uses the note when it is about `code`. Cut at `size` bytes on a character's edge. */
void err_say(enum err code, char *out, size_t size);

/* `code` with its note in a form to be stored, and the sentence of what was stored so, in the
 * language of who reads it. Words that err_keep did not write are given as they are. */
void err_keep(enum err code, char *out, size_t size);
void err_say_kept(const char *kept, char *out, size_t size);

#endif
