/* Owns: the table of subcommands and the reading of options. */
#include "sync/hub/command.h"

#include <stddef.h>
#include <string.h>

#include "kiosk/base/lang.h"

const struct command command_table[] = {
    {"serve",
     "serve [--listen ADDR:PORT] [--tls | --cert F --key F] [--behind ADDR]"
     " [--watch ADDR:PORT] [--log]",
     N_("takes what the villages send, and shows the pages"), 0, 0, command_serve},
    {"site",
     "site add CODE12 NAME [--valid DAYS] [--pdf FILE] [--png FILE] [--escpos FILE] | "
     "code CODE12 [--valid DAYS] | list | place CODE12 LAT,LON | revoke CODE12",
     N_("the villages; add prints a one-time enrolment code"), 1, 3, command_site},
    {"user",
     "user add NAME --role viewer|officer|admin | role NAME --role ROLE | password NAME | "
     "disable NAME | enable NAME | sites NAME [CODES] | end NAME | unlock NAME | list",
     N_("who may look and decide; the password from JIUJIN_HUB_PASSWORD or typed"), 1, 3,
     command_user},
    {"audit", "audit [DATE | check] [--as NAME] [--site CODE] [--state WHAT]",
     N_("who did what at the hub, the newest first; check walks the chain"), 0, 1, command_audit},
    {"push",
     "push policy|overlay|catalogue|form FILE.json [--site CODE] [--effective DATE]"
     " [--order REF --review DATE --approver NAME]",
     N_("sends a definition to one village or to all; an overlay needs the order's reference"), 2,
     2, command_push},
    {"end", "end overlay ID --order REF [--reason TEXT] [--effective DATE] [--site CODE]",
     N_("ends an overlay, by a further order"), 2, 2, command_end},
    {"case",
     "case CASE accept|supplement|reject|done|say|answer|receive [TEXT] [--site CODE] [--as NAME]",
     N_("decides a case"), 2, 3, command_case},
    {"suspend", "suspend CODE12 REASON [--as NAME]",
     N_("suspends a village's service to the public, at once"), 2, 2, command_suspend},
    {"resume", "resume CODE12 REASON [--as NAME]", N_("resumes it"), 2, 2, command_resume},
    {"courier", "courier LIST received [--site CODE] [--as NAME]",
     N_("a courier's list, by its number, has arrived"), 2, 2, command_courier},
    {"slip", "slip [--as NAME]",
     N_("takes slips' digits or case numbers from standard input, a line each: the case, recorded"),
     0, 0, command_slip},
    {"ack", "ack CODE12 --digits | --png FILE | --pdf FILE | --escpos FILE",
     N_("an acknowledgement on paper of what a village's machine has sent"), 1, 1, command_ack},
    {"sites",
     "sites [--state fork|failing|silent|drift|refused|suspended] [--silent HOURS]"
     " [--sort site|name|contact|drift|refused|bytes]",
     N_("the villages and what is the matter with them, as the page shows them"), 0, 0,
     command_sites},
    {"import", "import FILE|FOLDER",
     N_("takes a bundle, or all of a stick's, and writes the answer beside it"), 1, 1,
     command_import},
    {"notice", "notice TITLE TEXT [--until DATE] [--site CODE]",
     N_("hangs up a notice in one village or in all: public words, nobody's data"), 2, 2,
     command_notice},
    {"show",
     "show "
     "sites|entries|cases|couriers|slips|incidents|visits|ledgers|orders|adaptations|overlays|"
     "suspensions|express|forks|"
     "counts|"
     "officers|work|sessions|locks|places|machines"
     " [--site CODE] [--state STATE]",
     N_("what the hub has, one JSON object a line"), 1, 1, command_show},
    {"report", "report DATE [--text|--json|--csv FILE|--xlsx FILE]",
     N_("the district's sheet of daily reports: who has reported, who is late, what differs"), 1, 1,
     command_report},
    {"token", "token add NAME [--scope \"read decide book admin\"] | list | revoke NAME",
     N_("which programs may ask, and for what; add prints the token once"), 1, 2, command_token},
    {"webhook",
     "webhook add URL [--topic incident,decision] | list | remove ID |"
     " deliveries [--state waiting|sent|given_up] | again DELIVERY",
     N_("who is told of incidents and decisions at once; add prints the signing secret once"), 1, 2,
     command_webhook},
    {"backup", "backup FILE", N_("writes a whole copy of the store while it serves"), 1, 1,
     command_backup},
    {"verify", "verify", N_("walks every village's chain and counts the entries"), 0, 0,
     command_verify},
    {NULL, NULL, NULL, 0, 0, NULL},
};

static const struct option {
    const char *name;
    size_t at;
    bool alone; /* no value behind it */
} options[] = {
    {"--store", offsetof(struct command_line, store), false},
    {"--files", offsetof(struct command_line, files), false},
    {"--listen", offsetof(struct command_line, listen), false},
    {"--cert", offsetof(struct command_line, cert), false},
    {"--key", offsetof(struct command_line, key), false},
    {"--tls", offsetof(struct command_line, tls), true},
    {"--behind", offsetof(struct command_line, behind), false},
    {"--watch", offsetof(struct command_line, watch), false},
    {"--log", offsetof(struct command_line, log), true},
    {"--topic", offsetof(struct command_line, topic), false},
    {"--scope", offsetof(struct command_line, scope), false},
    {"--role", offsetof(struct command_line, role), false},
    {"--site", offsetof(struct command_line, site), false},
    {"--effective", offsetof(struct command_line, effective), false},
    {"--valid", offsetof(struct command_line, valid), false},
    {"--state", offsetof(struct command_line, state), false},
    {"--as", offsetof(struct command_line, officer), false},
    {"--order", offsetof(struct command_line, order), false},
    {"--review", offsetof(struct command_line, review), false},
    {"--approver", offsetof(struct command_line, approver), false},
    {"--reason", offsetof(struct command_line, reason), false},
    {"--until", offsetof(struct command_line, until), false},
    {"--sort", offsetof(struct command_line, sort), false},
    {"--silent", offsetof(struct command_line, silent), false},
    {"--png", offsetof(struct command_line, png), false},
    {"--pdf", offsetof(struct command_line, pdf), false},
    {"--escpos", offsetof(struct command_line, escpos), false},
    {"--digits", offsetof(struct command_line, digits), true},
    {"--csv", offsetof(struct command_line, csv), false},
    {"--xlsx", offsetof(struct command_line, xlsx), false},
    {"--text", offsetof(struct command_line, text), true},
    {"--json", offsetof(struct command_line, json), true},
};

static const struct option *option_of(const char *name)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

enum err command_read(int argc, char **argv, struct command_line *out)
{
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            if (out->words == COMMAND_WORDS)
                return err_set(ERR_USAGE, argv[i], NULL);
            out->word[out->words++] = argv[i];
            continue;
        }
        const struct option *o = option_of(argv[i]);
        if (o == NULL || (!o->alone && i + 1 == argc))
            return err_set(ERR_USAGE, argv[i], NULL);
        *(const char **)(void *)((char *)out + o->at) = o->alone ? "" : argv[++i];
    }
    return ERR_OK;
}
